/* A file that says twice whose it is, and not the same both times, is nobody's. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"

#include <string.h>

static const struct two {
    enum ecg_format format;
    const char *from, *to; /* the element that stands there twice */
} formats[] = {
    { ECG_FORMAT_MUSE, "<PatientDemographics>", "</PatientDemographics>" },
    { ECG_FORMAT_MUSE, "<PatientID>", "</PatientID>" },
    { ECG_FORMAT_AECG, "<trialSubject>", "</trialSubject>" },
    { ECG_FORMAT_PHILIPS, "<generalpatientdata>", "</generalpatientdata>" },
    { ECG_FORMAT_MORTARA, "<SUBJECT ", "/>" },
};

static const char *find(const char *text, const char *end, const char *word)
{
    const char *at = memmem(text, (size_t)(end - text), word, strlen(word));

    assert_non_null(at);
    return at;
}

/* The same element once more behind itself. */
static void repeat(const struct buffer *file, const struct two *two, struct buffer *out)
{
    const char *text = (const char *)file->at, *end = text + file->len;
    const char *from = find(text, end, two->from), *to = find(from, end, two->to) + strlen(two->to);

    assert_int_equal(buffer_put(out, span_of((const uint8_t *)text, (size_t)(to - text))),
                     ERROR_OK);
    assert_int_equal(buffer_put(out, span_of((const uint8_t *)from, (size_t)(end - from))),
                     ERROR_OK);
}

static void a_file_of_two_patients_is_nobodys(void **state)
{
    const struct ecg_tracing how = { .rate = 500, .seconds = 10 };

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct complaint why = { "" };
        struct buffer file, twice;
        struct arena a;
        struct ecg ecg;

        arena_init(&a, 2 * (size_t)LIMIT_ECG_ARENA);
        buffer_init(&file, LIMIT_ECG_FILE);
        buffer_init(&twice, LIMIT_ECG_FILE);
        assert_int_equal(ecg_tracing_make(&a, how, &ecg), ERROR_OK);
        assert_int_equal(ecg_write(&ecg, formats[i].format, &file), ERROR_OK);
        repeat(&file, &formats[i], &twice);
        if (ecg_decode(&a, buffer_span(&twice), 0, &ecg, &why) == ERROR_OK ||
            !strstr(why.text, "twice whose EKG"))
            fail_msg("%s in %s: %s", formats[i].from, ecg_format_id(formats[i].format), why.text);
        buffer_free(&twice);
        buffer_free(&file);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_two_patients_is_nobodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
