/*
 * M17: the clock of a critical value runs from its receipt. Every 15 minutes somebody further is
 * called, by core's own timer: who covers for the provider, the next colleague, the director; at 60
 * minutes the outer limit has passed. Whoever is told stops it; a newer critical value starts it.
 * Of one that is held the lab lead is called, then the director: its place is to be found.
 */
#include "tests/must/hands.h"

#include "core/rules/critical.h"
#include "core/store/correct.h"
#include "core/store/review.h"

static const int64_t minute = 60 * 1000;

/* A critical result of a new order; gives the order's number. */
static void critical_result(struct hands *h, char order[24], int64_t *id)
{
    struct world *w = &h->world;
    struct store_specimen specimen;
    struct store_result result;
    int64_t message, unused;

    WORLD_MUST(turn_begin(&h->core));
    specimen = world_specimen(w, &h->arena);
    message = world_message(w, specimen.accession, "1", DISPOSITION_LINKED);
    result = (struct store_result) { .message = message,
                                     .order = specimen.order,
                                     .specimen = specimen.id,
                                     .patient_id = specimen.patient_id,
                                     .test = w->test,
                                     .code = "HbA1c",
                                     .loinc = "4548-4",
                                     .name = "Hemoglobin A1c",
                                     .value = "17.4",
                                     .number = "17.4",
                                     .unit = "%",
                                     .flag = "HH",
                                     .severity = SEVERITY_CRITICAL,
                                     .status = "F",
                                     .at = w->now };
    WORLD_MUST(store_result_add(w->store, &result, &unused));
    (void)snprintf(order, 24, "%s", specimen.order_number);
    *id = specimen.order;
    hands_turn(h);
}

/* Turns the clock on and lets core look. */
static void after_minutes(struct hands *h, int64_t minutes)
{
    h->world.now += minutes * minute;
    criticals_look(&h->core, h->world.now);
    hands_turn(h);
}

static void called(const struct hands *h, int64_t steps, const char *login)
{
    char sql[160];

    assert_int_equal(hands_number(h, "SELECT count(*) FROM critical_step"), steps);
    (void)snprintf(sql, sizeof sql,
                   "SELECT login = '%s' FROM critical_step ORDER BY id DESC LIMIT 1", login);
    assert_int_equal(hands_number(h, sql), 1);
}

static void version_of(struct hands *h, int64_t order, char out[STORE_VERSION_SIZE])
{
    WORLD_MUST(store_order_version(h->world.store, order, out));
}

static enum error tell(struct hands *h, const char *order, const char *version)
{
    return hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_CRITICAL_TOLD,
                     WIRE_F_ORDER, order, WIRE_F_VERSION, version, WIRE_F_TOLD_TO, "Paul-TEST",
                     WIRE_F_CREDENTIAL, "MD", WIRE_F_METHOD, "telephone", WIRE_F_VALUE_READ,
                     "17.4 %", WIRE_F_READ_BACK, "17.4", WIRE_FIELD_COUNT);
}

static void it_goes_to_the_colleague_and_then_to_the_director(void **state)
{
    struct hands *h = *state;
    char order[24];
    int64_t id;

    critical_result(h, order, &id);
    after_minutes(h, 14);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM critical_step"), 0);
    after_minutes(h, 1);
    called(h, 1, "paul");
    after_minutes(h, 14);
    called(h, 1, "paul");
    after_minutes(h, 1);
    called(h, 2, "dora");
    after_minutes(h, 15);
    called(h, 3, "dora");
    after_minutes(h, 15);
    called(h, 4, "dora");
    after_minutes(h, 600);
    called(h, 4, "dora");
    assert_int_equal(hands_number(h, "SELECT count(*) FROM event WHERE type = 'critical-late'"), 4);
    hands_verify(h);
}

static void whoever_is_told_stops_it_and_a_newer_value_starts_it(void **state)
{
    struct hands *h = *state;
    char order[24], other[24], version[STORE_VERSION_SIZE];
    int64_t id, other_id;

    critical_result(h, order, &id);
    version_of(h, id, version);
    after_minutes(h, 16);
    assert_int_equal(tell(h, order, version), ERROR_OK);
    after_minutes(h, 60);
    called(h, 1, "paul");
    critical_result(h, other, &other_id);
    after_minutes(h, 15);
    called(h, 2, "paul");
    hands_verify(h);
}

static void an_attempt_does_not_stop_it(void **state)
{
    struct hands *h = *state;
    char order[24], version[STORE_VERSION_SIZE];
    int64_t id;

    critical_result(h, order, &id);
    version_of(h, id, version);
    assert_int_equal(hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_CRITICAL_ATTEMPT,
                               WIRE_F_ORDER, order, WIRE_F_VERSION, version, WIRE_F_OUTCOME,
                               "no-answer", WIRE_F_TOLD_TO, "Dana W-TEST", WIRE_F_METHOD,
                               "telephone", WIRE_FIELD_COUNT),
                     ERROR_OK);
    after_minutes(h, 15);
    called(h, 1, "paul");
}

/* The one who covers comes before any other colleague. */
static void who_covers_is_called_first(void **state)
{
    struct hands *h = *state;
    const struct store_actor by = world_actor(&h->world);
    const struct store_cover cover = { .provider = "dana",
                                       .deputy = "zoe",
                                       .from_day = "2026-03-01",
                                       .until_day = "2026-03-31",
                                       .reason = "away" };
    char order[24];
    int64_t id, unused;

    WORLD_MUST(turn_begin(&h->core));
    (void)hands_person(h, "zoe", "Zoe-TEST", ROLE_PROVIDER);
    WORLD_MUST(store_cover_add(h->world.store, &by, &cover, &id));
    WORLD_MUST(store_cover_step_add(h->world.store, &by, id, "accepted", "", &unused));
    hands_turn(h);
    critical_result(h, order, &id);
    after_minutes(h, 15);
    called(h, 1, "zoe");
    after_minutes(h, 15);
    called(h, 2, "paul");
    after_minutes(h, 15);
    called(h, 3, "dora");
}

/* Nobody could call while the power was off: what is due now is done now, once. */
static void after_hours_without_power_the_director_is_called(void **state)
{
    struct hands *h = *state;
    char order[24];
    int64_t id;

    critical_result(h, order, &id);
    after_minutes(h, 300);
    called(h, 1, "dora");
    assert_int_equal(hands_number(h, "SELECT step FROM critical_step"), CRITICAL_STEPS);
}

static void to_find(const struct hands *h, int64_t steps, const char *login)
{
    char sql[200];

    assert_int_equal(hands_number(h, "SELECT count(*) FROM held_step"), steps);
    (void)snprintf(sql, sizeof sql,
                   "SELECT login = '%s' AND role <> '' FROM held_step ORDER BY id DESC LIMIT 1",
                   login);
    assert_int_equal(hands_number(h, sql), 1);
}

/* Nobody knows whose it is: the lab lead, then the director, until it has its place or is none of
 * ours. Then the order's own clock goes on. */
static void a_held_one_goes_to_who_can_place_it(void **state)
{
    struct hands *h = *state;
    struct store_held_critical value = {
        .name = "Hemoglobin A1c", .value = "17.4", .unit = "%", .flag = "HH"
    };
    char message[24];

    WORLD_MUST(turn_begin(&h->core));
    value.message = world_message(&h->world, "A0017", "7", DISPOSITION_HELD);
    WORLD_MUST(store_held_critical_add(h->world.store, &value));
    hands_turn(h);
    (void)snprintf(message, sizeof message, "%lld", (long long)value.message);
    after_minutes(h, 14);
    assert_int_equal(hands_number(h, "SELECT count(*) FROM held_step"), 0);
    after_minutes(h, 1);
    to_find(h, 1, "lena");
    after_minutes(h, 15);
    to_find(h, 2, "dora");
    after_minutes(h, 0);
    to_find(h, 2, "dora");
    assert_int_equal(hands_ask(h, h->lead, ROLE_LAB_LEAD, WIRE_RESOLVE, WIRE_F_MESSAGE, message,
                               WIRE_F_RESOLUTION, "not-ours", WIRE_F_REASON, "the neighbour's",
                               WIRE_FIELD_COUNT),
                     ERROR_OK);
    after_minutes(h, 60);
    to_find(h, 2, "dora");
    assert_int_equal(hands_number(h, "SELECT count(*) FROM critical_step"), 0);
    hands_verify(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_goes_to_the_colleague_and_then_to_the_director,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(whoever_is_told_stops_it_and_a_newer_value_starts_it,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(an_attempt_does_not_stop_it, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(who_covers_is_called_first, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(a_held_one_goes_to_who_can_place_it, hands_open,
                                        hands_close),
        cmocka_unit_test_setup_teardown(after_hours_without_power_the_director_is_called,
                                        hands_open, hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
