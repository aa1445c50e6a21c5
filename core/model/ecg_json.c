/* An EKG's record as JSON (DESIGN 6), and back. */
#include "core/model/ecg.h"

#include "core/base/limits.h"
#include "core/model/json_text.h"

#include <math.h>
#include <string.h>

/* Enough for every scale and offset that a file writes in decimals to come back as it was. */
enum { DIGITS = 15 };

/* The texts of a record: the object they stand in ("" is the record itself) and their member. */
static const struct member {
    const char *object, *name;
    size_t offset;
} members[] = {
    { "patient", "id", offsetof(struct ecg, patient_id) },
    { "patient", "name", offsetof(struct ecg, patient_name) },
    { "patient", "birth_date", offsetof(struct ecg, patient_birth_date) },
    { "patient", "sex", offsetof(struct ecg, patient_sex) },
    { "patient", "age", offsetof(struct ecg, patient_age) },
    { "", "recorded_at", offsetof(struct ecg, recorded_at) },
    { "device", "maker", offsetof(struct ecg, maker) },
    { "device", "model", offsetof(struct ecg, model) },
    { "device", "serial", offsetof(struct ecg, serial) },
    { "device", "software", offsetof(struct ecg, software) },
    { "", "operator", offsetof(struct ecg, operator_id) },
    { "", "severity", offsetof(struct ecg, severity) },
    { "", "confirmed_by", offsetof(struct ecg, confirmed_by) },
    { "", "qtc_formula", offsetof(struct ecg, qtc_formula) },
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static const char **text_of(struct ecg *e, const struct member *m)
{
    return (const char **)(void *)((char *)e + m->offset);
}

/* ---- writing ---- */

/* A whole number without a decimal point: 500, not 500.0. */
static json_t *number_json(double value)
{
    enum { EXACT = 1LL << 53 };
    if (value == floor(value) && fabs(value) < (double)EXACT)
        return json_integer((json_int_t)value);
    return json_real(value);
}

static json_t *microvolts_json(const struct ecg_lead *lead)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < lead->count; i++)
        array =
            json_text_with(array, lead->samples[i] == ECG_GAP
                                      ? json_null()
                                      : number_json(lead->microvolts_offset +
                                                    lead->microvolts_per_unit * lead->samples[i]));
    return array;
}

static json_t *lead_json(const struct ecg_lead *lead, bool samples)
{
    json_t *object = json_pack(
        "{s:s,s:o,s:o,s:I,s:b,s:o,s:b,s:o}", "name", lead->name, "rate", number_json(lead->rate),
        "microvolts_per_unit", number_json(lead->microvolts_per_unit), "samples",
        (json_int_t)lead->count, "recorded", lead->recorded, "start", number_json(lead->start),
        "derived", lead->derived, "microvolts_offset", number_json(lead->microvolts_offset));
    if (object && samples &&
        json_object_set_new(object, "microvolts", microvolts_json(lead)) != 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *leads_json(const struct ecg *e, bool samples)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < e->lead_count; i++)
        array = json_text_with(array, lead_json(&e->leads[i], samples));
    return array;
}

static json_t *measurements_json(const struct ecg *e)
{
    json_t *object = json_object();
    for (unsigned i = 0; object && i < ECG_MEASUREMENT_COUNT; i++)
        if (json_object_set_new(object, ecg_measurement_id((enum ecg_measurement)i),
                                json_string(e->measurements[i])) != 0) {
            json_decref(object);
            object = NULL;
        }
    return object;
}

static json_t *object_json(const struct ecg *e, const char *object)
{
    struct ecg texts = *e;
    json_t *out = json_object();

    for (size_t i = 0; out && i < MEMBERS; i++)
        if (strcmp(members[i].object, object) == 0 &&
            json_object_set_new(out, members[i].name, json_string(*text_of(&texts, &members[i]))) !=
                0) {
            json_decref(out);
            out = NULL;
        }
    return out;
}

enum error ecg_to_json(const struct ecg *e, bool samples, struct buffer *out)
{
    json_t *root =
        json_pack("{s:s,s:s,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:s,s:s,s:s,s:s,s:o}", "format",
                  ecg_format_id(e->format), "kind", "ecg", "patient", object_json(e, "patient"),
                  "recorded_at", e->recorded_at, "device", object_json(e, "device"), "measurements",
                  measurements_json(e), "statements", json_text_list(&e->statements), "leads",
                  leads_json(e, samples), "complaints", json_text_list(&e->complaints), "operator",
                  e->operator_id, "severity", e->severity, "confirmed_by", e->confirmed_by,
                  "qtc_formula", e->qtc_formula, "filters", json_text_list(&e->filters));
    return json_text_put(root, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS), out);
}

/* ---- reading ---- */

/* A member's text in the arena; "" when there is none. */
static enum error read_text(struct arena *a, const json_t *value, const char **out)
{
    const char *text = json_string_value(value);

    *out = "";
    if (!value)
        return ERROR_OK;
    if (!text || strlen(text) != json_string_length(value))
        return ERROR_BAD_INPUT;
    if (*text)
        *out = arena_text(a, span_text(text));
    if (*out)
        return ERROR_OK;
    *out = "";
    return ERROR_NO_MEMORY;
}

static enum error read_members(struct arena *a, const json_t *root, struct ecg *out)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < MEMBERS; i++) {
        const json_t *object = *members[i].object ? json_object_get(root, members[i].object) : root;
        e = read_text(a, json_object_get(object, members[i].name), text_of(out, &members[i]));
    }
    for (unsigned i = 0; e == ERROR_OK && i < ECG_MEASUREMENT_COUNT; i++)
        e = read_text(a,
                      json_object_get(json_object_get(root, "measurements"),
                                      ecg_measurement_id((enum ecg_measurement)i)),
                      &out->measurements[i]);
    return e;
}

static enum error read_list(struct arena *a, const json_t *array, struct text_list *out)
{
    enum error e = json_is_array(array) || !array ? ERROR_OK : ERROR_BAD_INPUT;

    for (size_t i = 0; e == ERROR_OK && i < json_array_size(array); i++) {
        const char *text = "";
        e = read_text(a, json_array_get(array, i), &text);
        if (e == ERROR_OK)
            e = ecg_list_add(a, out, text);
    }
    return e == ERROR_FULL ? ERROR_TOO_BIG : e;
}

static enum error read_lead(struct arena *a, const json_t *object, struct ecg_lead *out)
{
    const json_t *samples = json_object_get(object, "samples");
    const json_t *recorded = json_object_get(object, "recorded");
    json_int_t count = json_integer_value(samples);
    enum error e = read_text(a, json_object_get(object, "name"), &out->name);

    if (e != ERROR_OK)
        return e;
    if (!json_is_integer(samples) || count < 0 || count > LIMIT_ECG_SAMPLES ||
        !json_is_boolean(recorded))
        return ERROR_BAD_INPUT;
    out->id = ecg_lead_parse(out->name);
    out->recorded = json_is_true(recorded);
    out->derived = json_is_true(json_object_get(object, "derived"));
    out->rate = json_number_value(json_object_get(object, "rate"));
    out->start = json_number_value(json_object_get(object, "start"));
    out->microvolts_per_unit = json_number_value(json_object_get(object, "microvolts_per_unit"));
    out->microvolts_offset = json_number_value(json_object_get(object, "microvolts_offset"));
    out->count = (size_t)count;
    return out->recorded ? (out->rate > 0 ? ERROR_OK : ERROR_BAD_INPUT)
                         : (count == 0 ? ERROR_OK : ERROR_BAD_INPUT);
}

static enum error read_leads(struct arena *a, const json_t *array, struct ecg *out)
{
    size_t count = json_array_size(array);
    enum error e = ERROR_OK;

    if (!json_is_array(array) || count > LIMIT_ECG_LEADS)
        return ERROR_BAD_INPUT;
    out->leads = arena_take(a, (count + 1) * sizeof *out->leads);
    if (!out->leads)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; e == ERROR_OK && i < count; i++)
        e = read_lead(a, json_array_get(array, i), &out->leads[i]);
    out->lead_count = count;
    return e;
}

static enum error read_record(struct arena *a, const json_t *root, struct ecg *out)
{
    const char *format = json_string_value(json_object_get(root, "format"));
    enum error e = format ? ecg_format_parse(format, &out->format) : ERROR_BAD_INPUT;

    if (e != ERROR_OK)
        return ERROR_BAD_INPUT;
    e = read_members(a, root, out);
    if (e == ERROR_OK)
        e = read_list(a, json_object_get(root, "statements"), &out->statements);
    if (e == ERROR_OK)
        e = read_list(a, json_object_get(root, "filters"), &out->filters);
    if (e == ERROR_OK)
        e = read_list(a, json_object_get(root, "complaints"), &out->complaints);
    if (e == ERROR_OK)
        e = read_leads(a, json_object_get(root, "leads"), out);
    return e;
}

enum error ecg_from_json(struct arena *a, struct span json, struct ecg *out)
{
    json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
    struct ecg read;
    enum error e;

    if (!root)
        return ERROR_BAD_INPUT;
    ecg_init(&read);
    e = read_record(a, root, &read);
    if (e == ERROR_OK)
        *out = read;
    json_decref(root);
    return e;
}
