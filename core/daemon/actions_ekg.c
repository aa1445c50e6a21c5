/* EKGs: the order opened at a cart, whose a tracing is, which is for review, the overread. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/daemon/carts.h"
#include "labels/draw/tracing.h"

#include <string.h>

enum { RECORD_SECONDS = 10 };
/* Of a tie: what speaks against the order is that the file says nobody's name. */
static const char names_nobody[] = "names nobody";

/* The EKG order of the message, or a sentence. */
static enum error ekg_order(struct request *r, struct store_order_found *out, struct complaint *why)
{
    enum error e = request_order(r, out, why);

    if (e == ERROR_OK && !out->ekg)
        e = complain(why, ERROR_CONFLICT, "Order %s is not for an EKG. Choose the EKG's order.",
                     out->number);
    return e;
}

static enum error find_cart(struct request *r, struct cart *out, struct complaint *why)
{
    return cart_find(r->core, request_text(r, WIRE_F_INSTRUMENT), out, why);
}

/* The page's lists of EKGs, and with `inbox` the provider's too, have changed. */
static void tell(struct request *r, const char *order, bool inbox)
{
    turn_changed(r->core, "ekg", order);
    if (inbox)
        turn_changed(r->core, "inbox", order);
}

/* ---- At the cart ---- */

/* Another patient may lie at that cart: what it sends next would be proposed for this one. Who
 * knows of it says so by `instead`; what has its tracing takes no other. */
static enum error check_free(struct request *r, const struct cart *cart,
                             const struct store_order_found *order, struct complaint *why)
{
    struct store_procedure open;
    bool done = false;
    char at[17];
    enum error e = store_procedure_open(r->core->store, r->arena, cart->id, r->actor.at, &open);

    if (e != ERROR_OK || open.order == order->id)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    e = store_procedure_done(r->core->store, open.order, open.at, &done);
    if (e != ERROR_OK || done || strcmp(request_text(r, WIRE_F_INSTEAD), open.number) == 0)
        return e;
    sitetime_text(open.at, at);
    return complain(why, ERROR_CONFLICT,
                    "Order %s of another patient was opened at this cart at %s and has no EKG yet. "
                    "If it is not being recorded there, open this one instead of it.",
                    open.number, at + 11);
}

enum error action_ekg_open(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    struct cart cart;
    int64_t id;
    enum error e = ekg_order(r, &order, why);

    if (e == ERROR_OK && order.signed_off)
        e = complain(why, ERROR_CONFLICT,
                     "This EKG is signed already. Enter a new order for another one.");
    if (e == ERROR_OK)
        e = find_cart(r, &cart, why);
    if (e == ERROR_OK)
        e = check_free(r, &cart, &order, why);
    if (e == ERROR_OK)
        e = store_procedure_add(r->core->store, &r->actor, cart.id, order.id, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    tell(r, order.number, false);
    return ERROR_OK;
}

/* The order that is open at the cart, or a sentence. */
static enum error open_order(struct request *r, const struct cart *cart,
                             struct store_procedure *out, struct complaint *why)
{
    enum error e = store_procedure_open(r->core->store, r->arena, cart->id, r->actor.at, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, ERROR_CONFLICT,
                        "No order is open at this cart. Open the patient's order there first.");
    return e;
}

enum error action_ekg_close(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_procedure open;
    struct cart cart;
    int64_t id;
    enum error e = find_cart(r, &cart, why);

    if (e == ERROR_OK)
        e = open_order(r, &cart, &open, why);
    if (e == ERROR_OK)
        e = store_procedure_add(r->core->store, &r->actor, cart.id, 0, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = open.number;
    tell(r, open.number, false);
    return ERROR_OK;
}

enum error action_ekg_run(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *name = request_text(r, WIRE_F_INSTRUMENT);
    struct store_procedure open;
    struct child *driver;
    struct wire_writer w;
    struct cart cart;
    enum error e = find_cart(r, &cart, why);

    if (e == ERROR_OK && !cart.live)
        e = complain(why, ERROR_UNSUPPORTED,
                     "This cart only gives files: run the EKG at the cart and send it from there.");
    if (e == ERROR_OK)
        e = open_order(r, &cart, &open, why);
    if (e != ERROR_OK)
        return e;
    driver = supervise_find(r->core->children, CHILD_INSTRUMENT, name);
    if (!driver || !child_ready(driver))
        return complain(why, ERROR_BUSY, "The cart is not connected. Plug it in, then try again.");
    wire_begin(&w, WIRE_RUN);
    wire_put_number(&w, WIRE_F_COUNT, RECORD_SECONDS);
    if (child_send(driver, &w) != ERROR_OK)
        return complain(why, ERROR_BUSY, "The cart does not answer. Try again in a moment.");
    answer->order = open.number;
    answer->sentence = "The cart records ten seconds.";
    return ERROR_OK;
}

/* ---- Whose it is ---- */

static enum error find_tracing(struct request *r, struct store_tracing_found *out,
                               struct complaint *why)
{
    int64_t id = (int64_t)wire_number(r->m, WIRE_F_TRACING);
    enum error e = store_tracing_by_id(r->core->store, r->arena, id, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such EKG. Look at the list again.");
    return e;
}

static enum error check_waiting(const struct store_tracing_found *t, struct complaint *why)
{
    if (t->waiting)
        return ERROR_OK;
    if (t->order)
        return complain(why, ERROR_CONFLICT,
                        "This EKG is tied to an order already. Take it off there first.");
    return complain(why, ERROR_CONFLICT,
                    "This EKG does not wait any more. Look at the list again.");
}

/* What speaks against the order, for the tie's row and for the person: "" when the file agrees. */
static enum error compare(struct request *r, const struct store_tracing_found *t,
                          const struct store_order_found *order, const char **differs)
{
    struct ingest_told told = { t->patient_id,
                                t->patient_name,
                                t->patient_birth_date,
                                t->patient_sex,
                                t->recorded_at,
                                t->instrument,
                                t->at,
                                false };
    struct store_procedure against;
    struct ingest_judgement j;
    enum error e = store_procedure_of(r->core->store, r->arena, order->id, t->at, &against);

    if (e == ERROR_OK && t->proposed == order->id) /* it was open at the cart */
        e = ingest_is_live(r->core->ingest, t->format, t->instrument, &told.live);
    if (e == ERROR_OK)
        e = ingest_judge(r->core->ingest, &told, &against, &j);
    if (e != ERROR_OK)
        return e;
    *differs = j.agrees ? "" : *j.differs ? request_keep(r, j.differs) : names_nobody;
    return ERROR_OK;
}

static enum error check_reason(const struct request *r, const struct store_order_found *order,
                               const char *differs, struct complaint *why)
{
    if (!text_empty(request_text(r, WIRE_F_REASON)))
        return ERROR_OK;
    if (strcmp(differs, names_nobody) == 0)
        return complain(why, ERROR_CONFLICT,
                        "The file does not say whose EKG it is. Say how you know that it is this "
                        "patient's.");
    if (*differs)
        return complain(why, ERROR_CONFLICT,
                        "The file does not agree with this order: %s. Say why it is this patient's "
                        "all the same, or choose another order.",
                        differs);
    if (order->signed_off)
        return complain(why, ERROR_CONFLICT,
                        "This order is signed already. Say why another EKG belongs to it.");
    return ERROR_OK;
}

enum error action_ekg_tie(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT] = "";
    struct store_tie tie = { .identifiers = identifiers,
                             .differs = "",
                             .reason = request_text(r, WIRE_F_REASON) };
    struct store_tracing_found tracing;
    struct store_order_found order;
    int64_t id;
    enum error e = find_tracing(r, &tracing, why);

    if (e == ERROR_OK)
        e = check_waiting(&tracing, why);
    if (e == ERROR_OK)
        e = ekg_order(r, &order, why);
    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e == ERROR_OK)
        e = compare(r, &tracing, &order, &tie.differs);
    if (e == ERROR_OK)
        e = check_reason(r, &order, tie.differs, why);
    if (e != ERROR_OK)
        return e;
    tie.tracing = tracing.id;
    tie.order = order.id;
    e = store_tie_add(r->core->store, &r->actor, &tie, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    tell(r, order.number, true);
    turn_changed(r->core, "orders", order.number);
    return ERROR_OK;
}

enum error action_ekg_untie(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_tie tie = { .reason = request_text(r, WIRE_F_REASON) };
    struct store_tracing_found tracing;
    int64_t id;
    enum error e = find_tracing(r, &tracing, why);

    (void)answer;
    if (e == ERROR_OK && !tracing.order)
        e = complain(why, ERROR_CONFLICT, "This EKG is tied to no order. Look at the list again.");
    if (e == ERROR_OK && text_empty(tie.reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why this EKG does not belong to the order.");
    if (e != ERROR_OK)
        return e;
    tie.tracing = tracing.id;
    e = store_tie_add(r->core->store, &r->actor, &tie, &id);
    if (e != ERROR_OK)
        return e;
    tell(r, "", true);
    turn_changed(r->core, "orders", "");
    return ERROR_OK;
}

/* Whoever chooses has seen all that are tied: one that came meanwhile is not put aside unseen. */
static enum error check_seen(const struct request *r, const struct store_order_found *order,
                             struct complaint *why)
{
    if (strcmp(order->version, request_text(r, WIRE_F_VERSION)) == 0)
        return ERROR_OK;
    return complain(why, ERROR_CONFLICT,
                    "The EKGs of this order have changed while you were looking. Open it again and "
                    "look at all of them before you choose.");
}

enum error action_ekg_choose(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_tracing_found tracing;
    struct store_order_found order;
    int64_t id;
    enum error e = ekg_order(r, &order, why);

    if (e == ERROR_OK)
        e = find_tracing(r, &tracing, why);
    if (e == ERROR_OK && tracing.order != order.id)
        e = complain(why, ERROR_CONFLICT, "This EKG is not tied to order %s.", order.number);
    if (e == ERROR_OK && text_empty(reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why the other EKG is not for review.");
    if (e == ERROR_OK)
        e = check_seen(r, &order, why);
    if (e == ERROR_OK)
        e = store_choice_add(r->core->store, &r->actor, order.id, tracing.id, reason, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    tell(r, order.number, true);
    return ERROR_OK;
}

/* ---- The overread ---- */

/* What an opinion means as a signature (domain.md 4). */
static const struct opinion {
    const char *id, *meaning;
    bool needs_reading;
} opinions[] = {
    { "agree", "OVERREAD_CONFIRMED", false },
    { "change", "OVERREAD_CHANGED", true },
    { "disagree", "OVERREAD_CHANGED", true },
};

static enum error read_opinion(const struct request *r, struct store_overread *out,
                               struct complaint *why)
{
    out->opinion = request_text(r, WIRE_F_OPINION);
    out->reading = request_text(r, WIRE_F_READING);
    for (size_t i = 0; i < sizeof opinions / sizeof opinions[0]; i++) {
        if (strcmp(out->opinion, opinions[i].id) != 0)
            continue;
        if (opinions[i].needs_reading && text_empty(out->reading))
            return complain(why, ERROR_BAD_INPUT,
                            "Write what you read in the EKG: it stands instead of the cart's "
                            "words.");
        out->review.meaning = opinions[i].meaning;
        return ERROR_OK;
    }
    return complain(why, ERROR_BAD_INPUT,
                    "Say whether you agree with the cart, change what it says, or disagree.");
}

/* The tracing that was signed must be the one for review, and the picture that of it. */
static enum error check_picture(struct request *r, const struct store_order_found *order,
                                struct store_overread *out, struct complaint *why)
{
    struct store_tracing_found tracing;
    struct store_chosen chosen;
    struct tracing_view view;
    enum error e = find_tracing(r, &tracing, why);

    if (e == ERROR_OK)
        e = store_order_chosen(r->core->store, order->id, &chosen);
    if (e != ERROR_OK)
        return e;
    if (!chosen.tracing)
        return complain(why, ERROR_CONFLICT,
                        "%lld EKGs are tied to this order. Have it said first which of them is for "
                        "review.",
                        (long long)chosen.tied);
    if (chosen.tracing != tracing.id)
        return complain(why, ERROR_CONFLICT,
                        "This is not the EKG for review. Open the order again and read that one.");
    if (text_unhex(out->picture, sizeof out->picture, request_text(r, WIRE_F_PICTURE)) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "The picture's hash is missing. Open the EKG again.");
    if (strcmp(tracing.format, ecg_format_id(ECG_FORMAT_PDF)) != 0 &&
        tracing_view_parse(out->layout, &view) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "It is not said how the EKG was drawn. Open the EKG again and read it.");
    if (strcmp(tracing.format, ecg_format_id(ECG_FORMAT_PDF)) == 0 &&
        memcmp(out->picture, tracing.original, sizeof out->picture) != 0)
        return complain(why, ERROR_CONFLICT,
                        "That was not the cart's own PDF. Open the EKG again and read it.");
    out->tracing = tracing.id;
    return ERROR_OK;
}

enum error action_overread(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_overread overread = { .renderer = TRACING_RENDERER,
                                       .layout = request_text(r, WIRE_F_LAYOUT) };
    struct store_order_found order;
    int64_t id;
    enum error e = request_seen_order(r, &order, why);

    if (e == ERROR_OK && !order.ekg)
        e = complain(why, ERROR_CONFLICT, "Order %s is not for an EKG.", order.number);
    if (e == ERROR_OK)
        e = read_opinion(r, &overread, why);
    if (e == ERROR_OK)
        e = check_picture(r, &order, &overread, why);
    if (e == ERROR_OK)
        e = request_disposition(r, &order, why);
    if (e == ERROR_OK)
        e = request_owns(r, &order, why);
    if (e != ERROR_OK)
        return e;
    overread.review = (struct store_review) { .order = order.id,
                                              .version = order.version,
                                              .signed_off = true,
                                              .meaning = overread.review.meaning,
                                              .disposition = request_text(r, WIRE_F_DISPOSITION),
                                              .note = request_text(r, WIRE_F_NOTE) };
    e = store_overread_add(r->core->store, &r->actor, &overread, &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "A newer EKG was tied to the order, or it is signed already. Open it again "
                        "and read it.");
    if (e == ERROR_OK)
        e = request_task(r, &order, why);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    tell(r, order.number, true);
    return ERROR_OK;
}
