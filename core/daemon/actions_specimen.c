/* The specimen's way by hand: collected, received, stored, rejected, disposed of. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/model/gs1.h"
#include "core/rules/lot.h"
#include "core/store/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BACKDATE_FREE = 15 * 60 * 1000, /* ms: domain.md 3.2, COLLECTED */
    AHEAD_FREE = 2 * 60 * 1000,     /* ms: another clock may be a little ahead */
};

enum error request_specimen(struct request *r, struct store_specimen *out, struct complaint *why)
{
    const char *accession = request_text(r, WIRE_F_ACCESSION);
    enum error e = store_specimen_by_accession(r->core->store, r->arena, accession, out);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no specimen %s. Scan its label again.", accession);
    return e == ERROR_OK ? e : request_failed(e, why);
}

/* Whether the specimen stands where that event leads: somebody was there before. */
static bool is_done(enum event event, enum specimen_state state)
{
    size_t count;
    const struct specimen_step *steps = specimen_steps(&count);

    for (size_t i = 0; i < count; i++)
        if (steps[i].event == event && steps[i].to == state)
            return true;
    return false;
}

enum error request_event(struct request *r, const struct store_specimen *specimen,
                         const struct store_event *event, struct complaint *why)
{
    int64_t id;
    enum specimen_state next;
    enum error e = specimen_next(specimen->state, event->type, &next);

    if (e == ERROR_OK)
        e = store_event_add(r->core->store, &r->actor, event, &id);
    if (e == ERROR_CONFLICT && is_done(event->type, specimen->state))
        return complain(why, e,
                        "The specimen is %s already: somebody was there before you. Look at its "
                        "history; there is nothing more to do.",
                        specimen_state_text(specimen->state));
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "That is not possible: the specimen is %s. Look at its history and do the "
                        "missing step first.",
                        specimen_state_text(specimen->state));
    if (e == ERROR_OK)
        turn_changed(r->core, "specimen", specimen->accession);
    return e;
}

/* When it was collected: now, or as said, with a reason when that is long ago. */
enum error request_collected_at(struct request *r, int64_t *at, struct complaint *why)
{
    const char *said = request_text(r, WIRE_F_COLLECTED_AT);
    int64_t when = r->actor.at;

    if (!text_empty(said) && sitetime_parse(said, &when) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no date and time. Write it like 2026-03-12T09:41.", said);
    if (when > r->actor.at + AHEAD_FREE)
        return complain(why, ERROR_BAD_INPUT,
                        "The time of collection lies in the future. Check the date and the time.");
    if (r->actor.at - when > BACKDATE_FREE && text_empty(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT,
                        "The collection was more than 15 minutes ago. Say why it is recorded only "
                        "now.");
    *at = when;
    return ERROR_OK;
}

/* Two people at two chairs, or one who touches twice: the second is told of the first. */
static enum error check_uncollected(struct request *r, int64_t order, struct complaint *why)
{
    const char *accession, *collector;
    enum error e =
        store_order_collected(r->core->store, r->arena, order,
                              request_text(r, WIRE_F_SPECIMEN_TYPE), &accession, &collector);

    if (e != ERROR_OK || !text_empty(request_text(r, WIRE_F_AGAIN)))
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    return complain(why, ERROR_CONFLICT,
                    "It is collected already: %s, by %s. Use that tube; if this is a second one, "
                    "say why it was drawn.",
                    accession, collector);
}

/* It may have been cancelled on another screen while this one was filled in: a tube of it would
 * wait on no list. */
static enum error check_wanted(struct request *r, int64_t order, struct complaint *why)
{
    bool cancelled = false;
    enum error e = store_order_cancelled(r->core->store, order, &cancelled);

    return e == ERROR_OK && cancelled
               ? complain(why, ERROR_CONFLICT,
                          "The order has been cancelled. If the specimen is wanted all the same, "
                          "enter a new order.")
               : e;
}

/* The tube's lot, typed or scanned, on the day when it was filled. One that is not in the book is
 * written down as it is. On paper it was filled already: whoever receives it judges it. */
static enum error check_tube(struct request *r, struct store_collect *in, struct complaint *why)
{
    char day[DATE_SIZE], text[17];
    struct store_lot lot;
    struct gs1 scan;
    bool scanned;
    enum error e;

    if (text_blank(in->lot))
        return ERROR_OK;
    sitetime_text(in->collected_at, text);
    (void)snprintf(day, sizeof day, "%.10s", text);
    scanned = gs1_parse(in->lot, (unsigned)strtoul(day, NULL, 10), &scan) == ERROR_OK && *scan.lot;
    if (scanned)
        in->lot = request_keep(r, scan.lot);
    if (in->paper)
        return ERROR_OK;
    if (scanned && *scan.expires && strcmp(scan.expires, day) < 0)
        return complain(why, ERROR_CONFLICT,
                        "The tube expired on %s. Discard it, and draw into a tube within its date.",
                        scan.expires);
    e = store_lot_of_kind(r->core->store, r->arena, "tube", in->lot, day, &lot);
    if (e == ERROR_OK && !lot_tube_usable(&lot, day, why))
        return ERROR_CONFLICT;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* What the message says of the collection that anybody would object to. */
static enum error check_collection(struct request *r, const struct store_order_found *order,
                                   const struct store_collect *in, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (order->ekg)
        e = complain(
            why, ERROR_CONFLICT,
            "An EKG needs no specimen and no label. Open the order at the cart, on the EKG "
            "page.");
    if (e == ERROR_OK && text_empty(in->type))
        e = complain(why, ERROR_BAD_INPUT, "Say what kind of specimen was collected.");
    if (e == ERROR_OK && !text_empty(in->fasting) && strcmp(in->fasting, "yes") != 0 &&
        strcmp(in->fasting, "no") != 0)
        e = complain(why, ERROR_BAD_INPUT, "Say yes or no to fasting, or leave it out.");
    if (e == ERROR_OK)
        e = check_wanted(r, order->id, why);
    if (e == ERROR_OK)
        e = check_uncollected(r, order->id, why);
    return e;
}

enum error request_collect(struct request *r, const struct store_order_found *order,
                           const char *collector, const struct store_paper_number *paper,
                           struct store_specimen_key *out, struct complaint *why)
{
    struct store_collect in = { .type = request_text(r, WIRE_F_SPECIMEN_TYPE),
                                .container = request_text(r, WIRE_F_CONTAINER),
                                .site = request_text(r, WIRE_F_SITE),
                                .lot = request_text(r, WIRE_F_LOT),
                                .collector = collector,
                                .location = request_text(r, WIRE_F_LOCATION),
                                .reason = request_text(r, WIRE_F_REASON),
                                .volume = request_text(r, WIRE_F_VOLUME),
                                .fasting = request_text(r, WIRE_F_FASTING),
                                .last_menses = request_text(r, WIRE_F_LAST_MENSES),
                                .anticoagulant = request_text(r, WIRE_F_ANTICOAGULANT),
                                .note = request_text(r, WIRE_F_NOTE),
                                .paper = paper };
    enum error e = check_collection(r, order, &in, why);

    if (e == ERROR_OK)
        e = request_collected_at(r, &in.collected_at, why);
    if (e == ERROR_OK)
        e = check_tube(r, &in, why);
    if (e != ERROR_OK)
        return e;
    in.order = order->id;
    in.day = sitetime_day(r->actor.at);
    e = store_collect(r->core->store, &r->actor, &in, out);
    if (e == ERROR_OK) {
        turn_changed(r->core, "specimen", out->accession.digits);
        turn_changed(r->core, "orders", order->number);
    }
    return e;
}

enum error action_collect(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    struct store_specimen_key key;
    enum error e = request_order(r, &order, why);

    if (e == ERROR_OK && !order.identified && !order.ekg)
        e = complain(why, ERROR_CONFLICT,
                     "Confirm two identifiers of the patient first; then record the collection.");
    if (e == ERROR_OK)
        e = request_collect(r, &order, r->who->login, NULL, &key, why);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    answer->accession = request_keep(r, key.accession.digits);
    return ERROR_OK;
}

/* An event on the specimen of the message, with what the message says of it. */
static enum error act(struct request *r, struct answer *answer, struct store_event event,
                      struct complaint *why)
{
    struct store_specimen specimen;
    enum error e = request_specimen(r, &specimen, why);

    if (e != ERROR_OK)
        return e;
    event.specimen = specimen.id;
    event.order = specimen.order;
    event.location = request_text(r, WIRE_F_LOCATION);
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    return request_event(r, &specimen, &event, why);
}

enum error action_receive(struct request *r, struct answer *answer, struct complaint *why)
{
    return act(r, answer,
               (struct store_event) { .type = EVENT_RECEIVED,
                                      .detail = request_text(r, WIRE_F_CONDITION) },
               why);
}

enum error action_store(struct request *r, struct answer *answer, struct complaint *why)
{
    return request_keep_at(r, answer, EVENT_STORED, why);
}

enum error action_dispose(struct request *r, struct answer *answer, struct complaint *why)
{
    if (text_empty(request_text(r, WIRE_F_METHOD)))
        return complain(why, ERROR_BAD_INPUT, "Say how the specimen was disposed of.");
    return act(
        r, answer,
        (struct store_event) { .type = EVENT_DISPOSED, .detail = request_text(r, WIRE_F_METHOD) },
        why);
}

/* HL7 table 0490, as domain.md 3.2 lists it. */
static const struct reject_reason {
    const char *code, *text;
} reject_reasons[] = {
    { "EX", "expired" },
    { "QS", "insufficient quantity" },
    { "RB", "broken container" },
    { "RC", "clotted" },
    { "RD", "no collection date" },
    { "RA", "no patient number" },
    { "RE", "no patient name" },
    { "RH", "hemolyzed" },
    { "RI", "identification problem" },
    { "RM", "labelling problem" },
    { "RN", "contaminated" },
    { "RP", "no collector" },
    { "RR", "wrongly stored" },
    { "RS", "name misspelt" },
};

static const struct reject_reason *find_reason(const char *code)
{
    for (size_t i = 0; i < sizeof reject_reasons / sizeof reject_reasons[0]; i++)
        if (strcmp(code, reject_reasons[i].code) == 0)
            return &reject_reasons[i];
    return NULL;
}

/* Asks for another specimen: when that was said, or when nothing was said and the order has no
 * other one to be tested. */
static enum error recollect(struct request *r, struct answer *answer, const char *reason,
                            struct complaint *why)
{
    const char *said = request_text(r, WIRE_F_RECOLLECT);
    struct store_specimen specimen;
    struct store_order_key key;
    char text[LIMIT_TEXT + 128];
    bool other = false;
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK)
        e = store_order_has_other(r->core->store, specimen.order, specimen.id, &other);
    if (e != ERROR_OK || strcmp(said, "no") == 0 || (other && strcmp(said, "yes") != 0)) {
        answer->sentence = "Rejected. The orderer is told.";
        return e;
    }
    (void)snprintf(text, sizeof text, "In place of %s, rejected: %s", specimen.accession, reason);
    text[LIMIT_TEXT] = '\0';
    e = store_recollect(r->core->store, &r->actor, specimen.id, text, &key);
    if (e != ERROR_OK)
        return e;
    answer->key = request_keep(r, key.number);
    answer->sentence = "Rejected. The orderer is told, and another specimen is on the list to be "
                       "collected.";
    turn_changed(r->core, "orders", key.number);
    return ERROR_OK;
}

enum error action_reject(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *code = request_text(r, WIRE_F_REASON_CODE);
    const char *more = request_text(r, WIRE_F_REASON);
    const struct reject_reason *known = find_reason(code);
    char reason[LIMIT_TEXT + 64];
    enum error e;

    if (!known)
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no reason to reject a specimen. Choose one of the list.", code);
    (void)snprintf(reason, sizeof reason, "%s %s%s%s", known->code, known->text,
                   text_empty(more) ? "" : ": ", more);
    e = act(r, answer,
            (struct store_event) { .type = EVENT_REJECTED, .reason = request_keep(r, reason) },
            why);
    return e == ERROR_OK ? recollect(r, answer, reason, why) : e;
}
