/*
 * `phial record`: what an instrument says, and what a host answers it, into a session file.
 *
 * Most instruments go on only when somebody acknowledges, so this acts as the host, with the
 * profile's own link; an unknown one can also be listened to without a word. Nothing is stored
 * anywhere else: use it on a bench, with samples that are nobody's, because the file holds what was
 * sent.
 */
#include "core/base/clock.h"
#include "instruments/link/link.h"
#include "instruments/profile/profile.h"
#include "instruments/recording/recording.h"
#include "instruments/simulator/commands.h"
#include "instruments/transport/transport.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT };
enum { RUN_SECONDS = 10 }; /* of an EKG cart that is told to record */

struct taking {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t stop;
    FILE *file;
    struct profile *profile;
    const struct link *link;
    struct link_port port;
    void *state;
    struct transport *transport;
    uint64_t began, tickets;
    bool failed, ended, named; /* by --profile */
    bool silent;               /* nothing is said to the instrument */
};

static const char usage[] =
    "usage: phial record [--profile ID] [--profiles FOLDER] [--listen] PORT FILE\n"
    "\n"
    "Records a wire session, both directions with times, until it is stopped by Ctrl-C.\n"
    "Phial must not have the port at the same time. The file holds what was sent: use samples\n"
    "that are nobody's.\n"
    "\n"
    "  --profile ID        whose link and line settings are used (usual: generic-lis02)\n"
    "  --profiles FOLDER   a folder with profiles of the site\n"
    "  --listen            only listen, and never answer: for a device that prints, or to see\n"
    "                      what an unknown one begins with\n"
    "  PORT                serial:/dev/NAME, serial:usb:VVVV:PPPP, tcp-listen:HOST:PORT,\n"
    "                      tcp:HOST:PORT, usb:VVVV:PPPP, or folder:/PATH: its files are recorded\n"
    "                      and moved into its folder \"taken\"\n";

static void stop(struct taking *t)
{
    if (t->ended)
        return;
    t->ended = true;
    transport_close(t->transport);
    uv_close((uv_handle_t *)&t->timer, NULL);
    uv_close((uv_handle_t *)&t->stop, NULL);
}

static void put_chunk(struct taking *t, enum wire_direction direction, struct span bytes)
{
    struct recording_chunk chunk = { uv_now(&t->loop) - t->began, direction, bytes };
    struct buffer line;
    buffer_init(&line, LIMIT_CAPTURE_FILE);
    if (recording_put_chunk(&line, &chunk) != ERROR_OK ||
        fwrite(line.at, 1, line.len, t->file) != line.len || fflush(t->file) != 0)
        t->failed = true;
    buffer_free(&line);
    if (t->failed)
        stop(t);
}

static void on_write(void *context, struct span out)
{
    struct taking *t = context;
    put_chunk(t, WIRE_TO_INSTRUMENT, out);
    (void)transport_write(t->transport, out);
}

static void on_expired(uv_timer_t *timer)
{
    struct taking *t = timer->data;
    t->link->expired(t->state);
}

static void on_arm(void *context, unsigned ms)
{
    struct taking *t = context;
    if (t->ended)
        return;
    if (ms)
        (void)uv_timer_start(&t->timer, on_expired, ms, 0);
    else
        (void)uv_timer_stop(&t->timer);
}

/* The chunk is in the file already. */
static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct taking *t = context;
    uint64_t ticket = ++t->tickets;
    (void)session;
    (void)number;
    (void)frame;
    if (direction == WIRE_FROM_INSTRUMENT)
        t->link->settled(t->state, ticket, t->failed ? ERROR_IO : ERROR_OK);
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    (void)context;
    (void)session;
    (void)text;
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    (void)context;
    (void)rest;
    (void)fprintf(stderr, "session %llu: %s\n", (unsigned long long)session, session_end_text(how));
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    (void)how;
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)fprintf(stderr, "noticed: %s\n", what);
}

static void on_waiting(void *context, const char *sentence)
{
    (void)context;
    (void)fprintf(stderr, "%s\n", sentence);
}

static void on_ready(void *context)
{
    struct taking *t = context;
    (void)fputs("recording; stop with Ctrl-C\n", stderr);
    transport_start(t->transport);
}

static void on_up(void *context)
{
    struct taking *t = context;
    if (t->state && t->link->run)
        (void)t->link->run(t->state, RUN_SECONDS); /* nothing is under way yet */
}

static void on_bytes(void *context, struct span in)
{
    struct taking *t = context;
    put_chunk(t, WIRE_FROM_INSTRUMENT, in);
    if (!t->ended && t->state)
        t->link->feed(t->state, in);
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct taking *t = context;
    (void)fprintf(stderr, "%s\n", sentence);
    if (t->state)
        t->link->lost(t->state);
    if (gone)
        stop(t);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    stop(signal->data);
}

static bool write_header(struct taking *t)
{
    struct recording header = { .source = RECORDING_CAPTURE,
                                .profile = t->named ? profile_id(t->profile) : "",
                                .link = t->named || !t->state ? "" : t->link->name,
                                .started = "",
                                .note = "" };
    struct buffer text;
    bool done;
    buffer_init(&text, LIMIT_PROFILE_FILE);
    done = recording_put_header(&text, &header) == ERROR_OK &&
           fwrite(text.at, 1, text.len, t->file) == text.len && fflush(t->file) == 0;
    buffer_free(&text);
    return done;
}

static struct link_time on_now(void *context)
{
    struct clock clock = clock_system();
    (void)context;
    return (struct link_time) { clock_now(&clock), 0 };
}

static enum error open_all(struct taking *t, const char *port_text, struct complaint *why)
{
    struct transport_events events = { t, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    const struct profile_line_settings *l = profile_line(t->profile);
    struct transport_line line = { l->baud, l->data_bits, l->stop_bits, l->parity,
                                   l->flow, l->dtr,       l->rts };
    struct transport_port port;
    enum error e = transport_parse(port_text, &port, why);
    if (e != ERROR_OK)
        return e;
    t->link = port.kind == TRANSPORT_FOLDER ? &link_file : link_find(profile_link(t->profile));
    if (t->silent && port.kind != TRANSPORT_FOLDER)
        return transport_open(&t->loop, &port, &line, -1, &events, &t->transport, why);
    t->port = (struct link_port) { t,        on_write, on_arm,  on_keep, on_message,
                                   on_ended, on_sent,  on_note, on_now };
    t->state = t->link ? t->link->open(profile_link_options(t->profile), &t->port) : NULL;
    if (!t->state)
        return complain(why, ERROR_UNSUPPORTED, "The profile's link cannot be opened.");
    return transport_open(&t->loop, &port, &line, -1, &events, &t->transport, why);
}

static int take(struct taking *t, const char *port)
{
    struct complaint why = { "" };
    (void)uv_timer_init(&t->loop, &t->timer);
    (void)uv_signal_init(&t->loop, &t->stop);
    t->timer.data = t->stop.data = t;
    t->began = uv_now(&t->loop);
    (void)uv_signal_start(&t->stop, on_signal, SIGINT);
    if (open_all(t, port, &why) != ERROR_OK || !write_header(t)) {
        (void)fprintf(stderr, "phial record: %s\n",
                      why.text[0] ? why.text : "The file cannot be written. Name another one.");
        t->failed = true;
        stop(t);
    }
    (void)uv_run(&t->loop, UV_RUN_DEFAULT);
    if (t->state)
        t->link->close(t->state);
    return t->failed ? EXIT_ENVIRONMENT : EXIT_DONE;
}

static int take_to_file(struct taking *t, const char *port, const char *name)
{
    int status = EXIT_ENVIRONMENT;
    t->file = fopen(name, "wxe");
    if (!t->file) {
        (void)fprintf(stderr, "phial record: %s exists or cannot be made. Name a new file.\n",
                      name);
        return status;
    }
    if (uv_loop_init(&t->loop) == 0) {
        status = take(t, port);
        (void)uv_loop_close(&t->loop);
    }
    return fclose(t->file) == 0 ? status : EXIT_ENVIRONMENT;
}

int command_record(int argc, char **argv)
{
    static const struct option options[] = { { "profile", required_argument, NULL, 'p' },
                                             { "profiles", required_argument, NULL, 'F' },
                                             { "listen", no_argument, NULL, 'l' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    const char *id = "generic-lis02", *folder = NULL;
    struct taking t = { .failed = false };
    struct complaint why;
    int letter, status;
    optind = 0;
    while ((letter = getopt_long(argc, argv, "p:F:lh", options, NULL)) != -1) {
        if (letter == 'h')
            return fputs(usage, stdout) < 0 ? EXIT_ENVIRONMENT : EXIT_DONE;
        if (letter == 'l') {
            t.silent = true;
        } else if (letter == 'F') {
            folder = optarg;
        } else if (letter == 'p') {
            id = optarg;
            t.named = true;
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind != argc - 2)
        return fputs(usage, stderr) < 0 ? EXIT_ENVIRONMENT : EXIT_USAGE;
    if (profile_load(id, folder, &t.profile, &why) != ERROR_OK) {
        (void)fprintf(stderr, "phial record: %s\n", why.text);
        return EXIT_ENVIRONMENT;
    }
    status = take_to_file(&t, argv[optind], argv[optind + 1]);
    profile_free(t.profile);
    return status;
}
