/* Sending, and auditing what was kept. */
#include "tests/fault/traffic.h"

#include "core/model/wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_ROOM = 160, TRIES = 100000 };

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    exit(1);
}

static int dial_line(void *context)
{
    return line_dial(&((struct traffic_link *)context)->line);
}

static unsigned specimen_of(const struct traffic_link *link, unsigned message)
{
    return link->number * link->traffic->messages + message;
}

/* The value that the specimen's one result must have: told apart from all its neighbours'. */
static void expected_value(char *out, size_t size, unsigned specimen)
{
    (void)snprintf(out, size, "%u.%03u", 4 + specimen % 9, specimen % 1000);
}

static void write_records(const struct traffic_link *link, unsigned message,
                          char records[TRAFFIC_RECORDS][RECORD_ROOM])
{
    unsigned specimen = specimen_of(link, message);
    char value[16];

    expected_value(value, sizeof value, specimen);
    (void)snprintf(records[0], RECORD_ROOM,
                   "H|\\^&|M%06u||Fault^1.0^SN%u|||||||P|LIS2-A2|20260312%02u%02u%02u", specimen,
                   link->number, specimen / 3600 % 24, specimen / 60 % 60, specimen % 60);
    (void)snprintf(records[1], RECORD_ROOM, "P|1||%08u", 900000 + specimen);
    (void)snprintf(records[2], RECORD_ROOM, "O|1|%s|%u|^^^HbA1c|R||||||N",
                   link->traffic->specimens[specimen].digits, specimen);
    (void)snprintf(records[3], RECORD_ROOM,
                   "R|1|^^^HbA1c|%s|%%|4.0 to 5.6|N||F||op%u||20260312%02u%02u%02u", value,
                   specimen, specimen / 3600 % 24, specimen / 60 % 60, specimen % 60);
    (void)snprintf(records[4], RECORD_ROOM, "L|1|N");
}

/* The frame's digit is its record's place in the message. */
static void count_acknowledged(void *context, const uint8_t *frame, size_t len)
{
    struct traffic_link *link = context;
    unsigned record = (unsigned)(frame[1] - '1');
    (void)len;
    link->traffic->acknowledged[specimen_of(link, link->sending) * TRAFFIC_RECORDS + record]++;
}

static void *link_run(void *context)
{
    struct traffic_link *link = context;
    char texts[TRAFFIC_RECORDS][RECORD_ROOM];
    const char *records[TRAFFIC_RECORDS];

    for (unsigned i = 0; i < TRAFFIC_RECORDS; i++)
        records[i] = texts[i];
    for (link->sending = 0; link->sending < link->traffic->messages; link->sending++) {
        write_records(link, link->sending, texts);
        if (!sender_send(&link->sender, records, TRAFFIC_RECORDS, TRIES))
            break;
        link->done++;
    }
    sender_hang_up(&link->sender);
    link->finished = true;
    return NULL;
}

void traffic_init(struct traffic *t, unsigned links, unsigned messages,
                  const struct accession *specimens, const struct sender_faults *faults,
                  uint64_t seed)
{
    *t = (struct traffic) { .link_count = links, .messages = messages, .specimens = specimens };
    t->acknowledged = calloc((size_t)links * messages * TRAFFIC_RECORDS, sizeof *t->acknowledged);
    if (!t->acknowledged)
        die("out of memory");
    for (unsigned i = 0; i < links; i++) {
        struct traffic_link *link = &t->links[i];
        link->traffic = t;
        link->number = i;
        sender_prepare(&link->sender, dial_line, link, seed + i);
        link->sender.faults = *faults;
        link->sender.acknowledged = count_acknowledged;
        link->sender.stop = &t->stop;
    }
}

void traffic_start(struct traffic *t)
{
    for (unsigned i = 0; i < t->link_count; i++) {
        if (pthread_create(&t->links[i].thread, NULL, link_run, &t->links[i]))
            die("no thread");
    }
}

bool traffic_finished(const struct traffic *t)
{
    for (unsigned i = 0; i < t->link_count; i++)
        if (!t->links[i].finished)
            return false;
    return true;
}

void traffic_join(struct traffic *t)
{
    for (unsigned i = 0; i < t->link_count; i++)
        pthread_join(t->links[i].thread, NULL);
}

void traffic_free(struct traffic *t)
{
    for (unsigned i = 0; i < t->link_count; i++)
        line_close(&t->links[i].line);
    free(t->acknowledged);
}

void traffic_print(const struct traffic *t)
{
    struct sender_counts sum = { 0 };
    for (unsigned i = 0; i < t->link_count; i++) {
        const struct sender_counts *c = &t->links[i].sender.counts;
        sum.messages += c->messages;
        sum.frames_sent += c->frames_sent;
        sum.frames_acknowledged += c->frames_acknowledged;
        sum.naks += c->naks;
        sum.reconnects += c->reconnects;
        sum.flips += c->flips;
        sum.drops += c->drops;
        sum.cuts += c->cuts;
    }
    printf("sent: %llu messages, %llu frames, %llu acknowledged, %llu refused, %llu flipped, %llu "
           "acknowledgements "
           "dropped, %llu cuts, %llu reconnects\n",
           (unsigned long long)sum.messages, (unsigned long long)sum.frames_sent,
           (unsigned long long)sum.frames_acknowledged, (unsigned long long)sum.naks,
           (unsigned long long)sum.flips, (unsigned long long)sum.drops,
           (unsigned long long)sum.cuts, (unsigned long long)sum.reconnects);
}

static sqlite3 *open_database(const char *data)
{
    char path[1024];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/phial.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        die("%s: %s", path, sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, 5000);
    return db;
}

static long long query_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    long long value;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        die("%s: %s", sql, sqlite3_errmsg(db));
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Rows are numbered in the order of insertion over all tables: a message whose number is above that
 * of its session's end was not told by the child that heard it. */
long long traffic_decoded_later(const char *data)
{
    sqlite3 *db = open_database(data);
    char sql[256];
    long long count;

    (void)snprintf(sql, sizeof sql,
                   "SELECT count(DISTINCT m.session) FROM message m JOIN session_end e ON "
                   "e.session = m.session WHERE e.how = %d AND m.id > e.id AND m.disposition = "
                   "'linked'",
                   SESSION_END_CHILD_LOST);
    count = query_number(db, sql);
    sqlite3_close(db);
    return count;
}

void traffic_settle(const char *data)
{
    sqlite3 *db = open_database(data);
    for (unsigned i = 0; i < 300; i++) {
        if (query_number(db, "SELECT count(*) FROM (SELECT DISTINCT session FROM frame EXCEPT "
                             "SELECT session FROM decoded)") == 0) {
            sqlite3_close(db);
            return;
        }
        usleep(100000);
    }
    die("after 30 s there are still sessions that nobody has decoded");
}

/* Every acknowledged frame of the record has as many rows as it was acknowledged, at least. */
static void audit_frames(const struct traffic *t, sqlite3 *db)
{
    sqlite3_stmt *count = NULL;
    if (sqlite3_exec(db,
                     "CREATE TEMP TABLE kept AS SELECT bytes, count(*) AS rows FROM frame WHERE "
                     "direction = 0 "
                     "GROUP BY bytes; CREATE INDEX temp.kept_bytes ON kept(bytes)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT rows FROM temp.kept WHERE bytes = ?", -1, &count, NULL) !=
            SQLITE_OK)
        die("audit: %s", sqlite3_errmsg(db));
    for (unsigned s = 0; s < t->link_count * t->messages; s++) {
        char records[TRAFFIC_RECORDS][RECORD_ROOM];
        const struct traffic_link *link = &t->links[s / t->messages];
        write_records(link, s % t->messages, records);
        for (unsigned r = 0; r + 1 < TRAFFIC_RECORDS; r++) { /* the last one is the same for all */
            uint8_t frame[RECORD_ROOM + 16];
            unsigned acknowledged = t->acknowledged[s * TRAFFIC_RECORDS + r];
            long long rows = 0;
            /* the frame ends with CR; the LF behind it may be missing and is not kept */
            sqlite3_bind_blob(count, 1, frame, (int)sender_frame(frame, r + 1, records[r]) - 1,
                              SQLITE_STATIC);
            if (sqlite3_step(count) == SQLITE_ROW)
                rows = sqlite3_column_int64(count, 0);
            sqlite3_reset(count);
            if (rows < (long long)acknowledged)
                die("specimen %u, record %u: acknowledged %u times, kept %lld times", s, r,
                    acknowledged, rows);
        }
    }
    sqlite3_finalize(count);
    if (query_number(db, "SELECT count(*) FROM (SELECT 1 FROM frame WHERE direction = 0 GROUP BY "
                         "session, number "
                         "HAVING count(*) > 1)"))
        die("a session holds the same frame twice");
}

/* Each specimen has one linked message with one result, of the right value. */
static void audit_results(const struct traffic *t, sqlite3 *db)
{
    sqlite3_stmt *find = NULL;
    if (sqlite3_prepare_v2(
            db,
            "SELECT r.value, count(*) OVER () FROM result r JOIN specimen s ON s.id = r.specimen "
            "WHERE s.accession = ?",
            -1, &find, NULL) != SQLITE_OK)
        die("audit: %s", sqlite3_errmsg(db));
    for (unsigned s = 0; s < t->link_count * t->messages; s++) {
        char value[16];
        bool sent = s % t->messages < t->links[s / t->messages].done;
        expected_value(value, sizeof value, s);
        sqlite3_bind_text(find, 1, t->specimens[s].digits, -1, SQLITE_STATIC);
        if (sqlite3_step(find) != SQLITE_ROW) {
            if (sent)
                die("specimen %s was sent and has no result", t->specimens[s].digits);
        } else if (sqlite3_column_int(find, 1) != 1) {
            die("specimen %s has %d results", t->specimens[s].digits, sqlite3_column_int(find, 1));
        } else if (strcmp((const char *)sqlite3_column_text(find, 0), value) != 0) {
            die("specimen %s has the value %s, not %s", t->specimens[s].digits,
                sqlite3_column_text(find, 0), value);
        }
        sqlite3_reset(find);
    }
    sqlite3_finalize(find);
}

void traffic_audit(const struct traffic *t, const char *data)
{
    sqlite3 *db = open_database(data);
    audit_frames(t, db);
    audit_results(t, db);
    printf("kept: %lld frames in %lld sessions, %lld messages (%lld linked, %lld repeats, %lld "
           "held or incomplete), "
           "%lld results\n",
           query_number(db, "SELECT count(*) FROM frame"),
           query_number(db, "SELECT count(*) FROM session"),
           query_number(db, "SELECT count(*) FROM message"),
           query_number(db, "SELECT count(*) FROM message WHERE disposition = 'linked'"),
           query_number(db, "SELECT count(*) FROM message WHERE disposition = 'repeat'"),
           query_number(db,
                        "SELECT count(*) FROM message WHERE disposition IN ('held', 'incomplete')"),
           query_number(db, "SELECT count(*) FROM result"));
    sqlite3_close(db);
}
