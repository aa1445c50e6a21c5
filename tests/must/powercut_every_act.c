/*
 * The power fails in the middle of every act that writes (tests/must/story.h): after the restart it
 * is done whole, or visibly not done, and never half. Whoever was told "done" finds it done; what
 * is not done can be done.
 *
 * The story is first played without a cut: it shows which rows each act adds to the facts, in their
 * order in custody. Then it is played on another site, and core is killed (SIGKILL, the whole
 * process) once within each act, at a random moment of the time that it took. What the disk then
 * holds is all of those rows or none. Where none, the act is asked for again.
 */
#include "tests/must/powercut.h"
#include "tests/must/story.h"

#include "core/store/facts.h"

enum { ROWS_TEXT = 2048 };

struct cuts {
    struct story story;
    struct client clients[sizeof story_people / sizeof story_people[0]];
    bool running;
    uint64_t random;
    unsigned done, undone, starts;
};

struct rehearsal {
    char rows[STORY_ACTS][ROWS_TEXT]; /* "review event task" */
    unsigned took_us[STORY_ACTS];
};

struct evening {
    struct rehearsal rehearsal;
    struct cuts rehearsed, played;
};

/* ---- Core, and who is signed in ---- */

static void start(struct cuts *c)
{
    if (c->running)
        return;
    site_start(&c->story.site);
    assert_true(site_log_wait(&c->story.site, "printer labels: started", ++c->starts));
    for (size_t i = 0; i < sizeof c->clients / sizeof c->clients[0]; i++)
        c->clients[i].fd = -1;
    c->running = true;
}

static int stop(struct cuts *c, int signal)
{
    for (size_t i = 0; i < sizeof c->clients / sizeof c->clients[0]; i++)
        client_close(&c->clients[i]);
    c->running = false;
    return site_stop(&c->story.site, signal);
}

static struct client *signed_in(struct cuts *c, const char *login)
{
    struct complaint why = { "" };

    for (size_t i = 0; i < sizeof c->clients / sizeof c->clients[0]; i++) {
        struct client *one = &c->clients[i];
        if (strcmp(story_people[i].login, login) != 0)
            continue;
        if (one->fd < 0 && (client_open(c->story.site.data, one, &why) != ERROR_OK ||
                            client_sign_in(one, login, STORY_PIN, &why) != ERROR_OK))
            fail_msg("%s cannot sign in: %s", login, why.text);
        return one;
    }
    fail_msg("nobody is called %s", login);
    return NULL;
}

/* ---- What stands in the facts ---- */

static int64_t head(struct cuts *c)
{
    char sql[FACT_COUNT * 80] = "SELECT max(id) FROM (";
    size_t used = strlen(sql);

    for (unsigned f = 0; f < FACT_COUNT; f++)
        used += (size_t)snprintf(sql + used, sizeof sql - used, "%sSELECT max(id) AS id FROM %s",
                                 f ? " UNION ALL " : "", fact_table((enum fact)f));
    (void)snprintf(sql + used, sizeof sql - used, ")");
    return story_number(&c->story, sql);
}

/* The tables of the rows after that one, in the order of custody. */
static void rows_since(struct cuts *c, int64_t id, char out[ROWS_TEXT])
{
    char sql[FACT_COUNT * 112] = "SELECT group_concat(t, ' ') FROM (";
    size_t used = strlen(sql);

    for (unsigned f = 0; f < FACT_COUNT; f++)
        used += (size_t)snprintf(sql + used, sizeof sql - used,
                                 "%sSELECT '%s' AS t, id FROM %s WHERE id > %lld",
                                 f ? " UNION ALL " : "", fact_table((enum fact)f),
                                 fact_table((enum fact)f), (long long)id);
    (void)snprintf(sql + used, sizeof sql - used, " ORDER BY id)");
    *out = '\0';
    (void)story_look(&c->story, sql, NULL, out, ROWS_TEXT);
}

/* ---- One act ---- */

static unsigned microseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned)(t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

/* Asks, with the power to fail after that time; -1: it does not fail. Gives what was told. */
static enum error ask(struct cuts *c, const struct story_act *act, int cut_us, char rows[ROWS_TEXT],
                      unsigned *took)
{
    struct complaint why = { "" };
    struct kill_at k = { 0, (unsigned)cut_us };
    struct wire_writer w;
    pthread_t thread;
    enum error told;
    struct client *who;
    unsigned begun;
    int64_t before;

    start(c);
    who = signed_in(c, act->who);
    before = head(c);
    story_write(&c->story, act, who, &w);
    k.pid = c->story.site.core;
    if (cut_us >= 0)
        assert_int_equal(pthread_create(&thread, NULL, kill_later, &k), 0);
    begun = microseconds();
    told = client_call(who, &w, NULL, &why);
    *took = microseconds() - begun;
    if (cut_us >= 0) {
        (void)pthread_join(thread, NULL);
        (void)stop(c, SIGKILL);
    }
    if (told != ERROR_OK && (told != ERROR_CLOSED || cut_us < 0))
        fail_msg("%s %s: %s", wire_type_name(act->type), act->says, why.text);
    rows_since(c, before, rows);
    return told;
}

/* ---- The story ---- */

static void rehearse(struct cuts *c, struct rehearsal *r)
{
    story_make(&c->story);
    for (size_t i = 0; i < STORY_ACTS; i++) {
        (void)ask(c, &story_acts[i], -1, r->rows[i], &r->took_us[i]);
        if (!r->rows[i][0])
            fail_msg("%s wrote nothing", wire_type_name(story_acts[i].type));
    }
    assert_int_equal(WEXITSTATUS(stop(c, SIGTERM)), 0);
}

/* The new PIN opens the door if, and only if, it is on record who set it. */
static void check_pin(struct cuts *c, const struct story_act *act, bool done)
{
    const char *pin = strstr(act->says, "new_pin=");
    struct complaint why;
    struct client nina = { .fd = -1 };

    if (!pin)
        return;
    start(c);
    assert_int_equal(client_open(c->story.site.data, &nina, &why), ERROR_OK);
    assert_int_equal(client_sign_in(&nina, "nina", pin + strlen("new_pin="), &why) == ERROR_OK,
                     done);
    client_close(&nina);
}

static void play_one(struct cuts *c, const struct rehearsal *r, size_t i)
{
    const struct story_act *act = &story_acts[i];
    char rows[ROWS_TEXT];
    enum error told;
    unsigned took;
    bool done;

    c->random = c->random * 6364136223846793005ULL + 1442695040888963407ULL;
    told = ask(c, act, (int)((c->random >> 33) % (r->took_us[i] * 5 / 4 + 100)), rows, &took);
    done = strcmp(rows, r->rows[i]) == 0;
    if (!done && rows[0])
        fail_msg("%s is half done: \"%s\" of \"%s\"", wire_type_name(act->type), rows, r->rows[i]);
    if (told == ERROR_OK && !done)
        fail_msg("%s was told to be done, and is not", wire_type_name(act->type));
    c->done += done;
    c->undone += !done;
    check_pin(c, act, done);
    if (done)
        return;
    (void)ask(c, act, -1, rows, &took);
    if (strcmp(rows, r->rows[i]) != 0)
        fail_msg("%s, done after all: \"%s\" instead of \"%s\"", wire_type_name(act->type), rows,
                 r->rows[i]);
}

/* A label is two transactions, with paper between them: in_the_middle_of_a_label plays that
 * (powercut_acts.c). Here it is printed in peace. */
static void play_label(struct cuts *c, size_t i)
{
    char rows[ROWS_TEXT];
    unsigned took;
    (void)ask(c, &story_acts[i], -1, rows, &took);
}

static void every_act_is_done_whole_or_not_at_all(void **state)
{
    struct evening *e = *state;
    struct cuts *c = &e->played;
    const char *verify[] = { "custody", "verify", "--data", NULL, NULL };

    rehearse(&e->rehearsed, &e->rehearsal);
    c->random = (uint64_t)time(NULL);
    printf("begun from %llu\n", (unsigned long long)c->random);
    story_make(&c->story);
    for (size_t i = 0; i < STORY_ACTS; i++)
        if (story_acts[i].type == WIRE_LABEL_PRINT)
            play_label(c, i);
        else
            play_one(c, &e->rehearsal, i);
    start(c);
    assert_int_equal(WEXITSTATUS(stop(c, SIGTERM)), 0);
    assert_int_equal(story_number(&c->story, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    verify[3] = c->story.site.data;
    assert_int_equal(site_run(verify, ""), 0);
    printf("%u acts cut: %u done, %u not done\n", c->done + c->undone, c->done, c->undone);
    assert_true(c->done > 0 && c->undone > 0);
}

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct evening));
    return 0;
}

static int tear_down(void **state)
{
    struct evening *e = *state;
    story_over(&e->rehearsed.story);
    story_over(&e->played.story);
    free(e);
    return 0;
}

int main(int argc, char **argv)
{
    int child = site_child(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(story_is_whole),
        cmocka_unit_test_setup_teardown(every_act_is_done_whole_or_not_at_all, set_up, tear_down),
    };
    return child >= 0 ? child : cmocka_run_group_tests(tests, NULL, NULL);
}
