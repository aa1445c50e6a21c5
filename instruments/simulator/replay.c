/*
 * `phial replay`: the instrument's side of a recorded session, over a real link.
 *
 * What the instrument said is sent; where the host answered, as many bytes are waited for as it
 * answered then. Times are not kept: a host may be quicker or slower than that one was.
 */
#include "instruments/recording/recording.h"
#include "instruments/simulator/commands.h"
#include "instruments/transport/transport.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT };
enum { ANSWER_MS = 20000, LINGER_MS = 200 };

struct playing {
    uv_loop_t loop;
    uv_timer_t timer;
    struct recording recording;
    struct transport *transport;
    size_t next;         /* chunk */
    struct buffer heard; /* from the host, not yet compared */
    size_t different;
    const char *trouble;
    bool ended;
};

static const char usage[] =
    "usage: phial replay FILE --to LINK\n"
    "\n"
    "Plays the instrument's side of a recorded session. Exit 1 when the host answered otherwise\n"
    "than it did then.\n"
    "\n"
    "  --to LINK   tcp:HOST:PORT, tcp-listen:HOST:PORT or serial:/dev/NAME\n";

static void stop(struct playing *p, const char *trouble)
{
    if (p->ended)
        return;
    p->ended = true;
    p->trouble = trouble;
    transport_close(p->transport);
    uv_close((uv_handle_t *)&p->timer, NULL);
}

static void on_silence(uv_timer_t *timer)
{
    stop(timer->data, "The host does not answer.");
}

static void on_linger(uv_timer_t *timer)
{
    stop(timer->data, NULL);
}

/* Sends until an answer must be waited for that is not there yet. */
static void go_on(struct playing *p)
{
    while (!p->ended && p->next < p->recording.chunk_count) {
        const struct recording_chunk *c = &p->recording.chunks[p->next];
        if (c->direction == WIRE_FROM_INSTRUMENT) {
            if (transport_write(p->transport, c->bytes) != ERROR_OK)
                stop(p, "The link does not take the bytes.");
        } else {
            if (p->heard.len < c->bytes.len) {
                (void)uv_timer_start(&p->timer, on_silence, ANSWER_MS, 0);
                return;
            }
            if (memcmp(p->heard.at, c->bytes.at, c->bytes.len) != 0)
                p->different++;
            buffer_drop(&p->heard, c->bytes.len);
        }
        p->next++;
    }
    if (!p->ended) /* what was written last is still on its way */
        (void)uv_timer_start(&p->timer, on_linger, LINGER_MS, 0);
}

static void on_waiting(void *context, const char *sentence)
{
    (void)context;
    (void)fprintf(stderr, "%s\n", sentence);
}

static void on_ready(void *context)
{
    struct playing *p = context;
    transport_start(p->transport);
}

static void on_up(void *context)
{
    go_on(context);
}

static void on_bytes(void *context, struct span in)
{
    struct playing *p = context;
    if (buffer_put(&p->heard, in) != ERROR_OK)
        stop(p, "The host says far more than it did.");
    else if (p->next < p->recording.chunk_count)
        go_on(p);
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct playing *p = context;
    (void)sentence;
    (void)gone;
    stop(p, p->next < p->recording.chunk_count ? "The host closed the link." : NULL);
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)fprintf(stderr, "noticed: %s\n", what);
}

static enum error read_file(const char *name, struct buffer *out)
{
    uint8_t piece[4096];
    size_t len;
    FILE *f = fopen(name, "re");
    enum error e = f ? ERROR_OK : ERROR_NOT_FOUND;
    while (e == ERROR_OK && (len = fread(piece, 1, sizeof piece, f)) > 0)
        e = buffer_put(out, span_of(piece, len));
    if (f && fclose(f) != 0)
        e = ERROR_IO;
    return e;
}

static int play(struct playing *p, const char *to)
{
    struct transport_events events = { p, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    struct transport_line line = { 9600, 8, 1, 'N', 'N', true, true };
    struct transport_port port;
    struct complaint why = { "" };
    enum error e = transport_parse(to, &port, &why);
    (void)uv_timer_init(&p->loop, &p->timer);
    p->timer.data = p;
    if (e == ERROR_OK)
        e = transport_open(&p->loop, &port, &line, -1, &events, &p->transport, &why);
    if (e != ERROR_OK)
        stop(p, why.text);
    (void)uv_run(&p->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&p->loop);
    if (p->trouble)
        (void)fprintf(stderr, "phial replay: %s\n", p->trouble);
    else if (p->different)
        (void)fprintf(stderr, "phial replay: the host answered otherwise %zu times\n",
                      p->different);
    if (p->trouble)
        return EXIT_ENVIRONMENT;
    return p->different ? EXIT_NO : EXIT_DONE;
}

static int play_file(const char *file, const char *to)
{
    struct playing p = { .next = 0 };
    struct complaint why = { "The file cannot be read." };
    struct buffer bytes;
    int status = EXIT_ENVIRONMENT;
    buffer_init(&bytes, LIMIT_CAPTURE_FILE);
    buffer_init(&p.heard, LIMIT_MESSAGE);
    if (read_file(file, &bytes) != ERROR_OK ||
        recording_read(file, buffer_span(&bytes), &p.recording, &why) != ERROR_OK) {
        (void)fprintf(stderr, "phial replay: %s\n", why.text);
    } else {
        if (uv_loop_init(&p.loop) == 0)
            status = play(&p, to);
        recording_free(&p.recording);
    }
    buffer_free(&bytes);
    buffer_free(&p.heard);
    return status;
}

int command_replay(int argc, char **argv)
{
    static const struct option options[] = { { "to", required_argument, NULL, 't' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    const char *to = NULL;
    int letter;
    optind = 0;
    while ((letter = getopt_long(argc, argv, "t:h", options, NULL)) != -1) {
        if (letter == 'h')
            return fputs(usage, stdout) < 0 ? EXIT_ENVIRONMENT : EXIT_DONE;
        if (letter != 't')
            return EXIT_USAGE;
        to = optarg;
    }
    if (!to || optind != argc - 1)
        return fputs(usage, stderr) < 0 ? EXIT_ENVIRONMENT : EXIT_USAGE;
    return play_file(argv[optind], to);
}
