/*
 * Inside instruments/import: the plain files beneath a folder or stick, which is never written to.
 *
 * What begins with a dot, what a system keeps for itself (its wastebasket, its index), what FAT
 * marks as hidden or system, links, devices and other file systems mounted beneath are passed by. A
 * walk goes LIMIT_IMPORT_DEPTH folders deep and sees LIMIT_IMPORT_FILES files at most.
 */
#ifndef PHIAL_INSTRUMENTS_IMPORT_WALK_H
#define PHIAL_INSTRUMENTS_IMPORT_WALK_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct import_walk {
    void *context;
    /* A file, open for reading; it is closed afterwards. NULL only to count. An error ends the
     * walk. */
    enum error (*file)(void *context, int fd);
    size_t files;      /* that were seen */
    size_t unreadable; /* files and folders that could not be opened, read or gone into */
    bool more;         /* there are more, or deeper ones, than it looks at */
};

/* Walks a file or a folder; adds to the counts. ERROR_NOT_FOUND, ERROR_DENIED or ERROR_IO with a
 * sentence when `path` itself cannot be opened; else what `file` said. */
enum error import_walk(struct import_walk *w, const char *path, struct complaint *why);

#endif
