/* Tasks, cover, ownership, answers to what was sent back. */
#include "core/store/review.h"

#include "core/store/internal.h"
#include "core/store/staff.h"

#include <string.h>

enum { PERSON_ARENA = 16 * 1024 };

enum error store_login_may(struct store *s, const char *login, enum right right, bool *out)
{
    struct store_person person;
    role_set roles = 0;
    bool may = false;
    struct arena a;
    enum error e;

    arena_init(&a, PERSON_ARENA);
    e = store_person_by_login(s, &a, login, &person);
    if (e == ERROR_OK && person.active)
        e = store_roles(s, &person, &roles);
    for (unsigned role = 0; role < ROLE_COUNT && e == ERROR_OK; role++)
        may = may || ((roles & role_bit((enum role)role)) && role_may((enum role)role, right));
    arena_free(&a);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = may;
    return ERROR_OK;
}

/* ---- Tasks ---- */

enum error store_task_add(struct store *s, const struct store_actor *by,
                          const struct store_task *in, int64_t *id)
{
    const struct store_event event = {
        .type = EVENT_TASK_SET, .order = in->order, .reason = in->kind, .detail = in->owner
    };
    const struct field columns[] = {
        field_number("orders", in->order), field_text("version", in->version),
        field_text("kind", in->kind),      field_text("instruction", in->instruction),
        field_text("owner", in->owner),    field_text("due", in->due),
        field_id("person", by->person),    field_number("at", by->at)
    };
    char present[STORE_VERSION_SIZE];
    enum error e = store_order_version(s, in->order, present);

    if (e == ERROR_OK && strcmp(present, in->version) != 0)
        e = ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_TASK, columns, id);
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return store_answer(s, e);
}

enum error store_task_by_id(struct store *s, struct arena *a, int64_t id,
                            struct store_task_found *out)
{
    static const char find[] =
        "SELECT t.id, t.orders, o.number, t.instruction, coalesce((SELECT p.owner FROM task_step p "
        "WHERE p.task = t.id AND p.kind = 'handed' ORDER BY p.id DESC LIMIT 1), t.owner), NOT "
        "EXISTS (SELECT 1 FROM task_step p WHERE p.task = t.id AND p.kind IN ('done', "
        "'not-needed')), t.person FROM task t JOIN orders o ON o.id = t.orders WHERE t.id = ?1";
    struct store_task_found task = { 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, id, a, &row);

    if (e != ERROR_OK)
        return e;
    task.id = sql_row_number(&row);
    task.order = sql_row_number(&row);
    task.number = sql_row_text(&row);
    task.instruction = sql_row_text(&row);
    task.owner = sql_row_text(&row);
    task.open = sql_row_number(&row) != 0;
    task.person = sql_row_number(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = task;
    return e;
}

static bool is_outcome(const char *kind)
{
    return strcmp(kind, "done") == 0 || strcmp(kind, "not-needed") == 0;
}

enum error store_task_step_add(struct store *s, const struct store_actor *by,
                               const struct store_task_step *in, int64_t *id)
{
    static const char order_of[] = "SELECT orders FROM task WHERE id = ?1";
    struct store_event event = { .type = is_outcome(in->kind) ? EVENT_TASK_CLOSED : EVENT_TASK_STEP,
                                 .reason = in->kind,
                                 .detail = in->owner };
    const struct field columns[] = { field_number("task", in->task), field_text("kind", in->kind),
                                     field_text("note", in->note),   field_text("owner", in->owner),
                                     field_text("due", in->due),     field_id("person", by->person),
                                     field_number("at", by->at) };
    enum error e = sql_number(&s->sql, order_of, in->task, &event.order);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_TASK_STEP, columns, id);
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return store_answer(s, e);
}

/* ---- Cover ---- */

enum error store_cover_add(struct store *s, const struct store_actor *by,
                           const struct store_cover *in, int64_t *id)
{
    const struct field columns[] = { field_text("provider", in->provider),
                                     field_text("deputy", in->deputy),
                                     field_text("from_day", in->from_day),
                                     field_text("until_day", in->until_day),
                                     field_text("reason", in->reason),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_COVER, columns, id);
}

/* What was said last of a cover. */
#define COVER_STATE                                                                                \
    "coalesce((SELECT p.kind FROM cover_step p WHERE p.cover = c.id ORDER BY p.id DESC LIMIT 1), " \
    "'asked')"

enum error store_cover_by_id(struct store *s, struct arena *a, int64_t id, struct store_cover *out)
{
    static const char find[] = "SELECT c.id, c.provider, c.deputy, c.from_day, c.until_day, "
                               "c.reason, " COVER_STATE " FROM cover c WHERE c.id = ?1";
    struct store_cover cover = { 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, id, a, &row);

    if (e != ERROR_OK)
        return e;
    cover.id = sql_row_number(&row);
    cover.provider = sql_row_text(&row);
    cover.deputy = sql_row_text(&row);
    cover.from_day = sql_row_text(&row);
    cover.until_day = sql_row_text(&row);
    cover.reason = sql_row_text(&row);
    cover.state = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = cover;
    return e;
}

enum error store_cover_step_add(struct store *s, const struct store_actor *by, int64_t cover,
                                const char *kind, const char *note, int64_t *id)
{
    const struct field columns[] = { field_number("cover", cover), field_text("kind", kind),
                                     field_text("note", note), field_id("person", by->person),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_COVER_STEP, columns, id);
}

enum error store_cover_stands(struct store *s, const char *provider, const char *deputy,
                              const char *day, bool *out)
{
    static const char find[] =
        "SELECT 1 FROM cover c WHERE c.provider = ?1 AND c.deputy = ?2 AND ?3 BETWEEN c.from_day "
        "AND c.until_day AND " COVER_STATE " = 'accepted'";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, provider);
    sql_bind_text(q, 2, deputy);
    sql_bind_text(q, 3, day);
    e = sql_next(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = e == ERROR_OK;
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

/* ---- Whose an order is ---- */

enum error store_order_owner(struct store *s, struct arena *a, int64_t order,
                             struct store_owner *out)
{
    static const char find[] =
        "SELECT coalesce((SELECT w.owner FROM ownership w WHERE w.orders = o.id AND w.kind IN "
        "('accepted', 'taken', 'assigned') ORDER BY w.id DESC LIMIT 1), o.provider), "
        "coalesce((SELECT w.owner FROM ownership w WHERE w.id = (SELECT max(x.id) FROM ownership x "
        "WHERE x.orders = o.id) AND w.kind = 'offered'), '') FROM orders o WHERE o.id = ?1";
    struct store_owner owner;
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, order, a, &row);

    if (e != ERROR_OK)
        return e;
    owner.login = sql_row_text(&row);
    owner.offered = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = owner;
    return e;
}

enum error store_ownership_add(struct store *s, const struct store_actor *by, int64_t order,
                               const char *kind, const char *owner, const char *note, int64_t *id)
{
    const struct store_event event = {
        .type = EVENT_OWNER, .order = order, .reason = kind, .detail = owner
    };
    const struct field columns[] = { field_number("orders", order),  field_text("kind", kind),
                                     field_text("owner", owner),     field_text("note", note),
                                     field_id("person", by->person), field_number("at", by->at) };
    enum error e = FACT_ADD(s, FACT_OWNERSHIP, columns, id);

    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return e == ERROR_OK ? projection_stale(s, order) : store_answer(s, e);
}

/* ---- Signed, sent back, answered ---- */

enum error store_order_signature(struct store *s, struct arena *a, int64_t order,
                                 struct store_signature *out)
{
    static const char find[] =
        "SELECT n.name, v.at FROM review v JOIN person n ON n.id = v.person JOIN worklist w ON "
        "w.orders = v.orders AND w.version = v.version AND w.state = 'signed' WHERE v.orders = ?1 "
        "AND v.kind = 'signed' ORDER BY v.id DESC LIMIT 1";
    struct store_signature signature;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_find(&s->sql, find, order, &q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    signature.name = sql_row_text(&row);
    signature.at = sql_row_number(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = signature;
    return e;
}

enum error store_order_warned(struct store *s, int64_t order, bool *out)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM result r JOIN gate_warning g ON g.message = r.message WHERE "
        "r.orders = ?1 AND g.finding = 'against' AND g.rule <> 'clock')";
    int64_t warned = 0;
    enum error e = sql_number(&s->sql, find, order, &warned);

    if (e == ERROR_OK)
        *out = warned != 0;
    return e;
}

enum error store_return_answer_add(struct store *s, const struct store_actor *by, int64_t order,
                                   const char *note, int64_t *id)
{
    static const char find[] =
        "SELECT v.id FROM review v JOIN worklist w ON w.orders = v.orders AND w.version = "
        "v.version AND w.state = 'returned' WHERE v.orders = ?1 ORDER BY v.id DESC LIMIT 1";
    const struct store_event event = { .type = EVENT_RETURN_ANSWERED,
                                       .order = order,
                                       .reason = note };
    int64_t review = 0;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_number(&s->sql, find, order, &review);
    if (e == ERROR_NOT_FOUND)
        return ERROR_CONFLICT;
    if (e == ERROR_OK) {
        const struct field columns[] = { field_number("review", review), field_text("note", note),
                                         field_id("person", by->person),
                                         field_number("at", by->at) };
        e = FACT_ADD(s, FACT_RETURN_ANSWER, columns, id);
    }
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return e == ERROR_OK ? projection_stale(s, order) : store_answer(s, e);
}
