/* What is decided about results: signed, sent back. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/review.h"

#include <string.h>

static bool one_of(const char *text, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(text, *list) == 0)
            return true;
    return false;
}

enum error request_seen_order(struct request *r, struct store_order_found *out,
                              struct complaint *why)
{
    enum error e = request_order(r, out, why);
    if (e != ERROR_OK)
        return e;
    if (!out->version[0])
        return complain(why, ERROR_CONFLICT, "This order has no results yet.");
    if (strcmp(out->version, request_text(r, WIRE_F_VERSION)) != 0)
        return complain(why, ERROR_CONFLICT,
                        "A newer result arrived while you were looking. Open the order again and "
                        "read it before you go on.");
    return ERROR_OK;
}

/* domain.md 5.6, rule 7 */
enum error request_disposition(const struct request *r, const struct store_order_found *order,
                               struct complaint *why)
{
    static const char *const dispositions[] = { "no-action",    "repeat",          "order", "refer",
                                                "call-patient", "already-managed", NULL };
    const char *disposition = request_text(r, WIRE_F_DISPOSITION);

    if (order->severity != SEVERITY_NORMAL && text_empty(disposition))
        return complain(why, ERROR_BAD_INPUT,
                        "A result here is not normal. Choose what is to be done about it.");
    if (!text_empty(disposition) && !one_of(disposition, dispositions))
        return complain(why, ERROR_BAD_INPUT, "\"%s\" is no answer of the list. Choose another.",
                        disposition);
    return ERROR_OK;
}

/* domain.md 4, after 21 CFR 11.50 */
static enum error check_meaning(const struct request *r, struct complaint *why)
{
    static const char *const meanings[] = { "REVIEWED",           "REVIEWED_ACTION_ORDERED",
                                            "OVERREAD_CONFIRMED", "OVERREAD_CHANGED",
                                            "COSIGNED",           "CORRECTION_APPROVED",
                                            "QC_REVIEWED",        NULL };

    return one_of(request_text(r, WIRE_F_MEANING), meanings)
               ? ERROR_OK
               : complain(why, ERROR_BAD_INPUT, "Choose what your signature means.");
}

static enum error check_sign(const struct request *r, const struct store_order_found *order,
                             struct complaint *why)
{
    enum error e;

    if (order->ekg)
        return complain(why, ERROR_BAD_INPUT,
                        "An EKG is signed on its own page: say there whether you agree with what "
                        "the cart says, change it, or disagree.");
    e = check_meaning(r, why);
    return e == ERROR_OK ? request_disposition(r, order, why) : e;
}

/* No version is signed twice, nor sent back once it is signed. */
static enum error request_unsigned(struct request *r, const struct store_order_found *order,
                                   struct complaint *why)
{
    struct store_signature signature;
    char at[17] = "";
    enum error e = store_order_signature(r->core->store, r->arena, order->id, &signature);

    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    sitetime_text(signature.at, at);
    return complain(why, ERROR_CONFLICT,
                    "%s signed order %s as it stands, at %s. Nothing was changed. If something is "
                    "wrong with it, ask for a correction.",
                    signature.name, order->number, at);
}

/* domain.md 5.6, rule 4: what may be signed together with others. Every value was judged and found
 * normal, nothing is corrected or doubtful, and no test of the order is still to come. */
static enum error request_plainly_normal(struct request *r, const struct store_order_found *order,
                                         struct complaint *why)
{
    struct store_result *results = NULL;
    bool plain = order->severity == SEVERITY_NORMAL && !order->ekg && order->complete;
    bool warned = false;
    size_t count = 0;
    enum error e = store_results_of_order(r->core->store, r->arena, order->id, &results, &count);

    if (e == ERROR_OK)
        e = store_order_warned(r->core->store, order->id, &warned);
    if (e != ERROR_OK)
        return e;
    plain = plain && !warned;
    for (size_t i = 0; i < count; i++) {
        /* A limit that could not be applied (another unit, a value across it) judged nothing,
         * whatever the device says. */
        const char *flag = results[i].reference_limit ? results[i].site_flag : results[i].flag;
        plain = plain && strcmp(flag, "N") == 0 && !results[i].identical_repeat &&
                results[i].version == 1;
    }
    return plain ? ERROR_OK
                 : complain(why, ERROR_CONFLICT,
                            "Order %s must be opened and signed by itself: only results that are "
                            "complete and normal are signed together. Nothing was signed.",
                            order->number);
}

static enum error add_review(struct request *r, const struct store_order_found *order,
                             bool signed_off, struct answer *answer, struct complaint *why)
{
    const struct store_review review = { .order = order->id,
                                         .version = order->version,
                                         .signed_off = signed_off,
                                         .meaning = request_text(r, WIRE_F_MEANING),
                                         .disposition = request_text(r, WIRE_F_DISPOSITION),
                                         .note = request_text(r, WIRE_F_NOTE) };
    int64_t id;
    enum error e = request_unsigned(r, order, why);

    if (e == ERROR_OK)
        e = request_owns(r, order, why);
    if (e == ERROR_OK)
        e = store_review_add(r->core->store, &r->actor, &review, &id);
    if (e == ERROR_OK && signed_off)
        e = request_task(r, order, why);
    if (e != ERROR_OK)
        return e;
    answer->order = order->number;
    turn_changed(r->core, "inbox", order->number);
    return ERROR_OK;
}

/* Signs what the request names by ORDER and VERSION, each at its place. */
static enum error sign_one(struct request *r, const char *number, const char *version,
                           struct complaint *why)
{
    const struct store_review review = { .version = version,
                                         .signed_off = true,
                                         .meaning = request_text(r, WIRE_F_MEANING),
                                         .disposition = "no-action" };
    struct store_review each = review;
    struct store_order_found order;
    int64_t id;
    enum error e = store_order_by_number(r->core->store, r->arena, number, &order);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no order \"%s\". Nothing was signed.", number);
    if (e == ERROR_OK && strcmp(order.version, version) != 0)
        return complain(why, ERROR_CONFLICT,
                        "A newer result of order %s arrived. Nothing was signed: read the list "
                        "again.",
                        order.number);
    if (e == ERROR_OK)
        e = request_unsigned(r, &order, why);
    if (e == ERROR_OK)
        e = request_owns(r, &order, why);
    if (e == ERROR_OK)
        e = request_plainly_normal(r, &order, why);
    each.order = order.id;
    if (e == ERROR_OK)
        e = store_review_add(r->core->store, &r->actor, &each, &id);
    if (e == ERROR_OK)
        turn_changed(r->core, "inbox", order.number);
    return e;
}

/* All of them or none: one request is one step of the transaction. */
enum error action_sign_batch(struct request *r, struct answer *answer, struct complaint *why)
{
    size_t order_at = 0, version_at = 0, count = 0;
    struct span order, version;
    enum error e = check_meaning(r, why);

    (void)answer;
    if (e == ERROR_OK && strcmp(request_text(r, WIRE_F_MEANING), STORE_COSIGNED) == 0)
        e = complain(why, ERROR_BAD_INPUT, "Co-sign each order by itself.");
    while (e == ERROR_OK && wire_next(r->m, WIRE_F_ORDER, &order_at, &order)) {
        if (!wire_next(r->m, WIRE_F_VERSION, &version_at, &version) || ++count > LIMIT_BATCH)
            return complain(why, ERROR_BAD_INPUT,
                            "Sign at most %d results at a time, each with its version.",
                            LIMIT_BATCH);
        e = sign_one(r, (const char *)order.at, (const char *)version.at, why);
    }
    if (e == ERROR_OK && count == 0)
        e = complain(why, ERROR_BAD_INPUT, "Tick the results that you have read.");
    return e;
}

/* A second provider signs the version that another has signed. It is nobody's patient more than
 * before: no disposition, no task, and the owner stays. */
static enum error cosign(struct request *r, const struct store_order_found *order,
                         struct answer *answer, struct complaint *why)
{
    const struct store_review review = { .order = order->id,
                                         .version = order->version,
                                         .signed_off = true,
                                         .meaning = STORE_COSIGNED,
                                         .note = request_text(r, WIRE_F_NOTE) };
    int64_t id;
    enum error e;

    if (!order->signed_off)
        return complain(why, ERROR_CONFLICT,
                        "Nobody has signed this as it stands, so there is nothing to co-sign. "
                        "Whoever looks after it signs first.");
    e = store_review_add(r->core->store, &r->actor, &review, &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "You have signed this version already. A co-signature is a second "
                        "provider's.");
    if (e != ERROR_OK)
        return e;
    answer->order = order->number;
    turn_changed(r->core, "inbox", order->number);
    return ERROR_OK;
}

enum error action_sign(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    enum error e = request_seen_order(r, &order, why);
    if (e == ERROR_OK && strcmp(request_text(r, WIRE_F_MEANING), STORE_COSIGNED) == 0)
        return cosign(r, &order, answer, why);
    if (e == ERROR_OK)
        e = check_sign(r, &order, why);
    return e == ERROR_OK ? add_review(r, &order, true, answer, why) : e;
}

enum error action_return(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    enum error e = request_seen_order(r, &order, why);
    if (e == ERROR_OK && text_blank(request_text(r, WIRE_F_NOTE)))
        e = complain(why, ERROR_BAD_INPUT,
                     "Write a note, so that the others know what is to be done.");
    return e == ERROR_OK ? add_review(r, &order, false, answer, why) : e;
}
