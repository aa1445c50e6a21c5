/* Which formats are damaged, and what each promises when it is. */
#ifndef PHIAL_TESTS_ECG_DAMAGE_FORMATS_H
#define PHIAL_TESTS_ECG_DAMAGE_FORMATS_H

#include "core/model/ecg.h"

/* How a format protects itself against a changed byte. */
enum damage_promise {
    DAMAGE_REFUSED, /* by checksums: every change is refused */
    DAMAGE_TOUCHED, /* not: a change is refused, or changes only the value that it touches */
    DAMAGE_BOUNDED  /* compressed: a change is refused, or spreads, within the limits */
};

struct damage_format {
    const char *name;
    enum ecg_format format;
    enum damage_promise promise;
    size_t tail; /* how many of the last bytes may be missing: nothing stands in them */
    enum error (*write)(const struct ecg *e, struct buffer *out);
};

extern const struct damage_format damage_formats[];
extern const size_t damage_format_count;

#endif
