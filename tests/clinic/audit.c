/* The audit: see the header. */
#include "tests/clinic/audit.h"

#include "tests/support/children.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct audit {
    sqlite3 *db;
    unsigned wrong;
};

static sqlite3 *open_database(const char *data)
{
    char path[1024];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/phial.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        exit(1);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

/* The one number that a query gives, with the text bound to its first parameter. */
static long long ask(sqlite3 *db, const char *sql, const char *text)
{
    sqlite3_stmt *statement = NULL;
    long long value;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    if (text)
        (void)sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return value;
}

void audit_settle(const char *data)
{
    sqlite3 *db = open_database(data);
    for (unsigned i = 0; i < 300; i++) {
        if (ask(db,
                "SELECT count(*) FROM (SELECT DISTINCT session FROM frame EXCEPT SELECT session "
                "FROM decoded EXCEPT SELECT s.id FROM session s WHERE NOT EXISTS (SELECT 1 FROM "
                "session_end e WHERE e.session = s.id))",
                NULL) == 0) {
            sqlite3_close(db);
            return;
        }
        usleep(100000);
    }
    (void)fprintf(stderr, "after 30 s there are still sessions that nobody has decoded\n");
    exit(1);
}

__attribute__((format(printf, 2, 3))) static void complain_of(struct audit *a, const char *format,
                                                              ...)
{
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    a->wrong++;
}

#define OF_INSTRUMENT                                                                              \
    " FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument " \
    "WHERE i.name = ?1 AND m.repeats IS NULL AND "

/* Whether the specimen's one result has the value that its own message carried, to the byte. */
static bool has_value(const struct audit *a, const char *specimen, const char *value)
{
    static const char sql[] = "SELECT r.value FROM result r JOIN specimen p ON p.id = r.specimen "
                              "WHERE p.accession = ?1 AND r.identical_repeat = 0";
    sqlite3_stmt *statement = NULL;
    bool same = false;
    if (sqlite3_prepare_v2(a->db, sql, -1, &statement, NULL) != SQLITE_OK)
        exit(1);
    (void)sqlite3_bind_text(statement, 1, specimen, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        same = strcmp((const char *)sqlite3_column_text(statement, 0), value) == 0;
    sqlite3_finalize(statement);
    return same;
}

/* A specimen that was sent with its own number has one result, with the value that was sent for it;
 * any other has none. A result that the program itself marks as an identical repeat is there for a
 * person to judge. */
static void audit_specimens(struct audit *a, const struct device *d)
{
    for (unsigned r = 0; r < d->rounds; r++) {
        bool linked = d->kind->tells_specimen && device_case_of(d, r) == CASE_LINKED;
        long long results =
            ask(a->db,
                "SELECT count(*) FROM result r JOIN specimen p ON p.id = r.specimen WHERE "
                "p.accession = ?1 AND r.identical_repeat = 0",
                d->specimens[r].digits);
        if (results != (linked ? 1 : 0))
            complain_of(a, "%s: specimen %s (message %u) has %lld results", d->name,
                        d->specimens[r].digits, r, results);
        else if (linked && !has_value(a, d->specimens[r].digits, d->said[r].value))
            complain_of(a, "%s: specimen %s (message %u) has another value than was sent", d->name,
                        d->specimens[r].digits, r);
    }
}

static void audit_numbers(struct audit *a, const struct device *d)
{
    unsigned known = d->kind->tells_specimen ? d->sent[CASE_LINKED] : 0;
    unsigned all = d->sent[CASE_LINKED] + d->sent[CASE_WRONG_ID] + d->sent[CASE_NO_ID];
    unsigned controls = d->kind->tells_control ? d->sent[CASE_CONTROL] : 0;
    long long linked =
        ask(a->db, "SELECT count(*)" OF_INSTRUMENT "m.disposition = 'linked'", d->name);
    long long held = ask(a->db,
                         "SELECT count(*)" OF_INSTRUMENT "m.disposition = 'held' AND m.kind "
                         "= 'patient'",
                         d->name);
    long long qc = ask(a->db, "SELECT count(*)" OF_INSTRUMENT "m.disposition = 'qc'", d->name);

    if (d->failed)
        complain_of(a, "%s: %u messages were given up", d->name, d->failed);
    if (linked < known)
        complain_of(a, "%s: %u known specimens were sent, %lld linked", d->name, known, linked);
    if (held < all - known)
        complain_of(a, "%s: %u were to be held, %lld are", d->name, all - known, held);
    if (qc != controls)
        complain_of(a, "%s: %u controls were sent, %lld kept as such", d->name, controls, qc);
}

bool audit_day(const char *data, const struct device *devices, size_t count)
{
    struct audit a = { open_database(data), 0 };
    long long strangers =
        ask(a.db,
            "SELECT count(*) FROM result r JOIN message m ON m.id = r.message JOIN specimen p ON "
            "p.id = r.specimen WHERE trim(m.specimen_text) <> p.accession",
            NULL);

    if (strangers)
        complain_of(&a, "%lld results stand on a specimen that their message does not name",
                    strangers);
    for (size_t i = 0; i < count; i++) {
        audit_specimens(&a, &devices[i]);
        audit_numbers(&a, &devices[i]);
    }
    sqlite3_close(a.db);
    return a.wrong == 0;
}

/* Memory */

static double pss_of(pid_t pid)
{
    char path[64], line[256];
    double kilobytes = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Pss:", 4) == 0)
            kilobytes = strtod(line + 4, NULL);
    if (file)
        (void)fclose(file);
    return kilobytes / 1024;
}

double audit_memory(pid_t core)
{
    pid_t children[CHILDREN_MOST];
    size_t count = children_of(core, children);
    double sum = pss_of(core);

    for (size_t i = 0; i < count; i++)
        sum += pss_of(children[i]);
    return sum;
}
