/* Finding the calls of libcups; see the header. */
#include "labels/print/cups_calls.h"

#include <dlfcn.h>
#include <string.h>

static const char library[] = "libcups.so.2";

enum error cups_calls_open(struct cups_calls *out, struct complaint *why)
{
    static const char *const names[] = {
#define CUPS_NAME(name) #name,
        CUPS_CALLS(CUPS_NAME)
#undef CUPS_NAME
    };
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL), *found;
    struct cups_calls calls;

    _Static_assert(sizeof calls == sizeof names, "a name for each call");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found = handle ? dlsym(handle, names[i]) : NULL;
        if (!found)
            return complain(why, ERROR_NOT_FOUND,
                            "The printing system's library %s is missing or too old: install the "
                            "Debian package libcups2.",
                            library);
        /* POSIX: a pointer of dlsym is one to a function (dlsym, Application Usage). */
        memcpy((char *)&calls + i * sizeof found, &found, sizeof found);
    }
    *out = calls;
    return ERROR_OK;
}
