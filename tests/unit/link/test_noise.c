/*
 * Two links talk through a bad cable for two thousand messages: one bit in a hundred writes is
 * flipped, one acknowledgement in a hundred is lost, everything is cut at random, the disk is
 * sometimes slow and sometimes refuses, and the host sends too. All arrives, nothing is damaged,
 * and what arrives again follows a session that ended badly (DESIGN 3.4).
 *
 * Time is counted, never waited for. The seed is printed when something goes wrong.
 */
#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { MESSAGES = 2000, EVENTS = 4096, MESSAGE_ROOM = 1024, SIDES = 2, HOST = 0, INSTRUMENT = 1 };

struct cable;

struct side {
    struct link_port port;
    struct cable *cable;
    const struct link *link;
    void *state;
    unsigned index;
    int64_t due;       /* of the timer, -1 when it does not run */
    int64_t delivered; /* when the last byte to this side arrives */
    unsigned next;     /* message to be sent */
    unsigned total;    /* messages to be sent */
    bool busy;
    uint64_t tickets;
    unsigned *seen;            /* how often each message of the other side came */
    uint64_t receiving;        /* session with frames of the other side */
    enum session_end last_end; /* of such a session */
};

struct event {
    int64_t at;
    uint64_t order;
    struct side *side;
    uint64_t ticket; /* 0: bytes */
    enum error kept;
    size_t len;
    uint8_t bytes[64];
};

struct cable {
    struct side sides[SIDES];
    struct event events[EVENTS];
    size_t count;
    uint64_t order, random;
    int64_t now;
    bool reports; /* whole reports of 64 bytes */
    unsigned flipped, dropped, repeats, refused;
};

static unsigned draw(struct cable *c, unsigned below)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 7;
    c->random ^= c->random << 17;
    return (unsigned)((c->random >> 16) % below);
}

static struct event *add_event(struct cable *c, struct side *side, int64_t at)
{
    struct event *e = &c->events[c->count++];
    assert_true(c->count < EVENTS);
    *e = (struct event) { .at = at, .order = c->order++, .side = side };
    return e;
}

/* Message `index` of a side; its length and its number of frames vary. */
static size_t compose_message(unsigned side, unsigned index, char *out)
{
    int len = snprintf(out, MESSAGE_ROOM,
                       "H|\\^&|||%s\r"
                       "P|1|ID%u\r"
                       "O|1|%u\r",
                       side == HOST ? "HOST" : "METER", index, index);
    for (unsigned i = 0; i < index % 4; i++)
        len += snprintf(out + len, MESSAGE_ROOM - (size_t)len, "R|%u|^^^T%u|%u.%u|mg/dL||N||F\r",
                        i + 1, i, index, i);
    if (index % 16 == 0) {
        len += snprintf(out + len, MESSAGE_ROOM - (size_t)len, "C|1|I|%0300u|G\r", index);
    }
    len += snprintf(out + len, MESSAGE_ROOM - (size_t)len, "L|1|N\r");
    assert_true(len < MESSAGE_ROOM);
    return (size_t)len;
}

static void send_next(struct side *s)
{
    char text[MESSAGE_ROOM];
    if (s->busy || s->next == s->total)
        return;
    s->busy = true;
    assert_int_equal(
        s->link->send(s->state, span_of(text, compose_message(s->index, s->next, text))), ERROR_OK);
}

static void flip_one(struct cable *c, uint8_t *bytes, size_t len)
{
    size_t from = c->reports ? 4 : 0, count = c->reports ? bytes[3] : len;
    if (count == 0 || draw(c, 100))
        return;
    bytes[from + draw(c, (unsigned)count)] ^= (uint8_t)(1u << draw(c, 8));
    c->flipped++;
}

static bool is_ack(const struct cable *c, struct span out)
{
    return c->reports ? out.at[3] == 1 && out.at[4] == 0x06 : out.len == 1 && *out.at == 0x06;
}

static void cable_write(void *context, struct span out)
{
    struct side *s = context, *other = &s->cable->sides[1 - s->index];
    struct cable *c = s->cable;
    uint8_t bytes[LIMIT_FRAME_STANDARD];

    assert_true(out.len <= sizeof bytes);
    memcpy(bytes, out.at, out.len);
    if (is_ack(c, out)) {
        if (draw(c, 100) == 0) {
            c->dropped++;
            return;
        }
    }
    flip_one(c, bytes, out.len);
    for (size_t at = 0, len; at < out.len; at += len) {
        struct event *e;
        len = c->reports ? 64 : 1 + draw(c, 40);
        if (len > out.len - at)
            len = out.len - at;
        if (other->delivered < c->now)
            other->delivered = c->now;
        other->delivered += 1 + draw(c, 5);
        e = add_event(c, other, other->delivered);
        e->len = len;
        memcpy(e->bytes, bytes + at, len);
    }
}

static void cable_arm(void *context, unsigned ms)
{
    struct side *s = context;
    s->due = ms ? s->cable->now + ms : -1;
}

static uint64_t cable_keep(void *context, uint64_t session, unsigned number,
                           enum wire_direction direction, struct span frame)
{
    struct side *s = context;
    struct event *e;
    unsigned luck = draw(s->cable, 1000);
    (void)number;
    (void)frame;
    s->tickets++;
    if (direction == WIRE_TO_INSTRUMENT)
        return s->tickets;
    s->receiving = session;
    e = add_event(s->cable, s,
                  s->cable->now + (luck == 0 ? 9000 + draw(s->cable, 20000) : luck % 20));
    e->ticket = s->tickets;
    e->kept = luck > 0 && luck < 6 ? ERROR_FULL : ERROR_OK;
    s->cable->refused += e->kept != ERROR_OK;
    return s->tickets;
}

static void cable_message(void *context, uint64_t session, struct span text)
{
    struct side *s = context;
    unsigned other = 1 - s->index;
    char expected[MESSAGE_ROOM], copy[MESSAGE_ROOM];
    const char *id;
    unsigned long index;

    assert_int_equal(session, s->receiving);
    assert_true(text.len < sizeof copy);
    memcpy(copy, text.at, text.len);
    copy[text.len] = 0;
    if (other == HOST && !strstr(copy, "\rL|1|N\r"))
        return; /* the host was interrupted and will send it again; a decoder misses the end */
    id = strstr(copy, "P|1|ID");
    assert_non_null(id);
    index = strtoul(id + 6, NULL, 10);
    assert_true(index < s->cable->sides[other].total);
    assert_int_equal(text.len, compose_message(other, (unsigned)index, expected));
    assert_memory_equal(text.at, expected, text.len);
    if (s->seen[index]++ && s->index == HOST) { /* a repeat: the session before ended badly */
        assert_int_not_equal(s->last_end, SESSION_END_NORMAL);
        s->cable->repeats++;
    }
}

static void cable_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct side *s = context;
    if (how == SESSION_END_NORMAL)
        assert_int_equal(rest.len, 0);
    if (session == s->receiving)
        s->last_end = how;
}

static void cable_sent(void *context, enum error how)
{
    struct side *s = context;
    s->busy = false;
    if (how == ERROR_OK)
        s->next++;
    if (s->index == INSTRUMENT)
        send_next(s);
}

static void cable_note(void *context, const char *what)
{
    (void)context;
    assert_non_null(what);
}

static struct link_time cable_now(void *context)
{
    (void)context;
    return (struct link_time) { 0, 0 };
}

static void side_open(struct cable *c, unsigned index, const struct link *link, unsigned total)
{
    struct side *s = &c->sides[index];
    struct link_options options = { .instrument = index == INSTRUMENT };
    *s = (struct side) { .cable = c, .link = link, .index = index, .due = -1, .total = total };
    s->port = (struct link_port) { s,           cable_write, cable_arm,  cable_keep, cable_message,
                                   cable_ended, cable_sent,  cable_note, cable_now };
    s->seen = calloc(MESSAGES, sizeof *s->seen);
    assert_non_null(s->seen);
    s->state = link->open(&options, &s->port);
    assert_non_null(s->state);
}

/* The earliest event's index, or count. */
static size_t first_event(const struct cable *c)
{
    size_t first = c->count;
    for (size_t i = 0; i < c->count; i++)
        if (first == c->count || c->events[i].at < c->events[first].at ||
            (c->events[i].at == c->events[first].at && c->events[i].order < c->events[first].order))
            first = i;
    return first;
}

static bool timer_first(struct cable *c, const struct event *e)
{
    struct side *s = &c->sides[0];
    if (s->due < 0 || (c->sides[1].due >= 0 && c->sides[1].due < s->due))
        s = &c->sides[1];
    if (s->due < 0 || (e && e->at <= s->due))
        return false;
    c->now = s->due;
    s->due = -1;
    s->link->expired(s->state);
    return true;
}

/* One thing happens. False when nothing is left to happen. */
static bool step(struct cable *c)
{
    size_t first = first_event(c);
    struct event e;
    if (timer_first(c, first < c->count ? &c->events[first] : NULL))
        return true;
    if (first == c->count)
        return false;
    e = c->events[first];
    c->events[first] = c->events[--c->count];
    c->now = e.at;
    if (e.ticket)
        e.side->link->settled(e.side->state, e.ticket, e.kept);
    else
        e.side->link->feed(e.side->state, span_of(e.bytes, e.len));
    return true;
}

static void run(const struct link *link, uint64_t seed, unsigned answers)
{
    struct cable *c = calloc(1, sizeof *c);
    struct side *host, *instrument;
    assert_non_null(c);
    c->random = seed;
    c->reports = link == &link_contour_hid;
    side_open(c, HOST, link, answers);
    side_open(c, INSTRUMENT, link, MESSAGES);
    host = &c->sides[HOST];
    instrument = &c->sides[INSTRUMENT];
    send_next(instrument);
    while (instrument->next < MESSAGES || host->next < answers) {
        if (answers && (instrument->next == MESSAGES || draw(c, 200) == 0))
            send_next(host);
        assert_true(step(c) || host->busy);
    }
    for (unsigned i = 0; i < 20; i++)
        (void)step(c);
    for (unsigned i = 0; i < MESSAGES; i++)
        if (host->seen[i] == 0)
            fail_msg("seed %llu: message %u is missing", (unsigned long long)seed, i);
    for (unsigned i = 0; i < answers; i++)
        assert_int_not_equal(instrument->seen[i], 0);
    printf("%s seed %llu: %u bits flipped, %u acknowledgements lost, %u refused by the disk, "
           "%u repeats, %lld s\n",
           link->name, (unsigned long long)seed, c->flipped, c->dropped, c->refused, c->repeats,
           (long long)(c->now / 1000));
    assert_true(c->flipped > 50 && c->dropped > 50 && c->refused > 20);
    for (unsigned i = 0; i < SIDES; i++) {
        link->close(c->sides[i].state);
        free(c->sides[i].seen);
    }
    free(c);
}

static void two_thousand_messages_over_a_bad_line(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++)
        run(&link_lis01, seed * 7919, 100);
}

static void two_thousand_messages_of_a_meter(void **state)
{
    (void)state;
    run(&link_contour_hid, 104729, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_thousand_messages_over_a_bad_line),
        cmocka_unit_test(two_thousand_messages_of_a_meter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
