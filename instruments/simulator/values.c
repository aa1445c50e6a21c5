/* Values by analyte: what is ordinary, what is not, what needs a telephone call. They serve demos
 * and tests, not care: no range here judges anything. */
#include "instruments/simulator/values.h"

#include <stdio.h>

enum { KINDS = 3 }; /* normal, abnormal, critical */

struct spread {
    const char *loinc;
    unsigned decimals;
    /* In units of the last decimal: the least and the most of each kind. */
    unsigned least[KINDS], most[KINDS];
};

static const struct spread spreads[] = {
    /* LOINC, decimals, least and most of normal, abnormal, critical */
    { "4548-4", 1, { 48, 68, 118 }, { 56, 92, 139 } },           /* hemoglobin A1c */
    { "59261-8", 0, { 29, 51, 105 }, { 38, 77, 128 } },          /* the same, mmol/mol */
    { "48421-2", 0, { 5, 20, 120 }, { 8, 80, 180 } },            /* C-reactive protein */
    { "14957-5", 1, { 60, 310, 2100 }, { 180, 900, 2600 } },     /* albumin, urine */
    { "2161-8", 1, { 600, 2200, 3100 }, { 1500, 2600, 4000 } },  /* creatinine, urine */
    { "9318-7", 0, { 4, 60, 320 }, { 25, 250, 900 } },           /* albumin/creatinine */
    { "2571-8", 0, { 60, 210, 1020 }, { 140, 420, 1400 } },      /* triglycerides */
    { "2093-3", 0, { 120, 215, 400 }, { 190, 290, 480 } },       /* cholesterol */
    { "2085-9", 0, { 45, 28, 16 }, { 70, 38, 20 } },             /* HDL cholesterol */
    { "13457-7", 0, { 60, 140, 240 }, { 120, 190, 320 } },       /* LDL cholesterol */
    { "2951-2", 0, { 136, 128, 112 }, { 144, 132, 118 } },       /* sodium */
    { "2823-3", 1, { 36, 53, 65 }, { 49, 58, 74 } },             /* potassium */
    { "2075-0", 0, { 99, 110, 128 }, { 106, 114, 134 } },        /* chloride */
    { "2028-9", 0, { 22, 15, 6 }, { 28, 18, 9 } },               /* carbon dioxide */
    { "3094-0", 0, { 8, 26, 105 }, { 19, 60, 140 } },            /* urea nitrogen */
    { "2160-0", 1, { 6, 15, 75 }, { 11, 29, 99 } },              /* creatinine */
    { "2345-7", 0, { 74, 130, 460 }, { 98, 240, 590 } },         /* glucose */
    { "2339-0", 0, { 74, 130, 460 }, { 98, 240, 590 } },         /* glucose, blood */
    { "2341-6", 0, { 74, 130, 460 }, { 98, 240, 590 } },         /* glucose, by a meter */
    { "41653-7", 0, { 80, 190, 410 }, { 130, 290, 560 } },       /* glucose, meter */
    { "17861-6", 1, { 87, 107, 132 }, { 101, 115, 145 } },       /* calcium */
    { "718-7", 1, { 125, 92, 55 }, { 160, 108, 68 } },           /* hemoglobin */
    { "4544-3", 1, { 380, 280, 170 }, { 470, 340, 205 } },       /* hematocrit */
    { "6690-2", 1, { 45, 125, 320 }, { 98, 210, 620 } },         /* leukocytes */
    { "789-8", 2, { 420, 310, 190 }, { 540, 370, 230 } },        /* erythrocytes */
    { "777-3", 0, { 160, 90, 12 }, { 380, 130, 28 } },           /* platelets */
    { "787-2", 1, { 820, 1010, 1180 }, { 960, 1100, 1260 } },    /* mean corpuscular volume */
    { "5671-3", 1, { 33, 52, 460 }, { 34, 190, 640 } },          /* lead */
    { "34714-6", 1, { 9, 35, 56 }, { 12, 45, 79 } },             /* INR */
    { "5902-2", 1, { 105, 380, 620 }, { 130, 450, 880 } },       /* prothrombin time */
    { "14979-9", 0, { 25, 48, 110 }, { 35, 80, 150 } },          /* aPTT */
    { "53061-8", 1, { 1, 11, 31 }, { 5, 27, 62 } },              /* ketones, blood */
    { "5811-5", 3, { 1005, 1030, 1035 }, { 1025, 1034, 1040 } }, /* specific gravity */
    { "5803-2", 1, { 50, 85, 90 }, { 75, 88, 95 } },             /* pH, urine */
    { "20405-7", 1, { 2, 20, 80 }, { 10, 40, 120 } },            /* urobilinogen */
};
static const struct spread any_spread = { "", 1, { 40, 120, 300 }, { 80, 200, 400 } };

/* What is read off a strip or a cassette. */
static const struct words {
    const char *loinc, *of[KINDS];
} words[] = {
    { "5799-2", { "Negative", "Small", "Large" } },        /* leukocyte esterase */
    { "5802-4", { "Negative", "Positive", "Positive" } },  /* nitrite */
    { "5804-0", { "Negative", "Trace", "Large" } },        /* protein, urine */
    { "5792-7", { "Negative", "Trace", "Large" } },        /* glucose, urine */
    { "22705-8", { "Negative", "Trace", "Large" } },       /* the same, mmol/L */
    { "5797-6", { "Negative", "Trace", "Large" } },        /* ketones, urine */
    { "22702-5", { "Negative", "Trace", "Large" } },       /* the same, mmol/L */
    { "5770-3", { "Negative", "Small", "Large" } },        /* bilirubin, urine */
    { "5794-3", { "Negative", "Trace-lysed", "Large" } },  /* blood, urine */
    { "5778-6", { "Yellow", "Amber", "Red" } },            /* color */
    { "32167-9", { "Clear", "Cloudy", "Turbid" } },        /* clarity */
    { "60489-2", { "Negative", "Positive", "Positive" } }, /* Strep A DNA */
    { "78012-2", { "Negative", "Positive", "Positive" } }, /* Strep A antigen */
    { "72885-7", { "Negative", "Positive", "Positive" } }, /* RSV antigen */
    { "80382-5", { "Negative", "Positive", "Positive" } }, /* influenza A antigen */
    { "80383-3", { "Negative", "Positive", "Positive" } }, /* influenza B antigen */
    { "94558-4", { "Negative", "Positive", "Positive" } }, /* SARS-CoV-2 antigen */
    { "92131-2", { "NEGATIVE", "POSITIVE", "POSITIVE" } }, /* RSV RNA */
    { "92141-1", { "NEGATIVE", "POSITIVE", "POSITIVE" } }, /* influenza B RNA */
    { "92142-9", { "NEGATIVE", "POSITIVE", "POSITIVE" } }, /* influenza A RNA */
    { "94500-6", { "NEGATIVE", "POSITIVE", "POSITIVE" } }, /* SARS-CoV-2 RNA */
    { "94534-5", { "NEGATIVE", "POSITIVE", "POSITIVE" } }, /* SARS-CoV-2 RNA, rapid */
};

static const struct spread *find_spread(const char *loinc)
{
    for (size_t i = 0; i < sizeof spreads / sizeof spreads[0]; i++)
        if (strcmp(spreads[i].loinc, loinc) == 0)
            return &spreads[i];
    return &any_spread;
}

static const struct words *find_words(const char *loinc)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].loinc, loinc) == 0)
            return &words[i];
    return NULL;
}

/* An annotation (UCUM 6) is what the device itself shows: `{INR}` is INR. */
static const char *shown_unit(const char *ucum, struct arena *arena)
{
    size_t len = strlen(ucum);
    if (len < 2 || ucum[0] != '{' || ucum[len - 1] != '}')
        return ucum;
    return arena_text(arena, span_of(ucum + 1, len - 2));
}

static void write_number(char *text, size_t size, unsigned value, unsigned decimals)
{
    static const unsigned powers[] = { 1, 10, 100, 1000 };
    unsigned power = powers[decimals < 3 ? decimals : 3];
    if (decimals)
        (void)snprintf(text, size, "%u.%0*u", value / power, (int)decimals, value % power);
    else
        (void)snprintf(text, size, "%u", value);
}

/* The device's own flag, by where the value lies beside the ordinary ones. */
static const char *flag_of(const struct spread *s, unsigned value)
{
    return value > s->most[0] ? "H" : value < s->least[0] ? "L" : "N";
}

static const char *draw_number(const struct profile_analyte *analyte, size_t kind, uint64_t random,
                               struct arena *arena, const char **flag)
{
    const struct spread *s = find_spread(analyte->loinc);
    unsigned value = s->least[kind] + (unsigned)(random % (s->most[kind] - s->least[kind] + 1));
    char text[32];
    bool whole_grams = s->decimals && strcmp(analyte->ucum, "g/L") == 0; /* of g/dL */
    write_number(text, sizeof text, value, whole_grams ? s->decimals - 1 : s->decimals);
    *flag = flag_of(s, value);
    return arena_text(arena, span_text(text));
}

enum error values_make(const struct profile_analyte *analyte, enum simulator_values kind,
                       uint64_t random, struct arena *arena, struct record_result *out)
{
    const struct words *said = find_words(analyte->loinc);
    size_t column = kind == SIMULATOR_CONTROL ? SIMULATOR_NORMAL : (size_t)kind;
    const char **flags = arena_take(arena, sizeof *flags);
    if (!flags)
        return ERROR_NO_MEMORY;
    record_result_init(out);
    out->code = analyte->code;
    out->name = analyte->name;
    out->status = "F";
    if (said) {
        out->value = said->of[column];
        flags[0] = column ? "A" : "N";
    } else {
        out->value = draw_number(analyte, column, random, arena, &flags[0]);
        out->unit = shown_unit(analyte->ucum, arena);
    }
    out->flags = (struct text_list) { flags, 1 };
    return out->value && out->unit ? ERROR_OK : ERROR_NO_MEMORY;
}
