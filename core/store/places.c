/* Places where supplies are kept, and their daily readings. */
#include "core/store/lots.h"

#include "core/store/internal.h"

enum error store_place_put(struct store *s, const struct store_actor *by,
                           const struct store_place *in, int64_t *id)
{
    int64_t root = in->id ? in->id : s->head.id + 1, row;
    const struct field columns[] = {
        field_number("root", root),         field_text("name", in->name),
        field_text("measure", in->measure), field_text("low", in->low),
        field_text("high", in->high),       field_number("active", in->active),
        field_id("person", by->person),     field_text("role", by->role),
        field_number("at", by->at)
    };
    enum error e = FACT_ADD(s, FACT_PLACE, columns, &row);

    if (e == ERROR_OK && id)
        *id = root;
    return e;
}

enum error store_place_by_id(struct store *s, struct arena *a, int64_t place,
                             struct store_place *out)
{
    static const char find[] = "SELECT root, name, measure, low, high, active FROM place_now WHERE "
                               "root = ?1";
    struct store_place found = { 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, place, a, &row);

    if (e != ERROR_OK)
        return e;
    found.id = sql_row_number(&row);
    found.name = sql_row_text(&row);
    found.measure = sql_row_text(&row);
    found.low = sql_row_text(&row);
    found.high = sql_row_text(&row);
    found.active = sql_row_number(&row) != 0;
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_temperature_add(struct store *s, const struct store_actor *by,
                                 const struct store_temperature *in, int64_t *id)
{
    const struct field columns[] = { field_number("place_root", in->place),
                                     field_text("day", in->day),
                                     field_text("lowest", in->lowest),
                                     field_text("highest", in->highest),
                                     field_text("present", in->present),
                                     field_text("low", in->low),
                                     field_text("high", in->high),
                                     field_number("in_range", in->in_range),
                                     field_number("usable", in->usable),
                                     field_text("action", in->action),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_TEMPERATURE, columns, id);
}
