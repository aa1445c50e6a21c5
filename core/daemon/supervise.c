/* Starting and watching the children; see supervise.h for what holds. */
#include "core/daemon/supervise.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/listener.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FIRST_DELAY = 250,     /* ms after a crash */
    LONGEST_DELAY = 60000, /* ms */
    WANTED_DELAY = 1000,   /* the longest for a child on demand: what it was started for ended it */
    CLEAN_DELAY = 1000,    /* ms between the starts of a child that ends cleanly */
    LONG_LIFE = 60000,     /* ms after which earlier crashes are forgotten */
    LOOK_EVERY = 5000,     /* ms between looks for children that do not read */
    HUNG_LOOKS = 3,        /* looks in a row with more packets than its socket holds */
    SILENT_LOOKS = 12,     /* looks in a row with an unread packet and not a word */
    GOING_TIME = 3000,     /* ms between the end of the channel and SIGKILL, when core ends */
    LINGER = 2000,         /* the same for a child that ends by itself */
    CHILD_DESCRIPTORS = 5,
    BUSY_TRIES = 100,
    BUSY_PAUSE = 20,  /* ms */
    PAGE_FIRST = 300, /* ms that the page has to get ready before the others start */
};

struct child {
    struct supervise *of;
    size_t index;
    enum child_kind kind;
    char name[65], who[96], listen[256];
    const char *command;
    struct buffer setup;
    int listener;
    uv_process_t process;
    uv_timer_t again;
    struct channel *channel;
    bool alive, ready, misbehaved;
    bool spoke;             /* since the last look */
    bool on_demand, wanted; /* whether it is to run now */
    unsigned life, delay, hung, silent;
    uint64_t started;
    enum link_state link;
    int64_t since;
    char sentence[512];
};

struct supervise {
    uv_loop_t *loop;
    struct clock clock;
    struct supervise_events events;
    struct child *children[LIMIT_CHILDREN];
    size_t count;
    uv_timer_t look, going;
    bool stopping;
    void (*gone)(void *context);
    void *gone_context;
};

static void start(struct child *c);
static void start_others(struct supervise *s);
static void on_look(uv_timer_t *timer);

enum error supervise_open(uv_loop_t *loop, const struct clock *clock,
                          const struct supervise_events *events, struct supervise **out)
{
    struct supervise *s = calloc(1, sizeof *s);
    if (!s)
        return ERROR_NO_MEMORY;
    s->loop = loop;
    s->clock = *clock;
    s->events = *events;
    (void)uv_timer_init(loop, &s->look);
    (void)uv_timer_init(loop, &s->going);
    s->look.data = s->going.data = s;
    (void)uv_timer_start(&s->look, on_look, LOOK_EVERY, LOOK_EVERY);
    *out = s;
    return ERROR_OK;
}

static void set_link(struct child *c, enum link_state state, const char *sentence)
{
    bool same = c->link == state && strcmp(c->sentence, sentence) == 0;
    if (same)
        return;
    if (c->link != state)
        c->since = clock_now(&c->of->clock);
    c->link = state;
    (void)snprintf(c->sentence, sizeof c->sentence, "%s", sentence);
    if (state != LINK_STATE_WAITING)
        log_line(state == LINK_STATE_UP ? LOG_LINK_UP : LOG_LINK_DOWN, c->who, "%s",
                 *sentence                ? sentence
                 : state == LINK_STATE_UP ? "the link is up"
                                          : "the link is down");
    c->of->events.changed(c->of->events.context, c);
}

static const char *kind_text(enum child_kind kind)
{
    static const char *const texts[] = { "instrument", "decoder", "EKG reader", "printer",
                                         "page",       "scanner", "exchange",   "pack" };
    return texts[kind];
}

/* The page's address must be had at the start. After a core that was killed, its children hold it
 * for the moment that they need to end. */
static enum error open_at_once(struct child *c, struct complaint *why)
{
    enum error e = listener_open(c->listen, &c->listener, why);
    for (int i = 0; e == ERROR_BUSY && i < BUSY_TRIES; i++) {
        uv_sleep(BUSY_PAUSE);
        e = listener_open(c->listen, &c->listener, why);
    }
    return e;
}

enum error supervise_add(struct supervise *s, const struct child_spec *spec,
                         struct wire_writer *setup, struct child **out, struct complaint *why)
{
    struct child *c = NULL;
    struct span packet;
    enum error e = wire_finish(setup, &packet);

    if (e == ERROR_OK && s->count == LIMIT_CHILDREN)
        e = complain(why, ERROR_TOO_BIG, "There are more than %d instruments and printers.",
                     LIMIT_CHILDREN);
    if (e == ERROR_OK && !(c = calloc(1, sizeof *c)))
        e = ERROR_NO_MEMORY;
    if (e != ERROR_OK)
        goto out;
    *c = (struct child) { .of = s,
                          .kind = spec->kind,
                          .command = spec->command,
                          .on_demand = spec->on_demand,
                          .wanted = !spec->on_demand,
                          .listener = -1 };
    (void)snprintf(c->name, sizeof c->name, "%s", spec->name);
    (void)snprintf(c->who, sizeof c->who, "%s %s", kind_text(c->kind), c->name);
    (void)snprintf(c->listen, sizeof c->listen, "%s", spec->listen ? spec->listen : "");
    buffer_init(&c->setup, LIMIT_WIRE);
    e = buffer_put(&c->setup, packet);
    if (e == ERROR_OK && c->listen[0] && c->kind == CHILD_WEB)
        e = open_at_once(c, why);
    if (e != ERROR_OK) {
        buffer_free(&c->setup);
        free(c);
        goto out;
    }
    c->since = clock_now(&s->clock);
    (void)uv_timer_init(s->loop, &c->again);
    c->again.data = c;
    c->index = s->count;
    s->children[s->count++] = c;
    *out = c;
out:
    wire_free(setup);
    return e;
}

static void on_again(uv_timer_t *timer)
{
    start(timer->data);
}

static void start_later(struct child *c, uint64_t ms)
{
    if (!c->of->stopping && c->wanted)
        (void)uv_timer_start(&c->again, on_again, ms, 0);
}

/* How long to wait after a life that ended now. */
static uint64_t wait_after(struct child *c, bool clean)
{
    uint64_t lived = uv_now(c->of->loop) - c->started;
    if (clean) {
        c->delay = 0;
        return lived >= CLEAN_DELAY ? 0 : CLEAN_DELAY - lived;
    }
    if (lived >= LONG_LIFE || c->delay == 0)
        c->delay = FIRST_DELAY;
    else if (c->delay < LONGEST_DELAY)
        c->delay *= 2;
    if (c->on_demand && c->delay > WANTED_DELAY)
        c->delay = WANTED_DELAY;
    return c->delay > LONGEST_DELAY ? LONGEST_DELAY : c->delay;
}

static bool any_alive(const struct supervise *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->children[i]->alive)
            return true;
    return false;
}

static void on_closed_nothing(uv_handle_t *handle)
{
    (void)handle;
}

/* The last child went while stopping: nothing of ours keeps the loop running. */
static void all_gone(struct supervise *s)
{
    if (uv_is_closing((uv_handle_t *)&s->going))
        return;
    uv_close((uv_handle_t *)&s->going, on_closed_nothing);
    uv_close((uv_handle_t *)&s->look, on_closed_nothing);
    for (size_t i = 0; i < s->count; i++)
        uv_close((uv_handle_t *)&s->children[i]->again, on_closed_nothing);
    s->gone(s->gone_context);
}

static void on_process_closed(uv_handle_t *handle)
{
    struct child *c = handle->data;
    bool clean = !c->misbehaved;

    c->alive = false;
    if (c->of->stopping) {
        if (!any_alive(c->of))
            all_gone(c->of);
        return;
    }
    start_later(c, wait_after(c, clean));
}

/* Who cannot be told anything is not ready. */
static void drop_channel(struct child *c)
{
    channel_close(c->channel);
    c->channel = NULL;
    c->ready = false;
}

/* Nobody looks at its state. */
static bool decodes(const struct child *c)
{
    return c->kind == CHILD_DECODER || c->kind == CHILD_EKG || c->kind == CHILD_PACKER;
}

/* Who said why the link went down and ended has said it. */
static void tell_ended(struct child *c)
{
    if (c->misbehaved)
        set_link(c, LINK_STATE_DOWN, "The driver stopped and is started again.");
    else if (c->link != LINK_STATE_DOWN)
        set_link(c, LINK_STATE_DOWN, "");
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
    struct child *c = process->data;

    (void)uv_timer_stop(&c->again);
    if (status != 0 || signal != 0)
        c->misbehaved = true;
    if (!c->of->stopping)
        log_line(LOG_CHILD_ENDED, c->who, signal ? "ended by signal %d" : "ended with status %d",
                 signal ? signal : (int)status);
    drop_channel(c);
    if (c->kind != CHILD_WEB && !decodes(c) && !c->of->stopping)
        tell_ended(c);
    c->of->events.ended(c->of->events.context, c);
    uv_close((uv_handle_t *)process, on_process_closed);
}

void child_misbehaved(struct child *c, const char *sentence)
{
    if (!c->alive || c->of->stopping)
        return;
    log_line(LOG_CHILD_MALFORMED, c->who, "%s It is ended and started again.", sentence);
    c->misbehaved = true;
    drop_channel(c);
    (void)uv_process_kill(&c->process, SIGKILL);
}

static void on_message(void *context, const struct wire_message *m)
{
    struct child *c = context;

    c->spoke = true;
    if (m->type == WIRE_READY) {
        c->ready = true;
        if (c->kind == CHILD_WEB)
            start_others(c->of);
        if (c->kind == CHILD_PRINTER || c->kind == CHILD_SCANNER || c->kind == CHILD_EXCHANGE ||
            (c->kind == CHILD_INSTRUMENT && !c->listen[0]))
            set_link(c, LINK_STATE_UP, wire_text(m, WIRE_F_SENTENCE));
    } else if (m->type == WIRE_LINK) {
        uint64_t state = wire_number(m, WIRE_F_STATE);
        if (state > LINK_STATE_DOWN) {
            child_misbehaved(c, "It told of a state of its link that does not exist.");
            return;
        }
        set_link(c, (enum link_state)state, wire_text(m, WIRE_F_SENTENCE));
    }
    c->of->events.message(c->of->events.context, c, m);
}

static void on_lingering(uv_timer_t *timer)
{
    struct child *c = timer->data;
    (void)uv_process_kill(&c->process, SIGKILL);
}

/* End of file comes with every end; the exit status that follows tells how to take it. A child
 * that closes its channel may have a device to let go of; one that lives on is ended. */
static void on_channel_closed(void *context, enum error how, const struct complaint *why)
{
    struct child *c = context;

    if (how == ERROR_CLOSED) {
        drop_channel(c);
        if (c->alive)
            (void)uv_timer_start(&c->again, on_lingering, LINGER, 0);
        return;
    }
    child_misbehaved(c, why->text);
}

static enum wire_side side_of(enum child_kind kind)
{
    switch (kind) {
    case CHILD_PRINTER:
        return WIRE_LABELS;
    case CHILD_WEB:
        return WIRE_WEB;
    case CHILD_SCANNER:
        return WIRE_SCANNER;
    case CHILD_EXCHANGE:
        return WIRE_EXCHANGE;
    case CHILD_PACKER:
        return WIRE_PACKER;
    case CHILD_INSTRUMENT:
    case CHILD_DECODER:
    case CHILD_EKG:
        break;
    }
    return WIRE_INSTRUMENT;
}

static int spawn(struct child *c, int channel)
{
    char *args[] = { (char *)"phial", (char *)c->command, c->name, NULL };
    uv_stdio_container_t stdio[CHILD_DESCRIPTORS] = {
        { .flags = UV_IGNORE },
        { .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
        { .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
        { .flags = UV_INHERIT_FD, .data.fd = channel },
        { .flags = UV_IGNORE },
    };
    uv_process_options_t options = { .file = "/proc/self/exe",
                                     .args = args,
                                     .stdio = stdio,
                                     .stdio_count = CHILD_DESCRIPTORS,
                                     .exit_cb = on_exit_status };

    if (c->listener >= 0) {
        stdio[4].flags = UV_INHERIT_FD;
        stdio[4].data.fd = c->listener;
    }
    c->process.data = c;
    return uv_spawn(c->of->loop, &c->process, &options);
}

static bool open_listener(struct child *c)
{
    struct complaint why = { "" };
    if (!c->listen[0] || c->listener >= 0)
        return true;
    if (listener_open(c->listen, &c->listener, &why) == ERROR_OK)
        return true;
    set_link(c, LINK_STATE_DOWN, why.text);
    return false;
}

static void cannot_start(struct child *c, const char *why)
{
    log_line(LOG_CHILD_ENDED, c->who, "cannot be started: %s", why);
    c->started = uv_now(c->of->loop);
    start_later(c, wait_after(c, false));
}

static void start(struct child *c)
{
    const struct channel_events events = { c, on_message, on_channel_closed, NULL };
    int pair[2], failed;

    if (!open_listener(c)) {
        start_later(c, wait_after(c, false));
        return;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        cannot_start(c, "no socket");
        return;
    }
    failed = spawn(c, pair[1]);
    (void)close(pair[1]);
    if (failed != 0) {
        (void)close(pair[0]);
        cannot_start(c, uv_strerror(failed));
        return;
    }
    c->alive = true;
    c->misbehaved = c->ready = false;
    c->life++;
    c->hung = c->silent = 0;
    c->started = uv_now(c->of->loop);
    log_line(LOG_CHILD_STARTED, c->who, "started");
    if (channel_open(c->of->loop, pair[0], side_of(c->kind), &events, &c->channel) != ERROR_OK)
        child_misbehaved(c, "Its channel cannot be opened.");
    else
        (void)child_send_packet(c, buffer_span(&c->setup));
}

void supervise_start(struct supervise *s)
{
    for (size_t i = 0; i < s->count; i++)
        (void)open_listener(s->children[i]);
    for (size_t i = 0; i < s->count; i++)
        if (s->children[i]->kind == CHILD_WEB)
            start(s->children[i]);
        else
            start_later(s->children[i], PAGE_FIRST);
}

/* The page is there: whoever let it go first starts now. */
static void start_others(struct supervise *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->children[i]->life == 0)
            start_later(s->children[i], 0);
}

/* These answer for their work in other ways: a reader of EKGs has a budget (ekg_budget), and a pack
 * of many years takes as long as it takes. */
static bool works_long(const struct child *c)
{
    return c->kind == CHILD_EKG || c->kind == CHILD_PACKER;
}

/* A child that does not read hangs: too much waits for it, or it neither reads nor speaks. */
static bool hangs(struct child *c)
{
    bool behind = c->channel && channel_waiting(c->channel);
    bool silent = c->channel && !c->spoke && !works_long(c) && channel_unread(c->channel);

    c->spoke = false;
    c->hung = behind ? c->hung + 1 : 0;
    c->silent = silent ? c->silent + 1 : 0;
    return c->hung >= HUNG_LOOKS || c->silent >= SILENT_LOOKS;
}

static void on_look(uv_timer_t *timer)
{
    struct supervise *s = timer->data;
    for (size_t i = 0; i < s->count; i++)
        if (hangs(s->children[i]))
            child_misbehaved(s->children[i], "It does not read what it is sent.");
}

static void on_going_too_long(uv_timer_t *timer)
{
    struct supervise *s = timer->data;
    for (size_t i = 0; i < s->count; i++)
        if (s->children[i]->alive)
            (void)uv_process_kill(&s->children[i]->process, SIGKILL);
}

static void on_nobody_left(uv_timer_t *timer)
{
    all_gone(timer->data);
}

void supervise_stop(struct supervise *s, void (*gone)(void *context), void *context)
{
    if (s->stopping)
        return;
    s->stopping = true;
    s->gone = gone;
    s->gone_context = context;
    for (size_t i = 0; i < s->count; i++) {
        (void)uv_timer_stop(&s->children[i]->again);
        drop_channel(s->children[i]);
    }
    if (any_alive(s))
        (void)uv_timer_start(&s->going, on_going_too_long, GOING_TIME, 0);
    else
        (void)uv_timer_start(&s->going, on_nobody_left, 0, 0);
}

void supervise_free(struct supervise *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        if (s->children[i]->listener >= 0)
            (void)close(s->children[i]->listener);
        buffer_free(&s->children[i]->setup);
        free(s->children[i]);
    }
    free(s);
}

size_t supervise_count(const struct supervise *s)
{
    return s->count;
}

struct child *supervise_child(const struct supervise *s, size_t index)
{
    return s->children[index];
}

struct child *supervise_find(const struct supervise *s, enum child_kind kind, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->children[i]->kind == kind && strcmp(s->children[i]->name, name) == 0)
            return s->children[i];
    return NULL;
}

const char *child_name(const struct child *c)
{
    return c->name;
}

enum child_kind child_kind(const struct child *c)
{
    return c->kind;
}

size_t child_index(const struct child *c)
{
    return c->index;
}

unsigned child_life(const struct child *c)
{
    return c->life;
}

bool child_running(const struct child *c)
{
    return c->channel != NULL;
}

bool child_ready(const struct child *c)
{
    return c->ready;
}

enum link_state child_link(const struct child *c, int64_t *since, const char **sentence)
{
    *since = c->since;
    *sentence = c->sentence;
    return c->link;
}

enum error child_send_packet(struct child *c, struct span packet)
{
    enum error e = c->channel ? channel_send_packet(c->channel, packet) : ERROR_CLOSED;
    if (e == ERROR_FULL)
        child_misbehaved(c, "It does not read what it is sent.");
    return e;
}

enum error child_send(struct child *c, struct wire_writer *w)
{
    struct span packet;
    enum error e = wire_finish(w, &packet);
    if (e == ERROR_OK)
        e = child_send_packet(c, packet);
    wire_free(w);
    return e;
}

void child_wake(struct child *c)
{
    if (c->wanted)
        return;
    c->wanted = true;
    if (!c->alive)
        start_later(c, 0);
}

void child_rest(struct child *c)
{
    if (!c->on_demand || !c->ready || channel_waiting(c->channel))
        return;
    c->wanted = false;
    drop_channel(c);
    (void)uv_timer_start(&c->again, on_lingering, LINGER, 0);
}
