/* Line settings: the profile's, then the site's over them. */
#include "instruments/worker/settings.h"

#include "core/base/limits.h"
#include "core/base/text.h"

void settings_of_profile(const struct profile *profile, struct settings *out)
{
    const struct profile_line_settings *line = profile ? profile_line(profile) : NULL;
    *out = (struct settings) { { 9600, 8, 1, 'N', 'N', true, true }, 0 };
    if (line && line->baud)
        out->line =
            (struct transport_line) { line->baud, line->data_bits, line->stop_bits, line->parity,
                                      line->flow, line->dtr,       line->rts };
}

static bool read_between(const char *text, unsigned least, unsigned most, unsigned *out)
{
    uint64_t number;
    if (text_to_u64(text, &number) != ERROR_OK || number < least || number > most)
        return false;
    *out = (unsigned)number;
    return true;
}

static bool read_switch(const char *text, bool *out)
{
    bool on = strcmp(text, "on") == 0;
    if (!on && strcmp(text, "off") != 0)
        return false;
    *out = on;
    return true;
}

static bool set_baud(const char *value, struct settings *s)
{
    return read_between(value, 50, 4000000, &s->line.baud);
}

static bool set_data_bits(const char *value, struct settings *s)
{
    return read_between(value, 7, 8, &s->line.data_bits);
}

static bool set_stop_bits(const char *value, struct settings *s)
{
    return read_between(value, 1, 2, &s->line.stop_bits);
}

static bool set_parity(const char *value, struct settings *s)
{
    if (value[0] == '\0' || value[1] != '\0' || !strchr("NEO", value[0]))
        return false;
    s->line.parity = value[0];
    return true;
}

static bool set_flow(const char *value, struct settings *s)
{
    static const char *const names[] = { "none", "xonxoff", "rtscts" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(value, names[i]) == 0) {
            s->line.flow = "NXR"[i];
            return true;
        }
    return false;
}

static bool set_dtr(const char *value, struct settings *s)
{
    return read_switch(value, &s->line.dtr);
}

static bool set_rts(const char *value, struct settings *s)
{
    return read_switch(value, &s->line.rts);
}

static bool set_max_frame(const char *value, struct settings *s)
{
    return read_between(value, 16, LIMIT_FRAME, &s->max_frame);
}

static const struct {
    const char *key, *takes;
    bool (*set)(const char *value, struct settings *s);
} keys[] = {
    { "baud", "a number such as 9600", set_baud },
    { "data_bits", "7 or 8", set_data_bits },
    { "stop_bits", "1 or 2", set_stop_bits },
    { "parity", "N, E or O", set_parity },
    { "flow", "none, xonxoff or rtscts", set_flow },
    { "dtr", "on or off", set_dtr },
    { "rts", "on or off", set_rts },
    { "max_frame", "a number from 16 to 64000", set_max_frame },
};

enum error settings_apply(const char *text, struct settings *s, struct complaint *why)
{
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : 0;
    for (size_t i = 0; equals && i < sizeof keys / sizeof keys[0]; i++)
        if (strlen(keys[i].key) == len && strncmp(keys[i].key, text, len) == 0) {
            if (keys[i].set(equals + 1, s))
                return ERROR_OK;
            return complain(why, ERROR_BAD_INPUT, "The setting %s takes %s. Change it.",
                            keys[i].key, keys[i].takes);
        }
    return complain(why, ERROR_BAD_INPUT,
                    "There is no setting of an instrument as in \"%.100s\". Take it out.", text);
}
