/* Any bytes as a DICOM waveform file, from the first byte on. */
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
    const struct ecg_dicom_form form = {
        .syntax = (enum ecg_dicom_syntax)(seed % 3),
        .codes = (enum ecg_dicom_codes)(seed / 3 % 3),
        .letters = seed & 16   ? "ISO_IR 100"
                   : seed & 32 ? "ISO_IR 144"
                               : NULL,
        .undefined = seed & 64,
        .explained = seed & 32768,
        .nameless = seed & 65536,
        .nul_padded = seed & 128,
        .millivolts = seed & 256,
        .unsigned_ = seed & 512,
        .strips = seed & 1024,
        .rhythm = seed & 2048,
        .medians = seed & 4096,
        .padding = seed & 8192,
        .stored = seed & 16384 ? 12 : 0,
    };
    return ecg_dicom_write(e, &form, out);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return ecg_mutate(write, data, size, max_size, seed);
}
