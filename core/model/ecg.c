/* The tables of an EKG's record, its lists, and the names of leads. */
#include "core/model/ecg.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ECG_FORMAT_ID(name, id, text, draft) id,
#define ECG_FORMAT_TEXT(name, id, text, draft) text,
#define ECG_FORMAT_DRAFT(name, id, text, draft) draft,
static const char *const format_ids[] = { ECG_FORMAT_TABLE(ECG_FORMAT_ID) };
static const char *const format_texts[] = { ECG_FORMAT_TABLE(ECG_FORMAT_TEXT) };
static const bool format_drafts[] = { ECG_FORMAT_TABLE(ECG_FORMAT_DRAFT) };
#undef ECG_FORMAT_ID
#undef ECG_FORMAT_TEXT
#undef ECG_FORMAT_DRAFT

#define ECG_MEASUREMENT_ID(name, id, text, unit) id,
#define ECG_MEASUREMENT_TEXT(name, id, text, unit) text,
#define ECG_MEASUREMENT_UNIT(name, id, text, unit) unit,
static const char *const measurement_ids[] = { ECG_MEASUREMENT_TABLE(ECG_MEASUREMENT_ID) };
static const char *const measurement_texts[] = { ECG_MEASUREMENT_TABLE(ECG_MEASUREMENT_TEXT) };
static const char *const measurement_units[] = { ECG_MEASUREMENT_TABLE(ECG_MEASUREMENT_UNIT) };
#undef ECG_MEASUREMENT_ID
#undef ECG_MEASUREMENT_TEXT
#undef ECG_MEASUREMENT_UNIT

#define ECG_LEAD_TEXT(name, text) text,
static const char *const lead_texts[] = { ECG_LEAD_TABLE(ECG_LEAD_TEXT) };
#undef ECG_LEAD_TEXT

/* ---- tables ---- */

const char *ecg_format_id(enum ecg_format format)
{
    return (unsigned)format < ECG_FORMAT_COUNT ? format_ids[format] : "";
}

const char *ecg_format_text(enum ecg_format format)
{
    return (unsigned)format < ECG_FORMAT_COUNT ? format_texts[format] : "";
}

bool ecg_format_draft(enum ecg_format format)
{
    return (unsigned)format < ECG_FORMAT_COUNT && format_drafts[format];
}

enum error ecg_format_parse(const char *id, enum ecg_format *out)
{
    for (unsigned i = 0; i < ECG_FORMAT_COUNT; i++)
        if (strcmp(id, format_ids[i]) == 0) {
            *out = (enum ecg_format)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

const char *ecg_measurement_id(enum ecg_measurement m)
{
    return (unsigned)m < ECG_MEASUREMENT_COUNT ? measurement_ids[m] : "";
}

const char *ecg_measurement_text(enum ecg_measurement m)
{
    return (unsigned)m < ECG_MEASUREMENT_COUNT ? measurement_texts[m] : "";
}

const char *ecg_measurement_unit(enum ecg_measurement m)
{
    return (unsigned)m < ECG_MEASUREMENT_COUNT ? measurement_units[m] : "";
}

/* ---- leads ---- */

const char *ecg_lead_text(enum ecg_lead_id id)
{
    return (unsigned)id < ECG_LEAD_STANDARD ? lead_texts[id] : "";
}

/* What formats write in front of a lead's name. */
static const char *without_prefix(const char *text)
{
    static const char *const prefixes[] = { "MDC_ECG_LEAD_", "LEAD_", "LEAD " };

    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncasecmp(text, prefixes[i], strlen(prefixes[i])) == 0)
            return text + strlen(prefixes[i]) + strspn(text + strlen(prefixes[i]), " ");
    return text;
}

enum ecg_lead_id ecg_lead_parse(const char *text)
{
    const char *name = without_prefix(text);
    size_t len = strlen(name);

    while (len && name[len - 1] == ' ')
        len--;
    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++)
        if (strlen(lead_texts[i]) == len && strncasecmp(name, lead_texts[i], len) == 0)
            return (enum ecg_lead_id)i;
    return ECG_LEAD_OTHER;
}

const struct ecg_lead *ecg_lead_find(const struct ecg *e, enum ecg_lead_id id)
{
    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].id == id)
            return &e->leads[i];
    return NULL;
}

/* ---- the record ---- */

void ecg_init(struct ecg *e)
{
    *e = (struct ecg) { .patient_id = "",
                        .patient_name = "",
                        .patient_birth_date = "",
                        .patient_sex = "",
                        .patient_age = "",
                        .recorded_at = "",
                        .maker = "",
                        .model = "",
                        .serial = "",
                        .software = "",
                        .operator_id = "",
                        .qtc_formula = "",
                        .severity = "",
                        .confirmed_by = "" };
    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++)
        e->measurements[i] = "";
}

enum error ecg_list_add(struct arena *a, struct text_list *list, const char *text)
{
    const char **at;

    if (list->count >= LIMIT_LIST)
        return ERROR_FULL;
    at = arena_take(a, (list->count + 1) * sizeof *at);
    if (!at)
        return ERROR_NO_MEMORY;
    if (list->count)
        memcpy(at, list->at, list->count * sizeof *at);
    at[list->count++] = text;
    list->at = at;
    return ERROR_OK;
}

enum error ecg_note(struct arena *a, struct ecg *e, const char *format, ...)
{
    char sentence[LIMIT_TEXT];
    const char *text;
    va_list values;

    if (e->complaints.count >= LIMIT_LIST)
        return ERROR_OK;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    text_drop_halves(sentence);
    text = arena_text(a, span_text(sentence));
    return text ? ecg_list_add(a, &e->complaints, text) : ERROR_NO_MEMORY;
}
