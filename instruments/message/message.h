/*
 * A message as a tree of records, fields, repeats and components, whatever the dialect.
 *
 * A decoder makes it out of a whole text: pure, bounded, everything in the caller's arena (DESIGN
 * 2). A path names a place in it: record type, field, component. Fields and components are
 * numbered (`O.24.2`, `PID.3.1`) or named (`PT.patient_id.V`, `result.code`), as the format has
 * it. In LIS02 the record type is field 1; in HL7 field 1 is the first behind the segment's name,
 * and MSH-1 the separator. Escapes are resolved after splitting, so a delimiter inside an escape
 * never splits.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_H
#define PHIAL_INSTRUMENTS_MESSAGE_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

struct message_repeat {
    const char *const *components; /* unescaped, valid UTF-8; at least one */
    size_t component_count;
    const char *whole;        /* all components joined as sent, valid UTF-8 */
    const char *const *names; /* of the components; NULL where they are numbered */
};

struct message_field {
    struct span raw; /* as sent, escapes and all; borrowed from the decoded text */
    const struct message_repeat *repeats;
    size_t repeat_count; /* at least 1 */
    const char *name;    /* NULL where fields are numbered */
};

enum { MESSAGE_TYPE_SIZE = 32 };

struct message_record {
    char type[MESSAGE_TYPE_SIZE]; /* "H", "OBX", "SVC", "result" ... */
    struct span raw;
    struct message_field *fields; /* fields[0] is field 1 */
    size_t field_count;
    unsigned depth; /* how deep it is nested; 0 where records do not nest */
};

struct message {
    struct message_record *records;
    size_t record_count;
};

/* LIS02-A2: delimiters from the H record (devices.md 5.2); records end in CR, LF is forgiven. One
 * text may hold several messages H..L; `*used` says how much of it this one took. Whether the
 * message has an L record is for the caller to ask: without one it may have broken off. */
enum error lis02_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                        struct complaint *why);

/* Field `field` (1-based), repeat `repeat` and component `component` (both 1-based; repeat 0 is
 * the first; component 0 is the whole repeat, joined as sent): "" when it is not there. Never
 * NULL. */
const char *message_at(const struct message_record *record, unsigned field, unsigned repeat,
                       unsigned component);

/* The same by names: the first field of that name; component NULL is the whole of its first
 * repeat. */
const char *message_named(const struct message_record *record, const char *field,
                          const char *component);

/* The four characters that an H record names; `|\^&` unless it says otherwise. */
struct lis02_delimiters {
    char field, repeat, component, escape;
};
struct lis02_delimiters lis02_delimiters_standard(void);
/* Reads them from a record that begins with H. */
enum error lis02_delimiters_read(struct span header, struct lis02_delimiters *out);

/* Composing: these two stand between the components and the repeats of one value. */
#define LIS02_NEXT_COMPONENT "\x1f"
#define LIS02_NEXT_REPEAT "\x1e"

/* Appends one record, ended by CR. values[0] is the record type; NULL is an empty field; trailing
 * empty fields are left out. Delimiters inside a value are escaped, control characters (which
 * LIS01 forbids) become blanks. Of an H record values[1] is not used: the delimiters stand
 * there. */
enum error lis02_put_record(struct buffer *out, const struct lis02_delimiters *delimiters,
                            const char *const *values, size_t count);

#endif
