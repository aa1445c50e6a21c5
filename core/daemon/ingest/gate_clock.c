/* The rule "clock": whether the instrument's clock is right (domain.md 7.3, device). */
#include "core/daemon/ingest/gate.h"

enum { CLOCK_MINUTES = 5, MINUTE = 60 * 1000, DAY_MINUTES = 24 * 60 };

static enum error say_off(int64_t minutes, const char *which, struct gate_verdict *out)
{
    bool days = minutes > DAY_MINUTES;

    out->finding = GATE_AGAINST;
    return complain(&out->sentence, ERROR_OK,
                    "The instrument's clock is %lld %s %s. Set it; times on its own display and "
                    "printout are wrong.",
                    (long long)(days ? minutes / DAY_MINUTES : minutes), days ? "days" : "minutes",
                    which);
}

enum error gate_check_clock(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    int64_t minutes = c->device_offset_ms / MINUTE;

    (void)in;
    if (!c->has_offset) {
        out->finding = GATE_UNKNOWN;
        return complain(&out->sentence, ERROR_OK,
                        "The instrument did not say what time its clock shows. Compare it with "
                        "the time on this page now and then.");
    }
    if (minutes > CLOCK_MINUTES)
        return say_off(minutes, "ahead", out);
    if (minutes < -CLOCK_MINUTES)
        return say_off(-minutes, "behind", out);
    out->finding = GATE_NOTHING;
    return ERROR_OK;
}
