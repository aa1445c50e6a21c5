/*
 * The device's side of a POCT1-A conversation, for simulators (devices.md 5.3): HEL, DST, the
 * observations when the host requests them (or, after a while, unasked), EOT; then it stays
 * connected, does what it is told and pushes what comes later.
 */
#include "core/base/limits.h"
#include "instruments/link/poct1a_talk.h"

#include <stdio.h>

enum { MAX_TRIES = 3 };

/* What a host says is a message for a simulator only when it answers a query. */
static bool hands_on(const struct poct1a_view *v)
{
    return v->kind == POCT1A_OTHER;
}

static void over(struct talk *t)
{
    t->device = (struct talk_device) { .greeted = false };
}

/* The documents of the load that are observations, from here on. */
static size_t count_observations(const struct talk *t)
{
    struct talk rest = *t; /* only its load is looked at */
    struct span document;
    size_t count = 0;
    for (; talk_next_loaded(&rest, &document); rest.loaded_at = talk_behind(t, document))
        count += memmem(document.at, document.len, "<OBS.R", 6) != NULL;
    return count;
}

static void give_up(struct talk *t, enum error how)
{
    t->device.waits = false;
    if (t->loaded)
        talk_sent(t, how);
}

static void take_yes(struct talk *t)
{
    struct talk_device *d = &t->device;
    d->tries = 0;
    if (d->out == POCT1A_HELLO)
        d->greeted = true;
    if (d->out != POCT1A_STATUS)
        return;
    d->counted = true;
    d->waits = count_observations(t) > 0;
}

static void take_no(struct talk *t, enum error how)
{
    t->device.tries = 0;
    t->load_out = false;
    give_up(t, how);
}

/* An answer that names another document is not the one that is waited for. */
static void take_answer(struct talk *t, const struct poct1a_view *v)
{
    struct span out = buffer_span(&t->out);
    struct poct1a_view mine;
    if (!t->awaiting)
        return;
    if (*v->echo && poct1a_view_read(out, &mine, NULL) == ERROR_OK &&
        strcmp(v->echo, mine.control_id) != 0) {
        talk_note(t, "acknowledgement of something else");
        return;
    }
    t->awaiting = false;
    if (v->refused)
        take_no(t, ERROR_FULL);
    else
        take_yes(t);
}

static void taken(struct talk *t, const struct poct1a_view *v)
{
    struct talk_device *d = &t->device;
    if (v->kind == POCT1A_ACKNOWLEDGEMENT) {
        take_answer(t, v);
    } else if (v->kind == POCT1A_REQUEST) {
        d->asked = true;
        d->waits = false;
    } else if (v->kind == POCT1A_ESCAPE) {
        t->awaiting = false;
        take_no(t, ERROR_BAD_INPUT);
    } else if (v->kind == POCT1A_END) {
        talk_end_session(t, SESSION_END_NORMAL);
        over(t);
    }
}

static void put_out(struct talk *t, enum poct1a_kind kind, struct span document)
{
    t->device.out = kind;
    talk_put(t, document, true);
}

static void say(struct talk *t, enum poct1a_kind kind, const char *root,
                const struct poct1a_item *items, size_t count)
{
    t->device.out = kind;
    (void)talk_say(t, root, items, count, true);
}

static void say_hello(struct talk *t)
{
    static const struct poct1a_item items[] = {
        { "DEV", "device_id", "SIMULATOR" },
        { "DEV", "device_name", "Simulator" },
        { "DEV/DCP", "application_timeout", "60" },
        { "DEV/DSC", "connection_profile_cd", "CS" },
        { "DEV/DSC", "directives_supported_cd", "START_CONTINUOUS" },
        { "DEV/DSC", "directives_supported_cd", "SET_TIME" },
    };
    say(t, POCT1A_HELLO, "HEL.R01", items, sizeof items / sizeof items[0]);
}

static void say_status(struct talk *t)
{
    char time[POCT1A_TIME], count[24];
    const struct poct1a_item items[] = {
        { "DST", "status_dttm", time },
        { "DST", "new_observations_qty", count },
        { "DST", "new_events_qty", "0" },
        { "DST", "condition_cd", "R" },
    };
    poct1a_time(time, t->port->now(t->port->context));
    (void)snprintf(count, sizeof count, "%zu", count_observations(t));
    say(t, POCT1A_STATUS, "DST.R01", items, sizeof items / sizeof items[0]);
}

static void say_end_of_topic(struct talk *t)
{
    static const struct poct1a_item item = { "EOT", "topic_cd", "OBS" };
    t->device.told = t->device.asked = false;
    say(t, POCT1A_END_OF_TOPIC, "EOT.R01", &item, 1);
}

static enum poct1a_kind kind_of(struct span document)
{
    struct poct1a_view v;
    return poct1a_view_read(document, &v, NULL) == ERROR_OK ? v.kind : POCT1A_MALFORMED;
}

static void say_loaded(struct talk *t)
{
    struct talk_device *d = &t->device;
    struct span document;
    enum poct1a_kind kind;
    if (!talk_next_loaded(t, &document)) {
        if (d->asked && d->told)
            say_end_of_topic(t);
        else
            talk_sent(t, ERROR_OK);
        return;
    }
    kind = kind_of(document);
    if (!d->greeted && kind != POCT1A_HELLO) {
        say_hello(t);
        return;
    }
    if (d->greeted && !d->counted && kind != POCT1A_HELLO) {
        say_status(t);
        return;
    }
    t->loaded_at = talk_behind(t, document);
    if (d->greeted && kind == POCT1A_HELLO)
        return; /* said before */
    t->load_out = true;
    d->told = d->told || kind == POCT1A_OBSERVATIONS;
    put_out(t, kind, document);
}

static void next(struct talk *t)
{
    while (t->loaded && !t->awaiting && !t->device.waits)
        say_loaded(t);
}

/* The last document once more, and then no more. */
static void unanswered(struct talk *t)
{
    struct talk_device *d = &t->device;
    if (d->waits) {
        d->waits = false;
        return;
    }
    talk_note(t, "no answer from the host");
    if (++d->tries < MAX_TRIES) {
        talk_put(t, buffer_span(&t->out), true);
        return;
    }
    over(t);
    give_up(t, ERROR_CLOSED);
}

const struct talk_role poct1a_device = { hands_on, taken, next, unanswered, over };
