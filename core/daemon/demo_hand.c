/* The demo's bench: how kits are read, how long specimens are good, two patients of one name, and
 * what stands on the lists of a day: tubes to be read by eye, a rejection, an oral order. */
#include "core/daemon/demo.h"

#include "core/daemon/client.h"
#include "core/store/bench.h"
#include "core/store/reading.h"

#include <string.h>

/* As the inserts of invented kits say. */
static const struct {
    const char *test;
    struct reading how;
} readings[] = {
    { "HCG", { READING_CHOICE, "Negative;Positive", 180, 600, true, READING_POSITIVE, "", "" } },
    { "STREP-A", { READING_CHOICE, "Negative;Positive", 300, 600, true, READING_NEVER, "", "" } },
    { "COVID", { READING_CHOICE, "Negative;Positive", 900, 1800, true, READING_NEVER, "", "" } },
    { "GLUCOSE", { READING_NUMBER, "", 0, 0, false, READING_NEVER, "20", "600" } },
};

static const struct {
    const char *test;
    enum stability_temperature temperature;
    int64_t minutes;
} stabilities[] = {
    { "HCG", STABILITY_ROOM, 480 },     { "HCG", STABILITY_COLD, 2880 },
    { "STREP-A", STABILITY_ROOM, 480 }, { "COVID", STABILITY_ROOM, 60 },
    { "GLUCOSE", STABILITY_ROOM, 10 },  { "HbA1c", STABILITY_ROOM, 480 },
    { "HbA1c", STABILITY_COLD, 10080 }, { "BMP", STABILITY_ROOM, 60 },
    { "CRP", STABILITY_ROOM, 480 },
};

static const char source[] = "insert of an invented kit";

enum error demo_hand(struct store *store, const char *login, int64_t now)
{
    struct store_person director;
    struct arena arena;
    int64_t id;
    enum error e;

    arena_init(&arena, 64 * 1024);
    e = store_person_by_login(store, &arena, login, &director);
    for (size_t i = 0; e == ERROR_OK && i < sizeof readings / sizeof readings[0]; i++) {
        const struct store_reading row = { .test_code = readings[i].test,
                                           .how = readings[i].how,
                                           .source = source,
                                           .person = director.id,
                                           .at = now };
        e = store_reading_add(store, &row, &id);
    }
    for (size_t i = 0; e == ERROR_OK && i < sizeof stabilities / sizeof stabilities[0]; i++) {
        const struct store_stability row = { .test_code = stabilities[i].test,
                                             .temperature = stabilities[i].temperature,
                                             .minutes = stabilities[i].minutes,
                                             .source = source,
                                             .person = director.id,
                                             .at = now };
        e = store_stability_add(store, &row, &id);
    }
    arena_free(&arena);
    return e;
}

/* ---- What the player's hands do ---- */

static const struct demo_hand_order {
    struct demo_patient patient;
    const char *test, *mode;
    const char *type;   /* it is collected as that; NULL: not yet */
    const char *reject; /* and rejected for that; NULL: not */
} hand_orders[] = {
    { { "T-1011", "Okoye-TEST", "Ngozi", "1994-08-17", "F" }, "HCG", "written", "urine", NULL },
    { { "T-1012", "Bauer-TEST", "Timo", "2016-03-02", "M" },
      "STREP-A",
      "written",
      "throat swab",
      NULL },
    { { "T-1013", "Abernathy-TEST", "June", "1988-10-30", "F" },
      "COVID",
      "written",
      "nasal swab",
      NULL },
    { { "T-1014", "Haddad-TEST", "Omar", "1959-05-05", "M" },
      "HbA1c",
      "written",
      "whole blood",
      "RH" },
    { { "T-1015", "Petrov-TEST", "Nina", "1971-12-12", "F" }, "CRP", "oral", NULL, NULL },
};

static enum error reject(struct client *c, const char *accession, const char *code,
                         struct complaint *why)
{
    struct wire_writer w;

    client_begin(c, &w, WIRE_REJECT);
    wire_put_text(&w, WIRE_F_ACCESSION, accession);
    wire_put_text(&w, WIRE_F_REASON_CODE, code);
    wire_put_text(&w, WIRE_F_REASON, "pink serum, an invented one");
    return client_call(c, &w, NULL, why);
}

enum error demo_hand_play(struct client *c, struct complaint *why)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < sizeof hand_orders / sizeof hand_orders[0]; i++) {
        const struct demo_hand_order *o = &hand_orders[i];
        char number[65], accession[13];

        e = demo_order_enter(c, &o->patient, o->test, o->mode, number, why);
        if (e == ERROR_OK && o->type)
            e = demo_order_collect(c, number, o->type, accession, why);
        if (e == ERROR_OK && o->reject)
            e = reject(c, accession, o->reject, why);
    }
    return e;
}
