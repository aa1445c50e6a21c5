/* Values by analyte: what is ordinary, what is not, what needs a telephone call. They serve demos
 * and tests, not care: no range here judges anything. */
#include "instruments/simulator/values.h"

#include <stdio.h>

struct spread {
    const char *loinc;
    unsigned decimals;
    /* In units of the last decimal: the least and the most of each kind. */
    unsigned least[3], most[3];
};

static const struct spread spreads[] = {
    /* LOINC, decimals, least and most of normal, abnormal, critical */
    { "4548-4", 1, { 48, 68, 118 }, { 56, 92, 139 } },          /* hemoglobin A1c */
    { "48421-2", 0, { 5, 20, 120 }, { 8, 80, 180 } },           /* C-reactive protein */
    { "14957-5", 1, { 60, 310, 2100 }, { 180, 900, 2600 } },    /* albumin, urine */
    { "2161-8", 1, { 600, 2200, 3100 }, { 1500, 2600, 4000 } }, /* creatinine, urine */
    { "9318-7", 0, { 4, 60, 320 }, { 25, 250, 900 } },          /* albumin/creatinine */
    { "2571-8", 0, { 60, 210, 1020 }, { 140, 420, 1400 } },     /* triglycerides */
    { "2093-3", 0, { 120, 215, 400 }, { 190, 290, 480 } },      /* cholesterol */
    { "2951-2", 0, { 136, 128, 112 }, { 144, 132, 118 } },      /* sodium */
    { "2823-3", 1, { 36, 53, 65 }, { 49, 58, 74 } },            /* potassium */
    { "2075-0", 0, { 99, 110, 128 }, { 106, 114, 134 } },       /* chloride */
    { "2028-9", 0, { 22, 15, 6 }, { 28, 18, 9 } },              /* carbon dioxide */
    { "3094-0", 0, { 8, 26, 105 }, { 19, 60, 140 } },           /* urea nitrogen */
    { "2160-0", 1, { 6, 15, 75 }, { 11, 29, 99 } },             /* creatinine */
    { "2345-7", 0, { 74, 130, 460 }, { 98, 240, 590 } },        /* glucose */
    { "41653-7", 0, { 80, 190, 410 }, { 130, 290, 560 } },      /* glucose, meter */
    { "17861-6", 1, { 87, 107, 132 }, { 101, 115, 145 } },      /* calcium */
};
static const struct spread any_spread = { "", 1, { 40, 120, 300 }, { 80, 200, 400 } };

static const struct spread *find_spread(const char *loinc)
{
    for (size_t i = 0; i < sizeof spreads / sizeof spreads[0]; i++)
        if (strcmp(spreads[i].loinc, loinc) == 0)
            return &spreads[i];
    return &any_spread;
}

/* The device's own flag, by where the value lies beside the ordinary ones. */
static const char *flag_of(const struct spread *s, unsigned value)
{
    return value > s->most[0] ? "H" : value < s->least[0] ? "L" : "N";
}

enum error values_make(const struct profile_analyte *analyte, enum simulator_values kind,
                       uint64_t random, struct arena *arena, struct record_result *out)
{
    const struct spread *s = find_spread(analyte->loinc);
    size_t column = kind == SIMULATOR_CONTROL ? SIMULATOR_NORMAL : (size_t)kind;
    unsigned value =
        s->least[column] + (unsigned)(random % (s->most[column] - s->least[column] + 1));
    const char **flags = arena_take(arena, sizeof *flags);
    char text[32];
    if (s->decimals)
        (void)snprintf(text, sizeof text, "%u.%u", value / 10, value % 10);
    else
        (void)snprintf(text, sizeof text, "%u", value);
    record_result_init(out);
    out->code = analyte->code;
    out->name = analyte->name;
    out->unit = analyte->ucum;
    out->status = "F";
    out->value = arena_text(arena, span_text(text));
    if (!out->value || !flags)
        return ERROR_NO_MEMORY;
    flags[0] = flag_of(s, value);
    out->flags = (struct text_list) { flags, 1 };
    return ERROR_OK;
}
