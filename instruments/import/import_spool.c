/* Files into the folder, and the list of those that were brought; see the header. */
#include "instruments/import/import_spool.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/import/import_known.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 2 * IMPORT_HASH, NAME_SIZE = HEX + 16 };

static const char suffix[] = ".ekg", list_name[] = ".imported";

struct import_spool {
    int folder, list;
    struct stat owner; /* of the folder: root may bring what another user's core takes */
    struct import_known *known;
};

/* ---- names ---- */

static void name_of(const uint8_t hash[IMPORT_HASH], const char *before, const char *after,
                    char out[NAME_SIZE])
{
    char hex[HEX + 1];
    text_hex(hex, span_of(hash, IMPORT_HASH));
    (void)snprintf(out, NAME_SIZE, "%s%s%s", before, hex, after);
}

/* HEX.ekg, and HEX.ekg.1 where the folder's driver met the same name. */
static bool hash_of_name(const char *name, uint8_t hash[IMPORT_HASH])
{
    char hex[HEX + 1];
    if (strlen(name) < HEX || strncmp(name + HEX, suffix, sizeof suffix - 1) != 0)
        return false;
    memcpy(hex, name, HEX);
    hex[HEX] = '\0';
    return text_unhex(hash, IMPORT_HASH, hex) == ERROR_OK;
}

/* ---- the list ---- */

static enum error note_known(struct import_spool *s, const uint8_t hash[IMPORT_HASH])
{
    char line[HEX + 2];

    if (import_known_has(s->known, hash))
        return ERROR_OK;
    text_hex(line, span_of(hash, IMPORT_HASH));
    line[HEX] = '\n';
    if (write(s->list, line, HEX + 1) != HEX + 1 || fdatasync(s->list) != 0)
        return ERROR_IO;
    return import_known_add(s->known, hash);
}

/* A line that is no hash is what a power cut left: it is passed by. */
static enum error read_list(struct import_spool *s)
{
    FILE *f = fdopen(dup(s->list), "r");
    uint8_t hash[IMPORT_HASH];
    char line[HEX + 2];
    enum error e = f ? ERROR_OK : ERROR_IO;

    while (e == ERROR_OK && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (strlen(line) == HEX && text_unhex(hash, IMPORT_HASH, line) == ERROR_OK)
            e = import_known_add(s->known, hash);
    }
    if (f)
        (void)fclose(f);
    return e;
}

/* A list that is full begins again: what is brought once more, core knows as a repeat. */
static enum error open_list(struct import_spool *s)
{
    struct stat at;
    s->list =
        openat(s->folder, list_name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (s->list < 0 || flock(s->list, LOCK_EX) != 0 || fstat(s->list, &at) != 0)
        return ERROR_IO;
    if (geteuid() == 0 && fchown(s->list, s->owner.st_uid, s->owner.st_gid) != 0)
        return ERROR_IO;
    if (at.st_size >= (off_t)LIMIT_IMPORT_KNOWN * (HEX + 1) && ftruncate(s->list, 0) != 0)
        return ERROR_IO;
    return read_list(s);
}

/* ---- what core has taken ---- */

/* Calls `each` for every file of ours in a folder within the spool ("." for itself). */
static size_t each_file(struct import_spool *s, const char *folder,
                        void (*each)(struct import_spool *s, int folder, const char *name,
                                     const uint8_t hash[IMPORT_HASH]))
{
    int fd = openat(s->folder, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    uint8_t hash[IMPORT_HASH];
    size_t count = 0;

    while (d && (entry = readdir(d)) != NULL)
        if (hash_of_name(entry->d_name, hash)) {
            count++;
            if (each)
                each(s, fd, entry->d_name, hash);
        }
    if (d)
        (void)closedir(d);
    else if (fd >= 0)
        (void)close(fd);
    return count;
}

static void drop_copy(struct import_spool *s, int folder, const char *name,
                      const uint8_t hash[IMPORT_HASH])
{
    if (note_known(s, hash) == ERROR_OK)
        (void)unlinkat(folder, name, 0);
}

size_t import_spool_waiting(struct import_spool *s)
{
    size_t waiting = each_file(s, ".", NULL) + each_file(s, "taking", NULL);
    (void)each_file(s, "taken", drop_copy);
    return waiting;
}

/* ---- opening ---- */

/* One that root makes belongs to whom the data folder belongs to. */
static enum error open_folder(struct import_spool *s, const char *folder)
{
    bool made = mkdir(folder, 0700) == 0;
    struct stat above;

    if (!made && errno != EEXIST)
        return ERROR_IO;
    s->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder < 0)
        return ERROR_IO;
    if (made && geteuid() == 0 &&
        (fstatat(s->folder, "..", &above, 0) != 0 ||
         fchown(s->folder, above.st_uid, above.st_gid) != 0))
        return ERROR_IO;
    return fstat(s->folder, &s->owner) == 0 ? ERROR_OK : ERROR_IO;
}

enum error import_spool_open(const char *folder, struct import_spool **out, struct complaint *why)
{
    struct import_spool *s = calloc(1, sizeof *s);
    enum error e = s ? ERROR_OK : ERROR_NO_MEMORY;

    if (!s)
        return complain(why, e, "There is no memory left.");
    s->folder = s->list = -1;
    s->known = import_known_new();
    e = s->known ? open_folder(s, folder) : ERROR_NO_MEMORY;
    if (e == ERROR_OK)
        e = open_list(s);
    if (e == ERROR_OK) {
        (void)each_file(s, "taken", drop_copy);
        *out = s;
        return ERROR_OK;
    }
    e = complain(why, errno == EACCES || errno == EPERM ? ERROR_DENIED : ERROR_IO,
                 "Files cannot be put into %s: %s. Run this as the user that Phial runs as.",
                 folder, strerror(errno));
    import_spool_close(s);
    return e;
}

void import_spool_close(struct import_spool *s)
{
    if (!s)
        return;
    if (s->list >= 0)
        (void)close(s->list);
    if (s->folder >= 0)
        (void)close(s->folder);
    import_known_free(s->known);
    free(s);
}

void import_spool_done(struct import_spool *s)
{
    (void)flock(s->list, LOCK_UN);
}

bool import_spool_knows(const struct import_spool *s, const uint8_t hash[IMPORT_HASH])
{
    return import_known_has(s->known, hash);
}

/* ---- putting ---- */

static bool write_all(int fd, struct span bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t done = write(fd, bytes.at + at, bytes.len - at);
        if (done < 0 && errno != EINTR)
            return false;
        at += done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* Whole, on disk and its owner's, under the hidden name; or not there. */
static enum error write_hidden(const struct import_spool *s, const char *name, struct span file)
{
    int fd, error;

    (void)unlinkat(s->folder, name, 0); /* of an import that was killed; ours is the lock */
    fd = openat(s->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERROR_IO;
    error = write_all(fd, file) && fsync(fd) == 0 &&
                    (geteuid() != 0 || fchown(fd, s->owner.st_uid, s->owner.st_gid) == 0)
                ? 0
                : errno;
    (void)close(fd);
    if (error)
        (void)unlinkat(s->folder, name, 0);
    errno = error;
    return error ? ERROR_IO : ERROR_OK;
}

enum error import_spool_put(struct import_spool *s, const uint8_t hash[IMPORT_HASH],
                            struct span file, struct complaint *why)
{
    char name[NAME_SIZE], hidden[NAME_SIZE];
    enum error e;

    name_of(hash, "", suffix, name);
    name_of(hash, ".", ".part", hidden);
    e = write_hidden(s, hidden, file);
    if (e == ERROR_OK && renameat(s->folder, hidden, s->folder, name) != 0)
        e = ERROR_IO;
    if (e == ERROR_OK && fsync(s->folder) != 0)
        e = ERROR_IO;
    if (e == ERROR_OK)
        e = note_known(s, hash);
    if (e == ERROR_OK)
        return ERROR_OK;
    return complain(why, ERROR_IO,
                    "A file could not be kept: %s. Nothing on the stick was changed.",
                    strerror(errno));
}
