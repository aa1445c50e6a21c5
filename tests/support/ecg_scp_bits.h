/* How the writer of synthetic SCP-ECG files packs samples: differences, Huffman codes, two rates.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_SCP_BITS_H
#define PHIAL_TESTS_SUPPORT_ECG_SCP_BITS_H

#include "tests/support/ecg_scp_file.h"

/* Section 2's data; none for plain numbers. */
void ecg_scp_tables(enum ecg_scp_huffman kind, struct buffer *out);
/* In place; modulo 2^16. */
void ecg_scp_difference(int16_t *samples, size_t count, unsigned difference);
/* Appends the values of one lead, to a whole number of 16-bit words. */
void ecg_scp_pack(enum ecg_scp_huffman kind, const int16_t *values, size_t count,
                  struct buffer *out);
/* Means outside the protected areas, in place; how many values are left. */
size_t ecg_scp_decimate(const struct ecg_scp_file *f, const struct ecg_scp_lead *lead,
                        int16_t *samples);

#endif
