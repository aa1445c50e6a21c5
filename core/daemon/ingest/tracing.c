/*
 * A file of an EKG cart becomes facts: the reader's answer is held against what core knows of the
 * file, compared with the order that is open at the cart, and kept; a person confirms whose it is.
 *
 * The reader is as hostile as the file: its JSON is read and written anew, its samples must be as
 * many as it says, and the SHA-256 is core's own.
 */
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/import_place.h"
#include "core/daemon/ingest/parts.h"
#include "core/rules/urgency.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUTING_MAX = LIMIT_ECG_FACTS, LONGEST_SECONDS = 24 * 60 * 60 };

/* A file on its way into the store. */
struct file_case {
    struct arena arena;
    const struct ingest_file *file;
    struct ecg ecg;
    bool readable;
    struct store_session_found session;
    bool live;
    int64_t received_at;
    struct store_procedure proposed; /* its order is 0 when there is none */
    char differs[INGEST_DIFFERS];
    enum disposition disposition;
    enum reason reason;
    struct complaint sentence;
    int64_t repeats;
};

/* ---- What the reader's answer is held against ---- */

static void file_hash(struct ingest_file *file, const struct store_frame *frames, size_t count)
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < count; i++) {
        if (frames[i].bytes.len)
            crypto_hash_sha256_update(&state, frames[i].bytes.at, frames[i].bytes.len);
        file->size += (int64_t)frames[i].bytes.len;
    }
    crypto_hash_sha256_final(&state, file->hash);
}

static void file_init(struct ingest_file *file, const struct store_session_found *found)
{
    *file = (struct ingest_file) { .broken = !found->ended || found->how != SESSION_END_NORMAL };
    for (size_t i = 0; i < LIMIT_ECG_LEADS; i++)
        buffer_init(&file->leads[i], LIMIT_ECG_PACKED);
}

enum error ingest_file_open(struct ingest_session *session, const struct store_session_found *found,
                            const struct store_frame *frames, size_t count)
{
    session->file = malloc(sizeof *session->file);
    if (!session->file)
        return ERROR_NO_MEMORY;
    file_init(session->file, found);
    file_hash(session->file, frames, count);
    return ERROR_OK;
}

void ingest_file_free(struct ingest_file *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < LIMIT_ECG_LEADS; i++)
        buffer_free(&file->leads[i]);
    free(file);
}

enum error ingest_take_waveform(struct ingest_session *session, const struct wire_message *m,
                                struct complaint *why)
{
    struct ingest_file *file = session->file;
    uint64_t lead = wire_number(m, WIRE_F_ORDINAL);
    struct span bytes = wire_bytes(m, WIRE_F_BYTES);

    if (lead < file->last || lead >= LIMIT_ECG_LEADS || bytes.len > LIMIT_ECG_PACKED - file->packed)
        return complain(why, ERROR_BAD_INPUT, "The reader sent samples out of order or too many.");
    file->last = (size_t)lead;
    file->packed += bytes.len;
    return buffer_put(&file->leads[lead], bytes);
}

/* Whether there are samples for each lead that was recorded, and as many as it says. */
static bool samples_agree(struct arena *a, const struct ingest_file *file, const struct ecg *ecg)
{
    for (size_t i = 0; i < LIMIT_ECG_LEADS; i++) {
        struct span bytes = buffer_span(&file->leads[i]);
        bool wanted = i < ecg->lead_count && ecg->leads[i].recorded;
        struct ecg_lead lead;
        if (wanted != (bytes.len > 0))
            return false;
        if (!wanted)
            continue;
        lead = ecg->leads[i];
        if (ecg_samples_unpack(a, bytes, &lead) != ERROR_OK)
            return false;
    }
    return ecg->lead_count <= LIMIT_ECG_LEADS;
}

/* The facts of a file that was read. */
static bool read_facts(struct file_case *c, const struct wire_message *m)
{
    struct span facts = span_text(wire_text(m, WIRE_F_FACTS));
    enum ecg_format format;
    struct arena samples;
    bool agree;

    if (c->file->size == 0 || ecg_format_parse(wire_text(m, WIRE_F_FORMAT), &format) != ERROR_OK ||
        ecg_from_json(&c->arena, facts, &c->ecg) != ERROR_OK || c->ecg.format != format)
        return false;
    arena_init(&samples, LIMIT_ECG_ARENA);
    agree = samples_agree(&samples, c->file, &c->ecg);
    arena_free(&samples);
    return agree;
}

/* ---- What becomes of it ---- */

__attribute__((format(printf, 4, 5))) static void settle(struct file_case *c,
                                                         enum disposition disposition,
                                                         enum reason reason, const char *advice,
                                                         ...)
{
    char more[256] = "";
    va_list args;

    va_start(args, advice);
    (void)vsnprintf(more, sizeof more, advice, args);
    va_end(args);
    c->disposition = disposition;
    c->reason = reason;
    (void)complain(&c->sentence, ERROR_OK, "%s %s", reason_text(reason), more);
}

/* Refused by the reader: broken off, or not readable. */
static void refuse(struct file_case *c, const char *why)
{
    c->ecg.format = ECG_FORMAT_COUNT; /* none */
    c->disposition = c->file->broken ? DISPOSITION_INCOMPLETE : DISPOSITION_HELD;
    c->reason = c->file->broken ? REASON_INCOMPLETE : REASON_UNREADABLE;
    (void)complain(&c->sentence, ERROR_OK, "%s", text_empty(why) ? reason_text(c->reason) : why);
    (void)ecg_list_add(&c->arena, &c->ecg.complaints, c->sentence.text);
}

/* Proposes the file to that order: a person confirms, whatever was found. */
static void propose(struct file_case *c, const struct store_procedure *order,
                    const struct ingest_judgement *j)
{
    c->proposed = *order;
    (void)text_copy(c->differs, sizeof c->differs, j->differs);
    if (j->agrees)
        settle(c, DISPOSITION_HELD, REASON_EKG_CONFIRM, "Confirm it with two identifiers.");
    else if (!*j->differs)
        settle(c, DISPOSITION_HELD, REASON_EKG_UNNAMED, "Make sure whose it is.");
    else
        settle(c, DISPOSITION_HELD, REASON_EKG_DIFFERS, "What differs: %s. Make sure whose it is.",
               j->differs);
}

static enum error judge(struct ingest *in, struct file_case *c, const struct store_procedure *order,
                        struct ingest_judgement *out)
{
    const struct ingest_told told = { c->ecg.patient_id,
                                      c->ecg.patient_name,
                                      c->ecg.patient_birth_date,
                                      c->ecg.patient_sex,
                                      c->ecg.recorded_at,
                                      c->session.instrument,
                                      c->received_at,
                                      c->live };

    return ingest_judge(in, &told, order, out);
}

/* A stick goes from cart to cart, and nobody opens an order at it in time: its file belongs to the
 * one EKG order whose patient agrees, if there is one and no other. */
static enum error find_only(struct ingest *in, struct file_case *c, bool *found)
{
    struct store_procedure *orders;
    const struct store_procedure *only = NULL;
    struct ingest_judgement j, fits = { false, "" };
    size_t count = 0, fitting = 0;
    enum error e = store_ekg_to_do(in->store, &c->arena, LIMIT_EKG_ORDERS, &orders, &count);

    for (size_t i = 0; e == ERROR_OK && i < count && fitting < 2; i++) {
        e = judge(in, c, &orders[i], &j);
        if (e != ERROR_OK || !j.agrees)
            continue;
        only = &orders[i];
        fits = j;
        fitting++;
    }
    *found = e == ERROR_OK && only && fitting == 1;
    if (only && *found)
        propose(c, only, &fits);
    return e;
}

/* How long was recorded. */
static int64_t recorded_ms(const struct ecg *e)
{
    double longest = 0, end;

    for (size_t i = 0; i < e->lead_count; i++) {
        if (!e->leads[i].recorded)
            continue;
        end = e->leads[i].start + (double)e->leads[i].count / e->leads[i].rate;
        longest = end > longest ? end : longest;
    }
    return longest < LONGEST_SECONDS ? (int64_t)(longest * 1000) : 0;
}

/* The order that was open as the file came. What a live cart sends names nobody: when another order
 * was opened there while it recorded, it is of the one before, and that is not sure. */
static enum error find_open(struct ingest *in, struct file_case *c, struct store_procedure *out)
{
    int64_t cart = c->session.instrument, end = c->received_at;
    struct store_procedure before;
    enum error e = store_procedure_open(in->store, &c->arena, cart, end, out), earlier;

    if (!c->live || e != ERROR_OK)
        return e;
    earlier = store_procedure_open(in->store, &c->arena, cart, end - recorded_ms(&c->ecg), &before);
    if (earlier == ERROR_OK && before.order != out->order) {
        c->live = false;
        *out = before;
    }
    return earlier == ERROR_NOT_FOUND ? ERROR_OK : earlier;
}

/* The order that is open at the cart; for a stick also the only one that fits. */
static enum error compare(struct ingest *in, struct file_case *c)
{
    struct store_procedure open;
    struct ingest_judgement j = { false, "" };
    bool is_open, found = false;
    enum error e =
        ingest_is_live(in, ecg_format_id(c->ecg.format), c->session.instrument, &c->live);

    if (e == ERROR_OK)
        e = find_open(in, c, &open);
    is_open = e == ERROR_OK;
    if (e == ERROR_NOT_FOUND)
        e = ERROR_OK;
    if (is_open)
        e = judge(in, c, &open, &j);
    if (e == ERROR_OK && !j.agrees && strcmp(c->session.instrument_name, IMPORT_INSTRUMENT) == 0)
        e = find_only(in, c, &found);
    if (e != ERROR_OK || found)
        return e;
    if (is_open)
        propose(c, &open, &j);
    else
        settle(c, DISPOSITION_HELD, REASON_EKG_NO_ORDER, "Choose the order that it belongs to.");
    return ERROR_OK;
}

/* Whether the same file was here before; the newest of those that it repeats. */
static enum error find_repeat(struct ingest *in, struct file_case *c)
{
    enum error e = store_ekg_earlier(in->store, c->file->hash, c->readable, &c->repeats);

    if (e == ERROR_OK)
        settle(c, DISPOSITION_REPEAT, REASON_EKG_REPEAT, "The first one counts.");
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error decide(struct ingest *in, struct file_case *c)
{
    enum error e = find_repeat(in, c);

    return e == ERROR_OK && !c->repeats && c->readable ? compare(in, c) : e;
}

/* ---- Facts ---- */

static enum error add_message(struct ingest *in, const struct file_case *c, int64_t *id)
{
    struct store_message message = { .session = c->session.id,
                                     .ecg = &c->ecg,
                                     .received_at = c->received_at,
                                     .repeats = c->repeats,
                                     .disposition = c->disposition,
                                     .reason_code = reason_id(c->reason),
                                     .reason = c->sentence.text };

    memcpy(message.hash, c->file->hash, sizeof message.hash);
    return store_message_add(in->store, &message, id);
}

static enum error add_waveforms(struct ingest *in, const struct file_case *c, int64_t tracing)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < LIMIT_ECG_LEADS; i++)
        if (c->file->leads[i].len)
            e = store_waveform_add(in->store, tracing, (int64_t)i, buffer_span(&c->file->leads[i]));
    return e;
}

static enum error add_tracing(struct ingest *in, const struct file_case *c, int64_t message)
{
    const struct store_actor by = ingest_actor(in, c->session.instrument);
    const char *phrases = in->port->urgent ? in->port->urgent : URGENCY_PHRASES;
    struct store_tracing tracing = { .message = message,
                                     .format = c->ecg.format,
                                     .size = c->file->size,
                                     .proposed = c->proposed.order,
                                     .differs = c->differs,
                                     .at = c->received_at };
    enum severity severity = SEVERITY_NORMAL;
    struct buffer routing;
    int64_t id;
    enum error e;

    memcpy(tracing.original, c->file->hash, sizeof tracing.original);
    buffer_init(&routing, ROUTING_MAX);
    e = urgency_judge(&c->ecg, phrases, &severity, &routing);
    if (e == ERROR_OK)
        e = buffer_put_byte(&routing, 0);
    tracing.severity = (int)severity;
    tracing.routing = (const char *)routing.at;
    if (e == ERROR_OK)
        e = store_tracing_add(in->store, &by, &tracing, &id);
    buffer_free(&routing);
    return e == ERROR_OK ? add_waveforms(in, c, id) : e;
}

static enum error resolve_broken(struct ingest *in, int64_t message)
{
    const struct store_resolution resolution = { .message = message,
                                                 .kind = RESOLUTION_SUPERSEDED,
                                                 .reason = reason_text(REASON_SUPERSEDED),
                                                 .at = clock_now(in->clock) };
    int64_t id;

    return store_resolution_add(in->store, &resolution, &id);
}

/* What broke off and came again whole asks nobody; whichever of the two was read first. */
static enum error supersede(struct ingest *in, const struct file_case *c, int64_t message)
{
    int64_t other;
    enum error e;

    if (c->disposition == DISPOSITION_INCOMPLETE) {
        e = store_ekg_counterpart(in->store, message, true, &other);
        return e == ERROR_OK ? resolve_broken(in, message) : e == ERROR_NOT_FOUND ? ERROR_OK : e;
    }
    while ((e = store_ekg_counterpart(in->store, message, false, &other)) == ERROR_OK)
        if ((e = resolve_broken(in, other)) != ERROR_OK)
            break;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error add_facts(struct ingest *in, const struct file_case *c)
{
    int64_t message;
    enum error e = add_message(in, c, &message);

    if (e == ERROR_CONFLICT) /* it was stored in an earlier life */
        return ERROR_OK;
    if (e == ERROR_OK && c->readable && c->disposition != DISPOSITION_REPEAT)
        e = add_tracing(in, c, message);
    if (e == ERROR_OK)
        e = supersede(in, c, message);
    if (e == ERROR_OK && c->disposition != DISPOSITION_REPEAT)
        log_line(LOG_MESSAGE_HELD, "core", "EKG file %lld of %s waits: %s", (long long)message,
                 c->session.instrument_name, reason_id(c->reason));
    return e == ERROR_OK
               ? ingest_after_change(in, "ekg", c->proposed.number ? c->proposed.number : "")
               : e;
}

enum error ingest_take_tracing(struct ingest *in, struct ingest_session *session,
                               const struct wire_message *m, struct complaint *why)
{
    struct file_case c = { .file = session->file, .received_at = session->at };
    struct span hash = wire_bytes(m, WIRE_F_HASH);
    enum error e;

    if (hash.len != sizeof c.file->hash || memcmp(hash.at, c.file->hash, hash.len) != 0)
        return complain(why, ERROR_BAD_INPUT, "The reader speaks of another file.");
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    ecg_init(&c.ecg);
    c.readable = wire_has(m, WIRE_F_FORMAT);
    e = store_session_by_id(in->store, &c.arena, session->row, &c.session);
    if (e == ERROR_OK && c.readable && !read_facts(&c, m))
        e = complain(why, ERROR_BAD_INPUT, "The reader's facts and samples do not agree.");
    if (e == ERROR_OK && !c.readable)
        refuse(&c, wire_text(m, WIRE_F_COMPLAINT));
    if (e == ERROR_OK)
        e = decide(in, &c);
    if (e == ERROR_OK)
        e = add_facts(in, &c);
    arena_free(&c.arena);
    return e;
}

enum error ingest_park_file(struct ingest *in, const struct store_session_found *found,
                            const struct store_frame *frames, size_t count, const char *sentence)
{
    struct ingest_file file;
    struct file_case c = { .file = &file, .session = *found };
    enum error e;

    file_init(&file, found);
    file_hash(&file, frames, count);
    c.received_at = count ? frames[count - 1].at : found->at;
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    ecg_init(&c.ecg);
    refuse(&c, sentence);
    e = decide(in, &c);
    if (e == ERROR_OK)
        e = add_facts(in, &c);
    arena_free(&c.arena);
    return e;
}
