/* Writes synthetic Mortara ELI XML files out of a record; see ecg_philips_file.h. */
#ifndef PHIAL_TESTS_SUPPORT_ECG_MORTARA_FILE_H
#define PHIAL_TESTS_SUPPORT_ECG_MORTARA_FILE_H

#include "core/model/ecg.h"

enum error ecg_mortara_write(const struct ecg *e, struct buffer *out);

#endif
