/* Writing labels as files. */
#include "labels/print/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { NAME_TRIES = 1000, NAME_SIZE = 64 };

enum error folder_open(const char *path, int *folder, struct complaint *why)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return complain(why, ERROR_NOT_FOUND,
                        "The folder %s for labels cannot be opened (%s): make it, and give Phial "
                        "the right to write there.",
                        path, strerror(errno));
    *folder = fd;
    return ERROR_OK;
}

/* A new file of the first free name, or -1 with errno. */
static int create(int folder, const struct label *label, const char *ending)
{
    char name[NAME_SIZE], copy[24] = "", again[24] = "";
    int fd = -1;

    if (label->copy)
        (void)snprintf(copy, sizeof copy, "-copy-%u", label->copy);
    for (unsigned i = 1; i <= NAME_TRIES; i++) {
        if (i > 1)
            (void)snprintf(again, sizeof again, "-%u", i);
        (void)snprintf(name, sizeof name, "%s%s%s.%s", label->accession, copy, again, ending);
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
        if (fd >= 0 || errno != EEXIST)
            break;
    }
    return fd;
}

static bool write_whole(int fd, struct span bytes)
{
    while (bytes.len) {
        ssize_t written = write(fd, bytes.at, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = span_of(bytes.at + written, bytes.len - (size_t)written);
    }
    return true;
}

enum print_status folder_print(int folder, const struct label *label, const char *ending,
                               struct span picture, struct complaint *why)
{
    int fd = create(folder, label, ending);
    bool safe;

    if (fd < 0) {
        (void)complain(why, ERROR_IO, "No file can be made in the folder for labels (%s).",
                       strerror(errno));
        return PRINT_FAILED;
    }
    safe = write_whole(fd, picture) && fsync(fd) == 0 && fsync(folder) == 0;
    if (!safe)
        (void)complain(why, ERROR_IO,
                       "The label's file could not be written whole (%s): make room, delete it, "
                       "and print again.",
                       strerror(errno));
    if (close(fd) != 0)
        safe = false;
    return safe ? PRINT_DONE : PRINT_FAILED;
}
