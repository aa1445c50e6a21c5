/* Sessions and frames: what instruments sent, as sent. */
#include "core/store/internal.h"

enum error store_session_open(struct store *s, int64_t instrument, const char *profile,
                              const char *port, int64_t at, int64_t *id)
{
    static const char root_of[] = "SELECT root FROM instrument WHERE id = ?1";
    int64_t root = 0;
    enum error e = sql_number(&s->sql, root_of, instrument, &root);
    const struct field columns[] = { field_number("instrument", instrument),
                                     field_number("instrument_root", root),
                                     field_text("profile", profile), field_text("port", port),
                                     field_number("at", at) };

    return e == ERROR_OK ? FACT_ADD(s, FACT_SESSION, columns, id) : store_answer(s, e);
}

enum error store_frame_add(struct store *s, int64_t session, int64_t number,
                           enum wire_direction direction, int64_t at, struct span bytes,
                           int64_t *id)
{
    const struct field columns[] = { field_number("session", session),
                                     field_number("number", number),
                                     field_number("direction", direction), field_number("at", at),
                                     field_blob("bytes", bytes) };
    return FACT_ADD(s, FACT_FRAME, columns, id);
}

enum error store_session_end(struct store *s, int64_t session, enum session_end how, int64_t at,
                             int64_t *id)
{
    const struct field columns[] = { field_number("session", session), field_number("how", how),
                                     field_number("at", at) };
    return FACT_ADD(s, FACT_SESSION_END, columns, id);
}

enum error store_session_decoded(struct store *s, int64_t session, int64_t at, int64_t *id)
{
    const struct field columns[] = { field_number("session", session), field_number("at", at) };
    return FACT_ADD(s, FACT_DECODED, columns, id);
}

#define SESSION_SELECT                                                                             \
    "SELECT s.id, s.instrument, s.at, i.name, s.profile, e.how IS NOT NULL, coalesce(e.how, 0), "  \
    "EXISTS (SELECT 1 FROM decoded d WHERE d.session = s.id), (SELECT count(*) FROM message m "    \
    "WHERE m.session = s.id) FROM session s JOIN instrument i ON i.id = s.instrument LEFT JOIN "   \
    "session_end e ON e.session = s.id "

static enum error session_take(sqlite3_stmt *q, struct arena *a, struct store_session_found *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_session_found) { .id = sql_row_number(&row) };
    out->instrument = sql_row_number(&row);
    out->at = sql_row_number(&row);
    out->instrument_name = sql_row_text(&row);
    out->profile = sql_row_text(&row);
    out->ended = sql_row_number(&row) != 0;
    out->how = (enum session_end)sql_row_number(&row);
    out->decoded = sql_row_number(&row) != 0;
    out->message_count = sql_row_number(&row);
    return row.error;
}

static enum error session_find(struct store *s, struct arena *a, const char *text, int64_t id,
                               struct store_session_found *out)
{
    struct store_session_found found;
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, text, id, &q);

    if (e != ERROR_OK)
        return e;
    e = session_take(q, a, &found);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_session_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_session_found *out)
{
    static const char find[] = SESSION_SELECT "WHERE s.id = ?1";
    return session_find(s, a, find, id, out);
}

enum error store_session_undecoded(struct store *s, struct arena *a, int64_t after, size_t max,
                                   struct store_session_found **out, size_t *count)
{
    static const char list[] =
        SESSION_SELECT "WHERE s.id IN (SELECT u.session FROM undecoded u WHERE u.session > ?2 AND "
                       "EXISTS (SELECT 1 FROM frame f WHERE f.session = u.session)) ORDER BY s.id "
                       "LIMIT ?1";
    struct store_session_found *found = arena_take(a, sizeof *found * (max ? max : 1));
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, (int64_t)max);
    (void)sqlite3_bind_int64(q, 2, after);
    while ((e = sql_next(q)) == ERROR_OK && used < max) {
        e = session_take(q, a, &found[used++]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND && e != ERROR_OK)
        return e;
    *out = found;
    *count = used;
    return ERROR_OK;
}

enum error store_frames(struct store *s, struct arena *a, int64_t session, struct store_frame **out,
                        size_t *count)
{
    static const char many[] = "SELECT count(*) FROM frame WHERE session = ?1";
    static const char list[] = "SELECT id, number, direction, at, bytes FROM frame "
                               "WHERE session = ?1 ORDER BY id";
    struct store_frame *frames = NULL;
    int64_t total = 0;
    size_t used = 0;
    sqlite3_stmt *q = NULL;
    struct sql_row row = { 0 };
    enum error e = sql_number(&s->sql, many, session, &total);

    if (e == ERROR_OK) {
        frames = arena_take(a, sizeof *frames * (size_t)(total + 1));
        e = frames ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;
    }
    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, session);
    while (row.error == ERROR_OK && (e = sql_next(q)) == ERROR_OK && used < (size_t)total) {
        row = sql_row_of(q, a);
        frames[used].id = sql_row_number(&row);
        frames[used].number = sql_row_number(&row);
        frames[used].direction = (enum wire_direction)sql_row_number(&row);
        frames[used].at = sql_row_number(&row);
        frames[used++].bytes = sql_row_blob(&row);
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || e != ERROR_NOT_FOUND)
        return row.error != ERROR_OK ? row.error : e == ERROR_OK ? ERROR_BUG : e;
    *out = frames;
    *count = used;
    return ERROR_OK;
}
