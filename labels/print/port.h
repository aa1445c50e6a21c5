/*
 * Inside labels/print: bytes to and from a printer, by whatever way.
 *
 * `opened` comes from the loop, never from within the open function; nothing is read from the
 * printer before it returned. `closed` is the last event, once; it comes for a port that could not
 * be opened, too. A port that is closed tells nothing any more.
 */
#ifndef PHIAL_LABELS_PRINT_PORT_H
#define PHIAL_LABELS_PRINT_PORT_H

#include "core/base/span.h"
#include "labels/print/printer.h"

#include <uv.h>

struct port;

struct port_events {
    void *context;
    void (*opened)(void *context);
    void (*bytes)(void *context, struct span bytes);
    /* The answer to `ask`: a fault the port itself knows of, or NULL. */
    void (*status)(void *context, const char *fault);
    void (*closed)(void *context, const char *sentence);
};

struct port_functions {
    /* Takes a copy. What cannot be written shows as `closed`, or as the printer's silence. */
    void (*write)(struct port *port, struct span bytes);
    void (*ask)(struct port *port); /* NULL when the port knows nothing by itself */
    /* Waits a moment for what was written last; frees on the loop's next turns. */
    void (*close)(struct port *port);
};

/* The first member of each kind's own state. */
struct port {
    const struct port_functions *functions;
    struct port_events events;
    bool one_way; /* nothing ever comes back; known when `opened` is told */
};

/* Resolving a name blocks: before the process confines itself. */
enum error network_open(uv_loop_t *loop, const struct printer_setup *setup,
                        const struct port_events *events, struct port **out, struct complaint *why);
/* A printer of the USB class (usb.c). */
enum error usb_open(uv_loop_t *loop, const struct printer_setup *setup,
                    const struct port_events *events, struct port **out, struct complaint *why);

#endif
