/*
 * Items of which the laboratory keeps lots (kits and strips, control material, tubes), their lots,
 * and the places where they are kept. Conventions as in store.h. Days are texts, 2027-03-31, of the
 * site's time.
 *
 * An item and a place change by a new row with the same root; their ids here are roots. A lot is
 * one row; it is received in shipments, opened (each container starts its own clock) and marked.
 *
 * READ_LOTS (now) gives
 *   {"today","items":[{"item","name","kind" (kit, control, tube),"maker","gtin","instrument",
 *     "open_days","storage","place","place_name","active","tests":[{"code","name"}],
 *     "lots":[LOT]}]}
 *   where a LOT is {"lot","number","code","expires","use_by","opened_on" ("" when it is not open),
 *     "opened_by","status" (stock, open, quarantine, depleted, recalled, void),"expired": 0 or 1,
 *     "days_left" (until use_by),"received_at","quantity","shipments","reason" (of the mark)};
 *   lots in use first; what is used up, recalled or void last.
 * READ_LOT (key: a lot's id; now) gives LOT with "item","name","kind","maker","gtin","storage",
 *   "receipts":[{"quantity","shipment","by":PERSON,"at"}],
 *   "openings":[{"opened_on","use_by","reason","by":PERSON,"at"}],
 *   "marks":[{"kind","reason","by":PERSON,"at"}],
 *   "results":[{"order","accession","patient":PATIENT,"test","value","unit","at","state"}] newest
 *   first, at most 200, "result_count" (all), or {}.
 * READ_LOT_SCAN (key: a scan; now) gives
 *   {"gtin","number","expires" (as read out of a GS1 code, else ""),"item" (root of the item with
 *    that GTIN, or null),"item_name","lot" (its id, or null),"use_by","status"}
 *   a scan that is no GS1 code is looked up as a lot's number.
 * READ_TEMPERATURES (now) gives
 *   {"today","places":[{"place","name","measure","low","high","active","due": 0 or 1,
 *     "items":["HbA1c cartridges"],"readings":[{"day","lowest","highest","present","in_range",
 *     "usable","action","by":PERSON,"at"}] newest first, at most 60}]}
 */
#ifndef PHIAL_CORE_STORE_LOTS_H
#define PHIAL_CORE_STORE_LOTS_H

#include "core/store/store.h"

struct store_item {
    int64_t id; /* root; 0 to add one */
    const char *name;
    const char *kind; /* "kit", "control", "tube" */
    const char *maker, *gtin;
    const char *instrument; /* its name, or "" */
    int64_t open_days;      /* 0: opening does not shorten its life */
    const char *storage;    /* as the maker says it: "2 to 8 °C" */
    int64_t place;          /* root, or 0 */
    bool active;
    const char *const *tests; /* codes; for writing */
    size_t test_count;
};
enum error store_item_put(struct store *s, const struct store_actor *by,
                          const struct store_item *in, int64_t *id);
/* The item as it stands, without its tests. */
enum error store_item_by_id(struct store *s, struct arena *a, int64_t item, struct store_item *out);
/* The active item with that GTIN, its own or of one of its lots. */
enum error store_item_by_gtin(struct store *s, struct arena *a, const char *gtin,
                              struct store_item *out);

/* A lot as it stood on a day. */
struct store_lot {
    int64_t id, item;
    const char *item_name, *kind;
    const char *number, *code, *expires, *gtin;
    const char *opened_on; /* its newest opening up to that day; "" when it is not open, ... */
    const char *use_by;    /* ... the last day on which it may be used */
    const char *mark;      /* "", or "quarantine", "depleted", "recalled", "void" */
    int64_t marked_at;
    const char *mark_reason;
    int64_t receipt; /* the fact of its newest receipt, and of that opening; 0: none */
    int64_t opening;
};
struct store_lot_new {
    int64_t item;
    const char *number, *code, *expires, *gtin;
};
/* ERROR_CONFLICT when the item has a lot of that number that is not void. */
enum error store_lot_add(struct store *s, const struct store_actor *by,
                         const struct store_lot_new *in, int64_t *id);
enum error store_lot_by_id(struct store *s, struct arena *a, int64_t lot, const char *day,
                           struct store_lot *out);
/* Of that item (0: of any), with that number or code, without regard to case; not a void one. */
enum error store_lot_by_text(struct store *s, struct arena *a, int64_t item, const char *text,
                             const char *day, struct store_lot *out);

/* The same of any item of that kind. Nobody knows which of several it is: what was recalled comes
 * first, then what is in quarantine, then what has expired; else the one received last. What is
 * used up comes last of all. */
enum error store_lot_of_kind(struct store *s, struct arena *a, const char *kind, const char *text,
                             const char *day, struct store_lot *out);

enum error store_lot_receive(struct store *s, const struct store_actor *by, int64_t lot,
                             int64_t quantity, const char *shipment, const char *scanned,
                             int64_t *id);
enum error store_lot_open(struct store *s, const struct store_actor *by, int64_t lot,
                          const char *opened_on, const char *use_by, const char *reason,
                          int64_t *id);
enum error store_lot_mark(struct store *s, const struct store_actor *by, int64_t lot,
                          const char *kind, const char *reason, int64_t *id);

/* What the laboratory uses for a test on an instrument (by any row of it; 0: by eye): active items
 * of that kind ("kit", "control"), and their lots that are not void, newest first. */
struct store_supplies {
    struct store_lot *lots;
    size_t lot_count;
    size_t item_count; /* 0: the laboratory keeps no book for that test */
};
enum error store_supplies_of_test(struct store *s, struct arena *a, const char *test,
                                  const char *kind, int64_t instrument, const char *day,
                                  struct store_supplies *out);

/* ---- Places and their temperatures ---- */

struct store_place {
    int64_t id; /* root; 0 to add one */
    const char *name, *measure, *low, *high;
    bool active;
};
enum error store_place_put(struct store *s, const struct store_actor *by,
                           const struct store_place *in, int64_t *id);
enum error store_place_by_id(struct store *s, struct arena *a, int64_t place,
                             struct store_place *out);

struct store_temperature {
    int64_t place;
    const char *day, *lowest, *highest, *present;
    const char *low, *high; /* the range that it was held against */
    bool in_range, usable;
    const char *action;
};
enum error store_temperature_add(struct store *s, const struct store_actor *by,
                                 const struct store_temperature *in, int64_t *id);

/* Where the kits of a test are kept, and the newest reading of each place up to a day. */
struct store_keeping {
    const char *item, *place; /* place "": the book does not say where it is kept */
    int64_t reading;          /* the reading's fact, 0: none */
    const char *day;          /* of the reading, or "" */
    bool in_range, usable;
    int64_t excursion; /* the fact of the newest reading out of range, or 0 */
};
enum error store_keeping_of_test(struct store *s, struct arena *a, const char *test,
                                 int64_t instrument, const char *day, struct store_keeping **out,
                                 size_t *count);

#endif
