/* The system's clock and randomness, and UTC as text. */
#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t system_now(void *context)
{
    struct timespec ts;
    (void)context;
    (void)clock_gettime(CLOCK_REALTIME, &ts); /* cannot fail for this clock */
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct clock clock_system(void)
{
    return (struct clock) { system_now, NULL };
}

static void system_fill(void *context, void *out, size_t size)
{
    uint8_t *at = out;
    (void)context;
    while (size) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0)
            continue; /* interrupted: the only way it fails once the pool is ready */
        at += got;
        size -= (size_t)got;
    }
}

struct entropy entropy_system(void)
{
    return (struct entropy) { system_fill, NULL };
}

void clock_format(char *out, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm = { 0 };
    char date[64];

    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(date, sizeof date, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms % 1000));
    memcpy(out, date, CLOCK_TEXT - 1);
    out[CLOCK_TEXT - 1] = '\0';
}

enum error clock_parse(const char *text, int64_t *ms)
{
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    int fraction = 0;

    if (!rest)
        return ERROR_BAD_INPUT;
    if (*rest == '.') {
        if (strspn(rest + 1, "0123456789") != 3)
            return ERROR_BAD_INPUT;
        fraction = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
        rest += 4;
    }
    if (rest[0] != 'Z' || rest[1])
        return ERROR_BAD_INPUT;
    *ms = (int64_t)timegm(&tm) * 1000 + fraction;
    return ERROR_OK;
}
