/* A person decides about what is held: with a reason, two identifiers, and nothing lost. */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char *const two[] = { "name", "birth date" };

struct waiting {
    struct world *w;
    struct accession accession;
    struct store_actor by;
    struct ingest_resolve request;
};

/* One message with a mistyped number waits. */
static void waiting_open(struct waiting *s, void **state)
{
    struct device device;
    struct record_result result;
    struct record record = world_record("260312000019", &result);

    s->w = *state;
    world_specimen(s->w, "M1", "Doe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &s->accession);
    world_turn(s->w);
    device_attach(&device, s->w, "a1c-1");
    device_session(&device, &record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s->w, "SELECT count(*) FROM held"), 1);
    s->by = (struct store_actor) { .person = s->w->person,
                                   .role = role_id(ROLE_LAB_LEAD),
                                   .workstation = "bench",
                                   .at = s->w->now };
    s->request = (struct ingest_resolve) {
        .message = world_count(s->w, "SELECT message FROM held"),
        .kind = RESOLUTION_LINK,
        .accession = s->accession.digits,
        .reason = "Mistyped at the analyzer; the run list shows this tube.",
        .identifiers = two,
        .identifier_count = 2,
        .by = &s->by,
    };
}

static enum error resolve(struct waiting *s)
{
    struct store_order_key order = { 0, "" };
    struct complaint why = { "" };
    enum error e;

    assert_int_equal(store_begin(s->w->store), ERROR_OK);
    assert_int_equal(store_step_begin(s->w->store), ERROR_OK);
    e = ingest_resolve(s->w->ingest, &s->request, &order, &why);
    assert_int_equal(e == ERROR_OK ? store_step_keep(s->w->store) : store_step_undo(s->w->store),
                     ERROR_OK);
    world_turn(s->w);
    if (e != ERROR_OK)
        assert_string_not_equal(why.text, "");
    else if (s->request.kind == RESOLUTION_LINK)
        assert_string_not_equal(order.number, "");
    return e;
}

static void a_person_links(void **state)
{
    struct waiting s;

    waiting_open(&s, state);
    assert_int_equal(resolve(&s), ERROR_OK);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result WHERE value='5.9'"), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type='result-linked' AND "
                                      "person IS NOT NULL AND reason<>''"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM specimen_state WHERE state='tested'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message"), 1);
    assert_int_equal(resolve(&s), ERROR_CONFLICT); /* not twice */
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 1);
}

static void a_link_needs_two_identifiers_and_a_reason(void **state)
{
    struct waiting s;

    waiting_open(&s, state);
    s.request.identifier_count = 1;
    assert_int_equal(resolve(&s), ERROR_BAD_INPUT);
    s.request.identifier_count = 2;
    s.request.reason = "  ";
    assert_int_equal(resolve(&s), ERROR_BAD_INPUT);
    s.request.reason = "Mistyped.";
    s.request.accession = "260312000019";
    assert_int_equal(resolve(&s), ERROR_BAD_INPUT);
    s.request.message = 999999;
    assert_int_equal(resolve(&s), ERROR_NOT_FOUND);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 1);
}

static void a_rejected_specimen_takes_no_result(void **state)
{
    struct waiting s;
    struct accession rejected;

    waiting_open(&s, state);
    world_specimen(s.w, "M2", "Roe-TEST", world_a1c, 1, SPECIMEN_REJECTED, &rejected);
    world_turn(s.w);
    s.request.accession = rejected.digits;
    assert_int_equal(resolve(&s), ERROR_CONFLICT);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 0);
}

static void not_ours_keeps_the_message(void **state)
{
    struct waiting s;

    waiting_open(&s, state);
    s.request.kind = RESOLUTION_NOT_OURS;
    s.request.identifier_count = 0;
    assert_int_equal(resolve(&s), ERROR_OK);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message WHERE disposition='held'"), 1);
    s.request.kind = RESOLUTION_SUPERSEDED;
    assert_int_equal(resolve(&s), ERROR_BAD_INPUT); /* only the machine says that */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_person_links),
        IN_WORLD(a_link_needs_two_identifiers_and_a_reason),
        IN_WORLD(a_rejected_specimen_takes_no_result),
        IN_WORLD(not_ours_keeps_the_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
