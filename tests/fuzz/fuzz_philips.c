/*
 * Any bytes as a Philips Sierra XML file, beginning with every version and form. XLI may hold a run
 * of any length in few codes: at most 767 bytes in ten bits.
 */
#include "tests/fuzz/ecg_mutator.h"
#include "tests/fuzz/ecg_reader_check.h"
#include "tests/support/ecg_philips_file.h"

enum { PER_BYTE = 768 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ecg_reader_check(&ecg_philips, span_of(data, size), PER_BYTE);
    return 0;
}

static enum error write(const struct ecg *e, unsigned seed, struct buffer *out)
{
    static const char *const versions[] = { "1.03", "1.04", "1.04.01", "1.04.02" };
    const struct ecg_philips_how how = { versions[seed & 3],
                                         (enum ecg_philips_form)((seed >> 2) % 3), seed >> 4 & 1,
                                         seed >> 5 & 1 };
    struct ecg record = *e;

    if (!e->leads[ECG_LEAD_V1].recorded) /* the writer takes recorded leads only */
        record.lead_count = ECG_LEAD_V1;
    return ecg_philips_write(&record, &how, out);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return ecg_mutate(write, data, size, max_size, seed);
}
