/*
 * Results that are corrected, and messages that stood on the wrong order. No row changes: each
 * correction is a new version in the place of the old one, with a fact that says why and who had
 * seen the old one. A withdrawn result keeps its row and is current, with the status W, so that the
 * order shows what stood there; the measurement itself goes on where it belongs.
 */
#include "core/store/correct.h"
#include "core/base/text.h"
#include "core/daemon/ingest/gate.h"
#include "core/rules/correction.h"
#include "core/rules/judge.h"
#include "core/rules/reread.h"

#include <stdio.h>

/* What a version says whose value does not count any more. */
static const char withdrawn[] = "withdrawn", cancelled[] = "cancelled";

static bool is_blank(const char *text)
{
    return text_empty(text) || text[strspn(text, " \t\r\n")] == '\0';
}

static bool is_gone(const struct store_result *r)
{
    return strcmp(r->status, correction_status(CORRECTION_PATIENT)) == 0 ||
           strcmp(r->status, correction_status(CORRECTION_CANCEL)) == 0;
}

/* The next version of a result, with nothing that was said about the old value. */
static struct store_result next_version(const struct store_result *old, enum correction_kind kind,
                                        int64_t at)
{
    struct store_result next = *old;

    next.id = 0;
    next.replaces = old->id;
    next.status = correction_status(kind);
    next.at = at;
    next.comparator = next.number = next.device_flags = next.site_flag = next.flag_source = "";
    next.flag = kind == CORRECTION_DEVICE ? "" : correction_status(kind);
    next.value = kind == CORRECTION_CANCEL ? cancelled : withdrawn;
    next.unit = next.ucum = next.comments = "";
    next.severity = SEVERITY_ABNORMAL; /* a provider decides what follows */
    next.identical_repeat = false;
    return next;
}

/* The typed value, judged as the instrument's would have been. */
static enum error judge_typed(struct ingest *in, struct arena *a, const struct ingest_correct *c,
                              const struct store_result *old, struct store_result *next)
{
    struct store_specimen *specimen = arena_take(a, sizeof *specimen);
    struct ingest_filing filing = { .specimen = specimen, .received_at = c->by->at };
    struct record_result typed;
    const struct store_limit *found;
    struct store_limit limit;
    struct judgement *j = arena_take(a, sizeof *j);
    enum error e = specimen && j ? ERROR_OK : ERROR_NO_MEMORY;

    record_result_init(&typed);
    if (e == ERROR_OK)
        e = correction_read_value(a, c->value, &typed);
    if (e == ERROR_OK)
        e = store_specimen_by_id(in->store, a, old->specimen, specimen);
    if (e == ERROR_OK)
        e = ingest_find_limit(in, a, &filing, old->loinc, old->code, &limit, &found);
    if (e != ERROR_OK)
        return e;
    typed.unit = text_empty(c->unit) ? old->unit : c->unit;
    typed.ucum = strcmp(typed.unit, old->unit) == 0 && *old->ucum ? old->ucum : typed.unit;
    judge_result(&typed, found, j);
    next->value = typed.value;
    next->comparator = typed.comparator;
    next->number = typed.number;
    next->unit = typed.unit;
    next->ucum = typed.ucum;
    next->site_flag = j->site;
    next->flag = j->flag;
    next->flag_source = j->source;
    next->severity = j->severity;
    next->reference_range = arena_text(a, span_text(j->range));
    next->reference_limit = found ? found->id : 0;
    next->comments = found && *j->complaint ? j->complaint : "";
    return next->reference_range ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error add_event(struct ingest *in, const struct store_actor *by, enum event type,
                            const struct store_result *of, const char *reason, const char *detail)
{
    const struct store_event event = { .type = type,
                                       .specimen = of->specimen,
                                       .order = of->order,
                                       .message = of->message,
                                       .reason = reason,
                                       .detail = detail };
    return store_event_add(in->store, by, &event, NULL);
}

enum error ingest_replace(struct ingest *in, const struct store_result *old,
                          const struct store_result *next, enum correction_kind kind,
                          const struct ingest_correct *c, int64_t *correction)
{
    struct store_correction why = { .result_old = old->id,
                                    .order = old->order,
                                    .kind = correction_kind_id(kind),
                                    .reason_code = c->reason_code,
                                    .reason = c->reason,
                                    .requested_by = c->requested_by };
    char detail[160];
    enum error e = store_result_add(in->store, next, &why.result_new);

    if (e == ERROR_OK)
        e = store_correction_add(in->store, c->by, &why, correction);
    if (strcmp(old->value, next->value) == 0 && strcmp(old->unit, next->unit) == 0)
        (void)snprintf(detail, sizeof detail, "%.40s: %.50s, flag %.8s to %.8s", old->name,
                       old->value, *old->flag ? old->flag : "none",
                       *next->flag ? next->flag : "none");
    else
        (void)snprintf(detail, sizeof detail, "%.40s: %.50s to %.50s", old->name, old->value,
                       next->value);
    if (e == ERROR_OK)
        e = add_event(in, c->by, kind == CORRECTION_PATIENT ? EVENT_WITHDRAWN : EVENT_CORRECTED,
                      old, c->reason, detail);
    return e;
}

static enum error check_reason(const char *code, const char *reason, struct complaint *why)
{
    if (!correction_reason_known(code))
        return complain(why, ERROR_BAD_INPUT, "Choose why it is corrected.");
    if (is_blank(reason))
        return complain(why, ERROR_BAD_INPUT, "Say what happened: it is kept with both versions.");
    return ERROR_OK;
}

static enum error check_correct(struct ingest *in, const struct ingest_correct *c,
                                const struct store_result *old, struct complaint *why)
{
    bool referred = false;
    enum error e = store_message_is_referred(in->store, old->message, &referred);

    if (e != ERROR_OK)
        return e;
    if (old->order != c->order)
        return complain(why, ERROR_BAD_INPUT, "This result is not of that order.");
    if (is_gone(old))
        return complain(why, ERROR_CONFLICT,
                        "This result does not count any more: it was withdrawn. Open the order "
                        "again.");
    if (referred && !c->cancel)
        return complain(why, ERROR_DENIED,
                        "A reference laboratory measured this: only it can correct the value. Ask "
                        "it for a corrected report and enter that.");
    if (!c->cancel && is_blank(c->value))
        return complain(why, ERROR_BAD_INPUT, "Write the right value.");
    if (!c->cancel && strcmp(c->value, old->value) == 0 &&
        (text_empty(c->unit) || strcmp(c->unit, old->unit) == 0))
        return complain(why, ERROR_BAD_INPUT,
                        "That is the value that stands there. Write the right one.");
    return ERROR_OK;
}

enum error ingest_correct(struct ingest *in, const struct ingest_correct *c, struct complaint *why)
{
    enum correction_kind kind = c->cancel ? CORRECTION_CANCEL : CORRECTION_VALUE;
    struct store_result old, next;
    struct arena a;
    int64_t id;
    enum error e = check_reason(c->reason_code, c->reason, why);

    if (e != ERROR_OK)
        return e;
    arena_init(&a, LIMIT_INGEST_ARENA);
    e = store_result_by_id(in->store, &a, c->result, &old);
    if (e == ERROR_CONFLICT)
        e = complain(why, e, "Somebody has corrected this result meanwhile. Open the order again.");
    if (e == ERROR_OK)
        e = check_correct(in, c, &old, why);
    if (e != ERROR_OK)
        goto out;
    next = next_version(&old, kind, c->by->at);
    if (!c->cancel)
        e = judge_typed(in, &a, c, &old, &next);
    if (e == ERROR_OK)
        e = ingest_replace(in, &old, &next, kind, c, &id);
    if (e == ERROR_OK)
        e = ingest_after_change(in, "inbox", "");
    if (e == ERROR_OK)
        e = ingest_after_change(in, "notice", "");
out:
    arena_free(&a);
    return e;
}

/* ---- A message that stood on the wrong order ---- */

/* What is withdrawn, and what it was before, in one case. */
struct undo {
    struct ingest_case c;
    struct store_message_found message;
    struct store_result *results;
    size_t count;
};

static enum error find_linked(struct ingest *in, struct undo *u, const struct ingest_undo *r,
                              struct complaint *why)
{
    enum error e = store_message_by_id(in->store, &u->c.arena, r->message, &u->message);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such message. Open the order again.");
    if (e == ERROR_OK && u->message.ekg)
        return complain(why, ERROR_BAD_INPUT, "An EKG is taken off its order on the EKG page.");
    if (e == ERROR_OK)
        e = store_results_of_message(in->store, &u->c.arena, r->message, &u->results, &u->count);
    if (e == ERROR_OK && u->count == 0)
        return complain(
            why, ERROR_CONFLICT,
            "This message has no results on an order (any more). Open the order again.");
    if (e == ERROR_OK)
        e = reread_record(&u->c.arena, u->message.record_json, &u->c.record);
    u->c.instrument = u->message.instrument;
    return e;
}

/* The specimen that it goes to, past the laboratory's rules. */
static enum error find_right(struct ingest *in, struct undo *u, const struct ingest_undo *r,
                             struct ingest_gates *gates, struct complaint *why)
{
    struct complaint held;
    enum error e = ingest_link_target(in, &u->c, r->accession, why);

    if (e == ERROR_OK && u->c.specimen.order == u->results[0].order)
        e = complain(why, ERROR_CONFLICT,
                     "That specimen is of the same order. Scan the label of the right patient's.");
    if (e == ERROR_OK) {
        ingest_case_times(in, &u->c, u->message.received_at);
        e = ingest_gates_ask(in, &u->c, gates);
    }
    if (e == ERROR_OK && ingest_gates_lock(gates)) {
        ingest_gates_sentence(gates, GATES_ALL, &held);
        e = complain(why, ERROR_DENIED,
                     "A rule of the laboratory holds this result there. %.300s Withdraw it without "
                     "a specimen, and measure the right one again.",
                     held.text);
    }
    return e;
}

static enum error undo_open(struct ingest *in, struct undo *u, const struct ingest_undo *r,
                            struct ingest_gates *gates, struct complaint *why)
{
    enum error e = check_reason(r->reason_code, r->reason, why);

    if (e == ERROR_OK)
        e = find_linked(in, u, r, why);
    if (e == ERROR_OK && !text_empty(r->accession))
        e = find_right(in, u, r, gates, why);
    return e;
}

static enum error withdraw(struct ingest *in, const struct undo *u, const struct ingest_undo *r,
                           int64_t *corrections)
{
    const struct ingest_correct c = { .reason_code = r->reason_code,
                                      .reason = r->reason,
                                      .requested_by = r->requested_by,
                                      .by = r->by };
    enum error e = ERROR_OK;

    for (size_t i = 0; i < u->count && e == ERROR_OK; i++) {
        struct store_result next = next_version(&u->results[i], CORRECTION_PATIENT, r->by->at);
        e = ingest_replace(in, &u->results[i], &next, CORRECTION_PATIENT, &c, &corrections[i]);
    }
    return e;
}

/* What people corrected or cancelled before goes along: the measurement is filed as the instrument
 * sent it, and what they made of it in its place. `*there` receives the version that counts. */
static enum error carry(struct ingest *in, struct undo *u, const struct ingest_undo *r,
                        const struct store_result *was, int64_t *there)
{
    char reason[400];
    struct store_correction before;
    struct store_judged typed;
    struct store_result filed, next;
    struct ingest_correct c = { .value = was->value, .unit = was->unit, .by = r->by };
    enum correction_kind kind = CORRECTION_KIND_COUNT;
    int64_t id;
    /* What their own data made of it stays with the old patient. */
    enum error e = store_result_judged(in->store, was->id, &typed);

    if (e == ERROR_OK)
        e = store_correction_of(in->store, &u->c.arena, typed.result, &before);
    if (e == ERROR_NOT_FOUND)
        return ERROR_OK;
    if (e == ERROR_OK)
        e = correction_kind_parse(before.kind, &kind);
    if (e != ERROR_OK || (kind != CORRECTION_VALUE && kind != CORRECTION_CANCEL))
        return e;
    (void)snprintf(reason, sizeof reason, "Corrected before it was moved here: %.300s",
                   before.reason);
    c.reason = reason;
    c.reason_code = before.reason_code;
    c.requested_by = before.requested_by;
    e = store_result_by_id(in->store, &u->c.arena, *there, &filed);
    if (e != ERROR_OK)
        return e;
    next = next_version(&filed, kind, r->by->at);
    if (kind == CORRECTION_VALUE)
        e = judge_typed(in, &u->c.arena, &c, &filed, &next);
    if (e == ERROR_OK)
        e = ingest_replace(in, &filed, &next, kind, &c, &id);
    return e == ERROR_OK
               ? store_result_at(in->store, filed.message, filed.position, filed.order, there)
               : e;
}

/* Files the measurement on the right specimen, and ties each result to what it was withdrawn from.
 */
static enum error file_there(struct ingest *in, struct undo *u, const struct ingest_undo *r,
                             const struct ingest_gates *gates, const int64_t *corrections)
{
    const struct ingest_filing filing = { .record = &u->c.record,
                                          .specimen = &u->c.specimen,
                                          .message = u->message.id,
                                          .instrument = u->message.instrument,
                                          .received_at = u->message.received_at,
                                          .analytes = u->c.analytes,
                                          .moved = true };
    struct store_result there = { .specimen = u->c.specimen.id,
                                  .order = u->c.specimen.order,
                                  .message = u->message.id };
    enum error e = ingest_file_results(in, &u->c.arena, &filing);

    for (size_t i = 0; i < u->count && e == ERROR_OK; i++) {
        int64_t result;
        e = store_result_at(in->store, u->message.id, u->results[i].position, there.order, &result);
        if (e == ERROR_OK)
            e = carry(in, u, r, &u->results[i], &result);
        if (e == ERROR_OK)
            e = store_correction_move_add(in->store, corrections[i], result);
    }
    if (e == ERROR_OK)
        e = ingest_gates_keep(in, gates, GATES_ALL, u->message.id);
    if (e == ERROR_OK)
        e = add_event(in, r->by, EVENT_RESULT_LINKED, &there, r->reason, "from another order");
    return e;
}

static enum error number_of(struct ingest *in, struct undo *u, struct store_order_key *order)
{
    struct store_specimen old;
    enum error e = store_specimen_by_id(in->store, &u->c.arena, u->results[0].specimen, &old);

    if (e != ERROR_OK)
        return e;
    order->id = old.order;
    (void)text_copy(order->number, sizeof order->number, old.order_number);
    return ERROR_OK;
}

enum error ingest_undo(struct ingest *in, const struct ingest_undo *request,
                       struct store_order_key *order, struct store_order_key *target,
                       struct complaint *why)
{
    struct undo u = { .count = 0 };
    struct ingest_gates gates;
    int64_t *corrections = NULL;
    enum error e;

    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    *target = (struct store_order_key) { 0, "" };
    e = undo_open(in, &u, request, &gates, why);
    if (e == ERROR_OK) {
        corrections = arena_take(&u.c.arena, sizeof *corrections * u.count);
        e = corrections ? number_of(in, &u, order) : ERROR_NO_MEMORY;
    }
    if (e == ERROR_OK)
        e = withdraw(in, &u, request, corrections);
    if (e == ERROR_OK && !text_empty(request->accession)) {
        e = file_there(in, &u, request, &gates, corrections);
        target->id = u.c.specimen.order;
        (void)text_copy(target->number, sizeof target->number, u.c.specimen.order_number);
    }
    if (e == ERROR_OK)
        e = ingest_after_change(in, "inbox", "");
    if (e == ERROR_OK)
        e = ingest_after_change(in, "notice", "");
    arena_free(&u.c.arena);
    return e;
}

enum error ingest_undo_check(struct ingest *in, const struct ingest_undo *request,
                             struct complaint *why)
{
    struct undo u = { .count = 0 };
    struct ingest_gates gates;
    enum error e;

    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    e = undo_open(in, &u, request, &gates, why);
    arena_free(&u.c.arena);
    return e;
}
