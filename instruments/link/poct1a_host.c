/*
 * The host's side of a POCT1-A conversation (devices.md 5.3): HEL, DST, what the device has, what
 * it is to be told, and then either START_CONTINUOUS or END.
 */
#include "core/base/limits.h"
#include "instruments/link/poct1a_lists.h"
#include "instruments/link/poct1a_talk.h"

static bool hands_on(const struct poct1a_view *v)
{
    (void)v;
    return true;
}

static void over(struct talk *t)
{
    t->host = (struct talk_host) { .ready = false };
}

/* What a request or a list of ours is answered with. */
static void take_answer(struct talk *t, bool refused)
{
    if (refused) {
        talk_note(t, "not acknowledged by the instrument");
        t->host.topic = false;
    }
    if (t->load_out && refused)
        t->refused = true;
    t->awaiting = t->load_out = false;
    if (t->host.closing)
        talk_end_session(t, SESSION_END_NORMAL);
}

static void take_status(struct talk *t, const struct poct1a_view *v)
{
    t->host.ready = true;
    t->host.observations = v->observations;
    t->host.events = v->events;
}

static void take_hello(struct talk *t)
{
    t->host = (struct talk_host) { .set_time = t->peer.set_time, .start = t->peer.continuous };
}

static void taken(struct talk *t, const struct poct1a_view *v)
{
    t->host.alive = false;
    switch (v->kind) {
    case POCT1A_HELLO:
        take_hello(t);
        break;
    case POCT1A_STATUS:
        take_status(t, v);
        break;
    case POCT1A_END_OF_TOPIC:
        t->host.topic = false;
        break;
    case POCT1A_REQUEST:
        t->host.ready = true;
        break;
    case POCT1A_ACKNOWLEDGEMENT:
        take_answer(t, v->refused);
        break;
    case POCT1A_ESCAPE:
        talk_note(t, "escape");
        take_answer(t, true);
        break;
    case POCT1A_END:
        talk_end_session(t, SESSION_END_NORMAL);
        break;
    default:
        break;
    }
}

static void request(struct talk *t, const char *what)
{
    const struct poct1a_item item = { "REQ", "request_cd", what };
    /* A request is answered by what was asked for and EOT; an ACK before is forgiven. */
    t->host.topic = talk_say(t, "REQ.R01", &item, 1, true);
    t->awaiting = false;
}

static void direct_time(struct talk *t)
{
    char time[POCT1A_TIME];
    const struct poct1a_item items[] = { { "DTV", "command_cd", "SET_TIME" },
                                         { "DTV/TM", "dttm", time } };
    poct1a_time(time, t->port->now(t->port->context));
    t->host.set_time = false;
    (void)talk_say(t, "DTV.R02", items, 2, true);
}

static void direct_start(struct talk *t)
{
    const struct poct1a_item item = { "DTV", "command_cd", "START_CONTINUOUS" };
    t->host.start = false;
    t->host.continuous = true;
    (void)talk_say(t, "DTV.R01", &item, 1, true);
}

static void say_end(struct talk *t)
{
    const struct poct1a_item item = { "TRM", "reason_cd", "NRM" };
    t->host.closing = true;
    (void)talk_say(t, "END.R01", &item, 1, true);
}

static void keep_alive(struct talk *t)
{
    t->host.alive = true;
    (void)talk_say(t, "KPA.R01", NULL, 0, false);
}

/* Puts a list that is too long for the device in pieces in the place of the whole. */
static bool shorten(struct talk *t, struct span *document)
{
    struct buffer pieces;
    struct span rest =
        span_of(document->at + document->len, t->load.len - talk_behind(t, *document));
    enum error e;
    buffer_init(&pieces, LIMIT_MESSAGE);
    e = poct1a_split_list(*document, t->peer.max_size, &pieces);
    if (e == ERROR_OK)
        e = buffer_put(&pieces, rest);
    if (e != ERROR_OK) {
        buffer_free(&pieces);
        return false;
    }
    buffer_free(&t->load);
    t->load = pieces;
    t->loaded_at = 0;
    return talk_next_loaded(t, document);
}

static bool is_list(struct span document)
{
    return memmem(document.at, document.len, "<OPL.", 5) != NULL;
}

static void say_end_of_list(struct talk *t)
{
    const struct poct1a_item item = { "EOT", "topic_cd", "OPL" };
    t->host.end_of_list = false;
    (void)talk_say(t, "EOT.R01", &item, 1, true);
}

/* The next document of what link->send gave, or its end. */
static void say_loaded(struct talk *t)
{
    struct span document;
    if (!talk_next_loaded(t, &document)) {
        if (t->host.end_of_list)
            say_end_of_list(t);
        else
            talk_sent(t, t->refused ? ERROR_CONFLICT : ERROR_OK);
        return;
    }
    if (t->peer.max_size && document.len > t->peer.max_size && !shorten(t, &document)) {
        talk_note(t, "too long for the instrument");
        t->host.end_of_list = false;
        talk_sent(t, ERROR_TOO_BIG);
        return;
    }
    t->loaded_at = talk_behind(t, document);
    t->load_out = true;
    t->host.end_of_list = t->host.end_of_list || is_list(document);
    talk_put(t, document, true);
}

/* One step of the conversation; false when there is nothing to say. */
static bool step(struct talk *t)
{
    struct talk_host *h = &t->host;
    if (!t->session || h->closing || h->topic || !h->ready)
        return false;
    if (t->loaded) {
        say_loaded(t);
    } else if (h->observations) {
        h->observations = false;
        request(t, "ROBS");
    } else if (h->events) {
        h->events = false;
        request(t, "RDEV");
    } else if (h->set_time) {
        direct_time(t);
    } else if (h->start) {
        direct_start(t);
    } else {
        return false;
    }
    return true;
}

static void next(struct talk *t)
{
    while (!t->awaiting && step(t))
        continue;
    if (t->awaiting || !t->session || !t->host.ready || t->host.topic || t->host.closing)
        return;
    if (t->host.continuous && !t->host.alive && t->silent_ms >= talk_timeout(t) / 2)
        keep_alive(t);
    else if (t->peer.ends && t->silent_ms >= talk_patience(t))
        say_end(t);
}

static void unanswered(struct talk *t)
{
    talk_note(t, "no answer from the instrument");
    t->host.topic = false;
    if (t->load_out)
        t->refused = true;
    t->load_out = false;
    if (t->host.closing)
        talk_end_session(t, SESSION_END_NORMAL);
}

const struct talk_role poct1a_host = { hands_on, taken, next, unanswered, over };
