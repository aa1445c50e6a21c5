/* A tracing whole, for who draws it; and its file, for who wants it as it came. */
#include "core/store/read_side.h"

static const char tracing_record[] = "SELECT m.record FROM tracing x JOIN message m ON m.id = "
                                     "x.message WHERE x.id = ?1";
static const char tracing_samples[] = "SELECT position, samples FROM waveform WHERE tracing = ?1 "
                                      "ORDER BY position";
/* Direction 0 is what the cart sent (WIRE_FROM_INSTRUMENT). */
static const char tracing_frames[] =
    "SELECT f.bytes FROM tracing x JOIN message m ON m.id = x.message JOIN frame f ON f.session = "
    "m.session WHERE x.id = ?1 AND f.direction = 0 ORDER BY f.id";

enum error store_read_tracing(struct store_reader *r, int64_t tracing, struct arena *a,
                              struct ecg *out)
{
    struct sql_row row;
    struct span samples;
    struct ecg ecg;
    sqlite3_stmt *q;
    enum error e = read_side_prepare(r, tracing_record, &q);

    if (e == ERROR_OK)
        e = sql_find(&r->sql, tracing_record, tracing, &q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    e = ecg_from_json(a, span_text(sql_row_text(&row)), &ecg);
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK)
        e = row.error;
    if (e == ERROR_OK)
        e = read_side_prepare(r, tracing_samples, &q);
    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, tracing);
    while ((e = sql_next(q)) == ERROR_OK) {
        size_t position = (size_t)sqlite3_column_int64(q, 0);
        const uint8_t *bytes = sqlite3_column_blob(q, 1);
        samples = span_of(bytes, (size_t)sqlite3_column_bytes(q, 1));
        if (position < ecg.lead_count)
            e = ecg_samples_unpack(a, samples, &ecg.leads[position]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND)
        return e;
    *out = ecg;
    return ERROR_OK;
}

enum error store_read_original(struct store_reader *r, int64_t tracing, struct buffer *out)
{
    bool any = false;
    sqlite3_stmt *q;
    enum error e = read_side_prepare(r, tracing_frames, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, tracing);
    while ((e = sql_next(q)) == ERROR_OK) {
        const uint8_t *bytes = sqlite3_column_blob(q, 0);
        any = true;
        e = buffer_put(out, span_of(bytes, (size_t)sqlite3_column_bytes(q, 0)));
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND && any ? ERROR_OK : e;
}
