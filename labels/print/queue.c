/*
 * A CUPS queue as a printer: this side of its worker, which is the same program started once more
 * as `phial child-cups QUEUE TYPE` with a socket on descriptor 3. The worker has a process of its
 * own because libcups blocks; here everything is on the loop.
 */
#include "labels/print/device.h"
#include "labels/print/queue_words.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKER_DESCRIPTOR = 3 };

extern char **environ;

struct queue {
    struct printer base;
    struct printer_events events;
    uv_pipe_t pipe;
    bool opened, busy, printing, over, closing;
    struct queue_word word; /* as much of it as has come */
    size_t word_len;
};

struct outgoing {
    uv_write_t request;
    struct queue_job job;
};

static void tell_closed(struct queue *q, const char *sentence)
{
    if (q->over || q->closing)
        return;
    q->over = true;
    if (q->printing)
        q->events.done(q->events.context, PRINT_UNKNOWN,
                       "The print queue's driver stopped while the label was under way. Look at "
                       "the printer before anything is printed again.");
    q->printing = false;
    q->events.closed(q->events.context, sentence);
}

static void take_word(struct queue *q)
{
    const char *sentence = q->word.sentence.text;

    q->word.sentence.text[sizeof q->word.sentence.text - 1] = '\0';
    switch (q->word.told) {
    case QUEUE_OPENED:
        q->opened = true;
        q->events.opened(q->events.context);
        break;
    case QUEUE_DONE:
        q->busy = q->printing = false;
        q->events.done(q->events.context,
                       q->word.status <= PRINT_UNKNOWN ? (enum print_status)q->word.status
                                                       : PRINT_UNKNOWN,
                       sentence);
        break;
    case QUEUE_CONDITION:
        q->busy = false;
        q->events.condition(q->events.context, sentence);
        break;
    default:
        tell_closed(q, sentence);
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct queue *q = handle->data;
    (void)suggested;
    *room = uv_buf_init((char *)&q->word + q->word_len, (unsigned)(sizeof q->word - q->word_len));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    struct queue *q = stream->data;

    (void)room;
    if (q->over || q->closing)
        return;
    if (count < 0) {
        tell_closed(q, "The print queue's driver stopped.");
        return;
    }
    q->word_len += (size_t)count;
    if (q->word_len == sizeof q->word) {
        q->word_len = 0;
        take_word(q);
    }
}

static void on_written(uv_write_t *request, int status)
{
    free(request->data); /* a worker that is gone shows when its word is read */
    (void)status;
}

static enum error send_job(struct queue *q, struct span label, enum label_stock stock)
{
    struct outgoing *o;
    uv_buf_t parts[2];
    double width, height;

    if (!q->opened || q->over)
        return ERROR_CLOSED;
    if (q->busy)
        return ERROR_BUSY;
    o = calloc(1, sizeof *o);
    if (!o)
        return ERROR_NO_MEMORY;
    label_stock_size(stock, &width, &height);
    o->job.len = (uint32_t)label.len;
    (void)snprintf(o->job.media, sizeof o->job.media, "Custom.%.1fx%.1fmm", width, height);
    o->request.data = o;
    parts[0] = uv_buf_init((char *)&o->job, sizeof o->job);
    parts[1] = uv_buf_init((char *)label.at, (unsigned)label.len);
    if (uv_write(&o->request, (uv_stream_t *)&q->pipe, parts, label.len ? 2 : 1, on_written) != 0) {
        free(o);
        return ERROR_IO;
    }
    q->busy = true;
    return ERROR_OK;
}

static enum error print_queue(struct printer *printer, struct span label, enum label_stock stock)
{
    struct queue *q = (struct queue *)printer;
    enum error e = send_job(q, label, stock);
    q->printing = e == ERROR_OK;
    return e;
}

static enum error check_queue(struct printer *printer)
{
    return send_job((struct queue *)printer, span_of(NULL, 0), LABEL_STOCK_2X1);
}

static bool idle_queue(const struct printer *printer)
{
    const struct queue *q = (const struct queue *)printer;
    return q->opened && !q->over && !q->busy;
}

static void on_handle_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* The worker ends by the end of its socket. */
static void close_queue(struct printer *printer)
{
    struct queue *q = (struct queue *)printer;

    if (q->closing)
        return;
    q->closing = true;
    uv_close((uv_handle_t *)&q->pipe, on_handle_closed);
}

static const struct printer_functions queue_functions = { print_queue, check_queue, idle_queue,
                                                          close_queue };

static const char *document_type(const struct printer_setup *setup)
{
    return setup->language              ? "application/vnd.cups-raw"
           : setup->format == LABEL_PNG ? "image/png"
                                        : "application/pdf";
}

/* Descriptors above the standard ones do not pass: each is closed on exec. */
static int start_worker(const struct printer_setup *setup, int socket)
{
    char *arguments[] = { (char *)"phial", (char *)"child-cups", (char *)setup->queue,
                          (char *)document_type(setup), NULL };
    posix_spawn_file_actions_t actions;
    pid_t worker;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, socket, WORKER_DESCRIPTOR);
    if (!failed)
        failed = posix_spawn(&worker, "/proc/self/exe", &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

enum error queue_open(uv_loop_t *loop, const struct printer_setup *setup,
                      const struct printer_events *events, struct printer **out,
                      struct complaint *why)
{
    struct queue *q = NULL;
    int pair[2] = { -1, -1 }, failed;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return complain(why, ERROR_IO, "The print queue's driver cannot be started (%s).",
                        strerror(errno));
    failed = start_worker(setup, pair[1]);
    (void)close(pair[1]);
    q = failed ? NULL : calloc(1, sizeof *q);
    if (!q) {
        (void)close(pair[0]);
        return complain(why, failed ? ERROR_IO : ERROR_NO_MEMORY,
                        "The print queue's driver cannot be started (%s).", strerror(failed));
    }
    q->base.functions = &queue_functions;
    q->events = *events;
    (void)uv_pipe_init(loop, &q->pipe, 0);
    q->pipe.data = q;
    if (uv_pipe_open(&q->pipe, pair[0]) != 0 ||
        uv_read_start((uv_stream_t *)&q->pipe, on_room, on_read) != 0) {
        close_queue(&q->base);
        return complain(why, ERROR_IO, "The print queue's driver cannot be started.");
    }
    *out = &q->base;
    return ERROR_OK;
}
