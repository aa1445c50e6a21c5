/* What raw bytes look like, and the repair of what publication cost them. For this folder. */
#ifndef PHIAL_INSTRUMENTS_RECORDING_RAW_H
#define PHIAL_INSTRUMENTS_RECORDING_RAW_H

#include "core/base/buffer.h"

/* 64-byte reports of a Contour meter, one behind the other. */
bool raw_is_reports(struct span bytes);
/* At least one STX: frames of LIS01. */
bool raw_is_framed(struct span bytes);
/* Writes the bytes with `<STX>`, `[STX]` or `{STX}` and the like read as what they name. Only text
 * that holds such an STX, and no control character but line ends, is meant; ERROR_NOT_FOUND for
 * any other. */
enum error raw_read_names(struct span bytes, struct buffer *out);
/* Writes framed bytes with an ENQ before the first frame, CR LF behind each and an EOT at the end,
 * where they are missing. */
enum error raw_mend_frames(struct span bytes, struct buffer *out);
/* Writes lines of records without what publication left: a byte order mark, frame numbers and
 * checksums whose control characters were lost. */
enum error raw_mend_lines(struct span bytes, struct buffer *out);

#endif
