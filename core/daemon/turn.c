/*
 * One transaction a turn: begun by the first packet that needs it, committed after the poll.
 *
 * The loop's check handle runs when all that was ready has been read. An idle handle runs while a
 * transaction is open, so that the loop does not sleep on an open transaction that a timer began.
 */
#include "core/daemon/action.h"

#include "core/base/log.h"

#include <sched.h>
#include <stdlib.h>

enum {
    SEAL_AFTER = 500,    /* ms from the first commit that is not sealed: at most a second late */
    QUIET_AFTER = 2000,  /* ms without a commit until the log is moved */
    GATHER_NS = 1000000, /* the longest that a commit waits for further frames */
    LOG_STEP = 2048,     /* pages that the log grows by between two moves */
};

static const char refusal[] = "Phial could not write to its disk, so nothing was done. Try again; "
                              "if it stays like this, call your administrator.";

enum outgoing_kind { OUT_REPLY, OUT_CHANGED, OUT_PRINT };

struct outgoing {
    struct outgoing *next;
    enum outgoing_kind kind;
    uint32_t source; /* of a reply */
    uint64_t id;     /* of a reply */
    struct print_job *job;
    struct wire_writer packet;
};

static void send_packet(struct core *core, uint32_t source, struct span packet)
{
    if (source != SOURCE_WEB)
        control_send(core, source, packet);
    else if (core->web)
        (void)child_send_packet(core->web, packet);
}

void reply_now(struct core *core, uint32_t source, struct wire_writer *w)
{
    struct span packet;
    if (wire_finish(w, &packet) == ERROR_OK)
        send_packet(core, source, packet);
    else
        log_line(LOG_BUG, "core", "a reply cannot be written: %s", error_text(w->error));
    wire_free(w);
}

static void reply_refused(struct core *core, uint32_t source, uint64_t id)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_REPLY);
    wire_put_number(&w, WIRE_F_ID, id);
    wire_put_number(&w, WIRE_F_STATUS, ERROR_IO);
    wire_put_text(&w, WIRE_F_SENTENCE, refusal);
    reply_now(core, source, &w);
}

static void deliver(struct core *core, struct outgoing *o, bool committed)
{
    if (o->kind == OUT_PRINT && committed)
        label_job_send(core, o->job, &o->packet);
    else if (o->kind == OUT_PRINT)
        label_job_drop(core, o->job, refusal);
    else if (committed)
        reply_now(core, o->kind == OUT_REPLY ? o->source : SOURCE_WEB, &o->packet);
    else if (o->kind == OUT_REPLY)
        reply_refused(core, o->source, o->id);
    wire_free(&o->packet);
    free(o);
}

/* What waits is taken off first: a delivery may begin the next turn. */
static void empty_outbox(struct core *core, bool committed)
{
    struct outgoing *o = core->outbox;
    core->outbox = NULL;
    core->outbox_end = &core->outbox;
    while (o) {
        struct outgoing *next = o->next;
        deliver(core, o, committed);
        o = next;
    }
}

static void wait_for_commit(struct core *core, struct outgoing what, struct wire_writer *w)
{
    struct outgoing *o = malloc(sizeof *o);
    if (!o) {
        log_line(LOG_BUG, "core", "no memory for a reply");
        wire_free(w);
        return;
    }
    *o = what;
    o->packet = *w;
    *w = (struct wire_writer) { .error = ERROR_BUG };
    *core->outbox_end = o;
    core->outbox_end = &o->next;
    (void)turn_begin(core);
}

void turn_reply(struct core *core, uint32_t source, uint64_t id, struct wire_writer *w)
{
    wait_for_commit(core, (struct outgoing) { .kind = OUT_REPLY, .source = source, .id = id }, w);
}

void turn_print(struct core *core, struct print_job *job, struct wire_writer *w)
{
    wait_for_commit(core, (struct outgoing) { .kind = OUT_PRINT, .job = job }, w);
}

void turn_changed(struct core *core, const char *topic, const char *key)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_CHANGED);
    wire_put_text(&w, WIRE_F_TOPIC, topic);
    if (key)
        wire_put_text(&w, WIRE_F_KEY, key);
    wait_for_commit(core, (struct outgoing) { .kind = OUT_CHANGED }, &w);
}

static void on_idle(uv_idle_t *handle)
{
    (void)handle;
}

enum error turn_begin(struct core *core)
{
    enum error e = store_begin(core->store);
    (void)uv_idle_start(&core->idle, on_idle);
    if (e != ERROR_OK)
        core->store_failed = true;
    return e;
}

static void on_seal(uv_timer_t *timer);

static void seal_soon(struct core *core)
{
    if (!core->sealing && !uv_is_active((uv_handle_t *)&core->seal) &&
        !uv_is_closing((uv_handle_t *)&core->seal))
        (void)uv_timer_start(&core->seal, on_seal, SEAL_AFTER, 0);
}

static void seal_failed(struct core *core, const char *sentence)
{
    log_line(LOG_SEAL_FAILED, "core", "custody is not sealed: %s", sentence);
    seal_soon(core);
}

/* On a thread of the pool: waits for the disk, so that no acknowledgement does. */
static void write_seal(uv_work_t *work)
{
    struct core *core = work->data;
    core->seal_error = custody_write(core->custody, &core->seal_why);
}

static void after_seal(uv_work_t *work, int status)
{
    struct core *core = work->data;

    core->sealing = false;
    if (status != 0 || core->seal_error != ERROR_OK)
        seal_failed(core, core->seal_why.text);
    else if (custody_pending(core->custody, core->store))
        seal_soon(core);
}

static void on_seal(uv_timer_t *timer)
{
    struct core *core = timer->data;

    core->seal_why = (struct complaint) { "" };
    if (store_in_transaction(core->store)) {
        seal_soon(core);
        return;
    }
    if (custody_sign(core->custody, core->store, &core->seal_why) != ERROR_OK) {
        seal_failed(core, core->seal_why.text);
        return;
    }
    core->seal_work.data = core;
    core->sealing = uv_queue_work(core->loop, &core->seal_work, write_seal, after_seal) == 0;
}

static void on_quiet(uv_timer_t *timer)
{
    struct core *core = timer->data;
    if (!store_in_transaction(core->store) && store_log_pages(core->store) > 0)
        (void)store_checkpoint(core->store);
}

/* A turn that wrote nothing counts for nothing. */
static void after_commit(struct core *core)
{
    int64_t head = store_head(core->store).id;
    if (head == core->head)
        return;
    core->head = head;
    core->commits++;
    core->frames += core->frames_waiting;
    seal_soon(core);
    (void)uv_timer_start(&core->quiet, on_quiet, QUIET_AFTER, 0);
}

static enum error end_transaction(struct core *core)
{
    struct complaint why = { "" };
    enum error e = ERROR_IO;

    if (core->store_failed)
        store_rollback(core->store);
    else
        e = store_commit(core->store, &why);
    if (e != ERROR_OK)
        log_line(LOG_STORE_FAILED, "core", "a transaction failed: %s",
                 why.text[0] ? why.text : "the database could not be written");
    core->store_failed = false;
    return e;
}

/* The log is moved into the database after the acknowledgements have gone out, and early: a log
 * that is written over from its beginning takes half the time to sync of one that grows. One that a
 * long reader holds is tried again only when it has grown by another step. */
static void move_log(struct core *core)
{
    int pages = store_log_pages(core->store);

    if (pages < core->log_looked)
        core->log_looked = 0;
    if (pages - core->log_looked < LOG_STEP)
        return;
    core->log_looked = pages;
    (void)store_checkpoint(core->store);
}

static enum error pin_stands(void *context, int64_t fact, bool *out)
{
    struct core *core = context;
    return store_pin_set_stands(core->store, fact, out);
}

enum error turn_settle_pins(struct core *core, struct complaint *why)
{
    return core->pins ? pins_settle(core->pins, pin_stands, core, why) : ERROR_OK;
}

static void turn_end(struct core *core)
{
    struct complaint why = { "" };
    enum error e;

    (void)uv_idle_stop(&core->idle);
    e = end_transaction(core);
    if (turn_settle_pins(core, &why) != ERROR_OK)
        log_line(LOG_STORE_FAILED, "core", "%s", why.text);
    if (e == ERROR_OK)
        after_commit(core);
    core->frames_waiting = core->frames_seen = 0;
    core->gathering = 0;
    ingest_settle(core->ingest, e, refusal);
    delivery_settle(core, e == ERROR_OK);
    empty_outbox(core, e == ERROR_OK);
    if (e == ERROR_OK)
        move_log(core);
    if (e == ERROR_OK)
        route_decode(core);
    if (e == ERROR_OK)
        delivery_look(core);
}

/* Frames of several instruments arrive close together, and a commit costs more than a look. It
 * waits for half of the instruments that are in a message: each has one frame on its way at most,
 * and the other half's come while the disk is waited for. And it waits as long as looks bring more.
 * An instrument that stopped in the middle of a message holds the others up by a moment only. */
static bool frames_still_come(struct core *core)
{
    bool more = core->frames_waiting > core->frames_seen;
    uint64_t now = uv_hrtime();

    if (core->frames_waiting == 0)
        return false;
    if (!core->gathering)
        core->gathering = now;
    if (now - core->gathering > GATHER_NS ||
        (!more && 2 * core->frames_waiting >= ingest_sending(core->ingest)))
        return false;
    core->frames_seen = core->frames_waiting;
    if (!more)
        (void)sched_yield();
    return true;
}

/* After the poll: one commit for all that came, then what waited for it. */
static void on_check(uv_check_t *check)
{
    struct core *core = check->data;

    if (uv_is_active((uv_handle_t *)&core->idle) && !frames_still_come(core))
        turn_end(core);
}

enum error turn_open(struct core *core)
{
    core->outbox_end = &core->outbox;
    (void)uv_check_init(core->loop, &core->check);
    (void)uv_idle_init(core->loop, &core->idle);
    (void)uv_timer_init(core->loop, &core->seal);
    (void)uv_timer_init(core->loop, &core->quiet);
    core->check.data = core->seal.data = core->quiet.data = core;
    return uv_check_start(&core->check, on_check) == 0 ? ERROR_OK : ERROR_IO;
}

/* Commits what is open; nothing of the turn runs afterwards. */
void turn_close(struct core *core)
{
    while (uv_is_active((uv_handle_t *)&core->idle)) /* a label that cannot go out begins another */
        turn_end(core);
    uv_close((uv_handle_t *)&core->check, NULL);
    uv_close((uv_handle_t *)&core->idle, NULL);
    uv_close((uv_handle_t *)&core->seal, NULL);
    uv_close((uv_handle_t *)&core->quiet, NULL);
}
