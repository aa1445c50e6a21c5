/* Any bytes as a case file of a Contec ECG90A, from the first byte on. */
#include "tests/fuzz/ecg_decode_check.h"
#include "tests/fuzz/ecg_mutator.h"
#include "tests/support/ecg_dicom_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ecg_decode_check(span_of(data, size));
    return 0;
}

static enum error write(const struct ecg *e, unsigned seed, struct buffer *out)
{
    (void)seed;
    return ecg_contec_write(e, "0000001", out);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return ecg_mutate(write, data, size, max_size, seed);
}
