/*
 * A recorded session: what went over a wire in both directions, with its times, as a text file.
 *
 *     phial-session 1
 *     source: document            where the bytes come from: document, capture or simulator
 *     profile: abbott-afinion-2   optional
 *     link: lis01                 optional: how the bytes are framed; the profile's otherwise
 *     started: 2026-03-12T09:41:02.345Z      optional
 *     note: Written from the interface manual's field tables.      any number
 *                                 (an empty line ends the header)
 *     0.000 < <ENQ>
 *     0.013 > <ACK>
 *     0.020 < <STX>1H|\^&|||Example<CR><ETX>43<CR><LF>
 *     0.041 < <00*53>
 *
 * A line is a time in seconds since the start, never going back; `<` for bytes from the instrument
 * or `>` for bytes to it; and what one read or write carried. Printable ASCII stands for itself, a
 * control character for its name (NUL SOH STX ETX EOT ENQ ACK ... LF CR ... ESC ... DEL), any other
 * byte, `<` itself and a blank at the end for two hexadecimal digits: `<3C>`, and `<FF>` is 0xFF. A
 * name may carry a count. A line that starts with `#` is a remark. For a link of reports each line
 * is one report.
 */
#ifndef PHIAL_INSTRUMENTS_RECORDING_H
#define PHIAL_INSTRUMENTS_RECORDING_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/model/wire.h"

enum recording_source { RECORDING_DOCUMENT, RECORDING_CAPTURE, RECORDING_SIMULATOR };

struct recording_chunk {
    uint64_t at; /* milliseconds since the start */
    enum wire_direction direction;
    struct span bytes;
};

/* Texts are never NULL: "" when the file does not say. All of it lives in the arena. */
struct recording {
    enum recording_source source;
    const char *profile, *link, *started;
    const char *note; /* the notes, joined by a blank */
    struct recording_chunk *chunks;
    size_t chunk_count;
    struct arena arena;
};

/* Whether the bytes begin as such a file does. */
bool recording_is(struct span bytes);
/* Reads a whole file; `name` is the file's name for complaints, which say the line. The caller
 * frees `out` by recording_free. */
enum error recording_read(const char *name, struct span bytes, struct recording *out,
                          struct complaint *why);
void recording_free(struct recording *r);

/* Appends the header, with its empty line. Texts that are "" or NULL are left out; only source,
 * profile, link, started and note are used. */
enum error recording_put_header(struct buffer *out, const struct recording *header);
/* Appends one line. */
enum error recording_put_chunk(struct buffer *out, const struct recording_chunk *chunk);

#endif
