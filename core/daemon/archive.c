/* Packing and unpacking an encrypted archive. */
#include "core/daemon/archive.h"

#include "core/daemon/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "phial-backup-1\n";

enum {
    MAGIC = sizeof magic - 1,
    SEALED_KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_box_SEALBYTES,
    STREAM_HEAD = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES,
    KIND_NAME = 'n',
    KIND_BYTES = 'b',
    PLAIN = 64 * 1024, /* of a chunk, with its kind */
    PATH_ROOM = FOLDER_PATH,
};

/* A stream of chunks to or from a file. */
struct stream {
    FILE *file;
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t plain[PLAIN];
    uint8_t chunk[PLAIN + OVERHEAD];
};

static FILE *open_file(const char *path, int flags, const char *mode)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, mode) : NULL;

    if (fd >= 0 && !file)
        (void)close(fd);
    return file;
}

static enum error file_failed(const char *path, const char *what, struct complaint *why)
{
    int code = errno;
    return complain(why, code == ENOSPC || code == EDQUOT ? ERROR_FULL : ERROR_IO,
                    "%s cannot be %s: %s.", path, what, strerror(code));
}

/* Closes a file that was written, once it is on the disk. */
static bool close_written(FILE *file)
{
    bool good = fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && good;
}

/* ---- Packing ---- */

static bool put_chunk(struct stream *s, size_t len, uint8_t tag)
{
    unsigned long long sealed = 0;
    uint8_t head[4];

    (void)crypto_secretstream_xchacha20poly1305_push(&s->state, s->chunk, &sealed, s->plain, len,
                                                     NULL, 0, tag);
    for (int i = 0; i < 4; i++)
        head[i] = (uint8_t)(sealed >> (8 * i));
    return fwrite(head, 1, sizeof head, s->file) == sizeof head &&
           fwrite(s->chunk, 1, (size_t)sealed, s->file) == sealed;
}

static bool put_front(struct stream *s, const uint8_t *public_key, const uint8_t *key)
{
    uint8_t sealed[SEALED_KEY], head[STREAM_HEAD];

    if (crypto_box_seal(sealed, key, crypto_secretstream_xchacha20poly1305_KEYBYTES, public_key) !=
        0)
        return false;
    (void)crypto_secretstream_xchacha20poly1305_init_push(&s->state, head, key);
    return fwrite(magic, 1, MAGIC, s->file) == MAGIC &&
           fwrite(sealed, 1, sizeof sealed, s->file) == sizeof sealed &&
           fwrite(head, 1, sizeof head, s->file) == sizeof head;
}

static bool put_name(struct stream *s, const char *name)
{
    size_t len = strlen(name);

    s->plain[0] = KIND_NAME;
    memcpy(s->plain + 1, name, len < PLAIN - 1 ? len : PLAIN - 1);
    return put_chunk(s, len + 1, 0);
}

/* A file that is not there is left out. */
static enum error put_file(struct stream *s, const char *folder, const char *name,
                           struct complaint *why)
{
    char path[PATH_ROOM];
    FILE *in;
    size_t got = 0;
    bool good;

    if (folder_path(folder, name, path) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The folder's name is too long.");
    in = open_file(path, O_RDONLY, "r");
    if (!in)
        return errno == ENOENT ? ERROR_OK : file_failed(path, "read", why);
    good = put_name(s, name);
    s->plain[0] = KIND_BYTES;
    while (good && (got = fread(s->plain + 1, 1, PLAIN - 1, in)) > 0)
        good = put_chunk(s, got + 1, 0);
    if (good && ferror(in)) {
        (void)fclose(in);
        return file_failed(path, "read", why);
    }
    (void)fclose(in);
    return good ? ERROR_OK : file_failed("The backup", "written", why);
}

static enum error pack_files(struct stream *s, const char *folder, const char *const *names,
                             size_t count, struct complaint *why)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = put_file(s, folder, names[i], why);
    if (e == ERROR_OK && !put_chunk(s, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL))
        e = file_failed("The backup", "written", why);
    return e;
}

enum error archive_pack(const char *path, const uint8_t public_key[crypto_box_PUBLICKEYBYTES],
                        const char *folder, const char *const *names, size_t count,
                        struct archive_opener *out, struct complaint *why)
{
    struct stream s = { .file = open_file(path, O_WRONLY | O_CREAT | O_EXCL, "w") };
    struct archive_opener opener = { .own = true };
    enum error e;

    if (!s.file)
        return file_failed(path, "made", why);
    crypto_secretstream_xchacha20poly1305_keygen(opener.key);
    e = put_front(&s, public_key, opener.key) ? pack_files(&s, folder, names, count, why)
                                              : file_failed(path, "written", why);
    if (!close_written(s.file) && e == ERROR_OK)
        e = file_failed(path, "written", why);
    sodium_memzero(&s, sizeof s);
    if (e == ERROR_OK)
        *out = opener;
    else
        (void)unlink(path);
    sodium_memzero(&opener, sizeof opener);
    return e;
}

/* ---- Unpacking ---- */

static enum error damaged(const char *path, struct complaint *why)
{
    return complain(why, ERROR_BAD_INPUT,
                    "The backup %s is damaged or was cut off: not all of it can be read. Use "
                    "another one.",
                    path);
}

static enum error get_front(struct stream *s, const struct archive_opener *opener, const char *path,
                            struct complaint *why)
{
    char told[MAGIC];
    uint8_t sealed[SEALED_KEY], head[STREAM_HEAD];
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    bool opened = true;

    if (fread(told, 1, MAGIC, s->file) != MAGIC || memcmp(told, magic, MAGIC) != 0)
        return complain(why, ERROR_BAD_INPUT, "%s is no backup of Phial's.", path);
    if (fread(sealed, 1, sizeof sealed, s->file) != sizeof sealed ||
        fread(head, 1, sizeof head, s->file) != sizeof head)
        return damaged(path, why);
    if (opener->own)
        memcpy(key, opener->key, sizeof key);
    else
        opened = crypto_box_seal_open(key, sealed, sizeof sealed, opener->public_key,
                                      opener->secret_key) == 0;
    opened = opened && crypto_secretstream_xchacha20poly1305_init_pull(&s->state, head, key) == 0;
    sodium_memzero(key, sizeof key);
    return opened ? ERROR_OK
                  : complain(why, ERROR_BAD_INPUT,
                             "This key does not open %s. Use the key file that was made before "
                             "that backup.",
                             path);
}

/* The next chunk into `plain`; false when it is not what was written. */
static bool get_chunk(struct stream *s, size_t *len, bool *last)
{
    unsigned long long plain = 0;
    uint8_t head[4], tag = 0;
    size_t size;

    if (fread(head, 1, sizeof head, s->file) != sizeof head)
        return false;
    size = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
    if (size < OVERHEAD || size > sizeof s->chunk || fread(s->chunk, 1, size, s->file) != size ||
        crypto_secretstream_xchacha20poly1305_pull(&s->state, s->plain, &plain, &tag, s->chunk,
                                                   size, NULL, 0) != 0)
        return false;
    *last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    *len = (size_t)plain;
    return *last ? *len == 0 && fgetc(s->file) == EOF : *len > 0;
}

/* Begins the file whose name stands in `plain`: one of those that a backup has. */
static FILE *begin_file(const struct stream *s, size_t len, const char *folder,
                        const char *const *names, size_t count)
{
    char path[PATH_ROOM];

    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == len - 1 && memcmp(names[i], s->plain + 1, len - 1) == 0 &&
            folder_path(folder, names[i], path) == ERROR_OK)
            return open_file(path, O_WRONLY | O_CREAT | O_EXCL, "w");
    errno = EINVAL;
    return NULL;
}

static enum error unpack_files(struct stream *s, const char *path, const char *folder,
                               const char *const *names, size_t count, struct complaint *why)
{
    FILE *out = NULL;
    enum error e = ERROR_OK;
    bool last = false;
    size_t len = 0;

    while (e == ERROR_OK && !last) {
        if (!get_chunk(s, &len, &last)) {
            e = damaged(path, why);
        } else if (!last && s->plain[0] == KIND_NAME) {
            if (out && !close_written(out))
                e = file_failed(folder, "written", why);
            out = e == ERROR_OK ? begin_file(s, len, folder, names, count) : NULL;
            if (e == ERROR_OK && !out)
                e = file_failed(folder, "written", why);
        } else if (!last && (!out || fwrite(s->plain + 1, 1, len - 1, out) != len - 1)) {
            e = file_failed(folder, "written", why);
        }
    }
    if (out && !close_written(out) && e == ERROR_OK)
        e = file_failed(folder, "written", why);
    return e;
}

enum error archive_unpack(const char *path, const struct archive_opener *opener, const char *folder,
                          const char *const *names, size_t count, struct complaint *why)
{
    struct stream s = { .file = open_file(path, O_RDONLY, "r") };
    enum error e;

    if (!s.file)
        return errno == ENOENT ? complain(why, ERROR_NOT_FOUND, "There is no backup %s.", path)
                               : file_failed(path, "read", why);
    e = get_front(&s, opener, path, why);
    if (e == ERROR_OK)
        e = unpack_files(&s, path, folder, names, count, why);
    (void)fclose(s.file);
    sodium_memzero(&s, sizeof s);
    return e;
}
