/* The read side: embedded queries that give JSON; see the header for their shapes. */
#include "core/store/read.h"

#include "core/model/people.h"
#include "core/store/audit_functions.h"
#include "core/store/json.h"
#include "core/store/qc_functions.h"
#include "core/store/queries.inc"
#include "core/store/read_side.h"
#include "core/store/reading.h"
#include "core/store/tracings.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUERY_ROW(name, file) query_##file,
static const char *const queries[] = { READ_TABLE(QUERY_ROW) };
#undef QUERY_ROW

enum { PAGE_ROWS = 50, PAGE_MAX = 500, DESCRIPTORS = 1024, KEPT_QUERIES = 16 };

/* frame_text(bytes): wire bytes as text, each control byte by its name, as <STX>. */
static void frame_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    static const char *const names[] = { "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL",
                                         "BS",  "HT",  "LF",  "VT",  "FF",  "CR",  "SO",  "SI",
                                         "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
                                         "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US" };
    const uint8_t *bytes = sqlite3_value_blob(values[0]);
    int len = sqlite3_value_bytes(values[0]);
    sqlite3_str *out = sqlite3_str_new(NULL);
    char *text;

    (void)count;
    for (int i = 0; i < len; i++) {
        if (bytes[i] < 0x20)
            sqlite3_str_appendf(out, "<%s>", names[bytes[i]]);
        else if (bytes[i] >= 0x7f)
            sqlite3_str_appendf(out, "<0x%02x>", bytes[i]);
        else
            sqlite3_str_appendchar(out, 1, (char)bytes[i]);
    }
    text = sqlite3_str_finish(out);
    if (text)
        sqlite3_result_text(context, text, -1, sqlite3_free);
    else if (len == 0)
        sqlite3_result_text(context, "", 0, SQLITE_STATIC);
    else
        sqlite3_result_error_nomem(context);
}

/* near_accession(sent, ours): whether they differ in one digit or one swap of neighbours. */
static void near_accession(sqlite3_context *context, int count, sqlite3_value **values)
{
    const unsigned char *a = sqlite3_value_text(values[0]);
    const unsigned char *b = sqlite3_value_text(values[1]);
    int len = sqlite3_value_bytes(values[0]), first = -1, differ = 0;

    (void)count;
    if (!a || !b || len != sqlite3_value_bytes(values[1])) {
        sqlite3_result_int(context, 0);
        return;
    }
    for (int i = 0; i < len; i++)
        if (a[i] != b[i]) {
            first = first < 0 ? i : first;
            differ++;
        }
    sqlite3_result_int(context, differ == 1 || (differ == 2 && a[first] == b[first + 1] &&
                                                a[first + 1] == b[first]));
}

/* role_may(role, right), by their ids (core/model/people.h). */
static void sql_role_may(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *id = (const char *)sqlite3_value_text(values[0]);
    const char *wanted = (const char *)sqlite3_value_text(values[1]);
    enum role role;
    bool may = false;

    (void)count;
    if (id && wanted && role_parse(id, &role) == ERROR_OK)
        for (unsigned right = 0; right < RIGHT_COUNT; right++)
            may = may || (strcmp(right_id((enum right)right), wanted) == 0 &&
                          role_may(role, (enum right)right));
    sqlite3_result_int(context, may);
}

/* procedure_time() and run_shown_time(): ms, as C has them. */
static void procedure_time(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_int64(context, STORE_PROCEDURE_TIME);
}

static void run_shown_time(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_int64(context, STORE_RUN_SHOWN_TIME);
}

static enum error functions_add(struct sql *q)
{
    static const struct {
        const char *name;
        int arguments;
        void (*run)(sqlite3_context *context, int count, sqlite3_value **values);
        void (*step)(sqlite3_context *context, int count, sqlite3_value **values);
        void (*final)(sqlite3_context *context);
    } functions[] = { { "frame_text", 1, frame_text, NULL, NULL },
                      { "near_accession", 2, near_accession, NULL, NULL },
                      { "role_may", 2, sql_role_may, NULL, NULL },
                      { "gs1", 3, read_gs1, NULL, NULL },
                      { "procedure_time", 0, procedure_time, NULL, NULL },
                      { "run_shown_time", 0, run_shown_time, NULL, NULL },
                      { "object", -1, json_put_object, NULL, NULL },
                      { "list", 1, NULL, json_list_step, json_list_final } };
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(q->db, functions[i].name, functions[i].arguments,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                          NULL, functions[i].run, functions[i].step,
                                          functions[i].final, NULL);
    if (code == SQLITE_OK && store_audit_functions(q) != ERROR_OK)
        return ERROR_NO_MEMORY;
    return code == SQLITE_OK ? store_qc_functions(q) : sql_error(code);
}

/* Opens every file now, so that a confined process opens nothing later: the number of the schema
 * is read from the database and its log without reading the schema itself, which costs megabytes
 * that a page nobody looks at does not need. */
static enum error files_open(struct sql *q)
{
    /* A page of the inbox touches thousands of places of a large database: mapped, each costs no
     * system call. */
    static const char map[] = "PRAGMA mmap_size = 268435456; PRAGMA schema_version";

    return sql_run(q, map);
}

/* The temporary views that the queries read, at the first of them. */
static enum error views_make(struct store_reader *r)
{
    static const char room[] = "PRAGMA cache_size = -8000; SAVEPOINT views";
    enum error e = r->ready ? ERROR_OK : sql_run(&r->sql, room);

    if (r->ready || e != ERROR_OK)
        return e;
    if (r->covered)
        e = sql_run(&r->sql, query_covered);
    if (e == ERROR_OK)
        e = sql_run(&r->sql, query_views);
    if (e == ERROR_OK && r->covered)
        e = sql_run(&r->sql, query_covered_patient);
    if (e != ERROR_OK)
        (void)sql_run(&r->sql, "ROLLBACK TO views");
    (void)sql_run(&r->sql, "RELEASE views");
    r->ready = e == ERROR_OK;
    return e;
}

/* Lets the query go that was asked longest ago, when there are many: each holds about a tenth of
 * a megabyte. One that is being stepped stays. */
static void forget_oldest(struct store_reader *r)
{
    size_t kept = 0, oldest = READ_COUNT;

    for (size_t i = 0; i < READ_COUNT; i++)
        if (r->asked[i]) {
            kept++;
            if (oldest == READ_COUNT || r->asked[i] < r->asked[oldest])
                oldest = i;
        }
    if (kept <= KEPT_QUERIES || !sql_forget(&r->sql, queries[oldest]))
        return;
    r->asked[oldest] = 0;
}

enum error read_side_prepare(struct store_reader *r, const char *text, sqlite3_stmt **out)
{
    enum error e = views_make(r);
    return e == ERROR_OK ? sql_prepare(&r->sql, text, out) : e;
}

/* Puts a descriptor that cannot write in the place of `fd`. */
static enum error descriptor_weaken(const char *path, int fd)
{
    int weak = open(path, O_RDONLY | O_CLOEXEC);
    bool done = weak >= 0 && dup3(weak, fd, O_CLOEXEC) == fd;

    if (weak >= 0)
        (void)close(weak);
    return done ? ERROR_OK : ERROR_IO;
}

enum error store_weaken_log(const char *path)
{
    char *log = sqlite3_mprintf("%s-wal", path);
    enum error e = log ? ERROR_OK : ERROR_NO_MEMORY;
    struct stat wanted, st;

    if (log && stat(log, &wanted) == 0)
        for (int fd = 0; fd < DESCRIPTORS && e == ERROR_OK; fd++)
            if (fstat(fd, &st) == 0 && st.st_dev == wanted.st_dev && st.st_ino == wanted.st_ino &&
                (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR)
                e = descriptor_weaken(log, fd);
    sqlite3_free(log);
    return e;
}

static enum error reader_open(const char *path, bool covered, struct store_reader **out,
                              struct complaint *why)
{
    struct store_reader *r = calloc(1, sizeof *r);
    enum error e;

    if (!r)
        return complain(why, ERROR_NO_MEMORY, "There is no memory to open the database.");
    r->covered = covered;
    e = sql_open(&r->sql, path, SQLITE_OPEN_READONLY, why);
    if (e == ERROR_OK) {
        e = functions_add(&r->sql);
        if (e == ERROR_OK)
            e = files_open(&r->sql);
        if (e != ERROR_OK)
            (void)complain(why, e, "The database cannot be read: %s.", sqlite3_errmsg(r->sql.db));
    }
    if (e != ERROR_OK) {
        store_close_read(r);
        return e;
    }
    *out = r;
    return ERROR_OK;
}

enum error store_open_read(const char *path, struct store_reader **out, struct complaint *why)
{
    return reader_open(path, false, out, why);
}

enum error store_open_covered(const char *path, struct store_reader **out, struct complaint *why)
{
    return reader_open(path, true, out, why);
}

void store_close_read(struct store_reader *r)
{
    if (!r)
        return;
    sql_close(&r->sql);
    free(r);
}

static void bind_named_text(sqlite3_stmt *q, const char *name, const char *text)
{
    int at = sqlite3_bind_parameter_index(q, name);
    if (at)
        sql_bind_text(q, at, text);
}

static void bind_named_number(sqlite3_stmt *q, const char *name, int64_t number)
{
    int at = sqlite3_bind_parameter_index(q, name);
    if (at)
        (void)sqlite3_bind_int64(q, at, number);
}

/* The query with its parameters, ready to step. */
static enum error query_bind(struct store_reader *r, enum store_query query,
                             const struct store_params *params, sqlite3_stmt **out)
{
    int64_t limit = params->limit > 0 ? params->limit : PAGE_ROWS;
    sqlite3_stmt *q;
    enum error e =
        (unsigned)query < READ_COUNT ? read_side_prepare(r, queries[query], &q) : ERROR_BUG;

    if (e != ERROR_OK)
        return e;
    r->asked[query] = ++r->clock;
    forget_oldest(r);
    bind_named_text(q, ":key", params->key);
    bind_named_text(q, ":state", params->state);
    bind_named_number(q, ":from", params->from > 0 ? params->from : 0);
    bind_named_number(q, ":limit", limit < PAGE_MAX ? limit : PAGE_MAX);
    bind_named_number(q, ":now", params->now);
    bind_named_number(q, ":since", params->since);
    bind_named_number(q, ":until", params->until);
    *out = q;
    return ERROR_OK;
}

/* The text in the row's only column. */
static enum error row_span(sqlite3_stmt *q, struct span *out)
{
    const void *text = sqlite3_column_text(q, 0);

    if (!text)
        return ERROR_NO_MEMORY;
    *out = span_of(text, (size_t)sqlite3_column_bytes(q, 0));
    return ERROR_OK;
}

enum error store_read_json(struct store_reader *r, enum store_query query,
                           const struct store_params *params, struct buffer *out)
{
    sqlite3_stmt *q;
    struct span text;
    enum error e = query_bind(r, query, params, &q);

    if (e != ERROR_OK)
        return e;
    e = sql_next(q);
    if (e == ERROR_NOT_FOUND) /* the shapes say {} where there is no such thing */
        return buffer_put_text(out, "{}");
    if (e == ERROR_OK)
        e = row_span(q, &text);
    if (e == ERROR_OK)
        e = buffer_put(out, text);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_read_lines(struct store_reader *r, enum store_query query,
                            const struct store_params *params, const struct store_lines *lines)
{
    sqlite3_stmt *q;
    struct span text;
    enum error e = query_bind(r, query, params, &q);

    if (e != ERROR_OK)
        return e;
    while ((e = sql_next(q)) == ERROR_OK && (e = row_span(q, &text)) == ERROR_OK &&
           (e = lines->take(lines->context, text)) == ERROR_OK)
        ;
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error table_names(sqlite3_stmt *q, size_t count, const struct store_table *table)
{
    const char *cells[STORE_TABLE_COLUMNS];

    for (size_t i = 0; i < count; i++) {
        cells[i] = sqlite3_column_name(q, (int)i);
        if (!cells[i])
            return ERROR_NO_MEMORY;
    }
    return table->take(table->context, cells, count);
}

static enum error table_row(sqlite3_stmt *q, size_t count, const struct store_table *table)
{
    const char *cells[STORE_TABLE_COLUMNS];

    for (size_t i = 0; i < count; i++) {
        bool known = sqlite3_column_type(q, (int)i) != SQLITE_NULL;
        cells[i] = (const char *)sqlite3_column_text(q, (int)i);
        if (known && !cells[i])
            return ERROR_NO_MEMORY;
        if (!known)
            cells[i] = "";
    }
    return table->take(table->context, cells, count);
}

enum error store_read_table(struct store_reader *r, enum store_query query,
                            const struct store_params *params, const struct store_table *table)
{
    sqlite3_stmt *q;
    size_t count;
    enum error e = query_bind(r, query, params, &q);

    if (e != ERROR_OK)
        return e;
    count = (size_t)sqlite3_column_count(q);
    e = count <= STORE_TABLE_COLUMNS ? table_names(q, count, table) : ERROR_BUG;
    while (e == ERROR_OK && (e = sql_next(q)) == ERROR_OK)
        e = table_row(q, count, table);
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}
