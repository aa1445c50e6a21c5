/* The probe: libc's own names, found first because they stand in the program itself. */
#include "tests/confine/probe.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHANNEL = 3, DESCRIPTORS = 512, PATH = PROBE_DATA + 32 };

static struct probe_page *page;
static bool reads_ekgs; /* the EKG reader: what comes from core is a stranger's file */

/* Before main, so before any filter forbids to open the page. The C library hands a constructor
 * what it hands main. */
__attribute__((constructor)) static void map_page(int argc, char **argv)
{
    const char *path = getenv(PROBE_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at;

    reads_ekgs = argc > 1 && strcmp(argv[1], "child-ekg") == 0;
    if (fd < 0)
        return;
    at = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        page = at;
}

static void note(const char *name, long result)
{
    struct probe_attempt *a = &page->attempts[page->count];
    int error = result < 0 ? errno : 0;

    if (page->count == PROBE_ATTEMPTS)
        return;
    (void)snprintf(a->name, sizeof a->name, "%s", name);
    a->error = error;
    page->count++;
}

static void try_files(void)
{
    static const struct {
        const char *name, *file;
        int flags;
    } files[] = {
        { "read the database", "%s/phial.db", O_RDONLY },
        { "write the database", "%s/phial.db", O_RDWR },
        { "read the log of the database", "%s/phial.db-wal", O_RDONLY },
        { "read the PIN file", "%s/pins", O_RDONLY },
        { "read the key of the seal", "%s/custody.key", O_RDONLY },
        { "write the seal", "%s/custody.seal", O_WRONLY | O_APPEND },
        { "make a file", "%s/made-by-a-child", O_WRONLY | O_CREAT },
        { "read another file", "/etc/passwd", O_RDONLY },
        { "open a terminal", "/dev/ptmx", O_RDWR },
        { "open a harmless device", "/dev/null", O_RDWR },
        { "list the folder", "%s", O_RDONLY | O_DIRECTORY },
        { "look into core", "/proc/1/mem", O_RDONLY },
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[PATH];
        if (files[i].file[0] == '%')
            (void)snprintf(path, sizeof path, "%s%s", page->data, files[i].file + 2);
        else
            (void)snprintf(path, sizeof path, "%s", files[i].file);
        note(files[i].name, syscall(SYS_openat, AT_FDCWD, path, files[i].flags, 0600));
    }
}

static void try_sockets(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)page->other_port) };
    int pair[2];

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    note("make a TCP socket", syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    note("make a UDP socket", syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0));
    note("make an IPv6 socket", syscall(SYS_socket, AF_INET6, SOCK_STREAM, 0));
    note("make a local socket", syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
    note("make a netlink socket", syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0));
    note("make a pair of sockets",
         syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (fcntl(fd, F_GETFD) >= 0 && syscall(SYS_connect, fd, &at, sizeof at) == 0) {
            note("connect an open descriptor", 0);
            return;
        }
    note("connect", syscall(SYS_connect, CHANNEL, &at, sizeof at));
    note("bind", syscall(SYS_bind, CHANNEL, &at, sizeof at));
}

static void try_processes(void)
{
    char *const arguments[] = { (char *)"true", NULL };

    note("run a program", syscall(SYS_execve, "/bin/true", arguments, NULL));
    note("start a process", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    note("signal core", syscall(SYS_kill, page->core, 0));
    note("trace core", syscall(SYS_ptrace, PTRACE_ATTACH, page->core, 0, 0));
    note("read core's memory", syscall(SYS_process_vm_readv, page->core, NULL, 0, NULL, 0, 0));
    note("make an io_uring", syscall(SYS_io_uring_setup, 1, page));
    note("open by openat2", syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", page, 24));
    note("map memory to execute",
         (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1
             ? -1
             : 0);
    note("regain privileges", syscall(SYS_setuid, 0));
    note("delete a file", syscall(SYS_unlinkat, AT_FDCWD, "/tmp/no-such-file", 0));
    note("rename a file", syscall(SYS_renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b"));
}

/* A file of the data folder that is open already must not take bytes. */
static void try_open_file(const char *name, const char *file)
{
    char path[PATH];
    struct stat wanted, st;
    int writable = 0;

    (void)snprintf(path, sizeof path, "%s/%s", page->data, file);
    if (stat(path, &wanted) != 0)
        return;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (fstat(fd, &st) == 0 && st.st_ino == wanted.st_ino && st.st_dev == wanted.st_dev)
            writable |= (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
    errno = EBADF;
    note(name, writable ? 0 : -1);
}

static void try_everything(void)
{
    page->count = 0;
    try_files();
    try_sockets();
    try_processes();
    try_open_file("write the open database", "phial.db");
    try_open_file("write the open log of the database", "phial.db-wal");
    try_open_file("write the open PIN file", "pins");
    atomic_fetch_add(&page->done, 1);
}

static ssize_t look_at(const void *bytes, ssize_t len)
{
    static const char lie[] = "this is no message of ours";

    if (!page || len <= 0)
        return len;
    if (memmem(bytes, (size_t)len, PROBE_TRY, strlen(PROBE_TRY)))
        try_everything();
    if (memmem(bytes, (size_t)len, PROBE_LIE, strlen(PROBE_LIE)))
        (void)send(CHANNEL, lie, sizeof lie, MSG_NOSIGNAL);
    return len;
}

ssize_t read(int fd, void *bytes, size_t len)
{
    static ssize_t (*real)(int, void *, size_t);
    if (!real)
        real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    return look_at(bytes, real(fd, bytes, len));
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    static ssize_t (*real)(int, void *, size_t, int);
    if (!real)
        real = (ssize_t(*)(int, void *, size_t, int))dlsym(RTLD_NEXT, "recv");
    return look_at(bytes, real(fd, bytes, len, flags));
}

int recvmmsg(int fd, struct mmsghdr *m, unsigned count, int flags, struct timespec *until)
{
    static int (*real)(int, struct mmsghdr *, unsigned, int, struct timespec *);
    int got;
    if (!real)
        real = (int (*)(int, struct mmsghdr *, unsigned, int, struct timespec *))dlsym(RTLD_NEXT,
                                                                                       "recvmmsg");
    got = real(fd, m, count, flags, until);
    for (int i = 0; i < got && reads_ekgs; i++)
        (void)look_at(m[i].msg_hdr.msg_iov->iov_base, (ssize_t)m[i].msg_len);
    return got;
}
