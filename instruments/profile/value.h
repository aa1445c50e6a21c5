/* What can be read from a value, a time or a code, beside its text as sent. Pure. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_VALUE_H
#define PHIAL_INSTRUMENTS_PROFILE_VALUE_H

#include "core/base/arena.h"
#include "core/base/error.h"

struct value_reading {
    const char *comparator; /* a constant: "<", "<=", ">", ">=" or "" */
    const char *number;     /* in the arena, with a decimal point; "" when it is no number */
};

/* Reads `5.9`, `>15.0`, `<= 1.005`, `-0.3`, `7,41`, `>^100` (HL7 type SN). A comma with exactly
 * three digits behind it could be either sign, so that `1,234` is no number. `+1` is a grade, not a
 * number. */
struct value_reading value_read(const char *text, struct arena *arena);

/* `YYYYMMDD[HHMM[SS[.fraction]]][+-HHMM]` (devices.md 5.2), also already in the form below:
 * `2024-12-06`, `2024-12-06T14:12`, `2024-12-06 14:12:35+05:00`: what was not sent is not there.
 * ERROR_BAD_INPUT when it is no time. */
enum error value_time(const char *text, struct arena *arena, const char **out);

/* The same for a time in the device's own form, `format` as strptime(3) reads it. Only the parts
 * that the format names are there. */
enum error value_time_by(const char *format, const char *text, struct arena *arena,
                         const char **out);
/* The reverse, for simulators: an ISO time in such a form; as it is when it is none. */
void value_time_as(const char *format, const char *time, char *out, size_t size);
/* Whether a format is one: it names at least year, month and day. */
bool value_time_format_is(const char *format);

/* Digits, a hyphen and the right check digit (mod 10, double-add-double). */
bool value_is_loinc(const char *text);

#endif
