/* What text_lis01.c asks of link "text" beside the link's functions. For this folder. */
#ifndef PHIAL_INSTRUMENTS_LINK_TEXT_LINK_H
#define PHIAL_INSTRUMENTS_LINK_TEXT_LINK_H

#include <stdbool.h>

/* Whether a report is under way: what arrives belongs to it. */
bool text_link_busy(const void *state);

#endif
