/* Any bytes as any EKG's file: recognised, read, completed and checked by whatever reader. */
#include "tests/ecg/ecg_write.h"
#include "tests/fuzz/ecg_decode_check.h"
#include "tests/fuzz/ecg_mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ecg_decode_check(span_of(data, size));
    return 0;
}

static enum error write(const struct ecg *e, unsigned seed, struct buffer *out)
{
    return ecg_write(e, (enum ecg_format)(seed % ECG_FORMAT_CONTEC_LIVE), out);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return ecg_mutate(write, data, size, max_size, seed);
}
