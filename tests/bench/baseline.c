/* The limits of disk and loopback, and the load that is put on Phial. */
#include "tests/bench/baseline.h"

#include "tests/support/sender.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 64, PANEL_RESULTS = 24 };

double bench_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double baseline_commits(const char *folder, double seconds)
{
    char path[4096];
    uint8_t row[250] = { 1 };
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    double start;
    uint64_t commits = 0;

    (void)snprintf(path, sizeof path, "%s/baseline.db", folder);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(b BLOB)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO t VALUES(?)", -1, &insert, NULL) != SQLITE_OK) {
        fprintf(stderr, "baseline: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_bind_blob(insert, 1, row, sizeof row, SQLITE_STATIC);
    for (start = bench_now(); bench_now() - start < seconds; commits++) {
        if (sqlite3_step(insert) != SQLITE_DONE)
            exit(1);
        sqlite3_reset(insert);
    }
    seconds = bench_now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return (double)commits / seconds;
}

/* Answers every ENQ and every line end with ACK, on all connections, until told to stop. */
struct answerer {
    int listener;
    atomic_bool stop;
};

static void answer_bytes(int fd)
{
    uint8_t bytes[4096];
    ssize_t got = read(fd, bytes, sizeof bytes);
    for (ssize_t i = 0; i < got; i++)
        if ((bytes[i] == 5 || bytes[i] == '\n') && send(fd, "\x06", 1, MSG_NOSIGNAL) != 1)
            return;
}

static void *answerer_run(void *context)
{
    struct answerer *a = context;
    struct pollfd fds[LINKS_MAX + 1] = { { .fd = a->listener, .events = POLLIN } };
    nfds_t count = 1;
    int one = 1;

    while (!atomic_load(&a->stop)) {
        if (poll(fds, count, 50) <= 0)
            continue;
        for (nfds_t i = 1; i < count; i++)
            if (fds[i].revents)
                answer_bytes(fds[i].fd);
        if (fds[0].revents && count <= LINKS_MAX) {
            fds[count] =
                (struct pollfd) { .fd = accept(a->listener, NULL, NULL), .events = POLLIN };
            (void)setsockopt(fds[count].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            count++;
        }
    }
    for (nfds_t i = 1; i < count; i++)
        close(fds[i].fd);
    return NULL;
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, LINKS_MAX) ||
        getsockname(fd, (struct sockaddr *)&at, &size))
        exit(1);
    *port = ntohs(at.sin_port);
    return fd;
}

double baseline_exchange(unsigned links, double seconds)
{
    struct answerer answerer = { .stop = false };
    struct bench_load load = { .links = links, .seconds = seconds };
    pthread_t thread;
    uint64_t frames;

    answerer.listener = listen_anywhere(&load.port);
    pthread_create(&thread, NULL, answerer_run, &answerer);
    frames = bench_load_run(&load, NULL);
    atomic_store(&answerer.stop, true);
    pthread_join(thread, NULL);
    close(answerer.listener);
    return (double)frames / seconds;
}

struct load_link {
    pthread_t thread;
    struct sender sender;
    int port;
    unsigned number;
    volatile bool stop;
};

static int load_dial(void *context)
{
    struct load_link *link = context;
    return sender_dial_tcp(link->port);
}

/* A chemistry panel in the shape of a real one: header, patient, order, 24 results, terminator. */
static void *load_link_run(void *context)
{
    struct load_link *link = context;
    char texts[PANEL_RESULTS + 4][160];
    const char *records[PANEL_RESULTS + 4];

    for (uint64_t run = 1; !link->stop; run++) {
        size_t count = 0;
        (void)snprintf(texts[count++], sizeof texts[0],
                       "H|\\^&|||Bench^1.0^%u|||||||P|LIS2-A2|20260312094102", link->number);
        (void)snprintf(texts[count++], sizeof texts[0], "P|1||00900001");
        (void)snprintf(texts[count++], sizeof texts[0], "O|1|%012llu|%llu|^^^PANEL|R||||||N",
                       (unsigned long long)run, (unsigned long long)run);
        for (unsigned i = 0; i < PANEL_RESULTS; i++)
            (void)snprintf(texts[count++], sizeof texts[0],
                           "R|%u|^^^T%02u|%u.%u|mg/dL|1.0 to 99.0|N||F||op1||20260312094000", i + 1,
                           i, 40 + i, i % 10);
        (void)snprintf(texts[count++], sizeof texts[0], "L|1|N");
        for (size_t i = 0; i < count; i++)
            records[i] = texts[i];
        (void)sender_send(&link->sender, records, count, 1000);
    }
    sender_hang_up(&link->sender);
    return NULL;
}

uint64_t bench_load_run(const struct bench_load *load, uint64_t *messages)
{
    struct load_link *links = calloc(load->links, sizeof *links);
    struct timespec pause = { .tv_sec = (time_t)load->seconds,
                              .tv_nsec =
                                  (long)((load->seconds - (double)(time_t)load->seconds) * 1e9) };
    uint64_t frames = 0, whole = 0;

    if (!links)
        exit(1);
    for (unsigned i = 0; i < load->links; i++) {
        links[i].port = load->port + (int)i * load->port_step;
        links[i].number = i;
        sender_prepare(&links[i].sender, load_dial, &links[i], i + 1);
        links[i].sender.stop = &links[i].stop;
        pthread_create(&links[i].thread, NULL, load_link_run, &links[i]);
    }
    nanosleep(&pause, NULL);
    for (unsigned i = 0; i < load->links; i++)
        links[i].stop = true;
    for (unsigned i = 0; i < load->links; i++) {
        pthread_join(links[i].thread, NULL);
        frames += links[i].sender.counts.frames_acknowledged;
        whole += links[i].sender.counts.messages;
    }
    free(links);
    if (messages)
        *messages = whole;
    return frames;
}
