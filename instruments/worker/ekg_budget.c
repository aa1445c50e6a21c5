/*
 * The budgets of the EKG reader, held by the kernel: nothing here has to run in time.
 *
 * A timer of processor time ends a reader that computes for ever, one of real time a reader that
 * waits for ever; both by the signal's own default, so that no handler of ours can fail.
 */
#include "instruments/worker/ekg.h"

#include "core/base/confine.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

bool ekg_budget_memory(void)
{
    const struct rlimit data = { ekg_budget.memory, ekg_budget.memory };
    return confine_allowance().address_space || setrlimit(RLIMIT_DATA, &data) == 0;
}

static void set_timers(unsigned processor_seconds, unsigned seconds)
{
    const struct itimerval processor = { .it_value = { .tv_sec = (time_t)processor_seconds } };
    const struct itimerval real = { .it_value = { .tv_sec = (time_t)seconds } };
    (void)setitimer(ITIMER_PROF, &processor, NULL);
    (void)setitimer(ITIMER_REAL, &real, NULL);
}

void ekg_budget_begin(void)
{
    (void)signal(SIGPROF, SIG_DFL);
    (void)signal(SIGALRM, SIG_DFL);
    set_timers(ekg_budget.processor_seconds, ekg_budget.seconds);
}

void ekg_budget_end(void)
{
    set_timers(0, 0);
}
