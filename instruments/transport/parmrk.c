/* PARMRK undone, byte by byte, over any cut. */
#include "instruments/transport/parmrk.h"

enum { MARK = 0xff };

struct parmrk_result parmrk_undo(enum parmrk_state *state, const uint8_t *in, size_t len,
                                 uint8_t *out)
{
    struct parmrk_result r = { 0, 0, 0 };
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = in[i];
        if (*state == PARMRK_DATA && byte == MARK) {
            *state = PARMRK_FF;
        } else if (*state == PARMRK_FF && byte == 0) {
            *state = PARMRK_FF_00;
        } else if (*state == PARMRK_FF_00) {
            r.damaged++;
            r.breaks += byte == 0;
            out[r.len++] = 0;
            *state = PARMRK_DATA;
        } else { /* data, or the second byte of a doubled FF */
            out[r.len++] = byte;
            *state = PARMRK_DATA;
        }
    }
    return r;
}
