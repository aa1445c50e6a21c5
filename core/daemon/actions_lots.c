/* Items and their lots: entered, received, opened, marked. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/model/gs1.h"
#include "core/rules/lot.h"
#include "core/store/qc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM_TESTS = 32, OPEN_DAYS_MAX = 3650, COUNT_MAX = 100000 };

static void today(const struct request *r, char out[DATE_SIZE])
{
    char text[17];

    sitetime_text(r->actor.at, text);
    (void)memcpy(out, text, DATE_SIZE - 1);
    out[DATE_SIZE - 1] = '\0';
}

/* ---- Items ---- */

static enum error check_tests(struct request *r, const char **codes, size_t *count,
                              struct complaint *why)
{
    struct span content;
    size_t at = 0;

    while (*count < ITEM_TESTS && wire_next(r->m, WIRE_F_TEST, &at, &content)) {
        const char *code = (const char *)content.at;
        struct store_test test;
        enum error e = store_test_by_code(r->core->store, r->arena, code, &test);
        if (e == ERROR_NOT_FOUND)
            return complain(why, e, "There is no test \"%s\". Choose tests of the list.", code);
        if (e != ERROR_OK)
            return e;
        codes[(*count)++] = code;
    }
    return ERROR_OK;
}

static enum error check_item(const struct request *r, const struct store_item *item,
                             struct complaint *why)
{
    bool known = strcmp(item->kind, "kit") == 0 || strcmp(item->kind, "control") == 0 ||
                 strcmp(item->kind, "tube") == 0;

    if (text_blank(item->name))
        return complain(why, ERROR_BAD_INPUT, "Give the item a name, as it stands on the box.");
    if (!known)
        return complain(why, ERROR_BAD_INPUT,
                        "Say whether it is a kit, control material or a tube.");
    if (!text_empty(item->gtin) && !gs1_gtin_is(item->gtin))
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no GTIN: its check digit is wrong. Scan the box, or leave it "
                        "out.",
                        item->gtin);
    if (wire_number(r->m, WIRE_F_DAYS) > OPEN_DAYS_MAX)
        return complain(why, ERROR_BAD_INPUT,
                        "It cannot be used that long after opening. Check "
                        "the days.");
    if (strcmp(item->kind, "tube") != 0 && item->test_count == 0)
        return complain(why, ERROR_BAD_INPUT, "Choose the tests that it is for.");
    return ERROR_OK;
}

static enum error check_place(struct request *r, int64_t place, struct complaint *why)
{
    struct store_place found;
    enum error e = place ? store_place_by_id(r->core->store, r->arena, place, &found) : ERROR_OK;

    return e == ERROR_NOT_FOUND
               ? complain(why, e, "There is no such place. Add it under Temperatures first.")
               : e;
}

static const char *number_text(struct request *r, int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    return request_keep(r, text);
}

enum error action_item_set(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *codes[ITEM_TESTS];
    struct store_item old, item = { .id = (int64_t)wire_number(r->m, WIRE_F_ITEM),
                                    .name = request_text(r, WIRE_F_NAME),
                                    .kind = request_text(r, WIRE_F_KIND),
                                    .maker = request_text(r, WIRE_F_MAKER),
                                    .gtin = request_text(r, WIRE_F_GTIN),
                                    .instrument = request_text(r, WIRE_F_INSTRUMENT),
                                    .open_days = (int64_t)wire_number(r->m, WIRE_F_DAYS),
                                    .storage = request_text(r, WIRE_F_STORAGE),
                                    .place = (int64_t)wire_number(r->m, WIRE_F_PLACE),
                                    .tests = codes };
    enum error e = check_tests(r, codes, &item.test_count, why);

    item.active = !wire_has(r->m, WIRE_F_ACTIVE) || wire_number(r->m, WIRE_F_ACTIVE);
    if (e == ERROR_OK)
        e = check_item(r, &item, why);
    if (e == ERROR_OK && item.id) {
        e = store_item_by_id(r->core->store, r->arena, item.id, &old);
        if (e == ERROR_NOT_FOUND)
            e = complain(why, e, "There is no such item. Reload the page.");
    }
    if (e == ERROR_OK)
        e = check_place(r, item.place, why);
    if (e == ERROR_OK)
        e = store_item_put(r->core->store, &r->actor, &item, &item.id);
    if (e != ERROR_OK)
        return e;
    answer->key = number_text(r, item.id);
    turn_changed(r->core, "lots", "");
    return ERROR_OK;
}

/* ---- Receiving ---- */

/* What is received, out of the scan and what was typed beside it. */
struct shipment {
    struct store_item item;
    struct gs1 code;
    char today[DATE_SIZE];
};

static enum error read_scan(struct request *r, struct shipment *s, struct complaint *why)
{
    const char *scanned = request_text(r, WIRE_F_SCANNED);
    const char *lot = request_text(r, WIRE_F_LOT), *expires = request_text(r, WIRE_F_EXPIRES);
    enum error e = ERROR_OK;

    if (!text_empty(scanned) &&
        gs1_parse(scanned, (unsigned)strtoul(s->today, NULL, 10), &s->code) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "This is no GS1 code of a product. Scan the square code on the box, or "
                        "type lot and expiry date.");
    if (!s->code.expires[0]) /* a separator may be missing: the lot may have swallowed the date */
        s->code.lot[0] = '\0';
    if (!text_empty(lot))
        e = text_copy(s->code.lot, sizeof s->code.lot, lot);
    if (!text_empty(expires) && e == ERROR_OK)
        e = text_copy(s->code.expires, sizeof s->code.expires, expires);
    if (!text_empty(request_text(r, WIRE_F_GTIN)) && e == ERROR_OK)
        e = text_copy(s->code.gtin, sizeof s->code.gtin, request_text(r, WIRE_F_GTIN));
    if (e != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "A lot's number has 20 characters at most.");
    if (!s->code.lot[0])
        return complain(why, ERROR_BAD_INPUT, "The lot's number is missing. Type it from the box.");
    if (!date_is(s->code.expires))
        return complain(why, ERROR_BAD_INPUT,
                        "The expiry date is missing. Type it from the box, as 2027-03-31.");
    if (s->code.gtin[0] && !gs1_gtin_is(s->code.gtin))
        return complain(why, ERROR_BAD_INPUT, "The GTIN's check digit is wrong. Scan the box.");
    return ERROR_OK;
}

static enum error find_item(struct request *r, struct shipment *s, struct complaint *why)
{
    int64_t id = (int64_t)wire_number(r->m, WIRE_F_ITEM);
    enum error e = id ? store_item_by_id(r->core->store, r->arena, id, &s->item)
                      : store_item_by_gtin(r->core->store, r->arena, s->code.gtin, &s->item);

    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !s->item.active))
        return complain(why, ERROR_NOT_FOUND,
                        "Phial does not know yet what this is. Choose the item it belongs to, or "
                        "have the lab lead add it.");
    return e;
}

/* The same lot came before: its date must be the same. */
static enum error check_same(const struct shipment *s, const struct store_lot *lot,
                             struct complaint *why)
{
    if (strcmp(lot->expires, s->code.expires) == 0)
        return ERROR_OK;
    return complain(why, ERROR_CONFLICT,
                    "Lot %s is in the book with the expiry date %s, and this says %s. Look at the "
                    "boxes; whoever keeps the lots can strike out the wrong one.",
                    lot->number, lot->expires, s->code.expires);
}

static enum error add_lot(struct request *r, const struct shipment *s, int64_t *lot,
                          struct complaint *why)
{
    const struct store_lot_new in = { .item = s->item.id,
                                      .number = s->code.lot,
                                      .code = request_text(r, WIRE_F_CODE),
                                      .expires = s->code.expires,
                                      .gtin = s->code.gtin };
    struct store_lot known;
    enum error e =
        store_lot_by_text(r->core->store, r->arena, s->item.id, s->code.lot, s->today, &known);

    if (e == ERROR_NOT_FOUND)
        return store_lot_add(r->core->store, &r->actor, &in, lot);
    if (e == ERROR_OK)
        e = check_same(s, &known, why);
    if (e == ERROR_OK)
        *lot = known.id;
    return e;
}

/* What goes straight into quarantine, and why. */
static enum error hold_back(struct request *r, const struct shipment *s, int64_t lot)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    int64_t id;

    if (text_blank(reason) && strcmp(s->code.expires, s->today) < 0)
        reason = "it came past its expiry date";
    return text_blank(reason)
               ? ERROR_OK
               : store_lot_mark(r->core->store, &r->actor, lot, "quarantine", reason, &id);
}

static void say_received(struct request *r, const struct shipment *s, bool held,
                         struct answer *answer)
{
    struct complaint text;

    (void)complain(&text, ERROR_OK, "%s, lot %s, is in the book. It expires on %s.%s", s->item.name,
                   s->code.lot, s->code.expires,
                   held ? " It is in quarantine: do not use it."
                        : " When a container is opened, say so here.");
    answer->sentence = request_keep(r, text.text);
}

enum error action_lot_receive(struct request *r, struct answer *answer, struct complaint *why)
{
    struct shipment s = { .item = { .id = 0 } };
    uint64_t count = wire_number(r->m, WIRE_F_COUNT);
    int64_t lot = 0, id;
    enum error e;

    today(r, s.today);
    e = read_scan(r, &s, why);
    if (e == ERROR_OK && count > COUNT_MAX)
        e = complain(why, ERROR_BAD_INPUT, "That many cannot have come. Check the number.");
    if (e == ERROR_OK)
        e = find_item(r, &s, why);
    if (e == ERROR_OK)
        e = add_lot(r, &s, &lot, why);
    if (e == ERROR_OK)
        e = store_lot_receive(r->core->store, &r->actor, lot, (int64_t)count,
                              request_text(r, WIRE_F_SHIPMENT), request_text(r, WIRE_F_SCANNED),
                              &id);
    if (e == ERROR_OK)
        e = hold_back(r, &s, lot);
    if (e != ERROR_OK)
        return e;
    answer->key = number_text(r, lot);
    say_received(r, &s,
                 strcmp(s.code.expires, s.today) < 0 || !text_blank(request_text(r, WIRE_F_REASON)),
                 answer);
    turn_changed(r->core, "lots", answer->key);
    return ERROR_OK;
}

/* ---- Opening and marking ---- */

static enum error find_lot(struct request *r, const char *day, struct store_lot *lot,
                           struct complaint *why)
{
    enum error e = store_lot_by_id(r->core->store, r->arena,
                                   (int64_t)wire_number(r->m, WIRE_F_LOT_ID), day, lot);

    return e == ERROR_NOT_FOUND ? complain(why, e, "There is no such lot. Reload the page.") : e;
}

static enum error check_opening(struct request *r, const struct store_lot *lot, const char *day,
                                const char *now, struct complaint *why)
{
    struct store_lot as_open = *lot;

    if (!date_is(day) || strcmp(day, now) > 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The day of opening must be today or before, as 2026-03-12.");
    if (strcmp(day, now) < 0 && text_blank(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT,
                        "It was opened before today. Say why it is written down only now.");
    as_open.opened_on = day;
    as_open.use_by = lot->expires;
    if (strcmp(lot->mark, "depleted") == 0)
        as_open.mark = "";
    return lot_usable(&as_open, now, r->actor.at, why) ? ERROR_OK : ERROR_CONFLICT;
}

/* What was marked as used up and is opened again was not used up. */
static enum error take_back(struct request *r, const struct store_lot *lot)
{
    int64_t id;

    return strcmp(lot->mark, "depleted") == 0
               ? store_lot_mark(r->core->store, &r->actor, lot->id, "usable",
                                "another container was opened", &id)
               : ERROR_OK;
}

enum error action_lot_open(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *day = request_text(r, WIRE_F_OPENED_ON);
    char now[DATE_SIZE], use_by[DATE_SIZE];
    struct complaint text;
    struct store_item item;
    struct store_lot lot;
    int64_t id;
    enum error e;

    today(r, now);
    day = text_empty(day) ? now : day;
    e = find_lot(r, now, &lot, why);
    if (e == ERROR_OK)
        e = check_opening(r, &lot, day, now, why);
    if (e == ERROR_OK)
        e = store_item_by_id(r->core->store, r->arena, lot.item, &item);
    if (e == ERROR_OK)
        e = lot_use_by(lot.expires, day, item.open_days, use_by);
    if (e == ERROR_OK && strcmp(use_by, now) < 0)
        e = complain(why, ERROR_CONFLICT,
                     "Opened on %s, it could be used until %s. Discard the container; open a fresh "
                     "one.",
                     day, use_by);
    if (e == ERROR_OK)
        e = take_back(r, &lot);
    if (e == ERROR_OK)
        e = store_lot_open(r->core->store, &r->actor, lot.id, day, use_by,
                           request_text(r, WIRE_F_REASON), &id);
    if (e != ERROR_OK)
        return e;
    (void)complain(&text, ERROR_OK, "%s, lot %s, is open. Use it until %s, and write that on it.",
                   lot.item_name, lot.number, use_by);
    answer->sentence = request_keep(r, text.text);
    answer->key = number_text(r, lot.id);
    turn_changed(r->core, "lots", answer->key);
    return ERROR_OK;
}

/* Each mark, whether it needs the lab lead, and a reason. */
static const struct mark_rule {
    const char *kind;
    bool keeper, reason;
} marks[] = {
    { "quarantine", false, true }, { "depleted", false, false }, { "usable", true, true },
    { "recalled", true, true },    { "void", true, true },
};

static enum error check_mark(const struct request *r, const char *kind, struct complaint *why)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strcmp(marks[i].kind, kind) != 0)
            continue;
        if (marks[i].keeper && !role_may(r->who->role, RIGHT_KEEP_LOTS))
            return complain(why, ERROR_DENIED,
                            "As %s you may not do that to a lot. Put it into quarantine, and tell "
                            "the lab lead.",
                            role_text(r->who->role));
        if (marks[i].reason && text_blank(request_text(r, WIRE_F_REASON)))
            return complain(why, ERROR_BAD_INPUT, "Say why: the reason is kept with the lot.");
        return ERROR_OK;
    }
    return complain(why, ERROR_BAD_INPUT, "Choose what became of the lot.");
}

/* What a recalled control vouched for has no voucher: its runs are void, and the results that they
 * reach are to be looked at again. That it is usable after all does not take this back. */
static enum error void_runs(struct request *r, const struct store_lot *lot, struct answer *answer)
{
    struct complaint reason, told;
    int64_t count = 0;
    enum error e;

    (void)complain(&reason, ERROR_OK, "Lot %.60s of %.60s was recalled: %.200s", lot->number,
                   lot->item_name, request_text(r, WIRE_F_REASON));
    e = store_qc_void_lot(r->core->store, &r->actor, lot->id, reason.text, &count);
    if (e != ERROR_OK || count == 0)
        return e;
    (void)complain(
        &told, ERROR_OK,
        "Recalled. %lld control%s of this lot %s void: run a control of another lot, and "
        "look back at the results that it vouched for.",
        (long long)count, count == 1 ? "" : "s", count == 1 ? "is" : "are");
    answer->sentence = request_keep(r, told.text);
    turn_changed(r->core, "qc", "");
    return ERROR_OK;
}

static const char stays_void[] =
    "It may be used again. Its controls that the recall made void stay void, for nobody watched "
    "over "
    "what was measured meanwhile: run a control before the next patient.";

enum error action_lot_mark(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *kind = request_text(r, WIRE_F_KIND);
    char now[DATE_SIZE];
    struct store_lot lot = { .kind = "" };
    bool back;
    int64_t id;
    enum error e = check_mark(r, kind, why);

    today(r, now);
    if (e == ERROR_OK)
        e = find_lot(r, now, &lot, why);
    if (e == ERROR_OK && strcmp(lot.mark, "void") == 0)
        e = complain(why, ERROR_CONFLICT,
                     "This lot was struck out. Receive it again if it is there.");
    if (e == ERROR_OK)
        e = store_lot_mark(r->core->store, &r->actor, lot.id, kind, request_text(r, WIRE_F_REASON),
                           &id);
    if (e == ERROR_OK && strcmp(kind, "recalled") == 0 && strcmp(lot.kind, "control") == 0)
        e = void_runs(r, &lot, answer);
    if (e != ERROR_OK)
        return e;
    back = strcmp(kind, "usable") == 0 && strcmp(lot.mark, "recalled") == 0;
    if (back && strcmp(lot.kind, "control") == 0)
        answer->sentence = stays_void;
    answer->key = number_text(r, lot.id);
    turn_changed(r->core, "lots", answer->key);
    return ERROR_OK;
}
