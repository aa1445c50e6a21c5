/* Undoing what termios does to bytes under PARMRK. */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_PARMRK_H
#define PHIAL_INSTRUMENTS_TRANSPORT_PARMRK_H

#include <stddef.h>
#include <stdint.h>

/* Where in a mark the last chunk ended; zero at the start. */
enum parmrk_state { PARMRK_DATA, PARMRK_FF, PARMRK_FF_00 };

struct parmrk_result {
    size_t len;             /* bytes written to the output */
    size_t damaged, breaks; /* of these, bytes that were damaged and are NUL now */
};

/* termios(3): a byte received with a parity or framing error comes as FF 00 X, a break as
 * FF 00 00, a good FF as FF FF. `out` has room for `len` bytes and may be `in` itself. A damaged
 * byte leaves a NUL. */
struct parmrk_result parmrk_undo(enum parmrk_state *state, const uint8_t *in, size_t len,
                                 uint8_t *out);

#endif
