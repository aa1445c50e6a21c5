/* Inside instruments/transport: what the kinds of transport share. */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_KIND_H
#define PHIAL_INSTRUMENTS_TRANSPORT_KIND_H

#include "core/base/buffer.h"
#include "core/usb/usb_find.h"
#include "instruments/transport/transport.h"

struct transport_functions {
    size_t size; /* of the kind's own state */
    /* Begins to wait for the port, or tells `ready` by transport_tell_ready. `listener` is -1 or
     * taken over. */
    enum error (*open)(struct transport *t, int listener, struct complaint *why);
    void (*start)(struct transport *t);
    enum error (*write)(struct transport *t, struct span out);
    void (*listen)(struct transport *t, bool on);
    void (*close)(struct transport *t); /* closes its handles with transport_close_handle */
};

extern const struct transport_functions transport_serial, transport_listener, transport_tcp,
    transport_usb, transport_folder;

/* The first member of each kind's own state. */
struct transport {
    const struct transport_functions *functions;
    uv_loop_t *loop;
    struct transport_port port;
    struct transport_line line;
    struct transport_events events;
    struct complaint waits; /* what `waiting` told last */
    uv_timer_t timer;
    unsigned handles; /* of libuv, open; the memory goes with the last */
    bool started, gone, closing;
};

enum { TRANSPORT_RETRY_MS = 500, TRANSPORT_READ = 16 * 1024 };

/* What a port that is named by USB ids looks for. */
void transport_usb_wanted(const struct transport_port *port, struct usb_wanted *out);
void transport_tell_waiting(struct transport *t, const struct complaint *why);
/* Tells `ready` on the loop's next turn. */
void transport_tell_ready(struct transport *t);
/* Tells that the port is gone for good, once. */
void transport_tell_gone(struct transport *t, const char *sentence);
/* Counts a handle that was just made; its data becomes the transport. */
void transport_own_handle(struct transport *t, uv_handle_t *handle);
void transport_close_handle(struct transport *t, uv_handle_t *handle);

#endif
