/* EKGs in the store: whose a tracing is, what waits, which is for review, what a signature binds.
 */
#include "tests/unit/test.h"

#include "tests/unit/store/ekg_world.h"
#include "tests/unit/store/world_json.h"

#include "core/store/chain.h"

struct ward {
    struct world w;
    struct ekg_world e;
    struct store_order_key order;
    json_t *shown;
};

static int set_up(void **state)
{
    struct ward *c = calloc(1, sizeof *c);

    world_open(&c->w);
    WORLD_MUST(store_begin(c->w.store));
    c->e = ekg_world_open(&c->w);
    c->order = ekg_world_order(&c->w, &c->e);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct ward *c = *state;

    json_decref(c->shown);
    world_close(&c->w);
    free(c);
    return 0;
}

static int64_t tracing_of(struct ward *c, const char *recorded_at, int urgent)
{
    const struct ekg_world_file file = { .name = "Nr1-TEST^Ida",
                                         .recorded_at = recorded_at,
                                         .severity = urgent ? "ABNORMAL ECG" : "",
                                         .proposed = c->order.id,
                                         .urgent = urgent };
    return ekg_world_tracing(&c->w, &c->e, &file);
}

static void commit(struct ward *c)
{
    WORLD_MUST(store_commit(c->w.store, NULL));
    WORLD_MUST(store_begin(c->w.store));
}

/* What a query gives after a commit. */
static json_t *read_key(struct ward *c, enum store_query query, const char *key)
{
    const struct store_params params = { .key = key, .now = c->w.now };

    commit(c);
    return world_json(&c->w, query, &params, &c->shown);
}

/* The text at a path such as "rows.0.patient.family"; a number as its digits, null as "null". */
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
    return json_is_string(json) ? json_string_value(json) : json_is_null(json) ? "null" : "(none)";
}

static size_t rows(json_t *json, const char *member)
{
    return json_array_size(json_object_get(json, member));
}

static void assert_projections(struct ward *c)
{
    struct complaint why = { "" };
    const char *table = "";
    struct store_chain *chain;
    struct chain_row row;
    int64_t key = 0;
    enum error e;

    commit(c);
    if (store_chain_open(c->w.path, &chain, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    while ((e = store_chain_next(chain, &row)) == ERROR_OK)
        assert_memory_equal(row.stored, row.computed, STORE_LINK);
    assert_int_equal(e, ERROR_NOT_FOUND);
    if (store_chain_projection(chain, &table, &key) != ERROR_NOT_FOUND)
        fail_msg("%s is wrong at %lld", table, (long long)key);
    if (store_chain_schema(chain, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    store_chain_close(chain);
}

static void version_of(struct ward *c, char out[STORE_VERSION_SIZE])
{
    struct store_order_found found;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_order_by_number(c->w.store, &a, c->order.number, &found));
    memcpy(out, found.version, STORE_VERSION_SIZE);
    assert_true(found.ekg);
    arena_free(&a);
}

static void a_tracing_waits_until_it_is_tied(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "2026-03-12T05:30:00", 1);
    json_t *shown = read_key(c, READ_EKGS, "");

    assert_int_equal(rows(shown, "to_do"), 1);
    assert_int_equal(rows(shown, "waiting"), 1);
    assert_int_equal(rows(shown, "review"), 0);
    assert_string_equal(at(shown, "waiting.0.proposed.order"), c->order.number);
    assert_string_equal(at(shown, "waiting.0.patient.name"), "Nr1-TEST^Ida");
    assert_string_equal(at(shown, "waiting.0.candidates.0.why.0"), "name");
    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    shown = read_key(c, READ_EKGS, "");
    assert_int_equal(rows(shown, "to_do"), 0);
    assert_int_equal(rows(shown, "waiting"), 0);
    assert_string_equal(at(shown, "review.0.order"), c->order.number);
    assert_string_equal(at(shown, "review.0.severity"), "1");
    assert_string_equal(at(shown, "review.0.recorded_at"), "2026-03-12T05:30:00");
    shown = read_key(c, READ_INBOX, "");
    assert_string_equal(at(shown, "rows.0.ekg"), "1");
    assert_string_equal(at(shown, "rows.0.tracing.severity_words"), "ABNORMAL ECG");
    assert_string_equal(at(shown, "rows.0.tracing.routing.0"), "ABNORMAL ECG");
    assert_int_equal(json_array_size(json_object_get(
                         json_array_get(json_object_get(shown, "rows"), 0), "results")),
                     0);
    assert_string_equal(at(shown, "counts.ekg.review"), "1");
    assert_projections(c);
}

static void taken_off_both_wait_again(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "", 0);
    json_t *shown;

    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    commit(c); /* the worklist has it */
    WORLD_MUST(ekg_world_tie(&c->w, tracing, 0));
    shown = read_key(c, READ_EKGS, "");
    assert_int_equal(rows(shown, "to_do"), 1);
    assert_int_equal(rows(shown, "waiting"), 1);
    assert_int_equal(rows(shown, "review"), 0);
    shown = read_key(c, READ_EKG, c->order.number);
    assert_string_equal(at(shown, "version"), "");
    assert_projections(c);
}

static void a_tracing_has_one_order_at_most(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "", 0);
    struct store_order_key other = ekg_world_order(&c->w, &c->e);

    assert_int_equal(ekg_world_tie(&c->w, tracing, 0), ERROR_CONFLICT);
    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    assert_int_equal(ekg_world_tie(&c->w, tracing, other.id), ERROR_CONFLICT);
    WORLD_MUST(ekg_world_tie(&c->w, tracing, 0));
    WORLD_MUST(ekg_world_tie(&c->w, tracing, other.id));
    assert_projections(c);
}

static void a_file_that_is_not_ours_leaves_the_list(void **state)
{
    struct ward *c = *state;
    struct store_resolution resolution = { .kind = RESOLUTION_NOT_OURS,
                                           .reason = "demonstration",
                                           .person = c->w.assistant,
                                           .at = c->w.now };
    struct store_tracing_found found;
    int64_t tracing = tracing_of(c, "", 0);
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_tracing_by_id(c->w.store, &a, tracing, &found));
    assert_true(found.waiting);
    resolution.message = found.message;
    WORLD_MUST(store_resolution_add(c->w.store, &resolution, NULL));
    assert_int_equal(ekg_world_tie(&c->w, tracing, c->order.id), ERROR_CONFLICT);
    assert_int_equal(rows(read_key(c, READ_EKGS, ""), "waiting"), 0);
    assert_projections(c);
    arena_free(&a);
}

static void the_version_is_of_ties_and_choice(void **state)
{
    struct ward *c = *state;
    const struct store_actor by = world_actor(&c->w);
    char seen[4][STORE_VERSION_SIZE];
    int64_t first = tracing_of(c, "", 0), second = tracing_of(c, "", 2);

    WORLD_MUST(ekg_world_tie(&c->w, first, c->order.id));
    version_of(c, seen[0]);
    WORLD_MUST(ekg_world_tie(&c->w, second, c->order.id));
    version_of(c, seen[1]);
    WORLD_MUST(store_choice_add(c->w.store, &by, c->order.id, first, "the second moved", NULL));
    version_of(c, seen[2]);
    WORLD_MUST(store_choice_add(c->w.store, &by, c->order.id, second, "no, the first", NULL));
    version_of(c, seen[3]);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(strlen(seen[i]), 64);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(seen[i], seen[k]);
    }
    assert_projections(c);
}

static void several_need_a_choice_and_a_later_one_asks_again(void **state)
{
    struct ward *c = *state;
    const struct store_actor by = world_actor(&c->w);
    int64_t first = tracing_of(c, "", 2), second = tracing_of(c, "", 0), third;
    struct store_chosen chosen;
    json_t *shown;

    WORLD_MUST(ekg_world_tie(&c->w, first, c->order.id));
    WORLD_MUST(store_order_chosen(c->w.store, c->order.id, &chosen));
    assert_int_equal(chosen.tracing, first);
    WORLD_MUST(ekg_world_tie(&c->w, second, c->order.id));
    WORLD_MUST(store_order_chosen(c->w.store, c->order.id, &chosen));
    assert_int_equal(chosen.tracing, 0);
    assert_int_equal(chosen.tied, 2);
    assert_string_equal(at(read_key(c, READ_EKGS, ""), "review.0.tracing"), "null");
    WORLD_MUST(store_choice_add(c->w.store, &by, c->order.id, second, "the first moved", NULL));
    WORLD_MUST(store_order_chosen(c->w.store, c->order.id, &chosen));
    assert_int_equal(chosen.tracing, second);
    shown = read_key(c, READ_EKG, c->order.number);
    assert_string_equal(at(shown, "choice.reason"), "the first moved");
    assert_string_equal(at(shown, "tracings.0.chosen"), "0");
    assert_string_equal(at(shown, "tracings.1.chosen"), "1");
    assert_string_equal(at(shown, "severity"), "2"); /* the other one still counts */
    third = tracing_of(c, "", 0);
    WORLD_MUST(ekg_world_tie(&c->w, third, c->order.id));
    WORLD_MUST(store_order_chosen(c->w.store, c->order.id, &chosen));
    assert_int_equal(chosen.tracing, 0);
    assert_string_equal(at(read_key(c, READ_EKG, c->order.number), "choice"), "null");
    assert_projections(c);
}

static void a_signature_binds_file_picture_and_renderer(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "2026-03-12T05:30:00", 0);
    struct store_order_found found;
    struct arena a;
    json_t *shown;

    arena_init(&a, 1 << 16);
    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    WORLD_MUST(ekg_world_overread(&c->w, c->order.id, tracing, "agree"));
    WORLD_MUST(store_order_by_number(c->w.store, &a, c->order.number, &found));
    assert_true(found.signed_off);
    shown = read_key(c, READ_EKG, c->order.number);
    assert_string_equal(at(shown, "state"), "signed");
    assert_string_equal(at(shown, "reviews.0.overread.opinion"), "agree");
    assert_string_equal(at(shown, "reviews.0.overread.original"), at(shown, "tracings.0.original"));
    assert_string_equal(at(shown, "reviews.0.overread.picture"),
                        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
    assert_string_equal(at(shown, "reviews.0.overread.renderer"), "test-1");
    assert_int_equal(rows(read_key(c, READ_EKGS, ""), "review"), 0);
    WORLD_MUST(ekg_world_tie(&c->w, tracing, 0)); /* it was the wrong one after all */
    shown = read_key(c, READ_EKG, c->order.number);
    assert_string_equal(at(shown, "state"), "");
    assert_int_equal(rows(shown, "reviews"), 1);
    assert_projections(c);
    arena_free(&a);
}

static void an_opinion_but_agreement_needs_words(void **state)
{
    struct ward *c = *state;
    const struct store_actor by = { .person = c->w.provider, .role = "provider", .at = c->w.now };
    int64_t tracing = tracing_of(c, "", 0);
    char version[STORE_VERSION_SIZE];
    struct store_overread overread = {
        .tracing = tracing, .opinion = "change", .reading = "", .renderer = "test-1", .layout = ""
    };

    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    version_of(c, version);
    overread.review =
        (struct store_review) { .order = c->order.id, .version = version, .signed_off = true };
    WORLD_MUST(store_step_begin(c->w.store));
    assert_int_not_equal(store_overread_add(c->w.store, &by, &overread, NULL), ERROR_OK);
    store_rollback(c->w.store);
    WORLD_MUST(store_begin(c->w.store));
}

static void the_previous_one_is_of_the_same_patient(void **state)
{
    struct ward *c = *state;
    struct store_order_key again = ekg_world_again(&c->w, &c->e, &c->order);
    struct store_order_key other = ekg_world_order(&c->w, &c->e);
    int64_t now = tracing_of(c, "2026-03-12T05:30:00", 0);
    int64_t before = tracing_of(c, "2025-01-02T10:00:00", 0);
    int64_t foreign = tracing_of(c, "2025-06-02T10:00:00", 0);
    char text[32];
    json_t *shown;

    WORLD_MUST(ekg_world_tie(&c->w, now, again.id));
    WORLD_MUST(ekg_world_tie(&c->w, before, c->order.id));
    WORLD_MUST(ekg_world_tie(&c->w, foreign, other.id));
    WORLD_MUST(ekg_world_overread(&c->w, c->order.id, before, "agree"));
    shown = read_key(c, READ_EKG, again.number);
    (void)snprintf(text, sizeof text, "%lld", (long long)before);
    assert_string_equal(at(shown, "previous.tracing"), text);
    assert_string_equal(at(shown, "previous.order"), c->order.number);
    assert_string_equal(at(shown, "previous.facts.recorded_at"), "2025-01-02T10:00:00");
    assert_string_equal(at(shown, "previous.overread.opinion"), "agree");
    assert_string_equal(at(read_key(c, READ_EKG, c->order.number), "previous"), "null");
}

static void the_order_open_at_a_cart(void **state)
{
    struct ward *c = *state;
    const struct store_actor by = world_actor(&c->w);
    struct store_procedure open;
    int64_t now = c->w.now;
    struct arena a;
    json_t *shown;

    arena_init(&a, 1 << 16);
    assert_int_equal(store_procedure_open(c->w.store, &a, c->e.cart, now, &open), ERROR_NOT_FOUND);
    WORLD_MUST(store_procedure_add(c->w.store, &by, c->e.cart, c->order.id, NULL));
    WORLD_MUST(store_procedure_open(c->w.store, &a, c->e.cart, now, &open));
    assert_int_equal(open.order, c->order.id);
    shown = read_key(c, READ_EKGS, "");
    assert_string_equal(at(shown, "carts.0.name"), "cart-1");
    assert_string_equal(at(shown, "carts.0.live"), "0");
    assert_string_equal(at(shown, "carts.0.open.order"), c->order.number);
    assert_string_equal(at(shown, "carts.0.open.by.login"), "maria");
    assert_int_equal(
        store_procedure_open(c->w.store, &a, c->e.cart, now + STORE_PROCEDURE_TIME, &open),
        ERROR_NOT_FOUND); /* nobody runs one EKG for half a day */
    WORLD_MUST(store_procedure_add(c->w.store, &by, c->e.cart, 0, NULL));
    assert_int_equal(store_procedure_open(c->w.store, &a, c->e.cart, now, &open), ERROR_NOT_FOUND);
    assert_string_equal(at(read_key(c, READ_EKGS, ""), "carts.0.open"), "null");
    arena_free(&a);
}

/* A file waits for its reader; meanwhile the next patient's order is opened at the same cart. */
static void a_file_goes_by_the_order_that_was_open_when_it_came(void **state)
{
    struct ward *c = *state;
    struct store_order_key next = ekg_world_order(&c->w, &c->e);
    struct store_actor by = world_actor(&c->w);
    int64_t came = c->w.now + 60000;
    struct store_procedure open;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_procedure_add(c->w.store, &by, c->e.cart, c->order.id, NULL));
    by.at = came + 60000;
    WORLD_MUST(store_procedure_add(c->w.store, &by, c->e.cart, next.id, NULL));
    WORLD_MUST(store_procedure_open(c->w.store, &a, c->e.cart, came, &open));
    assert_int_equal(open.order, c->order.id);
    WORLD_MUST(store_procedure_open(c->w.store, &a, c->e.cart, by.at, &open));
    assert_int_equal(open.order, next.id);
    assert_int_equal(store_procedure_open(c->w.store, &a, c->e.cart, came - 120000, &open),
                     ERROR_NOT_FOUND); /* nothing was open yet */
    arena_free(&a);
}

static void a_signed_order_is_not_open_any_more(void **state)
{
    struct ward *c = *state;
    const struct store_actor by = world_actor(&c->w);
    int64_t tracing = tracing_of(c, "", 0);
    struct store_procedure open;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_procedure_add(c->w.store, &by, c->e.cart, c->order.id, NULL));
    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    WORLD_MUST(store_procedure_open(c->w.store, &a, c->e.cart, c->w.now, &open));
    WORLD_MUST(ekg_world_overread(&c->w, c->order.id, tracing, "agree"));
    assert_int_equal(store_procedure_open(c->w.store, &a, c->e.cart, c->w.now, &open),
                     ERROR_NOT_FOUND);
    arena_free(&a);
}

static void ekgs_are_no_lab_work(void **state)
{
    struct ward *c = *state;
    json_t *shown;

    (void)tracing_of(c, "", 0);
    shown = read_key(c, READ_UNMATCHED, "");
    assert_string_equal(at(shown, "count"), "0");
    assert_int_equal(rows(shown, "rows"), 0);
    shown = read_key(c, READ_TODAY, "");
    assert_string_equal(at(shown, "held"), "0");
    assert_string_equal(at(shown, "to_collect"), "0");
    assert_string_equal(at(shown, "ekg.waiting"), "1");
    assert_string_equal(at(read_key(c, READ_ORDER_LIST, ""), "rows.0.ekg"), "1");
    assert_string_equal(at(read_key(c, READ_ORDER, c->order.number), "ekg"), "1");
    assert_string_equal(at(read_key(c, READ_SEARCH, "Nr1-TEST"), "rows.0.ekg"), "1");
}

static void a_tracing_comes_back_as_it_came(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "2026-03-12T05:30:00", 0);
    struct store_reader *reader = NULL;
    struct complaint why = { "" };
    struct buffer original;
    struct arena a;
    struct ecg ecg;

    commit(c);
    arena_init(&a, LIMIT_ECG_ARENA);
    buffer_init(&original, LIMIT_ECG_FILE);
    WORLD_MUST(store_open_read(c->w.path, &reader, &why));
    WORLD_MUST(store_read_tracing(reader, tracing, &a, &ecg));
    assert_string_equal(ecg.patient_name, "Nr1-TEST^Ida");
    assert_int_equal(ecg.lead_count, 2);
    assert_int_equal(ecg.leads[1].count, 4);
    assert_int_equal(ecg.leads[1].samples[0], 200);
    assert_int_equal(ecg.leads[1].samples[2], ECG_GAP);
    WORLD_MUST(store_read_original(reader, tracing, &original));
    assert_int_equal(original.len, 44);
    assert_memory_equal(original.at, "the first frame and the second one of a file", 44);
    assert_int_equal(store_read_tracing(reader, tracing + 1000, &a, &ecg), ERROR_NOT_FOUND);
    assert_int_equal(store_read_original(reader, tracing + 1000, &original), ERROR_NOT_FOUND);
    store_close_read(reader);
    buffer_free(&original);
    arena_free(&a);
}

static void a_tracing_by_itself(void **state)
{
    struct ward *c = *state;
    int64_t tracing = tracing_of(c, "", 0);
    char key[32];
    json_t *shown;

    (void)snprintf(key, sizeof key, "%lld", (long long)tracing);
    shown = read_key(c, READ_TRACING, key);
    assert_string_equal(at(shown, "format"), "scp-ecg");
    assert_string_equal(at(shown, "order"), "");
    assert_string_equal(at(shown, "facts.statements.0"), "Sinus rhythm");
    assert_string_equal(at(shown, "size"), "44");
    WORLD_MUST(ekg_world_tie(&c->w, tracing, c->order.id));
    assert_string_equal(at(read_key(c, READ_TRACING, key), "order"), c->order.number);
    (void)snprintf(key, sizeof key, "%lldx", (long long)tracing);
    assert_string_equal(at(read_key(c, READ_TRACING, key), "order"), "(none)");
}

static void rebuilt_it_is_the_same(void **state)
{
    struct ward *c = *state;
    int64_t first = tracing_of(c, "", 1), second = tracing_of(c, "", 0);

    WORLD_MUST(ekg_world_tie(&c->w, first, c->order.id));
    WORLD_MUST(ekg_world_tie(&c->w, second, c->order.id));
    WORLD_MUST(ekg_world_tie(&c->w, first, 0));
    assert_projections(c);
    WORLD_MUST(store_projections_rebuild(c->w.store));
    assert_projections(c);
}

#define IN_WARD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WARD(a_tracing_waits_until_it_is_tied),
        IN_WARD(taken_off_both_wait_again),
        IN_WARD(a_tracing_has_one_order_at_most),
        IN_WARD(a_file_that_is_not_ours_leaves_the_list),
        IN_WARD(the_version_is_of_ties_and_choice),
        IN_WARD(several_need_a_choice_and_a_later_one_asks_again),
        IN_WARD(a_signature_binds_file_picture_and_renderer),
        IN_WARD(an_opinion_but_agreement_needs_words),
        IN_WARD(the_previous_one_is_of_the_same_patient),
        IN_WARD(the_order_open_at_a_cart),
        IN_WARD(a_file_goes_by_the_order_that_was_open_when_it_came),
        IN_WARD(a_signed_order_is_not_open_any_more),
        IN_WARD(ekgs_are_no_lab_work),
        IN_WARD(a_tracing_comes_back_as_it_came),
        IN_WARD(a_tracing_by_itself),
        IN_WARD(rebuilt_it_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
