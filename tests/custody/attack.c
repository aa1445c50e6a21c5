/*
 * Custody against somebody who has the database file, Phial's own code, and time (acceptance 7).
 *
 * Each round copies a sealed database, drops the triggers, changes something at random - a value, a
 * byte of an EKG's waveform, whose a tracing is, a row deleted, two rows swapped, either end cut
 * off, a row put in - and computes every id and link of the chain anew, as Phial itself would.
 * Verification must find each and name the first row that is not what was sealed. The number of
 * rounds and a seed are arguments.
 */
#include "tests/unit/store/ekg_world.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/custody/custody.h"
#include "core/store/facts.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>

enum { ROWS_MAX = 4096, TEXT_MAX = 2048 };

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next_random(state) % n);
}

/* The database as the attacker reads it: rows in order of their numbers. */
struct row {
    enum fact table;
    int64_t id;
};

struct attack {
    sqlite3 *db;
    struct row rows[ROWS_MAX];
    size_t count;
    uint64_t random;
    char path[128];
    const char *kind;
    int64_t expected;  /* the first row that is not what was sealed */
    const char *table; /* its sealed table, or NULL when a second row claims the number */
};

static void must(int ok, const char *what, sqlite3 *db)
{
    if (ok)
        return;
    fprintf(stderr, "the attack itself failed: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

static void run(sqlite3 *db, const char *text)
{
    must(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, text, db);
}

static void run_on(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void run_on(sqlite3 *db, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run(db, text);
}

static void drop_guards(sqlite3 *db)
{
    char names[256][96];
    size_t count = 0;
    sqlite3_stmt *q;

    must(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'", -1, &q,
                            NULL) == SQLITE_OK,
         "list of triggers", db);
    while (sqlite3_step(q) == SQLITE_ROW && count < 256)
        (void)snprintf(names[count++], sizeof names[0], "%s", sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    must(count > FACT_COUNT, "there are triggers", db);
    for (size_t i = 0; i < count; i++)
        run_on(db, "DROP TRIGGER %s", names[i]);
}

static int by_id(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void list_rows(struct attack *a)
{
    a->count = 0;
    for (unsigned t = 0; t < FACT_COUNT; t++) {
        char text[TEXT_MAX];
        sqlite3_stmt *q;
        (void)snprintf(text, sizeof text, "SELECT id FROM %s", fact_table((enum fact)t));
        must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
        while (sqlite3_step(q) == SQLITE_ROW && a->count < ROWS_MAX) {
            int64_t id = sqlite3_column_int64(q, 0);
            a->rows[a->count++] = (struct row) { (enum fact)t, id };
        }
        sqlite3_finalize(q);
    }
    qsort(a->rows, a->count, sizeof a->rows[0], by_id);
}

/* Every link anew, in the order of the numbers, over all columns as they now stand. */
static void recompute(struct attack *a)
{
    uint8_t link[STORE_LINK] = { 0 };

    list_rows(a);
    for (size_t i = 0; i < a->count; i++) {
        const char *table = fact_table(a->rows[i].table);
        char text[TEXT_MAX];
        struct fact_hash h;
        sqlite3_stmt *q;

        (void)snprintf(text, sizeof text, "SELECT * FROM %s WHERE id = %lld", table,
                       (long long)a->rows[i].id);
        must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
        must(sqlite3_step(q) == SQLITE_ROW, text, a->db);
        fact_hash_begin(&h, table, a->rows[i].id);
        for (int c = 2; c < sqlite3_column_count(q); c++) {
            int type = sqlite3_column_type(q, c);
            enum field_kind kind = type == SQLITE_NULL      ? FIELD_NULL
                                   : type == SQLITE_INTEGER ? FIELD_INTEGER
                                   : type == SQLITE_BLOB    ? FIELD_BLOB
                                                            : FIELD_TEXT;
            const void *bytes = type == SQLITE_BLOB ? sqlite3_column_blob(q, c)
                                                    : (const void *)sqlite3_column_text(q, c);
            fact_hash_column(&h, kind, sqlite3_column_int64(q, c),
                             span_of(bytes, (size_t)sqlite3_column_bytes(q, c)));
        }
        sqlite3_finalize(q);
        fact_hash_end(&h, link, link);
        (void)snprintf(text, sizeof text, "UPDATE %s SET link = ?1 WHERE id = %lld", table,
                       (long long)a->rows[i].id);
        must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
        sqlite3_bind_blob(q, 1, link, STORE_LINK, SQLITE_STATIC);
        must(sqlite3_step(q) == SQLITE_DONE, text, a->db);
        sqlite3_finalize(q);
    }
}

/* A column of the table that a value can be changed in. */
static void pick_column(struct attack *a, enum fact table, char name[64], char type[16])
{
    char text[TEXT_MAX];
    sqlite3_stmt *q;
    size_t count = 0, chosen;

    (void)snprintf(text, sizeof text, "SELECT count(*) FROM pragma_table_info('%s') WHERE cid > 1",
                   fact_table(table));
    must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
    must(sqlite3_step(q) == SQLITE_ROW, text, a->db);
    count = (size_t)sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    chosen = 2 + below(&a->random, count);
    (void)snprintf(text, sizeof text,
                   "SELECT name, type FROM pragma_table_info('%s') WHERE cid = %zu",
                   fact_table(table), chosen);
    must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
    must(sqlite3_step(q) == SQLITE_ROW, text, a->db);
    (void)snprintf(name, 64, "%s", sqlite3_column_text(q, 0));
    (void)snprintf(type, 16, "%s", sqlite3_column_text(q, 1));
    sqlite3_finalize(q);
}

static void change_value(struct attack *a)
{
    struct row *row = &a->rows[below(&a->random, a->count)];
    char name[64], type[16];

    pick_column(a, row->table, name, type);
    if (strcmp(type, "INTEGER") == 0)
        run_on(a->db, "UPDATE %s SET %s = coalesce(%s, 0) + %zu WHERE id = %lld",
               fact_table(row->table), name, name, 100000 + below(&a->random, 1000),
               (long long)row->id);
    else if (strcmp(type, "BLOB") == 0)
        run_on(a->db, "UPDATE %s SET %s = CAST(%s || x'00' AS BLOB) WHERE id = %lld",
               fact_table(row->table), name, name, (long long)row->id);
    else
        run_on(a->db, "UPDATE %s SET %s = coalesce(%s, '') || '1' WHERE id = %lld",
               fact_table(row->table), name, name, (long long)row->id);
    a->kind = "a value changed";
    a->expected = row->id;
    a->table = fact_table(row->table);
}

/* A row of that table. */
static const struct row *pick_row(struct attack *a, enum fact table)
{
    size_t at = below(&a->random, a->count);

    while (a->rows[at].table != table)
        at = (at + 1) % a->count;
    return &a->rows[at];
}

/* One byte of what a lead recorded, which no length and no sum betrays. */
static void change_sample(struct attack *a)
{
    const struct row *row = pick_row(a, FACT_WAVEFORM);
    uint8_t bytes[64];
    sqlite3_stmt *q;
    int len;

    must(sqlite3_prepare_v2(a->db, "SELECT samples FROM waveform WHERE id = ?1", -1, &q, NULL) ==
             SQLITE_OK,
         "reading samples", a->db);
    sqlite3_bind_int64(q, 1, row->id);
    must(sqlite3_step(q) == SQLITE_ROW, "reading samples", a->db);
    len = sqlite3_column_bytes(q, 0);
    must(len > 1 && len <= (int)sizeof bytes, "samples", NULL);
    memcpy(bytes, sqlite3_column_blob(q, 0), (size_t)len);
    sqlite3_finalize(q);
    bytes[1 + below(&a->random, (size_t)len - 1)] ^= (uint8_t)(1u << below(&a->random, 8));
    must(sqlite3_prepare_v2(a->db, "UPDATE waveform SET samples = ?2 WHERE id = ?1", -1, &q,
                            NULL) == SQLITE_OK,
         "writing samples", a->db);
    sqlite3_bind_int64(q, 1, row->id);
    sqlite3_bind_blob(q, 2, bytes, len, SQLITE_STATIC);
    must(sqlite3_step(q) == SQLITE_DONE, "writing samples", a->db);
    sqlite3_finalize(q);
    a->kind = "a sample changed";
    a->expected = row->id;
    a->table = "waveform";
}

/* A tracing given to another patient's order. */
static void move_tie(struct attack *a)
{
    const struct row *row = pick_row(a, FACT_TRACING_TIE);

    run_on(a->db,
           "UPDATE tracing_tie SET orders = (SELECT o.id FROM orders o WHERE o.id <> "
           "tracing_tie.orders ORDER BY o.id LIMIT 1) WHERE id = %lld",
           (long long)row->id);
    a->kind = "a tie moved";
    a->expected = row->id;
    a->table = "tracing_tie";
}

/* Moves every row above `id` by `by`, so that no gap shows. */
static void renumber(struct attack *a, int64_t id, int64_t by)
{
    for (unsigned t = 0; t < FACT_COUNT; t++) {
        const char *table = fact_table((enum fact)t);
        /* by way of far numbers, as an update in place would meet itself */
        run_on(a->db, "UPDATE %s SET id = id + 1000000 WHERE id > %lld", table, (long long)id);
        run_on(a->db, "UPDATE %s SET id = id - 1000000 + %lld WHERE id > 1000000", table,
               (long long)by);
    }
}

static void delete_row(struct attack *a, size_t at)
{
    struct row *row = &a->rows[at];

    run_on(a->db, "DELETE FROM %s WHERE id = %lld", fact_table(row->table), (long long)row->id);
    a->expected = row->id;
    a->table = fact_table(row->table);
    a->kind = "a row deleted, a gap left";
    if (below(&a->random, 2)) {
        renumber(a, row->id, -1);
        a->kind = "a row deleted, the gap closed";
    }
}

static void cut_end(struct attack *a)
{
    size_t many = 1 + below(&a->random, a->count / 2), first = a->count - many;

    for (size_t i = first; i < a->count; i++)
        run_on(a->db, "DELETE FROM %s WHERE id = %lld", fact_table(a->rows[i].table),
               (long long)a->rows[i].id);
    a->expected = a->rows[first].id;
    a->table = fact_table(a->rows[first].table);
    a->kind = "the end cut off";
}

static void cut_beginning(struct attack *a)
{
    size_t many = 1 + below(&a->random, a->count / 2);

    for (size_t i = 0; i < many; i++)
        run_on(a->db, "DELETE FROM %s WHERE id = %lld", fact_table(a->rows[i].table),
               (long long)a->rows[i].id);
    if (below(&a->random, 2))
        renumber(a, (int64_t)many, -(int64_t)many);
    a->expected = 1;
    a->table = fact_table(a->rows[0].table);
    a->kind = "the beginning cut off";
}

/* Whether two rows say the same but for their numbers: to swap them would change nothing. */
static bool alike(struct attack *a, const struct row *x, const struct row *y)
{
    char columns[TEXT_MAX / 4], text[TEXT_MAX];
    sqlite3_stmt *q;
    bool same;

    if (x->table != y->table)
        return false;
    (void)snprintf(text, sizeof text,
                   "SELECT group_concat(name) FROM pragma_table_info('%s') WHERE cid > 1",
                   fact_table(x->table));
    must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
    must(sqlite3_step(q) == SQLITE_ROW, text, a->db);
    (void)snprintf(columns, sizeof columns, "%s", sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    (void)snprintf(text, sizeof text,
                   "SELECT %s FROM %s WHERE id = %lld INTERSECT SELECT %s FROM %s WHERE id = %lld",
                   columns, fact_table(x->table), (long long)x->id, columns, fact_table(x->table),
                   (long long)y->id);
    must(sqlite3_prepare_v2(a->db, text, -1, &q, NULL) == SQLITE_OK, text, a->db);
    same = sqlite3_step(q) == SQLITE_ROW;
    sqlite3_finalize(q);
    return same;
}

/* The numbers of two rows change places. */
static void swap_rows(struct attack *a)
{
    size_t i = below(&a->random, a->count), j = below(&a->random, a->count);
    const struct row *x, *y;

    while (i == j || alike(a, &a->rows[i], &a->rows[j]))
        j = (j + 1) % a->count;
    x = &a->rows[i < j ? i : j];
    y = &a->rows[i < j ? j : i];
    run_on(a->db, "UPDATE %s SET id = 2000000 WHERE id = %lld", fact_table(x->table),
           (long long)x->id);
    run_on(a->db, "UPDATE %s SET id = %lld WHERE id = %lld", fact_table(y->table), (long long)x->id,
           (long long)y->id);
    run_on(a->db, "UPDATE %s SET id = %lld WHERE id = 2000000", fact_table(x->table),
           (long long)y->id);
    a->expected = x->id;
    a->table = fact_table(x->table);
    a->kind = "two rows swapped";
}

/* A second event, like one that is there, with a number of its own in the middle or at the end. */
static void insert_row(struct attack *a)
{
    size_t at = below(&a->random, a->count + 1);
    int64_t id = at < a->count ? a->rows[at].id : a->rows[a->count - 1].id + 1;

    if (at < a->count)
        renumber(a, id - 1, 1);
    run(a->db, "CREATE TEMP TABLE copy AS SELECT * FROM event ORDER BY random() LIMIT 1");
    run_on(a->db, "UPDATE copy SET id = %lld, at = at + 1", (long long)id);
    run(a->db, "INSERT INTO event SELECT * FROM copy");
    a->expected = id;
    a->table = at < a->count ? fact_table(a->rows[at].table) : "event";
    a->kind = at < a->count ? "a row put in" : "a row put in at the end";
}

/* A second row takes a number that is in use, in another table. */
static void double_row(struct attack *a)
{
    size_t at = below(&a->random, a->count);

    while (a->rows[at].table == FACT_EVENT)
        at = below(&a->random, a->count);
    run(a->db, "CREATE TEMP TABLE copy AS SELECT * FROM event ORDER BY random() LIMIT 1");
    run_on(a->db, "UPDATE copy SET id = %lld", (long long)a->rows[at].id);
    run(a->db, "INSERT INTO event SELECT * FROM copy");
    a->expected = a->rows[at].id;
    a->table = NULL;
    a->kind = "a number used twice";
}

static void attack(struct attack *a)
{
    drop_guards(a->db);
    run(a->db, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
               "BEGIN");
    list_rows(a);
    switch (below(&a->random, 12)) {
    case 0:
    case 1:
    case 2:
        change_value(a);
        break;
    case 3:
    case 4:
        delete_row(a, below(&a->random, a->count));
        break;
    case 5:
        cut_end(a);
        break;
    case 6:
        cut_beginning(a);
        break;
    case 7:
        swap_rows(a);
        break;
    case 8:
        insert_row(a);
        break;
    case 9:
        change_sample(a);
        break;
    case 10:
        move_tie(a);
        break;
    default:
        double_row(a);
        break;
    }
    recompute(a);
    run(a->db, "COMMIT");
}

static void copy_file(const char *from, const char *to)
{
    static uint8_t bytes[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n;

    must(in >= 0 && out >= 0, "copying", NULL);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        must(write(out, bytes, (size_t)n) == n, "copying", NULL);
    must(n == 0, "copying", NULL);
    close(in);
    close(out);
}

/* Whether verification names the right row; complains when not. */
static bool found(struct attack *a, const char *seal, const uint8_t *key)
{
    struct custody_report report;
    struct complaint why = { "" };
    enum error e = custody_verify(a->path, seal, key, &report, &why);
    bool unsealed = strcmp(a->kind, "a row put in at the end") == 0;
    bool right;

    if (e != ERROR_OK) {
        fprintf(stderr, "%s: verification failed: %s\n", a->kind, why.text);
        return false;
    }
    if (unsealed) /* nothing sealed was touched: the row is said to stand outside the seal */
        right = report.unsealed == 1 && report.sealed_to == a->expected - 1;
    else
        right = report.finding == CUSTODY_BROKEN_ROW && report.id == a->expected &&
                (!a->table || strcmp(report.table, a->table) == 0);
    if (!right)
        fprintf(stderr, "%s: expected %s %lld, got finding %d, %s %lld: %s\n", a->kind,
                a->table ? a->table : "any", (long long)a->expected, (int)report.finding,
                report.table, (long long)report.id, report.what);
    return right;
}

static bool round_of(struct world *w, const char *seal, const uint8_t *key, uint64_t *random)
{
    static struct attack a;
    bool right;

    a.random = next_random(random);
    (void)snprintf(a.path, sizeof a.path, "%s/copy.db", w->folder);
    copy_file(w->path, a.path);
    must(sqlite3_open(a.path, &a.db) == SQLITE_OK, "opening the copy", a.db);
    run(a.db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
    attack(&a);
    must(sqlite3_close(a.db) == SQLITE_OK, "closing the copy", NULL);
    right = found(&a, seal, key);
    (void)unlink(a.path);
    return right;
}

static void read_key(const struct world *w, uint8_t key[CUSTODY_PUBLIC])
{
    char path[128], text[2 * CUSTODY_PUBLIC + 1] = "";
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/" CUSTODY_PUBLIC_FILE, w->folder);
    f = fopen(path, "r");
    must(f && fread(text, 1, sizeof text - 1, f) == sizeof text - 1, "reading the key", NULL);
    fclose(f);
    WORLD_MUST(text_unhex(key, CUSTODY_PUBLIC, text));
}

/* A morning at the clinic, sealed in several seals, and closed. */
static void fill(struct world *w)
{
    struct custody *custody = NULL;
    struct arena arena;

    WORLD_MUST(custody_open(w->folder, w->store, clock_system(), entropy_system(), &custody, NULL));
    for (int i = 0; i < 6; i++) {
        struct store_specimen specimen;
        arena_init(&arena, 1 << 20);
        WORLD_MUST(store_begin(w->store));
        specimen = world_specimen(w, &arena);
        w->now += 60000;
        (void)world_result(w, &specimen, "7.4", SEVERITY_ABNORMAL, 0);
        (void)world_message(w, "999", "7", i % 2 ? DISPOSITION_HELD : DISPOSITION_QC);
        WORLD_MUST(store_commit(w->store, NULL));
        WORLD_MUST(custody_seal(custody, w->store, NULL));
        arena_free(&arena);
    }
    WORLD_MUST(store_begin(w->store));
    ekg_world_fill(w);
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(custody_seal(custody, w->store, NULL));
    custody_close(custody);
    store_close(w->store);
    w->store = NULL;
}

int main(int argc, char **argv)
{
    uint64_t rounds = 300, random = 20260312, wrong = 0;
    char seal[128];
    uint8_t key[CUSTODY_PUBLIC];
    struct world w;
    time_t began = time(NULL);

    if ((argc > 1 && text_to_u64(argv[1], &rounds) != ERROR_OK) ||
        (argc > 2 && (text_to_u64(argv[2], &random) != ERROR_OK || random == 0)) || argc > 3) {
        fprintf(stderr, "usage: %s [ROUNDS [SEED]]\n", argv[0]);
        return 2;
    }
    world_open(&w);
    fill(&w);
    read_key(&w, key);
    (void)snprintf(seal, sizeof seal, "%s/" CUSTODY_SEAL_FILE, w.folder);
    for (uint64_t i = 0; i < rounds; i++)
        wrong += !round_of(&w, seal, key, &random);
    world_close(&w);
    printf("custody: %llu attacks, %llu not found or named wrongly, %lld s\n",
           (unsigned long long)rounds, (unsigned long long)wrong, (long long)(time(NULL) - began));
    return wrong != 0;
}
