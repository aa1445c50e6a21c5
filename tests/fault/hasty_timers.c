/*
 * Timers that run ten times as fast: linked into the fault tests' copy of the program, so that the
 * waits of LIS01 (10, 15 and 30 s) pass without anybody waiting. The sender of the tests waits a
 * tenth as well, so every order of events stays as it is in a clinic.
 */
#include <dlfcn.h>
#include <uv.h>

enum { HASTE = 10 };

/* Never none at all: a repeat of 0 would be no repeat. */
static uint64_t hastened(uint64_t ms)
{
    return ms && ms < HASTE ? 1 : ms / HASTE;
}

int uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t timeout, uint64_t repeat)
{
    int (*real)(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t) =
        (int (*)(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t))dlsym(RTLD_NEXT, "uv_timer_start");
    if (repeat && repeat == uv_timer_get_repeat(timer)) /* libuv itself, which repeats it */
        return real(timer, callback, timeout, repeat);
    return real(timer, callback, hastened(timeout), hastened(repeat));
}
