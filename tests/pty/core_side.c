/* Core's side, blocking: see the header. */
#include "tests/pty/core_side.h"

#include "tests/unit/test.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, PATIENCE_MS = 10000, BY_SIGNAL = 1000, SPARE = 20 };

/* In the child: descriptors in place, rights away, the program. */
static void become(const char *program, int channel, int listener)
{
    int high = fcntl(channel, F_DUPFD, SPARE);
    int high_listener = listener >= 0 ? fcntl(listener, F_DUPFD, SPARE) : -1;
    (void)dup2(high, 3);
    if (high_listener >= 0)
        (void)dup2(high_listener, 4);
    else
        (void)close(4);
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        _exit(120);
    (void)execl(program, "phial", "child-instrument", "bench", (char *)NULL);
    _exit(121);
}

void core_side_start(struct core_side *c, const char *program, int listener)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    c->child = fork();
    assert_true(c->child >= 0);
    if (c->child == 0)
        become(program, ends[1], listener);
    (void)close(ends[1]);
    c->channel = ends[0];
    c->side = WIRE_INSTRUMENT;
}

void core_side_send(struct core_side *c, struct wire_writer *w)
{
    struct span packet;
    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    assert_int_equal(send(c->channel, packet.at, packet.len, MSG_NOSIGNAL), (ssize_t)packet.len);
    wire_free(w);
}

void core_side_setup(struct core_side *c, const char *profile, const char *port,
                     const char *setting)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, "bench");
    if (profile)
        wire_put_text(&w, WIRE_F_PROFILE, profile);
    wire_put_text(&w, WIRE_F_PORT, port);
    if (setting)
        wire_put_text(&w, WIRE_F_SETTINGS, setting);
    core_side_send(c, &w);
}

bool core_side_next(struct core_side *c, int ms, struct wire_message *m)
{
    struct pollfd p = { c->channel, POLLIN, 0 };
    struct complaint why = { "" };
    ssize_t len;
    if (poll(&p, 1, ms) != 1)
        return false;
    len = recv(c->channel, c->packet, sizeof c->packet, 0);
    if (len <= 0)
        return false;
    if (wire_read(span_of(c->packet, (size_t)len), c->side, m, &why) != ERROR_OK)
        fail_msg("malformed packet: %s", why.text);
    return true;
}

struct wire_message core_side_expect(struct core_side *c, enum wire_type type)
{
    struct wire_message m;
    do
        if (!core_side_next(c, PATIENCE_MS, &m))
            fail_msg("no %s came", wire_type_name(type));
    while (m.type == WIRE_NOTICED && type != WIRE_NOTICED);
    if (m.type != type)
        fail_msg("%s came, not %s (%s)", wire_type_name(m.type), wire_type_name(type),
                 wire_text(&m, WIRE_F_SENTENCE));
    return m;
}

static void answer(struct core_side *c, enum wire_type type, uint64_t ticket)
{
    struct wire_writer w;
    wire_begin(&w, type);
    wire_put_number(&w, WIRE_F_TICKET, ticket);
    if (type == WIRE_REFUSED)
        wire_put_text(&w, WIRE_F_SENTENCE, "The disk is full.");
    core_side_send(c, &w);
}

void core_side_kept(struct core_side *c, uint64_t ticket)
{
    answer(c, WIRE_KEPT, ticket);
}

void core_side_refused(struct core_side *c, uint64_t ticket)
{
    answer(c, WIRE_REFUSED, ticket);
}

void core_side_expect_up(struct core_side *c)
{
    struct wire_message m = core_side_expect(c, WIRE_READY);
    m = core_side_expect(c, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), LINK_STATE_UP);
}

int core_side_wait(struct core_side *c)
{
    int status = 0;
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        if (waitpid(c->child, &status, WNOHANG) == c->child) {
            if (c->channel >= 0)
                (void)close(c->channel);
            c->channel = -1;
            return WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
        }
        (void)usleep(10000);
    }
    (void)kill(c->child, SIGKILL);
    fail_msg("the child does not end");
    return -1;
}

int core_side_end(struct core_side *c)
{
    (void)close(c->channel);
    c->channel = -1;
    return core_side_wait(c);
}

int core_side_status(const struct core_side *c, const char *line)
{
    char path[64], text[256];
    int value = -1;
    FILE *f;
    (void)snprintf(path, sizeof path, "/proc/%d/status", c->child);
    f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(text, sizeof text, f))
        if (strncmp(text, line, strlen(line)) == 0)
            value = (int)strtol(text + strlen(line), NULL, 10);
    (void)fclose(f);
    return value;
}
