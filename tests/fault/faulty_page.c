/* The page that the test and the processes of the program share. */
#include "tests/fault/faulty.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct faulty *page;
static bool instrument;
static uint64_t drawn;

/* Before main, so before any filter forbids to open the page. The C library hands a constructor
 * what it hands main. */
__attribute__((constructor)) static void map_page(int argc, char **argv)
{
    const char *path = getenv(FAULTY_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at;

    instrument =
        argc > 2 && strcmp(argv[1], "child-instrument") == 0 && strcmp(argv[2], "decoder") != 0;
    drawn = (uint64_t)getpid() * 2862933555777941757u + 3037000493u;
    if (fd < 0)
        return;
    at = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        page = at;
}

struct faulty *faulty_page(void)
{
    return page;
}

bool faulty_happens(unsigned per_mille)
{
    drawn ^= drawn >> 12;
    drawn ^= drawn << 25;
    drawn ^= drawn >> 27;
    return (drawn * 2685821657736338717u >> 20) % 1000 < per_mille;
}

bool faulty_is_instrument(void)
{
    return instrument;
}
