/* An in-memory port for one link; see the header. */
#include "instruments/recording/player.h"

#include <stdlib.h>

enum { RUN_SECONDS = 10 }; /* of an EKG cart that is told to record: it begins with the session */
enum { LAST_TIMERS = 8 };  /* that may pass after the last byte; a link that nudges never stops */
enum { ENQ = 0x05, NAK = 0x15, REPORT_HEAD = 3 };

struct player {
    const struct link *link;
    const struct player_sink *sink;
    struct link_port port;
    void *state;
    uint64_t now, deadline; /* deadline 0: no timer is armed */
    uint64_t ticket;
    const char *note;    /* the newest */
    const char *damage;  /* of a refused frame that has not come again */
    const char *lasting; /* the same of a session that is over */
    bool broken;         /* a frame is missing: the rest of the session cannot be trusted */
    bool left;           /* ... and was ended */
    uint64_t session;    /* of the newest accepted frame */
};

/* A lone NAK, bare or in a report. */
static bool is_nak(struct span out)
{
    if (out.len == 1)
        return out.at[0] == NAK;
    return out.len > REPORT_HEAD + 1 && out.at[REPORT_HEAD] == 1 && out.at[REPORT_HEAD + 1] == NAK;
}

static void on_write(void *context, struct span out)
{
    struct player *p = context;
    if (!is_nak(out) || !p->note || p->broken)
        return;
    p->damage = p->note;
    p->broken = strncmp(p->note, "frame number", strlen("frame number")) == 0;
}

static void on_arm(void *context, unsigned ms)
{
    struct player *p = context;
    p->deadline = ms ? p->now + ms : 0;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct player *p = context;
    uint64_t ticket = ++p->ticket;

    (void)frame;
    if (direction != WIRE_FROM_INSTRUMENT)
        return ticket;
    if (p->damage && session != p->session && number != 1)
        p->broken = true;
    if (!p->broken)
        p->damage = NULL;
    p->session = session;
    p->link->settled(p->state, ticket, ERROR_OK);
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct player *p = context;
    (void)session;
    p->sink->message(p->sink->context, text, true);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct player *p = context;
    (void)session;
    (void)how;
    if (rest.len)
        p->sink->message(p->sink->context, rest, false);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    (void)how;
}

static void on_note(void *context, const char *what)
{
    struct player *p = context;
    p->note = what;
}

/* The recording's own times begin at nothing. */
static struct link_time on_now(void *context)
{
    struct player *p = context;
    return (struct link_time) { (int64_t)p->now, 0 };
}

struct player *player_open(const struct link *link, const struct link_options *options,
                           const struct player_sink *sink)
{
    struct player *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->link = link;
    p->sink = sink;
    p->port = (struct link_port) { p,        on_write, on_arm,  on_keep, on_message,
                                   on_ended, on_sent,  on_note, on_now };
    p->state = link->open(options, &p->port);
    if (!p->state) {
        free(p);
        return NULL;
    }
    if (link->run)
        (void)link->run(p->state, RUN_SECONDS); /* nothing is under way that could refuse it */
    return p;
}

void player_close(struct player *p)
{
    if (!p)
        return;
    p->link->close(p->state);
    free(p);
}

static void expire(struct player *p)
{
    p->now = p->deadline;
    p->deadline = 0;
    p->link->expired(p->state);
}

/* A live instrument would have stopped at the refusal. A recorded one goes on, and after eight
 * frames the numbers fit again: so the session ends here, and the next begins at an ENQ. */
static struct span skip_broken(struct player *p, struct span bytes)
{
    const uint8_t *next = bytes.len ? memchr(bytes.at, ENQ, bytes.len) : NULL;
    size_t skipped = next ? (size_t)(next - bytes.at) : bytes.len;

    if (next) {
        p->lasting = p->lasting ? p->lasting : p->damage;
        p->damage = NULL;
        p->broken = p->left = false;
    }
    return span_of(bytes.at + skipped, bytes.len - skipped);
}

void player_feed(struct player *p, uint64_t at, struct span bytes)
{
    while (p->deadline && p->deadline <= at)
        expire(p);
    p->now = at > p->now ? at : p->now;
    if (p->left)
        bytes = skip_broken(p, bytes);
    if (!bytes.len)
        return;
    p->link->feed(p->state, bytes);
    if (p->broken && !p->left) {
        p->left = true;
        p->deadline = 0;
        p->link->lost(p->state);
    }
}

void player_end(struct player *p)
{
    for (int i = 0; p->deadline && i < LAST_TIMERS; i++)
        expire(p);
    p->deadline = 0;
    p->link->lost(p->state);
}

const char *player_damage(const struct player *p)
{
    return p->lasting ? p->lasting : p->damage;
}
