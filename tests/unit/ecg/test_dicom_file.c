/* DICOM files: how they are written, and which are refused. */
#include "tests/unit/ecg/dicom_case.h"

static void every_way_of_writing_gives_the_same(void **state)
{
    static const struct ecg_dicom_form forms[] = {
        { .syntax = ECG_DICOM_EXPLICIT },
        { .syntax = ECG_DICOM_EXPLICIT, .undefined = true },
        { .syntax = ECG_DICOM_IMPLICIT },
        { .syntax = ECG_DICOM_IMPLICIT, .undefined = true },
        { .syntax = ECG_DICOM_DEFLATED },
        { .syntax = ECG_DICOM_DEFLATED, .undefined = true, .nul_padded = true },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        c->form = forms[i];
        dicom_case_read(c);
        dicom_case_same_leads(c);
        assert_int_equal(c->read.format, ECG_FORMAT_DICOM);
        assert_string_equal(c->read.patient_id, c->said.patient_id);
        for (unsigned k = 0; k < ECG_MEASUREMENT_COUNT; k++)
            assert_string_equal(c->read.measurements[k], c->said.measurements[k]);
        assert_int_equal(c->read.complaints.count, 0);
    }
}

static void zeros_behind_the_file_are_no_element(void **state)
{
    static const uint8_t zeros[100];
    struct dicom_case *c = *state;

    dicom_case_write(c);
    assert_int_equal(buffer_put(&c->file, span_of(zeros, sizeof zeros)), ERROR_OK);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    dicom_case_same_leads(c);
    c->file.at[c->file.len - 1] = 1;
    dicom_case_refused(c, ERROR_BAD_INPUT, "damaged");
}

static void syntaxes_that_are_not_read_are_named(void **state)
{
    static const struct {
        const char *uid, *words;
    } cases[] = {
        { "1.2.840.10008.1.2.2", "big endian" },
        { "1.2.840.10008.1.2.4.50", "compression of pictures" },
        { "1.2.840.10008.1.2.5", "RLE" },
        { "1.2.3.4", "\"1.2.3.4\"" },
        { "", "not known here" },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c->form.syntax_uid = cases[i].uid;
        dicom_case_write(c);
        dicom_case_refused(c, ERROR_UNSUPPORTED, cases[i].words);
    }
}

static void objects_that_are_no_ekg_are_named(void **state)
{
    static const struct {
        const char *uid, *words;
    } cases[] = {
        { "1.2.840.10008.1.3.10", "directory" },
        { "1.2.840.10008.5.1.4.1.1.104.1", "PDF within DICOM" },
        { "1.2.840.10008.5.1.4.1.1.9.2.1", "hemodynamic" },
        { "1.2.840.10008.5.1.4.1.1.7", "picture" },
        { "1.2.3", "holds no EKG" },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c->form.class_uid = cases[i].uid;
        dicom_case_write(c);
        dicom_case_refused(c, ERROR_UNSUPPORTED, cases[i].words);
    }
    c->form.class_uid = "1.2.840.10008.5.1.4.1.1.9.1.2";
    dicom_case_read(c);
    c->form.class_uid = "1.2.840.10008.5.1.4.1.1.9.1.3";
    dicom_case_read(c);
}

static void two_kinds_of_object_in_one_are_refused(void **state)
{
    static const char uid[] = "1.2.840.10008.5.1.4.1.1.9.1.1";
    struct dicom_case *c = *state;
    uint8_t *at;

    dicom_case_write(c);
    at = dicom_case_find(c, uid, strlen(uid));
    at[strlen(uid) - 1] = '2';
    dicom_case_refused(c, ERROR_BAD_INPUT, "two kinds of object");
}

static void a_file_that_ends_early_is_refused(void **state)
{
    struct dicom_case *c = *state;
    size_t whole;

    dicom_case_write(c);
    whole = c->file.len;
    for (size_t len = 140; len < whole; len += len < 3000 ? 1 : 997) {
        enum error e;
        c->file.len = len;
        e = dicom_case_decode(c);
        if (e != ERROR_BAD_INPUT && e != ERROR_UNSUPPORTED)
            fail_msg("%zu bytes of %zu were accepted", len, whole);
        assert_true(*c->why.text);
    }
    c->form.syntax = ECG_DICOM_DEFLATED;
    dicom_case_write(c);
    c->file.len -= 3;
    dicom_case_refused(c, ERROR_BAD_INPUT, "does not end");
}

/* What is deflated must not grow without end: the same bytes again and again. */
static void what_grows_beyond_an_ekg_is_refused(void **state)
{
    struct dicom_case *c = *state;

    for (size_t i = 0; i < ECG_LEAD_STANDARD; i++) {
        struct ecg_lead *lead = &c->said.leads[i];
        lead->count = 900 * 1024;
        lead->samples = arena_take(&c->arena, lead->count * sizeof *lead->samples);
        assert_non_null(lead->samples);
        if (i >= 5) /* 9 MB of zeros */
            *lead = (struct ecg_lead) { .id = lead->id, .name = lead->name };
    }
    c->form.syntax = ECG_DICOM_DEFLATED;
    dicom_case_write(c);
    assert_true(c->file.len < 32 * 1024);
    dicom_case_refused(c, ERROR_TOO_BIG, "grows beyond");
}

/* Sequences within sequences, deeper than any EKG. */
static void what_nests_without_end_is_refused(void **state)
{
    enum { LEVELS = 2000 };
    static const uint8_t level[] = { 0x40, 0,    0x20, 0xb0, 'S', 'Q',  0,    0,    0xff, 0xff,
                                     0xff, 0xff, 0xfe, 0xff, 0,   0xe0, 0xff, 0xff, 0xff, 0xff };
    struct dicom_case *c = *state;

    dicom_case_write(c);
    c->file.len = (size_t)(dicom_case_find(c, "\x40\0\x20\xb0SQ", 6) - c->file.at);
    for (unsigned i = 0; i < LEVELS; i++)
        assert_int_equal(buffer_put(&c->file, span_of(level, sizeof level)), ERROR_OK);
    dicom_case_refused(c, ERROR_TOO_BIG, "nests deeper");
}

static void a_length_of_four_gigabytes_is_refused(void **state)
{
    struct dicom_case *c = *state;
    uint8_t *at;

    dicom_case_write(c);
    at = dicom_case_find(c, "\0\x54\x10\x10OW", 6);
    memcpy(at + 8, "\xfe\xff\xff\xff", 4);
    dicom_case_refused(c, ERROR_BAD_INPUT, "longer than what it stands in");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DICOM_TEST(every_way_of_writing_gives_the_same),
        DICOM_TEST(zeros_behind_the_file_are_no_element),
        DICOM_TEST(syntaxes_that_are_not_read_are_named),
        DICOM_TEST(objects_that_are_no_ekg_are_named),
        DICOM_TEST(two_kinds_of_object_in_one_are_refused),
        DICOM_TEST(a_file_that_ends_early_is_refused),
        DICOM_TEST(what_grows_beyond_an_ekg_is_refused),
        DICOM_TEST(what_nests_without_end_is_refused),
        DICOM_TEST(a_length_of_four_gigabytes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
