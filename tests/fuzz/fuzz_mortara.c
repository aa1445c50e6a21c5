/* Any bytes as a Mortara ELI XML file. */
#include "tests/fuzz/ecg_mutator.h"
#include "tests/fuzz/ecg_reader_check.h"
#include "tests/support/ecg_mortara_file.h"

enum { PER_BYTE = 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ecg_reader_check(&ecg_mortara, span_of(data, size), PER_BYTE);
    return 0;
}

static enum error write(const struct ecg *e, unsigned seed, struct buffer *out)
{
    (void)seed;
    return ecg_mortara_write(e, out);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return ecg_mutate(write, data, size, max_size, seed);
}
