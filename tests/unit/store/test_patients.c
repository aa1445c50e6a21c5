/* What is shown of a patient whose data were put right or whose record was merged: by whose number,
 * on a signed report, and on which tubes. */
#include "tests/unit/test.h"

#include "core/store/bench.h"
#include "core/store/patients.h"
#include "core/store/review.h"
#include "core/store/sendouts.h"
#include "tests/unit/store/world_json.h"

struct clinic {
    struct world w;
    struct arena arena;
    struct store_specimen specimen; /* of Nr1-TEST, MRN 00900001 */
    json_t *shown;
};

static int set_up(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);

    world_open(&c->w);
    arena_init(&c->arena, 1 << 20);
    WORLD_MUST(store_begin(c->w.store));
    c->specimen = world_specimen(&c->w, &c->arena);
    WORLD_MUST(store_commit(c->w.store, NULL));
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

static json_t *look(struct clinic *c, enum store_query query, const char *key)
{
    const struct store_params params = { .key = key, .now = c->w.now, .limit = 50 };

    return world_json(&c->w, query, &params, &c->shown);
}

static const char *text_at(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* A version of the patient's data; 0: a patient of their own. */
static int64_t put_right(struct clinic *c, int64_t patient, const char *mrn, const char *family)
{
    const struct store_actor by = world_actor(&c->w);
    const struct store_patient to = { patient, mrn, family, "Ida", "1981-03-14", "F" };
    const struct store_patient_change change = { &to, "name", "misspelt", "photo ID, address" };
    int64_t id = patient;

    WORLD_MUST(store_begin(c->w.store));
    if (patient)
        WORLD_MUST(store_patient_correct(c->w.store, &by, &change));
    else
        WORLD_MUST(store_patient_add(c->w.store, &to, c->w.assistant, c->w.now, &id));
    WORLD_MUST(store_commit(c->w.store, NULL));
    return id;
}

static int64_t merge(struct clinic *c, int64_t kept, int64_t merged)
{
    const struct store_actor by = world_actor(&c->w);
    const struct store_merge in = { kept, merged, "address, telephone", "registered twice" };
    int64_t id;

    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_patient_merge(c->w.store, &by, &in, &id));
    WORLD_MUST(store_commit(c->w.store, NULL));
    return id;
}

static void unmerge(struct clinic *c, int64_t id)
{
    const struct store_actor by = world_actor(&c->w);
    int64_t merged;

    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_patient_unmerge(c->w.store, &by, id, "two people", &merged));
    WORLD_MUST(store_commit(c->w.store, NULL));
}

/* ---- By whose number ---- */

static const struct {
    enum store_query query;
    const char *rows;
} lists[] = {
    { READ_SEARCH, "rows" },
    { READ_FIND, "rows" },
    { READ_PATIENTS, "rows" },
    { READ_TRACE, "results" },
};
enum { LISTS = sizeof lists / sizeof lists[0] };

/* The one row of that list, or NULL when there is none. */
static json_t *only_row(struct clinic *c, size_t list, const char *mrn)
{
    json_t *rows = json_object_get(look(c, lists[list].query, mrn), lists[list].rows);

    assert_in_range(json_array_size(rows), 0, 1);
    return json_array_get(rows, 0);
}

static void a_number_finds_its_bearer_alone(void **state)
{
    struct clinic *c = *state;
    int64_t other;

    WORLD_MUST(store_begin(c->w.store));
    (void)world_result(&c->w, &c->specimen, "5.1", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_commit(c->w.store, NULL));
    (void)put_right(c, c->specimen.patient_id, "00900077", "Nr1-TEST");
    for (size_t i = 0; i < LISTS; i++) { /* nobody's: it finds who bore it, and says so */
        json_t *row = only_row(c, i, "00900001");
        assert_non_null(row);
        if (lists[i].query != READ_TRACE)
            assert_string_equal(text_at(row, "formerly"), "00900001");
        row = only_row(c, i, "00900077");
        assert_non_null(row);
        assert_string_equal(text_at(row, "formerly"), "");
    }
    other = put_right(c, 0, "00900001", "Other-TEST");
    for (size_t i = 0; i < LISTS; i++) {
        json_t *row = only_row(c, i, "00900001");
        if (lists[i].query != READ_PATIENTS)
            assert_null(row);
        else
            assert_string_equal(text_at(row, "family"), "Other-TEST");
    }
    (void)put_right(c, other, "00900078", "Other-TEST"); /* of two who bore it, both */
    assert_int_equal(json_array_size(json_object_get(look(c, READ_PATIENTS, "00900001"), "rows")),
                     2);
}

/* ---- A signed report ---- */

static void sign(struct clinic *c)
{
    struct store_actor by = world_actor(&c->w);
    struct store_order_found found;
    struct store_review review = {
        .signed_off = true, .meaning = "REVIEWED", .disposition = "no-action", .note = ""
    };
    int64_t id;

    by.person = c->w.provider;
    WORLD_MUST(store_begin(c->w.store));
    (void)world_result(&c->w, &c->specimen, "5.1", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_commit(c->w.store, NULL));
    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_order_by_number(c->w.store, &c->arena, c->specimen.order_number, &found));
    review.order = found.id;
    review.version = found.version;
    WORLD_MUST(store_review_add(c->w.store, &by, &review, &id));
    WORLD_MUST(store_commit(c->w.store, NULL));
}

/* What the report says it was signed as, and why that is another today; "" when it is not. */
static void assert_signed_as(struct clinic *c, const char *mrn, const char *how)
{
    json_t *as = json_object_get(look(c, READ_REPORT, c->specimen.order_number), "signed_as");
    json_t *since = json_object_get(as, "since");

    assert_string_equal(text_at(as, "mrn"), mrn);
    assert_string_equal(text_at(since, "how"), how);
    if (*how)
        assert_string_equal(text_at(since, "by"), "Maria L-TEST");
}

static void a_report_keeps_who_it_was_signed_for_when_records_merge(void **state)
{
    struct clinic *c = *state;
    int64_t kept = put_right(c, 0, "KEPT", "Kept-TEST"), id;

    sign(c);
    assert_signed_as(c, "", "");
    id = merge(c, kept, c->specimen.patient_id);
    assert_signed_as(c, "00900001", "merged");
    unmerge(c, id);
    assert_signed_as(c, "", "");
}

static void a_report_signed_for_a_merged_record_keeps_that(void **state)
{
    struct clinic *c = *state;
    int64_t kept = put_right(c, 0, "KEPT", "Kept-TEST");
    int64_t id = merge(c, kept, c->specimen.patient_id);

    sign(c);
    assert_signed_as(c, "", "");
    unmerge(c, id);
    assert_signed_as(c, "KEPT", "unmerged");
    (void)put_right(c, c->specimen.patient_id, "00900001", "Right-TEST");
    assert_signed_as(c, "KEPT", "corrected");
}

static void a_report_whose_data_are_back_restates_nothing(void **state)
{
    struct clinic *c = *state;

    sign(c);
    (void)put_right(c, c->specimen.patient_id, "00900099", "Nr1-TEST");
    assert_signed_as(c, "00900001", "corrected");
    (void)put_right(c, c->specimen.patient_id, "00900001", "Nr1-TEST");
    assert_signed_as(c, "", "");
}

/* ---- Tubes whose label says something else ---- */

static void print_label(struct clinic *c)
{
    const struct store_label_print row = { .specimen = c->specimen.id,
                                           .copy = 1,
                                           .printer = "bench",
                                           .stock = "2x1",
                                           .person = c->w.assistant,
                                           .at = c->w.now };
    int64_t id;

    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_label_print_add(c->w.store, &row, &id));
    WORLD_MUST(store_label_outcome_add(c->w.store, id, LABEL_PRINTED, "", c->w.now, &id));
    WORLD_MUST(store_commit(c->w.store, NULL));
}

static void assert_tubes(struct clinic *c, int64_t here, int64_t away, size_t listed)
{
    struct store_patient_tubes tubes = { -1, -1 };

    WORLD_MUST(store_patient_labels(c->w.store, c->specimen.patient_id, &tubes));
    assert_int_equal(tubes.here, here);
    assert_int_equal(tubes.away, away);
    assert_int_equal(json_array_size(json_object_get(look(c, READ_PATIENT, "00900001"), "labels")),
                     listed);
}

static void happens(struct clinic *c, enum event type)
{
    WORLD_MUST(store_begin(c->w.store));
    world_event(&c->w, c->specimen.id, type);
    WORLD_MUST(store_commit(c->w.store, NULL));
}

static void a_rejected_tube_needs_no_other_label(void **state)
{
    struct clinic *c = *state;

    print_label(c);
    assert_tubes(c, 0, 0, 0);
    (void)put_right(c, c->specimen.patient_id, "00900001", "Right-TEST");
    assert_tubes(c, 1, 0, 1);
    happens(c, EVENT_REJECTED);
    assert_tubes(c, 0, 0, 0);
}

/* It is at a reference laboratory, which is to be told, until that has told all of it. */
static void a_tube_that_was_sent_out_is_told_of_until_its_result_is_back(void **state)
{
    struct clinic *c = *state;
    const struct store_actor by = world_actor(&c->w);
    const struct store_lab_test test = { "A1C", 2 };
    const struct store_lab lab = { .name = "Faraway Laboratory-TEST",
                                   .address = "1 Far Street",
                                   .clia = "33D1234567",
                                   .active = true,
                                   .tests = &test,
                                   .test_count = 1 };
    struct store_manifest_line line = {
        .packed = true, .reason = "", .days = 2, .specimen = c->specimen.id
    };
    struct store_reference_result back = {
        .specimen = c->specimen.id, .lab_number = "", .reported_at = "", .reason = "lost"
    };
    char number[STORE_MANIFEST_NUMBER];
    int64_t id;

    print_label(c);
    (void)put_right(c, c->specimen.patient_id, "00900001", "Right-TEST");
    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_lab_add(c->w.store, &by, &lab, &id));
    WORLD_MUST(store_manifest_open(c->w.store, &by, id, "cold", WORLD_DAY, number, &line.manifest));
    line.number = number;
    WORLD_MUST(store_manifest_line_add(c->w.store, &by, &line, &back.line));
    WORLD_MUST(store_commit(c->w.store, NULL));
    assert_tubes(c, 1, 0, 1); /* packed: still here */
    happens(c, EVENT_HANDED_OVER);
    assert_tubes(c, 0, 1, 1);
    WORLD_MUST(store_begin(c->w.store));
    WORLD_MUST(store_reference_result_add(c->w.store, &by, &back, &id));
    WORLD_MUST(store_commit(c->w.store, NULL));
    assert_tubes(c, 0, 0, 0);
}

int main(void)
{
#define CLINIC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(a_number_finds_its_bearer_alone),
        CLINIC_TEST(a_report_keeps_who_it_was_signed_for_when_records_merge),
        CLINIC_TEST(a_report_signed_for_a_merged_record_keeps_that),
        CLINIC_TEST(a_report_whose_data_are_back_restates_nothing),
        CLINIC_TEST(a_rejected_tube_needs_no_other_label),
        CLINIC_TEST(a_tube_that_was_sent_out_is_told_of_until_its_result_is_back),
    };
#undef CLINIC_TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
