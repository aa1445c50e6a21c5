/* The power cut: a process is killed (SIGKILL) some time from now, by a thread of its own. */
#ifndef PHIAL_TESTS_MUST_POWERCUT_H
#define PHIAL_TESTS_MUST_POWERCUT_H

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

struct kill_at {
    pid_t pid;
    unsigned after_us;
};

static void *kill_later(void *context)
{
    const struct kill_at *k = context;
    (void)usleep(k->after_us);
    (void)kill(k->pid, SIGKILL);
    return NULL;
}

#endif
