/*
 * A simulated instrument: a profile's messages, a link that acts as the instrument, a transport.
 *
 * Invariants: `text` is the message under way, from simulator_send until `sent` is told; it is
 * given to the link once for each try, and only while the port is up.
 */
#include "instruments/simulator/simulator.h"

#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "instruments/profile/profile.h"
#include "instruments/simulator/drop.h"
#include "instruments/simulator/faults.h"
#include "instruments/simulator/invent.h"
#include "instruments/transport/transport.h"

#include <stdlib.h>

enum { RESEND_MS = 300, REOPEN_MS = 300, ANSWER_MS = 30000, OWNED_HANDLES = 2 };

struct simulator {
    uv_loop_t *loop;
    struct clock clock;
    struct simulator_events events;
    struct profile *profile;
    struct transport_port port;
    struct transport_line line;
    struct transport *transport; /* or one of these two: */
    struct drop *drop;
    struct simulator_wire wire;
    const struct link *link;
    struct link_options options;
    struct link_port effects;
    void *link_state;
    uv_timer_t link_timer, own_timer; /* the link's, and ours: what `next` says */
    void (*next)(struct simulator *s);
    struct faults faults;
    struct arena arena; /* of the message under way */
    struct buffer text;
    struct simulator_message message;
    char said[SIMULATOR_SAID];
    unsigned tries, handles;
    uint64_t tickets, runs;
    bool up, busy, given, asking, closing;
};

static void later(struct simulator *s, unsigned ms, void (*next)(struct simulator *s));

static enum error compose(struct simulator *s, bool query, const char *const *codes, size_t count)
{
    const struct invent i = { s->profile, &s->message, clock_now(&s->clock),
                              ++s->runs,  &s->faults,  s->said };
    return invent_text(&i, query, codes, count, &s->arena, &s->text);
}

/* Sending */

static void finish(struct simulator *s, enum error how)
{
    s->busy = s->given = s->asking = false;
    arena_free(&s->arena);
    s->events.sent(s->events.context, how);
}

static void give(struct simulator *s)
{
    enum error e;
    if (!s->busy || s->given || !s->up || !s->link_state)
        return;
    s->faults.mute = false;
    e = s->link->send(s->link_state, buffer_span(&s->text));
    if (e == ERROR_BUSY)
        later(s, RESEND_MS, give);
    else
        s->given = e == ERROR_OK;
    if (e != ERROR_OK && e != ERROR_BUSY)
        finish(s, e);
}

static void fail_try(struct simulator *s)
{
    s->given = false;
    if (++s->tries >= SIMULATOR_TRIES)
        finish(s, ERROR_CLOSED);
    else
        later(s, RESEND_MS, give);
}

static void no_answer(struct simulator *s)
{
    if (s->asking)
        finish(s, ERROR_CLOSED);
}

static void reopen(struct simulator *s);

/* The message that breaks off: the instrument forgets it and starts again. A host that cannot tell
 * half a message from the next one's beginning is shown that it was switched off; on a line, where
 * nothing shows that, by as much silence as it takes. */
static void break_off(struct simulator *s)
{
    const struct link_framing *framing = &s->options.framing;
    s->link->lost(s->link_state);
    if (s->busy && s->given) /* by a link that waits for no answer */
        fail_try(s);
    if (!s->busy || s->faults.line.frames || s->faults.line.files)
        return;
    if (s->port.kind == TRANSPORT_SERIAL) {
        later(s, (framing->idle_ms ? framing->idle_ms : LINK_SILENCE_MS) + RESEND_MS, give);
    } else if (s->transport) {
        s->up = false;
        transport_close(s->transport);
        s->transport = NULL;
        later(s, REOPEN_MS, reopen);
    }
}

static void on_next(uv_timer_t *timer)
{
    struct simulator *s = timer->data;
    s->next(s);
}

static void later(struct simulator *s, unsigned ms, void (*next)(struct simulator *s))
{
    s->next = next;
    if (!s->closing)
        (void)uv_timer_start(&s->own_timer, on_next, ms, 0);
}

static enum error open_port(struct simulator *s, struct complaint *why);

/* The link's effects */

static void to_port(void *context, struct span out)
{
    struct simulator *s = context; /* what is lost shows as silence */
    if (s->wire.write)
        s->wire.write(s->wire.context, out);
    else if (s->drop)
        (void)drop_put(s->drop, out, s->faults.slow);
    else if (s->transport)
        (void)transport_write(s->transport, out);
}

static void on_write(void *context, struct span out)
{
    struct simulator *s = context;
    bool before = s->faults.mute;
    faults_out(&s->faults, out);
    if (s->faults.mute && !before)
        later(s, RESEND_MS, break_off);
}

static void on_expired(uv_timer_t *timer)
{
    struct simulator *s = timer->data;
    s->link->expired(s->link_state);
}

static void on_arm(void *context, unsigned ms)
{
    struct simulator *s = context;
    if (s->closing)
        return;
    if (ms)
        (void)uv_timer_start(&s->link_timer, on_expired, ms, 0);
    else
        (void)uv_timer_stop(&s->link_timer);
}

/* A simulator has no disk: what the host sends is taken at once. */
static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct simulator *s = context;
    uint64_t ticket = ++s->tickets;
    (void)session;
    (void)number;
    (void)frame;
    if (direction == WIRE_FROM_INSTRUMENT)
        s->link->settled(s->link_state, ticket, ERROR_OK);
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct simulator *s = context;
    const char *codes[LIMIT_LIST];
    size_t count;
    (void)session;
    if (!s->asking || s->given)
        return;
    s->asking = false;
    if (!invent_read_answer(s->profile, text, &s->arena, codes, LIMIT_LIST, &count)) {
        finish(s, ERROR_NOT_FOUND);
        return;
    }
    s->tries = 0;
    if (compose(s, false, codes, count) == ERROR_OK)
        later(s, RESEND_MS, give);
    else
        finish(s, ERROR_NO_MEMORY);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    (void)context;
    (void)session;
    (void)how;
    (void)rest;
}

static void on_sent(void *context, enum error how)
{
    struct simulator *s = context;
    if (!s->busy || s->closing || (how == ERROR_OK && s->faults.mute))
        return;
    if (how != ERROR_OK) {
        fail_try(s);
    } else if (s->asking) {
        s->given = false;
        later(s, ANSWER_MS, no_answer);
    } else {
        finish(s, ERROR_OK);
    }
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)what;
}

static struct link_time on_now(void *context)
{
    struct simulator *s = context;
    return (struct link_time) { clock_now(&s->clock), 0 };
}

/* The transport's events */

static void reopen(struct simulator *s)
{
    struct complaint why;
    if (open_port(s, &why) != ERROR_OK)
        finish(s, ERROR_IO);
}

static void on_waiting(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

static void on_ready(void *context)
{
    struct simulator *s = context;
    transport_start(s->transport);
}

static void on_up(void *context)
{
    struct simulator *s = context;
    s->up = true;
    give(s);
}

static void on_bytes(void *context, struct span in)
{
    struct simulator *s = context;
    if (faults_in(&s->faults, in))
        s->link->feed(s->link_state, in);
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct simulator *s = context;
    (void)sentence;
    s->up = false;
    s->link->lost(s->link_state);
    if (!gone || s->closing)
        return;
    transport_close(s->transport);
    s->transport = NULL;
    later(s, REOPEN_MS, reopen);
}

static void on_taken(void *context)
{
    static const uint8_t ack = 0x06;
    on_bytes(context, span_of(&ack, 1));
}

/* Files are dropped into a folder. A USB device is no end that a program can be. */
static enum error open_port(struct simulator *s, struct complaint *why)
{
    struct transport_events events = { s, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    struct drop_events drops = { s, on_up, on_taken };
    if ((s->port.kind == TRANSPORT_FOLDER) != s->faults.line.files)
        return complain(why, ERROR_UNSUPPORTED,
                        s->faults.line.files
                            ? "This instrument gives files: say --to folder:/path."
                            : "This instrument gives no files: say --to tcp:HOST:PORT or "
                              "serial:/dev/NAME.");
    if (s->port.kind == TRANSPORT_USB || link_reads_whole(s->link) != s->faults.line.files)
        return complain(why, ERROR_UNSUPPORTED,
                        "No program can be the device at the other end of a USB cable. Try the "
                        "set-up with the instrument itself.");
    if (s->port.kind == TRANSPORT_FOLDER)
        return drop_open(s->loop, s->port.path, &s->clock, &drops, &s->drop, why);
    return transport_open(s->loop, &s->port, &s->line, -1, &events, &s->transport, why);
}

/* Life */

static enum error open_link(struct simulator *s)
{
    s->options = *profile_link_options(s->profile);
    s->options.instrument = true;
    s->effects = (struct link_port) { s,        on_write, on_arm,  on_keep, on_message,
                                      on_ended, on_sent,  on_note, on_now };
    s->link = link_find(profile_link(s->profile));
    if (!s->link || s->link->run) /* a cart obeys commands, and links do not */
        return ERROR_UNSUPPORTED;
    s->faults.line = faults_line(s->link->name, &s->options);
    s->link_state = s->link->open(&s->options, &s->effects);
    return s->link_state ? ERROR_OK : ERROR_NO_MEMORY;
}

static void set_line(struct simulator *s)
{
    const struct profile_line_settings *l = profile_line(s->profile);
    s->line = (struct transport_line) { 9600, 8, 1, 'N', 'N', true, true };
    if (l && l->baud)
        s->line = (struct transport_line) { l->baud, l->data_bits, l->stop_bits, l->parity,
                                            l->flow, l->dtr,       l->rts };
}

static enum error open_both(struct simulator *s, const struct simulator_plan *plan,
                            struct complaint *why)
{
    enum error e;
    if (plan->wire)
        s->wire = *plan->wire;
    else if ((e = transport_parse(plan->port, &s->port, why)) != ERROR_OK)
        return e;
    set_line(s);
    e = open_link(s);
    if (e != ERROR_OK)
        return complain(why, e, "The profile's link \"%s\" cannot be simulated.",
                        profile_link(s->profile));
    return plan->wire ? ERROR_OK : open_port(s, why);
}

enum error simulator_open(uv_loop_t *loop, const struct simulator_plan *plan,
                          const struct simulator_events *events, struct simulator **out,
                          struct complaint *why)
{
    struct simulator *s = calloc(1, sizeof *s);
    enum error e;
    if (!s)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for a simulator.");
    s->loop = loop;
    s->clock = plan->clock;
    s->runs = plan->first_run ? plan->first_run - 1 : 0;
    s->events = *events;
    arena_init(&s->arena, LIMIT_DECODE_ARENA);
    buffer_init(&s->text, LIMIT_MESSAGE);
    faults_init(&s->faults, plan, s, to_port);
    (void)uv_timer_init(loop, &s->link_timer);
    (void)uv_timer_init(loop, &s->own_timer);
    s->link_timer.data = s->own_timer.data = s;
    s->handles = OWNED_HANDLES;
    e = profile_load(plan->profile, plan->profile_folder, &s->profile, why);
    if (e == ERROR_OK)
        e = open_both(s, plan, why);
    if (e == ERROR_OK)
        *out = s;
    else
        simulator_close(s);
    return e;
}

enum error simulator_send(struct simulator *s, const struct simulator_message *message)
{
    enum error e;
    if (s->busy || s->closing)
        return ERROR_BUSY;
    s->message = *message;
    s->message.specimen =
        arena_text(&s->arena, span_text(message->specimen ? message->specimen : ""));
    if (!s->message.specimen)
        return ERROR_NO_MEMORY;
    e = compose(s, message->ask, message->codes, message->code_count);
    if (e != ERROR_OK)
        return e;
    /* Only the specimen and the kind of values are needed after an answer. */
    s->message.patient_id = s->message.patient_name = s->message.patient_birth_date =
        s->message.patient_sex = s->message.operator_id = s->message.lot = NULL;
    s->message.codes = NULL;
    s->busy = true;
    s->asking = message->ask;
    s->tries = 0;
    later(s, 0, give);
    return ERROR_OK;
}

const char *simulator_said(const struct simulator *s)
{
    return s->said;
}

bool simulator_suffers(const struct simulator *s, enum simulator_fault fault)
{
    return (s->faults.line.possible >> fault & 1U) != 0;
}

void simulator_up(struct simulator *s)
{
    on_up(s);
}

void simulator_feed(struct simulator *s, struct span in)
{
    on_bytes(s, in);
}

void simulator_down(struct simulator *s)
{
    s->up = false;
    s->link->lost(s->link_state);
}

static void on_closed(uv_handle_t *handle)
{
    struct simulator *s = handle->data;
    if (--s->handles)
        return;
    if (s->link_state)
        s->link->close(s->link_state);
    profile_free(s->profile);
    faults_free(&s->faults);
    buffer_free(&s->text);
    arena_free(&s->arena);
    free(s);
}

void simulator_close(struct simulator *s)
{
    if (!s || s->closing)
        return;
    s->closing = true;
    transport_close(s->transport);
    drop_close(s->drop);
    uv_close((uv_handle_t *)&s->link_timer, on_closed);
    uv_close((uv_handle_t *)&s->own_timer, on_closed);
}
