/*
 * The process of one bar-code scanner at a serial port, at USB as one (CDC), or behind a serial
 * device server: setup, port, confinement, then scans to core, which knows the workstation they
 * belong to.
 *
 * Invariants:
 * - Nothing is read before confine_child. Nothing is ever written to a scanner.
 * - Each whole scan is one SCAN. A scan is never kept for later: one that nobody sees is gone, and
 *   the person scans again.
 * - A scanner that is unplugged ends the process; core starts it again, and it waits.
 */
#include "core/base/confine.h"
#include "core/base/text.h"
#include "core/model/link_told.h"
#include "instruments/scanner/commands.h"
#include "instruments/scanner/scan.h"
#include "instruments/transport/transport.h"

#include <stdio.h>
#include <string.h>

enum { CORE_DESCRIPTOR = 3, SILENCE_MS = 400 };
enum { EXIT_DONE = 0, EXIT_SETUP = 2, EXIT_ENVIRONMENT = 3 };

struct scanner {
    uv_loop_t loop;
    uv_timer_t silence; /* after the last byte of a scan without its end; then before the end */
    struct channel *core;
    struct transport *port;
    struct scan scan;
    bool set_up, ending;
    int status;
    struct link_told told;
};

static void tell_link(struct scanner *s, enum link_state state, const char *sentence)
{
    link_tell(&s->told, s->core, state, sentence);
}

static void on_end(uv_timer_t *timer)
{
    struct scanner *s = timer->data;
    transport_close(s->port);
    channel_close(s->core);
    uv_close((uv_handle_t *)timer, NULL);
}

/* On the loop's next turn: the port is not closed from within its own event. */
static void end(struct scanner *s, int status)
{
    if (s->ending)
        return;
    s->ending = true;
    s->status = status;
    (void)uv_timer_start(&s->silence, on_end, 0, 0);
}

static void end_with(struct scanner *s, int status, const char *sentence)
{
    if (s->ending)
        return;
    tell_link(s, LINK_STATE_DOWN, sentence);
    end(s, status);
}

static void tell_scan(struct scanner *s, const char *text)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_SCAN);
    wire_put_text(&w, WIRE_F_SCANNED, text);
    (void)channel_send(s->core, &w);
    tell_link(s, LINK_STATE_UP, "");
}

static void on_silence(uv_timer_t *timer)
{
    struct scanner *s = timer->data;
    if (scan_drop(&s->scan))
        tell_link(s, LINK_STATE_UP,
                  "The scanner sends no end after a scan: program it to send CR behind each one "
                  "(its manual has a bar code for that).");
}

static void on_bytes(void *context, struct span in)
{
    struct scanner *s = context;
    char text[SCAN_MAX + 1];

    for (size_t i = 0; i < in.len && !s->ending; i++)
        switch (scan_take(&s->scan, in.at[i], text)) {
        case SCAN_WHOLE:
            tell_scan(s, text);
            break;
        case SCAN_SPOILED:
            tell_link(s, LINK_STATE_UP,
                      "A scan was damaged or too long and was thrown away: scan again. If this "
                      "comes back, check the line's settings.");
            break;
        case SCAN_MORE:
            break;
        }
    if (!s->ending)
        (void)uv_timer_start(&s->silence, on_silence, SILENCE_MS, 0);
}

static void on_waiting(void *context, const char *sentence)
{
    tell_link(context, LINK_STATE_DOWN, sentence);
}

static void on_ready(void *context)
{
    struct scanner *s = context;
    struct wire_writer w;

    if (confine_child(CONFINE_INSTRUMENT) != ERROR_OK) {
        end_with(s, EXIT_ENVIRONMENT,
                 "The scanner's process cannot give up its rights on this machine, so it does not "
                 "run.");
        return;
    }
    wire_begin(&w, WIRE_READY);
    (void)channel_send(s->core, &w);
    transport_start(s->port);
}

static void on_up(void *context)
{
    tell_link(context, LINK_STATE_UP, "");
}

static void on_down(void *context, const char *sentence, bool gone)
{
    (void)gone;
    end_with(context, EXIT_DONE, sentence);
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)what; /* the damaged byte spoils its scan */
}

/* Setup */

static enum error read_settings(const char *const *settings, size_t count,
                                struct transport_line *line, struct complaint *why)
{
    *line = (struct transport_line) { 9600, 8, 1, 'N', 'N', true, true };
    for (size_t i = 0; i < count; i++) {
        uint64_t baud;
        if (strncmp(settings[i], "baud=", 5) != 0 ||
            text_to_u64(settings[i] + 5, &baud) != ERROR_OK || baud < 300 || baud > 921600)
            return complain(why, ERROR_BAD_INPUT,
                            "A scanner knows port=, workstation= and baud= (a number), not \"%s\".",
                            settings[i]);
        line->baud = (unsigned)baud;
    }
    return ERROR_OK;
}

static enum error read_port(const char *text, struct transport_port *port, struct complaint *why)
{
    enum error e = transport_parse(text, port, why);
    if (e == ERROR_OK && port->kind != TRANSPORT_SERIAL && port->kind != TRANSPORT_TCP)
        e = complain(
            why, ERROR_BAD_INPUT,
            "A scanner's port is serial:/dev/..., serial:usb:VVVV:PPPP or tcp:HOST:PORT, not "
            "\"%s\". A scanner that types needs no port.",
            text);
    return e;
}

enum error scanner_check(const char *port, const char *const *settings, size_t setting_count,
                         struct complaint *why)
{
    struct transport_port parsed;
    struct transport_line line;
    enum error e = read_port(port, &parsed, why);
    return e == ERROR_OK ? read_settings(settings, setting_count, &line, why) : e;
}

static void take_setup(struct scanner *s, const struct wire_message *m)
{
    const struct transport_events events = { s,        on_waiting, on_ready, on_up,
                                             on_bytes, on_down,    on_note };
    const char *settings[8];
    size_t count = 0, at = 0;
    struct complaint why = { "" };
    struct transport_port port;
    struct transport_line line;
    struct span setting;
    enum error e;

    if (s->set_up)
        return;
    s->set_up = true;
    while (count < 8 && wire_next(m, WIRE_F_SETTINGS, &at, &setting))
        settings[count++] = (const char *)setting.at;
    e = read_port(wire_text(m, WIRE_F_PORT), &port, &why);
    if (e == ERROR_OK)
        e = read_settings(settings, count, &line, &why);
    if (e == ERROR_OK)
        e = transport_open(&s->loop, &port, &line, -1, &events, &s->port, &why);
    if (e != ERROR_OK)
        end_with(s, EXIT_SETUP, why.text);
}

static void on_message(void *context, const struct wire_message *m)
{
    if (m->type == WIRE_SETUP)
        take_setup(context, m);
}

static void on_core_closed(void *context, enum error how, const struct complaint *why)
{
    (void)why;
    end(context, how == ERROR_CLOSED ? EXIT_DONE : EXIT_ENVIRONMENT);
}

int command_child_scanner(int argc, char **argv)
{
    struct scanner s = { .status = EXIT_DONE };
    const struct channel_events events = { &s, on_message, on_core_closed, NULL };

    (void)argc;
    (void)argv;
    scan_init(&s.scan);
    if (confine_descriptors(0) != ERROR_OK || uv_loop_init(&s.loop) != 0)
        return EXIT_ENVIRONMENT;
    s.silence.data = &s;
    if (uv_timer_init(&s.loop, &s.silence) != 0 ||
        channel_open(&s.loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &s.core) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&s.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&s.loop);
    return s.status;
}
