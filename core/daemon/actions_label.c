/*
 * Labels: sent to a printer, counted as printed when the printer said so, scanned back.
 *
 * Invariants: the row of a label is on disk before its printer hears of it, so that every label
 * that may have come out is accounted for; a label is asked for once and never repeated by
 * itself. When nobody can tell whether it came out, the next one is a copy and needs a reason.
 */
#include "core/daemon/action.h"

#include "core/base/log.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PRINT_PATIENCE = 60 * 1000 }; /* ms until a printer that says nothing is ended */

struct print_job {
    struct print_job *next;
    uint64_t ticket, id; /* ours; the request's */
    uint32_t source, printer_number;
    int64_t specimen, order, label, copy;
    struct store_actor actor;
    char workstation[129], accession[ACCESSION_SIZE], printer[65];
    char reason[LIMIT_TEXT + 1]; /* why there is another label */
    bool sent;
};

static const char unknown_outcome[] =
    "It is not known whether the label was printed. Look at the printer; if there is no label, "
    "print again and give that as the reason.";

static const struct config_printer *choose_printer(const struct request *r)
{
    const struct config *config = &r->core->config;
    const char *name = request_text(r, WIRE_F_PRINTER);

    for (size_t i = 0; i < config->printer_count; i++)
        if (text_empty(name) || strcmp(config->printers[i].name, name) == 0)
            return &config->printers[i];
    return NULL;
}

static bool printing(const struct core *core, int64_t specimen)
{
    for (const struct print_job *j = core->prints; j; j = j->next)
        if (j->specimen == specimen)
            return true;
    return false;
}

static enum error may_print(struct request *r, const struct store_specimen *specimen, int64_t *copy,
                            struct complaint *why)
{
    enum error e;
    if (specimen->state == SPECIMEN_REJECTED || specimen->state == SPECIMEN_DISPOSED)
        return complain(why, ERROR_CONFLICT, "The specimen is %s; it gets no further label.",
                        specimen_state_text(specimen->state));
    if (printing(r->core, specimen->id))
        return complain(why, ERROR_BUSY, "Its label is being printed. Wait a moment.");
    e = store_label_next_copy(r->core->store, specimen->id, copy);
    if (e == ERROR_OK && *copy > 1 && text_empty(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT,
                        "A label of this specimen has been printed. Say why it needs another one; "
                        "it will say COPY.");
    return e;
}

static void write_print(struct wire_writer *w, const struct print_job *job,
                        const struct store_specimen *s, const char *stock, bool practice)
{
    char collected[17];

    sitetime_text(s->collected_at, collected);
    wire_begin(w, WIRE_PRINT);
    wire_put_number(w, WIRE_F_TICKET, job->ticket);
    wire_put_text(w, WIRE_F_ACCESSION, s->accession);
    wire_put_text(w, WIRE_F_FAMILY, s->patient.family);
    wire_put_text(w, WIRE_F_GIVEN, s->patient.given);
    wire_put_text(w, WIRE_F_MRN, s->patient.mrn);
    wire_put_text(w, WIRE_F_BIRTH_DATE, s->patient.birth_date);
    wire_put_text(w, WIRE_F_SEX, s->patient.sex);
    wire_put_text(w, WIRE_F_CONTAINER, s->container);
    wire_put_text(w, WIRE_F_PRIORITY, s->priority);
    wire_put_text(w, WIRE_F_COLLECTED_AT, collected);
    wire_put_text(w, WIRE_F_COLLECTOR, s->collector);
    wire_put_text(w, WIRE_F_SPECIMEN_TYPE, s->type);
    wire_put_text(w, WIRE_F_SITE, s->site);
    wire_put_text(w, WIRE_F_STOCK, stock);
    wire_put_number(w, WIRE_F_COPY, (uint64_t)job->copy - 1);
    if (practice)
        wire_put_number(w, WIRE_F_PRACTICE, 1);
}

static struct print_job *make_job(struct request *r, const struct store_specimen *s,
                                  const struct child *printer, int64_t copy, int64_t label)
{
    struct print_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    *job = (struct print_job) { .ticket = ++r->core->print_ticket,
                                .id = r->id,
                                .source = r->source,
                                .printer_number = route_child_number(printer),
                                .specimen = s->id,
                                .order = s->order,
                                .label = label,
                                .copy = copy,
                                .actor = r->actor };
    (void)text_copy(job->workstation, sizeof job->workstation, r->actor.workstation);
    (void)text_copy(job->accession, sizeof job->accession, s->accession);
    (void)text_copy(job->printer, sizeof job->printer, child_name(printer));
    (void)text_copy(job->reason, sizeof job->reason, request_text(r, WIRE_F_REASON));
    job->actor.workstation = job->workstation;
    job->next = r->core->prints;
    r->core->prints = job;
    return job;
}

/* Nothing was sent, and that is on record. */
static enum error not_printed(struct request *r, const struct store_specimen *specimen,
                              const char *printer, struct answer *answer, struct complaint *why)
{
    const struct store_event event = { .type = EVENT_LABEL_FAILED,
                                       .specimen = specimen->id,
                                       .order = specimen->order,
                                       .detail = printer,
                                       .reason = "The printer's driver is not running." };
    answer->status = ERROR_CLOSED;
    answer->sentence = "The printer is not ready. Switch it on, wait a moment and print again.";
    return request_event(r, specimen, &event, why);
}

enum error action_label_print(struct request *r, struct answer *answer, struct complaint *why)
{
    const struct config_printer *config = choose_printer(r);
    const char *stock = request_text(r, WIRE_F_STOCK);
    struct store_specimen specimen;
    struct store_label_print row = { .reason = request_text(r, WIRE_F_REASON) };
    struct print_job *job;
    struct wire_writer w;
    struct child *printer;
    int64_t label;
    enum error e;

    if (!config)
        return complain(
            why, ERROR_NOT_FOUND,
            "There is no such label printer. Choose another, or set one up in phial.conf.");
    e = request_specimen(r, &specimen, why);
    if (e == ERROR_OK)
        e = may_print(r, &specimen, &row.copy, why);
    if (e != ERROR_OK)
        return e;
    printer = supervise_find(r->core->children, CHILD_PRINTER, config->name);
    answer->accession = specimen.accession;
    if (!printer || !child_running(printer))
        return not_printed(r, &specimen, config->name, answer, why);
    row.specimen = specimen.id;
    row.printer = config->name;
    row.stock = text_empty(stock) ? config->stock : stock;
    row.person = r->actor.person;
    row.at = r->actor.at;
    e = store_label_print_add(r->core->store, &row, &label);
    if (e != ERROR_OK)
        return e;
    job = make_job(r, &specimen, printer, row.copy, label);
    if (!job)
        return ERROR_NO_MEMORY;
    write_print(&w, job, &specimen, row.stock, r->core->config.practice);
    turn_print(r->core, job, &w);
    answer->later = true;
    return ERROR_OK;
}

static void forget(struct core *core, struct print_job *job)
{
    struct print_job **at = &core->prints;
    while (*at && *at != job)
        at = &(*at)->next;
    if (*at)
        *at = job->next;
    free(job);
}

static struct child *printer_of(const struct core *core, const struct print_job *job)
{
    struct child *c = supervise_find(core->children, CHILD_PRINTER, job->printer);
    return c && route_child_number(c) == job->printer_number ? c : NULL;
}

static void say(struct core *core, const struct print_job *job, enum error e, const char *sentence)
{
    const struct answer answer = { .accession = job->accession, .copy = (uint64_t)job->copy };
    struct complaint why;
    (void)complain(&why, e, "%s", sentence);
    requests_answer(core, job->source, job->id, e, &answer, &why);
}

/* What custody says of a label's end. */
static struct store_event event_of(struct core *core, const struct print_job *job,
                                   enum label_outcome outcome, const char *sentence)
{
    struct store_event event = {
        .specimen = job->specimen, .order = job->order, .detail = job->printer, .reason = sentence
    };
    struct store_specimen specimen = { .state = SPECIMEN_NONE };
    struct arena arena;

    arena_init(&arena, 1024 * 1024);
    (void)store_specimen_by_id(core->store, &arena, job->specimen, &specimen);
    if (outcome == LABEL_PRINTED) {
        event.reason = job->reason;
        event.type =
            specimen.state == SPECIMEN_COLLECTED ? EVENT_LABEL_PRINTED : EVENT_LABEL_REPRINTED;
    } else {
        event.type = outcome == LABEL_FAILED ? EVENT_LABEL_FAILED : EVENT_EXCEPTION;
    }
    arena_free(&arena);
    return event;
}

/* Writes the outcome, replies, forgets the job. */
static void finish(struct core *core, struct print_job *job, enum label_outcome outcome,
                   const char *sentence)
{
    struct store_event event;
    enum error e = turn_begin(core);
    int64_t id;

    job->actor.at = clock_now(&core->clock);
    event = event_of(core, job, outcome, sentence);
    if (e == ERROR_OK)
        e = store_label_outcome_add(core->store, job->label, outcome, sentence, job->actor.at, &id);
    if (e == ERROR_OK)
        e = store_event_add(core->store, &job->actor, &event, &id);
    if (e != ERROR_OK)
        core->store_failed = true;
    turn_changed(core, "specimen", job->accession);
    say(core, job, outcome == LABEL_PRINTED ? ERROR_OK : ERROR_IO, sentence);
    if (outcome != LABEL_PRINTED)
        log_line(LOG_PRINTER, job->printer, "a label was not printed: %s", sentence);
    forget(core, job);
}

void label_job_send(struct core *core, struct print_job *job, struct wire_writer *w)
{
    struct child *printer = printer_of(core, job);

    if (printer && child_send(printer, w) == ERROR_OK) {
        job->sent = true;
        return;
    }
    wire_free(w);
    finish(core, job, LABEL_FAILED, "The printer's driver stopped. Print again in a moment.");
}

void label_job_drop(struct core *core, struct print_job *job, const char *sentence)
{
    say(core, job, ERROR_IO, sentence);
    forget(core, job);
}

void label_job_printed(struct core *core, const struct child *printer, const struct wire_message *m)
{
    uint64_t ticket = wire_number(m, WIRE_F_TICKET);
    uint64_t status = wire_number(m, WIRE_F_STATUS);
    const char *sentence = wire_text(m, WIRE_F_SENTENCE);

    if (status > LABEL_UNKNOWN)
        status = LABEL_UNKNOWN;
    if (status == LABEL_UNKNOWN && text_empty(sentence))
        sentence = unknown_outcome;
    for (struct print_job *job = core->prints; job; job = job->next)
        if (job->sent && job->ticket == ticket &&
            job->printer_number == route_child_number(printer)) {
            finish(core, job, (enum label_outcome)status, sentence);
            return;
        }
}

void label_jobs_lost(struct core *core, const struct child *printer)
{
    struct print_job *next;
    for (struct print_job *job = core->prints; job; job = next) {
        next = job->next;
        if (job->sent && job->printer_number == route_child_number(printer))
            finish(core, job, LABEL_UNKNOWN, unknown_outcome);
    }
}

void label_jobs_recover(struct core *core)
{
    int64_t now = clock_now(&core->clock), id;
    const struct store_actor by = { .role = "",
                                    .workstation = "",
                                    .at = now,
                                    .zone_offset = sitetime_offset(now),
                                    .clock_unset = sitetime_unset(now) };
    struct store_label_lost lost;
    enum error e;

    while ((e = store_label_unfinished(core->store, &lost)) == ERROR_OK) {
        const struct store_event event = { .type = EVENT_EXCEPTION,
                                           .specimen = lost.specimen,
                                           .reason = unknown_outcome };
        e = turn_begin(core);
        if (e == ERROR_OK)
            e = store_label_outcome_add(core->store, lost.id, LABEL_UNKNOWN, unknown_outcome, now,
                                        &id);
        if (e == ERROR_OK)
            e = store_event_add(core->store, &by, &event, &id);
        if (e != ERROR_OK)
            break;
    }
    if (e != ERROR_NOT_FOUND)
        core->store_failed = true;
}

void label_jobs_look(struct core *core)
{
    int64_t now = clock_now(&core->clock);
    struct print_job *next;
    for (struct print_job *job = core->prints; job; job = next) {
        struct child *printer = printer_of(core, job);
        next = job->next;
        if (job->sent && printer && now - job->actor.at > PRINT_PATIENCE)
            child_misbehaved(printer, "It did not say what became of a label.");
    }
}

/* A label that nobody printed cannot be on the tube. */
static enum error check_printed(struct request *r, const struct store_specimen *specimen,
                                struct complaint *why)
{
    int64_t copy = 0;
    enum error e = ERROR_OK;

    if (specimen->state == SPECIMEN_COLLECTED)
        e = store_label_next_copy(r->core->store, specimen->id, &copy);
    if (e == ERROR_OK && copy == 1)
        e = complain(why, ERROR_CONFLICT,
                     "No label of this specimen has been printed. Print it, then scan it back.");
    return e;
}

enum error action_label_verify(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *scanned = request_text(r, WIRE_F_SCANNED);
    struct store_specimen specimen;
    struct store_event event = { .type = EVENT_LABEL_VERIFIED };
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK)
        e = check_printed(r, &specimen, why);
    if (e != ERROR_OK)
        return e;
    event.specimen = specimen.id;
    event.order = specimen.order;
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    if (strcmp(scanned, specimen.accession) != 0) {
        event.type = EVENT_WRONG_LABEL;
        event.detail = scanned;
        answer->status = ERROR_CONFLICT;
        answer->sentence = "That is not this specimen's label. Put the tube aside, find its own "
                           "label and scan again. This near miss has been recorded.";
    } else if (specimen_testable(specimen.state)) {
        return ERROR_OK; /* scanned once more: it is verified already */
    }
    return request_event(r, &specimen, &event, why);
}
