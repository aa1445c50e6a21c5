/* The demo's book of lots: what is kept where, how warm it was, what is open. Every lot is
 * invented. */
#include "core/daemon/demo.h"

#include "core/daemon/core.h"
#include "core/rules/lot.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, READING_DAYS = 14, NOT_OPEN = -1 };

/* Who writes the book, and the day that it is. */
struct book {
    struct store *store;
    struct store_actor by;
    int64_t now;
    char today[DATE_SIZE];
};

static const struct demo_place {
    const char *name, *measure, *low, *high, *usual_low, *usual_high, *present;
} places[] = {
    { "Refrigerator 1", "°C", "2", "8", "2.9", "6.8", "4.4" },
    { "Supply cupboard", "°C", "15", "30", "19.5", "24.1", "21.0" },
};

enum { PLACES = sizeof places / sizeof places[0] };

static const struct demo_kind {
    const char *name, *kind, *maker, *gtin, *instrument, *storage;
    size_t place;
    int64_t open_days;
    const char *tests[4];
} kinds[] = {
    { "Afinion HbA1c cartridges",
      "kit",
      "Invented Diagnostics",
      "00380740000110",
      "Afinion front",
      "2 to 8 °C",
      0,
      90,
      { "HbA1c" } },
    { "Afinion HbA1c cartridges, back room",
      "kit",
      "Invented Diagnostics",
      "",
      "Afinion back",
      "2 to 8 °C",
      0,
      90,
      { "HbA1c" } },
    { "DCA HbA1c cartridges",
      "kit",
      "Invented Diagnostics",
      "00380740000127",
      "DCA",
      "2 to 8 °C",
      0,
      90,
      { "HbA1c" } },
    { "Piccolo metabolic discs",
      "kit",
      "Invented Diagnostics",
      "",
      "Piccolo",
      "2 to 8 °C",
      0,
      0,
      { "BMP" } },
    { "HbA1c control, two levels",
      "control",
      "Invented Controls",
      "",
      "",
      "2 to 8 °C",
      0,
      60,
      { "HbA1c" } },
    { "Strep A cassettes",
      "kit",
      "Invented Diagnostics",
      "",
      "",
      "15 to 30 °C",
      1,
      0,
      { "STREP-A" } },
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Days from today; `opened` days ago, or NOT_OPEN. */
static const struct demo_lot {
    size_t kind;
    const char *number, *code;
    long expires;
    int opened;
    const char *mark, *reason;
} lots[] = {
    { 0, DEMO_LOT_FRONT, "", 210, 12, "", "" },
    { 0, "10229044", "", 300, NOT_OPEN, "", "" },
    { 0, "10219002", "", -9, 80, "depleted", "the box is empty" },
    { 1, DEMO_LOT_BACK, "", 180, 3, "", "" },
    { 2, "0771", DEMO_LOT_DCA, 150, 30, "", "" },
    { 3, DEMO_LOT_PICCOLO, "", 25, 5, "", "" },
    { 3, "P-2388", "", -3, NOT_OPEN, "quarantine", "it came past its expiry date" },
    { 4, "C-4711", "", 120, 41, "", "" },
    { 5, "ST-118", "", 15, 20, "", "" },
    { 5, "ST-102", "", 90, NOT_OPEN, "recalled", "the maker's letter of last week" },
};

enum { LOTS = sizeof lots / sizeof lots[0] };

static struct store_actor days_ago(const struct book *b, int days)
{
    struct store_actor by = b->by;

    by.at = b->now - (int64_t)days * DAY_MS;
    return by;
}

/* One of the readings was too warm, and somebody said what was done. */
static enum error add_readings(const struct book *b, const struct demo_place *place, int64_t id)
{
    enum error e = ERROR_OK;

    for (int days = READING_DAYS; days >= 0 && e == ERROR_OK; days--) {
        bool warm = days == 6 && place == &places[0];
        struct store_actor by = days_ago(b, days);
        char day[DATE_SIZE];
        struct store_temperature t = { .place = id,
                                       .lowest = place->usual_low,
                                       .highest = warm ? "11.2" : place->usual_high,
                                       .present = place->present,
                                       .low = place->low,
                                       .high = place->high,
                                       .in_range = !warm,
                                       .usable = true };
        int64_t reading;
        t.action = warm ? "The door stood open for 20 minutes. The insert allows 15 °C for two "
                          "hours: cleared for use."
                        : "";
        t.day = day;
        e = date_add(b->today, -days, day);
        if (e == ERROR_OK)
            e = store_temperature_add(b->store, &by, &t, &reading);
    }
    return e;
}

static enum error add_places(const struct book *b, int64_t ids[PLACES])
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < PLACES && e == ERROR_OK; i++) {
        const struct store_place place = { .name = places[i].name,
                                           .measure = places[i].measure,
                                           .low = places[i].low,
                                           .high = places[i].high,
                                           .active = true };
        struct store_actor by = days_ago(b, READING_DAYS + 1);
        e = store_place_put(b->store, &by, &place, &ids[i]);
        if (e == ERROR_OK)
            e = add_readings(b, &places[i], ids[i]);
    }
    return e;
}

static enum error add_items(const struct book *b, const int64_t *place, int64_t ids[KINDS])
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < KINDS && e == ERROR_OK; i++) {
        const struct demo_kind *k = &kinds[i];
        struct store_actor by = days_ago(b, READING_DAYS + 1);
        struct store_item item = { .name = k->name,
                                   .kind = k->kind,
                                   .maker = k->maker,
                                   .gtin = k->gtin,
                                   .instrument = k->instrument,
                                   .open_days = k->open_days,
                                   .storage = k->storage,
                                   .place = place[k->place],
                                   .active = true,
                                   .tests = k->tests };
        while (item.test_count < sizeof k->tests / sizeof k->tests[0] && k->tests[item.test_count])
            item.test_count++;
        e = store_item_put(b->store, &by, &item, &ids[i]);
    }
    return e;
}

static enum error open_lot(const struct book *b, const struct demo_lot *lot, int64_t id,
                           const char *expires)
{
    struct store_actor by = days_ago(b, lot->opened);
    char opened_on[DATE_SIZE], use_by[DATE_SIZE];
    int64_t opening;
    enum error e = date_add(b->today, -lot->opened, opened_on);

    if (e == ERROR_OK)
        e = lot_use_by(expires, opened_on, kinds[lot->kind].open_days, use_by);
    return e == ERROR_OK ? store_lot_open(b->store, &by, id, opened_on, use_by, "", &opening) : e;
}

static enum error add_lot(const struct book *b, const struct demo_lot *lot, int64_t item)
{
    struct store_actor received = days_ago(b, lot->opened + 2), now = days_ago(b, 0);
    char expires[DATE_SIZE];
    struct store_lot_new in = { .item = item,
                                .number = lot->number,
                                .code = lot->code,
                                .expires = expires,
                                .gtin = kinds[lot->kind].gtin };
    int64_t id, other;
    enum error e = date_add(b->today, lot->expires, expires);

    if (e == ERROR_OK)
        e = store_lot_add(b->store, &received, &in, &id);
    if (e == ERROR_OK)
        e = store_lot_receive(b->store, &received, id, 2, "invented shipment", "", &other);
    if (e == ERROR_OK && lot->opened != NOT_OPEN)
        e = open_lot(b, lot, id, expires);
    if (e == ERROR_OK && *lot->mark)
        e = store_lot_mark(b->store, &now, id, lot->mark, lot->reason, &other);
    return e;
}

enum error demo_lots(struct store *store, const char *login, int64_t now)
{
    struct book b = { .store = store, .now = now };
    int64_t place[PLACES] = { 0 }, item[KINDS] = { 0 };
    struct store_person person;
    char text[17];
    struct arena arena;
    enum error e;

    arena_init(&arena, 64 * 1024);
    e = store_person_by_login(store, &arena, login, &person);
    if (e == ERROR_OK) {
        b.by = (struct store_actor) { .person = person.id,
                                      .role = role_id(person.role),
                                      .workstation = "demo",
                                      .zone_offset = sitetime_offset(now) };
        sitetime_text(now, text);
        memcpy(b.today, text, DATE_SIZE - 1);
        e = add_places(&b, place);
    }
    if (e == ERROR_OK)
        e = add_items(&b, place, item);
    for (size_t i = 0; i < LOTS && e == ERROR_OK; i++)
        e = add_lot(&b, &lots[i], item[lots[i].kind]);
    arena_free(&arena);
    return e;
}
