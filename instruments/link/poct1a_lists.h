/* Lists that are longer than what a device takes in one document (DSC.max_message_sz). */
#ifndef PHIAL_INSTRUMENTS_LINK_POCT1A_LISTS_H
#define PHIAL_INSTRUMENTS_LINK_POCT1A_LISTS_H

#include "core/base/buffer.h"

/* Appends documents of at most `max` bytes to `out`, each with the header and the root of
 * `document` and as many of the other elements below its root as fit. ERROR_TOO_BIG when one of
 * them alone is too long. */
enum error poct1a_split_list(struct span document, size_t max, struct buffer *out);

#endif
