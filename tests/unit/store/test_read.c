/* What the page reads: each shape of core/store/read.h, from a small clinic. */
#include "tests/unit/test.h"

#include "core/store/correct.h"
#include "core/store/gate.h"
#include "core/store/paper.h"
#include "tests/unit/store/world_json.h"

struct clinic {
    struct world w;
    struct arena arena;
    struct store_specimen normal, critical, second;
    int64_t held;
    json_t *shown; /* what the last read gave */
};

static int set_up(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    struct world *w = &c->w;

    world_open(w);
    arena_init(&c->arena, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    c->normal = world_specimen(w, &c->arena);
    c->critical = world_specimen(w, &c->arena);
    (void)world_result(w, &c->normal, "5.1", SEVERITY_NORMAL, 0);
    w->now += 60000;
    (void)world_result(w, &c->critical, "14.9", SEVERITY_CRITICAL, 0);
    w->now += 60000;
    (void)world_order(w);
    c->held = world_message(w, c->normal.accession, "9", DISPOSITION_HELD);
    WORLD_MUST(store_commit(w->store, NULL));
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct clinic *c = *state;
    json_decref(c->shown);
    arena_free(&c->arena);
    world_close(&c->w);
    free(c);
    return 0;
}

static json_t *read_as(struct clinic *c, enum store_query query, const struct store_params *params)
{
    return world_json(&c->w, query, params, &c->shown);
}

static json_t *read_key(struct clinic *c, enum store_query query, const char *key)
{
    const struct store_params params = { .key = key, .now = c->w.now };
    return read_as(c, query, &params);
}

/* The text at a path such as "rows.0.patient.family"; a number as its digits. */
static const char *at(json_t *json, const char *path)
{
    static char digits[32];
    char step[64];

    while (json && *path) {
        size_t len = strcspn(path, ".");
        (void)snprintf(step, sizeof step, "%.*s", (int)len, path);
        json = json_is_array(json) ? json_array_get(json, (size_t)strtoul(step, NULL, 10))
                                   : json_object_get(json, step);
        path += len + (path[len] == '.');
    }
    if (json_is_integer(json)) {
        (void)snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(json));
        return digits;
    }
    if (json_is_array(json)) {
        (void)snprintf(digits, sizeof digits, "[%zu]", json_array_size(json));
        return digits;
    }
    return json_is_null(json)     ? "null"
           : json_is_string(json) ? json_string_value(json)
           : json_is_true(json)   ? "true"
           : json_is_false(json)  ? "false"
           : json_is_object(json) ? "{}"
                                  : "nothing there";
}

static void every_query_answers_an_empty_database(void **state)
{
    struct world w;
    (void)state;

    world_open(&w);
    for (unsigned q = 0; q < READ_COUNT; q++) {
        static const char *const keys[] = { "", "nothing", "12", "%" };
        if (q >= READ_PACK_RESULTS && q <= READ_PACK_REVIEWS)
            continue; /* their rows are tables, for store_read_table */
        for (size_t k = 0; k < 4; k++) {
            const struct store_params params = { .key = keys[k] };
            char *text = world_read(&w, (enum store_query)q, &params);
            json_t *json = json_loads(text, 0, NULL);
            if (!json)
                fail_msg("query %u, key '%s': %s", q, keys[k], text);
            json_decref(json);
            free(text);
        }
    }
    world_close(&w);
}

static void inbox_shows_critical_first_with_its_values(void **state)
{
    struct clinic *c = *state;
    json_t *inbox = read_key(c, READ_INBOX, "");

    assert_string_equal(at(inbox, "rows"), "[2]");
    assert_string_equal(at(inbox, "rows.0.patient.family"), "Nr2-TEST");
    assert_string_equal(at(inbox, "rows.0.severity"), "2");
    assert_string_equal(at(inbox, "rows.0.tests.0"), "HbA1c");
    assert_string_equal(at(inbox, "rows.0.accession"), c->critical.accession);
    assert_string_equal(at(inbox, "rows.0.results.0.value"), "14.9");
    assert_string_equal(at(inbox, "rows.0.results.0.unit"), "%");
    assert_string_equal(at(inbox, "rows.0.results.0.flag"), "H");
    assert_string_equal(at(inbox, "rows.0.results.0.flag_source"), "device");
    assert_string_equal(at(inbox, "rows.0.results.0.instrument"), "afinion-1");
    assert_string_equal(at(inbox, "rows.0.results.0.previous"), "null");
    assert_string_equal(at(inbox, "rows.1.severity"), "0");
    assert_string_equal(at(inbox, "counts.waiting"), "2");
    assert_string_equal(at(inbox, "counts.critical"), "1");
    assert_string_equal(at(inbox, "counts.held"), "1");
    assert_string_equal(at(inbox, "last_result.instrument"), "afinion-1");
}

/* What came under a paper label was looked at again: it waits for what was said then. */
static void what_waits_says_its_newest_reason_everywhere(void **state)
{
    static const char sentence[] = "It came before the tube was collected, by the form.";
    struct clinic *c = *state;
    const struct store_held_critical value = {
        .message = c->held, .name = "Hemoglobin A1c", .value = "19", .unit = "%", .flag = "HH"
    };
    const struct store_rule_type rule = {
        .id = "lot", .text = "the lot", .against = "lockout", .unknown = "warn"
    };
    json_t *shown;

    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_rule_type_put(c->w.store, &rule));
    WORLD_MUST(store_held_critical_add(c->w.store, &value));
    WORLD_MUST(store_paper_held(c->w.store, c->held, c->normal.id, "lot", sentence, c->w.now));
    WORLD_MUST(store_commit(c->w.store, NULL));
    shown = read_key(c, READ_CRITICALS, "");
    assert_string_equal(at(shown, "held.0.reason"), sentence);
    shown = read_key(c, READ_RULES, "");
    assert_string_equal(at(shown, "rules.0.rule"), "lot");
    assert_string_equal(at(shown, "rules.0.held"), "1");
    shown = read_key(c, READ_INSTRUMENT, "afinion-1");
    assert_string_equal(at(shown, "sessions.0.messages.0.reason"), sentence);
}

static void inbox_pages_and_filters_by_provider(void **state)
{
    struct clinic *c = *state;
    const struct store_params second = { .from = 1, .limit = 1 };
    json_t *inbox = read_as(c, READ_INBOX, &second);

    assert_string_equal(at(inbox, "rows"), "[1]");
    assert_string_equal(at(inbox, "rows.0.severity"), "0");
    assert_string_equal(at(read_key(c, READ_INBOX, "dana"), "rows"), "[2]");
    assert_string_equal(at(read_key(c, READ_INBOX, "somebody"), "rows"), "[0]");
}

static void previous_value_is_of_the_same_patient_and_analyte(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    const struct store_actor by = world_actor(w);
    const struct store_order again = { .patient = c->normal.patient_id,
                                       .provider = "dana",
                                       .priority = "stat",
                                       .mode = "electronic",
                                       .tests = &w->test,
                                       .test_count = 1 };
    struct store_order_key order;
    struct store_specimen_key key;
    struct store_specimen specimen;
    json_t *shown;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_order_enter(w->store, &by, &again, &order));
    key = world_collect(w, order.id);
    world_event(w, key.id, EVENT_LABEL_PRINTED);
    world_event(w, key.id, EVENT_LABEL_VERIFIED);
    WORLD_MUST(store_specimen_by_id(w->store, &c->arena, key.id, &specimen));
    (void)world_result(w, &specimen, "6.3", SEVERITY_ABNORMAL, 0);
    WORLD_MUST(store_commit(w->store, NULL));
    shown = read_key(c, READ_ORDER, order.number);
    assert_string_equal(at(shown, "results.0.value"), "6.3");
    assert_string_equal(at(shown, "results.0.previous.value"), "5.1");
    WORLD_MUST(store_begin(w->store));
    (void)world_result(w, &specimen, "6.4", SEVERITY_ABNORMAL, 0);
    WORLD_MUST(store_commit(w->store, NULL));
    shown = read_key(c, READ_ORDER, order.number); /* a second run is not earlier history */
    assert_string_equal(at(shown, "results.1.value"), "6.4");
    assert_string_equal(at(shown, "results.1.previous.value"), "5.1");
}

static void order_shows_versions_and_what_a_signature_binds(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_result *results;
    size_t count;
    char before[STORE_VERSION_SIZE], after[STORE_VERSION_SIZE];
    json_t *shown;

    WORLD_MUST(store_order_version(w->store, c->normal.order, before));
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_results_of_order(w->store, &c->arena, c->normal.order, &results, &count));
    assert_int_equal(count, 1);
    (void)world_result(w, &c->normal, "5.4", SEVERITY_NORMAL, results[0].id);
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(store_order_version(w->store, c->normal.order, after));
    assert_string_not_equal(before, after);
    shown = read_key(c, READ_ORDER, c->normal.order_number);
    assert_string_equal(at(shown, "version"), after);
    assert_string_equal(at(shown, "results"), "[1]");
    assert_string_equal(at(shown, "results.0.value"), "5.4");
    assert_string_equal(at(shown, "results.0.version"), "2");
    assert_string_equal(at(shown, "results.0.versions.0.value"), "5.1");
    assert_string_equal(at(shown, "identifications.0.identifiers"), "name, birth date");
    assert_string_equal(at(shown, "specimens.0.state"), "tested");
    assert_string_equal(at(shown, "ordered_by.name"), "Maria L-TEST");
    assert_string_equal(at(read_key(c, READ_ORDER, "no such"), "order"), "nothing there");
}

static void signing_takes_the_order_off_the_inbox_until_a_new_version(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_actor by = world_actor(w);
    char version[STORE_VERSION_SIZE];
    struct store_review review = { .order = c->critical.order,
                                   .version = version,
                                   .signed_off = true,
                                   .meaning = "reviewed",
                                   .disposition = "call patient" };
    struct store_result *results;
    size_t count;

    by.person = w->provider;
    WORLD_MUST(store_order_version(w->store, c->critical.order, version));
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_string_equal(at(read_key(c, READ_INBOX, ""), "rows"), "[1]");
    assert_string_equal(at(read_key(c, READ_ORDER, c->critical.order_number), "state"), "signed");
    assert_string_equal(at(c->shown, "reviews.0.current"), "true");
    assert_string_equal(at(read_key(c, READ_SPECIMEN, c->critical.accession), "reviewed.by"),
                        "Dana W-TEST");
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_results_of_order(w->store, &c->arena, c->critical.order, &results, &count));
    (void)world_result(w, &c->critical, "4.9", SEVERITY_NORMAL, results[0].id);
    assert_int_equal(store_review_add(w->store, &by, &review, NULL), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_string_equal(at(read_key(c, READ_INBOX, ""), "rows"), "[2]");
    assert_string_equal(at(read_key(c, READ_ORDER, c->critical.order_number), "reviews.0.current"),
                        "false");
}

static void returned_orders_stay_to_be_seen(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_actor by = world_actor(w);
    const struct store_params returned = { .state = "returned" };
    char version[STORE_VERSION_SIZE];
    const struct store_review review = { .order = c->normal.order,
                                         .version = version,
                                         .note = "Please repeat." };

    WORLD_MUST(store_order_version(w->store, c->normal.order, version));
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_string_equal(at(read_key(c, READ_INBOX, ""), "counts.returned"), "1");
    assert_string_equal(at(read_as(c, READ_INBOX, &returned), "rows.0.review.note"),
                        "Please repeat.");
}

static void order_list_holds_what_needs_hands(void **state)
{
    struct clinic *c = *state;
    json_t *list = read_key(c, READ_ORDER_LIST, "");

    assert_string_equal(at(list, "rows"), "[1]");
    assert_string_equal(at(list, "rows.0.patient.family"), "Nr3-TEST");
    assert_string_equal(at(list, "rows.0.identified"), "0");
    assert_string_equal(at(list, "rows.0.state"), "none");
    assert_string_equal(at(list, "rows.0.tests.0.container"), "LAV EDTA");
}

static void specimen_tells_its_whole_life(void **state)
{
    static const char *const life[] = { "ordered",       "identified",     "collected",
                                        "label-printed", "label-verified", "result-received",
                                        "viewed" };
    struct clinic *c = *state;
    struct world *w = &c->w;
    const struct store_view view = { .person = w->provider,
                                     .workstation = "room 2",
                                     .what = "specimen",
                                     .key = c->normal.accession,
                                     .at = w->now };
    char path[64];
    json_t *shown;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_view_add(w->store, &view, NULL));
    WORLD_MUST(store_commit(w->store, NULL));
    shown = read_key(c, READ_SPECIMEN, c->normal.accession);
    assert_string_equal(at(shown, "events"), "[7]");
    for (size_t i = 0; i < 7; i++) {
        (void)snprintf(path, sizeof path, "events.%zu.type", i);
        assert_string_equal(at(shown, path), life[i]);
    }
    assert_string_equal(at(shown, "events.2.person.login"), "maria");
    assert_string_equal(at(shown, "events.2.location"), "chair");
    assert_string_equal(at(shown, "events.5.instrument"), "afinion-1");
    assert_string_equal(at(shown, "events.6.workstation"), "room 2");
    assert_string_equal(at(shown, "state"), "tested");
    assert_string_equal(at(shown, "where"), "chair");
    assert_string_equal(at(shown, "transmissions.0.frames"), "[2]");
    assert_string_equal(at(shown, "transmissions.0.frames.0.text"),
                        "<STX>1H|\\^&|||Afinion<CR><ETX>7C<CR><LF>");
    assert_string_equal(at(shown, "transmissions.0.frames.1.text"), "<ACK>");
    assert_string_equal(at(shown, "transmissions.0.frames.1.direction"), "1");
    assert_string_equal(at(shown, "patient.mrn"), "00900001");
}

static void labels_show_what_became_of_them(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_label_print print = { .specimen = c->normal.id, .copy = 1, .printer = "bench" };
    int64_t id, copy;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_label_print_add(w->store, &print, &id));
    WORLD_MUST(store_label_outcome_add(w->store, id, LABEL_FAILED, "No paper.", w->now, NULL));
    WORLD_MUST(store_label_next_copy(w->store, c->normal.id, &copy));
    assert_int_equal(copy, 1);
    WORLD_MUST(store_label_print_add(w->store, &print, &id));
    WORLD_MUST(store_label_next_copy(w->store, c->normal.id, &copy));
    assert_int_equal(copy, 2);
    WORLD_MUST(store_commit(w->store, NULL));
    (void)read_key(c, READ_SPECIMEN, c->normal.accession);
    assert_string_equal(at(c->shown, "labels"), "[2]");
    assert_string_equal(at(c->shown, "labels.0.outcome"), "failed");
    assert_string_equal(at(c->shown, "labels.0.sentence"), "No paper.");
    assert_string_equal(at(c->shown, "labels.1.outcome"), "");
}

static void held_messages_wait_until_resolved(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_resolution resolution = { .message = c->held,
                                           .kind = RESOLUTION_LINK,
                                           .specimen = c->normal.id,
                                           .reason = "The label was torn." };
    char key[24];

    (void)snprintf(key, sizeof key, "%lld", (long long)c->held);
    (void)read_key(c, READ_UNMATCHED, "");
    assert_string_equal(at(c->shown, "count"), "1");
    assert_string_equal(at(c->shown, "rows.0.message"), key);
    assert_string_equal(at(c->shown, "rows.0.results.0.value"), "7.4");
    assert_string_equal(at(c->shown, "rows.0.ending"), "ended by the instrument");
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_resolution_add(w->store, &resolution, NULL));
    assert_int_equal(store_resolution_add(w->store, &resolution, NULL), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_string_equal(at(read_key(c, READ_UNMATCHED, ""), "count"), "0");
    (void)read_key(c, READ_MESSAGE, key);
    assert_string_equal(at(c->shown, "resolution.accession"), c->normal.accession);
    (void)snprintf(key, sizeof key, "%lldx",
                   (long long)c->held); /* not the key that was recorded */
    assert_int_equal(json_object_size(read_key(c, READ_MESSAGE, key)), 0);
}

static void a_mistyped_number_suggests_its_neighbour(void **state)
{
    struct clinic *c = *state;
    struct world *w = &c->w;
    struct store_specimen open;
    char wrong[ACCESSION_SIZE], key[24];

    WORLD_MUST(store_begin(w->store));
    open = world_specimen(w, &c->arena);
    (void)snprintf(wrong, sizeof wrong, "%s", open.accession);
    wrong[5] = wrong[5] == '9' ? '8' : '9';
    (void)snprintf(key, sizeof key, "%lld",
                   (long long)world_message(w, wrong, "", DISPOSITION_HELD));
    WORLD_MUST(store_commit(w->store, NULL));
    (void)read_key(c, READ_MESSAGE, key);
    assert_string_equal(at(c->shown, "candidates.0.accession"), open.accession);
    assert_string_equal(at(c->shown, "candidates.0.why.0"), "accession");
    assert_string_equal(at(c->shown, "candidates.0.test_ordered"), "1");
    assert_string_equal(at(c->shown, "frames"), "[2]");
}

static void search_finds_by_each_handle(void **state)
{
    struct clinic *c = *state;
    const char *const keys[] = {
        c->critical.accession,    "00900002", "nr2-t", "nr2-test, id", c->critical.order_number,
        c->critical.accession + 6
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        (void)read_key(c, READ_SEARCH, keys[i]);
        if (strcmp(at(c->shown, "rows.0.accession"), c->critical.accession) != 0)
            fail_msg("'%s' does not find it", keys[i]);
    }
    assert_string_equal(at(read_key(c, READ_SEARCH, "%%"), "rows"), "[0]");
    assert_string_equal(at(read_key(c, READ_SEARCH, "n"), "rows"), "[0]");
}

static void today_counts_from_the_start_of_the_day(void **state)
{
    struct clinic *c = *state;
    const struct store_params today = { .since = world_start };
    const struct store_params later = { .since = world_start + 1000 };

    (void)read_as(c, READ_TODAY, &today);
    assert_string_equal(at(c->shown, "results_today"), "2");
    assert_string_equal(at(c->shown, "orders_today"), "3");
    assert_string_equal(at(c->shown, "to_collect"), "1");
    assert_string_equal(at(c->shown, "instruments.0.name"), "afinion-1");
    assert_string_equal(at(c->shown, "instruments.0.sessions_today"), "3");
    assert_string_equal(at(c->shown, "waiting.critical"), "1");
    (void)read_as(c, READ_TODAY, &later);
    assert_string_equal(at(c->shown, "results_today"), "1");
}

static void an_instrument_shows_its_state_and_its_wire(void **state)
{
    struct clinic *c = *state;

    (void)read_key(c, READ_INSTRUMENTS, "");
    assert_string_equal(at(c->shown, "rows"), "[1]");
    assert_string_equal(at(c->shown, "rows.0.name"), "afinion-1");
    assert_string_equal(at(c->shown, "rows.0.held"), "1");
    assert_string_equal(at(c->shown, "rows.0.serial"), "AF0001");
    (void)read_key(c, READ_INSTRUMENT, "afinion-1");
    assert_string_equal(at(c->shown, "sessions"), "[3]");
    assert_string_equal(at(c->shown, "sessions.0.messages.0.disposition"), "held");
    assert_string_equal(at(c->shown, "unmapped"), "[0]");
    assert_string_equal(at(read_key(c, READ_INSTRUMENT, "nobody"), ""), "{}");
}

static void people_and_tests_are_listed(void **state)
{
    struct clinic *c = *state;

    (void)read_key(c, READ_PEOPLE, "");
    assert_string_equal(at(c->shown, "rows.0.login"), "dana");
    assert_string_equal(at(c->shown, "rows.1.role"), "medical-assistant");
    (void)read_key(c, READ_TESTS, "");
    assert_string_equal(at(c->shown, "tests.0.analytes.0.loinc"), "4548-4");
}

static void reading_cannot_write(void **state)
{
    struct clinic *c = *state;
    struct store_reader *reader;
    struct buffer small;
    const struct store_params params = { 0 };

    buffer_init(&small, 16);
    WORLD_MUST(store_open_read(c->w.path, &reader, NULL));
    assert_int_equal(store_read_json(reader, READ_INBOX, &params, &small), ERROR_TOO_BIG);
    assert_int_equal(small.len, 0);
    store_close_read(reader);
    buffer_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_answers_an_empty_database),
        cmocka_unit_test_setup_teardown(inbox_shows_critical_first_with_its_values, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_waits_says_its_newest_reason_everywhere, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(inbox_pages_and_filters_by_provider, set_up, tear_down),
        cmocka_unit_test_setup_teardown(previous_value_is_of_the_same_patient_and_analyte, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(order_shows_versions_and_what_a_signature_binds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(signing_takes_the_order_off_the_inbox_until_a_new_version,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(returned_orders_stay_to_be_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(order_list_holds_what_needs_hands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(specimen_tells_its_whole_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(labels_show_what_became_of_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(held_messages_wait_until_resolved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mistyped_number_suggests_its_neighbour, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(search_finds_by_each_handle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(today_counts_from_the_start_of_the_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_instrument_shows_its_state_and_its_wire, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(people_and_tests_are_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_cannot_write, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
