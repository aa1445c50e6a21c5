/* The profiles that are built in: a table made by instruments/profiles/embed.cmake. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_BUILTIN_H
#define PHIAL_INSTRUMENTS_PROFILE_BUILTIN_H

#include <stddef.h>

struct profile_builtin {
    const char *id, *file;
    const unsigned char *text;
    size_t len;
};

extern const struct profile_builtin profile_builtins[];
extern const size_t profile_builtin_count;
/* The ids again, in the same order, NULL-terminated. */
extern const char *const profile_builtin_names[];

#endif
