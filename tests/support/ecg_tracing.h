/*
 * A synthetic EKG in memory, for what draws, keeps or measures one: nobody's heart, made of bell
 * curves and noise; the same every time.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_TRACING_H
#define PHIAL_TESTS_SUPPORT_ECG_TRACING_H

#include "core/model/ecg.h"

struct ecg_tracing {
    double rate, seconds;
    int noise;  /* microvolts, both ways */
    bool limbs; /* I to aVF only: the rest was not recorded */
};

/* Twelve leads of 2.5 microvolts a unit with everything a cart says. ERROR_NO_MEMORY. */
enum error ecg_tracing_make(struct arena *a, struct ecg_tracing how, struct ecg *out);

#endif
