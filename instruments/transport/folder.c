/*
 * A watched folder: each file that is whole is one read, moved away when it is safe.
 *
 * This is the reader: it has the bytes of the file in hand and nothing else. Its helper
 * (folder_helper.h) looks, opens and moves. `bytes` tells one whole file; the answer is one byte
 * written back: ACK, it is on disk, or NAK, it stays and comes again later.
 *
 * Invariants: one file at a time is in hand, from its `bytes` until the answer; one that comes
 * while nobody listens waits in its descriptor.
 */
#include "core/base/limits.h"
#include "instruments/transport/folder_helper.h"
#include "instruments/transport/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ACK = 0x06, NAK = 0x15 };

struct folder {
    struct transport base;
    int helper;
    uv_poll_t poll;
    bool polled, listening, in_hand;
    int file; /* offered and not read yet, or -1 */
    size_t size;
};

static void note(struct folder *f, const char *what)
{
    f->base.events.note(f->base.events.context, what);
}

static void lose_folder(struct folder *f)
{
    transport_tell_gone(&f->base, "The folder went away. Mount what it lies on, or make it again.");
}

static void tell_helper(struct folder *f, char wish)
{
    if (send(f->helper, &wish, 1, MSG_NOSIGNAL) != 1)
        lose_folder(f);
}

static void drop_file(struct folder *f)
{
    if (f->file >= 0)
        (void)close(f->file);
    f->file = -1;
}

static enum error read_file(int file, uint8_t *out, size_t size)
{
    size_t at = 0;
    while (at < size) {
        ssize_t len = pread(file, out + at, size - at, (off_t)at);
        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            return len < 0 ? ERROR_IO : ERROR_CONFLICT; /* shorter than it was */
        at += (size_t)len;
    }
    return ERROR_OK;
}

static size_t largest(const struct folder *f)
{
    return f->base.port.largest ? f->base.port.largest : LIMIT_MESSAGE;
}

static void deliver(struct folder *f)
{
    uint8_t *bytes = f->size && f->size <= largest(f) ? malloc(f->size) : NULL;
    enum error e = bytes ? read_file(f->file, bytes, f->size) : ERROR_NO_MEMORY;
    drop_file(f);
    if (e == ERROR_OK) {
        f->in_hand = true;
        f->base.events.bytes(f->base.events.context, span_of(bytes, f->size));
    } else {
        note(f, e == ERROR_CONFLICT ? "file changed while it was read" : "file not readable");
        tell_helper(f, FOLDER_STAYS);
    }
    free(bytes);
}

/* What the helper said; false when there is nothing more now, or the helper is gone. */
static bool hear(struct folder *f, struct folder_said *said, int *file)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec bytes = { said, sizeof *said };
    struct msghdr m = { .msg_iov = &bytes,
                        .msg_iovlen = 1,
                        .msg_control = control.room,
                        .msg_controllen = sizeof control.room };
    const struct cmsghdr *c;
    ssize_t len = recvmsg(f->helper, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (len != (ssize_t)sizeof *said) {
        lose_folder(f);
        return false;
    }
    c = CMSG_FIRSTHDR(&m);
    *file = -1;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        memcpy(file, CMSG_DATA(c), sizeof *file);
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
#define NOTE_TEXT(name, text) text,
    static const char *const notes[] = { FOLDER_NOTES(NOTE_TEXT) };
#undef NOTE_TEXT
    struct folder *f = poll->data;
    struct folder_said said;
    int file;
    (void)status; /* the read says what it is */
    (void)events;
    if (f->base.gone || f->base.closing || !hear(f, &said, &file))
        return;
    if (file < 0) {
        if (said.note > FOLDER_NOTE_NONE && said.note < FOLDER_NOTE_COUNT)
            note(f, notes[said.note]);
        return;
    }
    drop_file(f);
    f->file = file;
    f->size = (size_t)said.size;
    if (f->listening)
        deliver(f);
}

static void attempt(uv_timer_t *timer)
{
    struct folder *f = timer->data;
    struct complaint why;
    if (folder_helper_start(f->base.port.path, largest(f), &f->helper, &why) != ERROR_OK ||
        uv_poll_init(f->base.loop, &f->poll, f->helper) != 0) {
        if (f->helper >= 0)
            (void)close(f->helper);
        f->helper = -1;
        (void)uv_timer_start(&f->base.timer, attempt, TRANSPORT_RETRY_MS, 0);
        transport_tell_waiting(&f->base, &why);
        return;
    }
    transport_own_handle(&f->base, (uv_handle_t *)&f->poll);
    f->polled = true;
    transport_tell_ready(&f->base);
}

static enum error open_folder(struct transport *t, int listener, struct complaint *why)
{
    struct folder *f = (struct folder *)t;
    (void)listener;
    (void)why;
    f->helper = f->file = -1;
    (void)uv_timer_start(&t->timer, attempt, 0, 0);
    return ERROR_OK;
}

static void start_folder(struct transport *t)
{
    struct folder *f = (struct folder *)t;
    f->listening = true;
    (void)uv_poll_start(&f->poll, UV_READABLE, on_poll);
    t->events.up(t->events.context);
    if (!t->gone && !t->closing)
        tell_helper(f, FOLDER_BEGIN);
}

static enum error write_folder(struct transport *t, struct span out)
{
    struct folder *f = (struct folder *)t;
    if (out.len != 1 || (*out.at != ACK && *out.at != NAK))
        return ERROR_UNSUPPORTED; /* nobody reads in a folder */
    if (!f->in_hand)
        return ERROR_CONFLICT;
    f->in_hand = false;
    tell_helper(f, *out.at == ACK ? FOLDER_TAKEN : FOLDER_STAYS);
    return t->gone ? ERROR_CLOSED : ERROR_OK;
}

static void listen_folder(struct transport *t, bool on)
{
    struct folder *f = (struct folder *)t;
    f->listening = on;
    if (t->gone)
        (void)uv_poll_stop(&f->poll);
    else if (on && f->file >= 0)
        deliver(f);
}

static void close_folder(struct transport *t)
{
    struct folder *f = (struct folder *)t;
    if (f->polled)
        transport_close_handle(t, (uv_handle_t *)&f->poll);
    drop_file(f);
    if (f->helper >= 0)
        (void)close(f->helper);
    f->helper = -1;
}

const struct transport_functions transport_folder = {
    sizeof(struct folder), open_folder, start_folder, write_folder, listen_folder, close_folder,
};
