/* Lots: until when, whether usable on a day, what the lot that an instrument told means. */
#include "core/rules/lot.h"
#include "tests/unit/test.h"

#include <string.h>

static struct store_lot lot_open(const char *number)
{
    return (struct store_lot) { .item_name = "Strips",
                                .number = number,
                                .code = "132",
                                .expires = "2027-03-31",
                                .opened_on = "2026-11-01",
                                .use_by = "2026-12-01",
                                .mark = "",
                                .mark_reason = "" };
}

static void use_by_is_the_earlier_day(void **state)
{
    char day[DATE_SIZE];

    (void)state;
    assert_int_equal(lot_use_by("2027-03-31", "2026-11-01", 30, day), ERROR_OK);
    assert_string_equal(day, "2026-12-01");
    assert_int_equal(lot_use_by("2026-11-15", "2026-11-01", 30, day), ERROR_OK);
    assert_string_equal(day, "2026-11-15");
    assert_int_equal(lot_use_by("2027-03-31", "2026-11-01", 0, day), ERROR_OK);
    assert_string_equal(day, "2027-03-31");
    assert_int_equal(lot_use_by("2027-03", "2026-11-01", 0, day), ERROR_BAD_INPUT);
}

static void last_day_counts(void **state)
{
    struct store_lot lot = lot_open("A");
    struct complaint why;

    (void)state;
    assert_true(lot_usable(&lot, "2026-12-01", 0, &why));
    assert_false(lot_usable(&lot, "2026-12-02", 0, &why));
    assert_non_null(strstr(why.text, "opened on 2026-11-01 and could be used until 2026-12-01"));
    lot.use_by = lot.expires;
    assert_true(lot_usable(&lot, "2027-03-31", 0, &why));
    assert_false(lot_usable(&lot, "2027-04-01", 0, &why));
    assert_non_null(strstr(why.text, "expired on 2027-03-31"));
}

static void marks_count(void **state)
{
    struct store_lot lot = lot_open("A");
    struct complaint why;

    (void)state;
    lot.mark = "recalled";
    assert_false(lot_usable(&lot, "2026-11-02", 0, &why));
    assert_non_null(strstr(why.text, "is recalled"));
    lot.mark = "quarantine";
    lot.mark_reason = "box was wet";
    assert_false(lot_usable(&lot, "2026-11-02", 0, &why));
    assert_non_null(strstr(why.text, "box was wet"));
    lot.mark = "depleted";
    lot.marked_at = 1000;
    assert_true(lot_usable(&lot, "2026-11-02", 1000, &why)); /* tested before it was used up */
    assert_false(lot_usable(&lot, "2026-11-02", 1001, &why));
    lot.mark = "";
    lot.opened_on = "";
    assert_false(lot_usable(&lot, "2026-11-02", 0, &why));
    assert_non_null(strstr(why.text, "no day on which lot A of Strips was opened"));
}

static enum gate_finding judge(const char *told, struct store_lot *lots, size_t count, size_t items,
                               struct gate_verdict *out)
{
    const struct store_supplies supplies = { lots, count, items };

    *out = (struct gate_verdict) { .rule = GATE_LOT };
    lot_judge(&(struct lot_question) { "INR", told, &supplies, "2026-11-02", 0 }, out);
    return out->finding;
}

static void what_the_instrument_told(void **state)
{
    struct store_lot lots[2] = { lot_open("A"), lot_open("B") };
    struct gate_verdict v;

    (void)state;
    lots[1].mark = "recalled";
    assert_int_equal(judge("a", lots, 2, 1, &v), GATE_NOTHING);
    assert_int_equal(judge(" 132 ", lots, 1, 1, &v), GATE_NOTHING); /* the chip's code */
    assert_int_equal(judge("127", lots, 2, 1, &v), GATE_AGAINST);
    assert_non_null(strstr(v.sentence.text, "lot 127 for INR, which is not in the book"));
    assert_int_equal(judge("B", lots, 2, 1, &v), GATE_AGAINST);
    assert_int_equal(judge("A", NULL, 0, 0, &v), GATE_UNKNOWN); /* no book is kept */
    assert_int_equal(judge("A", NULL, 0, 1, &v), GATE_AGAINST); /* a book without a lot */
}

static void same_code_twice_one_usable_is_enough(void **state)
{
    struct store_lot lots[2] = { lot_open("A"), lot_open("B") };
    struct gate_verdict v;

    (void)state;
    lots[0].mark = "recalled";
    assert_int_equal(judge("132", lots, 2, 1, &v), GATE_NOTHING);
}

static void what_the_instrument_did_not_tell(void **state)
{
    struct store_lot lots[2] = { lot_open("A"), lot_open("B") };
    struct gate_verdict v;

    (void)state;
    lots[0].opened_on = "";
    assert_int_equal(judge("", lots, 2, 1, &v), GATE_UNKNOWN);
    assert_non_null(strstr(v.sentence.text, "Open in the book: lot B"));
    lots[1].use_by = "2026-11-01";
    assert_int_equal(judge("", lots, 2, 1, &v), GATE_AGAINST);
    assert_non_null(strstr(v.sentence.text, "could be used until"));
    assert_int_equal(judge("", lots, 1, 1, &v), GATE_AGAINST);
    assert_non_null(strstr(v.sentence.text, "No lot for INR is open"));
}

static void what_weighs_more_is_kept(void **state)
{
    const struct store_supplies none = { NULL, 0, 0 }, empty = { NULL, 0, 1 };
    struct gate_verdict v = { .rule = GATE_LOT };

    (void)state;
    lot_judge(&(struct lot_question) { "INR", "A", &none, "2026-11-02", 0 }, &v);
    lot_judge(&(struct lot_question) { "PT", "A", &empty, "2026-11-02", 0 }, &v);
    lot_judge(&(struct lot_question) { "HCG", "A", &none, "2026-11-02", 0 }, &v);
    assert_int_equal(v.finding, GATE_AGAINST);
    assert_non_null(strstr(v.sentence.text, "for PT"));
}

static enum gate_finding keep(const char *place, const char *day, bool in_range, bool usable)
{
    const struct store_keeping keeping = {
        "Strips", place, *day ? 7 : 0, day, in_range, usable, 0
    };
    struct gate_verdict v = { .rule = GATE_STORAGE };

    keeping_judge(&keeping, 1, "2026-11-02", &v);
    return v.finding;
}

static void a_reading_of_today_or_yesterday(void **state)
{
    (void)state;
    assert_int_equal(keep("", "", false, false), GATE_UNKNOWN);
    assert_int_equal(keep("Fridge", "", false, false), GATE_AGAINST);
    assert_int_equal(keep("Fridge", "2026-10-31", true, true), GATE_AGAINST);
    assert_int_equal(keep("Fridge", "2026-11-01", true, true), GATE_NOTHING);
    assert_int_equal(keep("Fridge", "2026-11-02", true, true), GATE_NOTHING);
    assert_int_equal(keep("Fridge", "2026-11-02", false, false), GATE_AGAINST);
    assert_int_equal(keep("Fridge", "2026-11-02", false, true), GATE_NOTHING);
}

static void range_includes_its_ends(void **state)
{
    const struct store_place place = { .low = "2", .high = "8" },
                             open = { .low = "", .high = "30" };

    (void)state;
    assert_true(temperature_in_range(&place, "2.0", "8.00"));
    assert_false(temperature_in_range(&place, "1.99", "5"));
    assert_false(temperature_in_range(&place, "3", "8.1"));
    assert_true(temperature_in_range(&open, "-40", "30"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(use_by_is_the_earlier_day),
        cmocka_unit_test(last_day_counts),
        cmocka_unit_test(marks_count),
        cmocka_unit_test(what_the_instrument_told),
        cmocka_unit_test(same_code_twice_one_usable_is_enough),
        cmocka_unit_test(what_the_instrument_did_not_tell),
        cmocka_unit_test(what_weighs_more_is_kept),
        cmocka_unit_test(a_reading_of_today_or_yesterday),
        cmocka_unit_test(range_includes_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
