/*
 * Durable frames a second for 1, 4, 16 and 64 instruments, beside the bare rate of SQLite's commits
 * and the bare exchange on loopback of the same minute; frames for each commit; messages a second;
 * and what `phial serve` costs when nothing happens (performance.md says what it is compared with).
 *
 * Two figures are no times, and are held: that frames of many instruments share commits, and the
 * memory of an idle site. The second counts for a build without sanitizers, whose shadow is larger
 * than Phial.
 *
 * usage: bench_frames [SECONDS [IDLE_SECONDS [LINKS]]]
 *   SECONDS for each measurement, 3 unless told; LINKS: only that number of instruments.
 */
#include "tests/bench/baseline.h"
#include "tests/support/children.h"
#include "tests/support/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WARM_UP_SECONDS 1.0
#define SHARING_LINKS 16
#define SHARED_FRAMES 8.0
#define TRIES 3 /* whatever else the machine does holds frames back: the best counts */
#define IDLE_MB 40.0

struct cost {
    double pss_mb;    /* proportional memory of all its processes */
    double processor; /* seconds they used */
    unsigned processes;
};

static double number_after(const char *path, const char *name)
{
    char line[256];
    double value = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtod(line + strlen(name), NULL);
    (void)fclose(file);
    return value;
}

/* utime and stime are the 14th and 15th field of /proc/PID/stat; the second may hold blanks. */
static double processor_of(pid_t pid)
{
    char path[64], text[1024] = "";
    unsigned long user = 0, system = 0;
    const char *rest;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    file = fopen(path, "r");
    if (!file)
        return 0;
    if (fgets(text, sizeof text, file) && (rest = strrchr(text, ')')))
        (void)sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                     &system);
    (void)fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void add_process(struct cost *cost, pid_t pid)
{
    char path[64];
    pid_t children[CHILDREN_MOST];
    size_t count = children_of(pid, children);

    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    cost->pss_mb += number_after(path, "Pss:") / 1024;
    cost->processor += processor_of(pid);
    cost->processes++;
    for (size_t i = 0; i < count; i++)
        add_process(cost, children[i]);
}

static struct cost cost_of(pid_t pid)
{
    struct cost cost = { 0 };
    add_process(&cost, pid);
    return cost;
}

/* Core's last line says how many commits and frames it made. */
static void read_sums(const struct serve *s, double *commits, double *frames)
{
    char path[SERVE_PATH + 16], line[1024];
    FILE *file;
    (void)snprintf(path, sizeof path, "%s/log", s->data);
    file = fopen(path, "r");
    *commits = *frames = 0;
    while (file && fgets(line, sizeof line, file)) {
        const char *at = strstr(line, "stopped after ");
        if (at)
            (void)sscanf(at, "stopped after %lf commits, %lf frames", commits, frames);
    }
    if (file)
        (void)fclose(file);
}

/* Whether as many frames share a commit as must. */
static bool measure_links(unsigned links, double seconds, double commits_bare)
{
    struct serve serve;
    struct bench_load load = { .links = links, .port_step = 1, .seconds = seconds };
    double exchange = baseline_exchange(links, seconds), commits, kept, frames, start;
    uint64_t messages;
    struct cost before, after;
    int first = 0;

    serve_prepare(&serve);
    for (unsigned i = 0; i < links; i++) {
        serve_add_conf(
            &serve,
            "[instrument bench%u]\nprofile = generic-lis02\nport = tcp-listen:127.0.0.1:%d\n", i,
            (first ? first : (first = 20000 + (int)(getpid() % 20000))) + (int)i);
    }
    load.port = first;
    (void)serve_start(&serve);
    load.seconds = WARM_UP_SECONDS; /* each driver has started and said hello */
    (void)bench_load_run(&load, &messages);
    load.seconds = seconds;
    before = cost_of(serve.pid);
    start = bench_now();
    frames = (double)bench_load_run(&load, &messages) / (bench_now() - start);
    after = cost_of(serve.pid);
    (void)serve_stop(&serve);
    read_sums(&serve, &commits, &kept);
    printf("%9u | %8.0f | %8.0f | %5.2f | %5.2f | %6.1f | %8.0f | %6.0f\n", links, frames, exchange,
           frames / exchange, frames / commits_bare, commits > 0 ? kept / commits : 0,
           (double)messages / seconds,
           messages ? (after.processor - before.processor) * 1e6 / (double)messages : 0);
    (void)fflush(stdout);
    serve_clean(&serve);
    return links != SHARING_LINKS || kept >= SHARED_FRAMES * commits;
}

static bool measure(unsigned links, double seconds, double commits_bare)
{
    for (int i = 0; i < TRIES; i++)
        if (measure_links(links, seconds, commits_bare))
            return true;
    printf("FAILED: fewer than %.0f frames share a commit\n", SHARED_FRAMES);
    return false;
}

/* Whether it costs as little memory as it must. */
static bool measure_idle(double seconds)
{
    struct serve serve;
    struct cost before, after;
    double started;
    char name[16];

    serve_prepare(&serve);
    for (unsigned i = 0; i < 4; i++) {
        (void)snprintf(name, sizeof name, "idle%u", i);
        (void)serve_add_listener(&serve, name, "generic-lis02");
    }
    (void)serve_start(&serve); /* the first start makes keys and tables */
    (void)serve_stop(&serve);
    started = serve_start(&serve);
    usleep(1500000);
    before = cost_of(serve.pid);
    usleep((useconds_t)(seconds * 1e6));
    after = cost_of(serve.pid);
    printf("idle with 4 instruments: %u processes, %.1f MB proportional, %.3f %% of a processor "
           "over %.0f s, serving "
           "after %.3f s\n",
           after.processes, after.pss_mb, (after.processor - before.processor) / seconds * 100,
           seconds, started);
    (void)serve_stop(&serve);
    serve_clean(&serve);
    return BENCH_SANITIZED || after.pss_mb < IDLE_MB;
}

int main(int argc, char **argv)
{
    static const unsigned links[] = { 1, 4, 16, 64 };
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 3;
    double idle_seconds = argc > 2 ? strtod(argv[2], NULL) : 10;
    unsigned long only = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    const char *folder = getenv("TMPDIR");
    char data[] = "/tmp/phial-bench-XXXXXX";
    double commits;
    int status = 0;

    if (!mkdtemp(data))
        return 1;
    commits = baseline_commits(folder ? folder : data, seconds);
    printf("bare SQLite, one row a commit, WAL, synchronous=FULL: %.0f commits/s\n", commits);
    printf("instruments | durable frames/s | bare exchange frames/s | ratio | frames per bare "
           "commit | frames per commit | "
           "messages/s | processor us a message\n");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if ((!only || links[i] == only) && !measure(links[i], seconds, commits))
            status = 1;
    if (idle_seconds > 0 && !measure_idle(idle_seconds)) {
        printf("FAILED: an idle site needs more than %.0f MB\n", IDLE_MB);
        status = 1;
    }
    return status;
}
