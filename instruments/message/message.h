/*
 * A message as a tree of records, fields, repeats and components, whatever the dialect.
 *
 * A decoder makes it out of a whole text: pure, bounded, everything in the caller's arena (DESIGN
 * 2). Paths such as `O.3`, `O.24.2` or `P.6.1` name a place in it: record type, field as numbered
 * in the standard (the record type itself is field 1), component. Escapes are resolved after
 * splitting, so a delimiter inside an escape never splits.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_H
#define PHIAL_INSTRUMENTS_MESSAGE_H

#include "core/base/arena.h"
#include "core/base/error.h"

struct message_repeat;

struct message_field {
    struct span raw; /* as sent, escapes and all */
    struct message_repeat *repeats;
    size_t repeat_count; /* at least 1 */
};

struct message_repeat {
    const char **components; /* unescaped, valid UTF-8; at least one */
    size_t component_count;
};

struct message_record {
    char type[8]; /* "H", "P", "O", "R", "C", "Q", "L", "M", "S" ... */
    struct span raw;
    struct message_field *fields; /* fields[0] is field 1, the record type */
    size_t field_count;
};

struct message {
    struct message_record *records;
    size_t record_count;
};

/* LIS02-A2: delimiters from the H record (devices.md 5.2); records end in CR, LF is forgiven. One
 * text may hold several messages H..L; `*used` says how much of it this one took. */
enum error lis02_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                        struct complaint *why);

/* Field `field` (1-based), repeat `repeat` and component `component` (1-based; 0 means the whole
 * field's first repeat, joined as sent): "" when it is not there. Never NULL. */
const char *message_at(const struct message_record *record, unsigned field, unsigned repeat,
                       unsigned component);

#endif
