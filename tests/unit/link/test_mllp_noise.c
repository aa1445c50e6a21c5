/*
 * Two MLLP links talk through a bad network for two thousand messages: bytes come in pieces of any
 * size, the connection is cut at any byte, acknowledgements are lost with it, the disk is slow and
 * sometimes refuses. The instrument sends again what was not acknowledged. Every message arrives,
 * once and in order (peers.md 1).
 *
 * Time is counted, never waited for. The seed is printed when something goes wrong.
 */
#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "instruments/message/hl7.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { MESSAGES = 2000, SIDES = 2, HOST = 0, INSTRUMENT = 1, STEPS_MAX = 4000000 };

struct net;

struct side {
    struct link_port port;
    struct net *net;
    void *state;
    struct buffer arriving; /* bytes on their way to this side */
    int64_t due;            /* of the timer, -1 when it does not run */
    uint64_t tickets;
    uint64_t waiting; /* the first ticket that the disk has not answered */
    bool refused;
};

struct net {
    struct side sides[SIDES];
    int64_t now;
    uint64_t random;
    unsigned sent, arrived; /* messages that are acknowledged; that were handed on */
    bool busy;
    unsigned cuts, refusals, repeats;
};

static unsigned draw(struct net *n, unsigned below)
{
    n->random ^= n->random << 13;
    n->random ^= n->random >> 7;
    n->random ^= n->random << 17;
    return (unsigned)(n->random % below);
}

static struct side *other(struct side *s)
{
    return &s->net->sides[s == &s->net->sides[HOST] ? INSTRUMENT : HOST];
}

static void on_write(void *context, struct span out)
{
    assert_int_equal(buffer_put(&other(context)->arriving, out), ERROR_OK);
}

static void on_arm(void *context, unsigned ms)
{
    struct side *s = context;
    s->due = ms ? s->net->now + ms : -1;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct side *s = context;
    (void)session;
    (void)number;
    (void)frame;
    if (direction == WIRE_FROM_INSTRUMENT && s->waiting == 0)
        s->waiting = s->tickets + 1;
    return ++s->tickets;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct side *s = context;
    struct hl7_header header;
    char id[16];
    (void)session;
    assert_int_equal(hl7_header_read(text, &header), ERROR_OK);
    (void)snprintf(id, sizeof id, "M%u", s->net->arrived);
    if (!span_equal(header.field[10], span_text(id)))
        fail_msg("message %u is %.*s", s->net->arrived, (int)header.field[10].len,
                 (const char *)header.field[10].at);
    assert_true(text.len > 2000 || s->net->arrived % 100);
    s->net->arrived++;
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    (void)context;
    (void)session;
    (void)how;
    assert_int_equal(rest.len, 0);
}

static void on_sent(void *context, enum error how)
{
    struct side *s = context;
    s->net->busy = false;
    s->net->sent += how == ERROR_OK;
    if (how == ERROR_OK && s->net->sent > s->net->arrived)
        fail_msg("message %u was acknowledged and has not arrived", s->net->sent - 1);
}

static void on_note(void *context, const char *what)
{
    ((struct side *)context)->net->repeats += strcmp(what, "repeated message") == 0;
}

static struct link_time on_now(void *context)
{
    return (struct link_time) { 1775037600000 + ((struct side *)context)->net->now, 0 };
}

static void open_side(struct net *n, unsigned which)
{
    struct link_options options = { .instrument = which == INSTRUMENT };
    struct side *s = &n->sides[which];
    s->net = n;
    s->due = -1;
    s->port = (struct link_port) { s,        on_write, on_arm,  on_keep, on_message,
                                   on_ended, on_sent,  on_note, on_now };
    buffer_init(&s->arriving, 4 * LIMIT_MESSAGE);
    s->state = link_mllp.open(&options, &s->port);
    assert_non_null(s->state);
}

/* Every hundredth message is longer than a piece of the network. */
static void send_next(struct net *n)
{
    struct buffer text;
    if (n->busy || n->sent == MESSAGES)
        return;
    buffer_init(&text, LIMIT_MESSAGE);
    assert_int_equal(buffer_put_format(&text, "MSH|^~\\&|M||||%u||ORU^R01|M%u|P|2.5%s\r",
                                       20000000 + n->sent, n->sent, n->sent % 3 ? "" : "|||AL|AL"),
                     ERROR_OK);
    for (unsigned i = 0; i < (n->sent % 100 ? 1 : 100); i++)
        assert_int_equal(buffer_put_text(&text, "OBX|1|NM|WBC||7.2|10*9/L\r"), ERROR_OK);
    n->busy = true;
    assert_int_equal(link_mllp.send(n->sides[INSTRUMENT].state, buffer_span(&text)), ERROR_OK);
    buffer_free(&text);
}

static void cut(struct net *n)
{
    n->cuts++;
    for (unsigned i = 0; i < SIDES; i++)
        buffer_clear(&n->sides[i].arriving);
    link_mllp.lost(n->sides[INSTRUMENT].state);
    link_mllp.lost(n->sides[HOST].state);
}

static bool deliver(struct side *s)
{
    uint8_t piece[512];
    size_t len = 1 + draw(s->net, sizeof piece);
    if (s->arriving.len == 0)
        return false;
    len = len < s->arriving.len ? len : s->arriving.len;
    memcpy(piece, s->arriving.at, len);
    buffer_drop(&s->arriving, len);
    link_mllp.feed(s->state, span_of(piece, len));
    return true;
}

static bool settle(struct side *s)
{
    bool refuse = draw(s->net, 50) == 0;
    uint64_t ticket = s->waiting;
    if (ticket == 0)
        return false;
    s->waiting = 0;
    s->net->refusals += refuse;
    link_mllp.settled(s->state, ticket, refuse ? ERROR_FULL : ERROR_OK);
    return true;
}

/* Nothing is under way: the next timer. */
static bool wait_for_timer(struct net *n)
{
    struct side *next = NULL;
    for (unsigned i = 0; i < SIDES; i++)
        if (n->sides[i].due >= 0 && (!next || n->sides[i].due < next->due))
            next = &n->sides[i];
    if (!next)
        return false;
    n->now = next->due;
    next->due = -1;
    link_mllp.expired(next->state);
    return true;
}

static void step(struct net *n)
{
    struct side *s = &n->sides[draw(n, SIDES)];
    n->now += draw(n, 50);
    if (draw(n, 40) == 0)
        cut(n);
    send_next(n);
    if (draw(n, 2) ? deliver(s) || settle(s) : settle(s) || deliver(s))
        return;
    if (!deliver(other(s)) && !settle(other(s)))
        (void)wait_for_timer(n);
}

static void all_arrive_once(void **state)
{
    static struct net n;
    (void)state;
    n.random = 0x9e3779b97f4a7c15;
    open_side(&n, HOST);
    open_side(&n, INSTRUMENT);
    for (unsigned i = 0; i < STEPS_MAX && n.sent < MESSAGES; i++)
        step(&n);
    assert_int_equal(n.sent, MESSAGES);
    assert_int_equal(n.arrived, MESSAGES);
    assert_true(n.cuts > 100 && n.refusals > 20 && n.repeats > 20);
    for (unsigned i = 0; i < SIDES; i++) {
        link_mllp.close(n.sides[i].state);
        buffer_free(&n.sides[i].arriving);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_arrive_once) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
