/*
 * One record becomes facts: first the decision, from the rules and what the store knows; then the
 * message with its disposition; then, when it is linked, its results and the specimen's custody.
 *
 * The message goes in first: when its session has one with that ordinal already, the record was
 * stored in an earlier life, and nothing more happens.
 */
#include "core/base/log.h"
#include "core/daemon/ingest/gate.h"
#include "core/rules/reread.h"
#include "core/store/paper.h"
#include "core/store/patients.h"

#include <stdio.h>

enum { SECOND_READING = 1 << 24 }; /* far beyond the records of any session */

/* What is decided about one record. */
struct verdict {
    struct match_decision match;
    struct repeat_decision repeat;
    int64_t run_messages[LIMIT_INGEST_TWINS];
    size_t run_message_count;
    struct ingest_gates gates;       /* what the laboratory's rules said, ... */
    const struct gate_verdict *lock; /* ... and the first that holds the record, or NULL */
    int64_t message;                 /* as it is stored; 0: it was stored in an earlier life */
};

static enum error describe_analytes(struct ingest_case *c)
{
    const struct store_specimen *s = &c->specimen;
    struct match_analyte *analytes;
    size_t count = 0;

    for (size_t i = 0; i < s->test_count; i++)
        count += s->tests[i].analyte_count;
    analytes = arena_take(&c->arena, (count + 1) * sizeof *analytes);
    if (!analytes)
        return ERROR_NO_MEMORY;
    count = 0;
    for (size_t i = 0; i < s->test_count; i++)
        for (size_t j = 0; j < s->tests[i].analyte_count; j++) {
            const struct store_analyte *a = &s->tests[i].analytes[j];
            analytes[count++] =
                (struct match_analyte) { s->tests[i].id, a->code, a->loinc, a->name, a->ucum };
        }
    c->match.analytes = analytes;
    c->match.analyte_count = count;
    return ERROR_OK;
}

/* What else the tube's label may say of the patient: of use only beside a header. */
static enum error describe_told(struct ingest *in, struct ingest_case *c)
{
    const struct record *r = &c->record;
    struct store_patient *told;

    if (!*r->patient_id && !*r->patient_name && !*r->patient_birth_date && !*r->patient_sex)
        return ERROR_OK;
    told = arena_take(&c->arena, sizeof *told * STORE_TOLD);
    c->match.told = told;
    return told ? store_patient_told(in->store, &c->arena, c->specimen.id, told,
                                     &c->match.told_count)
                : ERROR_NO_MEMORY;
}

enum error ingest_find_specimen(struct ingest *in, struct ingest_case *c, const char *accession)
{
    enum error e = ERROR_NOT_FOUND;

    c->has_specimen = false;
    if (accession_valid(accession, in->salt))
        e = store_specimen_by_accession(in->store, &c->arena, accession, &c->specimen);
    if (e == ERROR_NOT_FOUND)
        return ERROR_OK;
    if (e != ERROR_OK)
        return e;
    c->has_specimen = true;
    c->match = (struct match_specimen) { .accession = c->specimen.accession,
                                         .state = c->specimen.state,
                                         .mrn = c->specimen.patient.mrn,
                                         .family = c->specimen.patient.family,
                                         .given = c->specimen.patient.given,
                                         .birth_date = c->specimen.patient.birth_date,
                                         .sex = c->specimen.patient.sex };
    e = describe_told(in, c);
    return e == ERROR_OK ? describe_analytes(c) : e;
}

/* ---- Repeats ---- */

/* Whether the earlier of the two sessions ended badly with nothing new between them. A session
 * without an end is one that core did not survive. */
static enum error is_broken(struct ingest *in, const struct ingest_case *c,
                            const struct store_twin *t, bool *broken)
{
    struct store_session_found mine;
    struct arena arena;
    bool news = false, bad;
    int64_t row = c->session->row;
    enum error e = ERROR_OK;

    if (t->session == row) {
        *broken = false;
        return ERROR_OK;
    }
    bad = !t->ended || t->how != SESSION_END_NORMAL;
    if (t->session > row) {
        arena_init(&arena, LIMIT_INGEST_ARENA);
        e = store_session_by_id(in->store, &arena, row, &mine);
        bad = e == ERROR_OK && mine.ended && mine.how != SESSION_END_NORMAL;
        arena_free(&arena);
    }
    if (e == ERROR_OK && bad)
        e = store_news_between(in->store, t->session < row ? t->session : row,
                               t->session < row ? row : t->session, &news);
    if (e == ERROR_OK)
        *broken = bad && !news;
    return e;
}

/* What a twin says that may still count. One that a person took off the list without linking it has
 * no result: what comes again is no copy. An incomplete one is half of a message, no message. */
static bool is_comparable(const struct store_twin *t)
{
    return !t->dismissed && (t->disposition != DISPOSITION_INCOMPLETE || t->resolved);
}

static enum error describe_twin(struct ingest *in, struct ingest_case *c,
                                const struct store_twin *t, bool run, struct repeat_twin *out)
{
    struct record *record = arena_take(&c->arena, sizeof *record);
    enum error e;

    if (!record)
        return ERROR_NO_MEMORY;
    e = reread_record(&c->arena, t->record_json, record);
    if (e != ERROR_OK)
        return ERROR_BUG;
    *out = (struct repeat_twin) {
        .message = t->id, .record = record, .run = run, .taken = t->repeated
    };
    out->bytes = !run && repeat_same_record(&c->record, record);
    return out->bytes ? is_broken(in, c, t, &out->broken) : ERROR_OK;
}

static enum error describe_twins(struct ingest *in, struct ingest_case *c, struct store_twin *found,
                                 size_t found_count, bool run, struct repeat_twin *twins,
                                 size_t *count)
{
    for (size_t i = 0; i < found_count; i++) {
        enum error e;
        if (!is_comparable(&found[i]) || (c->message && found[i].id >= c->message))
            continue;
        e = describe_twin(in, c, &found[i], run, &twins[*count]);
        if (e != ERROR_OK)
            return e;
        ++*count;
    }
    return ERROR_OK;
}

static bool can_repeat(enum record_kind kind)
{
    return kind == RECORD_PATIENT || kind == RECORD_QC || kind == RECORD_CALIBRATION;
}

static enum error decide_repeat(struct ingest *in, struct ingest_case *c, struct verdict *v)
{
    struct repeat_twin twins[2 * LIMIT_INGEST_TWINS];
    struct store_twin *found;
    size_t found_count = 0, count = 0;
    int64_t row = c->session->row;
    enum error e = ERROR_OK;

    if (!can_repeat(c->record.kind))
        return ERROR_OK;
    if (*c->record.run) {
        e = store_twins_by_run(in->store, &c->arena, row, c->record.serial, c->record.run,
                               c->record.specimen, LIMIT_INGEST_TWINS, &found, &found_count);
        if (e == ERROR_OK)
            e = describe_twins(in, c, found, found_count, true, twins, &count);
    }
    v->run_message_count = count;
    for (size_t i = 0; i < count; i++)
        v->run_messages[i] = twins[i].message;
    if (e == ERROR_OK)
        e = store_twins_by_hash(in->store, &c->arena, row, c->hash, LIMIT_INGEST_TWINS, &found,
                                &found_count);
    if (e == ERROR_OK)
        e = describe_twins(in, c, found, found_count, false, twins, &count);
    if (e == ERROR_OK)
        repeat_decide(&c->record, twins, count, &v->repeat);
    return e;
}

/* The repeat rules overrule the match: a repeat is not linked twice, a conflict not at all. What is
 * held for another reason keeps that reason. */
static void combine(struct verdict *v)
{
    static const struct {
        enum disposition disposition;
        enum reason reason;
        const char *advice;
    } by_kind[] = {
        [REPEAT_RUN] = { DISPOSITION_REPEAT, REASON_REPEAT_RUN, "The first one counts." },
        [REPEAT_BYTES] = { DISPOSITION_REPEAT, REASON_REPEAT_BROKEN, "It counts once." },
        [REPEAT_CONFLICT] = { DISPOSITION_HELD, REASON_RUN_DIFFERS,
                              "Compare it with the instrument's memory." },
    };
    enum repeat_kind kind = v->repeat.kind;

    if (kind == REPEAT_NEWS ||
        (kind == REPEAT_CONFLICT && v->match.disposition != DISPOSITION_LINKED))
        return;
    v->match.disposition = by_kind[kind].disposition;
    v->match.reason = by_kind[kind].reason;
    (void)complain(&v->match.sentence, ERROR_OK, "%s %s", reason_text(by_kind[kind].reason),
                   by_kind[kind].advice);
}

/* ---- Facts ---- */

/* Why it is not simply linked; a rule's id when a rule holds it. */
static const char *reason_code(const struct verdict *v)
{
    return v->lock ? gate_id(v->lock->rule) : reason_id(v->match.reason);
}

static enum error add_message(struct ingest *in, struct ingest_case *c, uint64_t ordinal,
                              const struct verdict *v, int64_t *id)
{
    struct store_message message = { .session = c->session->row,
                                     .ordinal = (int64_t)ordinal,
                                     .record = &c->record,
                                     .received_at = c->received_at,
                                     .has_offset = c->has_offset,
                                     .device_offset_ms = c->has_offset ? c->device_offset_ms : 0,
                                     .disposition = v->match.disposition,
                                     .reason_code = reason_code(v),
                                     .reason = v->match.sentence.text,
                                     .repeats = v->repeat.of };

    memcpy(message.hash, c->hash, sizeof message.hash);
    return store_message_add(in->store, &message, id);
}

/* Whose hand it was: a person's who entered it, else the instrument's. */
static struct store_actor actor_of(const struct ingest *in, const struct ingest_case *c)
{
    struct store_actor by = c->by ? *c->by : ingest_actor(in, c->instrument);

    by.instrument = c->instrument;
    return by;
}

/* The specimen's custody says that a result of it is held, and why. */
static enum error add_held_event(struct ingest *in, struct ingest_case *c, const struct verdict *v,
                                 int64_t message)
{
    struct store_actor by = actor_of(in, c);
    struct store_event event = { .type = EVENT_RESULT_HELD,
                                 .specimen = c->specimen.id,
                                 .order = c->specimen.order,
                                 .message = message,
                                 .reason = v->match.sentence.text };
    int64_t id;

    return store_event_add(in->store, &by, &event, &id);
}

static enum error add_linked_event(struct ingest *in, struct ingest_case *c, int64_t message)
{
    struct store_actor by = actor_of(in, c);
    struct store_event event = { .type = EVENT_RESULT_RECEIVED,
                                 .specimen = c->specimen.id,
                                 .order = c->specimen.order,
                                 .message = message };
    char detail[160];
    int64_t id;

    (void)snprintf(detail, sizeof detail, "%zu result%s%s%.60s", c->record.result_count,
                   c->record.result_count == 1 ? "" : "s", *c->record.run ? ", run " : "",
                   c->record.run);
    event.detail = detail;
    return store_event_add(in->store, &by, &event, &id);
}

static enum error link_record(struct ingest *in, struct ingest_case *c, const struct verdict *v,
                              int64_t message)
{
    struct ingest_filing filing = { .record = &c->record,
                                    .specimen = &c->specimen,
                                    .message = message,
                                    .instrument = c->instrument,
                                    .received_at = c->session->at,
                                    .analytes = v->match.analyte,
                                    .repeat = &v->repeat,
                                    .run_messages = v->run_messages,
                                    .run_message_count = v->run_message_count };
    enum error e = ingest_file_results(in, &c->arena, &filing);

    if (e == ERROR_OK)
        e = add_linked_event(in, c, message);
    if (e == ERROR_OK)
        e = ingest_after_change(in, "inbox", "");
    return e;
}

/* What follows from the disposition of a stored message. */
static enum error follow_up(struct ingest *in, struct ingest_child *child, struct ingest_case *c,
                            const struct verdict *v, int64_t message)
{
    enum disposition d = v->match.disposition;
    enum error e = ERROR_OK;

    if (d == DISPOSITION_LINKED)
        e = link_record(in, c, v, message);
    if (d == DISPOSITION_HELD || d == DISPOSITION_INCOMPLETE) {
        log_line(LOG_MESSAGE_HELD, "core", "message %lld of %s is held: %s", (long long)message,
                 child->decoder ? "the journal" : child->name, reason_code(v));
        e = ingest_after_change(in, "held", "");
        if (e == ERROR_OK && c->has_specimen)
            e = add_held_event(in, c, v, message);
        if (e == ERROR_OK)
            e = ingest_note_held(in, c, message, v->lock != NULL);
    }
    if (e == ERROR_OK && d == DISPOSITION_QC) {
        const struct store_actor by = actor_of(in, c);
        e = ingest_take_control(in, c, message, &by);
    }
    if (e == ERROR_OK && c->record.kind != RECORD_INCOMPLETE && *c->record.specimen)
        e = ingest_supersede(in, c);
    if (e == ERROR_OK && c->has_specimen)
        e = ingest_after_change(in, "specimen", c->specimen.accession);
    return e;
}

/* The message of another text stands at that place: a profile that was changed since reads the
 * frames otherwise. The record gets a place of its own, the same at every decode. */
static enum error add_beside(struct ingest *in, struct ingest_case *c, uint64_t ordinal,
                             const struct verdict *v, int64_t *id)
{
    uint8_t hash[32];
    enum error e = store_message_hash(in->store, c->session->row, (int64_t)ordinal, hash);

    if (e != ERROR_OK) /* no message stands there: it is not a place that was refused */
        return e == ERROR_NOT_FOUND ? ERROR_BUG : e;
    if (memcmp(hash, c->hash, sizeof hash) == 0)
        return ERROR_CONFLICT;
    return add_message(in, c, ordinal + SECOND_READING, v, id);
}

/* ERROR_CONFLICT: it was stored in an earlier life. */
static enum error add_once(struct ingest *in, struct ingest_case *c, uint64_t ordinal,
                           struct verdict *v, int64_t *id)
{
    enum error e = add_message(in, c, ordinal, v, id);

    if (e == ERROR_CONFLICT && v->repeat.of) { /* another message repeats that one already */
        v->repeat.of = 0;
        e = add_message(in, c, ordinal, v, id);
    }
    return e == ERROR_CONFLICT ? add_beside(in, c, ordinal, v, id) : e;
}

/* What would be linked goes past the laboratory's rules. */
static enum error pass_gates(struct ingest *in, struct ingest_case *c, struct verdict *v)
{
    enum error e;

    if (v->match.disposition != DISPOSITION_LINKED)
        return ERROR_OK;
    c->analytes = v->match.analyte;
    e = ingest_gates_ask(in, c, &v->gates);
    v->lock = ingest_gates_lock(&v->gates);
    if (e != ERROR_OK || !v->lock)
        return e;
    v->match.disposition = DISPOSITION_HELD;
    ingest_gates_sentence(&v->gates, GATES_ALL, &v->match.sentence);
    return ERROR_OK;
}

/* A number that no specimen has may stand on a paper label. */
static enum error ask_paper(struct ingest *in, const struct ingest_case *c,
                            struct match_decision *match)
{
    struct store_paper_number paper;
    enum error e = ERROR_NOT_FOUND;

    if (match->reason == REASON_UNKNOWN)
        e = store_paper_find(in->store, c->record.specimen, &paper);
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    match->reason = paper.state == PAPER_VOID ? REASON_PAPER_VOID : REASON_PAPER;
    (void)complain(&match->sentence, ERROR_OK, "%s %s", reason_text(match->reason),
                   paper.state == PAPER_VOID
                       ? "Find the tube, and out whose it is."
                       : "Enter it from paper (Collect, Downtime): the result is filed then.");
    return ERROR_OK;
}

static enum error decide(struct ingest *in, struct ingest_case *c, struct verdict *v)
{
    enum error e = ingest_find_specimen(in, c, c->record.specimen);

    if (e != ERROR_OK)
        return e;
    match_decide(&c->record, in->salt, c->has_specimen ? &c->match : NULL, &v->match);
    e = ask_paper(in, c, &v->match);
    if (e == ERROR_OK)
        e = decide_repeat(in, c, v);
    if (e != ERROR_OK)
        return e;
    combine(v);
    ingest_case_times(in, c, c->session->at ? c->session->at : clock_now(in->clock));
    return pass_gates(in, c, v);
}

static enum error file_record(struct ingest *in, struct ingest_child *child, struct ingest_case *c,
                              const struct wire_message *m, struct verdict *v)
{
    uint64_t ticket = wire_number(m, WIRE_F_TICKET);
    int64_t message;
    enum error e = decide(in, c, v);

    if (e == ERROR_OK)
        e = add_once(in, c, wire_number(m, WIRE_F_ORDINAL), v, &message);
    if (e == ERROR_CONFLICT)
        return ERROR_OK;
    if (e == ERROR_OK) {
        v->message = message;
        e = ingest_gates_keep(in, &v->gates, GATES_ALL, message);
    }
    if (e == ERROR_OK)
        e = follow_up(in, child, c, v, message);
    if (e == ERROR_OK && c->record.kind == RECORD_QUERY && ticket && !child->decoder &&
        !*c->record.looks_like)
        e = ingest_answer(in, child, c, ticket);
    return e;
}

enum error ingest_take_record(struct ingest *in, struct ingest_child *child,
                              struct ingest_session *session, const struct wire_message *m,
                              struct complaint *why)
{
    struct ingest_case c = { .session = session, .instrument = child->instrument };
    struct verdict v = { .run_message_count = 0 };
    struct span hash = wire_bytes(m, WIRE_F_HASH);
    enum error e;

    if (hash.len != sizeof c.hash)
        return complain(why, ERROR_BAD_INPUT, "The driver sent a record without its hash.");
    memcpy(c.hash, hash.at, sizeof c.hash);
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    e = ingest_read_record(&c.arena, m, &c.record, why);
    if (e == ERROR_OK && !*c.record.profile)
        c.record.profile = child->profile;
    if (e == ERROR_OK && child->decoder) {
        struct store_session_found found;
        e = store_session_by_id(in->store, &c.arena, session->row, &found);
        if (e == ERROR_OK)
            c.instrument = found.instrument;
    }
    if (e == ERROR_OK)
        e = file_record(in, child, &c, m, &v);
    arena_free(&c.arena);
    return e;
}

enum error ingest_file_entry(struct ingest *in, struct ingest_case *c, struct ingest_entered *out)
{
    char name[] = INGEST_HAND, profile[] = INGEST_HAND_PROFILE;
    struct ingest_child hand = { .name = name, .profile = profile };
    const struct wire_message first = { .type = WIRE_RECORD };
    struct verdict v = { .run_message_count = 0 };
    enum error e = file_record(in, &hand, c, &first, &v);

    if (e == ERROR_OK && !v.message)
        e = ERROR_BUG;
    if (e == ERROR_OK)
        *out = (struct ingest_entered) { v.message, v.match.disposition == DISPOSITION_LINKED,
                                         v.match.sentence };
    return e;
}

/* It goes onto its specimen as it would have gone when it came; the person's entry made it so. */
static enum error file_waiting(struct ingest *in, struct ingest_case *c, const struct verdict *v,
                               const struct store_actor *by)
{
    const struct store_resolution resolution = { .message = c->message,
                                                 .kind = RESOLUTION_LINK,
                                                 .specimen = c->specimen.id,
                                                 .identifiers = "number of the paper label",
                                                 .reason = "The label was entered from paper.",
                                                 .person = by->person,
                                                 .at = by->at };
    int64_t id;
    enum error e = store_resolution_add(in->store, &resolution, &id);

    if (e == ERROR_OK)
        e = link_record(in, c, v, c->message);
    return e;
}

static enum error keep_waiting(struct ingest *in, struct ingest_case *c, const struct verdict *v)
{
    enum error e = store_paper_held(in->store, c->message, c->specimen.id, reason_code(v),
                                    v->match.sentence.text, clock_now(in->clock));

    return e == ERROR_OK ? add_held_event(in, c, v, c->message) : e;
}

/* Nothing is measured before it is taken: then the number is not of this tube, or the form is
 * wrong. A form has minutes. */
static void check_order_of_times(const struct ingest_case *c, struct verdict *v)
{
    enum { MINUTE_MS = 60000 };

    if (v->match.disposition != DISPOSITION_LINKED ||
        c->received_at >= c->specimen.collected_at - MINUTE_MS)
        return;
    v->match.disposition = DISPOSITION_HELD;
    v->match.reason = REASON_BEFORE_COLLECTED;
    (void)complain(&v->match.sentence, ERROR_OK, "%s Compare the tube, the form and the time.",
                   reason_text(v->match.reason));
}

enum error ingest_look_again(struct ingest *in, int64_t message, const struct store_actor *by,
                             bool *filed)
{
    struct ingest_session session = { .number = 0 };
    struct ingest_case c = { .session = &session, .message = message };
    struct store_message_found found;
    struct verdict v = { .run_message_count = 0 };
    enum error e;

    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    e = store_message_by_id(in->store, &c.arena, message, &found);
    if (e == ERROR_OK)
        e = reread_record(&c.arena, found.record_json, &c.record);
    if (e == ERROR_OK)
        e = store_message_hash(in->store, found.session, found.ordinal, c.hash);
    if (e != ERROR_OK)
        goto out;
    session.row = found.session;
    session.at = found.received_at;
    c.instrument = found.instrument;
    e = decide(in, &c, &v);
    if (e == ERROR_OK)
        check_order_of_times(&c, &v);
    *filed = v.match.disposition == DISPOSITION_LINKED;
    if (e == ERROR_OK && !c.has_specimen)
        e = ERROR_BUG;
    if (e == ERROR_OK)
        e = ingest_gates_keep(in, &v.gates, GATES_ALL, message);
    if (e == ERROR_OK)
        e = *filed ? file_waiting(in, &c, &v, by) : keep_waiting(in, &c, &v);
    if (e == ERROR_OK)
        e = ingest_after_change(in, "held", "");
    if (e == ERROR_OK)
        e = ingest_after_change(in, "specimen", c.specimen.accession);
out:
    arena_free(&c.arena);
    return e;
}

enum error ingest_park(struct ingest *in, struct ingest_session *session, const char *sentence)
{
    static const uint8_t no_hash[32];
    struct record record;
    struct store_message message = { .session = session->row,
                                     .ordinal = (int64_t)session->records,
                                     .record = &record,
                                     .received_at = session->at,
                                     .disposition = DISPOSITION_INCOMPLETE,
                                     .reason_code = reason_id(REASON_UNREADABLE),
                                     .reason = sentence };
    int64_t id;
    enum error e;

    record_init(&record);
    memcpy(message.hash, no_hash, sizeof message.hash);
    e = store_message_add(in->store, &message, &id);
    if (e != ERROR_OK && e != ERROR_CONFLICT)
        return e;
    return ingest_after_change(in, "held", "");
}
