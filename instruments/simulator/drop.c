/* Files into a folder: see the header. */
#include "instruments/simulator/drop.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 100, PATH_SIZE = 256, NAME_SIZE = 64, PIECES = 4 };

struct drop {
    uv_timer_t timer;
    struct drop_events events;
    struct clock clock;
    char path[PATH_SIZE], name[NAME_SIZE];
    unsigned count;
    bool up, waits; /* for the newest file to be taken */
    /* A file that is being written slowly: what is still to come. */
    struct buffer rest;
    size_t piece;
    int slow;
};

static bool join(const struct drop *d, const char *before, char out[PATH_SIZE + NAME_SIZE + 16])
{
    size_t size = PATH_SIZE + NAME_SIZE + 16;
    return snprintf(out, size, "%s/%s%s", d->path, before, d->name) < (int)size;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.len) {
        ssize_t len = write(fd, bytes.at, bytes.len);
        if (len <= 0)
            return false;
        bytes = span_of(bytes.at + len, bytes.len - (size_t)len);
    }
    return true;
}

static void go_on_slowly(struct drop *d)
{
    size_t len = d->rest.len < d->piece ? d->rest.len : d->piece;
    (void)write_all(d->slow, span_of(d->rest.at, len));
    buffer_drop(&d->rest, len);
    if (d->rest.len)
        return;
    (void)close(d->slow);
    d->slow = -1;
}

static void on_look(uv_timer_t *timer)
{
    struct drop *d = timer->data;
    char path[PATH_SIZE + NAME_SIZE + 16];
    struct stat s;
    if (!d->up) {
        d->up = stat(d->path, &s) == 0 && S_ISDIR(s.st_mode);
        if (d->up)
            d->events.up(d->events.context);
        return;
    }
    if (d->slow >= 0) {
        go_on_slowly(d);
        return;
    }
    if (!d->waits || !join(d, "taken/", path) || lstat(path, &s) != 0)
        return;
    d->waits = false;
    d->events.taken(d->events.context);
}

enum error drop_open(uv_loop_t *loop, const char *path, const struct clock *clock,
                     const struct drop_events *events, struct drop **out, struct complaint *why)
{
    struct drop *d = calloc(1, sizeof *d);
    if (!d)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the folder.");
    d->events = *events;
    d->clock = *clock;
    d->slow = -1;
    (void)text_copy(d->path, sizeof d->path, path);
    buffer_init(&d->rest, LIMIT_MESSAGE);
    (void)uv_timer_init(loop, &d->timer);
    d->timer.data = d;
    (void)uv_timer_start(&d->timer, on_look, 0, LOOK_MS);
    *out = d;
    return ERROR_OK;
}

static void end_slowly(struct drop *d)
{
    if (d->slow >= 0)
        (void)close(d->slow);
    d->slow = -1;
    buffer_clear(&d->rest);
}

static enum error write_slowly(struct drop *d, const char *path, struct span bytes)
{
    if (buffer_put(&d->rest, bytes) != ERROR_OK)
        return ERROR_NO_MEMORY;
    d->piece = bytes.len / PIECES + 1;
    d->slow = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return d->slow >= 0 ? ERROR_OK : ERROR_IO;
}

static enum error write_at_once(struct drop *d, const char *path, struct span bytes)
{
    char hidden[PATH_SIZE + NAME_SIZE + 16];
    bool done;
    int fd;
    if (!join(d, ".", hidden))
        return ERROR_TOO_BIG;
    fd = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return ERROR_IO;
    done = write_all(fd, bytes);
    return close(fd) == 0 && done && rename(hidden, path) == 0 ? ERROR_OK : ERROR_IO;
}

enum error drop_put(struct drop *d, struct span bytes, bool slowly)
{
    char path[PATH_SIZE + NAME_SIZE + 16];
    enum error e;
    end_slowly(d);
    (void)snprintf(d->name, sizeof d->name, "simulated-%llx-%x-%x-%u",
                   (long long)clock_now(&d->clock), (unsigned)getpid(),
                   (unsigned)((uintptr_t)d >> 4), ++d->count);
    if (!join(d, "", path))
        return ERROR_TOO_BIG;
    e = slowly ? write_slowly(d, path, bytes) : write_at_once(d, path, bytes);
    d->waits = e == ERROR_OK;
    return e;
}

static void on_closed(uv_handle_t *handle)
{
    struct drop *d = handle->data;
    end_slowly(d);
    buffer_free(&d->rest);
    free(d);
}

void drop_close(struct drop *d)
{
    if (d)
        uv_close((uv_handle_t *)&d->timer, on_closed);
}
