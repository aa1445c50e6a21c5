/*
 * What the children of the real program can still do once bytes from outside have taken them over,
 * as an ordinary user: nothing. And what becomes of a child that lies or dies: core goes on, and no
 * analyzer is refused meanwhile.
 */
#include "tests/confine/probe.h"
#include "tests/support/children.h"
#include "tests/support/sender.h"
#include "tests/support/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534, PATIENCE = 10, KILLS = 4 };

struct site {
    struct serve serve;
    struct probe_page *page;
    char variable[SERVE_PATH + 64], page_path[SERVE_PATH];
    char *environment[2];
    int port;
};

static unsigned failures;

static void expect(bool right, const char *what)
{
    if (!right) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

static void stop(const char *what)
{
    fprintf(stderr, "confine: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Root may open and signal everything: only an ordinary user shows what confinement does. */
static void become_nobody(void)
{
    const char *program = getenv("PHIAL_PROGRAM");

    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        stop("becoming an ordinary user");
    if (program && access(program, X_OK) != 0)
        stop("an ordinary user cannot run the program; build it where everybody may read");
}

static void make_page(struct site *s)
{
    const char *folder = getenv("TMPDIR");
    int fd;

    (void)snprintf(s->page_path, sizeof s->page_path, "%s/phial-probe-XXXXXX",
                   folder ? folder : "/tmp");
    fd = mkstemp(s->page_path);
    if (fd < 0 || ftruncate(fd, sizeof *s->page) != 0)
        stop("the shared page");
    s->page = mmap(NULL, sizeof *s->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (s->page == MAP_FAILED)
        stop("mapping the shared page");
    close(fd);
    (void)snprintf(s->variable, sizeof s->variable, PROBE_VARIABLE "=%s", s->page_path);
    s->environment[0] = s->variable;
    s->serve.environment = s->environment;
}

static void make_printer_folder(const struct site *s)
{
    char path[SERVE_PATH + 16];

    (void)snprintf(path, sizeof path, "%s/labels", s->serve.data);
    if (mkdir(path, 0700) != 0)
        stop("the printer's folder");
}

static long status_line(pid_t pid, const char *name)
{
    char path[64], text[8192];
    const char *at;

    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    children_read(path, text, sizeof text);
    at = strstr(text, name);
    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* The child, once it is confined and not `before`. */
static pid_t wait_child(const struct site *s, const char *words, pid_t before)
{
    double until = serve_now() + PATIENCE;

    while (serve_now() < until) {
        pid_t pid = child_named(s->serve.pid, words);
        if (pid && pid != before && status_line(pid, "\nSeccomp:") == 2)
            return pid;
        usleep(10000);
    }
    printf("FAILED: %s is not there or not confined\n", words);
    exit(1);
}

static void check_status(const struct site *s, const char *words)
{
    pid_t pid = wait_child(s, words, 0);

    expect(status_line(pid, "\nNoNewPrivs:") == 1, "a child cannot gain privileges");
    expect(status_line(pid, "\nCapEff:") == 0, "a child has no capabilities");
    expect(status_line(pid, "\nUid:") == (long)geteuid(), "a child is an ordinary user");
}

static void send_words(int port, const char *words)
{
    int fd = sender_dial_tcp(port);

    if (fd < 0 || send(fd, words, strlen(words), MSG_NOSIGNAL) < 0)
        stop("sending the words");
    usleep(100000);
    close(fd);
}

/* What the child wrote down since `done`: every attempt must have failed. */
static void judge_attempts(struct site *s, int done, const char *who)
{
    double until = serve_now() + PATIENCE;

    while (atomic_load(&s->page->done) == done && serve_now() < until)
        usleep(1000);
    if (atomic_load(&s->page->done) == done) {
        printf("FAILED: %s did not try\n", who);
        failures++;
        return;
    }
    for (int i = 0; i < s->page->count; i++) {
        const struct probe_attempt *a = &s->page->attempts[i];
        printf("%-10s %-36s %s\n", who, a->name, a->error ? strerror(a->error) : "IT COULD");
        failures += !a->error;
    }
    expect(s->page->count >= 30, "the child tried everything");
}

static void probe(struct site *s, int port, const char *words, const char *who)
{
    int done = atomic_load(&s->page->done);

    send_words(port, words);
    judge_attempts(s, done, who);
}

/* A file that takes the EKG reader over, as if a stick had brought it. */
static void probe_ekg_reader(struct site *s)
{
    static const char file[] = "%PDF-1.4\n" PROBE_TRY "\nstartxref\n0\n%%EOF\n";
    char hidden[SERVE_PATH + 32], name[SERVE_PATH + 32];
    int done = atomic_load(&s->page->done);
    FILE *f;

    (void)wait_child(s, "child-instrument import", 0);
    (void)snprintf(hidden, sizeof hidden, "%s/import/.file.part", s->serve.data);
    (void)snprintf(name, sizeof name, "%s/import/file.pdf", s->serve.data);
    f = fopen(hidden, "w");
    if (!f || fputs(file, f) < 0 || fclose(f) != 0 || rename(hidden, name) != 0)
        stop("putting a file into the folder");
    judge_attempts(s, done, "ekg");
    check_status(s, "child-ekg");
}

static void deliver_message(int port)
{
    static const char *const records[] = { "H|\\^&|||Bench^1.0|||||||P|LIS2-A2|20260312094102",
                                           "P|1", "O|1|000000000000||^^^GLU|R",
                                           "R|1|^^^GLU|5.5|mmol/L||N||F", "L|1|N" };
    struct sender sender;
    static int at;

    at = port;
    sender_prepare(&sender, NULL, &at, 1);
    sender.fd = sender_dial_tcp(port);
    expect(sender.fd >= 0 && sender_send(&sender, records, 5, 1),
           "an instrument's message is taken");
    sender_hang_up(&sender);
}

/* Half a message is acknowledged, then its driver is killed: what is left must be decoded. */
static void the_decoder_comes_when_it_is_needed(struct site *s, int port)
{
    uint8_t enquiry = 5, frame[128], answer = 0;
    size_t len = sender_frame(frame, 1, "H|\\^&|||Bench^1.0|||||||P|LIS2-A2|20260312094102");
    int fd = sender_dial_tcp(port);

    expect(!child_named(s->serve.pid, "child-instrument decoder"), "nothing to decode: no decoder");
    if (fd < 0 || send(fd, &enquiry, 1, MSG_NOSIGNAL) != 1 || recv(fd, &answer, 1, 0) != 1 ||
        send(fd, frame, len, MSG_NOSIGNAL) != (ssize_t)len || recv(fd, &answer, 1, 0) != 1)
        stop("sending half a message");
    expect(answer == 6, "its frame is acknowledged");
    expect(kill(child_named(s->serve.pid, "child-instrument other"), SIGKILL) == 0,
           "the driver is killed");
    close(fd);
    check_status(s, "child-instrument decoder");
}

static unsigned log_count(const struct site *s, const char *words)
{
    char path[SERVE_PATH + 16], line[1024];
    unsigned count = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/log", s->serve.data);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        count += strstr(line, words) != NULL;
    if (file)
        (void)fclose(file);
    return count;
}

static void a_child_that_lies_is_started_again(struct site *s)
{
    pid_t before = child_named(s->serve.pid, "child-instrument lab"), core = s->serve.pid;

    send_words(s->port, PROBE_LIE);
    expect(wait_child(s, "child-instrument lab", before) != before, "it is another process");
    expect(log_count(s, "P012 instrument lab") == 1, "core says why it ended the child");
    expect(kill(core, 0) == 0 && status_line(core, "\nPPid:") == (long)getpid(), "core goes on");
    deliver_message(s->port);
}

struct knocking {
    int port;
    atomic_bool stop;
    unsigned connections, refused;
    double longest;
};

static void *knock(void *context)
{
    struct knocking *k = context;

    while (!atomic_load(&k->stop)) {
        double start = serve_now(), took;
        int fd = sender_dial_tcp(k->port);
        took = serve_now() - start;
        k->connections++;
        k->refused += fd < 0;
        k->longest = took > k->longest ? took : k->longest;
        if (fd >= 0)
            close(fd);
    }
    return NULL;
}

static void no_analyzer_is_refused_while_its_child_restarts(struct site *s)
{
    struct knocking k = { .port = s->port };
    pthread_t thread;
    pid_t pid = wait_child(s, "child-instrument lab", 0);

    if (pthread_create(&thread, NULL, knock, &k) != 0)
        stop("a thread");
    for (int i = 0; i < KILLS; i++) {
        usleep(50000);
        expect(kill(pid, SIGKILL) == 0, "the child is killed");
        pid = wait_child(s, "child-instrument lab", pid);
    }
    atomic_store(&k.stop, true);
    pthread_join(thread, NULL);
    printf("%u connections while the child was killed %d times, %u refused, the longest took "
           "%.2f s\n",
           k.connections, KILLS, k.refused, k.longest);
    expect(k.connections > KILLS && k.refused == 0, "no connection is refused");
    deliver_message(s->port);
}

int main(void)
{
    static struct site s;
    int other;

    become_nobody();
    serve_prepare(&s.serve);
    make_page(&s);
    s.port = serve_add_listener(&s.serve, "lab", "generic-lis02");
    other = serve_add_listener(&s.serve, "other", "generic-lis02");
    serve_add_conf(&s.serve, "[printer desk]\nkind = file\nport = labels\nstock = 2x1\n");
    make_printer_folder(&s);
    (void)snprintf(s.page->data, sizeof s.page->data, "%s", s.serve.data);
    s.page->other_port = s.serve.web_port;
    (void)serve_start(&s.serve);
    s.page->core = s.serve.pid;
    check_status(&s, "child-instrument lab");
    check_status(&s, "child-instrument other");
    check_status(&s, "child-label desk");
    check_status(&s, "child-web");
    the_decoder_comes_when_it_is_needed(&s, other);
    probe(&s, s.port, PROBE_TRY, "instrument");
    deliver_message(s.port);
    probe(&s, s.serve.web_port, "GET / HTTP/1.1\r\nHost: " PROBE_TRY "\r\n\r\n", "web");
    probe_ekg_reader(&s);
    a_child_that_lies_is_started_again(&s);
    no_analyzer_is_refused_while_its_child_restarts(&s);
    expect(serve_stop(&s.serve) == 0, "core ends cleanly");
    expect(serve_command(&s.serve, "custody", "verify") == 0, "custody is whole");
    serve_clean(&s.serve);
    (void)unlink(s.page_path);
    printf(failures ? "%u things are not as they should be\n" : "all as it should be\n", failures);
    return failures ? 1 : 0;
}
