/*
 * M9: what waits on the list of the unmatched is decided by people, never by memory. What has
 * waited for more than a day needs a second person; an undone link leaves W where it stood and the
 * result where it belongs; every message ends linked, held, as control or parked, with a reason.
 */
#include "tests/must/hands.h"

#include "core/store/correct.h"

static const int64_t hour = 60 * 60 * 1000;

static const char *text_of(char out[24], int64_t number)
{
    (void)snprintf(out, 24, "%lld", (long long)number);
    return out;
}

/* A verified specimen, and a message for it. */
struct pair {
    struct store_specimen specimen;
    int64_t message;
    char id[24]; /* of the message */
};

static struct pair message_for(struct hands *h, struct arena *a, enum disposition disposition)
{
    struct pair p;

    WORLD_MUST(turn_begin(&h->core));
    p.specimen = world_specimen(&h->world, a);
    p.message =
        world_message(&h->world, disposition == DISPOSITION_HELD ? "999" : "", "7", disposition);
    (void)text_of(p.id, p.message);
    hands_turn(h);
    return p;
}

static enum error resolve(struct hands *h, int64_t person, enum role role, const struct pair *p,
                          const char *resolution)
{
    return hands_ask(h, person, role, WIRE_RESOLVE, WIRE_F_MESSAGE, p->id, WIRE_F_RESOLUTION,
                     resolution, WIRE_F_ACCESSION, p->specimen.accession, WIRE_F_REASON,
                     "tube found", WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "MRN",
                     WIRE_FIELD_COUNT);
}

static enum error end(struct hands *h, int64_t person, enum role role, const char *proposal,
                      const char *outcome)
{
    return hands_ask(h, person, role, WIRE_PROPOSAL_END, WIRE_F_PROPOSAL, proposal, WIRE_F_OUTCOME,
                     outcome, WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "birth date",
                     WIRE_F_NOTE, "looked again", WIRE_FIELD_COUNT);
}

static void within_a_day_one_person_decides(void **state)
{
    struct hands *h = *state;
    struct arena a;
    struct pair p;

    arena_init(&a, HANDS_ARENA);
    p = message_for(h, &a, DISPOSITION_HELD);
    h->world.now += 24 * hour;
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    assert_string_equal(h->order, p.specimen.order_number);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM proposal"), 0);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
    arena_free(&a);
}

static void after_a_day_two_people_decide(void **state)
{
    struct hands *h = *state;
    char proposal[24];
    struct arena a;
    struct pair p;

    arena_init(&a, HANDS_ARENA);
    p = message_for(h, &a, DISPOSITION_HELD);
    h->world.now += 24 * hour + 1;
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    assert_non_null(strstr(h->said, "second person"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 0);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 1);
    assert_int_equal(resolve(h, h->director, ROLE_DIRECTOR, &p, "not-ours"), ERROR_CONFLICT);
    assert_int_equal(end(h, h->lead, ROLE_LAB_LEAD, proposal, "confirmed"), ERROR_DENIED);
    assert_int_equal(hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_PROPOSAL_END,
                               WIRE_F_PROPOSAL, proposal, WIRE_F_OUTCOME, "confirmed",
                               WIRE_F_IDENTIFIER, "name", WIRE_FIELD_COUNT),
                     ERROR_BAD_INPUT);
    assert_int_equal(end(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, proposal, "confirmed"),
                     ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "confirmed"), ERROR_CONFLICT);
    hands_verify(h);
    arena_free(&a);
}

static void what_was_declined_waits_on(void **state)
{
    struct hands *h = *state;
    char proposal[24];
    struct arena a;
    struct pair p;

    arena_init(&a, HANDS_ARENA);
    p = message_for(h, &a, DISPOSITION_HELD);
    h->world.now += 30 * hour;
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "declined"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 1);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "not-ours"), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
    assert_int_equal(hands_number(h, "SELECT kind = 'not-ours' FROM resolution"), 1);
    arena_free(&a);
}

static enum error undo(struct hands *h, const struct pair *p, const char *accession)
{
    return hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_UNDO, WIRE_F_MESSAGE, p->id, WIRE_F_ACCESSION,
                     accession, WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "MRN",
                     WIRE_F_REASON_CODE, "wrong-patient", WIRE_F_REASON, "tubes swapped",
                     WIRE_FIELD_COUNT);
}

/* A link by a person, undone: W on the one order, the result on the other, and back again. */
static void an_undone_link_leaves_w_where_it_stood(void **state)
{
    struct hands *h = *state;
    char sql[200];
    struct pair p, other;
    struct arena a;

    arena_init(&a, HANDS_ARENA);
    p = message_for(h, &a, DISPOSITION_HELD);
    h->world.now += 1;
    other = message_for(h, &a, DISPOSITION_QC);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    assert_int_equal(undo(h, &p, p.specimen.accession), ERROR_CONFLICT);
    assert_int_equal(undo(h, &p, other.specimen.accession), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result WHERE status = 'W'"), 0);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM result r WHERE r.orders = %lld AND r.status = 'W' AND "
                   "r.value = 'withdrawn' AND (SELECT o.value FROM result o WHERE o.id = "
                   "r.replaces) = '7.4'",
                   (long long)p.specimen.order);
    assert_int_equal(hands_number(h, sql), 1);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM result r WHERE r.orders = %lld AND r.value = '7.4' AND "
                   "r.message = %lld",
                   (long long)other.specimen.order, (long long)p.message);
    assert_int_equal(hands_number(h, sql), 1);
    assert_int_equal(undo(h, &p, p.specimen.accession), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 5);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM correction_move"), 2);
    hands_verify(h);
    arena_free(&a);
}

static void what_belongs_to_nobody_is_withdrawn_without_a_place(void **state)
{
    struct hands *h = *state;
    struct arena a;
    struct pair p;

    arena_init(&a, HANDS_ARENA);
    p = message_for(h, &a, DISPOSITION_HELD);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    assert_int_equal(undo(h, &p, ""), ERROR_OK);
    assert_int_equal(end(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, h->key, "confirmed"),
                     ERROR_OK);
    assert_int_equal(undo(h, &p, ""), ERROR_CONFLICT);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result r WHERE r.status <> 'W' AND NOT "
                                     "EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)"),
                     0);
    hands_verify(h);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(within_a_day_one_person_decides, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(after_a_day_two_people_decide, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(what_was_declined_waits_on, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(an_undone_link_leaves_w_where_it_stood, hands_open,
                                        hands_close),
        cmocka_unit_test_setup_teardown(what_belongs_to_nobody_is_withdrawn_without_a_place,
                                        hands_open, hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
