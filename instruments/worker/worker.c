/* The life of a worker: set up, wait, confine, run, end. */
#include "instruments/worker/worker.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "instruments/worker/commands.h"
#include "instruments/worker/internal.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_AGAIN = 0, EXIT_CONFIGURATION = 1, EXIT_ENVIRONMENT = 3 };
enum { CORE_DESCRIPTOR = 3, LISTENER_DESCRIPTOR = 4, NOTICE_MS = 1000 };

/* Notes: told to core at most once a second, and to the log at the end of each session. */

static void tell_notices(struct worker *w)
{
    for (size_t i = 0; i < WORKER_NOTES && w->notes[i].what; i++) {
        struct wire_writer out;
        if (w->notes[i].untold == 0)
            continue;
        wire_begin(&out, WIRE_NOTICED);
        wire_put_text(&out, WIRE_F_NOTE, w->notes[i].what);
        wire_put_number(&out, WIRE_F_COUNT, w->notes[i].untold);
        w->notes[i].untold = 0;
        worker_send(w, &out);
    }
}

static void on_notices(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    if (!w->ending)
        tell_notices(w);
}

void worker_note(void *context, const char *what)
{
    struct worker *w = context;
    for (size_t i = 0; i < WORKER_NOTES; i++)
        if (!w->notes[i].what || strcmp(w->notes[i].what, what) == 0) {
            w->notes[i].what = what;
            w->notes[i].count++;
            w->notes[i].untold++;
            if (!w->closed && !uv_is_active((const uv_handle_t *)&w->notices))
                (void)uv_timer_start(&w->notices, on_notices, NOTICE_MS, 0);
            return;
        }
}

void worker_log_notes(struct worker *w)
{
    char line[512];
    size_t at = 0;
    for (size_t i = 0; i < WORKER_NOTES && w->notes[i].what && at < sizeof line - 80; i++)
        if (w->notes[i].count)
            at += (size_t)snprintf(line + at, sizeof line - at, "%s%.40s %llu", at ? ", " : "",
                                   w->notes[i].what, (unsigned long long)w->notes[i].count);
    if (at)
        log_line(LOG_FRAME_REFUSED, w->name, "noticed: %s", line);
    for (size_t i = 0; i < WORKER_NOTES; i++)
        w->notes[i].count = 0;
}

/* The end */

static void close_all(struct worker *w)
{
    if (w->closed)
        return;
    w->closed = true;
    channel_close(w->core);
    transport_close(w->transport);
    uv_close((uv_handle_t *)&w->timer, NULL);
    uv_close((uv_handle_t *)&w->notices, NULL);
    uv_close((uv_handle_t *)&w->last, NULL);
    if (w->listener >= 0)
        (void)close(w->listener);
    w->listener = -1;
}

static void on_last_try(uv_timer_t *timer)
{
    close_all(timer->data);
}

void worker_end(struct worker *w, int status)
{
    if (w->ending)
        return;
    w->ending = true;
    w->status = status;
    tell_notices(w);
    worker_log_notes(w);
    /* Closed from the loop, because a link or a channel may be in a call of ours; what waits for
     * core is sent before, if core takes it. */
    (void)uv_timer_start(&w->last, on_last_try, channel_waiting(w->core) ? 5000 : 0, 0);
}

static void on_drained(void *context)
{
    struct worker *w = context;
    if (w->ending)
        (void)uv_timer_start(&w->last, on_last_try, 0, 0);
}

void worker_send(struct worker *w, struct wire_writer *out)
{
    enum error e = channel_send(w->core, out);
    if (e == ERROR_OK || w->ending)
        return;
    if (e != ERROR_CLOSED)
        log_line(e == ERROR_FULL ? LOG_CHILD_ENDED : LOG_BUG, w->name, "core cannot be told: %s",
                 error_text(e));
    worker_end(w, e == ERROR_CLOSED ? EXIT_AGAIN : EXIT_ENVIRONMENT);
}

static void tell_link(struct worker *w, enum link_state state, const char *sentence)
{
    struct wire_writer out;
    wire_begin(&out, WIRE_LINK);
    wire_put_number(&out, WIRE_F_STATE, state);
    if (*sentence)
        wire_put_text(&out, WIRE_F_SENTENCE, sentence);
    worker_send(w, &out);
}

static void refuse(struct worker *w, const char *sentence)
{
    log_line(LOG_CHILD_ENDED, w->name, "%s", sentence);
    tell_link(w, LINK_STATE_DOWN, sentence);
    worker_end(w, EXIT_CONFIGURATION);
}

/* Gives up what is no longer needed and tells READY; false when the worker ends instead. */
static bool confine(struct worker *w, bool decoder)
{
    struct wire_writer out;
    if (confine_child(decoder ? CONFINE_DECODER : CONFINE_INSTRUMENT) != ERROR_OK) {
        log_line(LOG_BUG, w->name, "the kernel refuses to confine this process");
        worker_end(w, EXIT_ENVIRONMENT);
        return false;
    }
    w->confined = true;
    wire_begin(&out, WIRE_READY);
    worker_send(w, &out);
    return !w->ending;
}

/* The transport's events */

static void on_waiting(void *context, const char *sentence)
{
    tell_link(context, LINK_STATE_WAITING, sentence);
}

static void on_ready(void *context)
{
    struct worker *w = context;
    if (w->ending || !confine(w, false))
        return;
    worker_link_open(w);
    if (!w->ending)
        transport_start(w->transport);
}

static void on_up(void *context)
{
    struct worker *w = context;
    w->up = true;
    tell_link(w, LINK_STATE_UP, "");
}

static void on_bytes(void *context, struct span in)
{
    struct worker *w = context;
    if (!w->ending)
        worker_link_feed(w, in);
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct worker *w = context;
    if (w->ending)
        return;
    worker_link_lost(w);
    tell_link(w, LINK_STATE_DOWN, sentence);
    if (gone)
        worker_end(w, EXIT_AGAIN);
}

/* Core's messages */

static enum error read_settings(struct worker *w, const struct wire_message *m,
                                struct complaint *why)
{
    struct span text;
    size_t at = 0;
    enum error e = ERROR_OK;
    settings_of_profile(w->profile, &w->settings);
    while (e == ERROR_OK && wire_next(m, WIRE_F_SETTINGS, &at, &text))
        e = settings_apply((const char *)text.at, &w->settings, why);
    return e;
}

static enum error load_profile(struct worker *w, const struct wire_message *m,
                               struct complaint *why)
{
    const char *folder = wire_text(m, WIRE_F_PROFILE_FOLDER);
    enum error e =
        profile_load(wire_text(m, WIRE_F_PROFILE), *folder ? folder : NULL, &w->profile, why);
    if (e != ERROR_OK)
        return e;
    w->link = link_find(profile_link(w->profile));
    return w->link ? ERROR_OK
                   : complain(why, ERROR_UNSUPPORTED, "The profile's link \"%.40s\" is not known.",
                              profile_link(w->profile));
}

static enum error open_port(struct worker *w, const struct wire_message *m,
                            const struct transport_port *port, struct complaint *why)
{
    struct transport_events events = { w,        on_waiting, on_ready,   on_up,
                                       on_bytes, on_down,    worker_note };
    struct transport_port place = *port;
    int listener = w->listener;
    enum error e = load_profile(w, m, why);
    if (e == ERROR_OK)
        e = read_settings(w, m, why);
    if (e != ERROR_OK)
        return e;
    if (profile_link_options(w->profile)->whole_files)
        place.largest = LIMIT_ECG_FILE;
    if (port->kind == TRANSPORT_TCP_LISTEN)
        w->listener = -1; /* the transport has it now */
    else
        listener = -1;
    return transport_open(w->loop, &place, &w->settings.line, listener, &events, &w->transport,
                          why);
}

static void on_setup(struct worker *w, const struct wire_message *m)
{
    struct complaint why = { "" };
    struct transport_port port;
    enum error e;
    w->set_up = true;
    (void)snprintf(w->name, sizeof w->name, "instrument %s", wire_text(m, WIRE_F_INSTRUMENT));
    e = transport_parse(wire_text(m, WIRE_F_PORT), &port, &why);
    if (e == ERROR_OK && port.kind == TRANSPORT_NONE) {
        worker_decoder_load(w, wire_text(m, WIRE_F_PROFILE_FOLDER));
        (void)confine(w, true);
        return;
    }
    if (e == ERROR_OK)
        e = open_port(w, m, &port, &why);
    if (e != ERROR_OK)
        refuse(w, why.text);
}

/* What core may say, and when. */
static void on_message(void *context, const struct wire_message *m)
{
    struct worker *w = context;
    if (w->ending)
        return;
    if (m->type == WIRE_SETUP && !w->set_up)
        on_setup(w, m);
    else if (m->type == WIRE_KEPT)
        worker_on_kept(w, wire_number(m, WIRE_F_TICKET), ERROR_OK);
    else if (m->type == WIRE_REFUSED)
        worker_on_kept(w, wire_number(m, WIRE_F_TICKET), ERROR_IO);
    else if (m->type == WIRE_ANSWER && w->link_state)
        worker_on_answer(w, m);
    else if (m->type == WIRE_RUN && w->link_state)
        worker_on_run(w, wire_number(m, WIRE_F_COUNT));
    else if (m->type == WIRE_DECODE && w->confined && !w->link_state)
        worker_on_decode(w, m);
    else
        log_line(LOG_BUG, w->name, "core said \"%s\" at the wrong time", wire_type_name(m->type));
}

static void on_core_closed(void *context, enum error how, const struct complaint *why)
{
    struct worker *w = context;
    if (how != ERROR_CLOSED)
        log_line(LOG_BUG, w->name, "core cannot be understood: %s", why->text);
    worker_end(w, how == ERROR_CLOSED ? EXIT_AGAIN : EXIT_ENVIRONMENT);
}

enum error worker_open(uv_loop_t *loop, const struct worker_options *options, struct worker **out)
{
    struct worker *w = calloc(1, sizeof *w);
    struct channel_events events = { w, on_message, on_core_closed, on_drained };
    enum error e;
    if (!w)
        return ERROR_NO_MEMORY;
    w->loop = loop;
    w->clock = options->clock;
    w->listener = options->listener;
    (void)snprintf(w->name, sizeof w->name, "instrument");
    e = channel_open(loop, options->core, WIRE_CORE, &events, &w->core);
    if (e != ERROR_OK) {
        free(w);
        return e;
    }
    (void)uv_timer_init(loop, &w->timer);
    (void)uv_timer_init(loop, &w->notices);
    (void)uv_timer_init(loop, &w->last);
    w->timer.data = w->notices.data = w->last.data = w;
    *out = w;
    return ERROR_OK;
}

int worker_status(const struct worker *w)
{
    return w->status;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    if (w->link_state)
        w->link->close(w->link_state);
    while (w->answer_count)
        buffer_free(&w->answers[--w->answer_count]);
    buffer_free(&w->question);
    profile_free(w->profile);
    worker_decoder_free(w);
    free(w);
}

int command_child_instrument(int argc, char **argv)
{
    struct worker_options options = { CORE_DESCRIPTOR, -1, clock_system() };
    struct worker *w;
    uv_loop_t loop;
    int status;
    (void)argc;
    (void)argv;
    if (confine_descriptors(0) != ERROR_OK || sodium_init() < 0)
        return EXIT_ENVIRONMENT;
    if (fcntl(LISTENER_DESCRIPTOR, F_GETFD) >= 0) /* asked before the loop opens its own */
        options.listener = LISTENER_DESCRIPTOR;
    tzset();
    if (uv_loop_init(&loop) != 0)
        return EXIT_ENVIRONMENT;
    if (worker_open(&loop, &options, &w) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    status = worker_status(w);
    worker_free(w);
    (void)uv_loop_close(&loop);
    return status;
}
