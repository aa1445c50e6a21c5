/* DICOM waveforms: groups, channels, scales and samples as carts write them. */
#include "tests/unit/ecg/dicom_case.h"

static void leads_are_found_by_code_and_by_name(void **state)
{
    struct dicom_case *c = *state;

    for (unsigned i = ECG_DICOM_SCPECG; i <= ECG_DICOM_NAMES; i++) {
        c->form.codes = (enum ecg_dicom_codes)i;
        for (unsigned how = 0; how < 8; how++) {
            c->form.nul_padded = how & 1;
            c->form.explained = how & 2;
            c->form.nameless = how & 4 && i != ECG_DICOM_NAMES;
            dicom_case_read(c);
            dicom_case_same_leads(c);
        }
    }
}

static void code_and_name_must_agree(void **state)
{
    struct dicom_case *c = *state;

    c->form.codes = ECG_DICOM_CONTRADICTING;
    dicom_case_write(c);
    dicom_case_refused(c, ERROR_BAD_INPUT, "contradicts itself");
}

static void scales_and_widths_give_the_same_microvolts(void **state)
{
    static const struct ecg_dicom_form forms[] = {
        { .millivolts = true }, { .unsigned_ = true },    { .millivolts = true, .unsigned_ = true },
        { .stored = 12 },       { .padding_zero = true },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        c->form = forms[i];
        dicom_case_read(c);
        dicom_case_same_leads(c);
        assert_int_equal(dicom_case_complains(c, "mark for missing samples"),
                         forms[i].padding_zero);
    }
}

static void samples_of_eight_bits(void **state)
{
    struct dicom_case *c = *state;

    for (size_t i = 0; i < ECG_LEAD_STANDARD; i++)
        for (size_t k = 0; k < c->said.leads[i].count; k++)
            c->said.leads[i].samples[k] /= 8;
    c->form.bits = 8;
    dicom_case_read(c);
    dicom_case_same_leads(c);
}

/* A cart that says 12 bits and uses more is read by what it uses. */
static void bits_that_are_used_count(void **state)
{
    struct dicom_case *c = *state;

    c->said.leads[0].samples[7] = 3000;
    c->said.leads[0].samples[8] = -3000;
    dicom_case_write(c);
    for (uint8_t *at = c->file.at; at + 9 < c->file.at + c->file.len; at++)
        if (memcmp(at, "\x3a\0\x1a\x02US\2\0\x10", 9) == 0)
            at[8] = 12;
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    dicom_case_same_leads(c);
}

static void marks_for_missing_samples_are_gaps(void **state)
{
    struct dicom_case *c = *state;

    for (size_t k = 4000; k < 5000; k++)
        c->said.leads[ECG_LEAD_V3].samples[k] = ECG_GAP;
    c->form.padding = true;
    dicom_case_read(c);
    dicom_case_same_leads(c);
}

static void averaged_beats_are_no_recording(void **state)
{
    struct dicom_case *c = *state;

    c->form.medians = true;
    dicom_case_read(c);
    dicom_case_same_leads(c);
    assert_int_equal(c->read.complaints.count, 0);
}

static void strips_begin_where_they_begin(void **state)
{
    struct dicom_case *c = *state;

    c->form.strips = true;
    dicom_case_read(c);
    for (size_t i = 0; i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *said = &c->said.leads[i], *read = &c->read.leads[i];
        size_t from = i / 3 * (said->count / 4);
        assert_int_equal(read->count, said->count / 4);
        assert_true(read->start == (double)from / said->rate);
        assert_memory_equal(read->samples, said->samples + from, read->count * sizeof(int32_t));
    }
}

static void of_a_strip_and_the_rhythm_the_longer_counts(void **state)
{
    struct dicom_case *c = *state;
    const struct ecg_lead *second;

    c->form.strips = c->form.rhythm = true;
    dicom_case_read(c);
    second = ecg_lead_find(&c->read, ECG_LEAD_II);
    assert_int_equal(second->count, 5000);
    assert_true(second->start == 0);
    assert_int_equal(ecg_lead_find(&c->read, ECG_LEAD_I)->count, 1250);
    assert_true(dicom_case_complains(c, "Lead II stands in the file twice"));
}

static void leads_that_were_not_recorded_stay_empty(void **state)
{
    struct dicom_case *c = *state;

    for (size_t i = ECG_LEAD_AVR; i < ECG_LEAD_STANDARD; i++)
        if (i != ECG_LEAD_V1)
            c->said.leads[i] = (struct ecg_lead) { .id = (enum ecg_lead_id)i, .name = "" };
    dicom_case_read(c);
    dicom_case_same_leads(c);
    assert_string_equal(c->read.leads[ECG_LEAD_V6].name, "V6");
}

/* Changes a number where it is written, and the file contradicts itself. */
static void numbers_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        const char *element; /* its first eight bytes */
        uint8_t value[4];
        size_t len;
        const char *words;
    } cases[] = {
        { "\x3a\0\x05\0US\2", { 11, 0 }, 2, "samples that it promises" },
        { "\x3a\0\x05\0US\2", { 0, 0 }, 2, "how many channels" },
        { "\x3a\0\x10\0UL\4", { 0x89, 0x13, 0, 0 }, 4, "samples that it promises" },
        { "\x3a\0\x10\0UL\4", { 0xff, 0xff, 0xff, 0xff }, 4, "longer than an EKG" },
        { "\0\x54\4\x10US\2", { 8, 0 }, 2, "8 bits" },
        { "\0\x54\6\x10"
          "CS\2",
          { 'M', 'B' },
          2,
          "\"MB\"" },
        { "\x3a\0\x1a\0DS\4", { '-', '5', '0', '0' }, 4, "how many channels" },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dicom_case_write(c);
        memcpy(dicom_case_find(c, cases[i].element, 8) + 8, cases[i].value, cases[i].len);
        c->why.text[0] = '\0';
        if (dicom_case_decode(c) == ERROR_OK)
            fail_msg("case %zu was accepted", i);
        if (!strstr(c->why.text, cases[i].words))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].words, c->why.text);
    }
}

static void a_channel_of_another_unit_is_left_out(void **state)
{
    struct dicom_case *c = *state;
    uint8_t *at;

    dicom_case_write(c);
    at = dicom_case_find(c, "uV\x08\0", 4);
    at = memmem(at + 4, 1000, "uV\x08\0", 4); /* of the second channel */
    assert_non_null(at);
    memcpy(at, "C ", 2);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_false(ecg_lead_find(&c->read, ECG_LEAD_II)->recorded);
    assert_true(dicom_case_complains(c, "Channel II is left out"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DICOM_TEST(leads_are_found_by_code_and_by_name),
        DICOM_TEST(code_and_name_must_agree),
        DICOM_TEST(scales_and_widths_give_the_same_microvolts),
        DICOM_TEST(samples_of_eight_bits),
        DICOM_TEST(bits_that_are_used_count),
        DICOM_TEST(marks_for_missing_samples_are_gaps),
        DICOM_TEST(averaged_beats_are_no_recording),
        DICOM_TEST(strips_begin_where_they_begin),
        DICOM_TEST(of_a_strip_and_the_rhythm_the_longer_counts),
        DICOM_TEST(leads_that_were_not_recorded_stay_empty),
        DICOM_TEST(numbers_that_do_not_fit_are_refused),
        DICOM_TEST(a_channel_of_another_unit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
