/* Steps of a critical value that nobody has been told. */
#include "core/rules/critical.h"

unsigned critical_steps_due(int64_t since, int64_t now)
{
    int64_t steps = now > since ? (now - since) / CRITICAL_STEP_MS : 0;
    return steps > CRITICAL_STEPS ? CRITICAL_STEPS : (unsigned)steps;
}

int critical_whom(unsigned step, size_t surrogates)
{
    size_t most = surrogates < CRITICAL_SURROGATES ? surrogates : CRITICAL_SURROGATES;
    return step >= 1 && step <= most ? (int)step - 1 : CRITICAL_DIRECTOR;
}
