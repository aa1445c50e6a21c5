/* The host's answer to an instrument that asks what to measure: what is ordered on exactly that
 * specimen and has no result yet. A specimen that cannot be tested has no answer. */
#include "core/daemon/ingest/parts.h"

#include <stdio.h>

static bool has_result(const struct store_result *results, size_t count, int64_t specimen,
                       const struct match_analyte *analyte)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].specimen == specimen && results[i].test == analyte->test &&
            strcmp(results[i].loinc, analyte->loinc) == 0)
            return true;
    return false;
}

static void put_patient(struct wire_writer *w, const struct store_specimen *s)
{
    char name[LIMIT_NAME * 2 + 2];

    (void)snprintf(name, sizeof name, "%s^%s", s->patient.family, s->patient.given);
    wire_put_text(w, WIRE_F_PATIENT_ID, s->patient.mrn);
    wire_put_text(w, WIRE_F_PATIENT_NAME, name);
    wire_put_text(w, WIRE_F_PATIENT_BIRTH_DATE, s->patient.birth_date);
    wire_put_text(w, WIRE_F_PATIENT_SEX, s->patient.sex);
    wire_put_text(w, WIRE_F_PRIORITY, s->priority);
}

static void put_codes(struct wire_writer *w, const struct ingest_case *c,
                      const struct store_result *results, size_t count)
{
    for (size_t i = 0; i < c->match.analyte_count; i++) {
        const struct match_analyte *a = &c->match.analytes[i];
        if (has_result(results, count, c->specimen.id, a))
            continue;
        wire_put_text(w, WIRE_F_CODE, *a->loinc ? a->loinc : a->code);
    }
}

static enum error note_query(struct ingest *in, const struct ingest_case *c)
{
    struct store_actor by = ingest_actor(in, c->instrument);
    struct store_event event = { .type = EVENT_QUERIED,
                                 .specimen = c->specimen.id,
                                 .order = c->specimen.order };
    int64_t id;

    return store_event_add(in->store, &by, &event, &id);
}

/* Whether anything on that specimen is still to be measured. */
static bool is_open(const struct ingest_case *c, const struct store_result *results, size_t count)
{
    for (size_t i = 0; i < c->match.analyte_count; i++)
        if (!has_result(results, count, c->specimen.id, &c->match.analytes[i]))
            return true;
    return false;
}

enum error ingest_answer(struct ingest *in, struct ingest_child *child, struct ingest_case *c,
                         uint64_t ticket)
{
    struct wire_writer w;
    struct span packet;
    struct store_result *results = NULL;
    size_t count = 0;
    bool found = c->has_specimen && specimen_testable(c->specimen.state);
    enum error e = ERROR_OK;

    if (found)
        e = store_results_of_order(in->store, &c->arena, c->specimen.order, &results, &count);
    if (e == ERROR_OK && c->has_specimen)
        e = note_query(in, c);
    if (e != ERROR_OK)
        return e;
    found = found && is_open(c, results, count);
    wire_begin(&w, WIRE_ANSWER);
    wire_put_number(&w, WIRE_F_TICKET, ticket);
    wire_put_number(&w, WIRE_F_FOUND, found);
    wire_put_text(&w, WIRE_F_SPECIMEN, c->record.specimen);
    if (found) {
        put_patient(&w, &c->specimen);
        put_codes(&w, c, results, count);
    }
    e = wire_finish(&w, &packet);
    if (e == ERROR_OK)
        e = ingest_after_packet(in, child->id, ticket, WIRE_ANSWER, packet);
    wire_free(&w);
    return e;
}
