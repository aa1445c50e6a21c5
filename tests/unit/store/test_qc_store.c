/* Quality control in the store: how a test stands, by what has happened; exactly which patient
 * results a failure reaches. */
#include "core/store/internal.h"
#include "core/store/lots.h"
#include "core/store/qc.h"
#include "tests/unit/test.h"

#include "tests/unit/store/world.h"

static const int64_t hour = 3600000;

struct bench {
    struct world w;
    struct arena arena;
    int64_t instrument, session, level, specimen, order, patient;
    int64_t ordinal;
};

static struct store_qc_level level_of(const struct bench *b, struct store_qc_range *range)
{
    *range = (struct store_qc_range) {
        .analyte = "4548-4", .name = "Hemoglobin A1c", .low = "5.1", .high = "6.0", .unit = "%"
    };
    return (struct store_qc_level) { .test = "A1C",
                                     .instrument = b->instrument,
                                     .control = "Control C",
                                     .level = "I",
                                     .source = "insert",
                                     .active = true,
                                     .ranges = range,
                                     .range_count = 1 };
}

static void add_level(struct bench *b)
{
    const struct store_actor by = world_actor(&b->w);
    struct store_qc_range range;
    const struct store_qc_level level = level_of(b, &range);

    WORLD_MUST(store_qc_level_add(b->w.store, &by, &level, &b->level));
}

static void add_trigger(struct bench *b, enum qc_trigger kind, int64_t every, enum qc_basis basis)
{
    const struct store_actor by = world_actor(&b->w);
    const struct store_qc_trigger trigger = { .test = "A1C",
                                              .instrument = b->instrument,
                                              .kind = kind,
                                              .every = every,
                                              .basis = basis,
                                              .active = true };
    int64_t root;

    WORLD_MUST(store_qc_trigger_add(b->w.store, &by, &trigger, &root));
}

static int64_t run_by(struct bench *b, const char *value, bool passed, const char *lot,
                      const char *operator_text)
{
    const struct store_actor by = world_actor(&b->w);
    const struct store_qc_value v = { .analyte = "4548-4",
                                      .name = "Hemoglobin A1c",
                                      .value = value,
                                      .number = value,
                                      .passed = passed };
    struct store_qc_level level;
    struct store_qc_run run = { .level = &level,
                                .reagent_lot = lot,
                                .finding = passed ? "" : "outside",
                                .reason = "on_demand",
                                .operator_text = operator_text,
                                .passed = passed,
                                .values = &v,
                                .value_count = 1 };
    int64_t id;

    WORLD_MUST(store_qc_level_find(b->w.store, &b->arena, b->level, &level));
    WORLD_MUST(store_qc_run_add(b->w.store, &by, &run, &id));
    return id;
}

static int64_t run(struct bench *b, bool passed)
{
    return run_by(b, passed ? "5.5" : "7.0", passed, "L1", "maria");
}

static int64_t patient_result(struct bench *b)
{
    struct record record;
    struct store_message m = { .session = b->session,
                               .ordinal = b->ordinal++,
                               .record = &record,
                               .received_at = b->w.now,
                               .disposition = DISPOSITION_LINKED };
    struct store_result r = { .order = b->order,
                              .specimen = b->specimen,
                              .patient_id = b->patient,
                              .test = b->w.test,
                              .loinc = "4548-4",
                              .value = "6.1",
                              .at = b->w.now };

    record_init(&record);
    record.kind = RECORD_PATIENT;
    m.hash[0] = (uint8_t)b->ordinal;
    WORLD_MUST(store_message_add(b->w.store, &m, &r.message));
    WORLD_MUST(store_result_add(b->w.store, &r, &r.id));
    return r.id;
}

static struct store_qc_verdict stands_for(struct bench *b, const char *lot, const char *who)
{
    const struct store_qc_moment moment = { .test = "A1C",
                                            .instrument = b->w.instrument,
                                            .lot = lot,
                                            .operator_text = who,
                                            .now = b->w.now,
                                            .day_start = b->w.now - 5 * hour };
    struct store_qc_verdict found;

    WORLD_MUST(store_qc_judge(b->w.store, &b->arena, &moment, &found));
    return found;
}

static enum store_qc_standing stands(struct bench *b)
{
    return stands_for(b, "L1", "maria").standing;
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct store_specimen specimen;
    struct store_order_key order;
    struct store_specimen_key key;

    world_open(&b->w);
    arena_init(&b->arena, 4 * 1024 * 1024);
    WORLD_MUST(store_begin(b->w.store));
    order = world_order(&b->w);
    key = world_collect(&b->w, order.id);
    WORLD_MUST(store_specimen_by_id(b->w.store, &b->arena, key.id, &specimen));
    WORLD_MUST(store_instrument_root_of(b->w.store, b->w.instrument, &b->instrument));
    WORLD_MUST(store_session_open(b->w.store, b->w.instrument, "abbott-afinion-2", "tcp-listen:1",
                                  b->w.now, &b->session));
    b->order = order.id;
    b->specimen = key.id;
    b->patient = specimen.patient_id;
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;

    arena_free(&b->arena);
    world_close(&b->w);
    free(b);
    return 0;
}

static void without_a_book_it_is_said_so(void **state)
{
    struct bench *b = *state;

    assert_int_equal(stands(b), STORE_QC_NO_BOOK);
    add_trigger(b, QC_EACH_DAY, 0, QC_BASIS_POLICY);
    assert_int_equal(stands(b), STORE_QC_NO_LEVEL);
    add_level(b);
    assert_int_equal(stands(b), STORE_QC_DUE);
    run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
}

static void a_failure_stands_until_the_level_passes(void **state)
{
    struct bench *b = *state;
    const struct store_actor by = world_actor(&b->w);
    struct store_qc_verdict verdict;
    int64_t bad, id;

    add_level(b);
    assert_int_equal(stands(b), STORE_QC_GOOD); /* no trigger: on demand alone */
    bad = run(b, false);
    verdict = stands_for(b, "L1", "maria");
    assert_int_equal(verdict.standing, STORE_QC_FAILED);
    assert_string_equal(verdict.finding, "outside");
    WORLD_MUST(store_qc_action_add(b->w.store, &by, bad, "new vial", &id));
    assert_int_equal(stands(b), STORE_QC_FAILED);
    id = run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
    WORLD_MUST(store_qc_void_add(b->w.store, &by, id, "the control had expired", &bad));
    verdict = stands_for(b, "L1", "maria");
    assert_int_equal(verdict.standing, STORE_QC_FAILED);
    assert_string_equal(verdict.finding, "the control had expired");
    assert_int_equal(store_qc_void_add(b->w.store, &by, id, "again", &bad), ERROR_CONFLICT);
}

static void the_lot_and_the_operator_of_the_result_count(void **state)
{
    struct bench *b = *state;

    add_level(b);
    add_trigger(b, QC_NEW_LOT, 0, QC_BASIS_REQUIRED);
    add_trigger(b, QC_NEW_OPERATOR, 0, QC_BASIS_REQUIRED);
    run(b, true);
    assert_int_equal(stands_for(b, "L1", "maria").standing, STORE_QC_GOOD);
    assert_int_equal(stands_for(b, "l1", "MARIA").standing, STORE_QC_GOOD);
    assert_int_equal(stands_for(b, "L2", "maria").kind, QC_NEW_LOT);
    assert_int_equal(stands_for(b, "L2", "maria").standing, STORE_QC_DUE);
    assert_int_equal(stands_for(b, "L1", "lena").kind, QC_NEW_OPERATOR);
    run_by(b, "7", false, "L2", "lena");
    run_by(b, "5.5", true, "L2", "lena");
    assert_int_equal(stands_for(b, "L2", "lena").standing, STORE_QC_GOOD);
    assert_int_equal(stands_for(b, "L1", "lena").standing, STORE_QC_GOOD);
    assert_int_equal(stands_for(b, "L1", "").standing, STORE_QC_GOOD);
}

static int64_t add_kit(struct bench *b, const char *number, const char *shipment)
{
    const struct store_actor by = world_actor(&b->w);
    const char *const tests[] = { "A1C" };
    const struct store_item item = {
        .name = "Cartridges", .kind = "kit", .active = true, .tests = tests, .test_count = 1
    };
    struct store_lot_new lot = { .number = number, .expires = "2027-01-31" };
    int64_t id, unused;

    WORLD_MUST(store_item_put(b->w.store, &by, &item, &lot.item));
    WORLD_MUST(store_lot_add(b->w.store, &by, &lot, &id));
    WORLD_MUST(store_lot_receive(b->w.store, &by, id, 10, shipment, "", &unused));
    WORLD_MUST(store_lot_open(b->w.store, &by, id, "2026-03-12", "2027-01-31", "", &unused));
    return id;
}

static void a_new_shipment_of_the_same_lot_is_due_again(void **state)
{
    struct bench *b = *state;
    const struct store_actor by = world_actor(&b->w);
    int64_t lot, id;

    add_level(b);
    add_trigger(b, QC_NEW_SHIPMENT, 0, QC_BASIS_REQUIRED);
    lot = add_kit(b, "L1", "S-1");
    assert_int_equal(stands(b), STORE_QC_DUE);
    assert_int_equal(stands_for(b, "", "").standing, STORE_QC_DUE); /* the one that is open */
    run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
    assert_int_equal(stands_for(b, "", "").standing, STORE_QC_GOOD);
    WORLD_MUST(store_lot_receive(b->w.store, &by, lot, 10, "S-2", "", &id));
    assert_int_equal(stands(b), STORE_QC_DUE);
    run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
}

static void maintenance_doubt_and_time_make_it_due(void **state)
{
    struct bench *b = *state;
    const struct store_actor by = world_actor(&b->w);
    int64_t id;

    add_level(b);
    add_trigger(b, QC_MAINTENANCE, 0, QC_BASIS_POLICY);
    add_trigger(b, QC_PLAUSIBILITY, 0, QC_BASIS_POLICY);
    add_trigger(b, QC_HOURS, 8, QC_BASIS_POLICY);
    run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
    WORLD_MUST(store_maintenance_add(b->w.store, &by, b->instrument, false, "cleaned", "", &id));
    assert_int_equal(stands_for(b, "", "").kind, QC_MAINTENANCE);
    run(b, true);
    WORLD_MUST(store_maintenance_add(b->w.store, &by, b->instrument, true, "odd value", "", &id));
    assert_int_equal(stands_for(b, "", "").kind, QC_PLAUSIBILITY);
    run(b, true);
    assert_int_equal(stands(b), STORE_QC_GOOD);
    b->w.now += 8 * hour;
    assert_int_equal(stands_for(b, "", "").kind, QC_HOURS);
}

static void what_is_only_recommended_does_not_stand_against_it(void **state)
{
    struct bench *b = *state;

    add_level(b);
    add_trigger(b, QC_RUNS, 2, QC_BASIS_RECOMMENDED);
    run(b, true);
    patient_result(b);
    assert_int_equal(stands(b), STORE_QC_GOOD);
    patient_result(b);
    assert_int_equal(stands(b), STORE_QC_RECOMMENDED);
    add_trigger(b, QC_RUNS, 2, QC_BASIS_REQUIRED);
    assert_int_equal(stands(b), STORE_QC_DUE);
}

static void assert_reach(struct bench *b, int64_t bad, const int64_t *results, size_t count)
{
    struct store_reader *reader;
    struct complaint why = { "" };
    struct buffer json;
    char key[24], id[40];
    const char *at;
    size_t found = 0;

    buffer_init(&json, 1024 * 1024);
    WORLD_MUST(store_commit(b->w.store, NULL));
    WORLD_MUST(store_open_read(b->w.path, &reader, &why));
    (void)snprintf(key, sizeof key, "%lld", (long long)bad);
    const struct store_params params = { .key = key, .now = b->w.now };
    WORLD_MUST(store_read_json(reader, READ_QC_LOOK_BACK, &params, &json));
    WORLD_MUST(buffer_put(&json, span_of("", 1)));
    for (at = (const char *)json.at; (at = strstr(at, "\"accession\":")) != NULL; at++)
        found++;
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(id, sizeof id, "\"result\":%lld,", (long long)results[i]);
        assert_non_null(strstr((const char *)json.at, id));
    }
    buffer_free(&json);
    store_close_read(reader);
    WORLD_MUST(store_begin(b->w.store));
}

static void a_failure_reaches_exactly_what_lies_between_two_good_runs(void **state)
{
    struct bench *b = *state;
    const struct store_actor by = world_actor(&b->w);
    int64_t results[8], bad, voided, id;

    add_level(b);
    results[0] = patient_result(b);
    run(b, true);
    results[1] = patient_result(b);
    results[2] = patient_result(b);
    bad = run(b, false);
    results[3] = patient_result(b); /* released all the same */
    assert_reach(b, bad, &results[1], 3);
    voided = run(b, true);
    results[4] = patient_result(b);
    assert_reach(b, bad, &results[1], 3);
    assert_int_equal(store_qc_look_back_add(b->w.store, &by, bad, results[0], "stands", "", &id),
                     ERROR_NOT_FOUND);
    assert_int_equal(store_qc_look_back_add(b->w.store, &by, bad, results[4], "stands", "", &id),
                     ERROR_NOT_FOUND);
    WORLD_MUST(store_qc_look_back_add(b->w.store, &by, bad, results[3], "repeat", "", &id));
    assert_int_equal(store_qc_look_back_add(b->w.store, &by, bad, results[3], "stands", "", &id),
                     ERROR_CONFLICT);
    WORLD_MUST(store_qc_void_add(b->w.store, &by, voided, "expired", &id));
    results[5] = patient_result(b);
    assert_reach(b, voided, &results[1], 5);
    run(b, true);
    patient_result(b);
    assert_reach(b, voided, &results[1], 5);
}

/* A lot of a control, of an item of its own that serves the test. */
static int64_t add_control(struct bench *b, const char *name, const char *test, const char *number,
                           int64_t *item_root)
{
    const struct store_actor by = world_actor(&b->w);
    const struct store_item item = {
        .name = name, .kind = "control", .active = true, .tests = &test, .test_count = 1
    };
    struct store_lot_new lot = { .number = number, .expires = "2027-01-31" };
    int64_t id;

    WORLD_MUST(store_item_put(b->w.store, &by, &item, &lot.item));
    WORLD_MUST(store_lot_add(b->w.store, &by, &lot, &id));
    if (item_root)
        *item_root = lot.item;
    return id;
}

/* A good run whose lot is a row of the book, or only a number. */
static void run_with(struct bench *b, int64_t lot, const char *number)
{
    const struct store_actor by = world_actor(&b->w);
    struct store_qc_level level;
    struct store_qc_run good = { .level = &level,
                                 .lot = lot,
                                 .lot_text = number,
                                 .reagent_lot = "L1",
                                 .reason = "on_demand",
                                 .passed = true };
    struct arena arena;
    int64_t id;

    arena_init(&arena, 1024 * 1024);
    WORLD_MUST(store_qc_level_find(b->w.store, &arena, b->level, &level));
    WORLD_MUST(store_qc_run_add(b->w.store, &by, &good, &id));
    arena_free(&arena);
}

static int64_t recalled(struct bench *b, int64_t lot)
{
    const struct store_actor by = world_actor(&b->w);
    int64_t count = 0;

    WORLD_MUST(store_qc_void_lot(b->w.store, &by, lot, "recalled", &count));
    return count;
}

static void set_item(struct bench *b, int64_t item)
{
    const struct store_actor by = world_actor(&b->w);
    struct store_qc_range range;
    struct store_qc_level level = level_of(b, &range);
    int64_t root;

    level.root = b->level;
    level.item = item;
    WORLD_MUST(store_qc_level_add(b->w.store, &by, &level, &root));
}

static void a_recall_reaches_the_runs_of_its_own_lot(void **state)
{
    struct bench *b = *state;
    int64_t ours, item, theirs, elsewhere;

    ours = add_control(b, "Ours", "A1C", "1234", &item);
    theirs = add_control(b, "Theirs", "A1C", "1234", NULL);
    elsewhere = add_control(b, "For another test", "CRP", "1234", NULL);
    add_level(b);
    run_with(b, 0, "1234"); /* before the level had its item */
    set_item(b, item);
    run_with(b, 0, "1234");
    run_with(b, ours, "");
    run_with(b, 0, "5678");
    run_with(b, 0, "");
    assert_int_equal(recalled(b, theirs), 0);
    assert_int_equal(recalled(b, elsewhere), 0);
    assert_int_equal(recalled(b, ours), 3);
    assert_int_equal(recalled(b, ours), 0);
}

static void a_level_of_no_item_is_reached_by_what_serves_its_test(void **state)
{
    struct bench *b = *state;
    int64_t theirs = add_control(b, "Theirs", "A1C", "1234", NULL);
    int64_t elsewhere = add_control(b, "For another test", "CRP", "1234", NULL);

    add_level(b);
    run_with(b, 0, "1234");
    assert_int_equal(recalled(b, elsewhere), 0);
    assert_int_equal(recalled(b, theirs), 1);
}

static int count_steps(void *steps)
{
    ++*(int64_t *)steps;
    return 0;
}

/* What SQLite does, in hundreds of its steps, to recall a lot with that many runs. */
static int64_t steps_to_recall(struct bench *b, const char *number, int runs)
{
    int64_t lot = add_control(b, number, "A1C", number, NULL), steps = 0;

    for (int i = 0; i < runs; i++)
        run_with(b, lot, "");
    sqlite3_progress_handler(b->w.store->sql.db, 100, count_steps, &steps);
    assert_int_equal(recalled(b, lot), runs);
    sqlite3_progress_handler(b->w.store->sql.db, 0, NULL, NULL);
    return steps;
}

static void a_recall_takes_no_more_than_its_runs(void **state)
{
    struct bench *b = *state;
    int64_t some, many;

    add_level(b);
    some = steps_to_recall(b, "1", 50);
    many = steps_to_recall(b, "2", 500);
    assert_true(many < 20 * some);
}

static void a_level_is_not_defined_twice(void **state)
{
    struct bench *b = *state;
    const struct store_actor by = world_actor(&b->w);
    struct store_qc_range range;
    struct store_qc_level level = level_of(b, &range);
    int64_t root;

    add_level(b);
    assert_int_equal(store_qc_level_add(b->w.store, &by, &level, &root), ERROR_CONFLICT);
    level.root = b->level;
    range.high = "6.4";
    WORLD_MUST(store_qc_level_add(b->w.store, &by, &level, &root));
    assert_int_equal(root, b->level);
    WORLD_MUST(store_qc_level_find(b->w.store, &b->arena, b->level, &level));
    assert_string_equal(level.ranges[0].high, "6.4");
    level.test = "CRP";
    assert_int_equal(store_qc_level_add(b->w.store, &by, &level, &root), ERROR_CONFLICT);
}

int main(void)
{
#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(without_a_book_it_is_said_so),
        ON_A_BENCH(a_failure_stands_until_the_level_passes),
        ON_A_BENCH(the_lot_and_the_operator_of_the_result_count),
        ON_A_BENCH(a_new_shipment_of_the_same_lot_is_due_again),
        ON_A_BENCH(maintenance_doubt_and_time_make_it_due),
        ON_A_BENCH(what_is_only_recommended_does_not_stand_against_it),
        ON_A_BENCH(a_failure_reaches_exactly_what_lies_between_two_good_runs),
        ON_A_BENCH(a_recall_reaches_the_runs_of_its_own_lot),
        ON_A_BENCH(a_level_of_no_item_is_reached_by_what_serves_its_test),
        ON_A_BENCH(a_recall_takes_no_more_than_its_runs),
        ON_A_BENCH(a_level_is_not_defined_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
