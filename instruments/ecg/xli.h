/*
 * XLI: how Philips carts compress the samples of a resting EKG.
 *
 * The form, as public readers of such files describe it, and as a public file of a HeartStart MRx
 * has it:
 *
 * One chunk for each lead, one behind the other: 4 bytes size of what follows the header, 2 bytes
 * of a code whose meaning nobody says (1 as far as seen), 2 bytes first difference; all little
 * endian. Then 10-bit LZW codes, most significant bit first: 0 to 255 are bytes, strings are
 * numbered from 256 as they arise until 1022, 1023 ends the stream; there is no clear code. The
 * bytes are the high bytes of all differences, then their low bytes. The first two differences are
 * the first two samples; from then on
 *
 *     sample[i] = 2 * sample[i-1] - sample[i-2] - d[i-1],  d[1] = the first difference of the
 *                 header, d[i] = difference[i] - 64 from 2 on
 *
 * in 16 bits: what leaves them wraps, as it did when the cart took the differences (readers that
 * calculate in more bits run away from the signal there).
 *
 * III, aVR, aVL and aVF are stored as what is left of their computed values; xli_restore brings
 * them back. Its divisions round towards zero: three of four public readers do so, and where a file
 * tells the difference apart (a public test's values of a 1.04 file), rounding down gives an aVF
 * that is 1.5 units from (II + III)/2, which no rounding of the cart explains.
 *
 * Pure; every length is checked against the bytes that are there.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_XLI_H
#define PHIAL_INSTRUMENTS_ECG_XLI_H

#include "core/base/error.h"
#include "core/base/span.h"

struct xli_chunk {
    struct span codes;
    uint16_t code; /* of unknown meaning */
    int16_t first; /* difference */
};

enum { XLI_LIMB_LEADS = 6 };

/* Cuts one chunk off `*rest`. ERROR_BAD_INPUT when it is not there as a whole. */
enum error xli_next(struct span *rest, struct xli_chunk *out, struct complaint *why);

/* The bytes of a chunk into `room`. ERROR_BAD_INPUT for a code that cannot be, for an odd number
 * of bytes, and for more bytes than `room` has. */
enum error xli_expand(struct span codes, uint8_t *room, size_t size, size_t *len,
                      struct complaint *why);

/* The samples out of an even number of bytes; `out` has room for half as many. */
void xli_samples(struct span bytes, int16_t first, int32_t *out);

/* `leads` of the first six in the order I, II, III, aVR, aVL, aVF, with `count` samples each:
 * puts true samples into the place of what is left. */
void xli_restore(int32_t *const leads[XLI_LIMB_LEADS], size_t lead_count, size_t count);

#endif
