/* One file after the other: read whole, known or not, EKG or not, kept; see the header. */
#include "instruments/import/import.h"

#include "core/base/limits.h"
#include "core/base/span.h"
#include "instruments/import/import_look.h"
#include "instruments/import/import_spool.h"
#include "instruments/import/import_walk.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct import {
    struct import_events events;
    struct import_counts counts;
    struct import_look *look;
    struct import_spool *spool;
    struct complaint *why; /* of the call that is under way */
    uint8_t *bytes;        /* LIMIT_ECG_FILE and one more, to see that there is more */
    bool again, done;
};

enum error import_open(const char *folder, bool again, const struct import_events *events,
                       struct import **out, struct complaint *why)
{
    struct import *i = calloc(1, sizeof *i);
    enum error e;

    if (!i)
        return complain(why, ERROR_NO_MEMORY, "There is no memory left.");
    i->events = *events;
    i->again = again;
    i->bytes = malloc(LIMIT_ECG_FILE + 1);
    e = i->bytes ? import_look_open(&i->look) : ERROR_NO_MEMORY;
    e = e == ERROR_OK ? import_spool_open(folder, &i->spool, why)
                      : complain(why, e, "The process that looks into files cannot be started.");
    if (e == ERROR_OK)
        *out = i;
    else
        import_close(i);
    return e;
}

void import_close(struct import *i)
{
    if (!i)
        return;
    import_look_close(i->look);
    import_spool_close(i->spool);
    free(i->bytes);
    free(i);
}

/* As many bytes as the file has, at most one more than an EKG may have. ERROR_IO when the stick
 * gives less than it says. */
static enum error read_whole(int fd, uint8_t *out, size_t *len)
{
    struct stat s;
    size_t size;

    if (fstat(fd, &s) != 0)
        return ERROR_IO;
    size = s.st_size > LIMIT_ECG_FILE ? LIMIT_ECG_FILE + 1 : (size_t)s.st_size;
    for (*len = 0; *len < size;) {
        ssize_t got = pread(fd, out + *len, size - *len, (off_t)*len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERROR_IO;
        *len += (size_t)got;
    }
    return ERROR_OK;
}

static enum error keep_ekg(struct import *i, struct span file)
{
    uint8_t hash[IMPORT_HASH];
    enum error e;

    (void)crypto_hash_sha256(hash, file.at, file.len);
    if (import_spool_knows(i->spool, hash) && !i->again) {
        i->counts.before++;
        return ERROR_OK;
    }
    e = import_spool_put(i->spool, hash, file, i->why);
    i->counts.brought += e == ERROR_OK;
    return e;
}

static enum error take_file(void *context, int fd)
{
    struct import *i = context;
    bool is_ekg = false;
    size_t len = 0;
    enum error e = ERROR_OK;

    i->counts.looked_at++;
    if (read_whole(fd, i->bytes, &len) != ERROR_OK) {
        i->counts.unreadable++;
    } else {
        struct span file = span_of(i->bytes, len);
        if (len && len <= LIMIT_ECG_FILE)
            e = import_look_at(i->look, file, &is_ekg);
        if (e != ERROR_OK)
            (void)complain(i->why, e, "The process that looks into files cannot be started.");
        else if (is_ekg)
            e = keep_ekg(i, file);
        else
            i->counts.left_alone++;
    }
    if (e == ERROR_OK)
        i->events.progress(i->events.context, &i->counts);
    return e;
}

enum error import_count(struct import *i, const char *path, struct complaint *why)
{
    struct import_walk walk = { .file = NULL };
    enum error e = import_walk(&walk, path, why);

    i->counts.files += walk.files;
    i->counts.more = i->counts.more || walk.more;
    return e;
}

enum error import_bring(struct import *i, const char *path, struct complaint *why)
{
    struct import_walk walk = { .context = i, .file = take_file };
    enum error e;

    i->why = why;
    e = import_walk(&walk, path, why);
    i->why = NULL;
    i->counts.unreadable += walk.unreadable;
    return e;
}

const struct import_counts *import_counts(const struct import *i)
{
    return &i->counts;
}

size_t import_waiting(struct import *i)
{
    if (!i->done)
        import_spool_done(i->spool);
    i->done = true;
    return import_spool_waiting(i->spool);
}
