/* An invented recording for the writer of SCP-ECG files: waves by formula, nobody's heart. */
#include "tests/support/ecg_scp_file.h"

enum {
    NOT_MEASURED = 29999,
    AXIS_UNKNOWN = 999,
    PERIOD = 400, /* samples from beat to beat */
    FIRST_PEAK = 200,
    LIMB = 6
};

void ecg_scp_blank(struct ecg_scp_file *f)
{
    *f = (struct ecg_scp_file) { .protocol = 20,
                                 .family = "",
                                 .second_family = "",
                                 .given = "",
                                 .patient_id = "",
                                 .operator_id = "",
                                 .confirmed_by = "",
                                 .birth_year = -1,
                                 .age = -1,
                                 .sex = -1,
                                 .maker = "",
                                 .model = "",
                                 .serial = "",
                                 .software = "",
                                 .year = -1,
                                 .hour = -1,
                                 .high_pass_centihertz = -1,
                                 .low_pass_hertz = -1,
                                 .filter_bits = -1,
                                 .nanovolts = 2500,
                                 .interval_us = 2000,
                                 .rr = NOT_MEASURED,
                                 .pp = NOT_MEASURED,
                                 .p_onset = NOT_MEASURED,
                                 .p_offset = NOT_MEASURED,
                                 .qrs_onset = NOT_MEASURED,
                                 .qrs_offset = NOT_MEASURED,
                                 .t_offset = NOT_MEASURED,
                                 .p_axis = AXIS_UNKNOWN,
                                 .qrs_axis = AXIS_UNKNOWN,
                                 .t_axis = AXIS_UNKNOWN,
                                 .rate = NOT_MEASURED,
                                 .qtc = NOT_MEASURED,
                                 .status = -1,
                                 .coded_status = -1 };
    for (size_t i = 0; i < ECG_SCP_LEADS; i++)
        f->leads[i].first = 1;
}

/* A tooth of a height and half a width around a place. */
static int tooth(int at, int place, int half, int height)
{
    int away = at > place ? at - place : place - at;

    return away >= half ? 0 : height * (half - away) / half;
}

/* P, QRS and T around a peak, `at` samples behind it; `tall` is the peak. */
static int beat_wave(int at, int tall)
{
    return tooth(at, -80, 20, 48) - tooth(at, -12, 6, 32) + tooth(at, 0, 10, tall) -
           tooth(at, 12, 8, tall / 4) + tooth(at, 120, 40, tall / 4);
}

static int wave(int i, int tall)
{
    int at = (i + PERIOD - FIRST_PEAK) % PERIOD;

    return beat_wave(at > PERIOD / 2 ? at - PERIOD : at, tall) + (i % 50 < 25 ? 1 : 0);
}

static void fill_lead(struct ecg_scp_lead *lead, uint8_t id, int i_part, int ii_part, int chest)
{
    lead->id = id;
    for (int k = 0; k < ECG_SCP_SAMPLES; k++) {
        int one = 2 * wave(k, 160), two = 2 * wave(k, 280); /* even: halves are whole */
        lead->samples[k] = (int16_t)(chest ? wave(k, chest) : (i_part * one + ii_part * two) / 2);
    }
}

static void fill_leads(struct ecg_scp_file *f)
{
    static const struct {
        uint8_t id;
        int i_part, ii_part; /* in halves */
    } limbs[LIMB] = { { 1, 2, 0 },    { 2, 0, 2 },   { 61, -2, 2 },
                      { 62, -1, -1 }, { 63, 2, -1 }, { 64, -1, 2 } };
    static const int chest[] = { -200, -320, 120, 400, 480, 360 };

    f->lead_count = 12;
    f->sample_count = ECG_SCP_SAMPLES;
    for (size_t i = 0; i < LIMB; i++)
        fill_lead(&f->leads[i], limbs[i].id, limbs[i].i_part, limbs[i].ii_part, 0);
    for (size_t i = 0; i < LIMB; i++)
        fill_lead(&f->leads[LIMB + i], (uint8_t)(3 + i), 0, 0, chest[i]);
}

static void fill_person(struct ecg_scp_file *f)
{
    f->family = "INVENTED-TEST";
    f->given = "ADA";
    f->patient_id = "MRN-0042";
    f->birth_year = 1957;
    f->birth_month = 3;
    f->birth_day = 9;
    f->age = 67;
    f->age_unit = 1;
    f->sex = 2;
    f->operator_id = "MA-7";
    f->maker = "Synthetic";
    f->model = "SY-12";
    f->serial = "S0001";
    f->software = "1.4";
    f->year = 2024;
    f->month = 6;
    f->day = 20;
    f->hour = 11;
    f->minute = 23;
    f->second = 52;
    f->high_pass_centihertz = 5;
    f->low_pass_hertz = 150;
    f->filter_bits = 1;
}

static void fill_measurements(struct ecg_scp_file *f)
{
    f->has_measurements = true;
    f->rr = f->pp = 800;
    f->p_onset = 100;
    f->p_offset = 210;
    f->qrs_onset = 260;
    f->qrs_offset = 352;
    f->t_offset = 640;
    f->p_axis = 54;
    f->qrs_axis = -12;
    f->t_axis = 41;
    f->rate = 75;
    f->qtc = 425;
    f->qtc_formula = 1;
}

void ecg_scp_synthetic(struct ecg_scp_file *f)
{
    ecg_scp_blank(f);
    fill_person(f);
    fill_leads(f);
    fill_measurements(f);
    f->huffman = ECG_SCP_DEFAULT;
    f->difference = 2;
    f->status = 0;
    f->statements[0] = "NORMAL SINUS RHYTHM";
    f->statements[1] = "NORMAL ECG";
}

void ecg_scp_add_beats(struct ecg_scp_file *f)
{
    const uint32_t before = 150, behind = 200; /* of a peak */

    f->subtracts = true;
    f->reference_fiducial = before + 1;
    f->reference_length = before + behind;
    f->beat_count = 0;
    for (uint32_t peak = FIRST_PEAK + 1; peak < ECG_SCP_SAMPLES; peak += PERIOD) {
        uint32_t end = peak + behind - 1;
        f->beats[f->beat_count++] = (struct ecg_scp_beat) {
            .type = 0,
            .from = peak - before,
            .fiducial = peak,
            .to = end < ECG_SCP_SAMPLES ? end : ECG_SCP_SAMPLES,
            .protected_from = peak - 24,
            .protected_to = peak + 23,
        };
    }
    for (size_t i = 0; i < f->lead_count; i++)
        for (uint32_t k = 0; k < f->reference_length; k++)
            f->leads[i].reference[k] =
                (int16_t)(f->leads[i].samples[FIRST_PEAK + PERIOD + k - before] & ~3);
}
