/* What is decided about results: signed, sent back, told, resolved; limits approved. */
#include "core/daemon/action.h"

#include "core/base/text.h"

#include <string.h>

enum { RESOLVE_IDENTIFIERS = 8 };

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

static enum error check_sign(const struct request *r, const struct store_order_found *order,
                             struct complaint *why)
{
    /* domain.md 4, after 21 CFR 11.50 */
    static const char *const meanings[] = { "REVIEWED",           "REVIEWED_ACTION_ORDERED",
                                            "OVERREAD_CONFIRMED", "OVERREAD_CHANGED",
                                            "COSIGNED",           "CORRECTION_APPROVED",
                                            "QC_REVIEWED",        NULL };

    if (order->ekg)
        return complain(why, ERROR_BAD_INPUT,
                        "An EKG is signed on its own page: say there whether you agree with what "
                        "the cart says, change it, or disagree.");
    if (!one_of(request_text(r, WIRE_F_MEANING), meanings))
        return complain(why, ERROR_BAD_INPUT, "Choose what your signature means.");
    return request_disposition(r, order, why);
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
    enum error e = store_review_add(r->core->store, &r->actor, &review, &id);

    if (e == ERROR_CONFLICT)
        return complain(why, e, "A newer result arrived. Open the order again and read it.");
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
    if (e == ERROR_OK)
        e = check_sign(r, &order, why);
    return e == ERROR_OK ? add_review(r, &order, true, answer, why) : e;
}

enum error action_return(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    enum error e = request_seen_order(r, &order, why);
    if (e == ERROR_OK && text_empty(request_text(r, WIRE_F_NOTE)))
        e = complain(why, ERROR_BAD_INPUT,
                     "Write a note, so that the others know what is to be done.");
    return e == ERROR_OK ? add_review(r, &order, false, answer, why) : e;
}

enum error action_critical_told(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    struct store_critical_notice notice = { .told_to = request_text(r, WIRE_F_TOLD_TO),
                                            .method = request_text(r, WIRE_F_METHOD),
                                            .read_back = request_text(r, WIRE_F_READ_BACK),
                                            .note = request_text(r, WIRE_F_NOTE) };
    int64_t id;
    enum error e = request_seen_order(r, &order, why);

    if (e == ERROR_OK && (text_empty(notice.told_to) || text_empty(notice.method)))
        e = complain(why, ERROR_BAD_INPUT, "Say whom you told, and how.");
    if (e == ERROR_OK && text_empty(notice.read_back))
        e = complain(why, ERROR_BAD_INPUT,
                     "Ask for the value to be read back, and write down what was read back.");
    if (e != ERROR_OK)
        return e;
    notice.order = order.id;
    notice.version = order.version;
    e = store_critical_notice_add(r->core->store, &r->actor, &notice, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}

enum error action_resolve(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *identifiers[RESOLVE_IDENTIFIERS];
    struct ingest_resolve resolve = { .message = (int64_t)wire_number(r->m, WIRE_F_MESSAGE),
                                      .accession = request_text(r, WIRE_F_ACCESSION),
                                      .reason = request_text(r, WIRE_F_REASON),
                                      .identifiers = identifiers,
                                      .by = &r->actor };
    struct store_order_key order = { .id = 0 };
    enum error e;
    struct span content;
    size_t at = 0;

    while (resolve.identifier_count < RESOLVE_IDENTIFIERS &&
           wire_next(r->m, WIRE_F_IDENTIFIER, &at, &content))
        identifiers[resolve.identifier_count++] = (const char *)content.at;
    if (resolution_parse(request_text(r, WIRE_F_RESOLUTION), &resolve.kind) != ERROR_OK ||
        resolve.kind == RESOLUTION_SUPERSEDED)
        return complain(why, ERROR_BAD_INPUT, "Choose what is to become of this message.");
    answer->accession = resolve.accession;
    e = ingest_resolve(r->core->ingest, &resolve, &order, why);
    if (e == ERROR_OK && order.id)
        answer->order = request_keep(r, order.number);
    return e;
}

enum error action_approve(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *name = request_text(r, WIRE_F_REFERENCE_SET);
    int64_t set, id;
    bool approved;
    enum error e = store_reference_set_by_name(r->core->store, name, &set, &approved);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no reference set \"%s\".", name);
    if (e == ERROR_OK && approved)
        return complain(why, ERROR_CONFLICT, "The reference set \"%s\" is approved already.", name);
    if (e == ERROR_OK)
        e = store_reference_approve(r->core->store, set, r->actor.person, r->actor.at, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = name;
    turn_changed(r->core, "tests", name);
    return ERROR_OK;
}
