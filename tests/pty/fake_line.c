/* The interposer of fake_line.h. */
#include "tests/pty/fake_line.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SYSFS "/sys/class/tty/pts/"
enum { PTY_FIRST_MAJOR = 136, PTY_LAST_MAJOR = 143 };

int __lxstat(int version, const char *path, struct stat *out);

struct fake_line fake_line = { TIOCM_CTS | TIOCM_DSR | TIOCM_CAR, 0, 0, 0, 0 };

static bool is_pty(int fd)
{
    struct stat s;
    return fstat(fd, &s) == 0 && S_ISCHR(s.st_mode) && major(s.st_rdev) >= PTY_FIRST_MAJOR &&
           major(s.st_rdev) <= PTY_LAST_MAJOR;
}

/* Modem lines and break; false for any other request. */
static bool answer(unsigned long request, int *bits)
{
    switch (request) {
    case TIOCMGET:
        *bits = fake_line.modem;
        return true;
    case TIOCMSET:
        fake_line.modem = *bits;
        return true;
    case TIOCMBIS:
        fake_line.modem |= *bits;
        return true;
    case TIOCMBIC:
        fake_line.modem &= ~*bits;
        return true;
    case TIOCSBRK:
        fake_line.breaks++;
        return true;
    case TIOCCBRK:
        return true;
    default:
        return false;
    }
}

int ioctl(int fd, unsigned long request, ...)
{
    int (*next)(int, unsigned long, ...) =
        (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
    va_list args;
    void *argument;
    va_start(args, request);
    argument = va_arg(args, void *);
    va_end(args);
    if (is_pty(fd)) {
        if (answer(request, argument))
            return 0;
        if (request == TIOCEXCL) { /* not passed on: the mark outlives the last close there */
            fake_line.exclusive = 1;
            return 0;
        }
    }
    return next(fd, request, argument);
}

int __lxstat(int version, const char *path, struct stat *out)
{
    (void)version;
    if (strncmp(path, SYSFS, sizeof SYSFS - 1) == 0) {
        memset(out, 0, sizeof *out);
        out->st_mode = S_IFLNK | 0777;
        return 0;
    }
    return fstatat(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

ssize_t readlink(const char *path, char *out, size_t size)
{
    static const char target[] = "../../devices/platform/fake/tty/pts";
    ssize_t (*next)(const char *, char *, size_t) =
        (ssize_t(*)(const char *, char *, size_t))dlsym(RTLD_NEXT, "readlink");
    size_t len = sizeof target - 1;
    if (strncmp(path, SYSFS, sizeof SYSFS - 1) != 0)
        return next(path, out, size);
    if (len > size)
        len = size;
    memcpy(out, target, len);
    return (ssize_t)len;
}

int tcsetattr(int fd, int when, const struct termios *asked)
{
    int (*next)(int, int, const struct termios *) =
        (int (*)(int, int, const struct termios *))dlsym(RTLD_NEXT, "tcsetattr");
    struct termios given = *asked;
    if (is_pty(fd)) {
        fake_line.asked_cflag = asked->c_cflag;
        fake_line.asked_iflag = asked->c_iflag;
        given.c_cflag = (given.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
        given.c_iflag &= ~(tcflag_t)PARMRK;
    }
    return next(fd, when, &given);
}

int tcgetattr(int fd, struct termios *out)
{
    int (*next)(int, struct termios *) =
        (int (*)(int, struct termios *))dlsym(RTLD_NEXT, "tcgetattr");
    int done = next(fd, out);
    if (done == 0 && is_pty(fd) && fake_line.asked_cflag) {
        out->c_cflag = (out->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) |
                       (fake_line.asked_cflag & (CSIZE | PARENB));
        out->c_iflag |= fake_line.asked_iflag & PARMRK;
    }
    return done;
}
