/* Who saw a patient: what was typed counts as the lists read it, and a look at a list counts as
 * long as the list shows the patient. A look too many is right, one too few is wrong. */
#include "tests/unit/test.h"

#include "core/store/lots.h"
#include "core/store/reading.h"
#include "core/store/sendouts.h"
#include "tests/unit/store/ekg_world.h"

enum { HOUR = 3600000, DAY = 24 * HOUR };

/* Somebody looks, and a minute goes by. */
static void look(struct world *w, const char *what, const char *key)
{
    const struct store_view view = { .person = w->provider,
                                     .workstation = "office",
                                     .what = what,
                                     .key = key,
                                     .at = w->now,
                                     .role = "provider" };
    int64_t id;

    WORLD_MUST(store_view_add(w->store, &view, &id));
    w->now += 60000;
}

/* How often the report on the order's patient names that look: of its own, or at a list. */
static int told(struct world *w, const struct store_order_key *order, const char *what, bool list)
{
    const struct store_params params = { .key = order->number, .limit = 500, .now = w->now };
    char wanted[64], *json, *lists, *at;
    int count = 0;

    WORLD_MUST(store_commit(w->store, NULL));
    json = world_read(w, READ_ACCESS, &params);
    WORLD_MUST(store_begin(w->store));
    (void)snprintf(wanted, sizeof wanted, "\"what\":\"%s\"", what);
    lists = strstr(json, "\"lists\":");
    assert_non_null(lists);
    if (list) {
        at = strstr(lists, wanted);
        at = at ? strstr(at, "\"times\":") : NULL;
        count = at ? (int)strtol(at + strlen("\"times\":"), NULL, 10) : 0;
    } else {
        for (at = strstr(json, wanted); at && at < lists; at = strstr(at + 1, wanted))
            count++;
    }
    free(json);
    return count;
}

static struct store_order_key order_of(struct world *w, const char *mrn, const int64_t *tests,
                                       size_t count)
{
    const struct store_actor by = world_actor(w);
    const struct store_patient patient = { 0, mrn, "Seen-TEST", "Ida", "1981-03-14", "F" };
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = tests,
                                 .test_count = count };
    struct store_order_key key;

    WORLD_MUST(store_patient_add(w->store, &patient, w->assistant, w->now, &order.patient));
    WORLD_MUST(store_order_enter(w->store, &by, &order, &key));
    return key;
}

/* Collected, the label verified. */
static struct store_specimen tube_of(struct world *w, struct arena *a, int64_t order)
{
    const struct store_specimen_key key = world_collect(w, order);
    struct store_specimen specimen;

    world_event(w, key.id, EVENT_LABEL_PRINTED);
    world_event(w, key.id, EVENT_LABEL_VERIFIED);
    WORLD_MUST(store_specimen_by_id(w->store, a, key.id, &specimen));
    return specimen;
}

static void what_was_typed_counts_as_the_lists_read_it(void **state)
{
    static const char *const by_number[] = { "trace", "find", "access", "search" };
    struct world *w = *state;
    struct store_order_key order, other;
    struct store_specimen tube;
    char spaced[24];
    struct arena a;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    order = order_of(w, "A_1%", &w->test, 1);
    other = world_order(w);
    tube = tube_of(w, &a, order.id);
    (void)snprintf(spaced, sizeof spaced, " %.6s %.5s %s ", tube.accession, tube.accession + 6,
                   tube.accession + 11);
    for (size_t i = 0; i < sizeof by_number / sizeof by_number[0]; i++) {
        look(w, by_number[i], spaced);
        assert_int_equal(told(w, &order, by_number[i], false), 1);
        look(w, by_number[i], " A_1% ");
        assert_int_equal(told(w, &order, by_number[i], false), 2);
        assert_int_equal(told(w, &other, by_number[i], false), 0);
    }
    look(w, "search", "A_1");
    assert_int_equal(told(w, &order, "search", false), 3);
    look(w, "patients", "AB1");
    look(w, "patients", "  ");
    assert_int_equal(told(w, &order, "patients", false), 0);
    look(w, "trace", " maria ");
    assert_int_equal(told(w, &order, "trace", true), 1);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

/* A second test, which another laboratory does and which can be read here. */
static int64_t second_test(struct world *w)
{
    const struct store_actor by = world_actor(w);
    struct store_analyte analyte = { "", "2089-1", "LDL", "mg/dL", false };
    const struct store_test test = { .code = "LDL",
                                     .name = "LDL",
                                     .specimen_type = "blood",
                                     .container = "LAV EDTA",
                                     .active = true,
                                     .analytes = &analyte,
                                     .analyte_count = 1 };
    const struct store_lab_test sent = { "LDL", 2 };
    const struct store_lab lab = { .name = "Faraway Laboratory-TEST",
                                   .address = "1 Far Street, Elsewhere, NY 10001",
                                   .clia = "33D1234567",
                                   .active = true,
                                   .tests = &sent,
                                   .test_count = 1 };
    const struct store_reading kit = { .test_code = "LDL",
                                       .how = { .choices = "Negative;Positive", .read_to = 9 },
                                       .source = "invented",
                                       .person = w->provider,
                                       .at = w->now };
    int64_t id, unused;

    WORLD_MUST(store_test_add(w->store, &test, w->now, &id));
    WORLD_MUST(store_lab_add(w->store, &by, &lab, &unused));
    WORLD_MUST(store_reading_add(w->store, &kit, &unused));
    return id;
}

static void tell(struct world *w, int64_t order)
{
    const struct store_actor by = world_actor(w);
    char version[STORE_VERSION_SIZE];
    const struct store_critical_notice notice = { .order = order,
                                                  .version = version,
                                                  .told_to = "Dana W-TEST",
                                                  .method = "telephone",
                                                  .read_back = "14.9 %",
                                                  .note = "",
                                                  .credential = "MD",
                                                  .contact = "5550100",
                                                  .value_read = "14.9 %" };
    int64_t id;

    WORLD_MUST(store_order_version(w->store, order, version));
    WORLD_MUST(store_critical_notice_add(w->store, &by, &notice, &id));
}

static void sign(struct world *w, int64_t order)
{
    const struct store_actor by = { .person = w->provider, .role = "provider", .at = w->now };
    char version[STORE_VERSION_SIZE];
    const struct store_review review = { .order = order,
                                         .version = version,
                                         .signed_off = true,
                                         .meaning = "REVIEWED",
                                         .disposition = "",
                                         .note = "" };
    int64_t id;

    WORLD_MUST(store_order_version(w->store, order, version));
    WORLD_MUST(store_review_add(w->store, &by, &review, &id));
}

/* Half of the order comes and is signed; the other half is waited for still. */
static void what_is_signed_in_part_stands_where_it_is_waited_for(void **state)
{
    static const char *const waits[] = { "overdue", "sendouts", "by_hand" };
    struct world *w = *state;
    struct store_order_key order;
    struct store_specimen tube;
    int64_t tests[2] = { w->test, 0 };
    struct arena a;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    tests[1] = second_test(w);
    order = order_of(w, "M-1", tests, 2);
    tube = tube_of(w, &a, order.id);
    w->now += HOUR;
    (void)world_result(w, &tube, "14.9", SEVERITY_CRITICAL, 0);
    w->now += HOUR;
    tell(w, order.id);
    w->now += HOUR;
    look(w, "criticals", ""); /* told, and a newer version would wait again */
    assert_int_equal(told(w, &order, "criticals", true), 1);
    sign(w, order.id);
    w->now += 2 * DAY;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        look(w, waits[i], "");
        assert_int_equal(told(w, &order, waits[i], true), 1);
    }
    look(w, "criticals", "");
    look(w, "order_list", "");
    assert_int_equal(told(w, &order, "criticals", true), 1);
    assert_int_equal(told(w, &order, "order_list", true), 0);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

static void a_tracing_taken_off_puts_its_order_back(void **state)
{
    struct world *w = *state;
    struct store_order_key order;
    struct ekg_world e;
    struct ekg_world_file file = { .name = "Nr1-TEST^Ida" };
    int64_t tracing;

    WORLD_MUST(store_begin(w->store));
    e = ekg_world_open(w);
    order = ekg_world_order(w, &e);
    file.proposed = order.id;
    tracing = ekg_world_tracing(w, &e, &file);
    WORLD_MUST(ekg_world_tie(w, tracing, order.id));
    w->now += HOUR;
    WORLD_MUST(ekg_world_tie(w, tracing, 0));
    w->now += HOUR;
    look(w, "order_list", "");
    assert_int_equal(told(w, &order, "order_list", true), 1);
    WORLD_MUST(store_commit(w->store, NULL));
}

/* It waited on the page of EKGs before anybody ordered it. */
static void a_tracing_waited_before_its_order_came(void **state)
{
    const struct ekg_world_file file = { .name = "Nr1-TEST^Ida" };
    struct world *w = *state;
    struct store_order_key order;
    struct ekg_world e;
    int64_t tracing;

    WORLD_MUST(store_begin(w->store));
    e = ekg_world_open(w);
    tracing = ekg_world_tracing(w, &e, &file);
    look(w, "ekgs", "");
    w->now += HOUR;
    order = ekg_world_order(w, &e);
    WORLD_MUST(ekg_world_tie(w, tracing, order.id));
    assert_int_equal(told(w, &order, "ekgs", true), 1);
    WORLD_MUST(store_commit(w->store, NULL));
}

static int64_t made_with(struct world *w, const struct store_specimen *tube, const char *lot,
                         int64_t replaces)
{
    struct store_result result = { .order = tube->order,
                                   .specimen = tube->id,
                                   .patient_id = tube->patient_id,
                                   .test = w->test,
                                   .replaces = replaces,
                                   .code = "HbA1c",
                                   .loinc = "4548-4",
                                   .name = "Hemoglobin A1c",
                                   .value = "5.1",
                                   .number = "5.1",
                                   .unit = "%",
                                   .ucum = "%",
                                   .status = "F",
                                   .lot = lot,
                                   .at = w->now };
    int64_t id;

    result.message = world_message(w, tube->accession, "5", DISPOSITION_LINKED);
    WORLD_MUST(store_result_add(w->store, &result, &id));
    w->now += 60000;
    return id;
}

static void a_lot_showed_what_has_been_corrected_since(void **state)
{
    static const char *const tests[] = { "A1C" };
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    const struct store_item item = {
        .name = "Cartridges", .kind = "kit", .active = true, .tests = tests, .test_count = 1
    };
    struct store_lot_new lot = { .number = "L-1", .code = "C9", .expires = "2027-03-31" };
    struct store_order_key order;
    struct store_specimen tube;
    struct arena a;
    char key[24];
    int64_t id;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_item_put(w->store, &by, &item, &lot.item));
    WORLD_MUST(store_lot_add(w->store, &by, &lot, &id));
    (void)snprintf(key, sizeof key, "%lld", (long long)id);
    order = order_of(w, "M-2", &w->test, 1);
    tube = tube_of(w, &a, order.id);
    look(w, "lot", key);
    assert_int_equal(told(w, &order, "lot", true), 0);
    id = made_with(w, &tube, "c9", 0);
    look(w, "lot", key);
    assert_int_equal(told(w, &order, "lot", true), 1);
    (void)made_with(w, &tube, "", id);
    assert_int_equal(told(w, &order, "lot", true), 1);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

/* Collected on the 12th, measured on the 13th, told on the 15th, thrown away on the 17th. */
static void a_pack_shows_each_day_on_which_something_happened(void **state)
{
    struct world *w = *state;
    struct store_order_key order;
    struct store_specimen tube;
    struct arena a;
    int64_t first;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    order = order_of(w, "M-3", &w->test, 1);
    tube = tube_of(w, &a, order.id);
    w->now += DAY;
    first = world_result(w, &tube, "14.9", SEVERITY_CRITICAL, 0);
    w->now += 60000;
    look(w, "pack", "2026-03-13..2026-03-13"); /* before the next result of that day */
    (void)world_result(w, &tube, "14.8", SEVERITY_CRITICAL, first);
    assert_int_equal(told(w, &order, "pack", true), 1);
    w->now += 2 * DAY;
    tell(w, order.id);
    look(w, "pack", "2026-03-14..2026-03-14");
    assert_int_equal(told(w, &order, "pack", true), 1);
    look(w, "pack", "2026-03-15..2026-03-16");
    assert_int_equal(told(w, &order, "pack", true), 2);
    w->now += 2 * DAY;
    look(w, "pack", "2026-03-17..2026-03-17");
    assert_int_equal(told(w, &order, "pack", true), 2);
    world_event(w, tube.id, EVENT_REJECTED);
    look(w, "pack", "2026-03-17..2026-03-17");
    assert_int_equal(told(w, &order, "pack", true), 3);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

#define ACCESS_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACCESS_TEST(what_was_typed_counts_as_the_lists_read_it),
        ACCESS_TEST(what_is_signed_in_part_stands_where_it_is_waited_for),
        ACCESS_TEST(a_tracing_taken_off_puts_its_order_back),
        ACCESS_TEST(a_tracing_waited_before_its_order_came),
        ACCESS_TEST(a_lot_showed_what_has_been_corrected_since),
        ACCESS_TEST(a_pack_shows_each_day_on_which_something_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
