/*
 * What a cart writes as bytes, as the text of a record: plain UTF-8 in the arena.
 *
 * Carts pad with blanks and NULs, leave what stood there before behind the first NUL, and write
 * dates as digits in a row.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_TEXT_H
#define PHIAL_INSTRUMENTS_ECG_TEXT_H

#include "core/base/arena.h"
#include "core/base/error.h"

/* The bytes before the first NUL without blanks and control characters at both ends, as
 * text_from_device reads them, cut at LIMIT_TEXT; "" when nothing is left. ERROR_NO_MEMORY. */
enum error ecg_text_take(struct arena *a, struct span bytes, const char **out);

/* A formatted text, likewise; nothing is left of a character that the format has cut. */
enum error ecg_text_format(struct arena *a, const char **out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "yyyymmdd" as "yyyy-mm-dd"; anything else as it stands. */
enum error ecg_date(struct arena *a, const char *text, const char **out);
/* "yyyymmddhhmmss", perhaps with a fraction and `+hhmm`, as `yyyy-mm-ddThh:mm:ss[.f][+hh:mm]`; also
 * with less behind the minutes; anything else as it stands. */
enum error ecg_date_time(struct arena *a, const char *text, const char **out);

#endif
