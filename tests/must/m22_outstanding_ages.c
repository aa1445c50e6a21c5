/* M22: what was sent out ages by its test's days, and is red from the day after (domain.md 3.5). */
#include "core/store/sendouts.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

#include <jansson.h>

enum { DAYS = 3 };
static const int64_t day_ms = 24LL * 60 * 60 * 1000;

/* A specimen of the world's test, handed over at `now`. Gives its line. */
static int64_t send_out(struct world *w, struct arena *a, int64_t *specimen)
{
    const struct store_actor by = world_actor(w);
    const struct store_specimen sent = world_specimen(w, a);
    const struct store_lab_test test = { "A1C", DAYS };
    const struct store_lab lab = { .name = "Faraway Laboratory-TEST",
                                   .address = "1 Far Street, Elsewhere, NY 10001",
                                   .clia = "33D1234567",
                                   .active = true,
                                   .tests = &test,
                                   .test_count = 1 };
    struct store_manifest manifest;
    struct store_manifest_line line = { .packed = true, .reason = "", .specimen = sent.id };
    struct store_hand_over over = { .manifest = &manifest, .courier = "Rider-TEST" };
    char number[STORE_MANIFEST_NUMBER];
    int64_t lab_id, line_id, id;

    WORLD_MUST(store_lab_add(w->store, &by, &lab, &lab_id));
    WORLD_MUST(
        store_manifest_open(w->store, &by, lab_id, "cold", WORLD_DAY, number, &line.manifest));
    line.number = over.scanned = number;
    WORLD_MUST(store_lab_days(w->store, lab_id, sent.order, &line.days));
    WORLD_MUST(store_manifest_line_add(w->store, &by, &line, &line_id));
    WORLD_MUST(store_manifest_by_number(w->store, a, number, &manifest));
    WORLD_MUST(store_manifest_count_add(w->store, &by, manifest.id, 1, manifest.count, over.courier,
                                        &over.count));
    WORLD_MUST(store_hand_over_add(w->store, &by, &over, &id));
    *specimen = sent.id;
    return line_id;
}

static json_t *outstanding(struct world *w, struct store_reader *reader, int64_t now, json_t **root)
{
    const struct store_params params = { .now = now };
    struct buffer text;

    (void)w;
    buffer_init(&text, 1024 * 1024);
    WORLD_MUST(store_read_json(reader, READ_SENDOUTS, &params, &text));
    *root = json_loadb((const char *)text.at, text.len, 0, NULL);
    buffer_free(&text);
    return json_object_get(*root, "outstanding");
}

/* How many are outstanding at that time, and how many of them are red. */
static void expect(struct world *w, struct store_reader *reader, int64_t now, size_t rows, int late)
{
    json_t *root, *row, *list = outstanding(w, reader, now, &root);
    size_t i;
    int red = 0;

    assert_int_equal(json_array_size(list), rows);
    json_array_foreach(list, i, row) red += (int)json_integer_value(json_object_get(row, "late"));
    assert_int_equal(red, late);
    json_decref(root);
}

static void a_day_after_its_time_it_is_red(void **state)
{
    struct world *w = *state;
    struct store_reader *reader;
    struct complaint why = { "" };
    struct arena a;
    int64_t specimen, sent = w->now, due = sent + DAYS * day_ms;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    (void)send_out(w, &a, &specimen);
    WORLD_MUST(store_commit(w->store, &why));
    WORLD_MUST(store_open_read(w->path, &reader, &why));
    expect(w, reader, sent, 1, 0);
    expect(w, reader, due, 1, 0);
    expect(w, reader, due + day_ms - 1, 1, 0);
    expect(w, reader, due + day_ms, 1, 1);
    expect(w, reader, due + 30 * day_ms, 1, 1);
    store_close_read(reader);
    arena_free(&a);
}

static void what_will_never_come_is_off_the_list_with_its_reason(void **state)
{
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct store_reference_result lost = { .lab_number = "", .reported_at = "" };
    struct store_reader *reader;
    struct complaint why = { "" };
    struct arena a;
    int64_t id;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    lost.line = send_out(w, &a, &lost.specimen);
    lost.reason = "";
    WORLD_MUST(store_step_begin(w->store));
    assert_int_equal(store_reference_result_add(w->store, &by, &lost, &id), ERROR_CONFLICT);
    WORLD_MUST(store_step_undo(w->store));
    lost.reason = "lost by the courier";
    WORLD_MUST(store_reference_result_add(w->store, &by, &lost, &id));
    WORLD_MUST(store_commit(w->store, &why));
    WORLD_MUST(store_open_read(w->path, &reader, &why));
    expect(w, reader, w->now + 90 * day_ms, 0, 0);
    store_close_read(reader);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_after_its_time_it_is_red, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(what_will_never_come_is_off_the_list_with_its_reason,
                                        world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
