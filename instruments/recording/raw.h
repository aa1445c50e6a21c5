/* What raw bytes look like, and the repair of what publication cost them. For this folder. */
#ifndef PHIAL_INSTRUMENTS_RECORDING_RAW_H
#define PHIAL_INSTRUMENTS_RECORDING_RAW_H

#include "core/base/buffer.h"

enum { RAW_REPORT = 64 };

enum raw_form {
    RAW_REPORTS,  /* 64-byte reports of a Contour meter, one behind the other */
    RAW_FRAMES,   /* frames of LIS01 */
    RAW_LINES,    /* records of LIS02 without their frames */
    RAW_BLOCKS,   /* blocks of MLLP */
    RAW_XML,      /* documents, one behind the other */
    RAW_SEGMENTS, /* HL7 without its blocks */
    RAW_TEXT      /* anything else: reports of a printer-like device */
};
enum raw_form raw_form_of(struct span bytes);

/* Without a byte order mark. */
struct span raw_without_mark(struct span bytes);
/* Whether there is more than blanks and line ends. */
bool raw_says(struct span bytes);
/* Whether the first of the blocks holds XML. */
bool raw_holds_xml(struct span bytes);
/* How long the first HL7 message is: up to the next line that begins one. */
size_t raw_message_length(struct span bytes);
/* Takes the next report off `rest`: what stands between STX and ETX, or all of it when there is no
 * STX. False when nothing is left. */
bool raw_take_report(struct span *rest, struct span *report);

/* Writes the bytes with `<STX>`, `[STX]` or `{STX}` and the like read as what they name. Only text
 * that holds such an STX or VT, and no control character but line ends, is meant; ERROR_NOT_FOUND
 * for any other. */
enum error raw_read_names(struct span bytes, struct buffer *out);
/* Writes framed bytes with an ENQ before the first frame, CR LF behind each and an EOT at the end,
 * where they are missing. */
enum error raw_mend_frames(struct span bytes, struct buffer *out);
/* Writes lines of records without what publication left: a byte order mark, frame numbers and
 * checksums whose control characters were lost. */
enum error raw_mend_lines(struct span bytes, struct buffer *out);

#endif
