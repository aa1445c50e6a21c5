/* Critical values that nobody has been told: who is to be called, and what was tried. */
#include "core/store/correct.h"

#include "core/base/limits.h"
#include "core/store/internal.h"

#include <string.h>

static enum error criticals(struct store *s, struct arena *a, const char *list,
                            struct store_critical **out, size_t *count)
{
    struct store_critical *found = arena_take(a, sizeof *found * LIMIT_CRITICALS);
    struct sql_row row = { 0 };
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? projection_refresh(s) : ERROR_NO_MEMORY;

    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, list, &q);
    if (e != ERROR_OK)
        return e;
    while (row.error == ERROR_OK && used < LIMIT_CRITICALS && (e = sql_next(q)) == ERROR_OK) {
        struct store_critical *c = &found[used++];
        row = sql_row_of(q, a);
        c->order = sql_row_number(&row);
        c->anchor = sql_row_number(&row);
        c->since = sql_row_number(&row);
        c->number = sql_row_text(&row);
        c->provider = sql_row_text(&row);
        c->version = sql_row_text(&row);
        c->steps = sql_row_number(&row);
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || (e != ERROR_OK && e != ERROR_NOT_FOUND))
        return row.error != ERROR_OK ? row.error : e;
    *out = found;
    *count = used;
    return ERROR_OK;
}

enum error store_criticals_open(struct store *s, struct arena *a, struct store_critical **out,
                                size_t *count)
{
    static const char list[] =
        "SELECT c.orders, c.anchor, c.since, o.number, c.provider, c.version, (SELECT "
        "coalesce(max(t.step), 0) FROM critical_step t WHERE t.orders = c.orders AND t.anchor = "
        "c.anchor) FROM "
        "critical_open c JOIN orders o ON o.id = c.orders ORDER BY 7, c.since, c.orders LIMIT -1";
    return criticals(s, a, list, out, count);
}

enum error store_criticals_held(struct store *s, struct arena *a, struct store_critical **out,
                                size_t *count)
{
    static const char list[] =
        "SELECT 0, c.message, c.since, '', '', '', (SELECT coalesce(max(t.step), 0) FROM held_step "
        "t WHERE t.message = c.message) FROM critical_held c ORDER BY 7, c.since, c.message LIMIT "
        "-1";
    return criticals(s, a, list, out, count);
}

/* Everybody who may sign in, by the newest row, with a role that is held. */
#define STAFF_WITH_ROLE(role)                                                                      \
    "SELECT p.login FROM person p WHERE p.id = (SELECT max(n.id) FROM person n WHERE n.root = "    \
    "p.root) AND p.active AND (p.role = '" role "' OR EXISTS (SELECT 1 FROM person_role r WHERE "  \
    "r.person_root = p.root AND r.role = '" role "' AND r.held = 1 AND r.id = (SELECT max(m.id) "  \
    "FROM person_role m WHERE m.person_root = p.root AND m.role = r.role)))"

/* The logins of a bound query, as people of that role. */
static enum error logins_take(sqlite3_stmt *q, struct arena *a, enum role role, size_t max,
                              struct store_surrogate *out, size_t *count)
{
    struct sql_row row = { 0 };
    size_t used = 0;
    enum error e = ERROR_OK;

    while (row.error == ERROR_OK && used < max && (e = sql_next(q)) == ERROR_OK) {
        row = sql_row_of(q, a);
        out[used++] = (struct store_surrogate) { sql_row_text(&row), role_id(role) };
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || (e != ERROR_OK && e != ERROR_NOT_FOUND))
        return row.error != ERROR_OK ? row.error : e;
    *count = used;
    return ERROR_OK;
}

enum error store_surrogates(struct store *s, struct arena *a, const char *provider, const char *day,
                            size_t max, struct store_surrogate *out, size_t *count)
{
    static const char list[] =
        "SELECT login FROM (SELECT p.login, 0 AS rank, c.id AS place FROM cover c JOIN "
        "(" STAFF_WITH_ROLE(
            "provider") ") p ON p.login = c.deputy WHERE c.provider = ?1 AND ?2 BETWEEN c.from_day "
                        "AND c.until_day AND 'accepted' = (SELECT t.kind FROM cover_step t WHERE "
                        "t.cover = c.id ORDER BY t.id DESC LIMIT 1) UNION ALL SELECT p.login, 1, 0 "
                        "FROM (" STAFF_WITH_ROLE(
                            "provider") ") p) WHERE login <> ?1 GROUP BY login ORDER BY min(rank), "
                                        "login LIMIT -1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, provider);
    sql_bind_text(q, 2, day);
    return logins_take(q, a, ROLE_PROVIDER, max, out, count);
}

enum error store_leads(struct store *s, struct arena *a, size_t max, struct store_surrogate *out,
                       size_t *count)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, STAFF_WITH_ROLE("lab-lead") " ORDER BY p.login", &q);

    return e == ERROR_OK ? logins_take(q, a, ROLE_LAB_LEAD, max, out, count) : e;
}

enum error store_director(struct store *s, struct arena *a, struct store_surrogate *out)
{
    static const char find[] = STAFF_WITH_ROLE("director") " ORDER BY p.login LIMIT 1";
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e == ERROR_OK)
        e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    *out = (struct store_surrogate) { sql_row_text(&row), role_id(ROLE_DIRECTOR) };
    return sql_row_end(&row);
}

static enum error held_step_add(struct store *s, const struct store_actor *by,
                                const struct store_critical *critical, int64_t step,
                                const struct store_surrogate *whom, int64_t *id)
{
    const struct field columns[] = {
        field_number("message", critical->anchor), field_number("step", step),
        field_text("login", whom->login),          field_text("role", whom->role),
        field_number("since", critical->since),    field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_HELD_STEP, columns, id);
}

enum error store_critical_step_add(struct store *s, const struct store_actor *by,
                                   const struct store_critical *critical, int64_t step,
                                   const struct store_surrogate *whom, int64_t *id)
{
    const struct store_event event = { .type = EVENT_CRITICAL_LATE,
                                       .order = critical->order,
                                       .reason = whom->role,
                                       .detail = whom->login };
    const struct field columns[] = { field_number("orders", critical->order),
                                     field_number("anchor", critical->anchor),
                                     field_number("step", step),
                                     field_text("login", whom->login),
                                     field_text("role", whom->role),
                                     field_number("since", critical->since),
                                     field_number("at", by->at) };
    enum error e;

    if (!critical->order)
        return held_step_add(s, by, critical, step, whom, id);
    e = FACT_ADD(s, FACT_CRITICAL_STEP, columns, id);
    return e == ERROR_OK ? store_event_add(s, by, &event, NULL) : store_answer(s, e);
}

enum error store_held_critical_add(struct store *s, const struct store_held_critical *in)
{
    const struct field columns[] = {
        field_number("message", in->message), field_number("position", in->position),
        field_text("name", in->name),         field_text("value", in->value),
        field_text("unit", in->unit),         field_text("flag", in->flag)
    };
    return FACT_ADD(s, FACT_HELD_CRITICAL, columns, NULL);
}

enum error store_critical_attempt_add(struct store *s, const struct store_actor *by,
                                      const struct store_critical_attempt *in, int64_t *id)
{
    const struct store_event event = { .type = EVENT_CRITICAL_SOUGHT,
                                       .order = in->order,
                                       .reason = in->outcome,
                                       .detail = in->sought };
    const struct field columns[] = { field_number("orders", in->order),
                                     field_text("version", in->version),
                                     field_text("outcome", in->outcome),
                                     field_text("sought", in->sought),
                                     field_text("credential", in->credential),
                                     field_text("contact", in->contact),
                                     field_text("method", in->method),
                                     field_text("value_read", in->value_read),
                                     field_text("note", in->note),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    char present[STORE_VERSION_SIZE];
    enum error e = store_order_version(s, in->order, present);

    if (e == ERROR_OK && strcmp(present, in->version) != 0)
        e = ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_CRITICAL_ATTEMPT, columns, id);
    return e == ERROR_OK ? store_event_add(s, by, &event, NULL) : store_answer(s, e);
}
