/*
 * Results that a person read or typed. The entry is kept as a frame before it is anything else,
 * like what an instrument sends: its bytes, its hash and its session are what custody shows.
 */
#include "core/daemon/ingest/gate.h"

#include <sodium.h>

enum { ENTRY_TEXT = 64 * 1024 };

/* The session of one frame, begun and ended at once. */
static enum error keep_entry(struct ingest *in, const struct ingest_entry *entry,
                             struct ingest_case *c, struct ingest_session *session)
{
    int64_t at = entry->by->at, id;
    struct buffer text;
    enum error e;

    buffer_init(&text, ENTRY_TEXT);
    e = record_to_json(entry->record, &text);
    if (e == ERROR_OK)
        e = store_instrument_set(in->store, INGEST_HAND, INGEST_HAND_PROFILE, "", at,
                                 &c->instrument);
    if (e == ERROR_OK)
        e = store_session_open(in->store, c->instrument, INGEST_HAND_PROFILE, "", at,
                               &session->row);
    if (e == ERROR_OK)
        e = store_frame_add(in->store, session->row, 1, WIRE_FROM_INSTRUMENT, at,
                            buffer_span(&text), &id);
    if (e == ERROR_OK)
        e = store_session_end(in->store, session->row, SESSION_END_NORMAL, at, &id);
    if (e == ERROR_OK)
        crypto_hash_sha256(c->hash, text.at, text.len);
    buffer_free(&text);
    session->at = at;
    return e;
}

enum error ingest_enter(struct ingest *in, const struct ingest_entry *entry,
                        struct ingest_entered *out)
{
    struct ingest_session session = { .number = 1, .records = 1, .received = 1 };
    struct ingest_case c = { .session = &session, .by = entry->by, .record = *entry->record };
    int64_t id;
    enum error e;

    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    c.record.profile = INGEST_HAND_PROFILE;
    e = keep_entry(in, entry, &c, &session);
    if (e == ERROR_OK)
        e = ingest_file_entry(in, &c, out);
    if (e == ERROR_OK)
        e = store_session_decoded(in->store, session.row, entry->by->at, &id);
    arena_free(&c.arena);
    return e;
}

enum error ingest_entry_judge(struct ingest *in, const struct ingest_entry *entry,
                              struct complaint *lock)
{
    struct ingest_case c = { .by = entry->by, .record = *entry->record };
    const struct match_analyte *analytes[LIMIT_RESULTS];
    struct ingest_gates gates;
    enum error e;

    lock->text[0] = '\0';
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    c.record.profile = INGEST_HAND_PROFILE;
    e = ingest_find_specimen(in, &c, c.record.specimen);
    if (e == ERROR_OK)
        e = store_instrument_set(in->store, INGEST_HAND, INGEST_HAND_PROFILE, "", entry->by->at,
                                 &c.instrument);
    for (size_t i = 0; i < c.record.result_count && i < LIMIT_RESULTS; i++)
        analytes[i] = match_analyte_find(&c.match, &c.record.results[i]);
    c.analytes = analytes;
    ingest_case_times(in, &c, entry->by->at);
    if (e == ERROR_OK && c.has_specimen)
        e = ingest_gates_ask(in, &c, &gates);
    if (e == ERROR_OK && c.has_specimen)
        ingest_gates_sentence(&gates, GATES_ALL, lock);
    arena_free(&c.arena);
    return e;
}
