/*
 * The system calls that a confined child keeps, and for whom.
 *
 * What opens a path, makes a socket, starts a program or looks into another process stands nowhere
 * in this list. What moves bytes through descriptors that are open, waits, tells the time and
 * manages memory does.
 */
#include "core/base/confine_calls.h"

#include "core/base/confine.h"

#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/usbdevice_fs.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define EVERYONE ((1U << CONFINE_ROLE_COUNT) - 1)
#define PORT (1U << CONFINE_INSTRUMENT)
#define PRINTER_FILE (1U << CONFINE_LABELS_FILE)
#define EKG (1U << CONFINE_EKG)
#define WEB (1U << CONFINE_WEB)
#define FOLDER (1U << CONFINE_FOLDER)
#define USB (PORT | (1U << CONFINE_LABELS))
#define READER (1U << CONFINE_READER)
#define ACCEPTS (PORT | WEB)
#define READS (WEB | READER)
#define DRAWS ((1U << CONFINE_LABELS) | PRINTER_FILE)

#define CALL(roles, name)                                                                          \
    {                                                                                              \
        (roles), SCMP_SYS(name), CONFINE_ANY, 0, 0, 0                                              \
    }
#define CALL_EQUAL(roles, name, index, value)                                                      \
    {                                                                                              \
        (roles), SCMP_SYS(name), CONFINE_EQUAL, (index), 0, (value)                                \
    }
#define CALL_MASKED(roles, name, index, mask, value)                                               \
    {                                                                                              \
        (roles), SCMP_SYS(name), CONFINE_MASKED, (index), (mask), (value)                          \
    }
#define IOCTL(roles, request) CALL_EQUAL(roles, ioctl, 1, request)

static const struct confine_call calls[] = {
    /* Bytes through what is open. */
    CALL(EVERYONE, read),
    CALL(EVERYONE, readv),
    CALL(EVERYONE, pread64),
    CALL(EVERYONE, write),
    CALL(EVERYONE, writev),
    CALL(EVERYONE, pwrite64),
    CALL(EVERYONE, lseek),
    CALL(EVERYONE, recvfrom),
    CALL(EVERYONE, recvmsg),
    CALL(EVERYONE, recvmmsg),
    CALL(EVERYONE, sendto),
    CALL(EVERYONE, sendmsg),
    CALL(EVERYONE, shutdown),
    CALL(EVERYONE, getsockopt),
    CALL(EVERYONE, setsockopt),
    CALL(EVERYONE, getsockname),
    CALL(EVERYONE, getpeername),
    CALL(ACCEPTS, accept4),
    CALL(EVERYONE, close),
    CALL(EVERYONE, fstat),
    CALL(EVERYONE, newfstatat),
    CALL(EVERYONE, statx),
    CALL(EVERYONE, fcntl),
    CALL(EVERYONE, dup),
    CALL(EVERYONE, dup3),
    CALL(EVERYONE, fsync),
    CALL(EVERYONE, fdatasync),
    CALL(PORT, flock),
    /* A SQLite connection that is open asks whether files beside it exist; cairo asks whether the
     * file of a font it has open is still readable, once for each new size. */
    CALL(DRAWS | READS, access),
    CALL(DRAWS | READS, faccessat),
    CALL(READS, fstatfs),
    CALL(READS, geteuid),
    CALL(READS, getuid),
    /* One new file for each label: never one that exists, never for reading. */
    CALL_MASKED(PRINTER_FILE, openat, 2, O_ACCMODE | O_CREAT | O_EXCL, O_WRONLY | O_CREAT | O_EXCL),
    /* A folder's files: to be read, never through a link; and moved when they are safe. */
    CALL_MASKED(FOLDER, openat, 2, O_ACCMODE | O_CREAT | O_TRUNC | O_NOFOLLOW,
                O_RDONLY | O_NOFOLLOW),
    CALL(FOLDER, getdents64),
    CALL(FOLDER, renameat),
    CALL(FOLDER, renameat2),
    /* The loop. */
    CALL(EVERYONE, poll),
    CALL(EVERYONE, ppoll),
    CALL(EVERYONE, select),
    CALL(EVERYONE, pselect6),
    CALL(EVERYONE, epoll_create1),
    CALL(EVERYONE, epoll_ctl),
    CALL(EVERYONE, epoll_wait),
    CALL(EVERYONE, epoll_pwait),
    CALL(EVERYONE, epoll_pwait2),
    CALL(EVERYONE, eventfd2),
    CALL(EVERYONE, pipe2),
    CALL(EVERYONE, timerfd_create),
    CALL(EVERYONE, timerfd_settime),
    CALL(EVERYONE, timerfd_gettime),
    CALL(EKG, setitimer),
    /* Time and chance. */
    CALL(EVERYONE, clock_gettime),
    CALL(EVERYONE, clock_getres),
    CALL(EVERYONE, clock_nanosleep),
    CALL(EVERYONE, nanosleep),
    CALL(EVERYONE, gettimeofday),
    CALL(EVERYONE, time),
    CALL(EVERYONE, getrandom),
    /* Memory: nothing that is mapped from now on can be executed. */
    CALL(EVERYONE, brk),
    CALL_MASKED(EVERYONE, mmap, 2, PROT_EXEC, 0),
    CALL_MASKED(EVERYONE, mprotect, 2, PROT_EXEC, 0),
    CALL(EVERYONE, munmap),
    CALL(EVERYONE, mremap),
    CALL(EVERYONE, madvise),
    CALL(EVERYONE, msync),
    CALL(EVERYONE, mincore),
    /* Threads within this process, signals, the end. */
    CALL_MASKED(EVERYONE & ~READER, clone, 0, CLONE_THREAD | CLONE_NEWNS | CLONE_NEWUSER,
                CLONE_THREAD),
    CALL(EVERYONE, futex),
    CALL(EVERYONE, set_robust_list),
    CALL(EVERYONE, rseq),
    CALL(EVERYONE, sched_yield),
    CALL(EVERYONE, sched_getaffinity),
    CALL(EVERYONE, membarrier),
    CALL(EVERYONE, getpid),
    CALL(EVERYONE, gettid),
    CALL(EVERYONE, getppid),
    CALL(EVERYONE, rt_sigaction),
    CALL(EVERYONE, rt_sigprocmask),
    CALL(EVERYONE, rt_sigreturn),
    CALL(EVERYONE, sigaltstack),
    CALL(EVERYONE, restart_syscall),
    CALL(EVERYONE, uname),
    CALL(EVERYONE, sysinfo),
    CALL(EVERYONE, exit),
    CALL(EVERYONE, exit_group),
    /* Device controls by name; TIOCSTI, which types into a terminal, is not among them. */
    IOCTL(EVERYONE, FIONREAD),
    IOCTL(EVERYONE, FIONBIO),
    IOCTL(EVERYONE, FIOCLEX),
    IOCTL(EVERYONE, TCGETS),
    IOCTL(PORT, TCSETS),
    IOCTL(PORT, TCSETSW),
    IOCTL(PORT, TCSETSF),
    IOCTL(PORT, TCFLSH),
    IOCTL(PORT, TCSBRK),
    IOCTL(PORT, TCXONC),
    IOCTL(PORT, TIOCOUTQ),
    IOCTL(PORT, TIOCMGET),
    IOCTL(PORT, TIOCMSET),
    IOCTL(PORT, TIOCMBIS),
    IOCTL(PORT, TIOCMBIC),
    IOCTL(PORT, TIOCSBRK),
    IOCTL(PORT, TIOCCBRK),
    IOCTL(PORT, TIOCEXCL),
    IOCTL(PORT, TIOCNXCL),
    IOCTL(USB, USBDEVFS_SUBMITURB),
    IOCTL(USB, USBDEVFS_REAPURB),
    IOCTL(USB, USBDEVFS_REAPURBNDELAY),
    IOCTL(USB, USBDEVFS_DISCARDURB),
    IOCTL(USB, USBDEVFS_CLEAR_HALT),
    IOCTL(USB, USBDEVFS_RELEASEINTERFACE),
    IOCTL(USB, USBDEVFS_IOCTL), /* gives the interface back to the kernel's driver */
    IOCTL(USB, USBDEVFS_GETDRIVER),
};

const struct confine_call *confine_calls(size_t *count)
{
    *count = sizeof calls / sizeof calls[0];
    return calls;
}
