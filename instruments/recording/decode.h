/*
 * What a file means: the bytes of a device, raw or recorded, as records.
 *
 * Raw bytes come in several forms, recognised in this order: a recorded session; LIS01 frames
 * packed in 64-byte reports; LIS01 frames; the same with control characters written out (`<STX>`,
 * `[STX]`); plain lines of records. Line ends and a missing ENQ or EOT, which publication often
 * costs, are put back; damage that a checksum shows is not.
 */
#ifndef PHIAL_INSTRUMENTS_RECORDING_DECODE_H
#define PHIAL_INSTRUMENTS_RECORDING_DECODE_H

#include "instruments/profile/profile.h"

struct decode_options {
    const char *profile; /* an id, or NULL to recognise it */
    const char *folder;  /* of the site's own profiles, or NULL */
};

/* What comes out, in order; a record is valid during the call. An error ends the decoding. */
struct decode_sink {
    void *context;
    enum error (*record)(void *context, const struct record *record);
};

/* `name` is the file's name for complaints. ERROR_BAD_INPUT when the bytes hold no message or are
 * damaged: whole messages before the damage have then been given to the sink. */
enum error decode_bytes(const char *name, struct span bytes, const struct decode_options *options,
                        const struct decode_sink *sink, struct complaint *why);

#endif
