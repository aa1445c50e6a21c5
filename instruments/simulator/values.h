/* Inside instruments/simulator: invented results that look like a laboratory's. */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_VALUES_H
#define PHIAL_INSTRUMENTS_SIMULATOR_VALUES_H

#include "instruments/profile/profile.h"
#include "instruments/simulator/simulator.h"

/* Fills one result for an analyte of the profile: a value of the wanted kind with its unit and the
 * device's flag, drawn with `random` (any number). */
enum error values_make(const struct profile_analyte *analyte, enum simulator_values kind,
                       uint64_t random, struct arena *arena, struct record_result *out);

#endif
