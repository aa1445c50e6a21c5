/*
 * A printer at a network address: the ZPL conversation (zebra.h) over TCP, on a libuv loop.
 *
 * The address is resolved and the connection made before the process confines itself; the
 * connection is kept. When it breaks, `closed` is told and the process ends: core starts it again.
 */
#ifndef PHIAL_LABELS_PRINT_NETWORK_H
#define PHIAL_LABELS_PRINT_NETWORK_H

#include "labels/print/printer.h"

#include <uv.h>

struct network;

/* Begins to connect; `opened` or `closed` follows from the loop. Resolving a name blocks. */
enum error network_open(uv_loop_t *loop, const struct printer_setup *setup,
                        const struct printer_events *events, struct network **out,
                        struct complaint *why);
/* ERROR_BUSY while a label or a question is under way. `zpl` must live until `done`. */
enum error network_print(struct network *n, struct span zpl);
/* Asks how it is; `condition` follows. ERROR_BUSY as above; ERROR_UNSUPPORTED when it never
 * answers. */
enum error network_check(struct network *n);
/* Whether network_print would be taken. */
bool network_free(const struct network *n);
/* Closes and frees on the loop's next turns. NULL is fine. */
void network_close(struct network *n);

#endif
