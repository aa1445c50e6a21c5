/*
 * Any bytes as an SCP-ECG file: what is read is plain text and within the limits, and costs no more
 * than its length allows. Two checksums guard every byte, so the mutator makes them right again
 * most of the time, and begins with files of every form.
 */
#include "tests/fuzz/ecg_reader_check.h"
#include "tests/support/ecg_scp_file.h"

#include <string.h>

/* At most eight samples for each byte, four times that where two rates are mixed. */
enum { PER_BYTE = 8 * 4, SMALL = 64, REPAIRED_OF_8 = 7, LEADS = 3, SAMPLES = 420 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ecg_reader_check(&ecg_scp, span_of(data, size), PER_BYTE);
    return 0;
}

/* A small file of one of the forms. */
static size_t begin(uint8_t *data, size_t max_size, unsigned seed)
{
    struct ecg_scp_file *f = malloc(sizeof *f);
    struct buffer bytes;
    size_t size = 0;

    must(f != NULL);
    buffer_init(&bytes, LIMIT_ECG_FILE);
    ecg_scp_synthetic(f);
    if (seed & 1)
        ecg_scp_add_beats(f);
    f->lead_count = LEADS;
    f->sample_count = SAMPLES;
    f->beat_count = seed & 1;
    f->huffman = (enum ecg_scp_huffman)(seed >> 1 & 3);
    f->difference = (seed >> 3) % 3;
    f->decimation = seed & 1 ? 2 * (seed >> 5 & 1) + 2 * (seed >> 6 & 1) : 0;
    f->counts_from_zero = !(seed & 1) && (seed >> 7 & 1);
    f->language = (uint8_t)(seed >> 8 & 0x3f);
    f->coded_status = 1;
    f->coded[0] = "NSR";
    f->has_lead_measurements = true;
    must(ecg_scp_write(f, &bytes) == ERROR_OK);
    if (bytes.len <= max_size) {
        size = bytes.len;
        memcpy(data, bytes.at, size);
    }
    buffer_free(&bytes);
    free(f);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (size < SMALL) {
        size_t made = begin(data, max_size, seed);
        size = made ? made : size;
    }
    size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 8 < REPAIRED_OF_8)
        ecg_scp_repair(data, size);
    return size;
}
