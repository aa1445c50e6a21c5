/*
 * A report as one ORU^R01 message: MSH, PID, and for each ordered test ORC, OBR, its results and,
 * from 2.5 on, SPM (HL7 2.5.1 7.3.1; 2.3.1 7.2.1).
 *
 * A corrected order is sent whole again: OBR-25 C, what changed C with the value that stood there
 * before in a note, what did not change as it was; what was never this patient's goes W to the
 * chart where it was sent (domain.md 6.1).
 */
#include "core/exchange/endpoint.h"

#include "core/base/text.h"

enum { COMPOSE_ARENA = 24 * 1024 * 1024, COMPOSE_MESSAGE = 16 * 1024 * 1024 };

/* ---- MSH, PID ---- */

static const char *facility(struct writing *w, bool alone)
{
    const char *name = w->envelope->sending_facility;
    const char *clia = w->report->site.clia;

    if (text_empty(name))
        name = w->report->site.name;
    return alone || text_empty(clia) ? name : COMPONENTS(w, name, clia, "CLIA");
}

static void put_header(struct writing *w)
{
    const struct exchange_envelope *v = w->envelope;
    const char *fields[22] = { "MSH" };

    fields[3] = v->sending_application;
    fields[4] = facility(w, false);
    fields[5] = v->receiving_application;
    fields[6] = v->receiving_facility;
    fields[7] = writing_time(w, v->at);
    fields[9] = w->to->version->type;
    fields[10] = v->control_id;
    fields[11] = v->production ? "P" : "T";
    fields[12] = w->to->version->name;
    fields[15] = w->to->accept;
    fields[16] = w->to->application;
    fields[18] = w->to->charset;
    fields[21] = writing_given(w, w->to->profile);
    writing_segment(w, fields, FIELD_COUNT(fields));
}

/* HL7 table 0001 knows F, M, O and U. */
static const char *sex_of(const char *sex)
{
    return strcmp(sex, "X") == 0 ? "O" : sex;
}

static void put_patient(struct writing *w)
{
    const struct exchange_report *r = w->report;
    const char *assigner =
        text_empty(w->envelope->assigner) ? facility(w, true) : w->envelope->assigner;
    const char *fields[9] = { "PID", "1" };
    const char *visit[] = { "PV1", "1", w->to->patient_class };

    fields[3] = COMPONENTS(w, r->mrn, "", "", assigner, "MR");
    fields[5] = COMPONENTS(w, r->family, r->given);
    fields[7] = writing_device_time(w, r->birth_date);
    fields[8] = sex_of(r->sex);
    writing_segment(w, fields, FIELD_COUNT(fields));
    if (*w->to->patient_class)
        writing_segment(w, visit, FIELD_COUNT(visit));
}

/* ---- ORC, OBR ---- */

/* One number for each ordered test of ours, the same in every message about it. */
static const char *filler(struct writing *w, const struct exchange_panel *p)
{
    return writing_say(w, "%s-%u", w->report->order, p->place);
}

static void put_order(struct writing *w, const struct exchange_panel *p)
{
    enum exchange_status status = exchange_panel_status(p);
    const char *fields[23] = { "ORC", "RE", w->report->placer, filler(w, p) };

    fields[5] = status == EXCHANGE_PRELIMINARY ? "IP" : status == EXCHANGE_NOT_DONE ? "CA" : "CM";
    fields[12] = writing_person(w, &w->report->provider);
    if (w->to->version->devices) {
        fields[21] = COMPONENTS(w, w->report->site.name);
        fields[22] = writing_address(w, w->report->site.address);
    }
    writing_segment(w, fields, FIELD_COUNT(fields));
}

/* Table 0070 and free text, in the one field that 2.3.1 has for both. */
static const char *source_of(struct writing *w, const struct exchange_panel *p)
{
    const char *code = exchange_code_of(&w->to->specimens, p->specimen_type);
    const char *type, *parts[] = { "", p->specimen_type };

    if (text_empty(p->specimen_type))
        return "";
    if (text_empty(code)) {
        type = writing_join(w, HL7_NEXT_SUBCOMPONENT, parts, FIELD_COUNT(parts));
    } else {
        char *cut = (char *)(uintptr_t)writing_given(w, code);
        type = cut;
        for (; *cut; cut++)
            if (*cut == HL7_NEXT_COMPONENT[0])
                *cut = HL7_NEXT_SUBCOMPONENT[0];
    }
    parts[1] = p->specimen_site;
    return COMPONENTS(w, type, "", p->container,
                      writing_join(w, HL7_NEXT_SUBCOMPONENT, parts, FIELD_COUNT(parts)));
}

/* Why it was ordered: codes of ICD-10-CM as given, or words. */
static const char *reason_of(struct writing *w)
{
    static const char between[] = " ,;";
    const char *left = w->report->icd10, *all = "";

    while (*left) {
        size_t len = strcspn(left, between);
        const char *code = writing_say(w, "%.*s", (int)len, left);
        const char *pair[] = { all, COMPONENTS(w, code, "", "I10C") };
        if (len)
            all = *all ? writing_join(w, HL7_NEXT_REPEAT, pair, 2) : pair[1];
        left += len;
        left += strspn(left, between);
    }
    return *all ? all : COMPONENTS(w, "", w->report->reason);
}

static const char *clinical_info(struct writing *w, const struct exchange_panel *p)
{
    const char *fasting = text_empty(p->fasting) ? "" : writing_say(w, "Fasting: %s", p->fasting);
    const char *both[] = { fasting, p->collection_note };

    if (text_empty(fasting))
        return p->collection_note;
    return writing_join(w, "; ", both, FIELD_COUNT(both));
}

/* Who has read an EKG: NDL, its person as subcomponents. */
static const char *interpreter(struct writing *w)
{
    const struct exchange_person *s = &w->report->signer;
    const char *npi = writing_npi(w, s), *parts[] = { text_empty(npi) ? s->login : npi, s->name };

    return text_empty(s->name) ? "" : writing_join(w, HL7_NEXT_SUBCOMPONENT, parts, 2);
}

static void put_request(struct writing *w, const struct exchange_panel *p, unsigned number)
{
    char status[2] = { exchange_status_letter(exchange_panel_status(p)), '\0' };
    const char *fields[33] = { "OBR", writing_say(w, "%u", number), w->report->placer, filler(w, p),
                               writing_code(w, p->code, p->loinc, p->name) };

    fields[7] = writing_taken(w, p);
    fields[10] = p->collector;
    fields[13] = clinical_info(w, p);
    if (!w->to->version->specimens) {
        fields[14] = writing_time(w, p->received_at);
        fields[15] = source_of(w, p);
    }
    fields[16] = writing_person(w, &w->report->provider);
    fields[22] = writing_time(w, w->report->reported_at);
    fields[24] = p->ekg ? "EC" : "LAB";
    fields[25] = status;
    fields[27] =
        COMPONENTS(w, "", "", "", "", "", strcmp(w->report->priority, "stat") == 0 ? "S" : "");
    fields[31] = reason_of(w);
    fields[32] = p->ekg ? interpreter(w) : "";
    writing_segment(w, fields, FIELD_COUNT(fields));
}

/* ---- Notes of the order, specimens ---- */

static const char *called(struct writing *w, const struct exchange_call *c)
{
    return writing_say(w, "Critical value told to %s%s%s, read back%s%s; called %s by %s.", c->to,
                       *c->credential ? ", " : "", c->credential, *c->value ? ": " : "", c->value,
                       writing_moment(w, c->at), c->by);
}

static void put_order_notes(struct writing *w, const struct exchange_panel *p, bool first)
{
    const struct exchange_report *r = w->report;
    unsigned number = 0;

    if (first && w->lossy)
        writing_notes(w, "Signs that this connection cannot carry are written as ?.", &number);
    if (first && *r->signer.name)
        writing_notes(w,
                      writing_say(w, "Signed by %s, %s%s%s.", r->signer.name,
                                  writing_moment(w, r->reported_at), *r->signature ? ": " : "",
                                  r->signature),
                      &number);
    if (exchange_panel_status(p) == EXCHANGE_PRELIMINARY)
        writing_notes(w, "PRELIMINARY: no provider has reviewed it yet.", &number);
    else if (p->result_count && !*r->signer.name)
        writing_notes(w, "No provider has reviewed the change yet.", &number);
    for (size_t i = 0; first && i < r->call_count; i++)
        writing_notes(w, called(w, &r->calls[i]), &number);
    if (*p->cancelled)
        writing_notes(w, writing_say(w, "Cancelled: %s.", p->cancelled), &number);
    if (*p->rejected)
        writing_notes(w, writing_say(w, "Specimen %s was rejected: %s.", p->accession, p->rejected),
                      &number);
    if (!w->to->version->specimens && *p->accession)
        writing_notes(w,
                      writing_say(w, "Specimen %s%s%s%s%s.", p->accession,
                                  *p->specimen_type ? ", " : "", p->specimen_type,
                                  *p->condition ? "; on receipt: " : "", p->condition),
                      &number);
}

static void put_specimen(struct writing *w, const struct exchange_panel *p)
{
    const char *code = exchange_code_of(&w->to->specimens, p->specimen_type);
    const char *fields[28] = { "SPM", "1", COMPONENTS(w, "", p->accession), "" };

    if (!w->to->version->specimens || text_empty(p->accession))
        return;
    fields[4] = text_empty(code) ? COMPONENTS(w, "", p->specimen_type) : writing_given(w, code);
    fields[8] = COMPONENTS(w, "", p->specimen_site);
    fields[17] = writing_time(w, p->collected_at);
    fields[18] = writing_time(w, p->received_at);
    fields[21] = COMPONENTS(w, "", p->rejected);
    fields[24] = COMPONENTS(w, "", p->condition);
    fields[27] = COMPONENTS(w, "", p->container);
    writing_segment(w, fields, FIELD_COUNT(fields));
}

/* ---- The message ---- */

static void put_message(struct writing *w)
{
    put_header(w);
    put_patient(w);
    for (size_t i = 0; i < w->report->panel_count; i++) {
        const struct exchange_panel *p = &w->report->panels[i];
        unsigned number = 0;

        put_order(w, p);
        put_request(w, p, (unsigned)i + 1);
        put_order_notes(w, p, i == 0);
        writing_results(w, p, &number);
        put_specimen(w, p);
    }
}

static size_t count_of(struct span text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == (uint8_t)c;
    return count;
}

/* In the endpoint's character set; `*lost`: it has no sign for some of it. */
static enum error encode(const struct writing *w, struct buffer *text, bool *lost)
{
    struct buffer coded;
    enum error e;

    buffer_init(&coded, COMPOSE_MESSAGE);
    e = hl7_from_utf8(w->to->bytes, w->to->ascii, buffer_span(text), &coded);
    if (e == ERROR_OK) {
        *lost = count_of(buffer_span(&coded), '?') != count_of(buffer_span(text), '?');
        buffer_clear(text);
        e = buffer_put(text, buffer_span(&coded));
    }
    buffer_free(&coded);
    return e;
}

static enum error write_once(struct writing *w, struct buffer *text, bool *lost)
{
    w->out = text;
    w->error = ERROR_OK;
    buffer_clear(text);
    arena_init(&w->arena, COMPOSE_ARENA);
    put_message(w);
    arena_free(&w->arena);
    return w->error == ERROR_OK ? encode(w, text, lost) : w->error;
}

static enum error check_room(const struct exchange_envelope *envelope,
                             const struct exchange_report *report, struct complaint *why)
{
    if (!report->panel_count)
        return complain(why, ERROR_BAD_INPUT, "There is nothing to report of this order yet.");
    if (strlen(envelope->control_id) > ENDPOINT_CONTROL)
        return complain(why, ERROR_BUG, "A message's number has at most %d characters.",
                        ENDPOINT_CONTROL);
    return ERROR_OK;
}

enum error exchange_compose(const struct exchange_endpoint *endpoint,
                            const struct exchange_envelope *envelope,
                            const struct exchange_report *report, struct buffer *out,
                            struct complaint *why)
{
    struct writing w = { .to = endpoint, .envelope = envelope, .report = report };
    struct buffer text;
    bool lost = false;
    enum error e = check_room(envelope, report, why);

    if (e != ERROR_OK)
        return e;
    buffer_init(&text, COMPOSE_MESSAGE);
    e = write_once(&w, &text, &lost);
    if (e == ERROR_OK && lost) {
        w.lossy = true;
        e = write_once(&w, &text, &lost);
    }
    if (e != ERROR_OK)
        (void)complain(why, e, "The message could not be written: %s.", error_text(e));
    else
        e = exchange_lint(endpoint, buffer_span(&text), why);
    if (e == ERROR_OK) {
        e = buffer_put(out, buffer_span(&text));
        (void)complain(e == ERROR_OK ? NULL : why, e, "The message is too long: %zu bytes.",
                       text.len);
    }
    buffer_free(&text);
    return e;
}
