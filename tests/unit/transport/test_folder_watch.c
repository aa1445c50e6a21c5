/* When a file in a watched folder is whole, and whose turn it is. */
#include "instruments/transport/folder_watch.h"
#include "tests/unit/test.h"

#include "core/base/limits.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    struct folder_watch *watch;
    uint64_t now;
    struct folder_facts facts; /* of what was next */
    unsigned wait;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->watch = folder_watch_new();
    b->now = 1000;
    *state = b;
    return b->watch ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    folder_watch_free(b->watch);
    free(b);
    return 0;
}

/* A look at a folder with one file. */
static void see_one(struct bench *b, const char *name, uint64_t size, int64_t modified)
{
    struct folder_facts f = { 1, size, modified };
    folder_watch_begin(b->watch);
    assert_int_equal(folder_watch_see(b->watch, name, &f, b->now), ERROR_OK);
    folder_watch_end(b->watch);
}

static const char *next(struct bench *b)
{
    return folder_watch_next(b->watch, b->now, &b->facts, &b->wait);
}

static void a_file_moved_in_is_whole_at_once(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a.xml", FOLDER_ARRIVED, b->now);
    see_one(b, "a.xml", 10, 5);
    assert_string_equal(next(b), "a.xml");
    assert_int_equal(b->facts.size, 10);
}

static void a_closed_file_is_whole_after_a_second_of_rest(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a.xml", FOLDER_WRITTEN, b->now);
    folder_watch_event(b->watch, "a.xml", FOLDER_CLOSED, b->now);
    see_one(b, "a.xml", 10, 5);
    assert_null(next(b));
    assert_int_equal(b->wait, FOLDER_CLOSED_MS);
    b->now += FOLDER_CLOSED_MS;
    see_one(b, "a.xml", 20, 6); /* and it has grown */
    assert_null(next(b));
    b->now += FOLDER_CLOSED_MS;
    see_one(b, "a.xml", 20, 6);
    assert_string_equal(next(b), "a.xml");
}

static void an_open_file_is_never_whole(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a.xml", FOLDER_WRITTEN, b->now);
    see_one(b, "a.xml", 10, 5);
    b->now += 3600 * 1000;
    see_one(b, "a.xml", 10, 5);
    assert_null(next(b));
    assert_int_equal(b->wait, FOLDER_NEVER_MS);
    folder_watch_event(b->watch, "a.xml", FOLDER_CLOSED, b->now);
    b->now += FOLDER_CLOSED_MS;
    see_one(b, "a.xml", 10, 5);
    assert_string_equal(next(b), "a.xml");
}

static void what_stood_there_before_must_rest_longer(void **state)
{
    struct bench *b = *state;
    see_one(b, "a.xml", 10, 5);
    assert_null(next(b));
    assert_int_equal(b->wait, FOLDER_UNSEEN_MS);
    b->now += FOLDER_UNSEEN_MS - 1;
    see_one(b, "a.xml", 11, 6);
    b->now += 1;
    assert_null(next(b));
    b->now += FOLDER_UNSEEN_MS;
    assert_string_equal(next(b), "a.xml");
}

static void an_empty_file_waits_for_its_content(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a.xml", FOLDER_CLOSED, b->now);
    see_one(b, "a.xml", 0, 5);
    b->now += FOLDER_UNSEEN_MS;
    assert_null(next(b));
}

static void unfinished_names_are_no_files(void **state)
{
    static const char *const names[] = { ".a.xml.Xy12", "~$report.xml",    "a.xml.tmp",
                                         "a.TMP",       "report.filepart", "a.part",
                                         "a.xml~",      ".smbdelete1" };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        folder_watch_event(b->watch, names[i], FOLDER_ARRIVED, b->now);
        see_one(b, names[i], 10, 5);
        assert_null(next(b));
    }
    assert_false(folder_name_is_temporary("tmp.xml"));
    assert_false(folder_name_is_temporary("a.part.xml"));
}

static void turns_go_by_age_and_refused_ones_stand_behind(void **state)
{
    struct bench *b = *state;
    static const char *const names[] = { "c", "a", "b" };
    for (int look = 0; look < 2; look++) {
        folder_watch_begin(b->watch);
        for (unsigned i = 0; i < 3; i++) {
            struct folder_facts f = { i, 1, i == 0 ? 9 : 4 };
            folder_watch_event(b->watch, names[i], FOLDER_ARRIVED, b->now);
            assert_int_equal(folder_watch_see(b->watch, names[i], &f, b->now), ERROR_OK);
        }
        folder_watch_end(b->watch);
    }
    assert_string_equal(next(b), "a");
    folder_watch_refused(b->watch, "a");
    assert_string_equal(next(b), "b");
    folder_watch_refused(b->watch, "b");
    assert_string_equal(next(b), "c");
    folder_watch_refused(b->watch, "c");
    assert_string_equal(next(b), "a");
}

static void lost_events_make_everything_unsure(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a", FOLDER_WRITTEN, b->now);
    see_one(b, "a", 1, 1);
    folder_watch_confused(b->watch, b->now);
    assert_null(next(b));
    b->now += FOLDER_UNSEEN_MS;
    assert_string_equal(next(b), "a");
}

static void what_is_gone_is_forgotten(void **state)
{
    struct bench *b = *state;
    folder_watch_event(b->watch, "a", FOLDER_ARRIVED, b->now);
    see_one(b, "a", 1, 1);
    folder_watch_begin(b->watch);
    folder_watch_end(b->watch);
    assert_null(next(b));
}

static void more_files_than_there_is_room_for_wait(void **state)
{
    struct bench *b = *state;
    struct folder_facts f = { 1, 1, 1 };
    folder_watch_begin(b->watch);
    for (int i = 0; i < LIMIT_FOLDER_FILES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%d", i);
        assert_int_equal(folder_watch_see(b->watch, name, &f, b->now), ERROR_OK);
    }
    assert_int_equal(folder_watch_see(b->watch, "more", &f, b->now), ERROR_FULL);
    folder_watch_end(b->watch);
    b->now += FOLDER_UNSEEN_MS;
    assert_non_null(next(b));
}

static void a_word_is_said_once_for_each_state(void **state)
{
    struct bench *b = *state;
    see_one(b, "a", 1, 1);
    assert_true(folder_watch_first_word(b->watch, "a"));
    assert_false(folder_watch_first_word(b->watch, "a"));
    see_one(b, "a", 2, 2);
    assert_true(folder_watch_first_word(b->watch, "a"));
    assert_false(folder_watch_first_word(b->watch, "unknown"));
}

#define WITH_WATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WATCH(a_file_moved_in_is_whole_at_once),
        WITH_WATCH(a_closed_file_is_whole_after_a_second_of_rest),
        WITH_WATCH(an_open_file_is_never_whole),
        WITH_WATCH(what_stood_there_before_must_rest_longer),
        WITH_WATCH(an_empty_file_waits_for_its_content),
        WITH_WATCH(unfinished_names_are_no_files),
        WITH_WATCH(turns_go_by_age_and_refused_ones_stand_behind),
        WITH_WATCH(lost_events_make_everything_unsure),
        WITH_WATCH(what_is_gone_is_forgotten),
        WITH_WATCH(more_files_than_there_is_room_for_wait),
        WITH_WATCH(a_word_is_said_once_for_each_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
