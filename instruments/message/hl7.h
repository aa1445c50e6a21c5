/*
 * HL7 version 2 in its bar notation (devices.md 5.4): delimiters, escapes and character sets, for
 * the decoder, the link and the encoder.
 *
 * A field is numbered as the standard does: PID.3 is field 3 of the record PID, MSH.1 is the
 * separator and MSH.2 the other delimiters, unsplit. Splitting comes first, then escapes, then
 * the character set. The null value `""` is empty text; raw keeps it. Subcomponents stay inside
 * the component's text.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_HL7_H
#define PHIAL_INSTRUMENTS_MESSAGE_HL7_H

#include "instruments/message/message.h"

struct hl7_delimiters {
    char field, component, repeat, escape, subcomponent;
};

/* What bytes above 0x7f mean (MSH-18). */
enum hl7_charset {
    HL7_CHARSET_UNSAID, /* UTF-8 where it is, else ISO 8859-1 */
    HL7_CHARSET_UTF8,   /* also ASCII and sets we do not know: what is not UTF-8 becomes U+FFFD */
    HL7_CHARSET_8859_1,
    HL7_CHARSET_8859_9,
    HL7_CHARSET_8859_15
};

enum { HL7_HEADER_FIELDS = 21 };

/* An MSH segment, its fields raw; field[0] is not used. Borrowed from the text. */
struct hl7_header {
    struct hl7_delimiters delimiters;
    enum hl7_charset charset;
    struct span field[HL7_HEADER_FIELDS + 1];
};

struct hl7_delimiters hl7_delimiters_standard(void);
/* Finds and reads the first MSH segment of a text, behind what a batch puts in front (FHS, BHS).
 * ERROR_BAD_INPUT when the text does not begin so. */
enum error hl7_header_read(struct span text, struct hl7_header *out);
/* A raw field's component (from 1) of its first repeat, escapes and all; empty when not there. */
struct span hl7_raw_component(const struct hl7_delimiters *d, struct span field,
                              unsigned component);
/* Takes the next line that is not blank off `rest`: CR, LF and CR LF all end one. */
bool hl7_take_segment(struct span *rest, struct span *segment);
/* True when the segment has this name. */
bool hl7_segment_is(struct span segment, const char *name);
/* What bytes above 0x7f mean in text whose MSH-18 says this. */
enum hl7_charset hl7_charset_read(struct span name);

/* One message: an MSH segment and all up to the next one. Segments end in CR, LF is forgiven; one
 * text may hold several messages, with or without batch segments around them; `*used` says how
 * much of it this one took. ERROR_BAD_INPUT when the text does not begin with one. */
enum error hl7_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                      struct complaint *why);

/* Part `sub` (from 1) of a component at its subcomponent delimiter, unescaped, in the arena; ""
 * when it is not there or memory is out. `header` is the message's MSH record. */
const char *hl7_subcomponent(const struct message_record *header,
                             const struct message_record *record, unsigned field, unsigned repeat,
                             unsigned component, unsigned sub, struct arena *arena);

/* Appends the raw bytes with their escapes resolved, as bytes of the same character set. Unknown
 * escapes stay as they are; line breaks that were escaped become blanks. */
enum error hl7_unescape(const struct hl7_delimiters *d, struct span raw, struct buffer *out);
/* Appends bytes of a character set as plain UTF-8: what is wrong or a control becomes U+FFFD. */
enum error hl7_to_utf8(enum hl7_charset charset, struct span bytes, struct buffer *out);
/* The reverse: what the set does not have becomes `?`. Unsaid and ASCII have nothing above 0x7f. */
enum error hl7_from_utf8(enum hl7_charset charset, bool ascii, struct span text,
                         struct buffer *out);

enum { HL7_TIME_SIZE = 32 };
/* `20260401050000-0500`: ms since 1970, minutes that the zone is ahead of UTC. */
void hl7_format_time(int64_t utc, int offset, char *out);
/* Whether a raw field says something: neither empty nor the null value. */
bool hl7_field_is_given(struct span raw);

/* The MSH segment of an answer: addressed back, in the other side's delimiters, version and
 * character set, whose raw fields it repeats. */
struct hl7_reply {
    const struct hl7_header *to;
    struct span type;    /* MSH-9, raw */
    const char *control; /* MSH-10: unique among ours */
    const char *time;
    bool wants_nothing; /* MSH-15 and MSH-16 say that no acknowledgement is wanted */
};
enum error hl7_put_reply_header(struct buffer *out, const struct hl7_reply *reply);
/* Its MSA segment: MSA-2 is the other side's MSH-10, to the byte. */
enum error hl7_put_acknowledgement(struct buffer *out, const struct hl7_header *to,
                                   const char *code);

/* Composing: these stand between the parts of one value. */
#define HL7_NEXT_COMPONENT "\x1f"
#define HL7_NEXT_REPEAT "\x1e"
#define HL7_NEXT_SUBCOMPONENT "\x1d"

/* Appends one segment, ended by CR. values[0] is its name, values[n] its field n; NULL is an empty
 * field; trailing empty fields are left out. Delimiters inside a value are escaped, control
 * characters written in hexadecimal. Of MSH the values 1 and 2 are not used: the delimiters stand
 * there. */
enum error hl7_put_segment(struct buffer *out, const struct hl7_delimiters *d,
                           const char *const *values, size_t count);
/* A whole message from its tree; the delimiters are those of its MSH record. */
enum error hl7_encode(const struct message *m, struct buffer *out);

#endif
