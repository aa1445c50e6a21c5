/*
 * No query of the page reads a table from end to end that grows with every patient: with ten years
 * of records each would take seconds (tests/browser/bench.mjs measures a few; this looks at all).
 *
 * It reads SQLite's own program of each query. A loop over a table or an index (Rewind or Last,
 * then Next or Prev on the same cursor) is such a scan, unless its row stands below with the reason
 * why it ends early or why the table stays small.
 */
#include "tests/unit/test.h"

#include "core/store/queries.inc"
#include "core/store/read_side.h"
#include "tests/unit/store/world.h"

#include <string.h>

#define QUERY(name, file) { #file, query_##file },
static const struct {
    const char *name, *text;
} queries[] = { READ_TABLE(QUERY) };
#undef QUERY

/* Tables with a row or more for each order, specimen, result, message or look. */
static const char *const growing[] = {
    "orders",
    "order_test",
    "identification",
    "specimen",
    "accession_issue",
    "event",
    "label_print",
    "label_outcome",
    "session",
    "session_end",
    "frame",
    "decoded",
    "message",
    "result",
    "resolution",
    "review",
    "view",
    "sign_in",
    "critical_notice",
    "critical_attempt",
    "critical_step",
    "held_step",
    "tracing",
    "waveform",
    "tracing_tie",
    "tracing_choice",
    "overread",
    "procedure",
    "gate_warning",
    "collection_detail",
    "storage",
    "reading_run",
    "reading_look",
    "reading_end",
    "task",
    "task_step",
    "ownership",
    "correction",
    "notice_item",
    "notice_seen",
    "manifest_line",
    "reference_result",
    "patient",
    "tombstone",
    "specimen_state",
    "outbox_message",
    "outbox_state",
    "outbox_result",
};

static bool grows(const char *table)
{
    for (size_t i = 0; i < sizeof growing / sizeof growing[0]; i++)
        if (strcmp(growing[i], table) == 0)
            return true;
    return false;
}

/* What may be read through, and why. */
static const struct {
    const char *query, *table, *why;
} allowed[] = {
    { "access_by", "view",
      "by the person's rows, newest last; an audit of somebody who worked here for years is long" },
    { "access_by", "event", "the same" },
    { "by_hand", "specimen", "the newest 500" },
    { "by_hand", "reading_run", "those that are not ended: read by eye, a few a day" },
    { "by_hand", "reading_end", "the newest 20" },
    { "criticals", "critical_attempt", "calls about critical values: a few a week" },
    { "criticals", "critical_notice", "the same" },
    { "order", "critical_attempt", "the same" },
    { "order", "critical_notice", "the same" },
    { "export", "event", "the whole of it is asked for" },
    { "export", "view", "the same" },
    { "find", "patient",
      "one row a patient: a name is looked for by its beginning, whatever the case" },
    { "search", "patient", "the same" },
    { "patients", "patient", "the same" },
    { "search", "specimen", "a number is looked for by its end, as people read it aloud" },
    { "find", "manifest_line", "send-outs: what is outstanding" },
    { "huddle", "manifest_line", "the same" },
    { "sendouts", "manifest_line", "the same" },
    { "huddle", "orders", "orders_oral: the oral ones alone" },
    { "oral", "orders", "orders_oral: the oral ones alone" },
    { "huddle", "task", "tasks: a few a day, by task_orders alone" },
    { "inbox", "task", "the same" },
    { "inbox_index", "task", "the same" },
    { "order", "task", "the same" },
    { "overdue", "task", "the same" },
    { "purges", "task", "the same" },
    { "tasks", "task", "the same" },
    { "inbox", "ownership", "orders that changed hands: a few a week" },
    { "inbox_index", "ownership", "the same" },
    { "inbox", "result", "the newest one" },
    { "lot", "result", "result_lot: those of any lot, for one lot's page" },
    { "notices", "notice_item", "corrections: a few a week" },
    { "operators", "message", "back to the first of the last 90 days" },
    { "qc", "message", "controls that are the run of no level, since the levels began" },
    { "outbox", "outbox_state", "the newest 50" },
    { "purges", "orders", "what is past its time is counted, by who purges" },
    { "today", "orders", "back to this morning" },
    { "today", "specimen", "back to this morning" },
    { "today", "result", "back to this morning" },
};

/* Figures and packs are of a span that somebody asked for: they read what lies in it. */
static bool is_of_a_span(const char *query)
{
    return strncmp(query, "pack_", 5) == 0 || strcmp(query, "metrics") == 0;
}

static bool is_allowed(const char *query, const char *table)
{
    if (is_of_a_span(query))
        return true;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp(allowed[i].query, query) == 0 && strcmp(allowed[i].table, table) == 0)
            return true;
    return false;
}

enum { CURSORS = 1024 };

/* The table behind a root page. */
static void table_of(sqlite3 *db, int root, char out[64])
{
    sqlite3_stmt *q = NULL;

    out[0] = '\0';
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT tbl_name FROM main.sqlite_schema WHERE rootpage = ?1", -1,
                           &q, NULL),
        SQLITE_OK);
    (void)sqlite3_bind_int(q, 1, root);
    if (sqlite3_step(q) == SQLITE_ROW)
        (void)snprintf(out, 64, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
}

static unsigned look_at(sqlite3 *db, const char *name, const char *text)
{
    static int roots[CURSORS];
    static bool begun[CURSORS], told[CURSORS];
    char *explain = sqlite3_mprintf("EXPLAIN %s", text);
    sqlite3_stmt *q = NULL;
    unsigned found = 0;

    memset(roots, 0, sizeof roots);
    memset(begun, 0, sizeof begun);
    memset(told, 0, sizeof told);
    if (sqlite3_prepare_v2(db, explain, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s: %s", name, sqlite3_errmsg(db));
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *op = (const char *)sqlite3_column_text(q, 1);
        int cursor = sqlite3_column_int(q, 2);
        char table[64];
        if (cursor < 0 || cursor >= CURSORS)
            continue;
        if (strcmp(op, "OpenRead") == 0 || strcmp(op, "ReopenIdx") == 0) {
            roots[cursor] = sqlite3_column_int(q, 4) == 0 ? sqlite3_column_int(q, 3) : 0;
            begun[cursor] = false;
        } else if (strncmp(op, "Open", 4) == 0) {
            roots[cursor] = 0;
        } else if (strcmp(op, "Rewind") == 0 || strcmp(op, "Last") == 0) {
            begun[cursor] = true;
        } else if (strncmp(op, "Seek", 4) == 0 || strncmp(op, "NotFound", 8) == 0) {
            begun[cursor] = false;
        } else if ((strcmp(op, "Next") == 0 || strcmp(op, "Prev") == 0) && begun[cursor] &&
                   roots[cursor] && !told[cursor]) {
            table_of(db, roots[cursor], table);
            if (!grows(table) || is_allowed(name, table))
                continue;
            told[cursor] = true;
            found++;
            printf("%s reads all of %s\n", name, table);
        }
    }
    (void)sqlite3_finalize(q);
    sqlite3_free(explain);
    return found;
}

static void no_query_reads_what_grows_from_end_to_end(void **state)
{
    struct complaint why = { "" };
    const struct store_params none = { .key = "" };
    struct store_reader *reader = NULL;
    struct buffer out;
    unsigned found = 0;
    struct world w;

    (void)state;
    (void)query_covered;
    (void)query_covered_patient;
    (void)query_views;
    world_open(&w);
    assert_int_equal(store_open_read(w.path, &reader, &why), ERROR_OK);
    buffer_init(&out, 1 << 20);
    assert_int_equal(store_read_json(reader, READ_SITE, &none, &out),
                     ERROR_OK); /* makes the views */
    buffer_free(&out);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        found += look_at(reader->sql.db, queries[i].name, queries[i].text);
    assert_int_equal(found, 0);
    store_close_read(reader);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_query_reads_what_grows_from_end_to_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
