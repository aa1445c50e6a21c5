/* Connections of strangers, in the order in which they came. */
#include "web/visitors.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    LOOK_MS = 1000,
    PACE_MS = 10,
    PACE = 30, /* turned out each time */
    MS_PER_SECOND = 1000,
};

static void forget(struct visitors *v, struct visitor *visitor)
{
    if (visitor->known)
        return;
    *visitor->place = visitor->next;
    if (visitor->next)
        visitor->next->place = visitor->place;
    else
        v->end = visitor->place;
    visitor->known = true;
    v->count--;
    v->counts[visitor->origin]--;
    if (!v->strangers)
        (void)uv_timer_stop(&v->timer);
}

/* libmicrohttpd finds the connection at its end and closes it. */
static void turn_out(struct visitors *v, struct visitor *visitor)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(visitor->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    forget(v, visitor);
    if (info)
        (void)shutdown(info->connect_fd, SHUT_RDWR);
}

/* Where it comes from: an IPv4 address, or an IPv6 network of 64 bits, which one machine has whole.
 */
static uint8_t origin_of(const struct visitors *v, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    const uint8_t *bytes = NULL;
    size_t len = 0;
    uint64_t hash = v->salt;

    if (address && address->sa_family == AF_INET) {
        bytes = (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
        len = 4;
    } else if (address && address->sa_family == AF_INET6) {
        bytes = (const uint8_t *)&((const struct sockaddr_in6 *)address)->sin6_addr;
        len = 8;
    }
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211); /* FNV-1a */
    return (uint8_t)(hash >> 32);
}

/* The oldest of those who come from where most come from. */
static struct visitor *least_welcome(const struct visitors *v)
{
    struct visitor *found = v->strangers;
    uint8_t most = 0;

    for (unsigned i = 1; i < VISITORS_ORIGINS; i++)
        if (v->counts[i] > v->counts[most])
            most = (uint8_t)i;
    while (found->origin != most)
        found = found->next;
    return found;
}

/* Those who stay too long; and, one after another, those who are too many. */
static void on_look(uv_timer_t *timer)
{
    struct visitors *v = timer->data;
    int64_t oldest = clock_now(&v->clock) - VISITORS_STRANGER_SECONDS * MS_PER_SECOND;

    while (v->strangers && v->strangers->since < oldest)
        turn_out(v, v->strangers);
    for (unsigned i = 0; i < PACE && v->count > VISITORS_STRANGERS; i++)
        turn_out(v, least_welcome(v));
    uv_timer_set_repeat(timer, v->count > VISITORS_STRANGERS ? PACE_MS : LOOK_MS);
}

static void arrive(struct visitors *v, struct MHD_Connection *connection, void **place)
{
    struct visitor *visitor = calloc(1, sizeof *visitor);

    *place = visitor;
    if (!visitor)
        return; /* it is served, and ends by its own time limit */
    visitor->connection = connection;
    visitor->since = clock_now(&v->clock);
    visitor->origin = origin_of(v, connection);
    visitor->place = v->end;
    *v->end = visitor;
    v->end = &visitor->next;
    v->counts[visitor->origin]++;
    if (v->count++ == 0)
        (void)uv_timer_start(&v->timer, on_look, LOOK_MS, LOOK_MS);
    if (v->count == VISITORS_STRANGERS + 1)
        (void)uv_timer_start(&v->timer, on_look, PACE_MS, PACE_MS);
}

enum error visitors_open(struct visitors *v, uv_loop_t *loop, struct clock clock,
                         struct entropy entropy)
{
    *v = (struct visitors) { .clock = clock };
    v->end = &v->strangers;
    entropy.fill(entropy.context, &v->salt, sizeof v->salt);
    if (uv_timer_init(loop, &v->timer) != 0)
        return ERROR_BUG;
    v->timer.data = v;
    return ERROR_OK;
}

void visitors_notify(void *context, struct MHD_Connection *connection, void **place,
                     enum MHD_ConnectionNotificationCode what)
{
    struct visitors *v = context;
    struct visitor *visitor = *place;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        arrive(v, connection, place);
        return;
    }
    if (!visitor)
        return;
    forget(v, visitor);
    free(visitor);
    *place = NULL;
}

void visitors_know(struct visitors *v, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (info && info->socket_context)
        forget(v, info->socket_context);
}
