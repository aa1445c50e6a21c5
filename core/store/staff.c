/* People: roles held, badges, operators' names and certificates, emergency access. */
#include "core/store/staff.h"

#include "core/store/internal.h"

#include <string.h>

/* ---- Persons and their roles ---- */

enum error store_person_root(struct store *s, int64_t person, int64_t *root)
{
    return sql_number(&s->sql, "SELECT root FROM person WHERE id = ?1", person, root);
}

enum error store_person_change(struct store *s, const struct store_actor *by,
                               const struct store_person *person, const char *reason, int64_t *id)
{
    int64_t root = s->head.id + 1;
    sqlite3_stmt *q;
    enum error e =
        sql_prepare(&s->sql, "SELECT root FROM person WHERE login = ?1 ORDER BY id LIMIT 1", &q);

    if (e != ERROR_OK)
        return store_answer(s, e);
    sql_bind_text(q, 1, person->login);
    e = sql_next(q);
    if (e == ERROR_OK)
        root = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return store_answer(s, e);
    {
        const struct field columns[] = { field_number("root", root),
                                         field_text("login", person->login),
                                         field_text("name", person->name),
                                         field_text("role", role_id(person->role)),
                                         field_number("active", person->active),
                                         field_number("at", by->at),
                                         field_id("setter", by->person),
                                         field_known("reason", reason),
                                         field_known("npi", person->npi),
                                         field_known("address", person->address),
                                         field_known("phone", person->phone) };
        return FACT_ADD(s, FACT_PERSON, columns, id);
    }
}

enum error store_person_by_root(struct store *s, struct arena *a, int64_t root,
                                struct store_person *out)
{
    static const char find[] = "SELECT " PERSON_COLUMNS " FROM person p WHERE p.root = ?1 "
                               "ORDER BY p.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, root);
    return store_person_take(q, a, out);
}

/* Roles held beside the person's own. */
static enum error roles_beside(struct store *s, int64_t root, role_set *out)
{
    static const char list[] =
        "SELECT r.role FROM person_role r WHERE r.person_root = ?1 AND r.held = 1 AND r.id = "
        "(SELECT max(n.id) FROM person_role n WHERE n.person_root = ?1 AND n.role = r.role)";
    role_set found = 0;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, root);
    while ((e = sql_next(q)) == ERROR_OK) {
        enum role role;
        if (role_parse((const char *)sqlite3_column_text(q, 0), &role) == ERROR_OK)
            found |= role_bit(role);
    }
    if (e != ERROR_NOT_FOUND)
        return e;
    *out = found;
    return ERROR_OK;
}

enum error store_roles(struct store *s, const struct store_person *person, role_set *out)
{
    int64_t root;
    enum error e = store_person_root(s, person->id, &root);

    if (e == ERROR_OK)
        e = roles_beside(s, root, out);
    if (e == ERROR_OK)
        *out |= role_bit(person->role);
    return e;
}

static enum error role_add(struct store *s, const struct store_actor *by, int64_t root,
                           enum role role, bool held, const char *reason)
{
    const struct field columns[] = {
        field_number("person_root", root), field_text("role", role_id(role)),
        field_number("held", held),        field_id("setter", by->person),
        field_text("reason", reason),      field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_PERSON_ROLE, columns, NULL);
}

enum error store_roles_set(struct store *s, const struct store_actor *by,
                           const struct store_person *person, role_set roles, const char *reason)
{
    role_set held = 0;
    int64_t root;
    enum error e = store_person_root(s, person->id, &root);

    if (e == ERROR_OK)
        e = roles_beside(s, root, &held);
    for (unsigned i = 0; i < ROLE_COUNT && e == ERROR_OK; i++) {
        bool want = (roles & role_bit((enum role)i)) != 0;
        if (want != ((held & role_bit((enum role)i)) != 0))
            e = role_add(s, by, root, (enum role)i, want, reason);
    }
    return store_answer(s, e);
}

/* ---- Badges and what instruments call people ---- */

enum error store_badge_add(struct store *s, const struct store_actor *by, int64_t root,
                           const char *code, const char *reason, int64_t *id)
{
    const struct field columns[] = { field_number("person_root", root), field_text("code", code),
                                     field_id("setter", by->person), field_text("reason", reason),
                                     field_number("at", by->at) };
    sqlite3_stmt *q;
    enum error e =
        sql_prepare(&s->sql, "SELECT id FROM badge WHERE code = ?1 AND code <> '' LIMIT 1", &q);

    if (e != ERROR_OK)
        return store_answer(s, e);
    sql_bind_text(q, 1, code);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        return ERROR_CONFLICT;
    return e == ERROR_NOT_FOUND ? FACT_ADD(s, FACT_BADGE, columns, id) : store_answer(s, e);
}

enum error store_badge_find(struct store *s, struct arena *a, const char *code,
                            struct store_person *out)
{
    static const char find[] =
        "SELECT " PERSON_COLUMNS " FROM badge b JOIN person p ON p.root = "
        "b.person_root WHERE b.code = ?1 AND b.code <> '' AND b.id = (SELECT max(n.id) FROM badge "
        "n WHERE n.person_root = b.person_root) ORDER BY p.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, code);
    return store_person_take(q, a, out);
}

enum error store_operator_name_add(struct store *s, const struct store_actor *by, const char *name,
                                   int64_t root, int64_t *id)
{
    const struct field columns[] = { field_text("name", name), field_id("person_root", root),
                                     field_id("setter", by->person), field_number("at", by->at) };
    return FACT_ADD(s, FACT_OPERATOR_NAME, columns, id);
}

enum error store_operator_find(struct store *s, struct arena *a, const char *name,
                               struct store_person *out)
{
    static const char find[] =
        "SELECT " PERSON_COLUMNS " FROM person p WHERE p.root = coalesce("
        "(SELECT coalesce(o.person_root, -1) FROM operator_name o WHERE lower(o.name) = "
        "lower(?1) ORDER BY o.id DESC LIMIT 1), (SELECT l.root FROM person l WHERE l.login = "
        "lower(?1) LIMIT 1)) ORDER BY p.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, name);
    return store_person_take(q, a, out);
}

/* ---- Certificates ---- */

enum error store_certificate_add(struct store *s, const struct store_actor *by,
                                 const struct store_certificate *in, int64_t *id)
{
    const struct field columns[] = { field_number("person_root", in->root),
                                     field_text("test", in->test),
                                     field_number("valid", in->valid),
                                     field_text("trained_on", in->trained_on),
                                     field_text("methods", in->methods),
                                     field_text("valid_until", in->valid_until),
                                     field_text("evidence", in->evidence),
                                     field_text("note", in->note),
                                     field_number("certifier", by->person),
                                     field_text("certifier_role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_CERTIFICATE, columns, id);
}

enum error store_certificate_find(struct store *s, struct arena *a, int64_t root, const char *test,
                                  struct store_certificate *out)
{
    static const char find[] =
        "SELECT person_root, valid, at, test, trained_on, valid_until, methods, evidence, note "
        "FROM certificate WHERE person_root = ?1 AND test = ?2 ORDER BY id DESC LIMIT 1";
    struct store_certificate found = { 0 };
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, root);
    sql_bind_text(q, 2, test);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.root = sql_row_number(&row);
    found.valid = sql_row_number(&row) != 0;
    found.at = sql_row_number(&row);
    found.test = sql_row_text(&row);
    found.trained_on = sql_row_text(&row);
    found.valid_until = sql_row_text(&row);
    found.methods = sql_row_text(&row);
    found.evidence = sql_row_text(&row);
    found.note = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_certificates_kept(struct store *s, const char *test, bool *out)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, "SELECT 1 FROM certificate WHERE test = ?1 LIMIT 1", &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, test);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = e == ERROR_OK;
    return ERROR_OK;
}

/* ---- Emergency access ---- */

enum error store_emergency_add(struct store *s, const struct store_actor *by, const char *reason,
                               int64_t until, int64_t *id)
{
    const struct field columns[] = { field_number("person", by->person),
                                     field_text("role", by->role),
                                     field_text("workstation", by->workstation),
                                     field_text("reason", reason),
                                     field_number("until", until),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_EMERGENCY, columns, id);
}

enum error store_emergency_by_id(struct store *s, int64_t id, struct store_emergency *out)
{
    static const char find[] =
        "SELECT e.id, p.root, e.until, EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency "
        "= e.id) FROM emergency e JOIN person p ON p.id = e.person WHERE e.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, id, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_emergency) { .id = sqlite3_column_int64(q, 0),
                                      .root = sqlite3_column_int64(q, 1),
                                      .until = sqlite3_column_int64(q, 2),
                                      .reviewed = sqlite3_column_int(q, 3) != 0 };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_emergency_review_add(struct store *s, const struct store_actor *by,
                                      int64_t emergency, bool justified, const char *note,
                                      int64_t *id)
{
    const struct field columns[] = { field_number("emergency", emergency),
                                     field_number("person", by->person),
                                     field_number("justified", justified), field_text("note", note),
                                     field_number("at", by->at) };
    struct store_emergency found;
    enum error e = store_emergency_by_id(s, emergency, &found);

    if (e != ERROR_OK)
        return store_answer(s, e);
    return found.reviewed ? ERROR_CONFLICT : FACT_ADD(s, FACT_EMERGENCY_REVIEW, columns, id);
}
