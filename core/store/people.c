/* The site, its people, instruments and test menu; sign-ins and views. */
#include "core/base/text.h"
#include "core/store/internal.h"
#include "core/store/staff.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

enum error store_site_find(struct store *s, struct arena *a, struct store_site *out)
{
    static const char find[] =
        "SELECT name, salt, zone, coalesce(address, ''), coalesce(clia, ''), "
        "coalesce(certificate, ''), coalesce(director, '') FROM site ORDER BY id DESC LIMIT 1";
    sqlite3_stmt *q;
    struct sql_row row;
    struct store_site site;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e == ERROR_OK)
        e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    site.name = sql_row_text(&row);
    site.salt = sql_row_text(&row);
    site.zone = sql_row_text(&row);
    site.address = sql_row_text(&row);
    site.clia = sql_row_text(&row);
    site.certificate = sql_row_text(&row);
    site.director = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = site;
    return e;
}

static bool same_site(const struct store_site *a, const struct store_site *b)
{
    return same(a->name, b->name) && same(a->salt, b->salt) && same(a->zone, b->zone) &&
           same(a->address, b->address) && same(a->clia, b->clia) &&
           same(a->certificate, b->certificate) && same(a->director, b->director);
}

enum error store_site_set(struct store *s, const struct store_site *site)
{
    const struct field columns[] = {
        field_text("name", site->name),         field_text("salt", site->salt),
        field_text("zone", site->zone),         field_known("address", site->address),
        field_known("clia", site->clia),        field_known("certificate", site->certificate),
        field_known("director", site->director)
    };
    struct store_site old;
    struct arena a;
    enum error e;

    arena_init(&a, 8 * LIMIT_TEXT);
    e = store_site_find(s, &a, &old);
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !same_site(&old, site)))
        e = FACT_ADD(s, FACT_SITE, columns, NULL);
    arena_free(&a);
    return store_answer(s, e);
}

enum error store_person_add(struct store *s, const struct store_person *person, int64_t at,
                            int64_t *id)
{
    const struct store_actor nobody = { .at = at };
    return store_person_change(s, &nobody, person, NULL, id);
}

/* The person in the statement's next row. */
enum error store_person_take(sqlite3_stmt *q, struct arena *a, struct store_person *out)
{
    struct store_person person;
    struct sql_row row;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    person.id = sql_row_number(&row);
    person.login = sql_row_text(&row);
    person.name = sql_row_text(&row);
    e = role_parse(sql_row_text(&row), &person.role);
    person.active = sql_row_number(&row) != 0;
    person.npi = sql_row_text(&row);
    person.address = sql_row_text(&row);
    person.phone = sql_row_text(&row);
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK)
        return row.error;
    if (e == ERROR_OK)
        *out = person;
    return e == ERROR_OK ? ERROR_OK : ERROR_IO;
}

enum error store_person_by_login(struct store *s, struct arena *a, const char *login,
                                 struct store_person *out)
{
    static const char find[] = "SELECT " PERSON_COLUMNS " FROM person p WHERE p.login = ?1 "
                               "ORDER BY p.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, login);
    return store_person_take(q, a, out);
}

enum error store_person_count(struct store *s, enum role role, int64_t *count)
{
    static const char find[] =
        "SELECT count(*) FROM person p WHERE active = 1 AND NOT EXISTS (SELECT 1 FROM person n "
        "WHERE n.root = p.root AND n.id > p.id) AND (role = ?1 OR EXISTS (SELECT 1 FROM "
        "person_role r WHERE r.person_root = p.root AND r.role = ?1 AND r.held = 1 AND NOT EXISTS "
        "(SELECT 1 FROM person_role m WHERE m.person_root = p.root AND m.role = ?1 AND m.id > "
        "r.id)))";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, role_id(role));
    e = sql_next(q);
    if (e == ERROR_OK)
        *count = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_sign_in_add(struct store *s, const struct store_sign_in *in, int64_t *id)
{
    const struct field columns[] = { field_id("person", in->person),
                                     field_text("login", in->login),
                                     field_text("workstation", in->workstation),
                                     field_number("ok", in->ok),
                                     field_text("reason", in->reason),
                                     field_number("at", in->at),
                                     field_known("role", in->role),
                                     field_known("method", in->method) };
    return FACT_ADD(s, FACT_SIGN_IN, columns, id);
}

enum error store_pin_set_add(struct store *s, const struct store_actor *by, int64_t person,
                             int64_t *id)
{
    const struct field columns[] = { field_number("person", person), field_id("setter", by->person),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_PIN_SET, columns, id);
}

enum error store_pin_set_stands(struct store *s, int64_t id, bool *out)
{
    int64_t found;
    enum error e = sql_number(&s->sql, "SELECT id FROM pin_set WHERE id = ?1", id, &found);

    *out = e == ERROR_OK;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_view_add(struct store *s, const struct store_view *in, int64_t *id)
{
    const struct field columns[] = {
        field_id("person", in->person),       field_text("workstation", in->workstation),
        field_text("what", in->what),         field_text("key", in->key),
        field_number("at", in->at),           field_known("role", in->role),
        field_id("emergency", in->emergency), field_known("list", in->list)
    };
    return FACT_ADD(s, FACT_VIEW, columns, id);
}

/* `ekg` NULL: it is not asked whether it is a cart. */
static enum error instrument_set(struct store *s, const char *name, const char *profile,
                                 const char *port, const char *ekg, int64_t at, int64_t *id)
{
    static const char find[] = "SELECT id, root, profile = ?2 AND port = ?3 AND (?4 = '' OR ekg IS "
                               "?4) FROM instrument WHERE name = ?1 ORDER BY id DESC LIMIT 1";
    int64_t root = s->head.id + 1, old = 0;
    bool alike = false;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return store_answer(s, e);
    sql_bind_text(q, 1, name);
    sql_bind_text(q, 2, profile);
    sql_bind_text(q, 3, port);
    sql_bind_text(q, 4, ekg);
    e = sql_next(q);
    if (e == ERROR_OK) {
        old = sqlite3_column_int64(q, 0);
        root = sqlite3_column_int64(q, 1);
        alike = sqlite3_column_int(q, 2) != 0;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return store_answer(s, e);
    if (alike) {
        *id = old;
        return ERROR_OK;
    }
    {
        struct field cart = field_text("ekg", ekg);
        cart.kind = ekg ? FIELD_TEXT : FIELD_NULL;
        const struct field columns[] = { field_number("root", root),     field_text("name", name),
                                         field_text("profile", profile), field_text("port", port),
                                         field_number("at", at),         cart };
        return FACT_ADD(s, FACT_INSTRUMENT, columns, id);
    }
}

enum error store_instrument_set(struct store *s, const char *name, const char *profile,
                                const char *port, int64_t at, int64_t *id)
{
    return instrument_set(s, name, profile, port, NULL, at, id);
}

enum error store_cart_set(struct store *s, const char *name, const char *profile, const char *port,
                          bool live, int64_t at, int64_t *id)
{
    return instrument_set(s, name, profile, port, live ? "live" : "files", at, id);
}

enum error store_cart_is_live(struct store *s, int64_t instrument, bool *out)
{
    int64_t live;
    enum error e = sql_number(&s->sql, "SELECT ekg IS 'live' FROM instrument WHERE id = ?1",
                              instrument, &live);

    if (e == ERROR_OK)
        *out = live != 0;
    return e;
}
