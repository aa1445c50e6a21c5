/* Inside instruments/worker: what the site's configuration says beyond the profile. */
#ifndef PHIAL_INSTRUMENTS_WORKER_SETTINGS_H
#define PHIAL_INSTRUMENTS_WORKER_SETTINGS_H

#include "instruments/profile/profile.h"
#include "instruments/transport/transport.h"

struct settings {
    struct transport_line line;
    unsigned max_frame; /* longest frame to send; 0 for the profile's */
};

/* The profile's own line settings; 9600 8N1 when it has none. */
void settings_of_profile(const struct profile *profile, struct settings *out);
/* One "key=value": baud, data_bits, parity (N E O), stop_bits, flow (none, xonxoff, rtscts), dtr,
 * rts (on, off), max_frame. */
enum error settings_apply(const char *text, struct settings *s, struct complaint *why);

#endif
