/* A text held against many profiles. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_RECOGNISE_H
#define PHIAL_INSTRUMENTS_PROFILE_RECOGNISE_H

#include "instruments/profile/profile.h"

enum { RECOGNISER_NO_FIT = -1 };

struct recogniser;

/* NULL when memory is out. The text is borrowed. */
struct recogniser *recogniser_open(struct span text);
void recogniser_close(struct recogniser *r);
/* As profile_fit. */
int recogniser_fit(struct recogniser *r, const struct profile *p);
/* How well the profile's patterns read the lines of a text report, results above all, whatever its
 * recogniser says; RECOGNISER_NO_FIT when it is no text, or when they do not read most of it. */
int recogniser_reads(struct recogniser *r, const struct profile *p);

#endif
