/* Readings, their runs, looks and ends. */
#include "core/store/reading.h"

#include "core/store/internal.h"

#include <string.h>

enum error store_reading_add(struct store *s, const struct store_reading *in, int64_t *id)
{
    const struct reading *how = &in->how;
    const struct field columns[] = { field_text("test_code", in->test_code),
                                     field_text("kind", reading_kind_id(how->kind)),
                                     field_text("choices", how->choices),
                                     field_number("read_from", how->read_from),
                                     field_number("read_to", how->read_to),
                                     field_number("control", how->control),
                                     field_text("second_look", reading_second_id(how->second_look)),
                                     field_text("low", how->low),
                                     field_text("high", how->high),
                                     field_text("source", in->source),
                                     field_number("active", 1),
                                     field_id("person", in->person),
                                     field_number("at", in->at) };
    return FACT_ADD(s, FACT_READING, columns, id);
}

#define READING_COLUMNS                                                                            \
    "g.kind, g.choices, g.read_from, g.read_to, g.control, g.second_look, g.low, g.high"

static enum error reading_take(struct sql_row *row, struct reading *out)
{
    enum error e = reading_kind_parse(sql_row_text(row), &out->kind);

    out->choices = sql_row_text(row);
    out->read_from = sql_row_number(row);
    out->read_to = sql_row_number(row);
    out->control = sql_row_number(row) != 0;
    if (e == ERROR_OK)
        e = reading_second_parse(sql_row_text(row), &out->second_look);
    out->low = sql_row_text(row);
    out->high = sql_row_text(row);
    if (row->error != ERROR_OK)
        return row->error;
    return e == ERROR_OK ? ERROR_OK : ERROR_IO;
}

enum error store_reading_of(struct store *s, struct arena *a, const char *test_code,
                            struct store_reading *out)
{
    static const char find[] =
        "SELECT g.id, g.test_code, g.source, g.person, g.at, " READING_COLUMNS
        " FROM reading g WHERE g.test_code = ?1 ORDER BY g.id DESC LIMIT 1";
    struct store_reading reading = { .id = 0 };
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, test_code);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    reading.id = sql_row_number(&row);
    reading.test_code = sql_row_text(&row);
    reading.source = sql_row_text(&row);
    reading.person = sql_row_number(&row);
    reading.at = sql_row_number(&row);
    e = reading_take(&row, &reading.how);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = reading;
    return e;
}

enum error store_run_add(struct store *s, const struct store_actor *by,
                         const struct store_specimen *specimen, const struct store_run *in,
                         int64_t *id)
{
    const struct field columns[] = { field_number("specimen", specimen->id),
                                     field_number("test", in->test),
                                     field_number("reading", in->reading),
                                     field_text("lot", in->lot),
                                     field_id("person", by->person),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    const struct store_event event = { .type = EVENT_TEST_STARTED,
                                       .specimen = specimen->id,
                                       .order = specimen->order,
                                       .reason = in->lot,
                                       .detail = in->test_code };
    enum error e = FACT_ADD(s, FACT_READING_RUN, columns, id);

    return e == ERROR_OK ? store_event_add(s, by, &event, NULL) : e;
}

enum error store_run_by_id(struct store *s, struct arena *a, int64_t id, struct store_run *out)
{
    static const char find[] =
        "SELECT r.id, r.specimen, r.test, r.reading, r.lot, r.person, r.at, p.accession, t.code, "
        "r.workstation, EXISTS (SELECT 1 FROM reading_end e WHERE e.run = r.id), (SELECT count(*) "
        "FROM reading_look k WHERE k.run = r.id), k.person, k.control, k.found, " READING_COLUMNS
        " FROM reading_run r JOIN specimen p ON p.id = r.specimen JOIN test t ON t.id = r.test "
        "JOIN reading g ON g.id = r.reading LEFT JOIN reading_look k ON k.run = r.id AND k.place = "
        "1 WHERE r.id = ?1";
    struct store_run run = { .id = 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, id, a, &row);

    if (e != ERROR_OK)
        return e;
    run.id = sql_row_number(&row);
    run.specimen = sql_row_number(&row);
    run.test = sql_row_number(&row);
    run.reading = sql_row_number(&row);
    run.lot = sql_row_text(&row);
    run.person = sql_row_number(&row);
    run.at = sql_row_number(&row);
    run.accession = sql_row_text(&row);
    run.test_code = sql_row_text(&row);
    run.workstation = sql_row_text(&row);
    run.ended = sql_row_number(&row) != 0;
    run.looks = sql_row_number(&row);
    run.looked_by = sql_row_number(&row);
    run.control = sql_row_text(&row);
    run.found = sql_row_text(&row);
    e = reading_take(&row, &run.how);
    (void)sql_row_end(&row); /* told by reading_take */
    if (e == ERROR_OK)
        *out = run;
    return e;
}

enum error store_run_busy(struct store *s, int64_t specimen, int64_t test, bool *running,
                          bool *resulted)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM reading_run r WHERE r.specimen = ?1 AND r.test = ?2 AND NOT "
        "EXISTS (SELECT 1 FROM reading_end e WHERE e.run = r.id)), EXISTS (SELECT 1 FROM result x "
        "WHERE x.specimen = ?1 AND x.test = ?2)";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, specimen);
    (void)sqlite3_bind_int64(q, 2, test);
    e = sql_next(q);
    if (e == ERROR_OK) {
        *running = sqlite3_column_int(q, 0) != 0;
        *resulted = sqlite3_column_int(q, 1) != 0;
    }
    (void)sqlite3_reset(q);
    return e;
}

enum error store_look_add(struct store *s, const struct store_actor *by,
                          const struct store_look *in)
{
    const struct field columns[] = {
        field_number("run", in->run),       field_number("place", in->place),
        field_text("control", in->control), field_text("found", in->found),
        field_id("person", by->person),     field_text("workstation", by->workstation),
        field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_READING_LOOK, columns, NULL);
}

enum error store_run_end(struct store *s, const struct store_actor *by, const struct store_run *run,
                         enum reading_end how, int64_t message, const char *reason)
{
    const struct field columns[] = {
        field_number("run", run->id),   field_text("how", reading_end_id(how)),
        field_id("message", message),   field_text("reason", reason),
        field_id("person", by->person), field_number("at", by->at)
    };
    const struct store_event event = { .type = EVENT_TEST_ENDED,
                                       .specimen = run->specimen,
                                       .reason = *reason ? reason : reading_end_text(how),
                                       .detail = run->test_code };
    enum error e = FACT_ADD(s, FACT_READING_END, columns, NULL);

    return e == ERROR_OK && how != READING_ENTERED ? store_event_add(s, by, &event, NULL) : e;
}
