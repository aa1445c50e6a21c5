/* A message to a health record, when an order has something new to tell; see delivery.h. */
#include "core/daemon/delivery.h"

#include "core/daemon/action.h"
#include "core/store/exchange.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { REPORT_ARENA = 8 * 1024 * 1024, MESSAGE_RESULTS = 512, FRAMING = 16 };

static void hash_text(crypto_hash_sha256_state *state, const char *text)
{
    crypto_hash_sha256_update(state, (const uint8_t *)text, strlen(text) + 1);
}

static void hash_result(crypto_hash_sha256_state *state, const struct exchange_result *r)
{
    char line[32];

    (void)snprintf(line, sizeof line, "%lld%c", (long long)r->id,
                   exchange_status_letter(r->status));
    hash_text(state, line);
    if (r->id == 0) { /* of an EKG: no row of its own says that it is another */
        hash_text(state, r->name);
        hash_text(state, r->value);
    }
}

/* What one message tells, so that the same is never told twice: in whose chart which test stands
 * how with which versions of results; of an EKG, what its reader made of it. Who signed a value
 * that went out before as it is, is no news. */
static void hash_report(const struct exchange_report *report, uint8_t out[STORE_CONTENT])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    hash_text(&state, report->mrn);
    for (size_t i = 0; i < report->panel_count; i++) {
        const struct exchange_panel *p = &report->panels[i];
        hash_text(&state, p->code);
        hash_text(&state, p->rejected);
        hash_text(&state, p->cancelled);
        for (size_t j = 0; j < p->result_count; j++)
            hash_result(&state, &p->results[j]);
        if (p->ekg)
            hash_text(&state, report->signer.login);
    }
    crypto_hash_sha256_final(&state, out);
}

static size_t results_of(const struct exchange_report *report, int64_t out[MESSAGE_RESULTS])
{
    size_t count = 0;

    for (size_t i = 0; i < report->panel_count; i++)
        for (size_t j = 0; j < report->panels[i].result_count && count < MESSAGE_RESULTS; j++)
            if (report->panels[i].results[j].id) /* an EKG's measurements are no rows of ours */
                out[count++] = report->panels[i].results[j].id;
    return count;
}

/* A number that was never another message's, also not before a restore. */
static void make_control(struct core *core, char out[24])
{
    uint8_t random[8];

    core->entropy.fill(core->entropy.context, random, sizeof random);
    (void)snprintf(out, 24, "PH%02X%02X%02X%02X%02X%02X%02X%02X", random[0], random[1], random[2],
                   random[3], random[4], random[5], random[6], random[7]);
}

/* The text; what cannot be written for want of something is left empty, with `lacks`. */
static enum error compose(struct core *core, const struct delivery_line *line, const char *control,
                          int64_t now, const struct exchange_report *report, struct buffer *out,
                          struct complaint *lacks)
{
    const struct config_exchange *config = line->config;
    const struct exchange_envelope envelope = {
        .sending_application = config->application,
        .sending_facility = config->facility,
        .receiving_application = config->receiving_application,
        .receiving_facility = config->receiving_facility,
        .assigner = config->assigner,
        .control_id = control,
        .at = now,
        .zone_offset = sitetime_offset,
        .production = !core->config.demo && !core->config.practice,
    };
    enum error e = exchange_compose(line->profile, &envelope, report, out, lacks);

    if (e != ERROR_BAD_INPUT && e != ERROR_TOO_BIG && e != ERROR_NO_MEMORY)
        return e;
    buffer_clear(out);
    if (!lacks->text[0])
        (void)complain(lacks, e, "The message is longer than a health record takes.");
    return ERROR_OK;
}

/* Of which order a message is written to whom, and what for. */
struct job {
    struct core *core;
    const struct delivery_line *line;
    int64_t order, cause;
    struct arena *arena;
};

/* A health record that was sent the order under another number than the patient's (after a merge,
 * the end of one, or another MRN) would have it twice: somebody looks at the first chart. */
static enum error find_moved(const struct job *job, const struct exchange_report *report,
                             struct complaint *moved)
{
    const char *before;
    enum error e = store_outgoing_mrn(job->core->store, job->arena, job->line->config->name,
                                      job->order, &before);

    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    if (strcmp(before, report->mrn) == 0)
        return ERROR_OK;
    (void)complain(
        moved, ERROR_CONFLICT,
        "What went out of this order bears MRN %.40s, and it is MRN %.40s's. See that it "
        "is not in the first chart, then send this.",
        before, report->mrn);
    return ERROR_OK;
}

static enum error add(const struct job *job, const struct exchange_report *report,
                      const uint8_t content[STORE_CONTENT], const struct complaint *moved,
                      int64_t *written, struct complaint *lacks)
{
    int64_t now = clock_now(&job->core->clock), results[MESSAGE_RESULTS];
    struct store_outgoing out = { .endpoint = job->line->config->name,
                                  .order = job->order,
                                  .content = content,
                                  .cause = job->cause,
                                  .at = now,
                                  .results = results };
    struct buffer bytes;
    char control[24];
    enum error e;

    make_control(job->core, control);
    buffer_init(&bytes, LIMIT_PORT_OUTPUT - FRAMING);
    e = compose(job->core, job->line, control, now, report, &bytes, lacks);
    out.control_id = control;
    out.kind = exchange_status_letter(exchange_report_status(report));
    out.bytes = buffer_span(&bytes);
    out.lacks = lacks->text[0] ? lacks->text : moved->text;
    out.result_count = results_of(report, results);
    if (e == ERROR_OK)
        e = store_outgoing_add(job->core->store, &out, written);
    buffer_free(&bytes);
    return e;
}

/* An order that one message cannot hold holds up nobody else: it is parked once, without a text. */
static enum error add_large(const struct job *job, int64_t *written, struct complaint *lacks)
{
    static const uint8_t content[STORE_CONTENT] = { 0 };
    uint8_t last[STORE_CONTENT];
    char control[24];
    struct store_outgoing out = { .endpoint = job->line->config->name,
                                  .order = job->order,
                                  .kind = 'F',
                                  .control_id = control,
                                  .content = content,
                                  .cause = job->cause,
                                  .at = clock_now(&job->core->clock),
                                  .lacks = lacks->text };
    enum error e =
        store_outgoing_content(job->core->store, job->line->config->name, job->order, last);

    if (e == ERROR_OK && memcmp(content, last, sizeof last) == 0)
        return ERROR_OK;
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    (void)complain(lacks, ERROR_TOO_BIG,
                   "This order is too large for one message: take it over by hand.");
    make_control(job->core, control);
    return store_outgoing_add(job->core->store, &out, written);
}

/* What is told, unless the health record was told the same of the same patient. */
static enum error add_news(const struct job *job, const struct exchange_report *report,
                           int64_t *written, struct complaint *lacks)
{
    uint8_t content[STORE_CONTENT], last[STORE_CONTENT];
    struct complaint moved = { "" };
    enum error e =
        store_outgoing_content(job->core->store, job->line->config->name, job->order, last);

    hash_report(report, content);
    if (e == ERROR_OK && memcmp(content, last, sizeof last) == 0)
        return ERROR_OK;
    if (e == ERROR_OK || e == ERROR_NOT_FOUND)
        e = find_moved(job, report, &moved);
    return e == ERROR_OK ? add(job, report, content, &moved, written, lacks) : e;
}

enum error delivery_write(struct core *core, const struct delivery_line *line, int64_t order,
                          int64_t cause, int64_t *written, struct complaint *lacks)
{
    struct exchange_report report;
    struct arena a;
    const struct job job = { core, line, order, cause, &a };
    enum error e;

    *written = 0;
    arena_init(&a, REPORT_ARENA);
    e = store_exchange_report(core->store, &a, order, line->config->name, line->config->filed,
                              &report);
    if (e == ERROR_OK)
        e = add_news(&job, &report, written, lacks);
    else if (e == ERROR_TOO_BIG || (e == ERROR_NO_MEMORY && a.exhausted))
        e = add_large(&job, written, lacks);
    else if (e == ERROR_NOT_FOUND)
        e = ERROR_OK; /* nothing to tell */
    arena_free(&a);
    return e;
}
