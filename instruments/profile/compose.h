/*
 * What an instrument of a profile would send for a record: profile_decode turned round, for
 * simulators and their tests.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_COMPOSE_H
#define PHIAL_INSTRUMENTS_PROFILE_COMPOSE_H

#include "instruments/profile/profile.h"

/* Appends one whole message in the first of the profile's formats (LIS02: H, P, O, the results with
 * their comments, L; or H, Q, L for a query), or what its [template] makes of the record. Each text
 * goes to the first place that the profile names for it; what it has no place for is left out. A
 * record of kind QC carries what the profile's first rule for controls asks for, and every message
 * what its recogniser asks for. `text` is unchanged on failure. */
enum error profile_compose(const struct profile *p, const struct record *record,
                           struct buffer *text);

#endif
