/* Any bytes as GE MUSE XML, from the first byte on. */
#include "instruments/ecg/ecg_reader.h"
#include "tests/fuzz/ecg_reader_check.h"
#include "tests/fuzz/xml_mutator.h"
#include "tests/support/ecg_tracing.h"
#include "tests/support/ecg_xml_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ecg_muse.claim(span_of(data, size));
    ecg_reader_check(&ecg_muse, span_of(data, size), 1);
    return 0;
}

/* Mostly without checksums: what they guard is not reached otherwise. */
static void begin(unsigned seed, struct buffer *out)
{
    const struct ecg_muse_form form = {
        .twelve = seed & 4,
        .unchecked = seed & 24,
        .in_pieces = seed & 32,
        .original_only = seed & 64,
    };
    struct arena a;
    struct ecg e;
    arena_init(&a, (size_t)1 << 20);
    must(ecg_tracing_make(&a, (struct ecg_tracing) { .rate = 50, .seconds = 0.2, .limbs = true },
                          &e) == ERROR_OK);
    must(ecg_muse_write(&e, &form, out) == ERROR_OK);
    arena_free(&a);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const char *const words[] = { "",
                                         "0",
                                         "1",
                                         "-1",
                                         "1e300",
                                         "9",
                                         "XX",
                                         "MICROVOLTS",
                                         "MILLIVOLTS",
                                         "Rhythm",
                                         "Median",
                                         "TRUE",
                                         "ENDSLINE",
                                         "CONFIRMED",
                                         "I",
                                         "II",
                                         "aVR",
                                         "V6",
                                         "X",
                                         "MALE",
                                         "YEARS",
                                         "12-31-1999",
                                         "23:59",
                                         "AAAA",
                                         "AAA=",
                                         "AQACAAMABAAFAAYABwAIAAkACgA=",
                                         "&amp;&#65;&#x1F600;",
                                         "<!-- -->",
                                         "<![CDATA[x]]>" };
    static const struct xml_mutator mutator = { begin, words, sizeof words / sizeof *words };
    return xml_mutator_run(&mutator, data, size, max_size, seed);
}
