/*
 * A person decides about a held message (domain.md 5.5). Linking makes the results on that
 * specimen; the other decisions only take the message off the list. Nothing is deleted: the message
 * and its bytes stay, with who decided what, when and why.
 */
#include "core/daemon/ingest/gate.h"
#include "core/rules/reread.h"

#include "core/base/text.h"
#include "core/store/gate.h"

#include <stdio.h>

enum { IDENTIFIERS_NEEDED = 2 };

static bool is_blank(const char *text)
{
    return text_empty(text) || text[strspn(text, " \t\r\n")] == '\0';
}

static enum error check_request(const struct ingest_resolve *r, struct complaint *why)
{
    size_t named = 0;

    if (r->kind == RESOLUTION_SUPERSEDED || (unsigned)r->kind >= RESOLUTION_COUNT)
        return complain(why, ERROR_BAD_INPUT, "Choose what becomes of the message.");
    if (is_blank(r->reason))
        return complain(why, ERROR_BAD_INPUT, "Say why: the reason is kept with the message.");
    if (r->kind != RESOLUTION_LINK)
        return ERROR_OK;
    for (size_t i = 0; i < r->identifier_count; i++)
        named += !is_blank(r->identifiers[i]);
    if (named < IDENTIFIERS_NEEDED)
        return complain(why, ERROR_BAD_INPUT,
                        "Compare two identifiers of the patient before you link, and name them.");
    return ERROR_OK;
}

static enum error find_held(struct ingest *in, struct arena *a, int64_t id,
                            struct store_message_found *out, struct complaint *why)
{
    enum error e = store_message_by_id(in->store, a, id, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such message. Reload the list.");
    if (e != ERROR_OK)
        return e;
    if (out->resolved ||
        (out->disposition != DISPOSITION_HELD && out->disposition != DISPOSITION_INCOMPLETE))
        return complain(why, ERROR_CONFLICT,
                        "This message does not wait any more. Reload the list.");
    return ERROR_OK;
}

/* A file of an EKG cart is tied to an order, or belongs to nobody here; it is no lab result. */
static enum error check_ekg(const struct ingest_resolve *r, struct complaint *why)
{
    if (r->kind == RESOLUTION_NOT_OURS || r->kind == RESOLUTION_TEST_RUN)
        return ERROR_OK;
    return complain(why, ERROR_BAD_INPUT,
                    "An EKG cannot be linked to a specimen. Tie it to an order on the EKG page, or "
                    "say that it is a test, or not one of yours.");
}

/* The specimen to link to, which must be one that a result can be linked to. */
static enum error find_target(struct ingest *in, struct ingest_case *c, const char *accession,
                              struct complaint *why)
{
    enum specimen_state next;
    enum error e;

    if (!accession_valid(accession, in->salt))
        return complain(why, ERROR_BAD_INPUT,
                        "This is not a specimen number of this site. Scan the label.");
    e = ingest_find_specimen(in, c, accession);
    if (e != ERROR_OK)
        return e;
    if (!c->has_specimen)
        return complain(why, ERROR_NOT_FOUND, "No specimen has this number. Scan the label.");
    if (specimen_next(c->specimen.state, EVENT_RESULT_LINKED, &next) != ERROR_OK)
        return complain(why, ERROR_CONFLICT,
                        "A result cannot be linked to this specimen: it is %s.",
                        specimen_state_text(c->specimen.state));
    if (c->record.result_count == 0)
        return complain(why, ERROR_CONFLICT,
                        "The message holds no result that could be linked. Choose another way.");
    return ERROR_OK;
}

static enum error add_event(struct ingest *in, const struct ingest_case *c,
                            const struct ingest_resolve *r, const char *identifiers)
{
    struct store_actor by = *r->by;
    struct store_event event = { .type = EVENT_RESULT_LINKED,
                                 .specimen = c->specimen.id,
                                 .order = c->specimen.order,
                                 .message = r->message,
                                 .reason = r->reason };
    char detail[256];
    int64_t id;

    by.instrument = c->instrument;
    (void)snprintf(detail, sizeof detail, "%zu result%s, compared: %.180s", c->record.result_count,
                   c->record.result_count == 1 ? "" : "s", identifiers);
    event.detail = detail;
    return store_event_add(in->store, &by, &event, &id);
}

/* What a result measures is taken from the order as far as it was ordered: a person may link what
 * was not. */
static enum error find_analytes(struct ingest_case *c)
{
    struct {
        const struct match_analyte *at[LIMIT_RESULTS];
    } *found = arena_take(&c->arena, sizeof *found);

    if (!found)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < c->record.result_count; i++)
        found->at[i] = match_analyte_find(&c->match, &c->record.results[i]);
    c->analytes = found->at;
    return ERROR_OK;
}

enum error ingest_link_target(struct ingest *in, struct ingest_case *c, const char *accession,
                              struct complaint *why)
{
    enum error e = find_target(in, c, accession, why);
    return e == ERROR_OK ? find_analytes(c) : e;
}

static enum error link_message(struct ingest *in, struct ingest_case *c,
                               const struct ingest_resolve *r,
                               const struct store_message_found *message, const char *identifiers)
{
    struct ingest_filing filing = { .record = &c->record,
                                    .specimen = &c->specimen,
                                    .message = message->id,
                                    .instrument = message->instrument,
                                    .received_at = message->received_at,
                                    .analytes = c->analytes };
    enum error e = ingest_file_results(in, &c->arena, &filing);

    if (e == ERROR_OK)
        e = add_event(in, c, r, identifiers);
    if (e == ERROR_OK)
        e = ingest_after_change(in, "inbox", "");
    if (e == ERROR_OK)
        e = ingest_after_change(in, "specimen", c->specimen.accession);
    return e;
}

/* Asks the laboratory's rules, which hold for what a person links as well; what they hold needs the
 * word of somebody who may release it. */
static enum error ask_gates(struct ingest *in, struct ingest_case *c,
                            const struct ingest_resolve *r, struct ingest_gates *out,
                            struct complaint *why)
{
    struct complaint held;
    enum error e;

    ingest_case_times(in, c, c->received_at);
    e = ingest_gates_ask(in, c, out);
    if (e != ERROR_OK || !ingest_gates_lock(out) || (r->may_release && !is_blank(r->release)))
        return e;
    ingest_gates_sentence(out, GATES_ALL, &held);
    return complain(why, ERROR_DENIED,
                    "A rule of the laboratory holds this result. %.300s Whoever may release it "
                    "links it with the reason for the release.",
                    held.text);
}

static const char proposed_anew[] =
    "Another rule holds the result since this was proposed. Decline it; whoever may release it "
    "proposes it anew.";

/* A release that another person confirms is of the rules that were known when it was given. */
static enum error check_covers(const struct ingest_gates *gates, const char *covers,
                               struct complaint *why)
{
    unsigned further = ingest_gates_locks(gates) & ~gate_set_parse(covers);
    struct complaint held;

    if (!further)
        return ERROR_OK;
    ingest_gates_sentence(gates, further, &held);
    return complain(why, ERROR_CONFLICT, "%.300s %s", held.text, proposed_anew);
}

static enum error pass_gates(struct ingest *in, struct ingest_case *c,
                             const struct ingest_resolve *r, struct complaint *why)
{
    struct ingest_gates gates;
    int64_t id;
    enum error e = ask_gates(in, c, r, &gates, why);

    if (e == ERROR_OK && r->covers)
        e = check_covers(&gates, r->covers, why);
    if (e == ERROR_OK)
        e = ingest_gates_keep(in, &gates, GATES_ALL, r->message);
    for (unsigned i = 0; i < GATE_COUNT && e == ERROR_OK; i++)
        if (gates.level[i] == GATE_LOCKOUT)
            e = store_gate_override_add(in->store, r->released_by ? r->released_by : r->by,
                                        r->message, gate_id((enum gate)i), r->release, &id);
    return e;
}

static enum error add_resolution(struct ingest *in, const struct ingest_case *c,
                                 const struct ingest_resolve *r, const char *identifiers,
                                 struct complaint *why)
{
    struct store_resolution resolution = { .message = r->message,
                                           .kind = r->kind,
                                           .specimen = c->has_specimen ? c->specimen.id : 0,
                                           .identifiers = identifiers,
                                           .reason = r->reason,
                                           .person = r->by->person,
                                           .at = r->by->at };
    int64_t id;
    enum error e = store_resolution_add(in->store, &resolution, &id);

    if (e == ERROR_CONFLICT)
        return complain(why, e, "This message does not wait any more. Reload the list.");
    return e == ERROR_OK ? ingest_after_change(in, "held", "") : e;
}

static void join_identifiers(const struct ingest_resolve *r, char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < r->identifier_count && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "", r->identifiers[i]);
}

enum error ingest_resolve_check(struct ingest *in, const struct ingest_resolve *request,
                                char rules[INGEST_RULES], struct complaint *why)
{
    struct ingest_case c = { .session = NULL };
    struct store_message_found message;
    struct ingest_gates gates;
    enum error e = check_request(request, why);

    rules[0] = '\0';
    if (e != ERROR_OK)
        return e;
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    e = find_held(in, &c.arena, request->message, &message, why);
    if (e == ERROR_OK)
        e = reread_record(&c.arena, message.record_json, &c.record);
    c.instrument = message.instrument;
    c.received_at = message.received_at;
    if (e == ERROR_OK && request->kind == RESOLUTION_LINK) {
        e = ingest_link_target(in, &c, request->accession, why);
        if (e == ERROR_OK)
            e = ask_gates(in, &c, request, &gates, why);
        if (e == ERROR_OK)
            gate_set_text(ingest_gates_locks(&gates), rules);
    }
    arena_free(&c.arena);
    return e;
}

enum error ingest_resolve(struct ingest *in, const struct ingest_resolve *request,
                          struct store_order_key *order, struct complaint *why)
{
    struct ingest_case c = { .session = NULL };
    struct store_message_found message;
    char identifiers[256];
    bool link = request->kind == RESOLUTION_LINK;
    enum error e = check_request(request, why);

    if (e != ERROR_OK)
        return e;
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    join_identifiers(request, identifiers, sizeof identifiers);
    e = find_held(in, &c.arena, request->message, &message, why);
    if (e == ERROR_OK)
        e = message.ekg ? check_ekg(request, why)
                        : reread_record(&c.arena, message.record_json, &c.record);
    if (e == ERROR_OK && message.ekg)
        e = ingest_after_change(in, "ekg", "");
    if (e != ERROR_OK)
        goto out;
    c.instrument = message.instrument;
    if (link)
        e = ingest_link_target(in, &c, request->accession, why);
    c.received_at = message.received_at;
    if (e == ERROR_OK && link)
        e = pass_gates(in, &c, request, why);
    if (e == ERROR_OK)
        e = add_resolution(in, &c, request, identifiers, why);
    if (e == ERROR_OK && link)
        e = link_message(in, &c, request, &message, identifiers);
    if (e == ERROR_OK && link && order) {
        order->id = c.specimen.order;
        (void)text_copy(order->number, sizeof order->number, c.specimen.order_number);
    }
    if (e == ERROR_OK && request->kind == RESOLUTION_QC)
        e = ingest_take_control(in, &c, message.id, request->by);
out:
    arena_free(&c.arena);
    return e;
}

/* A held message that rules hold, and the specimen that it names. */
struct release {
    struct ingest_case c;
    struct store_message_found message;
    unsigned known, further; /* the rules that held it when it came, and those that came since */
    struct ingest_gates gates;
};

/* The rules that are said to hold a message. */
static enum error known_locks(struct ingest *in, struct arena *a, int64_t message, unsigned *out)
{
    struct store_gate_warning *said = NULL;
    size_t count = 0;
    enum error e = store_gate_warnings(in->store, a, message, &said, &count);

    *out = 0;
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        if (strcmp(said[i].level, gate_level_id(GATE_LOCKOUT)) == 0)
            *out |= gate_set_parse(said[i].rule);
    return e;
}

/* ERROR_CONFLICT: no rule holds it, or the specimen cannot take it. */
static enum error release_open(struct ingest *in, struct release *u, const struct ingest_release *r,
                               struct complaint *why)
{
    struct arena *a = &u->c.arena;
    enum error e;

    if (is_blank(r->reason))
        return complain(why, ERROR_BAD_INPUT, "Say why it is released: the reason is kept.");
    e = find_held(in, a, r->message, &u->message, why);
    if (e == ERROR_OK)
        e = known_locks(in, a, r->message, &u->known);
    if (e == ERROR_OK && !u->known)
        e = complain(why, ERROR_CONFLICT,
                     "No rule holds this message: it waits for another reason. Resolve it on the "
                     "list of what is unmatched.");
    if (e == ERROR_OK)
        e = reread_record(a, u->message.record_json, &u->c.record);
    u->c.instrument = u->message.instrument;
    if (e == ERROR_OK)
        e = ingest_link_target(in, &u->c, u->message.specimen, why);
    if (e != ERROR_OK)
        return e;
    ingest_case_times(in, &u->c, u->message.received_at);
    e = ingest_gates_ask(in, &u->c, &u->gates);
    u->further = ingest_gates_locks(&u->gates) & ~u->known;
    return e;
}

/* What holds it besides is kept with it, and told to who would release it. */
static enum error hold_further(struct ingest *in, const struct release *u, struct complaint *out)
{
    struct complaint held;
    enum error e = ingest_gates_keep(in, &u->gates, u->further, u->message.id);

    ingest_gates_sentence(&u->gates, u->further, &held);
    if (e == ERROR_OK)
        e = ingest_after_change(in, "held", "");
    return e == ERROR_OK ? complain(out, ERROR_OK,
                                    "It is not released. Since it came another rule holds it as "
                                    "well: %.300s Release it again if it may be filed all the "
                                    "same.",
                                    held.text)
                         : e;
}

/* One override for each rule that holds it. */
static enum error add_overrides(struct ingest *in, const struct release *u,
                                const struct ingest_release *r)
{
    enum error e = ERROR_OK;
    int64_t id;

    for (unsigned i = 0; i < GATE_COUNT && e == ERROR_OK; i++)
        if (u->known & 1U << i)
            e = store_gate_override_add(in->store, r->released_by ? r->released_by : r->by,
                                        r->message, gate_id((enum gate)i), r->reason, &id);
    return e;
}

static enum error release_filed(struct ingest *in, struct release *u,
                                const struct ingest_release *request, struct complaint *why)
{
    const struct ingest_resolve link = { .message = request->message,
                                         .kind = RESOLUTION_LINK,
                                         .reason = request->reason,
                                         .by = request->by };
    char rules[GATE_SET_TEXT], detail[GATE_SET_TEXT + 16];
    enum error e = add_overrides(in, u, request);

    gate_set_text(u->known, rules);
    (void)snprintf(detail, sizeof detail, "released: %s", rules);
    if (e == ERROR_OK)
        e = add_resolution(in, &u->c, &link, detail, why);
    return e == ERROR_OK ? link_message(in, &u->c, &link, &u->message, detail) : e;
}

/* It covers what its person saw, no more. */
static enum error check_seen(const struct release *u, const struct ingest_release *r,
                             struct complaint *why)
{
    bool unseen = (u->known & ~gate_set_parse(r->covers)) != 0;

    if (r->released_by)
        return unseen ? complain(why, ERROR_CONFLICT, "%s", proposed_anew)
                      : check_covers(&u->gates, r->covers, why);
    return unseen ? complain(why, ERROR_CONFLICT,
                             "Another rule holds it as well. Reload the page, read what it says, "
                             "and release it again.")
                  : ERROR_OK;
}

enum error ingest_release(struct ingest *in, const struct ingest_release *request,
                          struct ingest_released *out, struct complaint *why)
{
    struct release u = { .known = 0 };
    enum error e;

    *out = (struct ingest_released) { .order = { .id = 0 } };
    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    e = release_open(in, &u, request, why);
    if (e == ERROR_OK)
        e = check_seen(&u, request, why);
    if (e == ERROR_OK && u.further) {
        e = hold_further(in, &u, &out->further);
    } else if (e == ERROR_OK) {
        e = release_filed(in, &u, request, why);
        out->order.id = u.c.specimen.order;
        (void)text_copy(out->order.number, sizeof out->order.number, u.c.specimen.order_number);
    }
    arena_free(&u.c.arena);
    return e;
}

enum error ingest_release_check(struct ingest *in, const struct ingest_release *request,
                                struct ingest_releasable *out, struct complaint *why)
{
    struct release u = { .known = 0 };
    enum error e;

    *out = (struct ingest_releasable) { .accession = "" };
    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    e = release_open(in, &u, request, why);
    if (e == ERROR_OK)
        e = check_seen(&u, request, why);
    if (e == ERROR_OK && u.further)
        e = hold_further(in, &u, &out->further);
    if (e == ERROR_OK) {
        (void)text_copy(out->accession, sizeof out->accession, u.message.specimen);
        gate_set_text(u.known, out->rules);
    }
    arena_free(&u.c.arena);
    return e;
}
