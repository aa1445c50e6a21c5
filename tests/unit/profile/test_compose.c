/* What a simulated instrument of each profile sends is read back by the same profile: the
 * simulator of every format, and every profile's places and templates. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/compose.h"
#include "instruments/profile/profile.h"

#include <stdio.h>
#include <string.h>

static const char *or_default(const char *text, const char *other)
{
    return text && *text ? text : other;
}

/* A record as the simulator makes it: two results of the analyte map. */
static void make_record(const struct profile *p, enum record_kind kind, struct record *r,
                        struct record_result *results)
{
    size_t count = 0;
    const struct profile_analyte *map = profile_analytes(p, &count);

    record_init(r);
    r->kind = kind;
    r->specimen = "260312000419";
    r->patient_id = "MRN-6001";
    r->run = "17";
    r->serial = "SIM0001";
    r->sent_at = "2026-03-12T14:05:00";
    r->results = results;
    r->result_count = kind == RECORD_QUERY ? 0 : 2;
    for (size_t i = 0; i < 2; i++) {
        record_result_init(&results[i]);
        results[i].code = i < count ? map[i].code : i ? "Y" : "X";
        results[i].value = i ? "7" : "5";
        results[i].number = results[i].value;
        results[i].unit = or_default(i < count ? map[i].ucum : "", "mg/dL");
        results[i].observed_at = "2026-03-12T14:01:00";
    }
}

static void compose(const struct profile *p, const struct record *record, struct buffer *text)
{
    buffer_clear(text);
    if (profile_compose(p, record, text) != ERROR_OK)
        fail_msg("%s composes nothing", profile_id(p));
    if (text->len == 0)
        fail_msg("%s composes an empty message", profile_id(p));
}

/* Composes and decodes; the newest record that is not of service. */
static const struct record *round_trip(const struct profile *p, enum record_kind kind,
                                       struct arena *arena, struct buffer *text)
{
    struct record_result results[2];
    struct record sent, *got = NULL;
    struct complaint why = { "" };
    size_t count = 0;

    make_record(p, kind, &sent, results);
    compose(p, &sent, text);
    if (profile_decode(p, buffer_span(text), true, arena, &got, &count, &why) != ERROR_OK)
        fail_msg("%s does not read its own message: %s\n%.*s", profile_id(p), why.text,
                 (int)text->len, (const char *)text->at);
    if (count == 0)
        fail_msg("%s reads nothing out of its own message", profile_id(p));
    return &got[count - 1];
}

static void show_and_fail(const struct profile *p, const char *what, const struct buffer *text)
{
    fail_msg("%s: %s\n%.*s", profile_id(p), what, (int)text->len, (const char *)text->at);
}

static void check_patient(const struct profile *p)
{
    struct arena arena;
    struct buffer text;
    const struct record *got;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    buffer_init(&text, LIMIT_MESSAGE);
    got = round_trip(p, RECORD_PATIENT, &arena, &text);
    if (got->kind != RECORD_PATIENT)
        show_and_fail(p, "a patient's message came back as another kind", &text);
    if (got->result_count == 0 || !*got->results[got->result_count - 1].value)
        show_and_fail(p, "its results did not come back", &text);
    arena_free(&arena);
    buffer_free(&text);
}

/* A profile that can tell controls sends them so that it tells them. */
static void check_control(const struct profile *p, bool *told)
{
    struct arena arena;
    struct buffer text;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    buffer_init(&text, LIMIT_MESSAGE);
    *told = round_trip(p, RECORD_QC, &arena, &text)->kind == RECORD_QC;
    arena_free(&arena);
    buffer_free(&text);
}

static void test_every_profile(void **state)
{
    const char *const *ids = profile_builtin_ids();
    size_t profiles = 0, controls = 0;

    (void)state;
    for (; ids[profiles]; profiles++) {
        struct complaint why = { "" };
        struct profile *p = NULL;
        bool told = false;
        if (profile_load(ids[profiles], NULL, &p, &why) != ERROR_OK)
            fail_msg("%s", why.text);
        if (profile_is_ekg(p)) { /* no message */
            profile_free(p);
            continue;
        }
        check_patient(p);
        check_control(p, &told);
        if (!told)
            print_message("%s cannot tell its own controls\n", ids[profiles]);
        controls += told;
        profile_free(p);
    }
    assert_true(controls * 2 > profiles);
}

static void test_no_room(void **state)
{
    struct record_result results[2];
    struct profile *p = NULL;
    struct record r;
    struct buffer text;

    (void)state;
    assert_int_equal(profile_load("generic-lis02", NULL, &p, NULL), ERROR_OK);
    make_record(p, RECORD_PATIENT, &r, results);
    buffer_init(&text, 20);
    assert_int_equal(buffer_put_text(&text, "before"), ERROR_OK);
    assert_int_equal(profile_compose(p, &r, &text), ERROR_TOO_BIG);
    assert_int_equal(text.len, 6);
    buffer_free(&text);
    profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_profile),
                                        cmocka_unit_test(test_no_room) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
