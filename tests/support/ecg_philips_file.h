/*
 * Writes synthetic Philips Sierra XML files out of a record: nothing in them was ever recorded.
 *
 * What the form cannot say is left out: a statement "TEXT - REASON" is written as its two halves, a
 * name `FAMILY^GIVEN^MIDDLE` as its parts. The leads must all have one length, rate and scale.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_PHILIPS_FILE_H
#define PHIAL_TESTS_SUPPORT_ECG_PHILIPS_FILE_H

#include "core/model/ecg.h"

enum ecg_philips_form { ECG_PHILIPS_XLI, ECG_PHILIPS_BASE64, ECG_PHILIPS_PLAIN };

struct ecg_philips_how {
    const char *version; /* "1.03", "1.04", "1.04.01" ... */
    enum ecg_philips_form form;
    bool wide;     /* UTF-16 with a byte order mark, else UTF-8 */
    unsigned more; /* channels behind the leads that nothing names */
};

enum error ecg_philips_write(const struct ecg *e, const struct ecg_philips_how *how,
                             struct buffer *out);

#endif
