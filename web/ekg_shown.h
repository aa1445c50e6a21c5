/*
 * The pages of EKGs that were drawn lately: what a signature says was shown must have been, of that
 * very tracing and in that layout. Kept in memory only; after a restart a page is drawn anew before
 * it is signed.
 */
#ifndef PHIAL_WEB_EKG_SHOWN_H
#define PHIAL_WEB_EKG_SHOWN_H

#include "labels/draw/tracing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EKG_SHOWN_PAGES = 512, EKG_SHOWN_HASH = 65 };

/* All zero: none. */
struct ekg_shown {
    struct ekg_shown_page {
        int64_t tracing;
        char layout[TRACING_VIEW_TEXT], picture[EKG_SHOWN_HASH];
    } pages[EKG_SHOWN_PAGES];
    size_t next;
};

/* The oldest makes room. */
void ekg_shown_add(struct ekg_shown *s, int64_t tracing, const char *layout, const char *picture);
bool ekg_shown_has(const struct ekg_shown *s, int64_t tracing, const char *layout,
                   const char *picture);

#endif
