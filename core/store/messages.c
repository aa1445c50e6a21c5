/* Messages: what was read out of a session; and what people made of those held. */
#include "core/store/internal.h"

#include "core/base/limits.h"
#include "core/model/ecg.h"

#include <string.h>

#define PICK(name, text) text,
static const char *const dispositions[] = { DISPOSITION_TABLE(PICK) };
static const char *const resolutions[] = { RESOLUTION_TABLE(PICK) };
#undef PICK

#define KIND_ECG "ecg"

static const char *disposition_text(enum disposition d)
{
    return (unsigned)d < DISPOSITION_COUNT ? dispositions[d] : "";
}

static const char *resolution_text(enum resolution r)
{
    return (unsigned)r < RESOLUTION_COUNT ? resolutions[r] : "";
}

enum error resolution_parse(const char *text, enum resolution *out)
{
    for (unsigned i = 0; i < RESOLUTION_COUNT; i++)
        if (strcmp(text, resolutions[i]) == 0) {
            *out = (enum resolution)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

static enum disposition disposition_read(const char *text)
{
    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        if (strcmp(text, dispositions[i]) == 0)
            return (enum disposition)i;
    return DISPOSITION_HELD; /* the table's CHECK leaves no other */
}

/* What a message's row tells of its record, or of its EKG. */
struct message_told {
    const char *kind, *specimen, *patient_id, *patient_name, *patient_birth_date, *patient_sex;
    const char *operator_id, *run, *sent_at, *model, *serial, *software;
};

static struct message_told told_of_record(const struct record *r)
{
    return (struct message_told) { record_kind_text(r->kind),
                                   r->specimen,
                                   r->patient_id,
                                   r->patient_name,
                                   r->patient_birth_date,
                                   r->patient_sex,
                                   r->operator_id,
                                   r->run,
                                   r->sent_at,
                                   r->model,
                                   r->serial,
                                   r->software };
}

static struct message_told told_of_ecg(const struct ecg *e)
{
    return (struct message_told) { KIND_ECG,
                                   "",
                                   e->patient_id,
                                   e->patient_name,
                                   e->patient_birth_date,
                                   e->patient_sex,
                                   e->operator_id,
                                   "",
                                   e->recorded_at,
                                   e->model,
                                   e->serial,
                                   e->software };
}

static enum error message_row(struct store *s, const struct store_message *m, int64_t root,
                              struct span json, int64_t *id)
{
    const struct message_told told = m->ecg ? told_of_ecg(m->ecg) : told_of_record(m->record);
    struct field offset = field_number("device_offset_ms", m->device_offset_ms);
    struct field record = { "record", FIELD_TEXT, 0, json };

    if (!m->has_offset)
        offset.kind = FIELD_NULL;
    {
        const struct field columns[] = { field_number("session", m->session),
                                         field_number("instrument_root", root),
                                         field_number("ordinal", m->ordinal),
                                         field_text("kind", told.kind),
                                         field_blob("text_hash", span_of(m->hash, sizeof m->hash)),
                                         field_text("specimen_text", told.specimen),
                                         field_text("patient_id", told.patient_id),
                                         field_text("patient_name", told.patient_name),
                                         field_text("patient_birth_date", told.patient_birth_date),
                                         field_text("patient_sex", told.patient_sex),
                                         field_text("operator", told.operator_id),
                                         field_text("run", told.run),
                                         field_text("sent_at", told.sent_at),
                                         field_text("model", told.model),
                                         field_text("serial", told.serial),
                                         field_text("software", told.software),
                                         field_number("received_at", m->received_at),
                                         offset,
                                         field_id("repeats", m->repeats),
                                         record,
                                         field_text("disposition",
                                                    disposition_text(m->disposition)),
                                         field_text("reason_code", m->reason_code),
                                         field_text("reason", m->reason) };
        return FACT_ADD(s, FACT_MESSAGE, columns, id);
    }
}

enum error store_message_add(struct store *s, const struct store_message *message, int64_t *id)
{
    static const char root_of[] = "SELECT instrument_root FROM session WHERE id = ?1";
    struct buffer json;
    int64_t root = 0;
    enum error e = sql_number(&s->sql, root_of, message->session, &root);

    buffer_init(&json, LIMIT_MESSAGE);
    if (e == ERROR_OK)
        e = message->ecg ? ecg_to_json(message->ecg, false, &json)
                         : record_to_json(message->record, &json);
    if (e == ERROR_OK)
        e = message_row(s, message, root, buffer_span(&json), id);
    buffer_free(&json);
    return store_answer(s, e);
}

enum error store_message_hash(struct store *s, int64_t session, int64_t ordinal, uint8_t out[32])
{
    static const char find[] = "SELECT text_hash FROM message WHERE session = ?1 AND ordinal = ?2";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, session);
    (void)sqlite3_bind_int64(q, 2, ordinal);
    e = sql_next(q);
    if (e == ERROR_OK)
        memcpy(out, sqlite3_column_blob(q, 0), 32); /* the table's CHECK gives it that length */
    (void)sqlite3_reset(q);
    return e;
}

enum error store_message_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_message_found *out)
{
    static const char find[] =
        "SELECT m.id, m.session, m.ordinal, (SELECT max(i.id) FROM instrument i WHERE i.root = "
        "m.instrument_root), m.received_at, m.disposition, EXISTS (SELECT 1 FROM resolution r "
        "WHERE r.message = m.id), EXISTS (SELECT 1 FROM held h WHERE h.message = m.id), "
        "m.kind = '" KIND_ECG "', m.specimen_text, m.run, m.record FROM message m WHERE m.id = ?1";
    struct store_message_found found;
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, id, a, &row);

    if (e != ERROR_OK)
        return e;
    found = (struct store_message_found) { .id = sql_row_number(&row) };
    found.session = sql_row_number(&row);
    found.ordinal = sql_row_number(&row);
    found.instrument = sql_row_number(&row);
    found.received_at = sql_row_number(&row);
    found.disposition = disposition_read(sql_row_text(&row));
    found.resolved = sql_row_number(&row) != 0;
    found.waiting = sql_row_number(&row) != 0;
    found.ekg = sql_row_number(&row) != 0;
    found.specimen = sql_row_text(&row);
    found.run = sql_row_text(&row);
    found.record_json = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

/* ?1 is the session whose instrument is meant, ?2 the most rows. */
#define TWIN_SELECT                                                                                \
    "SELECT m.id, m.session, m.ordinal, m.disposition, EXISTS (SELECT 1 FROM resolution r WHERE "  \
    "r.message = m.id), e.how IS NOT NULL, coalesce(e.how, 0), coalesce(m.repeats, 0), EXISTS "    \
    "(SELECT 1 FROM message n WHERE n.repeats = m.id), EXISTS (WITH RECURSIVE first (id) AS "      \
    "(SELECT m.id UNION SELECT b.repeats FROM first f JOIN message b ON b.id = f.id WHERE "        \
    "b.repeats IS NOT NULL) SELECT 1 FROM first f JOIN resolution r ON r.message = f.id WHERE "    \
    "r.kind <> 'link'), m.specimen_text, m.record FROM message m "                                 \
    "LEFT JOIN session_end e ON e.session = m.session "
#define TWIN_INSTRUMENT                                                                            \
    "m.instrument_root = (SELECT t.instrument_root FROM session t WHERE t.id = ?1) "
#define TWIN_ORDER "ORDER BY m.id DESC LIMIT ?2"

static enum error twin_take(sqlite3_stmt *q, struct arena *a, struct store_twin *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_twin) { .id = sql_row_number(&row) };
    out->session = sql_row_number(&row);
    out->ordinal = sql_row_number(&row);
    out->disposition = disposition_read(sql_row_text(&row));
    out->resolved = sql_row_number(&row) != 0;
    out->ended = sql_row_number(&row) != 0;
    out->how = (enum session_end)sql_row_number(&row);
    out->repeats = sql_row_number(&row);
    out->repeated = sql_row_number(&row) != 0;
    out->dismissed = sql_row_number(&row) != 0;
    out->specimen = sql_row_text(&row);
    out->record_json = sql_row_text(&row);
    return row.error;
}

/* Reads the rows of a bound TWIN_SELECT. */
static enum error twins_read(sqlite3_stmt *q, struct arena *a, int64_t session, size_t max,
                             struct store_twin **out, size_t *count)
{
    struct store_twin *twins = arena_take(a, sizeof *twins * (max ? max : 1));
    size_t used = 0;
    enum error e = ERROR_NO_MEMORY;

    (void)sqlite3_bind_int64(q, 1, session);
    (void)sqlite3_bind_int64(q, 2, (int64_t)max);
    while (twins && (e = sql_next(q)) == ERROR_OK && used < max) {
        e = twin_take(q, a, &twins[used++]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND && e != ERROR_OK)
        return e;
    *out = twins;
    *count = used;
    return ERROR_OK;
}

enum error store_twins_by_hash(struct store *s, struct arena *a, int64_t session,
                               const uint8_t hash[32], size_t max, struct store_twin **out,
                               size_t *count)
{
    static const char list[] =
        TWIN_SELECT "WHERE " TWIN_INSTRUMENT "AND m.text_hash = ?3 " TWIN_ORDER;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_blob(q, 3, hash, 32, SQLITE_STATIC);
    return twins_read(q, a, session, max, out, count);
}

enum error store_twins_by_run(struct store *s, struct arena *a, int64_t session, const char *serial,
                              const char *run, const char *specimen, size_t max,
                              struct store_twin **out, size_t *count)
{
    static const char list[] = TWIN_SELECT
        "WHERE " TWIN_INSTRUMENT
        "AND m.run = ?3 AND m.run <> '' AND (m.serial = ?4 OR m.serial = '' OR ?4 = '') "
        "AND m.specimen_text = ?5 " TWIN_ORDER;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 3, run);
    sql_bind_text(q, 4, serial);
    sql_bind_text(q, 5, specimen);
    return twins_read(q, a, session, max, out, count);
}

enum error store_twins_incomplete(struct store *s, struct arena *a, int64_t session,
                                  const char *specimen, size_t max, struct store_twin **out,
                                  size_t *count)
{
    static const char list[] = TWIN_SELECT
        "WHERE m.specimen_text = ?3 AND m.specimen_text <> '' AND " TWIN_INSTRUMENT
        "AND m.session < ?1 AND m.disposition = 'incomplete' AND EXISTS (SELECT 1 FROM held h "
        "WHERE h.message = m.id) " TWIN_ORDER;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 3, specimen);
    return twins_read(q, a, session, max, out, count);
}

enum error store_news_between(struct store *s, int64_t earlier_session, int64_t later_session,
                              bool *news)
{
    static const char find[] =
        "SELECT 1 FROM session s WHERE s.instrument_root = (SELECT t.instrument_root FROM session "
        "t WHERE t.id = ?1) AND s.id > ?1 AND s.id < ?2 AND EXISTS (SELECT 1 FROM message m WHERE "
        "m.session = s.id AND m.disposition NOT IN ('repeat', 'incomplete', 'query', 'service')) "
        "LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, earlier_session);
    (void)sqlite3_bind_int64(q, 2, later_session);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *news = e == ERROR_OK;
    return ERROR_OK;
}

enum error store_resolution_add(struct store *s, const struct store_resolution *in, int64_t *id)
{
    const struct field columns[] = { field_number("message", in->message),
                                     field_text("kind", resolution_text(in->kind)),
                                     field_id("specimen", in->specimen),
                                     field_text("identifiers", in->identifiers),
                                     field_text("reason", in->reason),
                                     field_id("person", in->person),
                                     field_number("at", in->at) };
    return FACT_ADD(s, FACT_RESOLUTION, columns, id);
}
