/*
 * The child's death between acknowledgement and record: SIGKILL in the place of the RECORD that it
 * was about to send. All frames of the message have been kept and acknowledged by then.
 */
#include "core/model/wire.h"
#include "tests/fault/faulty.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>

enum { TO_CORE = 3 };

static bool is_record(int fd, const uint8_t *packet, size_t len)
{
    return fd == TO_CORE && len >= 2 && (packet[0] | packet[1] << 8) == WIRE_RECORD;
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int) =
        (ssize_t(*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
    struct faulty *page = faulty_page();

    if (page && faulty_is_instrument() && is_record(fd, bytes, len) &&
        faulty_happens(atomic_load(&page->record_per_mille))) {
        atomic_fetch_add(&page->killed_before_record, 1);
        (void)raise(SIGKILL);
    }
    return real(fd, bytes, len, flags);
}
