/*
 * M15 (domain.md 5.1: an order is never lost): what was ordered and never comes stands on a list,
 * also when the rest came and was signed, until it comes or somebody says why it will not. A
 * withdrawn result is none; one analyte does not make a panel whole; nothing of it is signed in a
 * batch.
 */
#include "tests/must/hands.h"

#include "core/store/bench.h"

static const int64_t hour = 60 * 60 * 1000;

/* A panel of which two analytes are expected, and its collected specimen. */
struct panel {
    int64_t test;
    struct store_specimen specimen;
    struct arena arena;
};

static void panel_open(struct hands *h, struct panel *p)
{
    static struct store_analyte analytes[] = {
        { "NA", "2951-2", "Sodium", "mmol/L", true },
        { "K", "2823-3", "Potassium", "mmol/L", true },
        { "CL", "2075-0", "Chloride", "mmol/L", false },
    };
    const struct store_test test = { .code = "PANEL",
                                     .name = "Small panel",
                                     .specimen_type = "blood",
                                     .container = "SST",
                                     .active = true,
                                     .analytes = analytes,
                                     .analyte_count = 3 };
    struct world *w = &h->world;
    int64_t was = w->test;

    arena_init(&p->arena, HANDS_ARENA);
    WORLD_MUST(turn_begin(&h->core));
    WORLD_MUST(store_test_add(w->store, &test, w->now, &p->test));
    w->test = p->test;
    p->specimen = world_specimen(w, &p->arena);
    w->test = was;
    hands_turn(h);
}

/* A result of the panel, or the next version of one. */
static int64_t panel_result(struct hands *h, const struct panel *p, const char *loinc,
                            const char *status, int64_t replaces)
{
    struct world *w = &h->world;
    struct store_result result = { .order = p->specimen.order,
                                   .specimen = p->specimen.id,
                                   .patient_id = p->specimen.patient_id,
                                   .test = p->test,
                                   .replaces = replaces,
                                   .code = "",
                                   .loinc = loinc,
                                   .name = loinc,
                                   .value = "4.1",
                                   .number = "4.1",
                                   .unit = "mmol/L",
                                   .flag = "N",
                                   .flag_source = "site",
                                   .site_flag = "N",
                                   .status = status,
                                   .at = ++w->now };
    int64_t id;

    WORLD_MUST(turn_begin(&h->core));
    result.message = world_message(w, p->specimen.accession, loinc, DISPOSITION_LINKED);
    WORLD_MUST(store_result_add(w->store, &result, &id));
    hands_turn(h);
    return id;
}

static enum error panel_sign(struct hands *h, const struct panel *p, enum wire_type how)
{
    char version[STORE_VERSION_SIZE];

    WORLD_MUST(store_order_version(h->world.store, p->specimen.order, version));
    return hands_ask(h, h->world.provider, ROLE_PROVIDER, how, WIRE_F_ORDER,
                     p->specimen.order_number, WIRE_F_VERSION, version, WIRE_F_MEANING, "REVIEWED",
                     WIRE_F_PIN, "0", WIRE_FIELD_COUNT);
}

/* Whether the list of what waits too long says so, in these words. */
static bool is_listed(struct hands *h, const char *words)
{
    const struct store_params params = { .now = h->world.now };
    char *json = world_read(&h->world, READ_OVERDUE, &params);
    const char *missing = strstr(json, "\"missing\":[");
    bool found;

    assert_non_null(missing);
    found = strstr(missing, words) != NULL;
    free(json);
    return found;
}

static void what_never_comes_is_listed_when_the_rest_is_signed(void **state)
{
    struct hands *h = *state;
    struct panel p;

    panel_open(h, &p);
    h->world.now += 25 * hour;
    assert_true(is_listed(h, "\"missing\":[\"Small panel\"]"));
    (void)panel_result(h, &p, "2951-2", "F", 0);
    assert_int_equal(panel_sign(h, &p, WIRE_SIGN_BATCH), ERROR_CONFLICT);
    assert_non_null(strstr(h->why.text, "signed by itself"));
    assert_int_equal(panel_sign(h, &p, WIRE_SIGN), ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT state = 'signed' FROM worklist"), 1);
    assert_true(is_listed(h, "\"missing\":[\"Potassium\"]"));
    (void)panel_result(h, &p, "2823-3", "F", 0);
    assert_false(is_listed(h, "Potassium"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM partial"), 0);
    hands_verify(h);
    arena_free(&p.arena);
}

static void before_a_day_is_over_nothing_is_late(void **state)
{
    struct hands *h = *state;
    struct panel p;

    panel_open(h, &p);
    (void)panel_result(h, &p, "2951-2", "F", 0);
    h->world.now = p.specimen.collected_at + 24 * hour;
    assert_false(is_listed(h, "Potassium"));
    h->world.now++;
    assert_true(is_listed(h, "Potassium"));
    arena_free(&p.arena);
}

static void what_was_withdrawn_is_no_result(void **state)
{
    struct hands *h = *state;
    int64_t sodium, potassium;
    struct panel p;

    panel_open(h, &p);
    sodium = panel_result(h, &p, "2951-2", "F", 0);
    potassium = panel_result(h, &p, "2823-3", "F", 0);
    h->world.now += 25 * hour;
    assert_false(is_listed(h, "missing\":[\""));
    (void)panel_result(h, &p, "2823-3", "W", potassium);
    assert_true(is_listed(h, "\"missing\":[\"Potassium\"]"));
    (void)panel_result(h, &p, "2951-2", "W", sodium);
    assert_true(is_listed(h, "\"missing\":[\"Small panel\"]"));
    arena_free(&p.arena);
}

static void a_person_says_why_none_will_come(void **state)
{
    struct hands *h = *state;
    struct panel p;

    panel_open(h, &p);
    (void)panel_result(h, &p, "2951-2", "F", 0);
    h->world.now += 25 * hour;
    assert_int_equal(hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_ORDER_CANCEL,
                               WIRE_F_ORDER, p.specimen.order_number, WIRE_F_REASON,
                               "the cartridge holds no potassium", WIRE_FIELD_COUNT),
                     ERROR_OK);
    assert_false(is_listed(h, "Potassium"));
    assert_int_equal(hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_ORDER_CANCEL,
                               WIRE_F_ORDER, p.specimen.order_number, WIRE_F_REASON, "again",
                               WIRE_FIELD_COUNT),
                     ERROR_CONFLICT);
    hands_verify(h);
    arena_free(&p.arena);
}

/* The rest is asked for again with the tube that took the rejected one's place. */
static void an_order_in_its_place_takes_it_over(void **state)
{
    struct hands *h = *state;
    struct store_order_key key;
    struct store_actor by;
    struct panel p;

    panel_open(h, &p);
    (void)panel_result(h, &p, "2951-2", "F", 0);
    h->world.now += 25 * hour;
    by = world_actor(&h->world);
    WORLD_MUST(turn_begin(&h->core));
    WORLD_MUST(store_recollect(h->world.store, &by, p.specimen.id, "hemolysed", &key));
    hands_turn(h);
    assert_false(is_listed(h, "Potassium"));
    assert_int_equal(hands_number(h, "SELECT count(*) FROM order_missing m JOIN recollection r ON "
                                     "r.orders = m.orders WHERE m.name = 'Small panel'"),
                     1);
    hands_verify(h);
    arena_free(&p.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_never_comes_is_listed_when_the_rest_is_signed,
                                        hands_open, hands_close),
        cmocka_unit_test_setup_teardown(before_a_day_is_over_nothing_is_late, hands_open,
                                        hands_close),
        cmocka_unit_test_setup_teardown(what_was_withdrawn_is_no_result, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(a_person_says_why_none_will_come, hands_open, hands_close),
        cmocka_unit_test_setup_teardown(an_order_in_its_place_takes_it_over, hands_open,
                                        hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
