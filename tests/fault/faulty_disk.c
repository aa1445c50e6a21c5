/* The interposer: same names as libc, found first because they stand in the program itself. */
#include "tests/fault/faulty_disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct faulty_disk *page;

/* Before main, so before any filter forbids to open the page. */
__attribute__((constructor)) static void map_page(void)
{
    const char *path = getenv(FAULTY_DISK_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at;

    if (fd < 0)
        return;
    at = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        page = at;
}

static int sync_fails(void)
{
    if (!page || (unsigned)random() % 1000 >= atomic_load(&page->sync_per_mille))
        return 0;
    atomic_fetch_add(&page->failed_syncs, 1);
    errno = EIO;
    return 1;
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

static int disk_is_full(int fd, off_t end)
{
    struct stat st;
    if (!page || !atomic_load(&page->full) || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
        end <= st.st_size)
        return 0;
    atomic_fetch_add(&page->failed_writes, 1);
    errno = ENOSPC;
    return 1;
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
