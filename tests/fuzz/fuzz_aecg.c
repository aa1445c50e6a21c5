/* Any bytes as an HL7 annotated ECG, from the first byte on. */
#include "instruments/ecg/ecg_reader.h"
#include "tests/fuzz/ecg_reader_check.h"
#include "tests/fuzz/xml_mutator.h"
#include "tests/support/ecg_tracing.h"
#include "tests/support/ecg_xml_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ecg_aecg.claim(span_of(data, size));
    ecg_reader_check(&ecg_aecg, span_of(data, size), 1);
    return 0;
}

static void begin(unsigned seed, struct buffer *out)
{
    const struct ecg_aecg_form form = {
        .prefix = seed & 4 ? "hl7:" : NULL,
        .time_unit = seed & 8 ? "ms" : NULL,
        .voltage = seed & 16 ? "nV" : NULL,
        .relative = seed & 32,
        .in_beats = seed & 64,
        .distracting = seed & 128,
    };
    struct arena a;
    struct ecg e;
    arena_init(&a, (size_t)1 << 20);
    must(ecg_tracing_make(&a, (struct ecg_tracing) { .rate = 50, .seconds = 0.1, .limbs = true },
                          &e) == ERROR_OK);
    e.leads[ECG_LEAD_AVR].recorded = e.leads[ECG_LEAD_AVL].recorded = false;
    must(ecg_aecg_write(&e, &form, out) == ERROR_OK);
    arena_free(&a);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const char *const words[] = { "",
                                         "0",
                                         "1",
                                         "-1",
                                         "1e300",
                                         "0.002",
                                         "s",
                                         "ms",
                                         "uV",
                                         "mV",
                                         "deg",
                                         "bpm",
                                         "20260312094400.5+0100",
                                         "MDC_ECG_LEAD_I",
                                         "MDC_ECG_LEAD_V6",
                                         "MDC_ECG_LEAD_X",
                                         "MDC_ECG_HEART_RATE",
                                         "MDC_ECG_TIME_PD_QTcF",
                                         "MDC_ECG_INTERPRETATION",
                                         "MDC_ECG_INTERPRETATION_SUMMARY",
                                         "MDC_ECG_BEAT",
                                         "MDC_ECG_RHY",
                                         "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH",
                                         "TIME_ABSOLUTE",
                                         "TIME_RELATIVE",
                                         "RHYTHM",
                                         "REPRESENTATIVE_BEAT",
                                         "1 2 3 4 5",
                                         "2147483647 -2147483647 0 0 1",
                                         "&amp;&#65;&#x1F600;",
                                         "<!-- -->",
                                         "<![CDATA[x]]>" };
    static const struct xml_mutator mutator = { begin, words, sizeof words / sizeof *words };
    return xml_mutator_run(&mutator, data, size, max_size, seed);
}
