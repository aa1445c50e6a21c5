/*
 * M9: what waits on the list of the unmatched is decided by people, never by memory. What has
 * waited for more than a day needs a second person; an undone link leaves W where it stood and the
 * result where it belongs; every message ends linked, held, as control or parked, with a reason.
 */
#include "tests/must/hands.h"

#include "core/store/correct.h"
#include "core/store/gate.h"

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

static struct pair message_for(struct hands *h, enum disposition disposition)
{
    struct pair p;

    WORLD_MUST(turn_begin(&h->core));
    p.specimen = world_specimen(&h->world, &h->arena);
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
    struct pair p;

    p = message_for(h, DISPOSITION_HELD);
    h->world.now += 24 * hour;
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    assert_string_equal(h->order, p.specimen.order_number);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM proposal"), 0);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
}

static void after_a_day_two_people_decide(void **state)
{
    struct hands *h = *state;
    char proposal[24];
    struct pair p;

    p = message_for(h, DISPOSITION_HELD);
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
}

static void what_was_declined_waits_on(void **state)
{
    struct hands *h = *state;
    char proposal[24];
    struct pair p;

    p = message_for(h, DISPOSITION_HELD);
    h->world.now += 30 * hour;
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "declined"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 1);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "not-ours"), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
    assert_int_equal(hands_number(h, "SELECT kind = 'not-ours' FROM resolution"), 1);
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

    p = message_for(h, DISPOSITION_HELD);
    h->world.now += 1;
    other = message_for(h, DISPOSITION_QC);
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
}

static void what_belongs_to_nobody_is_withdrawn_without_a_place(void **state)
{
    struct hands *h = *state;
    struct pair p;

    p = message_for(h, DISPOSITION_HELD);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    assert_int_equal(undo(h, &p, ""), ERROR_OK);
    assert_int_equal(end(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, h->key, "confirmed"),
                     ERROR_OK);
    assert_int_equal(undo(h, &p, ""), ERROR_CONFLICT);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result r WHERE r.status <> 'W' AND NOT "
                                     "EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)"),
                     0);
    hands_verify(h);
}

/* A result that people corrected, or cancelled, before it was found to be another patient's: the
 * instrument's value does not come back with it. */
static void moved_values(struct hands *h, const char *kind, const char *value, const char *status)
{
    char sql[400], version[STORE_VERSION_SIZE];
    struct pair p, other;
    int64_t result;
    char id[24];

    p = message_for(h, DISPOSITION_HELD);
    h->world.now += 1;
    other = message_for(h, DISPOSITION_QC);
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_OK);
    result = hands_number(h, "SELECT max(id) FROM result");
    WORLD_MUST(store_order_version(h->world.store, p.specimen.order, version));
    assert_int_equal(hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_CORRECT, WIRE_F_ORDER,
                               p.specimen.order_number, WIRE_F_VERSION, version, WIRE_F_RESULT_ID,
                               text_of(id, result), WIRE_F_KIND, kind, WIRE_F_VALUE, value,
                               WIRE_F_REASON_CODE, "typing", WIRE_F_REASON, "read again",
                               WIRE_F_PIN, "-", WIRE_FIELD_COUNT),
                     ERROR_OK);
    assert_int_equal(undo(h, &p, other.specimen.accession), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    (void)snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM result r JOIN result was ON was.id = r.replaces WHERE "
        "r.orders = %lld AND r.status = '%s' AND r.value = '%s' AND was.value = '7.4' "
        "AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id) AND EXISTS "
        "(SELECT 1 FROM correction c WHERE c.result_new = r.id AND c.reason LIKE '%%read "
        "again')",
        (long long)other.specimen.order, status, value);
    assert_int_equal(hands_number(h, sql), 1);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM correction_move m JOIN result r ON r.id "
                                     "= m.result WHERE NOT EXISTS (SELECT 1 FROM result n WHERE "
                                     "n.replaces = r.id)"),
                     1);
    assert_int_equal(undo(h, &p, p.specimen.accession), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM result r WHERE r.orders = %lld AND r.status = '%s' AND "
                   "r.value = '%s' AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)",
                   (long long)p.specimen.order, status, value);
    assert_int_equal(hands_number(h, sql), 1);
    hands_verify(h);
}

static void what_was_corrected_stays_corrected_where_it_goes(void **state)
{
    moved_values(*state, "value", "5.4", "C");
}

static void what_was_cancelled_stays_cancelled_where_it_goes(void **state)
{
    moved_values(*state, "cancel", "cancelled", "X");
}

/* A message that names its specimen and that a rule of the laboratory holds. */
static struct pair held_by_a_rule(struct hands *h)
{
    struct store_gate_warning said = { .rule = "operator",
                                       .finding = "against",
                                       .level = "lockout",
                                       .sentence = "Nobody has signed the operator on." };
    struct pair p;
    int64_t id;

    WORLD_MUST(turn_begin(&h->core));
    p.specimen = world_specimen(&h->world, &h->arena);
    p.message = world_message(&h->world, p.specimen.accession, "7", DISPOSITION_HELD);
    said.message = p.message;
    said.at = h->world.now;
    WORLD_MUST(store_gate_warning_add(h->world.store, &said, &id));
    (void)text_of(p.id, p.message);
    hands_turn(h);
    return p;
}

/* By somebody who saw that the rule "operator" holds it. */
static enum error release(struct hands *h, const struct pair *p)
{
    return hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_RELEASE, WIRE_F_MESSAGE, p->id, WIRE_F_REASON,
                     "watched her do it", WIRE_F_RULE, "operator", WIRE_FIELD_COUNT);
}

/* And by somebody who saw the other as well. */
static enum error release_both(struct hands *h, const struct pair *p)
{
    return hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_RELEASE, WIRE_F_MESSAGE, p->id, WIRE_F_REASON,
                     "watched her do it", WIRE_F_RULE, "operator", WIRE_F_RULE, "clock",
                     WIRE_FIELD_COUNT);
}

static void after_a_day_two_people_release_what_a_rule_holds(void **state)
{
    struct hands *h = *state;
    struct pair p, other;
    char proposal[24], sql[200];

    p = held_by_a_rule(h);
    h->world.now += 1;
    other = held_by_a_rule(h);
    h->world.now += 24 * hour - 1;
    assert_int_equal(release(h, &other), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    h->world.now += 1;
    assert_int_equal(release(h, &p), ERROR_OK);
    assert_non_null(strstr(h->said, "second person"));
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    assert_int_equal(release(h, &p), ERROR_CONFLICT);
    assert_int_equal(end(h, h->lead, ROLE_LAB_LEAD, proposal, "confirmed"), ERROR_DENIED);
    assert_int_equal(end(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, proposal, "confirmed"),
                     ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 2);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 0);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM gate_override WHERE rule = 'operator' AND person = %lld "
                   "AND role = 'lab-lead' AND reason = 'watched her do it'",
                   (long long)h->lead);
    assert_int_equal(hands_number(h, sql), 2);
    hands_verify(h);
}

/* The director lets a rule hold what the laboratory keeps no book about. */
static void lock_the_unknown(struct hands *h, const char *rule)
{
    assert_int_equal(hands_ask(h, h->director, ROLE_DIRECTOR, WIRE_RULE_SET, WIRE_F_RULE, rule,
                               WIRE_F_FINDING, "unknown", WIRE_F_LEVEL, "lockout", WIRE_F_REASON,
                               "we keep that book", WIRE_F_PIN, "-", WIRE_FIELD_COUNT),
                     ERROR_OK);
}

static int64_t overrides_of(struct hands *h, const char *rule)
{
    char sql[120];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM gate_override WHERE rule = '%s'", rule);
    return hands_number(h, sql);
}

static void a_rule_that_came_since_is_told_before_anything_is_released(void **state)
{
    struct hands *h = *state;
    struct pair p;

    p = held_by_a_rule(h);
    lock_the_unknown(h, "clock");
    assert_int_equal(release(h, &p), ERROR_OK);
    assert_non_null(strstr(h->said, "It is not released."));
    assert_non_null(strstr(h->said, "what time its clock shows"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 0);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM gate_override"), 0);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held"), 1);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM gate_warning WHERE rule = 'clock' AND "
                                     "level = 'lockout'"),
                     1);
    assert_int_equal(release(h, &p), ERROR_CONFLICT);
    assert_non_null(strstr(h->why.text, "read what it says"));
    assert_int_equal(release_both(h, &p), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    assert_int_equal(overrides_of(h, "operator"), 1);
    assert_int_equal(overrides_of(h, "clock"), 1);
    hands_verify(h);
}

static void a_second_person_releases_only_what_the_first_one_knew(void **state)
{
    struct hands *h = *state;
    struct pair p;
    char proposal[24];

    p = held_by_a_rule(h);
    h->world.now += 24 * hour + 1;
    assert_int_equal(release(h, &p), ERROR_OK);
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    lock_the_unknown(h, "clock");
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "confirmed"), ERROR_CONFLICT);
    assert_non_null(strstr(h->why.text, "Another rule holds"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 0);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "declined"), ERROR_OK);
    assert_int_equal(release(h, &p), ERROR_OK);
    assert_non_null(strstr(h->said, "It is not released."));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM proposal_open"), 0);
    assert_int_equal(release_both(h, &p), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    assert_int_equal(overrides_of(h, "clock"), 1);
    hands_verify(h);
}

static enum error link_released(struct hands *h, const struct pair *p)
{
    return hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_RESOLVE, WIRE_F_MESSAGE, p->id,
                     WIRE_F_RESOLUTION, "link", WIRE_F_ACCESSION, p->specimen.accession,
                     WIRE_F_REASON, "tube found", WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER,
                     "MRN", WIRE_F_RELEASE, "watched her do it", WIRE_FIELD_COUNT);
}

/* Linked by hand with a reason for the release, to be confirmed by another. */
static void a_proposed_link_releases_only_what_was_known(void **state)
{
    struct hands *h = *state;
    struct pair p;
    char proposal[24];

    p = message_for(h, DISPOSITION_HELD);
    h->world.now += 24 * hour + 1;
    lock_the_unknown(h, "qc");
    assert_int_equal(resolve(h, h->lead, ROLE_LAB_LEAD, &p, "link"), ERROR_DENIED);
    assert_non_null(strstr(h->why.text, "reason for the release"));
    assert_int_equal(link_released(h, &p), ERROR_OK);
    (void)snprintf(proposal, sizeof proposal, "%s", h->key);
    lock_the_unknown(h, "clock");
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "confirmed"), ERROR_CONFLICT);
    assert_non_null(strstr(h->why.text, "what time its clock shows"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 0);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, proposal, "declined"), ERROR_OK);
    assert_int_equal(link_released(h, &p), ERROR_OK);
    assert_int_equal(end(h, h->director, ROLE_DIRECTOR, h->key, "confirmed"), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM result"), 1);
    assert_int_equal(overrides_of(h, "qc"), 1);
    assert_int_equal(overrides_of(h, "clock"), 1);
    hands_verify(h);
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
        cmocka_unit_test_setup_teardown(what_was_corrected_stays_corrected_where_it_goes,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(what_was_cancelled_stays_cancelled_where_it_goes,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(after_a_day_two_people_release_what_a_rule_holds,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(a_rule_that_came_since_is_told_before_anything_is_released,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(a_second_person_releases_only_what_the_first_one_knew,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(a_proposed_link_releases_only_what_was_known, hands_open,
                                        hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
