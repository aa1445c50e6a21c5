/* Empty records, and the JSON that `phial decode` prints and the store keeps. */
#include "core/model/record.h"

#include "core/base/text.h"
#include "core/model/json_text.h"

#include <string.h>

#define RECORD_KIND_NAME(name, text) text,
static const char *const kind_texts[] = { RECORD_KIND_TABLE(RECORD_KIND_NAME) };
#undef RECORD_KIND_NAME

const char *record_kind_text(enum record_kind kind)
{
    return (unsigned)kind < RECORD_KIND_COUNT ? kind_texts[kind] : "";
}

enum error record_kind_parse(const char *text, enum record_kind *out)
{
    for (unsigned i = 0; i < RECORD_KIND_COUNT; i++)
        if (strcmp(text, kind_texts[i]) == 0) {
            *out = (enum record_kind)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

void record_init(struct record *r)
{
    *r = (struct record) {
        RECORD_INCOMPLETE, "", "", "", "", "", "", "", "", "", "", "", "", "", NULL, 0, { NULL, 0 }
    };
}

void record_result_init(struct record_result *r)
{
    *r = (struct record_result) { "", "",          "", "", "", "", "",
                                  "", { NULL, 0 }, "", "", "", "", { NULL, 0 } };
}

static json_t *result_json(const struct record_result *r)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s,s:s,s:s,s:o}", "code", r->code,
                     "loinc", r->loinc, "name", r->name, "value", r->value, "comparator",
                     r->comparator, "number", r->number, "unit", r->unit, "ucum", r->ucum, "flags",
                     json_text_list(&r->flags), "range", r->range, "status", r->status,
                     "observed_at", r->observed_at, "lot", r->lot, "comments",
                     json_text_list(&r->comments));
}

static json_t *results_json(const struct record *r)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < r->result_count; i++)
        array = json_text_with(array, result_json(&r->results[i]));
    return array;
}

/* The demographic members come after the id and only when the device sent them. */
static json_t *patient_json(const struct record *r)
{
    const struct {
        const char *name, *value;
    } more[] = { { "name", r->patient_name },
                 { "birth_date", r->patient_birth_date },
                 { "sex", r->patient_sex } };
    json_t *patient = json_pack("{s:s}", "id", r->patient_id);
    for (size_t i = 0; patient && i < sizeof more / sizeof more[0]; i++)
        if (*more[i].value &&
            json_object_set_new(patient, more[i].name, json_string(more[i].value)) != 0) {
            json_decref(patient);
            patient = NULL;
        }
    return patient;
}

enum error record_to_json(const struct record *r, struct buffer *out)
{
    json_t *root =
        json_pack("{s:s,s:s,s:{s:s,s:s,s:s},s:s,s:o,s:s,s:s,s:s,s:o,s:o}", "profile", r->profile,
                  "kind", record_kind_text(r->kind), "instrument", "model", r->model, "serial",
                  r->serial, "software", r->software, "specimen", r->specimen, "patient",
                  patient_json(r), "operator", r->operator_id, "run", r->run, "sent_at", r->sent_at,
                  "results", results_json(r), "complaints", json_text_list(&r->complaints));
    return json_text_put(root, JSON_COMPACT, out);
}
