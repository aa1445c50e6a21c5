/* Starting and killing the real program. */
#include "tests/support/serve.h"

#include "tests/support/ports.h"
#include "tests/support/sender.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what)
{
    fprintf(stderr, "test support: %s: %s\n", what, strerror(errno));
    exit(1);
}

double serve_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void serve_add_conf(struct serve *s, const char *format, ...)
{
    size_t at = strlen(s->conf);
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(s->conf + at, sizeof s->conf - at, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof s->conf - at)
        fail("the settings are too long");
}

void serve_prepare(struct serve *s)
{
    const char *program = getenv("PHIAL_PROGRAM");
    const char *folder = getenv("TMPDIR");

    memset(s, 0, sizeof *s);
    s->program = program ? program : PHIAL_PROGRAM_PATH;
    (void)snprintf(s->data, sizeof s->data, "%s/phial-test-XXXXXX", folder ? folder : "/tmp");
    if (!mkdtemp(s->data))
        fail("mkdtemp");
    s->web_port = ports_free();
    serve_add_conf(s,
                   "[site]\nname = Test clinic (invented)\nzone = America/Chicago\n"
                   "[web]\nlisten = 127.0.0.1:%d\n",
                   s->web_port);
}

int serve_add_listener(struct serve *s, const char *name, const char *profile)
{
    int port = ports_free();
    serve_add_conf(s, "[instrument %s]\nprofile = %s\nport = tcp-listen:127.0.0.1:%d\n", name,
                   profile, port);
    return port;
}

static void write_conf(const struct serve *s)
{
    char path[SERVE_PATH + 16];
    FILE *file;
    (void)snprintf(path, sizeof path, "%s/phial.conf", s->data);
    file = fopen(path, "w");
    if (!file || fputs(s->conf, file) < 0 || fclose(file))
        fail(path);
}

static void child(const struct serve *s)
{
    char path[SERVE_PATH + 16];
    int log;
    (void)snprintf(path, sizeof path, "%s/log", s->data);
    log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
    for (char *const *e = s->environment; e && *e; e++)
        putenv(*e);
    execl(s->program, "phial", "serve", "--data", s->data, (char *)NULL);
    _exit(127);
}

double serve_start(struct serve *s)
{
    double start = serve_now();

    write_conf(s);
    s->pid = fork();
    if (s->pid < 0)
        fail("fork");
    if (s->pid == 0)
        child(s);
    for (;;) {
        int fd = sender_dial_tcp(s->web_port);
        if (fd >= 0) {
            close(fd);
            return serve_now() - start;
        }
        if (waitpid(s->pid, NULL, WNOHANG) == s->pid || serve_now() - start > 30) {
            fprintf(stderr, "test support: phial serve did not start; see %s/log\n", s->data);
            exit(1);
        }
        usleep(2000);
    }
}

static int wait_for_end(struct serve *s)
{
    int status = 0;
    while (waitpid(s->pid, &status, 0) < 0)
        if (errno != EINTR)
            fail("waitpid");
    s->pid = 0;
    return status;
}

void serve_kill(struct serve *s)
{
    kill(s->pid, SIGKILL);
    (void)wait_for_end(s);
}

int serve_stop(struct serve *s)
{
    int status;
    kill(s->pid, SIGTERM);
    status = wait_for_end(s);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int serve_command(const struct serve *s, const char *command, const char *verb)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execl(s->program, "phial", command, verb, "--data", s->data, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        fail("running the program");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void serve_clean(struct serve *s)
{
    (void)nftw(s->data, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
