/* A record as Mortara ELI XML; see the header. */
#include "tests/support/ecg_mortara_file.h"

#include "tests/support/ecg_xml_files.h"

#include <stdlib.h>

enum { LEAD_MAX = 4 * 1024 * 1024, NAME_PARTS = 3 };

struct writer {
    struct buffer *out;
    enum error e; /* the first one; nothing is written behind it */
};

static void put(struct writer *w, const char *text)
{
    if (w->e == ERROR_OK)
        w->e = buffer_put_text(w->out, text);
}

static void put_attribute(struct writer *w, const char *name, const char *value)
{
    put(w, " ");
    put(w, name);
    put(w, "=\"");
    if (w->e == ERROR_OK)
        w->e = ecg_xml_escape(value, w->out);
    put(w, "\"");
}

static void put_number(struct writer *w, const char *name, double value)
{
    if (w->e == ERROR_OK)
        w->e = buffer_put_format(w->out, " %s=\"%.12g\"", name, value);
}

/* "67 a" as a number and the cart's letter for years. */
static void put_age(struct writer *w, const struct ecg *e)
{
    char *age = strdup(e->patient_age), *unit = age ? strchr(age, ' ') : NULL;

    if (unit)
        *unit++ = '\0';
    put_attribute(w, "AGE", age ? age : "");
    put_attribute(w, "AGE_UNITS", unit && strcmp(unit, "a") == 0 ? "Y" : "");
    free(age);
}

static void put_subject(struct writer *w, const struct ecg *e)
{
    static const char *const names[NAME_PARTS] = { "LAST_NAME", "FIRST_NAME", "MIDDLE_NAME" };
    char *name = strdup(e->patient_name), *part = name;
    const char *sex = e->patient_sex;

    put(w, "<SUBJECT");
    for (unsigned i = 0; part && i < NAME_PARTS; i++) {
        char *next = strchr(part, '^');
        if (next)
            *next++ = '\0';
        put_attribute(w, names[i], part);
        part = next;
    }
    put_attribute(w, "GENDER", *sex == 'F' ? "Female" : *sex == 'M' ? "Male" : "Unknown");
    put_attribute(w, "ID", e->patient_id);
    put_attribute(w, "DOB_XML", e->patient_birth_date);
    put(w, " />\n");
    free(name);
}

static void put_source(struct writer *w, const struct ecg *e)
{
    put(w, "<SOURCE TYPE=\"RESTING\"");
    put_attribute(w, "MANUFACTURER", e->maker);
    put_attribute(w, "MODEL", e->model);
    put_attribute(w, "ACQUIRING_DEVICE_SERIAL_NUMBER", e->serial);
    put_attribute(w, "ACQUIRING_DEVICE_SW_VERSION", e->software);
    put(w, " LOW_PASS_FILTER=\"150\" HIGH_PASS_FILTER=\"0.05\" NOTCH_FILTER=\"60\" />\n");
}

/* "TEXT - REASON" as its two halves. */
static void put_statement(struct writer *w, const char *statement)
{
    char *text = strdup(statement), *reason = text ? strstr(text, " - ") : NULL;

    if (reason)
        *reason = '\0';
    put(w, "<STATEMENT");
    put_attribute(w, "TEXT", text ? text : "");
    put_attribute(w, "REASON", reason ? reason + strlen(" - ") : "");
    put(w, " />\n");
    free(text);
}

static void put_cycle(struct writer *w, const struct ecg *e)
{
    static const char *const names[ECG_MEASUREMENT_COUNT] = {
        NULL, "PR_DURATION", "QRS_DURATION", "QT", "QTC", "P_AXIS", "QRS_AXIS", "T_AXIS",
    };
    const char *qtc = e->measurements[ECG_QTC];

    put(w, "<TYPICAL_CYCLE");
    for (unsigned i = 1; i < ECG_MEASUREMENT_COUNT; i++)
        put_attribute(w, names[i], *e->measurements[i] ? e->measurements[i] : "---");
    put_attribute(w, "QTB", strcmp(e->qtc_formula, "Bazett") == 0 ? qtc : "1");
    put_attribute(w, "QTF", strcmp(e->qtc_formula, "Fridericia") == 0 ? qtc : "2");
    put(w, " BITS=\"16\" FORMAT=\"SIGNED\" UNITS_PER_MV=\"7\" SAMPLE_FREQ=\"7\">\n"
           "<TYPICAL_CYCLE_CHANNEL NAME=\"I\" DATA=\"AQACAA==\" />\n</TYPICAL_CYCLE>\n");
}

static void put_channel(struct writer *w, const struct ecg_lead *lead)
{
    struct buffer bytes;

    buffer_init(&bytes, LEAD_MAX);
    for (size_t i = 0; i < lead->count && w->e == ERROR_OK; i++) {
        const uint8_t two[] = { (uint8_t)lead->samples[i], (uint8_t)(lead->samples[i] >> 8) };
        w->e = buffer_put(&bytes, span_of(two, sizeof two));
    }
    put(w, "<CHANNEL");
    put_number(w, "OFFSET", lead->microvolts_offset / lead->microvolts_per_unit);
    put(w, " BITS=\"16\" FORMAT=\"SIGNED\"");
    put_number(w, "UNITS_PER_MV", 1000 / lead->microvolts_per_unit);
    put_number(w, "DURATION", (double)lead->count);
    put_number(w, "SAMPLE_FREQ", lead->rate);
    put_attribute(w, "NAME", lead->name);
    put(w, " ENCODING=\"BASE64\" DATA=\"");
    if (w->e == ERROR_OK)
        w->e = ecg_base64_write(buffer_span(&bytes), 0, w->out);
    put(w, "\" />\n");
    buffer_free(&bytes);
}

enum error ecg_mortara_write(const struct ecg *e, struct buffer *out)
{
    struct writer w = { out, ERROR_OK };

    put(&w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- synthetic -->\n<ECG");
    put_attribute(&w, "ACQUISITION_TIME_XML", e->recorded_at);
    put_attribute(&w, "VENT_RATE", e->measurements[ECG_HEART_RATE]);
    put_attribute(&w, "TECHNICIAN", e->operator_id);
    put_age(&w, e);
    put(&w, ">\n");
    put_subject(&w, e);
    put_source(&w, e);
    put(&w, "<AUTOMATIC_INTERPRETATION>\n");
    for (size_t i = 0; i < e->statements.count; i++)
        put_statement(&w, e->statements.at[i]);
    put(&w, "</AUTOMATIC_INTERPRETATION>\n");
    put_cycle(&w, e);
    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].recorded)
            put_channel(&w, &e->leads[i]);
    put(&w, "</ECG>\n");
    return w.e;
}
