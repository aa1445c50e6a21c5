/*
 * What waits on the list of the unmatched, results that are corrected, and who learns of it.
 *
 * Two people decide on what waited for more than a day, and on a result that stood on the wrong
 * patient's order (domain.md 3.2, 5.5): one proposes, another compares again and confirms. The
 * confirmed decision is carried out by core then and there, as it would have been by one.
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/correction.h"
#include "core/store/correct.h"

#include <stdio.h>
#include <string.h>

enum { RESOLVE_IDENTIFIERS = 8 };

static const char kind_resolve[] = "resolve", kind_undo[] = "undo";
static const char waits[] =
    "Proposed. A second person compares it again and confirms it: it stands on the list.";

static void identifiers_of(const struct request *r, struct ingest_resolve *resolve,
                           const char *identifiers[RESOLVE_IDENTIFIERS])
{
    struct span content;
    size_t at = 0;

    resolve->identifiers = identifiers;
    while (resolve->identifier_count < RESOLVE_IDENTIFIERS &&
           wire_next(r->m, WIRE_F_IDENTIFIER, &at, &content))
        identifiers[resolve->identifier_count++] = (const char *)content.at;
}

/* ERROR_CONFLICT of the store: somebody was there before. */
static enum error propose(struct request *r, struct answer *answer, const struct store_second *in,
                          struct complaint *why)
{
    char key[24];
    int64_t id;
    enum error e = store_second_add(r->core->store, &r->actor, in, &id);

    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "Somebody has proposed a decision about it already. Confirm or decline "
                        "that one first.");
    if (e != ERROR_OK)
        return e;
    (void)snprintf(key, sizeof key, "%lld", (long long)id);
    answer->key = request_keep(r, key);
    answer->sentence = waits;
    turn_changed(r->core, "held", "");
    return ERROR_OK;
}

/* ---- Resolving ---- */

static enum error resolve_now(struct request *r, const struct ingest_resolve *resolve,
                              struct answer *answer, struct complaint *why)
{
    struct store_order_key order = { .id = 0 };
    enum error e = ingest_resolve(r->core->ingest, resolve, &order, why);

    answer->accession = resolve->accession;
    if (e == ERROR_OK && order.id)
        answer->order = request_keep(r, order.number);
    return e;
}

static enum error resolve_later(struct request *r, const struct ingest_resolve *resolve,
                                struct answer *answer, struct complaint *why)
{
    char compared[REQUEST_IDENTIFIERS_TEXT] = "", rules[INGEST_RULES];
    const struct store_second second = { .kind = kind_resolve,
                                         .message = resolve->message,
                                         .resolution = request_text(r, WIRE_F_RESOLUTION),
                                         .accession = resolve->accession,
                                         .identifiers = compared,
                                         .reason = resolve->reason,
                                         .released = resolve->may_release ? resolve->release : "",
                                         .rules = rules };
    enum error e = ingest_resolve_check(r->core->ingest, resolve, rules, why);

    if (e == ERROR_OK && resolve->kind == RESOLUTION_LINK)
        e = request_identifiers(r, compared, why);
    return e == ERROR_OK ? propose(r, answer, &second, why) : e;
}

enum error action_resolve(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *identifiers[RESOLVE_IDENTIFIERS];
    struct ingest_resolve resolve = { .message = (int64_t)wire_number(r->m, WIRE_F_MESSAGE),
                                      .accession = request_text(r, WIRE_F_ACCESSION),
                                      .reason = request_text(r, WIRE_F_REASON),
                                      .release = request_text(r, WIRE_F_RELEASE),
                                      .may_release = role_may(r->who->role, RIGHT_OVERRIDE),
                                      .by = &r->actor };
    struct store_message_found found;
    enum error e;

    identifiers_of(r, &resolve, identifiers);
    if (resolution_parse(request_text(r, WIRE_F_RESOLUTION), &resolve.kind) != ERROR_OK ||
        resolve.kind == RESOLUTION_SUPERSEDED)
        return complain(why, ERROR_BAD_INPUT, "Choose what is to become of this message.");
    e = store_message_by_id(r->core->store, r->arena, resolve.message, &found);
    if (e == ERROR_OK && found.waiting && !found.ekg &&
        correction_needs_second(found.received_at, r->actor.at))
        return resolve_later(r, &resolve, answer, why);
    return resolve_now(r, &resolve, answer, why);
}

/* ---- Releasing what a rule holds ---- */

static enum error release_now(struct request *r, const struct ingest_release *release,
                              struct answer *answer, struct complaint *why)
{
    struct ingest_released released;
    enum error e = ingest_release(r->core->ingest, release, &released, why);

    if (e != ERROR_OK)
        return e;
    if (released.order.id)
        answer->order = request_keep(r, released.order.number);
    else
        answer->sentence = request_keep(r, released.further.text);
    return ERROR_OK;
}

/* The rules that the page showed. */
static void rules_seen(const struct request *r, char out[GATE_SET_TEXT])
{
    struct span rule;
    unsigned seen = 0;
    size_t at = 0;

    while (wire_next(r->m, WIRE_F_RULE, &at, &rule))
        seen |= gate_set_parse((const char *)rule.at);
    gate_set_text(seen, out);
}

/* Without identifiers: they are the second person's, who compares the tube and releases it. */
static enum error release_later(struct request *r, const struct ingest_release *release,
                                struct answer *answer, struct complaint *why)
{
    struct ingest_releasable found;
    struct store_second second = { .kind = kind_resolve,
                                   .message = release->message,
                                   .resolution = "link",
                                   .identifiers = "",
                                   .reason = release->reason,
                                   .released = release->reason };
    enum error e = ingest_release_check(r->core->ingest, release, &found, why);

    if (e != ERROR_OK)
        return e;
    if (*found.further.text) {
        answer->sentence = request_keep(r, found.further.text);
        return ERROR_OK;
    }
    second.accession = found.accession;
    second.rules = found.rules;
    return propose(r, answer, &second, why);
}

enum error action_release(struct request *r, struct answer *answer, struct complaint *why)
{
    char rules[GATE_SET_TEXT];
    const struct ingest_release release = { .message = (int64_t)wire_number(r->m, WIRE_F_MESSAGE),
                                            .reason = request_text(r, WIRE_F_REASON),
                                            .by = &r->actor,
                                            .covers = rules };
    struct store_message_found found;
    enum error e;

    rules_seen(r, rules);
    e = store_message_by_id(r->core->store, r->arena, release.message, &found);

    if (e == ERROR_OK && found.waiting && correction_needs_second(found.received_at, r->actor.at))
        return release_later(r, &release, answer, why);
    return release_now(r, &release, answer, why);
}

/* ---- Correcting ---- */

enum error action_correct(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    struct ingest_correct correct = { .result = (int64_t)wire_number(r->m, WIRE_F_RESULT_ID),
                                      .value = request_text(r, WIRE_F_VALUE),
                                      .unit = request_text(r, WIRE_F_UNIT),
                                      .reason_code = request_text(r, WIRE_F_REASON_CODE),
                                      .reason = request_text(r, WIRE_F_REASON),
                                      .requested_by = request_text(r, WIRE_F_REQUESTED_BY),
                                      .by = &r->actor };
    enum correction_kind kind;
    enum error e = request_seen_order(r, &order, why);

    if (e != ERROR_OK)
        return e;
    if (correction_kind_parse(request_text(r, WIRE_F_KIND), &kind) != ERROR_OK ||
        (kind != CORRECTION_VALUE && kind != CORRECTION_CANCEL))
        return complain(why, ERROR_BAD_INPUT, "Choose what is to become of the result.");
    correct.order = order.id;
    correct.cancel = kind == CORRECTION_CANCEL;
    e = ingest_correct(r->core->ingest, &correct, why);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}

static enum error undo_now(struct request *r, const struct ingest_undo *undo, struct answer *answer,
                           struct complaint *why)
{
    struct store_order_key order = { .id = 0 }, target = { .id = 0 };
    enum error e = ingest_undo(r->core->ingest, undo, &order, &target, why);

    if (e != ERROR_OK)
        return e;
    answer->order = request_keep(r, target.id ? target.number : order.number);
    turn_changed(r->core, "inbox", request_keep(r, order.number));
    return ERROR_OK;
}

enum error action_undo(struct request *r, struct answer *answer, struct complaint *why)
{
    char compared[REQUEST_IDENTIFIERS_TEXT] = "";
    const struct ingest_undo undo = { .message = (int64_t)wire_number(r->m, WIRE_F_MESSAGE),
                                      .accession = request_text(r, WIRE_F_ACCESSION),
                                      .reason_code = request_text(r, WIRE_F_REASON_CODE),
                                      .reason = request_text(r, WIRE_F_REASON),
                                      .by = &r->actor };
    const struct store_second second = { .kind = kind_undo,
                                         .message = undo.message,
                                         .accession = undo.accession,
                                         .identifiers = compared,
                                         .reason_code = undo.reason_code,
                                         .reason = undo.reason };
    enum error e = ingest_undo_check(r->core->ingest, &undo, why);

    if (e == ERROR_OK && !text_empty(undo.accession))
        e = request_identifiers(r, compared, why);
    return e == ERROR_OK ? propose(r, answer, &second, why) : e;
}

/* ---- The second person ---- */

static enum error check_second(struct request *r, const struct store_second *second,
                               struct complaint *why)
{
    int64_t theirs, mine;
    enum error e = store_person_root(r->core->store, second->person, &theirs);

    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &mine);
    if (e != ERROR_OK)
        return e;
    if (mine == theirs)
        return complain(why, ERROR_DENIED,
                        "You proposed it: a second person has to compare it again and confirm it.");
    return ERROR_OK;
}

/* Who proposed it may release what a rule holds, and said why: the release stays theirs. Who
 * confirms it has compared the tube, and need not have that right. */
static enum error carry_out(struct request *r, const struct store_second *second,
                            struct answer *answer, struct complaint *why)
{
    const char *identifiers[RESOLVE_IDENTIFIERS];
    const struct store_actor proposer = { .person = second->person,
                                          .role = second->role,
                                          .workstation = r->actor.workstation,
                                          .at = r->actor.at,
                                          .zone_offset = r->actor.zone_offset };
    const struct ingest_release release = { second->message, second->released, &r->actor, &proposer,
                                            second->rules };
    struct ingest_resolve resolve = { .message = second->message,
                                      .accession = second->accession,
                                      .reason = second->reason,
                                      .release = second->released,
                                      .may_release = !text_empty(second->released),
                                      .by = &r->actor,
                                      .released_by = &proposer,
                                      .covers = second->rules };
    const struct ingest_undo undo = { .message = second->message,
                                      .accession = second->accession,
                                      .reason_code = second->reason_code,
                                      .reason = second->reason,
                                      .by = &r->actor };

    if (strcmp(second->kind, kind_undo) == 0)
        return undo_now(r, &undo, answer, why);
    if (!text_empty(second->released) && text_empty(second->identifiers))
        return release_now(r, &release, answer, why);
    identifiers_of(r, &resolve, identifiers);
    if (resolution_parse(second->resolution, &resolve.kind) != ERROR_OK)
        return ERROR_BUG;
    return resolve_now(r, &resolve, answer, why);
}

enum error action_proposal_end(struct request *r, struct answer *answer, struct complaint *why)
{
    bool confirmed = strcmp(request_text(r, WIRE_F_OUTCOME), "confirmed") == 0;
    char compared[REQUEST_IDENTIFIERS_TEXT] = "";
    struct store_second second;
    int64_t id;
    enum error e = store_second_by_id(r->core->store, r->arena,
                                      (int64_t)wire_number(r->m, WIRE_F_PROPOSAL), &second);

    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !second.open))
        return complain(why, ERROR_CONFLICT, "It is decided already. Reload the list.");
    if (e == ERROR_OK && !confirmed && strcmp(request_text(r, WIRE_F_OUTCOME), "declined") != 0)
        e = complain(why, ERROR_BAD_INPUT, "Confirm it or decline it.");
    if (e == ERROR_OK && !confirmed && text_empty(request_text(r, WIRE_F_NOTE)))
        e = complain(why, ERROR_BAD_INPUT, "Say why you decline it.");
    if (e == ERROR_OK && confirmed)
        e = check_second(r, &second, why);
    if (e == ERROR_OK && confirmed && !text_empty(second.accession))
        e = request_identifiers(r, compared, why);
    if (e == ERROR_OK)
        e = store_second_end(r->core->store, &r->actor, second.id, confirmed, compared,
                             request_text(r, WIRE_F_NOTE), &id);
    if (e == ERROR_OK && confirmed)
        e = carry_out(r, &second, answer, why);
    if (e == ERROR_OK)
        turn_changed(r->core, "held", "");
    return e;
}

/* ---- Who learns of a correction ---- */

enum error action_notice_seen(struct request *r, struct answer *answer, struct complaint *why)
{
    int64_t item = (int64_t)wire_number(r->m, WIRE_F_ITEM_ID), root, id;
    const char *note = request_text(r, WIRE_F_NOTE);
    struct store_notice notice;
    enum error e = store_notice_by_id(r->core->store, item, &notice);

    (void)answer;
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && notice.seen))
        return complain(why, ERROR_CONFLICT, "It is marked as seen already. Reload the list.");
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &root);
    if (e == ERROR_OK && notice.person_root && notice.person_root != root)
        e = complain(why, ERROR_DENIED,
                     "It is somebody else's: they mark it when they have read it.");
    if (e == ERROR_OK && !notice.person_root && !role_may(r->who->role, RIGHT_FOLLOW_UP))
        e = complain(why, ERROR_DENIED,
                     "As %s you tell nobody outside. A colleague of the bench does.",
                     role_text(r->who->role));
    if (e == ERROR_OK && !notice.person_root && text_empty(note))
        e = complain(why, ERROR_BAD_INPUT, "Say how you told them, and what they said.");
    if (e == ERROR_OK)
        e = store_notice_seen_add(r->core->store, &r->actor, item, note, &id);
    if (e == ERROR_OK)
        turn_changed(r->core, "notice", "");
    return e;
}
