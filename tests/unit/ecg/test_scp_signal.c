/* Samples of an SCP-ECG file read back exactly, whatever way they were packed. */
#include "tests/unit/ecg/scp_case.h"

/* Every sample, in units of the file's scale times `weight`. */
static void check_samples(const struct scp_case *c, int weight)
{
    assert_int_equal(c->e.lead_count, c->f.lead_count);
    for (size_t i = 0; i < c->f.lead_count; i++) {
        const struct ecg_lead *lead = &c->e.leads[i];
        assert_true(lead->recorded);
        assert_int_equal(lead->count, c->f.sample_count);
        for (size_t k = 0; k < lead->count; k++)
            if (lead->samples[k] != c->f.leads[i].samples[k] * weight)
                fail_msg("lead %s sample %zu is %d and should be %d", lead->name, k,
                         lead->samples[k], c->f.leads[i].samples[k] * weight);
    }
}

static void leads_have_their_names_rate_and_scale(void **state)
{
    static const char *const names[] = { "I",  "II", "III", "aVR", "aVL", "aVF",
                                         "V1", "V2", "V3",  "V4",  "V5",  "V6" };
    struct scp_case *c = *state;
    scp_case_take(c);
    check_samples(c, 1);
    for (size_t i = 0; i < c->e.lead_count; i++) {
        assert_string_equal(c->e.leads[i].name, names[i]);
        assert_int_equal(c->e.leads[i].id, i);
        assert_true(c->e.leads[i].rate == 500.0);
        assert_true(c->e.leads[i].microvolts_per_unit == 2.5);
        assert_true(c->e.leads[i].start == 0.0);
    }
}

static void every_packing_gives_the_same_samples(void **state)
{
    struct scp_case *c = *state;
    for (unsigned huffman = ECG_SCP_PLAIN; huffman <= ECG_SCP_SWITCHING; huffman++)
        for (unsigned difference = 0; difference <= 2; difference++) {
            c->f.huffman = (enum ecg_scp_huffman)huffman;
            c->f.difference = difference;
            scp_case_take(c);
            check_samples(c, 1);
        }
}

/* From one limit of 16 bits to the other: the difference of that is one that wraps round. */
static void the_largest_steps_are_exact(void **state)
{
    struct scp_case *c = *state;
    c->f.lead_count = 2;
    c->f.sample_count = 64;
    for (size_t k = 0; k < c->f.sample_count; k++) {
        c->f.leads[0].samples[k] = k % 2 ? INT16_MAX : INT16_MIN;
        c->f.leads[1].samples[k] = (int16_t)(k * 7919);
    }
    every_packing_gives_the_same_samples(state);
}

static void a_reference_beat_is_added_back(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    every_packing_gives_the_same_samples(state);
}

/* A beat of another type has none taken out. */
static void other_beats_are_left_alone(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.beats[3].type = 1;
    scp_case_take(c);
    check_samples(c, 1);
}

static void beats_at_the_edges_are_cut_there(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.beats[0].from = 1;
    c->f.beats[0].fiducial = 40;
    c->f.beats[0].to = 100;
    c->f.sample_count = 4700; /* in the middle of the last one */
    scp_case_take(c);
    check_samples(c, 1);
}

/* Both are whole numbers of the common unit: nothing is rounded. */
static void scales_of_rhythm_and_beat_may_differ(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    for (size_t i = 0; i < c->f.lead_count; i++)
        for (size_t k = 0; k < c->f.reference_length; k++)
            c->f.leads[i].reference[k] /= 4;
    c->f.reference_nanovolts = 4 * c->f.nanovolts;
    scp_case_take(c);
    check_samples(c, 1);
    assert_true(c->e.leads[0].microvolts_per_unit == 2.5);
}

static void a_finer_beat_makes_the_unit_finer(void **state)
{
    struct scp_case *c = *state;
    uint8_t *section;
    ecg_scp_add_beats(&c->f);
    for (size_t i = 0; i < c->f.lead_count; i++)
        memset(c->f.leads[i].reference, 0, sizeof c->f.leads[i].reference);
    scp_case_write(c);
    section = scp_case_section(c, 5);
    section[0] = 0xe8; /* 1000 nV beside 2500 */
    section[1] = 0x03;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    check_samples(c, 5);
    assert_true(c->e.leads[0].microvolts_per_unit == 0.5);
}

/* ---- two rates ---- */

static void set_everywhere(struct ecg_scp_file *f, int16_t value)
{
    for (size_t i = 0; i < f->lead_count; i++)
        for (size_t k = 0; k < f->sample_count; k++)
            f->leads[i].samples[k] = value;
}

/* Within the protected areas every sample is there; a level outside them is exact as well. */
static void bimodal_keeps_complexes_and_levels(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.subtracts = false;
    set_everywhere(&c->f, 12);
    for (size_t b = 0; b < c->f.beat_count; b++)
        for (uint32_t x = c->f.beats[b].protected_from; x <= c->f.beats[b].protected_to; x++)
            c->f.leads[0].samples[x - 1] = (int16_t)(x * 31);
    for (unsigned factor = 2; factor <= 4; factor += 2) {
        c->f.decimation = factor;
        every_packing_gives_the_same_samples(state);
        assert_true(scp_case_complains(c, factor == 2 ? "for 2 samples" : "for 4 samples"));
    }
}

/* With the reference beat, what is packed in two rates is what is left without it. */
static void bimodal_goes_with_a_reference_beat(void **state)
{
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    set_everywhere(&c->f, 8);
    for (size_t i = 0; i < c->f.lead_count; i++)
        for (size_t b = 0; b < c->f.beat_count; b++)
            for (uint32_t x = c->f.beats[b].from; x <= c->f.beats[b].to; x++) {
                size_t in_beat = x + c->f.reference_fiducial - 1 - c->f.beats[b].fiducial;
                c->f.leads[i].samples[x - 1] = (int16_t)(8 + c->f.leads[i].reference[in_beat]);
            }
    c->f.decimation = 4;
    scp_case_take(c);
    check_samples(c, 1);
    assert_true(c->e.leads[0].rate == 500.0);
}

/* A stretch of 4 + 4 + 4 + 3 samples, by hand: means 10, 30, 14, then what was left over. */
static void a_stretch_is_drawn_by_straight_lines(void **state)
{
    static const int16_t stretch[] = {
        9, 9, 11, 11, 29, 29, 31, 31, 13, 13, 15, 15, 100, 200, 300
    };
    static const int32_t drawn[] = {
        10, 10, 10, 15, 20, 25, 30, 26, 22, 18, 14, 14, 100, 200, 300
    };
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.subtracts = false;
    c->f.lead_count = 1;
    c->f.sample_count = 24;
    c->f.beat_count = 1;
    c->f.beats[0].protected_from = 16;
    c->f.beats[0].protected_to = 24;
    c->f.decimation = 4;
    set_everywhere(&c->f, 77);
    memcpy(c->f.leads[0].samples, stretch, sizeof stretch);
    scp_case_take(c);
    assert_int_equal(c->e.leads[0].count, 24);
    for (size_t k = 0; k < 15; k++)
        assert_int_equal(c->e.leads[0].samples[k], drawn[k]);
    for (size_t k = 15; k < 24; k++)
        assert_int_equal(c->e.leads[0].samples[k], 77);
}

/* Lines between 10, 13 and 10 go through halves and quarters. */
static void lines_are_rounded_to_the_nearest(void **state)
{
    static const int16_t stretch[] = { 10, 10, 10, 10, 13, 13, 13, 13, 10, 10, 10, 10 };
    static const int32_t drawn[] = { 10, 10, 10, 11, 12, 12, 13, 12, 11, 11, 10, 10 };
    struct scp_case *c = *state;
    ecg_scp_add_beats(&c->f);
    c->f.subtracts = false;
    c->f.lead_count = 1;
    c->f.sample_count = 12;
    c->f.beat_count = 1; /* beyond the end */
    c->f.decimation = 4;
    memcpy(c->f.leads[0].samples, stretch, sizeof stretch);
    scp_case_take(c);
    for (size_t k = 0; k < 12; k++)
        assert_int_equal(c->e.leads[0].samples[k], drawn[k]);
}

/* ---- which leads, from where ---- */

static void put_u32(uint8_t *at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++, value >>= 8)
        at[i] = (uint8_t)value;
}

static void a_recording_of_five_leads_has_five(void **state)
{
    struct scp_case *c = *state;
    c->f.lead_count = 5;
    scp_case_take(c);
    check_samples(c, 1);
    assert_int_equal(ecg_complete(&c->arena, &c->e, &c->why), ERROR_OK);
    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++)
        assert_int_equal(c->e.leads[i].recorded, i < 5);
}

static void eight_leads_are_completed_by_definition(void **state)
{
    struct scp_case *c = *state;
    for (size_t i = 2; i < 8; i++)
        c->f.leads[i] = c->f.leads[i + 4];
    c->f.lead_count = 8;
    scp_case_take(c);
    check_samples(c, 1);
    assert_int_equal(ecg_complete(&c->arena, &c->e, &c->why), ERROR_OK);
    assert_true(c->e.leads[ECG_LEAD_III].derived);
    assert_int_equal(c->e.leads[ECG_LEAD_III].count, ECG_SCP_SAMPLES);
}

static void other_leads_have_their_own_names(void **state)
{
    static const struct {
        uint8_t id;
        const char *name;
    } rows[] = { { 65, "-aVR" },
                 { 12, "V4R" },
                 { 9, "V7" },
                 { 16, "X" },
                 { 0, "lead 5 (number 0)" },
                 { 200, "lead 6 (number 200)" } };
    struct scp_case *c = *state;
    c->f.lead_count = 6;
    for (size_t i = 0; i < 6; i++)
        c->f.leads[i].id = rows[i].id;
    scp_case_take(c);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(c->e.leads[i].name, rows[i].name);
        assert_int_equal(c->e.leads[i].id, ECG_LEAD_OTHER);
    }
}

/* Leads that were taken one group after the other begin later. */
static void a_lead_that_begins_later_says_when(void **state)
{
    struct scp_case *c = *state;
    c->f.lead_count = 2;
    c->f.sample_count = 1000;
    c->f.leads[1].first = 1251;
    scp_case_take(c);
    check_samples(c, 1);
    assert_true(c->e.leads[1].start > 2.4999 && c->e.leads[1].start < 2.5001);
}

static void counting_from_zero_is_accepted(void **state)
{
    struct scp_case *c = *state;
    c->f.counts_from_zero = true;
    every_packing_gives_the_same_samples(state);
    c->f.huffman = ECG_SCP_PLAIN;
    c->f.promised_more = -1; /* the last sample's number, not how many there are */
    scp_case_take(c);
    check_samples(c, 1);
}

static void a_lead_without_samples_was_not_recorded(void **state)
{
    struct scp_case *c = *state;
    uint8_t *leads;
    c->f.lead_count = 2;
    c->f.sample_count = 10;
    c->f.huffman = ECG_SCP_PLAIN;
    scp_case_write(c);
    leads = scp_case_section(c, 3);
    leads[2 + 4] = 20;    /* all samples are the first lead's, */
    leads[2 + 9 + 4] = 0; /* and the second one ends before it begins */
    scp_case_section(c, 6)[6] = 40;
    scp_case_section(c, 6)[8] = 0;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_int_equal(c->e.lead_count, 1);
}

/* Some carts give every lead as many bytes as the longest, and fill up with zeros. */
static void padding_behind_a_lead_is_no_sample(void **state)
{
    struct scp_case *c = *state;
    const size_t padding = 301;
    c->f.lead_count = 1;
    for (size_t k = ECG_SCP_SAMPLES - 200; k < ECG_SCP_SAMPLES; k++)
        c->f.leads[0].samples[k] = 0;
    c->f.sample_count = ECG_SCP_SAMPLES - 160;
    for (unsigned huffman = ECG_SCP_PLAIN; huffman <= ECG_SCP_SWITCHING; huffman++) {
        size_t size;
        uint8_t *data;
        c->f.huffman = (enum ecg_scp_huffman)huffman;
        c->f.difference = 0;
        c->f.has_measurements = false;
        c->f.status = -1; /* section 6 is the last one */
        scp_case_write(c);
        (void)ecg_scp_section(c->bytes.at, c->bytes.len, 6, &size);
        for (size_t i = 0; i < padding; i++)
            assert_int_equal(buffer_put_byte(&c->bytes, 0), ERROR_OK);
        data = scp_case_section(c, 6);
        put_u32(c->bytes.at + 2, (uint32_t)c->bytes.len);
        put_u32(c->bytes.at + 22 + 6 * 10 + 2, (uint32_t)(size + 16 + padding));
        data[6] = (uint8_t)(size - 8 + padding);
        data[7] = (uint8_t)((size - 8 + padding) >> 8);
        scp_case_repair(c);
        if (scp_case_read(c) != ERROR_OK)
            fail_msg("refused: %s", c->why.text);
        check_samples(c, 1);
    }
}

/* A header of section 2 with nothing behind it: samples are plain numbers. */
static void a_section_that_is_only_a_header_is_none(void **state)
{
    static const uint8_t header[16] = { 0, 0, 2, 0, 16, 0, 0, 0, 20, 20 };
    struct scp_case *c = *state;
    uint8_t *pointer;
    c->f.huffman = ECG_SCP_PLAIN;
    scp_case_write(c);
    assert_int_equal(buffer_put(&c->bytes, span_of(header, sizeof header)), ERROR_OK);
    pointer = c->bytes.at + 22 + 2 * 10;
    put_u32(pointer + 2, sizeof header);
    put_u32(pointer + 6, (uint32_t)(c->bytes.len - sizeof header + 1));
    put_u32(c->bytes.at + 2, (uint32_t)c->bytes.len);
    scp_case_repair(c);
    if (scp_case_read(c) != ERROR_OK)
        fail_msg("refused: %s", c->why.text);
    check_samples(c, 1);
}

static void what_stands_behind_the_record_is_said(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    assert_int_equal(buffer_put_text(&c->bytes, "padding"), ERROR_OK);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    check_samples(c, 1);
    assert_true(scp_case_complains(c, "7 bytes behind the record"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scp_case_test(leads_have_their_names_rate_and_scale),
        scp_case_test(every_packing_gives_the_same_samples),
        scp_case_test(the_largest_steps_are_exact),
        scp_case_test(a_reference_beat_is_added_back),
        scp_case_test(other_beats_are_left_alone),
        scp_case_test(beats_at_the_edges_are_cut_there),
        scp_case_test(scales_of_rhythm_and_beat_may_differ),
        scp_case_test(a_finer_beat_makes_the_unit_finer),
        scp_case_test(bimodal_keeps_complexes_and_levels),
        scp_case_test(bimodal_goes_with_a_reference_beat),
        scp_case_test(a_stretch_is_drawn_by_straight_lines),
        scp_case_test(lines_are_rounded_to_the_nearest),
        scp_case_test(a_recording_of_five_leads_has_five),
        scp_case_test(eight_leads_are_completed_by_definition),
        scp_case_test(other_leads_have_their_own_names),
        scp_case_test(a_lead_that_begins_later_says_when),
        scp_case_test(counting_from_zero_is_accepted),
        scp_case_test(a_lead_without_samples_was_not_recorded),
        scp_case_test(padding_behind_a_lead_is_no_sample),
        scp_case_test(a_section_that_is_only_a_header_is_none),
        scp_case_test(what_stands_behind_the_record_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
