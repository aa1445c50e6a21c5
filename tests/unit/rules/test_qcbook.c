/* Which level a control is that an instrument sent: by what the instrument calls it, never guessed.
 */
#include "core/rules/qcbook.h"
#include "tests/unit/test.h"

#include <string.h>

static struct store_qc_range hba1c[] = { { .analyte = "4548-4" } };
static struct store_qc_range crp[] = { { .analyte = "48421-2" } };
static struct store_qc_range own[] = { { .analyte = "local:XQ7" } };

static struct store_qc_level level(int64_t root, const char *test, const char *matches,
                                   struct store_qc_range *range)
{
    return (struct store_qc_level) {
        .root = root, .test = test, .matches = matches, .ranges = range, .range_count = 1
    };
}

/* The root of the one level that fits a control of that name, 0 for none; -1: several tests. */
static int64_t fits(const struct store_qc_level *levels, size_t count, const char *specimen,
                    const char *loinc, const char *code, const char *comment)
{
    const struct store_qc_level *found[4];
    struct record_result result;
    struct record record;
    size_t used;

    record_init(&record);
    record_result_init(&result);
    record.specimen = specimen;
    record.results = &result;
    record.result_count = 1;
    result.loinc = loinc;
    result.code = code;
    result.comments = (struct text_list) { &comment, *comment ? 1 : 0 };
    used = qcbook_match(&record, levels, count, found, 4);
    return used == 0 ? 0 : used == 1 ? found[0]->root : -1;
}

static void the_name_decides(void **state)
{
    const struct store_qc_level levels[] = { level(1, "A1C", "CTRL-1", hba1c),
                                             level(2, "A1C", "CTRL-2", hba1c) };

    (void)state;
    assert_int_equal(fits(levels, 2, "CTRL-1", "4548-4", "", ""), 1);
    assert_int_equal(fits(levels, 2, "ctrl-2", "4548-4", "", ""), 2);
    assert_int_equal(fits(levels, 2, "", "4548-4", "", "CTRL-2 lot 77"), 2);
    assert_int_equal(fits(levels, 2, "CTRL-3", "4548-4", "", ""), 0);
    assert_int_equal(fits(levels, 2, "CTRL-1", "48421-2", "", ""), 0);
    assert_int_equal(fits(levels, 2, "CTRL-1", "4548-4", "", "CTRL-2"), 0); /* it says both */
    assert_int_equal(fits(levels, 1, "CTRL-3", "4548-4", "", ""),
                     0); /* alone, and named otherwise */
}

static void without_names_only_what_stands_alone_is_taken(void **state)
{
    const struct store_qc_level levels[] = { level(1, "A1C", "", hba1c), level(2, "A1C", "", hba1c),
                                             level(3, "CRP", "", crp) };

    (void)state;
    assert_int_equal(fits(levels, 1, "anything", "4548-4", "", ""), 1);
    assert_int_equal(fits(levels, 2, "anything", "4548-4", "", ""), 0);
    assert_int_equal(fits(levels, 3, "anything", "48421-2", "", ""), 3);
}

static void a_code_without_loinc_is_known_by_the_code(void **state)
{
    const struct store_qc_level levels[] = { level(1, "XQ", "", own) };

    (void)state;
    assert_int_equal(fits(levels, 1, "", "", "XQ7", ""), 1);
    assert_int_equal(fits(levels, 1, "", "", "XQ8", ""), 0);
}

static void one_control_may_be_of_two_tests(void **state)
{
    const struct store_qc_level levels[] = { level(1, "A1C", "CTRL-1", hba1c),
                                             level(2, "PANEL", "CTRL-1", hba1c) };

    (void)state;
    assert_int_equal(fits(levels, 2, "CTRL-1", "4548-4", "", ""), -1);
}

static void the_day_is_the_sites(void **state)
{
    static const int64_t at = 1773288000000; /* 2026-03-12 at 00:00 in New York */
    char day[QCBOOK_DAY];

    (void)state;
    qcbook_day(at, -240, day);
    assert_string_equal(day, "2026-03-12");
    qcbook_day(at - 1, -240, day);
    assert_string_equal(day, "2026-03-11");
    assert_int_equal(qcbook_day_start(at + 86399999, -240), at);
    assert_int_equal(qcbook_day_start(at - 1, -240), at - 86400000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_decides),
        cmocka_unit_test(without_names_only_what_stands_alone_is_taken),
        cmocka_unit_test(a_code_without_loinc_is_known_by_the_code),
        cmocka_unit_test(one_control_may_be_of_two_tests),
        cmocka_unit_test(the_day_is_the_sites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
