/* Keeping the seal: key, file, and a signed entry for each row committed. */
#include "core/custody/custody.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/custody/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CUSTODY_PATH = 4096, CUSTODY_PENDING = 64 * SEAL_MAX };

struct custody {
    char path[CUSTODY_PATH];
    int file; /* -1: to be opened again before the next seal */
    struct clock clock;
    uint8_t secret[SEAL_SECRET];
    uint8_t public_key[SEAL_PUBLIC];
    int64_t sealed;    /* the last row in the file */
    int64_t signed_to; /* the last row in the file or in `pending` */
    int64_t length;    /* of the file's good part */
    bool fresh;        /* the key was made just now: nothing can be late */
    int64_t found;     /* rows up to here were there at the start: their seal is late */
    uint8_t last[SEAL_SIGNATURE];
    struct buffer pending;
    struct seal seal; /* the one being made or read */
};

/* Writes all of it and makes it durable. */
static enum error write_whole(int file, struct span bytes)
{
    while (bytes.len) {
        ssize_t n = write(file, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return errno == ENOSPC || errno == EDQUOT ? ERROR_FULL : ERROR_IO;
        bytes = span_of(bytes.at + n, bytes.len - (size_t)n);
    }
    return fdatasync(file) == 0 ? ERROR_OK : ERROR_IO;
}

static enum error file_make(const char *path, mode_t mode, struct span bytes, struct complaint *why)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    enum error e = file < 0 ? ERROR_IO : write_whole(file, bytes);

    if (e != ERROR_OK)
        (void)complain(why, e, "The file %s cannot be made: %s.", path, strerror(errno));
    if (file >= 0)
        (void)close(file);
    if (file >= 0 && e != ERROR_OK)
        (void)unlink(path);
    return e;
}

static enum error path_make(char out[CUSTODY_PATH], const char *folder, const char *name)
{
    int len = snprintf(out, CUSTODY_PATH, "%s/%s", folder, name);
    return len < 0 || len >= CUSTODY_PATH ? ERROR_TOO_BIG : ERROR_OK;
}

/* Reads the key's seed, or draws and keeps a new one. */
static enum error seed_read(const char *path, struct entropy entropy,
                            uint8_t seed[crypto_sign_SEEDBYTES], bool *fresh, struct complaint *why)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n;

    if (file < 0 && errno == ENOENT) {
        *fresh = true;
        entropy.fill(entropy.context, seed, crypto_sign_SEEDBYTES);
        return file_make(path, S_IRUSR | S_IWUSR, span_of(seed, crypto_sign_SEEDBYTES), why);
    }
    if (file < 0)
        return complain(why, ERROR_IO, "The key %s cannot be read: %s.", path, strerror(errno));
    n = read(file, seed, crypto_sign_SEEDBYTES);
    (void)close(file);
    if (n != crypto_sign_SEEDBYTES)
        return complain(why, ERROR_BAD_INPUT, "The key %s is damaged. Bring it back from a copy.",
                        path);
    return ERROR_OK;
}

static enum error key_load(struct custody *c, const char *folder, struct entropy entropy,
                           struct complaint *why)
{
    char path[CUSTODY_PATH], text[2 * SEAL_PUBLIC + 2];
    uint8_t seed[crypto_sign_SEEDBYTES];
    enum error e = path_make(path, folder, CUSTODY_KEY_FILE);

    if (e == ERROR_OK)
        e = seed_read(path, entropy, seed, &c->fresh, why);
    if (e != ERROR_OK)
        return e;
    crypto_sign_seed_keypair(c->public_key, c->secret, seed);
    sodium_memzero(seed, sizeof seed);
    text_hex(text, span_of(c->public_key, SEAL_PUBLIC));
    text[2 * SEAL_PUBLIC] = '\n';
    e = path_make(path, folder, CUSTODY_PUBLIC_FILE);
    if (e == ERROR_OK && access(path, F_OK) != 0)
        e = file_make(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, span_of(text, sizeof text - 1),
                      why);
    return e;
}

/* Finds the end of what is sealed: by the last seal, or, when that is torn, from the front. */
static enum error seal_load(struct custody *c, struct complaint *why)
{
    struct seal_reader r;
    enum error e = seal_reader_open(&r, c->path, c->public_key, why);

    if (e != ERROR_OK)
        return e;
    e = seal_last(&r, &c->seal);
    if (e == ERROR_NOT_FOUND) {
        if (fseek(r.file, SEAL_FILE_HEAD, SEEK_SET) != 0)
            e = ERROR_IO;
        else
            while ((e = seal_next(&r, &c->seal, why)) == ERROR_OK)
                ;
    }
    if (e == ERROR_OK || e == ERROR_NOT_FOUND) {
        c->sealed = c->signed_to = r.next - 1;
        c->length = r.whole;
        memcpy(c->last, r.previous, SEAL_SIGNATURE);
        e = ERROR_OK;
    }
    seal_reader_close(&r);
    return e;
}

/* Opens the file for appending; what a torn write left is cut off. */
static enum error file_open(struct custody *c, struct complaint *why)
{
    struct buffer head;
    enum error e;

    if (access(c->path, F_OK) != 0 && errno == ENOENT) {
        buffer_init(&head, SEAL_FILE_HEAD);
        e = seal_put_head(&head, c->public_key);
        if (e == ERROR_OK)
            e = file_make(c->path, S_IRUSR | S_IWUSR | S_IRGRP, buffer_span(&head), why);
        buffer_free(&head);
        if (e != ERROR_OK)
            return e;
    }
    e = seal_load(c, why);
    if (e != ERROR_OK)
        return e;
    c->file = open(c->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (c->file < 0 || ftruncate(c->file, c->length) != 0) {
        e = complain(why, ERROR_IO, "The seal %s cannot be written: %s.", c->path, strerror(errno));
        if (c->file >= 0)
            (void)close(c->file);
        c->file = -1;
    }
    return e;
}

/* The database must be the one that was sealed, and not older than its seal. */
static enum error database_fits(struct custody *c, struct store *store, struct complaint *why)
{
    size_t count = 0;
    enum error e = ERROR_OK;
    struct chain_mark sealed;

    if (c->sealed == 0)
        return ERROR_OK;
    sealed = c->seal.marks[c->seal.count - 1];
    if (store_head(store).id >= c->sealed)
        e = store_marks(store, c->sealed - 1, c->seal.marks, &count);
    if (e != ERROR_OK)
        return complain(why, e, "Row %lld of the database cannot be read.", (long long)c->sealed);
    if (count == 0 || memcmp(&c->seal.marks[0], &sealed, sizeof sealed) != 0)
        return complain(why, ERROR_CONFLICT,
                        "The database does not fit its seal, which reaches row %lld. Run `phial "
                        "custody verify`; a restored database begins a new seal.",
                        (long long)c->sealed);
    return ERROR_OK;
}

enum error custody_open(const char *folder, struct store *store, struct clock clock,
                        struct entropy entropy, struct custody **out, struct complaint *why)
{
    struct custody *c = calloc(1, sizeof *c);
    enum error e;

    if (!c)
        return complain(why, ERROR_NO_MEMORY, "There is no memory to open the seal.");
    c->file = -1;
    c->clock = clock;
    buffer_init(&c->pending, CUSTODY_PENDING);
    e = path_make(c->path, folder, CUSTODY_SEAL_FILE);
    if (e == ERROR_OK)
        e = key_load(c, folder, entropy, why);
    if (e == ERROR_OK)
        e = file_open(c, why);
    if (e == ERROR_OK)
        e = database_fits(c, store, why);
    c->found = c->fresh ? 0 : store_head(store).id;
    if (e == ERROR_OK && c->found > c->sealed)
        log_line(LOG_SEAL_LATE, "custody",
                 "rows %lld to %lld were not sealed when they were written and are sealed as late; "
                 "if core was not killed, find out who wrote them",
                 (long long)c->sealed + 1, (long long)c->found);
    if (e == ERROR_OK)
        e = custody_seal(c, store, why);
    c->found = 0;
    if (e != ERROR_OK) {
        custody_close(c);
        return e;
    }
    *out = c;
    return ERROR_OK;
}

void custody_close(struct custody *c)
{
    if (!c)
        return;
    if (c->file >= 0)
        (void)close(c->file);
    buffer_free(&c->pending);
    sodium_memzero(c->secret, sizeof c->secret);
    free(c);
}

bool custody_pending(const struct custody *c, const struct store *store)
{
    return store_head(store).id > c->signed_to || c->pending.len > 0;
}

/* Signs the next rows, at most a window of them. */
static enum error sign_window(struct custody *c, struct store *store)
{
    size_t count = 0;
    enum error e = store_marks(store, c->signed_to, c->seal.marks, &count);

    if (e != ERROR_OK)
        return e;
    c->seal.first = c->signed_to + 1;
    c->seal.count = (uint32_t)count;
    c->seal.at = clock_now(&c->clock);
    c->seal.late = c->seal.first <= c->found;
    memcpy(c->seal.signature, c->last, SEAL_SIGNATURE);
    e = seal_put(&c->pending, &c->seal, c->secret);
    if (e != ERROR_OK)
        return e;
    memcpy(c->last, c->seal.signature, SEAL_SIGNATURE);
    c->signed_to += (int64_t)count;
    return ERROR_OK;
}

enum error custody_sign(struct custody *c, struct store *store, struct complaint *why)
{
    enum error e = c->file < 0 ? file_open(c, why) : ERROR_OK;

    while (e == ERROR_OK && c->signed_to < store_head(store).id &&
           c->pending.max - c->pending.len >= SEAL_MAX) {
        e = sign_window(c, store);
        if (e != ERROR_OK)
            (void)complain(why, e, "The rows after %lld cannot be sealed: %s.",
                           (long long)c->signed_to, error_text(e));
    }
    return e;
}

enum error custody_write(struct custody *c, struct complaint *why)
{
    enum error e;

    if (c->pending.len == 0)
        return ERROR_OK;
    e = c->file < 0 ? ERROR_CLOSED : write_whole(c->file, buffer_span(&c->pending));
    if (e == ERROR_OK) {
        c->length += (int64_t)c->pending.len;
        c->sealed = c->signed_to;
        buffer_clear(&c->pending);
        return ERROR_OK;
    }
    (void)complain(why, e, "The seal %s cannot be written: %s. Check the disk.", c->path,
                   error_text(e));
    if (c->file >= 0)
        (void)close(c->file);
    c->file = -1; /* opened, cut and signed again at the next try */
    buffer_clear(&c->pending);
    c->signed_to = c->sealed;
    return e;
}

enum error custody_seal(struct custody *c, struct store *store, struct complaint *why)
{
    enum error e = ERROR_OK;

    while (e == ERROR_OK && custody_pending(c, store)) {
        e = custody_sign(c, store, why);
        if (e == ERROR_OK)
            e = custody_write(c, why);
    }
    return e;
}
