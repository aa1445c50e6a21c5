/*
 * Linked into sanitized builds only: what the sanitizers' runtime needs in a confined child.
 *
 * AddressSanitizer reserves terabytes of address space. LeakSanitizer starts a process that traces
 * this one, which a confined child may not: such a child is not searched for leaks at its end.
 */
#include "core/base/confine.h"

#include <sys/prctl.h>

int __lsan_is_turned_off(void);

int __lsan_is_turned_off(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

struct confine_allowance confine_allowance(void)
{
    static const char *const calls[] = { "prctl" };
    return (struct confine_allowance) { calls, 1, true };
}
