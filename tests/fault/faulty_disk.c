/* The interposer: same names as libc, found first because they stand in the program itself. */
#include "tests/fault/faulty.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static bool sync_fails(void)
{
    struct faulty *page = faulty_page();
    if (!page || !faulty_happens(atomic_load(&page->sync_per_mille)))
        return false;
    atomic_fetch_add(&page->failed_syncs, 1);
    errno = EIO;
    return true;
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return sync_fails() ? -1 : real(fd);
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return sync_fails() ? -1 : real(fd);
}

static bool disk_is_full(int fd, off_t end)
{
    struct faulty *page = faulty_page();
    struct stat st;
    if (!page || !atomic_load(&page->full) || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
        end <= st.st_size)
        return false;
    atomic_fetch_add(&page->failed_writes, 1);
    errno = ENOSPC;
    return true;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t) =
        (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
    return disk_is_full(fd, at + (off_t)len) ? -1 : real(fd, bytes, len, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t) =
        (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    return disk_is_full(fd, at + (off_t)len) ? -1 : real(fd, bytes, len, at);
}
