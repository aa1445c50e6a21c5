/* What the cart measured and said, as an SCP-ECG file has it. */
#include "tests/unit/ecg/scp_case.h"

static void check(const struct scp_case *c, enum ecg_measurement m, const char *value)
{
    assert_string_equal(c->e.measurements[m], value);
}

static void intervals_are_the_way_between_the_carts_own_points(void **state)
{
    struct scp_case *c = *state;
    scp_case_take(c);
    check(c, ECG_HEART_RATE, "75");
    check(c, ECG_PR, "160");
    check(c, ECG_QRS, "92");
    check(c, ECG_QT, "380");
    check(c, ECG_QTC, "425");
    check(c, ECG_P_AXIS, "54");
    check(c, ECG_QRS_AXIS, "-12");
    check(c, ECG_T_AXIS, "41");
    assert_string_equal(c->e.qtc_formula, "Bazett");
}

static void what_was_not_measured_is_empty(void **state)
{
    struct scp_case *c = *state;
    c->f.p_onset = 29999;
    c->f.qrs_offset = 29998;
    c->f.t_offset = 19999;
    c->f.p_axis = 999;
    c->f.qrs_axis = 29999;
    c->f.t_axis = 29998;
    c->f.rate = 29999;
    c->f.qtc = 29999;
    c->f.rr = 29999;
    scp_case_take(c);
    for (unsigned m = 0; m < ECG_MEASUREMENT_COUNT; m++)
        check(c, (enum ecg_measurement)m, "");
    assert_string_equal(c->e.qtc_formula, "");
    assert_int_equal(c->e.complaints.count, 0);
}

static void pacemaker_spikes_do_not_shift_what_follows(void **state)
{
    struct scp_case *c = *state;
    c->f.spikes = 3;
    c->f.qtc_formula = 2;
    scp_case_take(c);
    check(c, ECG_HEART_RATE, "75");
    check(c, ECG_QTC, "425");
    check(c, ECG_PR, "160");
    assert_string_equal(c->e.qtc_formula, "Hodges");
}

static void a_rate_that_is_not_given_is_not_computed(void **state)
{
    struct scp_case *c = *state;
    c->f.qtc_formula = -1; /* an older section 7 */
    scp_case_take(c);
    check(c, ECG_HEART_RATE, "");
    check(c, ECG_QTC, "");
    check(c, ECG_QT, "380");
    assert_true(scp_case_complains(c, "its average RR interval is 800 ms"));
}

static void an_end_before_its_beginning_is_left_out_and_said(void **state)
{
    struct scp_case *c = *state;
    c->f.p_onset = 300;
    scp_case_take(c);
    check(c, ECG_PR, "");
    check(c, ECG_QRS, "92");
    assert_true(scp_case_complains(c, "PR is left out"));
}

static void measurements_put_together_wrongly_are_left_out(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    scp_case_section(c, 7)[0] = 200;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    check(c, ECG_PR, "");
    assert_true(scp_case_complains(c, "section 7"));
    assert_int_equal(c->e.lead_count, 12);
}

static void measurements_of_each_lead_are_said_to_be_there(void **state)
{
    struct scp_case *c = *state;
    c->f.has_lead_measurements = true;
    scp_case_take(c);
    assert_true(scp_case_complains(c, "measurements of each lead"));
    scp_case_section(c, 10)[0] = 99;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_true(scp_case_complains(c, "section 10"));
}

static void statements_are_kept_word_for_word_in_their_order(void **state)
{
    struct scp_case *c = *state;
    scp_case_take(c);
    assert_int_equal(c->e.statements.count, 2);
    assert_string_equal(c->e.statements.at[0], "NORMAL SINUS RHYTHM");
    assert_string_equal(c->e.statements.at[1], "NORMAL ECG");
    assert_string_equal(c->e.confirmed_by, "");
}

static void codes_stand_in_where_there_is_no_text(void **state)
{
    struct scp_case *c = *state;
    c->f.coded_status = 0;
    c->f.coded[0] = "NSR";
    c->f.coded[1] = "LVH PO";
    scp_case_take(c);
    assert_string_equal(c->e.statements.at[0], "NORMAL SINUS RHYTHM");
    assert_int_equal(c->e.statements.count, 2);
    c->f.status = -1;
    scp_case_take(c);
    assert_int_equal(c->e.statements.count, 2);
    assert_string_equal(c->e.statements.at[0], "NSR");
    assert_string_equal(c->e.statements.at[1], "LVH PO");
}

static void who_confirmed_counts_only_with_a_confirmed_report(void **state)
{
    struct scp_case *c = *state;
    c->f.confirmed_by = "DR INVENTED-TEST";
    c->f.status = 1;
    scp_case_take(c);
    assert_string_equal(c->e.confirmed_by, "DR INVENTED-TEST");
    assert_int_equal(c->e.complaints.count, 0);
    c->f.status = 0;
    scp_case_take(c);
    assert_string_equal(c->e.confirmed_by, "");
    assert_true(scp_case_complains(c, "does not mark its report as confirmed"));
    c->f.confirmed_by = "";
    c->f.status = 1;
    scp_case_take(c);
    assert_true(scp_case_complains(c, "does not say by whom"));
    c->f.status = 2;
    scp_case_take(c);
    assert_true(scp_case_complains(c, "overread and not confirmed"));
}

static void statements_that_are_cut_short_are_said_to_be(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    scp_case_section(c, 8)[8] = 3;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_int_equal(c->e.statements.count, 2);
    assert_true(scp_case_complains(c, "section 8"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scp_case_test(intervals_are_the_way_between_the_carts_own_points),
        scp_case_test(what_was_not_measured_is_empty),
        scp_case_test(pacemaker_spikes_do_not_shift_what_follows),
        scp_case_test(a_rate_that_is_not_given_is_not_computed),
        scp_case_test(an_end_before_its_beginning_is_left_out_and_said),
        scp_case_test(measurements_put_together_wrongly_are_left_out),
        scp_case_test(measurements_of_each_lead_are_said_to_be_there),
        scp_case_test(statements_are_kept_word_for_word_in_their_order),
        scp_case_test(codes_stand_in_where_there_is_no_text),
        scp_case_test(who_confirmed_counts_only_with_a_confirmed_report),
        scp_case_test(statements_that_are_cut_short_are_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
