/* When a control is due, by each trigger, with the time given. */
#include "core/model/qc.h"
#include "tests/unit/test.h"

static const int64_t hour = 3600000, day = 86400000;
static const int64_t midnight = 1773288000000; /* 2026-03-12 at 00:00 in New York */

static bool due(enum qc_trigger trigger, int64_t every, int64_t passed_at, int64_t now)
{
    const struct qc_seen seen = { .trigger = trigger,
                                  .every = every,
                                  .passed_at = passed_at,
                                  .now = now,
                                  .day_start = midnight };
    return qc_is_due(&seen);
}

static void each_day_counts_the_sites_days(void **state)
{
    (void)state;
    assert_true(due(QC_EACH_DAY, 0, 0, midnight));
    assert_true(due(QC_EACH_DAY, 0, midnight - 1, midnight));
    assert_false(due(QC_EACH_DAY, 0, midnight, midnight + 9 * hour));
    assert_false(due(QC_EACH_DAY, 0, midnight + 8 * hour, midnight + 9 * hour));
    assert_true(due(QC_DAYS, 30, midnight - 30 * day + hour, midnight));
    assert_false(due(QC_DAYS, 30, midnight - 29 * day, midnight + 23 * hour));
    assert_true(due(QC_DAYS, 30, 0, midnight));
}

static void hours_count_from_the_minute_it_passed(void **state)
{
    (void)state;
    assert_false(due(QC_HOURS, 8, midnight + hour, midnight + 9 * hour - 1));
    assert_true(due(QC_HOURS, 8, midnight + hour, midnight + 9 * hour));
}

static void runs_count_patient_results(void **state)
{
    struct qc_seen seen = { .trigger = QC_RUNS, .every = 25, .passed_at = midnight, .runs = 24 };

    (void)state;
    assert_false(qc_is_due(&seen));
    seen.runs = 25;
    assert_true(qc_is_due(&seen));
    seen = (struct qc_seen) { .trigger = QC_RUNS, .every = 25 };
    assert_true(qc_is_due(&seen));
}

static void an_event_makes_it_due_until_it_has_passed(void **state)
{
    static const enum qc_trigger events[] = { QC_NEW_LOT,     QC_NEW_SHIPMENT, QC_NEW_OPERATOR,
                                              QC_MAINTENANCE, QC_TEMPERATURE,  QC_PLAUSIBILITY };

    (void)state;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct qc_seen seen = { .trigger = events[i], .passed_at = midnight, .now = midnight };
        assert_false(qc_is_due(&seen));
        seen.since = true;
        assert_true(qc_is_due(&seen));
    }
    assert_true(due(QC_NEW_LOT, 0, 0, midnight)); /* it never passed at all */
    assert_false(due(QC_ON_DEMAND, 0, 0, midnight));
}

static void until_when_it_counts_is_told(void **state)
{
    struct qc_seen seen = { .trigger = QC_EACH_DAY,
                            .passed_at = midnight + 8 * hour,
                            .day_start = midnight };

    (void)state;
    assert_int_equal(qc_good_until(&seen), midnight + day);
    seen.passed_at = midnight - day - 1;
    assert_int_equal(qc_good_until(&seen), midnight - day);
    seen.trigger = QC_DAYS;
    seen.every = 7;
    assert_int_equal(qc_good_until(&seen), midnight + 5 * day);
    seen.trigger = QC_NEW_LOT;
    assert_int_equal(qc_good_until(&seen), 0);
}

static void every_trigger_and_basis_has_an_id(void **state)
{
    (void)state;
    for (unsigned i = 0; i < QC_TRIGGER_COUNT; i++) {
        enum qc_trigger found = QC_TRIGGER_COUNT;
        assert_int_equal(qc_trigger_parse(qc_trigger_id((enum qc_trigger)i), &found), ERROR_OK);
        assert_int_equal(found, i);
    }
    assert_int_equal(qc_trigger_parse("weekly", &(enum qc_trigger) { 0 }), ERROR_BAD_INPUT);
    assert_int_equal(qc_basis_parse("", &(enum qc_basis) { 0 }), ERROR_BAD_INPUT);
    assert_true(qc_trigger_counts(QC_RUNS) && !qc_trigger_counts(QC_NEW_LOT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_counts_the_sites_days),
        cmocka_unit_test(hours_count_from_the_minute_it_passed),
        cmocka_unit_test(runs_count_patient_results),
        cmocka_unit_test(an_event_makes_it_due_until_it_has_passed),
        cmocka_unit_test(until_when_it_counts_is_told),
        cmocka_unit_test(every_trigger_and_basis_has_an_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
