/* How far the instrument's clock is from ours: in the site's zone, or in the one it sent. */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

enum { SECONDS = 1773300000 }; /* 2026-03-12T07:20:00Z; the site is five hours behind */

static const struct {
    const char *sent_at;
    int64_t offset; /* ms; -1 when it is not known */
} clocks[] = {
    { "2026-03-12T02:20:00", 0 },
    { "2026-03-12T02:25:00", 300000 },
    { "2026-03-12T02:20:30-05:00", 30000 },
    { "2026-03-12T08:20:00+01:00", 0 },
    { "2026-03-12T07:19:00Z", -60000 },
    { "2026-03-12T12:50:00.250+05:30", 0 },
    { "2026-03-12T02:20:00 EST", -1 },
    { "2026-03-12T02:20:00-5", -1 },
    { "2026-03-12", -1 },
    { "", -1 },
};

static void offset_of_a_clock(void **state)
{
    struct world *w = *state;
    struct device d;

    device_attach(&d, w, "chem-1");
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        struct record_result result;
        struct record record = world_record("", &result);
        w->now = (int64_t)SECONDS * 1000;
        record.sent_at = clocks[i].sent_at;
        record.specimen = clocks[i].sent_at; /* another message each */
        device_session(&d, &record, clocks[i].sent_at, SESSION_END_NORMAL);
        assert_int_equal(world_count(w, "SELECT coalesce(device_offset_ms, -1) FROM message "
                                        "ORDER BY id DESC LIMIT 1"),
                         clocks[i].offset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { IN_WORLD(offset_of_a_clock) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
