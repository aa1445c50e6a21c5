/* Asking the running core; see client.h. */
#include "core/daemon/client.h"

#include "core/base/text.h"
#include "core/daemon/endpoint.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_PATIENCE = 120 * 1000 }; /* ms: a label may take its time */

enum error client_open(const char *data, struct client *c, struct complaint *why)
{
    int fd;
    enum error e = endpoint_connect(data, &fd, why);
    if (e != ERROR_OK)
        return e;
    c->fd = fd;
    c->last_id = 0;
    c->token[0] = '\0';
    return ERROR_OK;
}

void client_close(struct client *c)
{
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    memset(c->token, 0, sizeof c->token);
}

void client_begin(struct client *c, struct wire_writer *w, enum wire_type type)
{
    wire_begin(w, type);
    wire_put_number(w, WIRE_F_ID, ++c->last_id);
    if (type != WIRE_SIGN_IN)
        wire_put_text(w, WIRE_F_TOKEN, c->token);
}

/* The next packet, or why there is none. */
static enum error next_packet(struct client *c, struct wire_message *m, struct complaint *why)
{
    struct pollfd ready = { .fd = c->fd, .events = POLLIN };
    ssize_t len;
    int got;

    do
        got = poll(&ready, 1, CLIENT_PATIENCE);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return complain(why, ERROR_BUSY, "Phial did not answer in time.");
    len = recv(c->fd, c->in, sizeof c->in, 0);
    if (len <= 0)
        return complain(why, ERROR_CLOSED, "Phial stopped before it answered.");
    return wire_read(span_of(c->in, (size_t)len), WIRE_CORE, m, why);
}

static enum error wait_for(struct client *c, struct wire_message *m, struct complaint *why)
{
    for (;;) {
        enum error e = next_packet(c, m, why);
        if (e != ERROR_OK)
            return e;
        if (m->type == WIRE_REPLY && wire_number(m, WIRE_F_ID) == c->last_id)
            return ERROR_OK;
    }
}

enum error client_send(struct client *c, struct wire_writer *w, struct complaint *why)
{
    struct span packet;
    enum error e = wire_finish(w, &packet);

    if (e == ERROR_OK && send(c->fd, packet.at, packet.len, MSG_NOSIGNAL) < 0)
        e = complain(why, ERROR_CLOSED, "Phial is gone: %s.", strerror(errno));
    wire_free(w);
    return e;
}

enum error client_hear(struct client *c, struct wire_message *reply, struct complaint *why)
{
    struct wire_message m = { WIRE_TYPE_COUNT, { NULL, 0 } };
    uint64_t status;
    enum error e = wait_for(c, &m, why);

    if (e != ERROR_OK)
        return e;
    if (reply)
        *reply = m;
    status = wire_number(&m, WIRE_F_STATUS);
    if (status == ERROR_OK)
        return ERROR_OK;
    return complain(why, status < ERROR_COUNT ? (enum error)status : ERROR_BUG, "%s",
                    wire_text(&m, WIRE_F_SENTENCE));
}

enum error client_call(struct client *c, struct wire_writer *w, struct wire_message *reply,
                       struct complaint *why)
{
    enum error e = client_send(c, w, why);
    return e == ERROR_OK ? client_hear(c, reply, why) : e;
}

enum error client_sign_in(struct client *c, const char *login, const char *pin,
                          struct complaint *why)
{
    const char *slash = strchr(login, '/');
    struct wire_message reply;
    struct wire_writer w;
    char name[65] = "";
    enum error e;

    if (snprintf(name, sizeof name, "%.*s", (int)strcspn(login, "/"), login) >= (int)sizeof name)
        return complain(why, ERROR_BAD_INPUT, "That login is too long.");
    client_begin(c, &w, WIRE_SIGN_IN);
    wire_put_text(&w, WIRE_F_LOGIN, name);
    if (slash)
        wire_put_text(&w, WIRE_F_ROLE, slash + 1);
    wire_put_text(&w, WIRE_F_PIN, pin);
    wire_put_text(&w, WIRE_F_WORKSTATION, "console");
    e = client_call(c, &w, &reply, why);
    return e == ERROR_OK ? text_copy(c->token, sizeof c->token, wire_text(&reply, WIRE_F_TOKEN))
                         : e;
}

void client_sign_out(struct client *c)
{
    struct wire_writer w;
    client_begin(c, &w, WIRE_SIGN_OUT);
    (void)client_call(c, &w, NULL, NULL);
    c->token[0] = '\0';
}
