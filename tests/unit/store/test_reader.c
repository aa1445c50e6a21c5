/* What a reader costs: it opens all its files at once, reads nothing that nobody asked for, and
 * keeps few of the queries that it was asked. */
#include "tests/unit/test.h"

#include "core/store/read_side.h"
#include "tests/unit/store/world.h"

#include <dirent.h>

enum { LITTLE = 256 * 1024, KEPT = 16 + 1 /* and what made the views */ };

static unsigned open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    (void)closedir(folder);
    return count;
}

/* Asks everything, twice; each answer is the one of before. */
static void ask_everything(struct store_reader *r)
{
    const struct store_params params = { .key = "1", .limit = 5, .now = 1000, .until = 2000 };
    struct buffer first[READ_COUNT], again;

    for (int query = 0; query < READ_COUNT; query++) {
        buffer_init(&first[query], LIMIT_WIRE);
        assert_int_equal(store_read_json(r, (enum store_query)query, &params, &first[query]),
                         ERROR_OK);
        assert_true(r->sql.count <= KEPT);
    }
    for (int query = 0; query < READ_COUNT; query++) {
        buffer_init(&again, LIMIT_WIRE);
        assert_int_equal(store_read_json(r, (enum store_query)query, &params, &again), ERROR_OK);
        assert_int_equal(again.len, first[query].len);
        assert_memory_equal(again.at, first[query].at, again.len);
        buffer_free(&again);
        buffer_free(&first[query]);
    }
}

static void costs_what_it_is_asked(bool covered)
{
    struct world w;
    struct store_reader *r;
    sqlite3_int64 before;
    unsigned files;

    world_open(&w);
    before = sqlite3_memory_used();
    WORLD_MUST(covered ? store_open_covered(w.path, &r, NULL) : store_open_read(w.path, &r, NULL));
    assert_true(sqlite3_memory_used() - before < LITTLE);
    files = open_files();
    ask_everything(r);
    assert_int_equal(open_files(), files);
    store_close_read(r);
    assert_true(sqlite3_memory_used() - before < LITTLE);
    world_close(&w);
}

static void a_reader_costs_what_it_is_asked(void **state)
{
    (void)state;
    costs_what_it_is_asked(false);
}

static void a_covered_reader_costs_what_it_is_asked(void **state)
{
    (void)state;
    costs_what_it_is_asked(true);
}

static void what_is_no_database_is_refused_at_once(void **state)
{
    struct complaint why = { "" };
    struct store_reader *r;

    (void)state;
    assert_int_equal(store_open_read("/proc/self/exe", &r, &why), ERROR_IO);
    assert_true(why.text[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_costs_what_it_is_asked),
        cmocka_unit_test(a_covered_reader_costs_what_it_is_asked),
        cmocka_unit_test(what_is_no_database_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
