/* The times that a device tells, against ours. */
#include "core/daemon/ingest/parts.h"

#include <time.h>

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* `Z`, `-05:00`: minutes ahead of UTC. */
static bool read_zone(const char *text, int *minutes)
{
    static const char shape[] = "+00:00";
    bool fits = strlen(text) == sizeof shape - 1 && (text[0] == '+' || text[0] == '-');

    for (size_t i = 1; fits && i < sizeof shape - 1; i++)
        fits = shape[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
    if (fits)
        *minutes = (two_digits(text + 1) * 60 + two_digits(text + 4)) * (text[0] == '-' ? -1 : 1);
    else if (strcmp(text, "Z") == 0)
        *minutes = 0;
    else
        return false;
    return true;
}

bool ingest_time_ahead(const char *told, int64_t at, int zone_offset, int64_t *out)
{
    struct tm tm = { 0 };
    const char *end = strptime(told, "%Y-%m-%dT%H:%M:%S", &tm);

    if (!end)
        return false;
    if (*end == '.')
        end += 1 + strspn(end + 1, "0123456789");
    if (*end && !read_zone(end, &zone_offset))
        return false;
    *out = (int64_t)timegm(&tm) * 1000 - (int64_t)zone_offset * 60000 - at;
    return true;
}

/* When it was tested: as the device said, by our clock. Without knowing how far the device's clock
 * is off, what it says of the past is not believed. */
static int64_t tested_at(const struct ingest_case *c, int zone_offset)
{
    int64_t ahead;

    for (size_t i = 0; i < c->record.result_count && c->has_offset; i++)
        if (ingest_time_ahead(c->record.results[i].observed_at, c->received_at, zone_offset,
                              &ahead) &&
            ahead <= c->device_offset_ms)
            return c->received_at + ahead - c->device_offset_ms;
    return c->received_at;
}

void ingest_case_times(struct ingest *in, struct ingest_case *c, int64_t received_at)
{
    int zone_offset = in->port->zone_offset(in->port->context, received_at);

    c->received_at = received_at;
    c->has_offset =
        ingest_time_ahead(c->record.sent_at, received_at, zone_offset, &c->device_offset_ms);
    c->tested_at = tested_at(c, zone_offset);
}
