/* Packets over a SOCK_SEQPACKET socket; see the header for what holds. */
#include "core/model/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PACKETS_A_CALL = 4, /* read at once: mostly there is one, and asking for a next costs a call */
    CALLS_A_TURN = 64   /* before other peers have their turn */
};

struct packet {
    struct packet *next;
    size_t len;
    uint8_t bytes[];
};

struct channel {
    uv_poll_t poll;
    uv_timer_t report; /* tells `closed` from the loop, not from within a call of the owner */
    int fd, handles;
    int wanted; /* what the loop watches for; asking again for the same costs system calls */
    enum wire_side from;
    struct channel_events events;
    struct packet *first, **last;
    size_t waiting;
    bool over, closing;
    enum error how;
    struct complaint why;
    uint8_t in[PACKETS_A_CALL][LIMIT_WIRE];
};

static void on_poll(uv_poll_t *poll, int status, int events);

/* Asks the loop for what is wanted now. A channel that is over wants nothing. */
static void watch(struct channel *c)
{
    int want = 0;
    if (c->closing)
        return;
    if (!c->over)
        want = UV_READABLE | (c->first ? UV_WRITABLE : 0);
    if (want == c->wanted)
        return;
    c->wanted = want;
    if (want)
        (void)uv_poll_start(&c->poll, want, on_poll);
    else
        (void)uv_poll_stop(&c->poll);
}

static void on_report(uv_timer_t *timer)
{
    struct channel *c = timer->data;
    if (!c->closing)
        c->events.closed(c->events.context, c->how, &c->why);
}

/* The end, told on the loop's next turn. */
static void give_up(struct channel *c, enum error how, const char *sentence)
{
    if (c->over)
        return;
    c->over = true;
    c->how = how;
    if (sentence)
        (void)complain(&c->why, how, "%s", sentence);
    watch(c);
    if (!c->closing)
        (void)uv_timer_start(&c->report, on_report, 0, 0);
}

static void forget_first(struct channel *c)
{
    struct packet *p = c->first;
    c->first = p->next;
    if (!c->first)
        c->last = &c->first;
    c->waiting -= p->len;
    free(p);
}

/* One packet into the socket: ERROR_BUSY when there is no room. */
static enum error push(struct channel *c, struct span packet)
{
    ssize_t done;
    do
        done = send(c->fd, packet.at, packet.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (done < 0 && errno == EINTR);
    if (done >= 0)
        return ERROR_OK;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
        return ERROR_BUSY;
    return errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN ? ERROR_CLOSED : ERROR_IO;
}

static void push_waiting(struct channel *c)
{
    while (c->first && !c->over) {
        enum error e = push(c, span_of(c->first->bytes, c->first->len));
        if (e == ERROR_BUSY)
            return;
        if (e != ERROR_OK) {
            give_up(c, e, "The other process is gone.");
            return;
        }
        forget_first(c);
    }
}

static void take_packet(struct channel *c, const struct mmsghdr *packet)
{
    struct span bytes = span_of(packet->msg_hdr.msg_iov->iov_base, packet->msg_len);
    struct wire_message m;
    struct complaint why = { "" };
    if (bytes.len == 0) /* no packet is empty: this is the end of file */
        give_up(c, ERROR_CLOSED, "The other process is gone.");
    else if (packet->msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        give_up(c, ERROR_BAD_INPUT, "A packet is larger than the agreed maximum.");
    else if (wire_read(bytes, c->from, &m, &why) != ERROR_OK)
        give_up(c, ERROR_BAD_INPUT, why.text);
    else
        c->events.message(c->events.context, &m);
}

/* The packets that are there, out of the socket and to the owner: false when there may be none
 * left, or nobody wants more. */
static bool pull(struct channel *c)
{
    struct iovec rooms[PACKETS_A_CALL];
    struct mmsghdr packets[PACKETS_A_CALL] = { 0 };
    int count;
    for (size_t i = 0; i < PACKETS_A_CALL; i++) {
        rooms[i] = (struct iovec) { c->in[i], sizeof c->in[i] };
        packets[i].msg_hdr = (struct msghdr) { .msg_iov = &rooms[i], .msg_iovlen = 1 };
    }
    count = recvmmsg(c->fd, packets, PACKETS_A_CALL, MSG_DONTWAIT, NULL);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    if (count < 0 && errno == EINTR)
        return true;
    if (count < 0)
        give_up(c, errno == ECONNRESET ? ERROR_CLOSED : ERROR_IO, "The channel cannot be read.");
    for (int i = 0; i < count && !c->over && !c->closing; i++)
        take_packet(c, &packets[i]);
    return count == PACKETS_A_CALL && !c->over;
}

static void destroy(struct channel *c)
{
    while (c->first)
        forget_first(c);
    free(c);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct channel *c = poll->data;
    bool waited = c->first != NULL;
    if (status < 0) { /* a socket in error: libuv watches it no longer; reading it tells why */
        events = UV_READABLE;
        c->wanted = 0;
    }
    if (events & UV_WRITABLE)
        push_waiting(c);
    if (waited && !c->first && !c->over && !c->closing && c->events.drained)
        c->events.drained(c->events.context);
    if (events & UV_READABLE)
        for (int i = 0; i < CALLS_A_TURN && !c->closing; i++)
            if (!pull(c))
                break;
    watch(c);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct channel *c = handle->data;
    if (--c->handles == 0)
        destroy(c);
}

enum error channel_open(uv_loop_t *loop, int fd, enum wire_side from,
                        const struct channel_events *events, struct channel **out)
{
    struct channel *c = calloc(1, sizeof *c);
    int flags = fcntl(fd, F_GETFL);
    if (!c || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || uv_poll_init(loop, &c->poll, fd) != 0) {
        free(c);
        (void)close(fd);
        return c ? ERROR_IO : ERROR_NO_MEMORY;
    }
    (void)uv_timer_init(loop, &c->report);
    c->handles = 2;
    c->poll.data = c->report.data = c;
    c->fd = fd;
    c->from = from;
    c->events = *events;
    c->last = &c->first;
    watch(c);
    *out = c;
    return ERROR_OK;
}

static enum error enqueue(struct channel *c, struct span packet)
{
    struct packet *p;
    if (packet.len > LIMIT_CHANNEL_QUEUE - c->waiting)
        return ERROR_FULL;
    p = malloc(sizeof *p + packet.len);
    if (!p)
        return ERROR_NO_MEMORY;
    p->next = NULL;
    p->len = packet.len;
    memcpy(p->bytes, packet.at, packet.len);
    *c->last = p;
    c->last = &p->next;
    c->waiting += packet.len;
    watch(c);
    return ERROR_OK;
}

enum error channel_send_packet(struct channel *c, struct span packet)
{
    enum error e;
    if (c->over || c->closing)
        return ERROR_CLOSED;
    if (packet.len == 0 || packet.len > LIMIT_WIRE)
        return ERROR_BUG;
    if (c->first)
        return enqueue(c, packet);
    e = push(c, packet);
    if (e == ERROR_BUSY)
        return enqueue(c, packet);
    if (e != ERROR_OK)
        give_up(c, e, "The other process is gone.");
    return e;
}

enum error channel_send(struct channel *c, struct wire_writer *w)
{
    struct span packet;
    enum error e = wire_finish(w, &packet);
    if (e == ERROR_OK)
        e = channel_send_packet(c, packet);
    wire_free(w);
    return e;
}

size_t channel_waiting(const struct channel *c)
{
    return c->waiting;
}

bool channel_unread(const struct channel *c)
{
    int bytes = 0;
    return c->waiting || (ioctl(c->fd, SIOCOUTQ, &bytes) == 0 && bytes > 0);
}

void channel_close(struct channel *c)
{
    if (!c || c->closing)
        return;
    if (!c->over)
        push_waiting(c);
    c->closing = true;
    uv_close((uv_handle_t *)&c->poll, on_handle_closed);
    uv_close((uv_handle_t *)&c->report, on_handle_closed);
    (void)close(c->fd);
}
