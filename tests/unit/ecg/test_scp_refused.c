/* SCP-ECG files that must be refused, each with the reason that a person can act on. */
#include "tests/unit/ecg/scp_case.h"

#include <stdio.h>

/* Writes a number into a section's data, and makes the checksums right again. */
static void change(struct scp_case *c, unsigned section, size_t at, uint32_t value, size_t bytes)
{
    uint8_t *data = scp_case_section(c, section);

    for (; bytes; bytes--, value >>= 8)
        data[at++] = (uint8_t)value;
    scp_case_repair(c);
}

static void refuse_change(struct scp_case *c, unsigned section, size_t at, uint32_t value,
                          size_t bytes, enum error e, const char *words)
{
    scp_case_write(c);
    change(c, section, at, value, bytes);
    scp_case_refuse(c, e, words);
}

/* ---- checksums and the frame ---- */

static void a_wrong_checksum_of_the_record_is_named(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    c->bytes.at[0] ^= 1;
    scp_case_refuse(c, ERROR_BAD_INPUT, "the checksum of the whole record is");
}

/* The record's checksum is right, the section's is not. */
static void a_wrong_checksum_of_a_section_is_named(void **state)
{
    struct scp_case *c = *state;
    for (unsigned id = 1; id <= 8; id++) {
        uint16_t crc;
        uint8_t *section;
        if (id == 4 || id == 5)
            continue;
        scp_case_write(c);
        section = scp_case_section(c, id) - 16;
        section[0] ^= 0x10;
        crc = ecg_scp_crc(span_of(c->bytes.at + 2, c->bytes.len - 2));
        c->bytes.at[0] = (uint8_t)crc;
        c->bytes.at[1] = (uint8_t)(crc >> 8);
        char words[40];
        (void)snprintf(words, sizeof words, "the checksum of section %u is", id);
        scp_case_refuse(c, ERROR_BAD_INPUT, words);
    }
}

/* Carts were seen that leave this one out; the record's own covers the bytes all the same. */
static void section_0_may_have_no_checksum(void **state)
{
    struct scp_case *c = *state;
    uint16_t crc;
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        scp_case_write(c);
        c->bytes.at[6] = (uint8_t)wrong;
        c->bytes.at[7] = 0;
        crc = ecg_scp_crc(span_of(c->bytes.at + 2, c->bytes.len - 2));
        c->bytes.at[0] = (uint8_t)crc;
        c->bytes.at[1] = (uint8_t)(crc >> 8);
        if (wrong)
            scp_case_refuse(c, ERROR_BAD_INPUT, "the checksum of section 0 is");
        else
            assert_int_equal(scp_case_read(c), ERROR_OK);
    }
}

static void a_file_cut_short_says_by_how_much(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    c->bytes.len -= 100;
    scp_case_refuse(c, ERROR_BAD_INPUT, "is cut short");
}

static void sections_must_lie_within_the_record(void **state)
{
    struct scp_case *c = *state;
    const size_t third = 22 + 3 * 10; /* the pointer to section 3 */
    scp_case_write(c);
    c->bytes.at[third + 8] = 0xff;
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "section 3 should have");
    scp_case_write(c);
    c->bytes.at[third] = 1; /* a second section 1 */
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "two sections 1");
    scp_case_write(c);
    c->bytes.at[third] = 4; /* section 3's bytes */
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "pointer to section 4 leads to section 3");
}

/* ---- sections 3 and 6 ---- */

static void sections_3_and_6_must_agree(void **state)
{
    struct scp_case *c = *state;
    for (unsigned huffman = ECG_SCP_PLAIN; huffman <= ECG_SCP_SWITCHING; huffman++) {
        c->f.huffman = (enum ecg_scp_huffman)huffman;
        c->f.promised_more = 400;
        scp_case_write(c);
        scp_case_refuse(c, ERROR_BAD_INPUT, "Sections 3 and 6 of this SCP-ECG file disagree");
        c->f.promised_more = -400;
        scp_case_write(c);
        scp_case_refuse(c, ERROR_BAD_INPUT, "Sections 3 and 6 of this SCP-ECG file disagree");
    }
}

static void a_single_plain_sample_too_many_or_too_few_is_seen(void **state)
{
    struct scp_case *c = *state;
    c->f.huffman = ECG_SCP_PLAIN;
    c->f.difference = 0;
    for (size_t i = 0; i < c->f.lead_count; i++)
        c->f.leads[i].samples[ECG_SCP_SAMPLES - 1] = 3;
    for (int more = -1; more <= 1; more += 2) {
        c->f.promised_more = more;
        scp_case_write(c);
        scp_case_refuse(c, ERROR_BAD_INPUT,
                        more > 0 ? "lead I should have 5001 samples"
                                 : "lead I should have 4999 samples");
    }
}

static void a_flag_of_version_3_means_nothing(void **state)
{
    struct scp_case *c = *state;
    c->f.protocol = 30;
    scp_case_write(c);
    change(c, 6, 5, 1, 1);
    assert_int_equal(scp_case_read(c), ERROR_OK);
}

static void more_leads_than_section_6_holds_are_seen(void **state)
{
    struct scp_case *c = *state;
    c->f.huffman = ECG_SCP_PLAIN;
    c->f.lead_count = 3;
    c->f.sample_count = 8;
    refuse_change(c, 3, 0, 2, 1, ERROR_BAD_INPUT, "Sections 3 and 6");
    refuse_change(c, 3, 0, 0, 1, ERROR_BAD_INPUT, "section 3 says 0 leads");
    refuse_change(c, 3, 0, 9, 1, ERROR_BAD_INPUT, "section 3 says 9 leads");
}

static void promises_beyond_all_bounds_cost_nothing(void **state)
{
    struct scp_case *c = *state;
    c->f.lead_count = 1;
    refuse_change(c, 3, 2 + 4, 0x7fffffff, 4, ERROR_TOO_BIG, "at most");
    refuse_change(c, 3, 2 + 4, 1000000, 4, ERROR_BAD_INPUT, "cannot hold more than");
    assert_true(c->arena.used < 100000);
    refuse_change(c, 3, 2, 9000, 4, ERROR_BAD_INPUT, "before it begins at 9000");
}

static void drop_section(struct scp_case *c, unsigned id)
{
    memset(c->bytes.at + 22 + id * 10 + 2, 0, 8);
    scp_case_repair(c);
}

static void one_of_both_sections_is_no_tracing(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    drop_section(c, 6);
    scp_case_refuse(c, ERROR_BAD_INPUT, "has section 3, and section 6 is missing");
    scp_case_write(c);
    drop_section(c, 3);
    scp_case_refuse(c, ERROR_BAD_INPUT, "has section 6, and section 3 is missing");
    c->f.sample_count = 0;
    scp_case_write(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "none of its leads has a sample");
}

/* The standard asks for sections 0 and 1 only. */
static void a_file_without_tracing_says_so(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    drop_section(c, 3);
    drop_section(c, 6);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_int_equal(c->e.lead_count, 0);
    assert_string_equal(c->e.patient_id, "MRN-0042");
    assert_true(scp_case_complains(c, "holds no tracing"));
}

/* A long recording of version 3, or something of a maker's own, instead of a tracing. */
static void a_long_recording_is_refused(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    drop_section(c, 3);
    c->bytes.at[22 + 6 * 10] = 12;
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_UNSUPPORTED, "a long recording");
}

static void forms_of_samples_that_are_not_known_are_refused(void **state)
{
    struct scp_case *c = *state;
    refuse_change(c, 6, 0, 0, 2, ERROR_BAD_INPUT, "section 6 gives no scale");
    refuse_change(c, 6, 2, 0, 2, ERROR_BAD_INPUT, "no sample rate");
    refuse_change(c, 6, 4, 3, 1, ERROR_UNSUPPORTED, "differences 3");
    refuse_change(c, 6, 5, 7, 1, ERROR_UNSUPPORTED, "bimodal 7");
}

/* ---- Huffman tables ---- */

static void tables_that_make_no_sense_are_refused(void **state)
{
    struct scp_case *c = *state;
    c->f.huffman = ECG_SCP_SWITCHING;
    refuse_change(c, 2, 0, 0, 2, ERROR_BAD_INPUT, "section 2");
    refuse_change(c, 2, 0, 99, 2, ERROR_BAD_INPUT, "too many");
    refuse_change(c, 2, 2, 0, 2, ERROR_BAD_INPUT, "have no codes");
    refuse_change(c, 2, 2, 700, 2, ERROR_BAD_INPUT, "are cut short");
    refuse_change(c, 2, 4, 0, 1, ERROR_BAD_INPUT, "a length that cannot be");
    refuse_change(c, 2, 4, 33, 1, ERROR_BAD_INPUT, "a length that cannot be");
    refuse_change(c, 2, 4 + 1, 18, 1, ERROR_BAD_INPUT, "a length that cannot be");
    refuse_change(c, 2, 4 + 2, 9, 1, ERROR_BAD_INPUT, "a length that cannot be");
    refuse_change(c, 2, 4 + 4 * 9 + 3, 3, 2, ERROR_BAD_INPUT, "lead to a table that is not there");
    refuse_change(c, 2, 4 + 9 + 5, 0, 4, ERROR_BAD_INPUT, "begins another one");
    refuse_change(c, 2, 4 + 3 * 9 + 3, 5, 2, ERROR_UNSUPPORTED, "a base value as well");
}

static void a_code_of_no_table_is_refused(void **state)
{
    struct scp_case *c = *state;
    c->f.huffman = ECG_SCP_CUSTOM;
    scp_case_write(c);
    change(c, 2, 2, 2, 2); /* without the code 11 */
    scp_case_refuse(c, ERROR_BAD_INPUT, "is in no Huffman table");
}

/* Two values of 18 bits in 32 bits: the second one is not continued in what follows. */
static void a_value_that_is_cut_off_is_none(void **state)
{
    struct scp_case *c = *state;
    c->f.huffman = ECG_SCP_CUSTOM;
    c->f.difference = 0;
    c->f.lead_count = 1;
    c->f.sample_count = 2;
    c->f.leads[0].samples[0] = c->f.leads[0].samples[1] = 0x1234;
    refuse_change(c, 6, 6, 4, 2, ERROR_BAD_INPUT, "should have 2 samples, and section 6 holds 1");
}

/* ---- beats ---- */

static void a_reference_beat_that_is_missing_is_seen(void **state)
{
    struct scp_case *c = *state;
    refuse_change(c, 3, 1, 1, 1, ERROR_BAD_INPUT, "section 4, which says where the beats are");
    ecg_scp_add_beats(&c->f);
    scp_case_write(c);
    memset(c->bytes.at + 22 + 5 * 10 + 2, 0, 8);
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "does not hold it (sections 4, 5)");
    refuse_change(c, 4, 4, 0, 2, ERROR_BAD_INPUT, "does not hold it (sections 4, 5)");
    refuse_change(c, 4, 4, 5000, 2, ERROR_BAD_INPUT, "section 4 says 5000 beats");
    refuse_change(c, 4, 0, 0, 2, ERROR_BAD_INPUT, "how long its reference beat is");
    refuse_change(c, 4, 0, 900, 2, ERROR_BAD_INPUT, "Sections 4 and 5");
    refuse_change(c, 5, 2, 1000, 2, ERROR_BAD_INPUT, "Sections 4 and 5");
}

static void a_beat_of_another_rate_is_refused(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    scp_case_write(c);
    change(c, 4, 0, 350, 2);
    change(c, 5, 2, 1000, 2);
    scp_case_refuse(c, ERROR_UNSUPPORTED, "another sample rate");
}

/* Where a zone lies is not sure when counting began at 0. */
static void beats_counted_from_zero_are_refused(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.counts_from_zero = true;
    scp_case_write(c);
    scp_case_refuse(c, ERROR_UNSUPPORTED, "counts samples from 0");
}

/* A file of a few bytes must not keep anybody busy. */
static void beats_that_cover_each_other_are_refused(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    for (size_t i = 0; i < c->f.beat_count; i++)
        c->f.beats[i] = c->f.beats[1];
    c->f.sample_count = 900;
    scp_case_write(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "cover each other many times");
}

static void two_rates_must_fit(void **state)
{
    struct scp_case *c = *state;
    refuse_change(c, 6, 5, 1, 1, ERROR_UNSUPPORTED, "bimodal without section 5");
    ecg_scp_add_beats(&c->f);
    c->f.decimation = 4;
    refuse_change(c, 6, 2, 6000, 2, ERROR_UNSUPPORTED, "two rates that do not fit");
    refuse_change(c, 6, 2, 16000, 2, ERROR_UNSUPPORTED, "two rates that do not fit");
    refuse_change(c, 6, 2, 8001, 2, ERROR_UNSUPPORTED, "two rates that do not fit");
    refuse_change(c, 6, 2, 1000, 2, ERROR_UNSUPPORTED, "two rates that do not fit");
    refuse_change(c, 6, 2, 4000, 2, ERROR_BAD_INPUT, "Sections 3 and 6");
    c->f.beats[1].protected_to = c->f.beats[2].protected_from;
    scp_case_write(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "the protected areas of section 4");
}

/* Section 4 of version 1 ends behind the zones. */
static void two_rates_need_protected_areas(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.decimation = 4;
    refuse_change(c, 4, 4, (uint32_t)c->f.beat_count + 1, 2, ERROR_BAD_INPUT,
                  "does not say where which one holds");
}

static void a_version_3_beat_is_refused(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.protocol = 30;
    scp_case_write(c);
    scp_case_refuse(c, ERROR_UNSUPPORTED, "is of version 3");
    c->f.subtracts = false;
    scp_case_take(c);
}

/* ---- whose file it is ---- */

static void only_scp_ecg_is_claimed(void **state)
{
    static const uint8_t name[] = { 'S', 'C', 'P', 'E', 'C', 'G' };
    struct scp_case *c = *state;
    uint8_t *at;
    scp_case_write(c);
    at = c->bytes.at;
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_MINE);
    memset(at + 16, 0, 6); /* older files: no name, but the pointers fit */
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_MINE);
    at[28] = 8;
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_NOT_MINE);
    memcpy(at + 16, name, sizeof name);
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_MINE);
    at[8] = 1;
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_NOT_MINE);
    assert_int_equal(ecg_scp.claim(span_text("%PDF-1.4 and so on, long enough for it")),
                     ECG_NOT_MINE);
    assert_int_equal(ecg_scp.claim(span_of(NULL, 0)), ECG_NOT_MINE);
}

/* Numbers the other way round: a recorder that is not of this format. */
static void big_endian_files_are_not_claimed(void **state)
{
    struct scp_case *c = *state;
    uint8_t *at;
    scp_case_write(c);
    at = c->bytes.at;
    for (size_t i = 10; i <= 24; i += 14)
        for (size_t k = 0; k < 2; k++) {
            uint8_t swap = at[i + k];
            at[i + k] = at[i + 3 - k];
            at[i + 3 - k] = swap;
        }
    assert_int_equal(ecg_scp.claim(buffer_span(&c->bytes)), ECG_NOT_MINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scp_case_test(a_wrong_checksum_of_the_record_is_named),
        scp_case_test(a_wrong_checksum_of_a_section_is_named),
        scp_case_test(section_0_may_have_no_checksum),
        scp_case_test(a_file_cut_short_says_by_how_much),
        scp_case_test(sections_must_lie_within_the_record),
        scp_case_test(sections_3_and_6_must_agree),
        scp_case_test(a_single_plain_sample_too_many_or_too_few_is_seen),
        scp_case_test(a_flag_of_version_3_means_nothing),
        scp_case_test(more_leads_than_section_6_holds_are_seen),
        scp_case_test(promises_beyond_all_bounds_cost_nothing),
        scp_case_test(one_of_both_sections_is_no_tracing),
        scp_case_test(a_file_without_tracing_says_so),
        scp_case_test(a_long_recording_is_refused),
        scp_case_test(forms_of_samples_that_are_not_known_are_refused),
        scp_case_test(tables_that_make_no_sense_are_refused),
        scp_case_test(a_code_of_no_table_is_refused),
        scp_case_test(a_value_that_is_cut_off_is_none),
        scp_case_test(a_reference_beat_that_is_missing_is_seen),
        scp_case_test(a_beat_of_another_rate_is_refused),
        scp_case_test(beats_counted_from_zero_are_refused),
        scp_case_test(beats_that_cover_each_other_are_refused),
        scp_case_test(two_rates_must_fit),
        scp_case_test(two_rates_need_protected_areas),
        scp_case_test(a_version_3_beat_is_refused),
        scp_case_test(only_scp_ecg_is_claimed),
        scp_case_test(big_endian_files_are_not_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
