/* Walking by descriptors, so that what is looked at is what was found; see the header. */
#include "instruments/import/import_walk.h"

#include "core/base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/msdos_fs.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a walk stands: it never leaves the file system that it began on. */
struct place {
    int fd;
    unsigned depth;
    dev_t device;
};

/* What systems keep on a stick for themselves. */
static bool is_of_system(const char *name)
{
    static const char *const names[] = { "System Volume Information",
                                         "$RECYCLE.BIN",
                                         "RECYCLER",
                                         "LOST.DIR",
                                         "lost+found",
                                         "desktop.ini",
                                         "Thumbs.db",
                                         "autorun.inf" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return name[0] == '.' || name[0] == '~';
}

static bool is_hidden(int fd)
{
    __u32 attributes = 0;
    return ioctl(fd, FAT_IOCTL_GET_ATTRIBUTES, &attributes) == 0 &&
           attributes & (ATTR_HIDDEN | ATTR_SYS);
}

/* Without changing even the time of the last access, where we may ask for that (open(2): the file's
 * owner may). */
static int open_for_reading(int folder, const char *name, int flags)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOATIME | flags);
    if (fd < 0 && errno == EPERM)
        fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
    return fd;
}

static enum error walk_folder(struct import_walk *w, struct place at);

static enum error take_file(struct import_walk *w, int fd)
{
    if (w->files == LIMIT_IMPORT_FILES) {
        w->more = true;
        return ERROR_OK;
    }
    w->files++;
    return w->file ? w->file(w->context, fd) : ERROR_OK;
}

/* Takes the descriptor over. */
static enum error take_entry(struct import_walk *w, struct place at)
{
    enum error e = ERROR_OK;
    struct stat s;

    if (fstat(at.fd, &s) != 0)
        w->unreadable++;
    else if (S_ISREG(s.st_mode) && !is_hidden(at.fd))
        e = take_file(w, at.fd);
    else if (S_ISDIR(s.st_mode) && s.st_dev == at.device && !is_hidden(at.fd)) {
        if (at.depth <= LIMIT_IMPORT_DEPTH)
            return walk_folder(w, at);
        w->more = true;
    }
    (void)close(at.fd);
    return e;
}

/* Links and devices are not even opened. */
static bool is_worth_opening(int folder, const char *name)
{
    struct stat s;
    return !is_of_system(name) && fstatat(folder, name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
           (S_ISREG(s.st_mode) || S_ISDIR(s.st_mode));
}

static enum error walk_folder(struct import_walk *w, struct place at)
{
    DIR *d = fdopendir(at.fd);
    const struct dirent *entry;
    enum error e = ERROR_OK;

    if (!d) {
        w->unreadable++;
        (void)close(at.fd);
        return ERROR_OK;
    }
    while (e == ERROR_OK && !w->more && (errno = 0, entry = readdir(d)) != NULL) {
        struct place next = { -1, at.depth + 1, at.device };
        if (!is_worth_opening(at.fd, entry->d_name))
            continue;
        next.fd = open_for_reading(at.fd, entry->d_name, O_NOFOLLOW);
        if (next.fd < 0)
            w->unreadable++;
        else
            e = take_entry(w, next);
        errno = 0;
    }
    w->unreadable += errno != 0; /* the stick was pulled */
    (void)closedir(d);
    return e;
}

enum error import_walk(struct import_walk *w, const char *path, struct complaint *why)
{
    struct place at = { open_for_reading(AT_FDCWD, path, 0), 0, 0 };
    struct stat s;

    if (at.fd < 0 && errno == ENOENT)
        return complain(why, ERROR_NOT_FOUND, "%s is not there.", path);
    if (at.fd < 0 && errno == EACCES)
        return complain(why, ERROR_DENIED, "%s may not be read by this user.", path);
    if (at.fd < 0 || fstat(at.fd, &s) != 0) {
        if (at.fd >= 0)
            (void)close(at.fd);
        return complain(why, ERROR_IO, "%s cannot be read.", path);
    }
    at.device = s.st_dev;
    return take_entry(w, at);
}
