/* Invented messages, by the profile's own analytes. */
#include "instruments/simulator/invent.h"

#include "core/base/limits.h"
#include "instruments/message/hl7.h"
#include "instruments/message/message.h"
#include "instruments/message/xml.h"
#include "instruments/profile/compose.h"
#include "instruments/simulator/ekg.h"
#include "instruments/simulator/values.h"

#include <stdio.h>

/* The profile's line for a code of the plan, by vendor code or LOINC; a code that the profile does
 * not know is sent as it is. */
static struct profile_analyte find_analyte(const struct profile *profile, const char *code)
{
    size_t count;
    const struct profile_analyte *map = profile_analytes(profile, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(map[i].code, code) == 0 || strcmp(map[i].loinc, code) == 0)
            return map[i];
    return (struct profile_analyte) { code, "", code, "mg/dL", 0 };
}

static struct profile_analyte first_analyte(const struct profile *profile)
{
    size_t count;
    const struct profile_analyte *map = profile_analytes(profile, &count);
    return count ? map[0] : (struct profile_analyte) { "GLU", "2345-7", "Glucose", "mg/dL", 0 };
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static enum error make_results(const struct invent *i, struct record *r, const char *const *codes,
                               size_t count, const char *now, struct arena *arena)
{
    size_t wanted = count ? count : 1;
    r->results = arena_take(arena, wanted * sizeof *r->results);
    if (!r->results)
        return ERROR_NO_MEMORY;
    for (r->result_count = 0; r->result_count < wanted; r->result_count++) {
        struct profile_analyte a =
            count ? find_analyte(i->profile, codes[r->result_count]) : first_analyte(i->profile);
        enum error e = values_make(&a, i->message->values, faults_draw(i->random, UINT32_MAX),
                                   arena, &r->results[r->result_count]);
        if (e != ERROR_OK)
            return e;
        r->results[r->result_count].observed_at = now;
        r->results[r->result_count].lot = text_or_empty(i->message->lot);
    }
    return ERROR_OK;
}

enum error invent_text(const struct invent *i, bool query, const char *const *codes, size_t count,
                       struct arena *arena, struct buffer *out)
{
    const struct simulator_message *m = i->message;
    char now[CLOCK_TEXT], run[24];
    struct record r;
    enum error e = ERROR_OK;
    buffer_clear(out);
    if (profile_reads(i->profile, "ecg"))
        return ekg_invent(i, out);
    clock_format(now, i->now);
    now[19] = '\0'; /* to the second */
    (void)snprintf(run, sizeof run, "%llu", (unsigned long long)i->run);
    record_init(&r);
    r.kind = query ? RECORD_QUERY : m->values == SIMULATOR_CONTROL ? RECORD_QC : RECORD_PATIENT;
    r.specimen = m->specimen;
    r.patient_id = text_or_empty(m->patient_id);
    if (m->operator_id)
        r.operator_id = m->operator_id;
    r.patient_name = text_or_empty(m->patient_name);
    r.patient_birth_date = text_or_empty(m->patient_birth_date);
    r.patient_sex = text_or_empty(m->patient_sex);
    r.serial = "SIM0001";
    r.run = run;
    r.sent_at = now;
    if (!query)
        e = make_results(i, &r, codes, count, now, arena);
    (void)snprintf(i->said, SIMULATOR_SAID, "%s", r.result_count ? r.results[0].value : "");
    return e == ERROR_OK ? profile_compose(i->profile, &r, out) : e;
}

/* Where a format's answers name the specimen's tests. POCT1-A names none: a patient is enough. */
static const struct {
    const char *format;
    enum error (*decode)(struct span text, struct arena *arena, struct message *out, size_t *used,
                         struct complaint *why);
    const char *order;
    unsigned field, component;
} formats[] = {
    { "lis02", lis02_decode, "O", 5, 4 },
    { "hl7", hl7_decode, "OBR", 4, 1 },
    { "poct1a", poct1a_decode, "PT", 0, 0 },
};

bool invent_read_answer(const struct profile *profile, struct span text, struct arena *arena,
                        const char **codes, size_t most, size_t *count)
{
    bool found = false;
    *count = 0;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct message m;
        size_t used;
        if (!profile_reads(profile, formats[f].format) ||
            formats[f].decode(text, arena, &m, &used, NULL) != ERROR_OK)
            continue;
        for (size_t i = 0; i < m.record_count; i++) {
            if (strcmp(m.records[i].type, formats[f].order) != 0)
                continue;
            found = true;
            if (formats[f].field && *count < most)
                codes[(*count)++] =
                    message_at(&m.records[i], formats[f].field, 1, formats[f].component);
        }
        return found;
    }
    return false;
}
