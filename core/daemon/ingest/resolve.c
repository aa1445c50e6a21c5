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

/* The laboratory's rules hold for what a person links as well. */
static enum error pass_gates(struct ingest *in, struct ingest_case *c,
                             const struct ingest_resolve *r, struct complaint *why)
{
    struct ingest_gates gates;
    struct complaint held;
    int64_t id;
    enum error e = ingest_gates_ask(in, c, &gates);

    if (e == ERROR_OK && ingest_gates_lock(&gates) && (!r->may_release || is_blank(r->release))) {
        ingest_gates_sentence(&gates, &held);
        return complain(why, ERROR_DENIED,
                        "A rule of the laboratory holds this result. %.300s Whoever may release "
                        "it links it with the reason for the release.",
                        held.text);
    }
    if (e == ERROR_OK)
        e = ingest_gates_keep(in, &gates, r->message);
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
                                struct complaint *why)
{
    struct ingest_case c = { .session = NULL };
    struct store_message_found message;
    enum error e = check_request(request, why);

    if (e != ERROR_OK)
        return e;
    arena_init(&c.arena, LIMIT_INGEST_ARENA);
    e = find_held(in, &c.arena, request->message, &message, why);
    if (e == ERROR_OK)
        e = reread_record(&c.arena, message.record_json, &c.record);
    if (e == ERROR_OK && request->kind == RESOLUTION_LINK)
        e = ingest_link_target(in, &c, request->accession, why);
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
    if (e == ERROR_OK && link) {
        ingest_case_times(in, &c, message.received_at);
        e = pass_gates(in, &c, request, why);
    }
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

/* What a rule holds: the next of its rules from `*at` on, or NULL. */
static const char *next_lock(const struct store_gate_warning *said, size_t count, size_t *at)
{
    while (*at < count)
        if (strcmp(said[(*at)++].level, gate_level_id(GATE_LOCKOUT)) == 0)
            return said[*at - 1].rule;
    return NULL;
}

/* A held message that a rule holds, and the specimen that it names. */
struct release {
    struct ingest_case c;
    struct store_message_found message;
    struct store_gate_warning *said;
    size_t count;
};

/* ERROR_CONFLICT: no rule holds it, or the specimen cannot take it. */
static enum error release_open(struct ingest *in, struct release *u, const struct ingest_release *r,
                               struct complaint *why)
{
    struct arena *a = &u->c.arena;
    size_t at = 0;
    enum error e;

    if (is_blank(r->reason))
        return complain(why, ERROR_BAD_INPUT, "Say why it is released: the reason is kept.");
    e = find_held(in, a, r->message, &u->message, why);
    if (e == ERROR_OK)
        e = store_gate_warnings(in->store, a, r->message, &u->said, &u->count);
    if (e == ERROR_OK && !next_lock(u->said, u->count, &at))
        e = complain(why, ERROR_CONFLICT,
                     "No rule holds this message: it waits for another reason. Resolve it on the "
                     "list of what is unmatched.");
    if (e == ERROR_OK)
        e = reread_record(a, u->message.record_json, &u->c.record);
    u->c.instrument = u->message.instrument;
    return e == ERROR_OK ? ingest_link_target(in, &u->c, u->message.specimen, why) : e;
}

/* One override for each rule that holds it. */
static enum error add_overrides(struct ingest *in, const struct release *u,
                                const struct ingest_release *r, char *rules, size_t size)
{
    size_t at = 0, len = 0;
    const char *rule;
    enum error e = ERROR_OK;
    int64_t id;

    rules[0] = '\0';
    while (e == ERROR_OK && (rule = next_lock(u->said, u->count, &at)) != NULL) {
        e = store_gate_override_add(in->store, r->released_by ? r->released_by : r->by, r->message,
                                    rule, r->reason, &id);
        if (len < size)
            len += (size_t)snprintf(rules + len, size - len, "%s%s", len ? ", " : "", rule);
    }
    return e;
}

enum error ingest_release(struct ingest *in, const struct ingest_release *request,
                          struct store_order_key *order, struct complaint *why)
{
    struct release u = { .count = 0 };
    char rules[128], detail[160];
    const struct ingest_resolve link = { .message = request->message,
                                         .kind = RESOLUTION_LINK,
                                         .reason = request->reason,
                                         .by = request->by };
    enum error e;

    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    e = release_open(in, &u, request, why);
    if (e == ERROR_OK)
        e = add_overrides(in, &u, request, rules, sizeof rules);
    if (e == ERROR_OK) {
        (void)snprintf(detail, sizeof detail, "released: %s", rules);
        e = add_resolution(in, &u.c, &link, detail, why);
    }
    if (e == ERROR_OK)
        e = link_message(in, &u.c, &link, &u.message, detail);
    if (e == ERROR_OK) {
        order->id = u.c.specimen.order;
        (void)text_copy(order->number, sizeof order->number, u.c.specimen.order_number);
    }
    arena_free(&u.c.arena);
    return e;
}

enum error ingest_release_check(struct ingest *in, struct arena *a,
                                const struct ingest_release *request, const char **accession,
                                struct complaint *why)
{
    struct release u = { .count = 0 };
    enum error e;

    arena_init(&u.c.arena, LIMIT_INGEST_ARENA);
    e = release_open(in, &u, request, why);
    if (e == ERROR_OK) {
        *accession = arena_text(a, span_text(u.message.specimen));
        e = *accession ? ERROR_OK : ERROR_NO_MEMORY;
    }
    arena_free(&u.c.arena);
    return e;
}
