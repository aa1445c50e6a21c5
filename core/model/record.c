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

/* A record in the making. Every message of an instrument comes by here: it is written as it is
 * read, without a tree of it in memory. The first failure sticks. */
struct writing {
    struct buffer *out;
    enum error error;
};

static void put(struct writing *w, const char *text)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put_text(w->out, text);
}

/* `lead`: what stands before the value, its name among it. */
static void put_text(struct writing *w, const char *lead, const char *value)
{
    put(w, lead);
    if (w->error == ERROR_OK)
        w->error = json_text_string(value, w->out);
}

static void put_list(struct writing *w, const char *lead, const struct text_list *list)
{
    put(w, lead);
    put(w, "[");
    for (size_t i = 0; i < list->count; i++)
        put_text(w, i ? "," : "", list->at[i]);
    put(w, "]");
}

static void put_result(struct writing *w, const struct record_result *r)
{
    put_text(w, "{\"code\":", r->code);
    put_text(w, ",\"loinc\":", r->loinc);
    put_text(w, ",\"name\":", r->name);
    put_text(w, ",\"value\":", r->value);
    put_text(w, ",\"comparator\":", r->comparator);
    put_text(w, ",\"number\":", r->number);
    put_text(w, ",\"unit\":", r->unit);
    put_text(w, ",\"ucum\":", r->ucum);
    put_list(w, ",\"flags\":", &r->flags);
    put_text(w, ",\"range\":", r->range);
    put_text(w, ",\"status\":", r->status);
    put_text(w, ",\"observed_at\":", r->observed_at);
    put_text(w, ",\"lot\":", r->lot);
    put_list(w, ",\"comments\":", &r->comments);
    put(w, "}");
}

static void put_results(struct writing *w, const struct record *r)
{
    put(w, ",\"results\":[");
    for (size_t i = 0; i < r->result_count; i++) {
        if (i)
            put(w, ",");
        put_result(w, &r->results[i]);
    }
    put(w, "]");
}

/* The demographic members come after the id and only when the device sent them. */
static void put_patient(struct writing *w, const struct record *r)
{
    put_text(w, ",\"patient\":{\"id\":", r->patient_id);
    if (*r->patient_name)
        put_text(w, ",\"name\":", r->patient_name);
    if (*r->patient_birth_date)
        put_text(w, ",\"birth_date\":", r->patient_birth_date);
    if (*r->patient_sex)
        put_text(w, ",\"sex\":", r->patient_sex);
    put(w, "}");
}

enum error record_to_json(const struct record *r, struct buffer *out)
{
    struct writing w = { .out = out };
    size_t before = out->len;

    put_text(&w, "{\"profile\":", r->profile);
    put_text(&w, ",\"kind\":", record_kind_text(r->kind));
    put_text(&w, ",\"instrument\":{\"model\":", r->model);
    put_text(&w, ",\"serial\":", r->serial);
    put_text(&w, ",\"software\":", r->software);
    put_text(&w, "},\"specimen\":", r->specimen);
    put_patient(&w, r);
    put_text(&w, ",\"operator\":", r->operator_id);
    put_text(&w, ",\"run\":", r->run);
    put_text(&w, ",\"sent_at\":", r->sent_at);
    put_results(&w, r);
    put_list(&w, ",\"complaints\":", &r->complaints);
    put(&w, "}");
    if (w.error != ERROR_OK)
        out->len = before;
    return w.error;
}
