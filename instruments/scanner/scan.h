/*
 * Scans out of a bar-code scanner's bytes: pure, no clock.
 *
 * A scan ends with CR, LF or TAB, which is how scanners are set up; several of them end one scan.
 * The AIM identifier of the symbology (ISO/IEC 15424: "]C0" and the like) is taken off when it is
 * one of those that clinics use (devices.md 5.8); it is never part of a number. What is too long or
 * holds anything but printable ASCII is no scan: the whole of it, to its end, is thrown away and
 * counted, because a cut number may be another specimen's.
 */
#ifndef PHIAL_INSTRUMENTS_SCANNER_SCAN_H
#define PHIAL_INSTRUMENTS_SCANNER_SCAN_H

#include "core/base/span.h"

#include <stdbool.h>

enum { SCAN_MAX = 128 };

struct scan {
    char text[SCAN_MAX + 1];
    size_t len;
    bool spoiled; /* the one under way is too long, or not plain */
};

enum scan_found { SCAN_MORE, SCAN_WHOLE, SCAN_SPOILED };

void scan_init(struct scan *s);
/* Takes one byte. SCAN_WHOLE: `out` (SCAN_MAX + 1 bytes) is the scan without prefix and end. */
enum scan_found scan_take(struct scan *s, uint8_t byte, char *out);
/* The line fell silent: whether a scan was under way without its end. It is thrown away. */
bool scan_drop(struct scan *s);

#endif
