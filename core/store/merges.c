/* Merged patients: both histories stay; what is shown follows the merges that stand. */
#include "core/store/bench.h"

#include "core/store/internal.h"

enum error store_patient_current(struct store *s, int64_t patient, int64_t *current)
{
    static const char find[] =
        "SELECT coalesce((SELECT kept FROM merge_standing WHERE merged = ?1), ?1)";
    return sql_number(&s->sql, find, patient, current);
}

enum error store_patient_merge(struct store *s, const struct store_actor *by,
                               const struct store_merge *in, int64_t *id)
{
    static const char chains[] =
        "SELECT count(*) FROM merge_standing WHERE merged IN (?1, ?2) OR kept = ?2";
    const struct field columns[] = { field_number("kept", in->kept),
                                     field_number("merged", in->merged),
                                     field_text("identifiers", in->identifiers),
                                     field_text("reason", in->reason),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    sqlite3_stmt *q;
    bool chain = false;
    enum error e = sql_prepare(&s->sql, chains, &q);

    if (e != ERROR_OK)
        return store_answer(s, e);
    (void)sqlite3_bind_int64(q, 1, in->kept);
    (void)sqlite3_bind_int64(q, 2, in->merged);
    e = sql_next(q);
    if (e == ERROR_OK)
        chain = sqlite3_column_int64(q, 0) != 0;
    (void)sqlite3_reset(q);
    if (e == ERROR_OK && chain)
        return ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_PATIENT_MERGE, columns, id);
    if (e == ERROR_OK)
        e = store_patient_tell(s, by, EVENT_MERGED, in->merged, in->reason, in->identifiers);
    return store_answer(s, e);
}

enum error store_patient_unmerge(struct store *s, const struct store_actor *by, int64_t merge,
                                 const char *reason, int64_t *merged)
{
    static const char find[] = "SELECT merged FROM merge_standing WHERE id = ?1";
    const struct field columns[] = { field_number("merge", merge), field_text("reason", reason),
                                     field_id("person", by->person), field_number("at", by->at) };
    enum error e = sql_number(&s->sql, find, merge, merged);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_PATIENT_UNMERGE, columns, NULL);
    if (e == ERROR_OK)
        e = store_patient_tell(s, by, EVENT_UNMERGED, *merged, reason, "");
    return store_answer(s, e);
}
