/* A ZIP archive of stored files (APPNOTE.TXT 6.3.3, method 0): what a browser saves in one click.
 */
#ifndef PHIAL_CORE_DAEMON_ZIP_H
#define PHIAL_CORE_DAEMON_ZIP_H

#include "core/base/buffer.h"
#include "core/base/error.h"

enum { ZIP_FILES = 64, ZIP_NAME = 64 };

struct zip {
    struct buffer *out;
    struct {
        char name[ZIP_NAME];
        uint32_t crc, size, offset;
    } files[ZIP_FILES];
    size_t count;
};

void zip_begin(struct zip *z, struct buffer *out);
/* ERROR_FULL after ZIP_FILES; ERROR_TOO_BIG for a file or an archive of 4 GB, or a long name. */
enum error zip_add(struct zip *z, const char *name, struct span bytes);
enum error zip_end(struct zip *z);

#endif
