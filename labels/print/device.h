/*
 * Printers that are open: each begins to connect, and tells `opened` or `closed` from the loop.
 *
 * What needs a path or an address happens before `opened`, so that the process can confine itself
 * then. When the printer goes, `closed` is told and the process ends: core starts it again, and it
 * waits for the printer.
 */
#ifndef PHIAL_LABELS_PRINT_DEVICE_H
#define PHIAL_LABELS_PRINT_DEVICE_H

#include "labels/print/printer.h"

#include <uv.h>

/* A port (network.c, usb.c) and the conversation over it (talk.h). */
enum error device_open(uv_loop_t *loop, const struct printer_setup *setup,
                       const struct printer_events *events, struct printer **out,
                       struct complaint *why);
/* A CUPS queue, by a process of its own (queue_worker.c), because libcups blocks. */
enum error queue_open(uv_loop_t *loop, const struct printer_setup *setup,
                      const struct printer_events *events, struct printer **out,
                      struct complaint *why);

#endif
