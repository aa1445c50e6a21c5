/* The laboratory's rules: their list, their levels, what they said, what was released. */
#include "core/store/gate.h"

#include "core/store/internal.h"

#include <stdio.h>

enum { GATE_WARNINGS_MAX = 32 };

enum error store_rule_type_put(struct store *s, const struct store_rule_type *in)
{
    static const char put[] =
        "INSERT INTO rule_type (id, text, position, against, unknown) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET text = excluded.text, position = excluded.position, "
        "against = excluded.against, unknown = excluded.unknown WHERE (text, position, against, "
        "unknown) IS NOT (excluded.text, excluded.position, excluded.against, excluded.unknown)";
    sqlite3_stmt *q;
    enum error e = store_writable(s);

    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, put, &q);
    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, in->id);
    sql_bind_text(q, 2, in->text);
    (void)sqlite3_bind_int(q, 3, in->position);
    sql_bind_text(q, 4, in->against);
    sql_bind_text(q, 5, in->unknown);
    return store_answer(s, sql_finish(q));
}

enum error store_rule_setting_add(struct store *s, const struct store_actor *by,
                                  const struct store_rule_setting *in, int64_t *id)
{
    const struct field columns[] = {
        field_text("rule", in->rule),   field_text("finding", in->finding),
        field_text("level", in->level), field_text("reason", in->reason),
        field_id("person", by->person), field_text("role", by->role),
        field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_RULE_SETTING, columns, id);
}

enum error store_rule_level(struct store *s, const char *rule, const char *finding,
                            char out[STORE_GATE_LEVEL])
{
    static const char find[] = "SELECT level FROM rule_setting WHERE rule = ?1 AND finding = ?2 "
                               "ORDER BY id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, rule);
    sql_bind_text(q, 2, finding);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    (void)snprintf(out, STORE_GATE_LEVEL, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_gate_warning_add(struct store *s, const struct store_gate_warning *in, int64_t *id)
{
    const struct field columns[] = {
        field_number("message", in->message), field_text("rule", in->rule),
        field_text("finding", in->finding),   field_text("level", in->level),
        field_text("sentence", in->sentence), field_number("at", in->at)
    };
    return FACT_ADD(s, FACT_GATE_WARNING, columns, id);
}

enum error store_gate_warnings(struct store *s, struct arena *a, int64_t message,
                               struct store_gate_warning **out, size_t *count)
{
    static const char list[] = "SELECT message, rule, finding, level, sentence, at FROM "
                               "gate_warning WHERE message = ?1 ORDER BY id";
    struct store_gate_warning *found = arena_take(a, sizeof *found * GATE_WARNINGS_MAX);
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, message);
    while (used < GATE_WARNINGS_MAX && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        struct store_gate_warning *w = &found[used++];
        w->message = sql_row_number(&row);
        w->rule = sql_row_text(&row);
        w->finding = sql_row_text(&row);
        w->level = sql_row_text(&row);
        w->sentence = sql_row_text(&row);
        w->at = sql_row_number(&row);
        if ((e = row.error) != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = found;
    *count = used;
    return ERROR_OK;
}

enum error store_gate_override_add(struct store *s, const struct store_actor *by, int64_t message,
                                   const char *rule, const char *reason, int64_t *id)
{
    const struct field columns[] = { field_number("message", message), field_text("rule", rule),
                                     field_id("person", by->person),   field_text("role", by->role),
                                     field_text("reason", reason),     field_number("at", by->at) };
    return FACT_ADD(s, FACT_GATE_OVERRIDE, columns, id);
}
