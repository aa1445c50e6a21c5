/* Who asked to see covered names; and whether the site is one for practice. */
#include "core/store/audit.h"

#include "core/store/internal.h"

/* The patient (by root) of the order or specimen with that number; NULL when the key is neither. */
#define PATIENT_OF(key)                                                                            \
    "(SELECT p.root FROM patient p WHERE p.id = coalesce((SELECT o.patient FROM orders o WHERE "   \
    "o.number = " key "), (SELECT o.patient FROM specimen s JOIN orders o ON o.id = s.orders "     \
    "WHERE s.accession = " key ")))"

static enum error patient_of(struct store *s, const char *key, int64_t *out)
{
    static const char find[] = "SELECT coalesce(" PATIENT_OF("?1") ", 0)";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, key);
    e = sql_next(q);
    if (e == ERROR_OK)
        *out = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_reveal_add(struct store *s, const struct store_actor *by,
                            const struct store_reveal *in, int64_t *id)
{
    int64_t patient = 0;
    enum error e = patient_of(s, in->key, &patient);
    const struct field columns[] = { field_number("person", by->person),
                                     field_text("what", in->what),
                                     field_text("key", in->key),
                                     field_id("patient", patient),
                                     field_text("reason", in->reason),
                                     field_text("workstation", by->workstation),
                                     field_number("until", by->at + STORE_REVEAL_TIME),
                                     field_number("at", by->at) };

    return e == ERROR_OK ? FACT_ADD(s, FACT_REVEAL, columns, id) : store_answer(s, e);
}

enum error store_reveal_covers(struct store *s, int64_t person, const char *what, const char *key,
                               int64_t at, bool *out)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM reveal r WHERE r.person = ?1 AND r.until > ?4 AND r.at <= ?4 "
        "AND ((r.what = ?2 AND r.key = ?3) OR r.patient = " PATIENT_OF("?3") "))";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, person);
    sql_bind_text(q, 2, what);
    sql_bind_text(q, 3, key);
    (void)sqlite3_bind_int64(q, 4, at);
    e = sql_next(q);
    if (e == ERROR_OK)
        *out = sqlite3_column_int(q, 0) != 0;
    (void)sqlite3_reset(q);
    return e;
}

enum error store_practice_is(struct store *s, bool *out)
{
    int64_t rows = 0;
    enum error e = sql_number(&s->sql, "SELECT count(*) FROM practice", 0, &rows);

    if (e == ERROR_OK)
        *out = rows > 0;
    return e;
}

enum error store_practice_mark(struct store *s, int64_t at)
{
    const struct field columns[] = { field_number("at", at) };
    int64_t patients = 0;
    enum error e = sql_number(&s->sql, "SELECT count(*) FROM patient", 0, &patients);

    if (e == ERROR_OK && patients > 0)
        return ERROR_CONFLICT;
    return e == ERROR_OK ? FACT_ADD(s, FACT_PRACTICE, columns, NULL) : store_answer(s, e);
}
