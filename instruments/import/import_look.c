/* The looking process; see the header. */
#include "instruments/import/import_look.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKET = 3, SECONDS = 5, PATIENCE_MS = 30000 };
enum word { WORD_READY = 'R', WORD_EKG = 'E', WORD_OTHER = 'O' };

struct import_look {
    uint8_t *shared; /* LIMIT_ECG_FILE bytes */
    int socket;      /* -1 when nobody looks */
    pid_t pid;
};

/* ---- the process that looks ---- */

static void say(enum word word)
{
    char byte = (char)word;
    if (send(SOCKET, &byte, 1, MSG_NOSIGNAL) != 1)
        _exit(0);
}

static void count_time(time_t seconds)
{
    const struct itimerval time = { .it_value = { .tv_sec = seconds } };
    (void)setitimer(ITIMER_PROF, &time, NULL);
}

static _Noreturn void look_at_files(const uint8_t *shared)
{
    const struct ecg_reader *reader;
    uint64_t len;

    if (confine_descriptors(0) != ERROR_OK || confine_child(CONFINE_EKG) != ERROR_OK)
        _exit(1);
    say(WORD_READY);
    while (recv(SOCKET, &len, sizeof len, 0) == (ssize_t)sizeof len && len <= LIMIT_ECG_FILE) {
        count_time(SECONDS);
        say(ecg_recognise(span_of(shared, (size_t)len), &reader, NULL) == ERROR_OK ? WORD_EKG
                                                                                   : WORD_OTHER);
        count_time(0);
    }
    _exit(0);
}

/* ---- the process that asks ---- */

/* What it said, or 0. */
static char hear(const struct import_look *l)
{
    struct pollfd fd = { l->socket, POLLIN, 0 };
    char byte = 0;
    int ready;

    do
        ready = poll(&fd, 1, PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && recv(l->socket, &byte, 1, 0) == 1 ? byte : 0;
}

static void end_process(struct import_look *l)
{
    if (l->socket < 0)
        return;
    (void)close(l->socket);
    l->socket = -1;
    (void)kill(l->pid, SIGKILL);
    (void)waitpid(l->pid, NULL, 0);
}

static _Noreturn void become_looker(const struct import_look *l, int socket)
{
    (void)prctl(PR_SET_NAME, "phial-look", 0, 0, 0);
    (void)signal(SIGPROF, SIG_DFL);
    if (dup2(socket, SOCKET) < 0)
        _exit(1);
    look_at_files(l->shared);
}

static enum error start_process(struct import_look *l)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return ERROR_IO;
    l->pid = fork();
    if (l->pid == 0)
        become_looker(l, ends[1]);
    (void)close(ends[1]);
    if (l->pid < 0) {
        (void)close(ends[0]);
        return ERROR_IO;
    }
    l->socket = ends[0];
    if (hear(l) == WORD_READY)
        return ERROR_OK;
    end_process(l);
    return ERROR_IO;
}

enum error import_look_open(struct import_look **out)
{
    struct import_look *l = calloc(1, sizeof *l);
    enum error e;

    if (!l)
        return ERROR_NO_MEMORY;
    l->socket = -1;
    l->shared =
        mmap(NULL, LIMIT_ECG_FILE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    e = l->shared == MAP_FAILED ? ERROR_NO_MEMORY : start_process(l);
    if (e == ERROR_OK)
        *out = l;
    else
        import_look_close(l);
    return e;
}

void import_look_close(struct import_look *l)
{
    if (!l)
        return;
    end_process(l);
    if (l->shared != MAP_FAILED)
        (void)munmap(l->shared, LIMIT_ECG_FILE);
    free(l);
}

enum error import_look_at(struct import_look *l, struct span file, bool *is_ekg)
{
    uint64_t len = file.len;
    char word = 0;

    if (l->socket < 0 && start_process(l) != ERROR_OK)
        return ERROR_IO;
    if (len > LIMIT_ECG_FILE)
        return ERROR_TOO_BIG;
    memcpy(l->shared, file.at, file.len);
    if (send(l->socket, &len, sizeof len, MSG_NOSIGNAL) == (ssize_t)sizeof len)
        word = hear(l);
    if (word != WORD_EKG && word != WORD_OTHER)
        end_process(l);
    *is_ekg = word == WORD_EKG;
    return ERROR_OK;
}
