/*
 * Sections 7 and 10 of an SCP-ECG file: what the cart measured (EN 1064, 5.10 and 5.13).
 *
 * Section 7 gives the cart's own points on the time line of a beat: where P, QRS and T begin and
 * end. The intervals are the distances between them; the tracing is not looked at. A rate is taken
 * only where the cart gives one.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/scp_bytes.h"

enum {
    BLOCK = 16,       /* measurements of one beat */
    SPIKE = 4 + 6,    /* a pacemaker's spike: where, and of what kind */
    AXIS_MAX = 360,   /* 999 and 29999: there is no axis */
    PROTOCOL_1_1 = 11 /* counts spikes in two bytes, unlike every other */
};

struct fiducials {
    unsigned p_onset, p_offset, qrs_onset, qrs_offset, t_offset;
};

static bool is_measured(unsigned value)
{
    return value < SCP_NOT_MEASURED;
}

static enum error note_unreadable(struct scp_reading *r, unsigned section)
{
    return ecg_note(r->arena, r->ecg,
                    "The measurements of the file (section %u) are put together wrongly and are "
                    "left out.",
                    section);
}

static enum error put_number(struct scp_reading *r, enum ecg_measurement m, int value)
{
    return ecg_text_format(r->arena, &r->ecg->measurements[m], "%d", value);
}

/* The way from one point to a later one, when the cart set both. */
static enum error put_interval(struct scp_reading *r, enum ecg_measurement m, unsigned from,
                               unsigned to)
{
    if (!is_measured(from) || !is_measured(to))
        return ERROR_OK;
    if (to < from)
        return ecg_note(
            r->arena, r->ecg,
            "%s is left out: the file has its end (%u ms) before its beginning (%u ms).",
            ecg_measurement_text(m), to, from);
    return put_number(r, m, (int)(to - from));
}

static enum error put_axis(struct scp_reading *r, enum ecg_measurement m, int degrees)
{
    if (degrees > AXIS_MAX || degrees < -AXIS_MAX)
        return ERROR_OK;
    return put_number(r, m, degrees);
}

static enum error read_beat(struct scp_reading *r, struct scp_cursor *c)
{
    struct fiducials f;
    int p, qrs, t;
    enum error e;

    f.p_onset = scp_u16(c);
    f.p_offset = scp_u16(c);
    f.qrs_onset = scp_u16(c);
    f.qrs_offset = scp_u16(c);
    f.t_offset = scp_u16(c);
    p = scp_s16(c);
    qrs = scp_s16(c);
    t = scp_s16(c);
    e = put_interval(r, ECG_PR, f.p_onset, f.qrs_onset);
    if (!e)
        e = put_interval(r, ECG_QRS, f.qrs_onset, f.qrs_offset);
    if (!e)
        e = put_interval(r, ECG_QT, f.qrs_onset, f.t_offset);
    if (!e)
        e = put_axis(r, ECG_P_AXIS, p);
    if (!e)
        e = put_axis(r, ECG_QRS_AXIS, qrs);
    return e ? e : put_axis(r, ECG_T_AXIS, t);
}

/* Rate and QTc, which stand behind a list of the beats' types; older versions have neither. */
static enum error read_rates(struct scp_reading *r, struct scp_cursor *c)
{
    unsigned beats = scp_u16(c), rate, qtc, formula;
    enum error e = ERROR_OK;

    (void)scp_take(c, is_measured(beats) ? beats : 0);
    rate = scp_u16(c);
    (void)scp_u16(c); /* of the atria */
    qtc = scp_u16(c);
    formula = scp_u8(c);
    if (c->ended)
        return ERROR_OK;
    if (rate && is_measured(rate))
        e = put_number(r, ECG_HEART_RATE, (int)rate);
    if (e || !qtc || !is_measured(qtc))
        return e;
    if (formula == 1 || formula == 2)
        r->ecg->qtc_formula = formula == 1 ? "Bazett" : "Hodges";
    return put_number(r, ECG_QTC, (int)qtc);
}

static enum error read_global(struct scp_reading *r, const struct scp_section *section)
{
    struct scp_cursor c = scp_cursor_of(section->body), first;
    unsigned blocks = scp_u8(&c), spikes = scp_u8(&c), rr = scp_u16(&c);
    enum error e = ERROR_OK;

    (void)scp_u16(&c);
    first = scp_cursor_of(scp_take(&c, (size_t)blocks * BLOCK));
    (void)scp_take(&c, (size_t)spikes * SPIKE);
    if (c.ended || section->protocol == PROTOCOL_1_1)
        return note_unreadable(r, 7);
    if (blocks)
        e = read_beat(r, &first);
    if (!e)
        e = read_rates(r, &c);
    if (!e && !*r->ecg->measurements[ECG_HEART_RATE] && rr && is_measured(rr))
        e = ecg_note(r->arena, r->ecg,
                     "The file gives no heart rate; its average RR interval is %u ms.", rr);
    return e;
}

/* A table for each lead, which has no place in the record: only whether it is whole is checked. */
static enum error check_leads(struct scp_reading *r, struct span body)
{
    struct scp_cursor c = scp_cursor_of(body);
    unsigned leads = scp_u16(&c);

    (void)scp_u16(&c);
    for (unsigned i = 0; i < leads && !c.ended; i++) {
        (void)scp_u16(&c);
        (void)scp_take(&c, scp_u16(&c));
    }
    if (c.ended)
        return note_unreadable(r, 10);
    if (leads == 0)
        return ERROR_OK;
    return ecg_note(
        r->arena, r->ecg,
        "The file also holds the cart's measurements of each lead, which are not shown.");
}

enum error scp_measurements_read(struct scp_reading *r)
{
    enum error e = ERROR_OK;

    if (r->file.sections[7].there)
        e = read_global(r, &r->file.sections[7]);
    if (!e && r->file.sections[10].there)
        e = check_leads(r, r->file.sections[10].body);
    return e;
}
