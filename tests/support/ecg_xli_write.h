/*
 * XLI, the other way round: compresses samples as Philips carts do (instruments/ecg/xli.h says the
 * form). Our own writer, so that every round trip is exact; how a cart cuts its strings may differ.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_XLI_WRITE_H
#define PHIAL_TESTS_SUPPORT_ECG_XLI_WRITE_H

#include "core/base/buffer.h"

/* Appends the codes of the bytes, with the end mark, padded to whole bytes. */
enum error ecg_xli_put_codes(struct buffer *out, struct span bytes);
/* Appends a chunk: header and codes. Samples beyond 16 bits wrap. */
enum error ecg_xli_put_chunk(struct buffer *out, const int32_t *samples, size_t count);
/* Appends the chunks of all leads, the limb leads (the third to the sixth) as what is left of
 * their computed values. */
enum error ecg_xli_put_leads(struct buffer *out, const int32_t *const *leads, size_t lead_count,
                             size_t count);

#endif
