/* The skeletons of composed messages, for the table of formats. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_SKELETON_H
#define PHIAL_INSTRUMENTS_PROFILE_SKELETON_H

#include "instruments/profile/format.h"

extern const struct skeleton_row skeleton_lis02[], skeleton_hl7[], skeleton_poct1a[];

#endif
