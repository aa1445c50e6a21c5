/* A record as a synthetic file of any format, by the writers of tests/support. */
#ifndef PHIAL_TESTS_ECG_ECG_WRITE_H
#define PHIAL_TESTS_ECG_ECG_WRITE_H

#include "core/model/ecg.h"

/* In the usual form of that format. ERROR_UNSUPPORTED for a format that has no writer. */
enum error ecg_write(const struct ecg *e, enum ecg_format format, struct buffer *out);
/* The rate that the format's devices sample with: what ecg_tracing_make should make. */
double ecg_write_rate(enum ecg_format format);

#endif
