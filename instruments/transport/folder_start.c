/* Starting a folder's helper: what must be opened is opened here, and complained of in words. */
#include "instruments/transport/folder_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 3, HIGH = 32, PLACES = 5, FOLDER_MODE = 0700 };

static enum error say(struct complaint *why, const char *path, int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return complain(why, ERROR_NOT_FOUND,
                        "The folder %s is not there. Make it, or mount what it lies on.", path);
    case EACCES:
    case EPERM:
    case EROFS:
        return complain(why, ERROR_DENIED,
                        "The folder %s is not ours to read and write. Give this user the right to "
                        "move files in it.",
                        path);
    case EWOULDBLOCK:
        return complain(why, ERROR_BUSY, "The folder %s is watched by another program. End it.",
                        path);
    default:
        return complain(why, ERROR_IO, "The folder %s cannot be used: %s.", path, strerror(error));
    }
}

/* A folder of ours in it, and never one that a link leads to. */
static int open_below(int folder, const char *name)
{
    if (mkdirat(folder, name, FOLDER_MODE) != 0 && errno != EEXIST)
        return -1;
    return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Without inotify, or where the kernel does not see who writes, looking now and then must do. */
static int open_events(const char *path)
{
    const uint32_t mask = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF |
                          IN_MOVE_SELF | IN_ONLYDIR;
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 && inotify_add_watch(fd, path, mask) < 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static bool open_places(const char *path, struct folder_places *p)
{
    p->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->folder < 0 || faccessat(p->folder, ".", R_OK | W_OK | X_OK, AT_EACCESS) != 0 ||
        flock(p->folder, LOCK_EX | LOCK_NB) != 0)
        return false;
    p->taking = open_below(p->folder, "taking");
    p->taken = p->taking >= 0 ? open_below(p->folder, "taken") : -1;
    if (p->taken < 0)
        return false;
    p->events = open_events(path);
    return true;
}

static void close_places(const struct folder_places *p)
{
    const int fds[] = { p->reader, p->folder, p->taking, p->taken, p->events };
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
}

/* In the new process: nothing is open but what it was given, no signal means anything. */
static _Noreturn void become_helper(const struct folder_places *p)
{
    const int given[PLACES] = { p->reader, p->folder, p->taking, p->taken, p->events };
    int high[PLACES];
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_DFL);
    (void)prctl(PR_SET_NAME, "phial-folder", 0, 0, 0);
    for (int i = 0; i < PLACES; i++)
        high[i] = given[i] >= 0 ? fcntl(given[i], F_DUPFD_CLOEXEC, HIGH) : -1;
    for (int i = 0; i < PLACES; i++)
        if (high[i] >= 0 && dup2(high[i], FIRST + i) < 0)
            _exit(1);
    if (close_range(FIRST + PLACES, ~0U, 0) != 0)
        _exit(1);
    if (high[PLACES - 1] < 0)
        (void)close(FIRST + PLACES - 1);
    folder_helper_run(&(struct folder_places) { FIRST, FIRST + 1, FIRST + 2, FIRST + 3,
                                                high[PLACES - 1] < 0 ? -1 : FIRST + 4,
                                                p->largest });
}

/* Twice, so that nobody needs to wait for it: it ends by itself when its reader does, and a reader
 * that is confined cannot wait. */
static bool fork_away(const struct folder_places *p)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        pid_t helper = fork();
        if (helper == 0)
            become_helper(p);
        _exit(helper > 0 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

enum error folder_helper_start(const char *path, size_t largest, int *fd, struct complaint *why)
{
    struct folder_places p = { -1, -1, -1, -1, -1, largest };
    int ends[2];
    enum error e = ERROR_OK;
    if (!open_places(path, &p)) {
        e = say(why, path, errno);
        close_places(&p);
        return e;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        e = say(why, path, errno);
        close_places(&p);
        return e;
    }
    p.reader = ends[1];
    if (!fork_away(&p)) {
        e = say(why, path, errno);
        (void)close(ends[0]);
    } else {
        *fd = ends[0];
    }
    close_places(&p);
    return e;
}
