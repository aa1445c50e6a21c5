/*
 * How long a provider waits for the inbox: 5,000 open rows in a database of many results, beside
 * the same page of a database that holds next to nothing, through the real program over HTTP.
 *
 * usage: bench_inbox [RESULTS [OPEN [REQUESTS]]]
 *   In each run 100,000, 5,000 and 300; the million of the acceptance by hand.
 */
#include "tests/bench/baseline.h"
#include "tests/support/sender.h"
#include "tests/support/serve.h"

#include "core/daemon/pins.h"
#include "core/daemon/pinwork.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOGIN "dana" /* the provider that store_fill makes */
#define PIN "271828"

enum { ANSWER_MAX = 4 << 20, PATIENCE_MS = 20000, WARM_UP = 20 };

struct browser {
    int fd, port;
    char cookie[256];
    char *answer;
    size_t len;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_inbox: %s\n", what);
    exit(1);
}

/* The length of the whole answer once its head is there, else 0. */
static size_t whole_length(const struct browser *b)
{
    const char *body = strstr(b->answer, "\r\n\r\n");
    const char *length = strcasestr(b->answer, "content-length:");

    if (!body || !length)
        return 0;
    return (size_t)(body + 4 - b->answer) + strtoul(length + 15, NULL, 10);
}

static void read_answer(struct browser *b)
{
    size_t whole = 0;

    b->len = 0;
    while (!whole || b->len < whole) {
        struct pollfd ready = { .fd = b->fd, .events = POLLIN };
        ssize_t got = 0;
        if (b->len < ANSWER_MAX && poll(&ready, 1, PATIENCE_MS) == 1)
            got = read(b->fd, b->answer + b->len, ANSWER_MAX - b->len);
        if (got <= 0)
            fail("the page did not answer");
        b->len += (size_t)got;
        b->answer[b->len] = '\0';
        whole = whole_length(b);
    }
}

/* One request on the open connection; the answer must be 200. */
static void ask(struct browser *b, const char *path, const char *body)
{
    char request[1024];
    int len = snprintf(request, sizeof request,
                       "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Phial: 1\r\nContent-Type: "
                       "application/json\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
                       path, b->port, *b->cookie ? "Cookie: " : "", b->cookie,
                       *b->cookie ? "\r\n" : "", strlen(body), body);

    if (len < 0 || (size_t)len >= sizeof request ||
        send(b->fd, request, (size_t)len, MSG_NOSIGNAL) != len)
        fail("the page does not take a request");
    read_answer(b);
    if (strncmp(b->answer, "HTTP/1.1 200", 12) != 0) {
        fprintf(stderr, "bench_inbox: %s answered:\n%s\n", path, b->answer);
        exit(1);
    }
}

static void sign_in(struct browser *b, int port)
{
    const char *cookie;

    b->port = port;
    b->cookie[0] = '\0';
    b->fd = sender_dial_tcp(port);
    if (b->fd < 0)
        fail("nobody listens");
    ask(b, "/api/sign_in", "{\"login\":\"" LOGIN "\",\"pin\":\"" PIN "\"}");
    cookie = strcasestr(b->answer, "set-cookie: ");
    if (!cookie)
        fail("no cookie came with the sign-in");
    cookie += strlen("set-cookie: ");
    (void)snprintf(b->cookie, sizeof b->cookie, "%.*s", (int)strcspn(cookie, ";\r"), cookie);
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct figures {
    double p50, p99, ms_most;
    size_t bytes;
};

static struct figures measure(struct browser *b, size_t requests)
{
    double *times = calloc(requests, sizeof *times);
    struct figures f;

    if (!times)
        fail("no memory");
    for (size_t i = 0; i < requests + WARM_UP; i++) {
        double start = bench_now();
        ask(b, "/api/view", "{\"what\":\"inbox\",\"limit\":50}");
        if (i >= WARM_UP)
            times[i - WARM_UP] = (bench_now() - start) * 1000;
    }
    qsort(times, requests, sizeof *times, compare);
    f = (struct figures) { times[requests / 2], times[requests - 1 - requests / 100],
                           times[requests - 1], b->len };
    free(times);
    return f;
}

static void fill(const struct serve *s, const char *results, const char *open)
{
    const char *program = getenv("STORE_FILL");
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        execl(program ? program : STORE_FILL_PATH, "store_fill", s->data, results, open,
              (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        fail("the database could not be filled");
}

static void set_pin(const struct serve *s)
{
    char hash[PIN_HASH_SIZE];
    struct complaint why = { "" };
    struct pins *pins = NULL;

    if (pinwork_hash_now(PIN, hash) != ERROR_OK || pins_open(s->data, &pins, &why) != ERROR_OK ||
        pins_set(pins, LOGIN, hash, &why) != ERROR_OK)
        fail("the PIN could not be set");
    pins_close(pins);
}

static struct figures measure_database(const char *results, const char *open, size_t requests)
{
    struct browser b = { .answer = malloc(ANSWER_MAX + 1) };
    struct serve serve;
    struct figures f;

    if (!b.answer)
        fail("no memory");
    serve_prepare(&serve);
    fill(&serve, results, open);
    set_pin(&serve);
    (void)serve_start(&serve);
    sign_in(&b, serve.web_port);
    f = measure(&b, requests);
    printf("%9s results, %5s open: p50 %6.2f ms, p99 %6.2f ms, most %6.2f ms, %zu bytes\n", results,
           open, f.p50, f.p99, f.ms_most, f.bytes);
    (void)fflush(stdout);
    close(b.fd);
    (void)serve_stop(&serve);
    serve_clean(&serve);
    free(b.answer);
    return f;
}

int main(int argc, char **argv)
{
    const char *results = argc > 1 ? argv[1] : "100000", *open = argc > 2 ? argv[2] : "5000";
    size_t requests = argc > 3 ? strtoul(argv[3], NULL, 10) : 300;
    struct figures bare, full;

    if (requests < 100) {
        fprintf(stderr, "usage: bench_inbox [RESULTS [OPEN [REQUESTS]]], at least 100 requests\n");
        return 2;
    }
    /* 50 rows: as many as the page shows, so that both answers are of one size */
    bare = measure_database("1000", "50", requests);
    full = measure_database(results, open, requests);
    printf("against the small database: p50 %.2f times, p99 %.2f times\n", full.p50 / bare.p50,
           full.p99 / bare.p99);
    return 0;
}
