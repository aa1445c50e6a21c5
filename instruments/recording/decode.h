/*
 * What a file means: the bytes of a device, raw or recorded, as records.
 *
 * Raw bytes come in several forms (raw.h): a recorded session; LIS01 frames, also packed in 64-byte
 * reports; LIS02 records as plain lines; HL7 in MLLP blocks or as plain segments; XML documents,
 * one or a whole conversation, also in MLLP blocks; text reports of any printer-like device; each
 * also with control characters written out (`<STX>`, `[STX]`). Line ends and a missing ENQ or EOT,
 * which publication often costs, are put back; damage that a checksum shows is not. A file of an
 * EKG cart is told by its content (instruments/ecg). A profile that is named wins over what the
 * bytes look like.
 */
#ifndef PHIAL_INSTRUMENTS_RECORDING_DECODE_H
#define PHIAL_INSTRUMENTS_RECORDING_DECODE_H

#include "core/model/ecg.h"
#include "instruments/profile/profile.h"

struct decode_options {
    const char *profile; /* an id, or NULL to recognise it */
    const char *folder;  /* of the site's own profiles, or NULL */
    int64_t now;         /* ms, for times that lie in the future; 0: not known */
};

/* What comes out, in order; a record is valid during the call. An error ends the decoding. `ecg`
 * may be NULL: then files of EKG carts are refused. */
struct decode_sink {
    void *context;
    enum error (*record)(void *context, const struct record *record);
    enum error (*ecg)(void *context, const struct ecg *ecg);
};

/* `name` is the file's name for complaints. ERROR_BAD_INPUT when the bytes hold no message or are
 * damaged: whole messages before the damage have then been given to the sink. What
 * they are instead, such as a picture, is then the reason. */
enum error decode_bytes(const char *name, struct span bytes, const struct decode_options *options,
                        const struct decode_sink *sink, struct complaint *why);

#endif
