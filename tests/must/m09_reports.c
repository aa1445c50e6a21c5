/*
 * M9: what a health record was sent and does not stand any more is taken back there. A
 * result of another patient goes as W to the chart where it was
 * sent, and as F to the right one when a provider has signed it there.
 */
#include "tests/must/ehr.h"

/* Two people find that the result of `from` is of `to`. */
static void move_result(struct ehr *e, const struct store_specimen *from,
                        const struct store_specimen *to)
{
    char sql[96], message[24];
    struct hands *h = e->h;

    (void)snprintf(sql, sizeof sql, "SELECT max(message) FROM result WHERE orders = %lld",
                   (long long)from->order);
    (void)snprintf(message, sizeof message, "%lld", (long long)hands_number(h, sql));
    h->world.now += 60000;
    if (hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_UNDO, WIRE_F_MESSAGE, message, WIRE_F_ACCESSION,
                  to->accession, WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "MRN",
                  WIRE_F_REASON_CODE, "wrong-patient", WIRE_F_REASON, "tubes swapped",
                  WIRE_FIELD_COUNT) != ERROR_OK)
        fail_msg("%s", h->why.text);
    if (hands_ask(h, h->director, ROLE_DIRECTOR, WIRE_PROPOSAL_END, WIRE_F_PROPOSAL, h->key,
                  WIRE_F_OUTCOME, "confirmed", WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER,
                  "birth date", WIRE_F_NOTE, "looked again", WIRE_FIELD_COUNT) != ERROR_OK)
        fail_msg("%s", h->why.text);
    ehr_pass(e, 0);
}

static void is_of(const struct ehr *e, size_t message, const struct store_specimen *p)
{
    char mrn[256];

    assert_true(message < e->count);
    (void)ehr_field(e, message, "PID", 1, 3, mrn);
    mrn[strcspn(mrn, "^")] = '\0';
    assert_string_equal(mrn, p->patient.mrn);
}

static struct store_specimen tube(struct ehr *e)
{
    struct store_specimen p;

    WORLD_MUST(turn_begin(&e->h->core));
    p = world_specimen(&e->h->world, &e->h->arena);
    hands_turn(e->h);
    return p;
}

/* A result of one patient, a tube of another. */
static void two_patients(struct ehr *e, struct store_specimen *from, struct store_specimen *to)
{
    *from = ehr_result(e, "7.4");
    *to = tube(e);
}

static void an_undone_link_is_wrong_here_and_final_there(void **state)
{
    struct ehr *e = *state;
    struct store_specimen from, to;

    two_patients(e, &from, &to);
    ehr_sign(e, &from);
    ehr_pass(e, 0);
    ehr_said(e, 0, "OBX", 1, 11, "F");
    ehr_answer(e, "AA", "");
    move_result(e, &from, &to);
    assert_int_equal(e->count, 2); /* at once, and nothing of the other patient yet */
    is_of(e, 1, &from);
    ehr_said(e, 1, "OBR", 1, 25, "W");
    ehr_said(e, 1, "OBX", 1, 11, "W");
    ehr_said(e, 1, "OBX", 1, 5, "7.4");
    assert_non_null(strstr(e->sent[1].text, "WRONG PATIENT"));
    assert_non_null(strstr(e->sent[1].text, "tubes swapped"));
    ehr_answer(e, "AA", "");
    ehr_sign(e, &to);
    ehr_pass(e, 0);
    assert_int_equal(e->count, 3);
    is_of(e, 2, &to);
    ehr_said(e, 2, "OBR", 1, 25, "F");
    ehr_said(e, 2, "OBX", 1, 11, "F");
    ehr_said(e, 2, "OBX", 1, 5, "7.4");
    ehr_take_all(e);
    ehr_sign(e, &from); /* the provider has seen that it is gone: no news for the health record */
    ehr_pass(e, 0);
    assert_int_equal(e->count, 3);
    hands_verify(e->h);
}

/* What never left is not taken back: the wrong chart hears nothing at all. */
static void what_never_left_is_not_taken_back(void **state)
{
    struct ehr *e = *state;
    struct store_specimen from, to;

    two_patients(e, &from, &to);
    move_result(e, &from, &to);
    assert_int_equal(e->count, 0);
    ehr_sign(e, &to);
    ehr_pass(e, 0);
    assert_int_equal(e->count, 1);
    is_of(e, 0, &to);
    ehr_said(e, 0, "OBX", 1, 11, "F");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_undone_link_is_wrong_here_and_final_there, ehr_open,
                                        ehr_close),
        cmocka_unit_test_setup_teardown(what_never_left_is_not_taken_back, ehr_open, ehr_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
