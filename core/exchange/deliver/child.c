/*
 * The process that holds the connection to one health record (MLLP over TCP): setup, connection,
 * confinement, then one message after the other, each answered before the next (domain.md 6.1).
 *
 * Invariants:
 * - Nothing is read before confine_child. What a health record sends is read here and nowhere else:
 *   core gets typed fields and the bytes to keep.
 * - At most one message is under way. It is never sent twice by this process: whether to send it
 *   again core decides, with the same bytes.
 * - Every answer is told, also one to a message that is not under way (an application
 *   acknowledgement may come late); it is core that knows what it is about.
 * - Without an answer in time the connection is given up, so that a late one is never taken for
 *   the answer to the next. A connection that is gone ends the process; core starts it again, and
 *   it connects again.
 */
#include "core/base/confine.h"
#include "core/base/text.h"
#include "core/exchange/deliver/commands.h"
#include "core/exchange/exchange.h"
#include "core/model/link_told.h"
#include "instruments/link/mllp_block.h"
#include "instruments/transport/transport.h"

#include <stdio.h>
#include <string.h>

enum { CORE_DESCRIPTOR = 3, DEFAULT_TIMEOUT = 30, LONGEST_TIMEOUT = 600, BLOCK_ENDS_MS = 250 };
enum { EXIT_DONE = 0, EXIT_SETUP = 2, EXIT_ENVIRONMENT = 3 };

struct deliver {
    uv_loop_t loop;
    uv_timer_t patience; /* for the answer; then before the end */
    uv_timer_t silence;  /* for the CR behind an FS, which some leave out */
    struct channel *core;
    struct transport *port;
    struct mllp_splitter splitter;
    struct buffer message; /* under way, or being handed over */
    char control[201];     /* of the message under way; "" when none is */
    char where[300];
    unsigned timeout; /* s */
    bool both;        /* "CA" is only the first of two answers */
    bool set_up, ending;
    int status;
    struct link_told told;
};

static void tell_link(struct deliver *d, enum link_state state, const char *sentence)
{
    link_tell(&d->told, d->core, state, sentence);
}

static void on_end(uv_timer_t *timer)
{
    struct deliver *d = timer->data;
    transport_close(d->port);
    channel_close(d->core);
    uv_close((uv_handle_t *)&d->patience, NULL);
    uv_close((uv_handle_t *)&d->silence, NULL);
}

/* On the loop's next turn: the port is not closed from within its own event. */
static void end(struct deliver *d, int status)
{
    if (d->ending)
        return;
    d->ending = true;
    d->status = status;
    (void)uv_timer_start(&d->patience, on_end, 0, 0);
}

static void end_with(struct deliver *d, int status, const char *sentence)
{
    if (d->ending)
        return;
    tell_link(d, LINK_STATE_DOWN, sentence);
    end(d, status);
}

static void tell_delivered(struct deliver *d, const char *control, const char *code,
                           const char *sentence, struct span answer)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_DELIVERED);
    wire_put_text(&w, WIRE_F_CONTROL_ID, control);
    wire_put_text(&w, WIRE_F_CODE, code);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    if (answer.len && answer.len <= LIMIT_FRAME)
        wire_put_bytes(&w, WIRE_F_BYTES, answer);
    (void)channel_send(d->core, &w);
}

static void on_impatient(uv_timer_t *timer)
{
    struct deliver *d = timer->data;
    char sentence[200];

    (void)snprintf(sentence, sizeof sentence, "The health record did not answer within %u seconds.",
                   d->timeout);
    tell_delivered(d, d->control, "", sentence, span_of(NULL, 0));
    d->control[0] = '\0';
    end_with(d, EXIT_DONE, sentence);
}

/* What is no acknowledgement is no reason to stop: the answer may still come. */
static void take_block(struct deliver *d, struct span text)
{
    struct exchange_answer answer;
    struct complaint why = { "" };

    if (exchange_answer_read(text, &answer, &why) != ERROR_OK) {
        tell_link(d, LINK_STATE_UP, why.text);
        return;
    }
    if (d->both && strcmp(answer.code, "CA") == 0) {
        if (strcmp(answer.control, d->control) == 0)
            (void)uv_timer_again(&d->patience);
        return;
    }
    tell_delivered(d, answer.control, answer.code, answer.text, text);
    if (strcmp(answer.control, d->control) != 0)
        return;
    d->control[0] = '\0';
    (void)uv_timer_stop(&d->patience);
    tell_link(d, LINK_STATE_UP, "");
}

static void end_block(struct deliver *d)
{
    bool restarted;
    struct span text = mllp_text(mllp_splitter_block(&d->splitter, &restarted));

    if (!d->splitter.overlong)
        take_block(d, text);
    mllp_splitter_reset(&d->splitter);
}

static void on_silence(uv_timer_t *timer)
{
    struct deliver *d = timer->data;
    if (!d->ending && d->splitter.stage == MLLP_ENDING)
        end_block(d);
}

static void on_bytes(void *context, struct span in)
{
    struct deliver *d = context;

    for (size_t i = 0; i < in.len && !d->ending;) {
        enum mllp_verdict verdict = mllp_splitter_put(&d->splitter, in.at[i]);
        i += verdict != MLLP_WHOLE_BEFORE;
        if (verdict == MLLP_WHOLE || verdict == MLLP_WHOLE_BEFORE)
            end_block(d);
    }
    if (!d->ending && d->splitter.stage == MLLP_ENDING)
        (void)uv_timer_start(&d->silence, on_silence, BLOCK_ENDS_MS, 0);
}

static void on_waiting(void *context, const char *sentence)
{
    struct deliver *d = context;
    char text[512];

    (void)sentence; /* it speaks of an instrument */
    (void)snprintf(text, sizeof text,
                   "No connection to the health record at %s. Nothing is lost: what is to be sent "
                   "waits. Check the network, and ask its support whether its interface runs.",
                   d->where);
    tell_link(d, LINK_STATE_DOWN, text);
}

static void on_ready(void *context)
{
    struct deliver *d = context;
    struct wire_writer w;

    if (confine_child(CONFINE_INSTRUMENT) != ERROR_OK) {
        end_with(d, EXIT_ENVIRONMENT,
                 "The process for the health record cannot give up its rights on this machine, so "
                 "it does not run.");
        return;
    }
    wire_begin(&w, WIRE_READY);
    (void)channel_send(d->core, &w);
    transport_start(d->port);
}

static void on_up(void *context)
{
    tell_link(context, LINK_STATE_UP, "");
}

static void on_down(void *context, const char *sentence, bool gone)
{
    (void)sentence;
    (void)gone;
    end_with(context, EXIT_DONE, "The connection to the health record ended. It is made again.");
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)what;
}

/* ---- From core ---- */

static enum error read_settings(struct deliver *d, const struct wire_message *m)
{
    static const char name[] = "timeout=";
    struct span setting;
    size_t at = 0;
    uint64_t number;

    d->timeout = DEFAULT_TIMEOUT;
    while (wire_next(m, WIRE_F_SETTINGS, &at, &setting)) {
        const char *text = (const char *)setting.at;
        if (strcmp(text, "answers=both") == 0) {
            d->both = true;
            continue;
        }
        if (strncmp(text, name, sizeof name - 1) != 0 ||
            text_to_u64(text + sizeof name - 1, &number) != ERROR_OK || number == 0 ||
            number > LONGEST_TIMEOUT)
            return ERROR_BAD_INPUT;
        d->timeout = (unsigned)number;
    }
    return ERROR_OK;
}

static void take_setup(struct deliver *d, const struct wire_message *m)
{
    const struct transport_events events = { d,        on_waiting, on_ready, on_up,
                                             on_bytes, on_down,    on_note };
    const struct transport_line line = { 9600, 8, 1, 'N', 'N', true, true };
    struct complaint why = { "Its settings cannot be read." };
    struct transport_port port;
    enum error e;

    if (d->set_up)
        return;
    d->set_up = true;
    e = read_settings(d, m);
    if (e == ERROR_OK)
        e = transport_parse(wire_text(m, WIRE_F_PORT), &port, &why);
    if (e == ERROR_OK && port.kind != TRANSPORT_TCP)
        e = ERROR_BAD_INPUT;
    if (e == ERROR_OK) {
        (void)snprintf(d->where, sizeof d->where, "%s port %s", port.path, port.service);
        e = transport_open(&d->loop, &port, &line, -1, &events, &d->port, &why);
    }
    if (e != ERROR_OK)
        end_with(d, EXIT_SETUP, why.text);
}

static void send_message(struct deliver *d, const char *control)
{
    struct buffer block;
    enum error e;

    buffer_init(&block, LIMIT_MESSAGE + 16);
    e = mllp_compose(&block, buffer_span(&d->message));
    buffer_clear(&d->message);
    if (e == ERROR_OK)
        e = transport_write(d->port, buffer_span(&block));
    buffer_free(&block);
    if (e != ERROR_OK) {
        tell_delivered(d, control, "", "The message could not be put on the line.",
                       span_of(NULL, 0));
        return;
    }
    (void)text_copy(d->control, sizeof d->control, control);
    (void)uv_timer_start(&d->patience, on_impatient, d->timeout * 1000UL, d->timeout * 1000UL);
}

/* A message comes in pieces of a packet each. */
static void take_deliver(struct deliver *d, const struct wire_message *m)
{
    if (d->control[0] || !d->port ||
        buffer_put(&d->message, wire_bytes(m, WIRE_F_BYTES)) != ERROR_OK) {
        end_with(d, EXIT_ENVIRONMENT, "Core handed over a message at the wrong time.");
        return;
    }
    if (wire_number(m, WIRE_F_LAST))
        send_message(d, wire_text(m, WIRE_F_CONTROL_ID));
}

static void on_message(void *context, const struct wire_message *m)
{
    struct deliver *d = context;

    if (d->ending)
        return;
    if (m->type == WIRE_SETUP)
        take_setup(d, m);
    else if (m->type == WIRE_DELIVER)
        take_deliver(d, m);
}

static void on_core_closed(void *context, enum error how, const struct complaint *why)
{
    (void)why;
    end(context, how == ERROR_CLOSED ? EXIT_DONE : EXIT_ENVIRONMENT);
}

int command_child_exchange(int argc, char **argv)
{
    struct deliver d = { .status = EXIT_DONE };
    const struct channel_events events = { &d, on_message, on_core_closed, NULL };

    (void)argc;
    (void)argv;
    mllp_splitter_init(&d.splitter);
    buffer_init(&d.message, LIMIT_MESSAGE);
    if (confine_descriptors(0) != ERROR_OK || uv_loop_init(&d.loop) != 0)
        return EXIT_ENVIRONMENT;
    d.patience.data = d.silence.data = &d;
    if (uv_timer_init(&d.loop, &d.patience) != 0 || uv_timer_init(&d.loop, &d.silence) != 0 ||
        channel_open(&d.loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &d.core) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&d.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&d.loop);
    mllp_splitter_free(&d.splitter);
    buffer_free(&d.message);
    return d.status;
}
