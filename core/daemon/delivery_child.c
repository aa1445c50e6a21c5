/* The processes that hold the connections to health records; see delivery.h. */
#include "core/daemon/action.h"
#include "core/daemon/delivery.h"

#include <stdio.h>

static size_t line_of(const struct core *core, const struct child *c)
{
    size_t i = 0;
    while (i + 1 < core->delivery.count && core->delivery.lines[i].child != c)
        i++;
    return i;
}

void delivery_child_message(struct core *core, const struct child *c, const struct wire_message *m)
{
    if (m->type == WIRE_DELIVERED)
        delivery_answered(core, line_of(core, c), m);
    else if (m->type == WIRE_READY)
        delivery_look(core);
}

void delivery_child_gone(struct core *core, const struct child *c)
{
    delivery_lost(core, line_of(core, c));
}

static bool is_ready(void *context, size_t line)
{
    const struct core *core = context;
    return child_ready(core->delivery.lines[line].child);
}

/* In pieces that fit a packet. */
static enum error send_message(void *context, size_t line, const char *control, struct span bytes)
{
    struct core *core = context;
    enum error e = ERROR_OK;

    while (bytes.len && e == ERROR_OK) {
        size_t len = bytes.len < LIMIT_FRAME ? bytes.len : LIMIT_FRAME;
        struct wire_writer w;
        wire_begin(&w, WIRE_DELIVER);
        wire_put_text(&w, WIRE_F_CONTROL_ID, control);
        wire_put_bytes(&w, WIRE_F_BYTES, span_of(bytes.at, len));
        wire_put_number(&w, WIRE_F_LAST, len == bytes.len);
        e = child_send(core->delivery.lines[line].child, &w);
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return e;
}

static enum error add_child(struct core *core, struct delivery_line *line, struct complaint *why)
{
    const struct config_exchange *config = line->config;
    const struct child_spec spec = { CHILD_EXCHANGE, config->name, "child-exchange", NULL, false };
    char port[LIMIT_TEXT], timeout[32];
    struct wire_writer w;

    (void)snprintf(port, sizeof port, "tcp:%s", config->port);
    (void)snprintf(timeout, sizeof timeout, "timeout=%u", config->timeout_seconds);
    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, config->name);
    wire_put_text(&w, WIRE_F_PORT, port);
    wire_put_text(&w, WIRE_F_SETTINGS, timeout);
    if (exchange_endpoint_ack(line->profile) == EXCHANGE_ACK_BOTH)
        wire_put_text(&w, WIRE_F_SETTINGS, "answers=both");
    return supervise_add(core->children, &spec, &w, &line->child, why);
}

enum error delivery_add_children(struct core *core, struct complaint *why)
{
    struct delivery *d = &core->delivery;
    enum error e = ERROR_OK;

    d->port = (struct delivery_port) { core, is_ready, send_message };
    for (size_t i = 0; e == ERROR_OK && i < d->count; i++)
        e = add_child(core, &d->lines[i], why);
    return e;
}
