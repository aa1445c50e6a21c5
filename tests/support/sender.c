/* The blocking LIS01 sender of the fault and load tests. */
#include "tests/support/sender.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENQ = 5, ACK = 6, NAK = 21, STX = 2, ETX = 3, EOT = 4 };
enum { SILENCE = -1, GONE = -2, FRAME_ROOM = 1024, NAK_LIMIT = 6 };

void sender_prepare(struct sender *s, int (*dial)(void *), void *context, uint64_t seed)
{
    *s = (struct sender) { .dial = dial,
                           .context = context,
                           .fd = -1,
                           .timeout_ms = 1500,
                           .random = seed * 2862933555777941757u + 3037000493u };
}

/* xorshift64*: the same seed gives the same faults. */
uint64_t sender_draw(struct sender *s, uint64_t below)
{
    s->random ^= s->random >> 12;
    s->random ^= s->random << 25;
    s->random ^= s->random >> 27;
    return (s->random * 2685821657736338717u >> 20) % below;
}

static bool happens(struct sender *s, unsigned per_mille)
{
    return per_mille && sender_draw(s, 1000) < per_mille;
}

int sender_dial_tcp(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

void sender_hang_up(struct sender *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static bool told_to_stop(const struct sender *s)
{
    return s->stop && *s->stop;
}

/* One answer byte: ACK, NAK, EOT..., SILENCE or GONE. Anything else is noise and waited past. */
static int answer(struct sender *s)
{
    for (;;) {
        struct pollfd p = { .fd = s->fd, .events = POLLIN };
        uint8_t byte;
        int ready = poll(&p, 1, s->timeout_ms);
        if (ready == 0) {
            s->late = true;
            return SILENCE;
        }
        if (ready < 0 || read(s->fd, &byte, 1) != 1)
            return GONE;
        if (byte == ACK || byte == NAK || byte == EOT || byte == ENQ)
            return byte;
    }
}

/* An answer to what was asked before the silence is not the answer to what is asked now. */
static void forget_late_answers(struct sender *s)
{
    struct pollfd p = { .fd = s->fd, .events = POLLIN };
    uint8_t byte;
    while (s->late && poll(&p, 1, 0) == 1 && read(s->fd, &byte, 1) == 1)
        ;
    s->late = false;
}

static bool put(struct sender *s, const void *bytes, size_t len)
{
    return send(s->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len ||
           write(s->fd, bytes, len) == (ssize_t)len; /* a pseudo-terminal is no socket */
}

static bool put_byte(struct sender *s, uint8_t byte)
{
    return put(s, &byte, 1);
}

size_t sender_frame(uint8_t *frame, unsigned number, const char *record)
{
    size_t len = 0, text = strlen(record);
    unsigned sum = 0;

    frame[len++] = STX;
    frame[len++] = (uint8_t)('0' + number % 8);
    memcpy(frame + len, record, text);
    len += text;
    frame[len++] = '\r';
    frame[len++] = ETX;
    for (size_t i = 1; i < len; i++)
        sum += frame[i];
    len += (size_t)snprintf((char *)frame + len, 5, "%02X\r\n", sum & 0xff);
    return len;
}

/* Sends the frame once, perhaps damaged, and gives what the receiver answered. */
static int offer(struct sender *s, const uint8_t *frame, size_t len)
{
    uint8_t sent[FRAME_ROOM + 16];
    int got;

    memcpy(sent, frame, len);
    if (happens(s, s->faults.flip_per_mille)) {
        sent[1 + sender_draw(s, len - 3)] ^= (uint8_t)(1u << sender_draw(s, 8));
        s->counts.flips++;
    }
    s->counts.frames_sent++;
    forget_late_answers(s);
    if (!put(s, sent, len))
        return GONE;
    if (happens(s, s->faults.cut_per_mille)) {
        s->counts.cuts++;
        return GONE;
    }
    got = answer(s);
    if (got == ACK && happens(s, s->faults.drop_ack_per_mille)) {
        s->counts.drops++;
        usleep((useconds_t)s->timeout_ms * 1000); /* it waits for what will not come */
        s->late = true;
        return SILENCE;
    }
    return got;
}

/* True when the frame was acknowledged. */
static int deliver_frame(struct sender *s, const uint8_t *frame, size_t len)
{
    for (unsigned tries = 0; tries < NAK_LIMIT; tries++) {
        int got = offer(s, frame, len);
        if (got == ACK || got == EOT) {
            s->counts.frames_acknowledged++;
            if (s->acknowledged)
                s->acknowledged(s->context, frame, len);
            return ACK;
        }
        if (got == NAK)
            s->counts.naks++;
        if (got == GONE || (got == SILENCE && !s->faults.resend_frame))
            return got;
    }
    return SILENCE;
}

/* ENQ until it is answered; the receiver may be busy. */
static int establish(struct sender *s)
{
    int got;
    forget_late_answers(s);
    if (!put_byte(s, ENQ))
        return GONE;
    got = answer(s);
    if (got == NAK)
        usleep(20000);
    return got;
}

static int attempt(struct sender *s, const char *const *records, size_t count)
{
    int got = establish(s);
    for (size_t i = 0; i < count && got == ACK; i++) {
        uint8_t frame[FRAME_ROOM + 16];
        if (strlen(records[i]) > FRAME_ROOM)
            return GONE;
        got = deliver_frame(s, frame, sender_frame(frame, (unsigned)(i + 1), records[i]));
    }
    if (got != GONE && !put_byte(s, EOT))
        return got == ACK ? ACK : GONE; /* acknowledged all the same */
    return got;
}

bool sender_send(struct sender *s, const char *const *records, size_t count, unsigned tries)
{
    for (unsigned i = 0; i < tries && !told_to_stop(s); i++) {
        if (s->fd < 0) {
            s->fd = s->dial(s->context);
            if (s->fd < 0) {
                usleep(20000);
                continue;
            }
        }
        switch (attempt(s, records, count)) {
        case ACK:
            s->counts.messages++;
            return true;
        case GONE:
            sender_hang_up(s);
            s->counts.reconnects++;
            break;
        default:
            break;
        }
    }
    return false;
}
