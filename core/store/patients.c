/* Patients and the versions of their data. */
#include "core/store/patients.h"

#include "core/store/internal.h"

#define PATIENT_SELECT                                                                             \
    "SELECT p.root, p.mrn, p.family, p.given, p.birth_date, p.sex FROM patient p "
#define PATIENT_STANDS "NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = p.root AND n.id > p.id)"

/* The patient's own record, and those that were merged into it. */
#define PATIENT_RECORDS "(SELECT ?1 UNION SELECT g.merged FROM merge_standing g WHERE g.kept = ?1)"

static enum error patient_of(struct sql_row *row, struct store_patient *out)
{
    struct store_patient patient;

    patient.id = sql_row_number(row);
    patient.mrn = sql_row_text(row);
    patient.family = sql_row_text(row);
    patient.given = sql_row_text(row);
    patient.birth_date = sql_row_text(row);
    patient.sex = sql_row_text(row);
    if (row->error == ERROR_OK)
        *out = patient;
    return row->error;
}

/* The one row of a bound PATIENT_SELECT. */
static enum error patient_take(sqlite3_stmt *q, struct arena *a, struct store_patient *out)
{
    struct sql_row row;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    e = patient_of(&row, out);
    (void)sqlite3_reset(q);
    return e;
}

static enum error patient_by_text(struct store *s, struct arena *a, const char *find,
                                  const char *text, struct store_patient *out)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, text);
    return patient_take(q, a, out);
}

enum error store_patient_by_mrn(struct store *s, struct arena *a, const char *mrn,
                                struct store_patient *out)
{
    return patient_by_text(
        s, a, PATIENT_SELECT "WHERE p.mrn = ?1 AND " PATIENT_STANDS " ORDER BY p.id DESC LIMIT 1",
        mrn, out);
}

enum error store_patient_formerly(struct store *s, struct arena *a, const char *mrn,
                                  struct store_patient *out)
{
    return patient_by_text(s, a,
                           PATIENT_SELECT "WHERE " PATIENT_STANDS " AND p.root = (SELECT o.root "
                                          "FROM patient o WHERE o.mrn = ?1 ORDER BY o.id DESC "
                                          "LIMIT 1) AND p.mrn <> ?1",
                           mrn, out);
}

enum error store_patient_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_patient *out)
{
    static const char find[] = PATIENT_SELECT "WHERE p.root = ?1 ORDER BY p.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, id);
    return patient_take(q, a, out);
}

static enum error version_add(struct store *s, const struct store_patient *patient, int64_t person,
                              int64_t at, const struct store_patient_change *why, int64_t *root)
{
    *root = patient->id ? patient->id : s->head.id + 1;
    const struct field columns[] = {
        field_number("root", *root),
        field_text("mrn", patient->mrn),
        field_text("family", patient->family),
        field_text("given", patient->given),
        field_text("birth_date", patient->birth_date),
        field_text("sex", patient->sex),
        field_id("person", person),
        field_number("at", at),
        field_known("reason", why ? why->reason : NULL),
        field_known("identifiers", why ? why->identifiers : NULL),
    };
    return FACT_ADD(s, FACT_PATIENT, columns, NULL);
}

enum error store_patient_add(struct store *s, const struct store_patient *patient, int64_t person,
                             int64_t at, int64_t *id)
{
    int64_t root;
    enum error e = version_add(s, patient, person, at, NULL, &root);

    if (e == ERROR_OK && id)
        *id = root;
    return e;
}

enum error store_patient_tell(struct store *s, const struct store_actor *by, enum event type,
                              int64_t patient, const char *reason, const char *detail)
{
    struct store_event event = { .type = type, .reason = reason, .detail = detail };
    enum error e = store_patient_next_order(s, patient, 0, &event.order);

    while (e == ERROR_OK && event.order) {
        e = store_event_add(s, by, &event, NULL);
        if (e == ERROR_OK)
            e = store_patient_next_order(s, patient, event.order, &event.order);
    }
    return e;
}

enum error store_patient_correct(struct store *s, const struct store_actor *by,
                                 const struct store_patient_change *in)
{
    int64_t root;
    enum error e = version_add(s, in->to, by->person, by->at, in, &root);

    if (e == ERROR_OK)
        e = store_patient_tell(s, by, EVENT_PATIENT_CORRECTED, root, in->identifiers, in->changed);
    return store_answer(s, e);
}

/* ---- What hangs on a version ---- */

enum error store_patient_version(struct store *s, int64_t patient, int64_t *version)
{
    return sql_number(&s->sql, "SELECT max(id) FROM patient WHERE root = ?1", patient, version);
}

/* Whether there is a row: ?1 is the patient, ?2 to ?4 family name, birth date, given name. */
static enum error patient_is(struct store *s, const char *find, const struct store_patient *patient,
                             bool *out)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, patient->id);
    sql_bind_text(q, 2, patient->family);
    sql_bind_text(q, 3, patient->birth_date);
    if (sqlite3_bind_parameter_count(q) > 3)
        sql_bind_text(q, 4, patient->given);
    e = sql_next(q);
    *out = e == ERROR_OK;
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_patient_was(struct store *s, const struct store_patient *patient, bool *out)
{
    return patient_is(s,
                      "SELECT 1 FROM patient WHERE root = ?1 AND family = ?2 COLLATE NOCASE AND "
                      "birth_date = ?3 AND given = ?4 COLLATE NOCASE",
                      patient, out);
}

enum error store_patient_has_twin(struct store *s, const struct store_patient *patient, bool *out)
{
    return patient_is(s,
                      "SELECT 1 FROM patient p WHERE p.family = ?2 COLLATE NOCASE AND "
                      "p.birth_date = ?3 AND p.root <> ?1 AND " PATIENT_STANDS
                      " AND NOT EXISTS (SELECT 1 FROM merge_standing g WHERE g.merged = p.root)",
                      patient, out);
}

enum error store_patient_settled(struct store *s, int64_t patient, bool *out)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM orders o WHERE o.patient IN " PATIENT_RECORDS
        " AND (EXISTS (SELECT 1 FROM specimen x WHERE x.orders = o.id) OR EXISTS (SELECT 1 FROM "
        "result r WHERE r.orders = o.id) OR EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = "
        "o.id)))";
    int64_t found = 0;
    enum error e = sql_number(&s->sql, find, patient, &found);

    if (e == ERROR_OK)
        *out = found != 0;
    return e;
}

enum error store_patient_labels(struct store *s, int64_t patient, struct store_patient_tubes *out)
{
    static const char find[] =
        "SELECT count(*) FILTER (WHERE d.state <> 'sent'), count(*) FILTER (WHERE d.state = "
        "'sent') FROM orders o CROSS JOIN label_differs d ON d.orders = o.id WHERE o.patient "
        "IN " PATIENT_RECORDS;
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, patient, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_patient_tubes) { sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1) };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_patient_next_order(struct store *s, int64_t patient, int64_t after, int64_t *order)
{
    static const char find[] =
        "SELECT coalesce(min(id), 0) FROM orders WHERE id > ?2 AND patient IN " PATIENT_RECORDS;
    const int64_t keys[] = { patient, after };

    return sql_number_by(&s->sql, find, keys, 2, order);
}

/* What stands of x, who is another patient than p's, merged records counted as one. */
#define SHOWN_AS(root)                                                                             \
    "coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = " root "), " root ")"
#define OF_ANOTHER                                                                                 \
    "NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = x.root AND n.id > x.id) "                  \
    "AND " SHOWN_AS("x.root") " <> " SHOWN_AS("p.root")

enum error store_patient_told(struct store *s, struct arena *a, int64_t specimen,
                              struct store_patient out[STORE_TOLD], size_t *count)
{
    static const char find[] = PATIENT_SELECT
        "WHERE p.id IN (SELECT l.version FROM label_patient l WHERE l.specimen = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM label_patient n WHERE n.specimen = "
        "l.specimen AND n.label > l.label) UNION SELECT q.version FROM "
        "asked_patient q WHERE q.specimen = ?1) AND NOT EXISTS (SELECT 1 FROM "
        "patient x WHERE x.mrn IN (p.mrn, upper(p.mrn), lower(p.mrn)) AND " OF_ANOTHER
        ") AND NOT EXISTS (SELECT 1 FROM patient x WHERE x.family = p.family "
        "COLLATE NOCASE AND x.given = p.given COLLATE NOCASE AND " OF_ANOTHER
        ") ORDER BY p.id DESC";
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, specimen);
    while (used < STORE_TOLD && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        e = patient_of(&row, &out[used++]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *count = used;
    return ERROR_OK;
}
