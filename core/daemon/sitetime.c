/* The site's local time by the C library, whose TZ core has set from the configuration. */
#include "core/daemon/core.h"

#include "core/base/text.h"

#include <stdio.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000 };

/* 2025-01-01: Phial is younger than any clock that shows an earlier time. */
static const int64_t clock_is_young = 1735689600000;

static struct tm local(int64_t at)
{
    time_t seconds = (time_t)(at / MS_PER_SECOND);
    struct tm out = { .tm_year = 70 };
    (void)localtime_r(&seconds, &out);
    return out;
}

int sitetime_offset(int64_t at)
{
    return (int)(local(at).tm_gmtoff / 60);
}

uint32_t sitetime_day(int64_t at)
{
    struct tm t = local(at);
    return (uint32_t)(t.tm_year % 100 * 10000 + (t.tm_mon + 1) * 100 + t.tm_mday);
}

void sitetime_text(int64_t at, char out[17])
{
    struct tm t = local(at);
    if (strftime(out, 17, "%Y-%m-%dT%H:%M", &t) == 0)
        out[0] = '\0';
}

enum error sitetime_parse(const char *text, int64_t *at)
{
    struct tm t = { .tm_isdst = -1 };
    const char *end;
    time_t seconds;

    if (clock_parse(text, at) == ERROR_OK)
        return ERROR_OK;
    end = strptime(text, "%Y-%m-%dT%H:%M", &t);
    if (end && *end == ':')
        end = strptime(text, "%Y-%m-%dT%H:%M:%S", &t);
    if (!end || *end)
        return ERROR_BAD_INPUT;
    t.tm_isdst = -1;
    seconds = mktime(&t);
    if (seconds == (time_t)-1)
        return ERROR_BAD_INPUT;
    *at = (int64_t)seconds * MS_PER_SECOND;
    return ERROR_OK;
}

bool sitetime_battery(void)
{
    return access("/sys/class/rtc/rtc0", F_OK) == 0;
}

/* A clock without a battery that no time server has set shows some time that nobody vouches for.
 */
bool sitetime_unset(int64_t now)
{
    struct timex state = { .modes = 0 };
    int said = adjtimex(&state);
    bool synced = said >= 0 && said != TIME_ERROR;
    return now < clock_is_young || (!synced && !sitetime_battery());
}
