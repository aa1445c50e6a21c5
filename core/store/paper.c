/* Sheets of numbered labels, and what became of each number. */
#include "core/store/paper.h"

#include "core/base/text.h"
#include "core/store/internal.h"
#include "core/store/specimens.h"

#include <string.h>

static const char *const ends[] = { [PAPER_ENTERED] = "entered", [PAPER_VOID] = "void" };

static enum error sheet_add(struct store *s, const struct store_actor *by,
                            const struct store_paper_sheet *in, int64_t *sheet)
{
    const struct field columns[] = { field_number("count", in->count),
                                     field_text("reason", in->reason),
                                     field_id("person", by->person),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_PAPER_SHEET, columns, sheet);
}

static enum error number_add(struct store *s, int64_t sheet, unsigned place, int64_t issue,
                             const struct accession *accession)
{
    const struct field columns[] = { field_number("sheet", sheet), field_number("place", place),
                                     field_number("issue", issue),
                                     field_text("accession", accession->digits) };
    return FACT_ADD(s, FACT_PAPER_NUMBER, columns, NULL);
}

enum error store_paper_reserve(struct store *s, const struct store_actor *by,
                               const struct store_paper_sheet *in, int64_t *sheet)
{
    int64_t id = 0;
    enum error e = sheet_add(s, by, in, &id);

    for (unsigned place = 1; e == ERROR_OK && place <= in->count; place++) {
        struct accession accession;
        int64_t issue = 0;
        e = accession_issue(s, in->day, by->at, &issue, &accession);
        if (e == ERROR_OK)
            e = number_add(s, id, place, issue, &accession);
    }
    if (e == ERROR_OK)
        *sheet = id;
    return e;
}

enum error store_paper_find(struct store *s, const char *accession, struct store_paper_number *out)
{
    static const char find[] =
        "SELECT n.id, n.issue, n.sheet, h.at, n.accession, coalesce(e.how, '') FROM paper_number n "
        "JOIN paper_sheet h ON h.id = n.sheet LEFT JOIN paper_end e ON e.number = n.id WHERE "
        "n.accession = ?1";
    struct store_paper_number found = { .state = PAPER_OPEN };
    const char *how;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, accession);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    found.id = sqlite3_column_int64(q, 0);
    found.issue = sqlite3_column_int64(q, 1);
    found.sheet = sqlite3_column_int64(q, 2);
    found.printed_at = sqlite3_column_int64(q, 3);
    e = text_copy(found.accession.digits, sizeof found.accession.digits,
                  (const char *)sqlite3_column_text(q, 4));
    how = (const char *)sqlite3_column_text(q, 5);
    if (how && *how)
        found.state = strcmp(how, ends[PAPER_VOID]) == 0 ? PAPER_VOID : PAPER_ENTERED;
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_paper_end(struct store *s, const struct store_actor *by, int64_t number,
                           enum paper_state how, const char *reason)
{
    const struct field columns[] = { field_number("number", number),
                                     field_text("how", ends[how]),
                                     field_text("reason", reason),
                                     field_id("person", by->person),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_PAPER_END, columns, NULL);
}

/* A message that waits and was sent under the number, whatever it waits for: there is a tube. */
#define WAITS(number)                                                                              \
    "SELECT m.id FROM held w CROSS JOIN message m ON m.id = w.message WHERE "                      \
    "trim(m.specimen_text) = " number

enum error store_paper_void_rest(struct store *s, const struct store_actor *by, int64_t sheet,
                                 const char *reason, unsigned *count)
{
    static const char there[] = "SELECT id FROM paper_sheet WHERE id = ?1";
    static const char list[] =
        "SELECT n.id FROM paper_number n WHERE n.sheet = ?1 AND NOT EXISTS (SELECT 1 FROM "
        "paper_end e WHERE e.number = n.id) AND NOT EXISTS (" WAITS(
            "n.accession") ") ORDER BY n.id";
    int64_t numbers[STORE_PAPER_MOST], unused;
    unsigned found = 0;
    sqlite3_stmt *q;
    enum error e = sql_number(&s->sql, there, sheet, &unused);

    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, list, &q);
    if (e != ERROR_OK)
        return store_answer(s, e);
    (void)sqlite3_bind_int64(q, 1, sheet);
    while (found < STORE_PAPER_MOST && (e = sql_next(q)) == ERROR_OK)
        numbers[found++] = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    if (e == ERROR_NOT_FOUND)
        e = ERROR_OK;
    for (unsigned i = 0; e == ERROR_OK && i < found; i++)
        e = store_paper_end(s, by, numbers[i], PAPER_VOID, reason);
    if (e == ERROR_OK)
        *count = found;
    return store_answer(s, e);
}

enum error store_paper_used(struct store *s, const char *accession, bool *used)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, WAITS("?1") " LIMIT 1", &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, accession);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK || e == ERROR_NOT_FOUND)
        *used = e == ERROR_OK;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_paper_waiting(struct store *s, const char *accession, int64_t after,
                               int64_t *message)
{
    static const char find[] =
        "SELECT m.id FROM message m JOIN held w ON w.message = m.id WHERE m.specimen_text = ?1 AND "
        "m.id > ?2 AND m.reason_code = 'paper' ORDER BY m.id LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, accession);
    (void)sqlite3_bind_int64(q, 2, after);
    e = sql_next(q);
    if (e == ERROR_OK)
        *message = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_paper_held(struct store *s, int64_t message, int64_t specimen, const char *code,
                            const char *reason, int64_t at)
{
    const struct field columns[] = { field_number("message", message),
                                     field_number("specimen", specimen),
                                     field_text("reason_code", code), field_text("reason", reason),
                                     field_number("at", at) };
    return FACT_ADD(s, FACT_PAPER_HELD, columns, NULL);
}

enum error store_billing_set(struct store *s, const struct store_actor *by, const char *test_code,
                             const char *codes)
{
    const struct field columns[] = { field_text("test_code", test_code), field_text("codes", codes),
                                     field_id("person", by->person), field_number("at", by->at) };
    return FACT_ADD(s, FACT_BILLING_CODE, columns, NULL);
}
