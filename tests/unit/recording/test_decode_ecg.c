/* `phial decode` on files of EKG carts, and what is refused with which reason. */
#include "tests/unit/command.h"

#include "core/base/limits.h"
#include "instruments/recording/commands.h"
#include "instruments/recording/decode.h"
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"

#include <jansson.h>
#include <stdlib.h>

enum { PRINTED = 4 * 1024 * 1024 };

static char folder[] = "/tmp/phial-decode-ecg-XXXXXX";

/* Short, so that a test prints little; the same every time. */
static void make(enum ecg_format format, struct buffer *out)
{
    const struct ecg_tracing how = { .rate = ecg_write_rate(format), .seconds = 1 };
    struct arena arena;
    struct ecg e;

    arena_init(&arena, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_tracing_make(&arena, how, &e), ERROR_OK);
    assert_int_equal(ecg_write(&e, format, out), ERROR_OK);
    arena_free(&arena);
}

static const char *save(const char *name, const struct buffer *bytes)
{
    static char path[128];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes->at, 1, bytes->len, f), bytes->len);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* The one line that it prints, as JSON. */
static json_t *decode(const char *option, const char *path)
{
    const char *const words[] = { "decode", *option ? option : path, *option ? path : NULL };
    char *out = malloc(PRINTED);
    json_t *json;

    assert_non_null(out);
    assert_int_equal(command_run(command_decode, 3, words, out, PRINTED), 0);
    assert_int_equal(strchr(out, '\n') - out, (long)strlen(out) - 1);
    json = json_loads(out, 0, NULL);
    free(out);
    assert_non_null(json);
    return json;
}

static const char *text_of(const json_t *json, const char *object, const char *member)
{
    const char *text =
        json_string_value(json_object_get(*object ? json_object_get(json, object) : json, member));
    assert_non_null(text);
    return text;
}

/* Under a name that says nothing. */
static void every_format_is_told_by_its_content(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ECG_FORMAT_CONTEC_LIVE; i++) {
        struct buffer file;
        json_t *json;
        buffer_init(&file, LIMIT_ECG_FILE);
        make((enum ecg_format)i, &file);
        json = decode("", save("file", &file));
        assert_string_equal(text_of(json, "", "format"), ecg_format_id((enum ecg_format)i));
        assert_string_equal(text_of(json, "", "kind"), "ecg");
        if (i != ECG_FORMAT_PDF) {
            assert_string_equal(text_of(json, "patient", "sex"), "F");
            assert_int_equal(json_array_size(json_object_get(json, "leads")), 12);
        }
        json_decref(json);
        buffer_free(&file);
    }
}

static void samples_are_given_when_asked_for(void **state)
{
    struct buffer file;
    const json_t *lead;
    json_t *json;

    (void)state;
    buffer_init(&file, LIMIT_ECG_FILE);
    make(ECG_FORMAT_DICOM, &file);
    json = decode("", save("file", &file));
    lead = json_array_get(json_object_get(json, "leads"), 0);
    assert_int_equal(json_integer_value(json_object_get(lead, "samples")), 500);
    assert_null(json_object_get(lead, "microvolts"));
    json_decref(json);
    json = decode("--samples", save("file", &file));
    lead = json_array_get(json_object_get(json, "leads"), 0);
    assert_int_equal(json_array_size(json_object_get(lead, "microvolts")), 500);
    json_decref(json);
    buffer_free(&file);
}

static void a_session_of_files_gives_each(void **state)
{
    static const char *const words[] = { "decode", "tests/replay/ekg-files/pdf.session" };
    char *out = malloc(PRINTED);

    (void)state;
    assert_non_null(out);
    assert_int_equal(command_run(command_decode, 2, words, out, PRINTED), 0);
    assert_non_null(strstr(out, "{\"format\":\"pdf\""));
    assert_non_null(strstr(strchr(out, '\n') + 1, "{\"format\":\"pdf\""));
    free(out);
}

static enum error take_record(void *context, const struct record *record)
{
    (void)context;
    (void)record;
    return ERROR_OK;
}

static enum error take_ecg(void *context, const struct ecg *ecg)
{
    (void)ecg;
    (*(unsigned *)context)++;
    return ERROR_OK;
}

static void what_is_refused_says_why(void **state)
{
    static const struct {
        const char *bytes, *words;
    } cases[] = {
        { "", "The file is empty" },
        { "\x89PNG\r\n", "picture (PNG)" },
        { "<BeneHeartR12/>", "Mindray BeneHeart" },
        { "<AnnotatedECG><id/>", "name: " },
        { "%PDF-1.4\nhello", "cut off" },
    };
    unsigned count = 0;
    const struct decode_sink sink = { &count, take_record, take_ecg };
    const struct decode_options options = { NULL, NULL, 0 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        assert_true(decode_bytes("name", span_text(cases[i].bytes), &options, &sink, &why) !=
                    ERROR_OK);
        if (!strstr(why.text, cases[i].words))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].words, why.text);
    }
    assert_int_equal(count, 0);
}

/* An analyzer's capture goes its own way, whatever is in it. */
static void captures_of_analyzers_are_none(void **state)
{
    static const char text[] = "H|\\^&|||Example\rP|1|A\rO|1|S\rR|1|^^^X|%PDF|%\rL|1|N\r";
    unsigned count = 0;
    const struct decode_sink sink = { &count, take_record, take_ecg };
    const struct decode_options options = { "ekg-files", NULL, 0 };
    struct complaint why = { "" };
    struct buffer file;

    (void)state;
    buffer_init(&file, LIMIT_ECG_FILE);
    make(ECG_FORMAT_SCP, &file);
    assert_int_equal(
        decode_bytes("x", span_text(text), &(struct decode_options) { 0 }, &sink, &why), ERROR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(decode_bytes("x", buffer_span(&file), &options, &sink, &why), ERROR_OK);
    assert_int_equal(count, 1);
    assert_true(decode_bytes("x", span_text(text), &options, &sink, &why) != ERROR_OK);
    buffer_free(&file);
}

static int open_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    char path[128];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/file", folder);
    (void)unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_is_told_by_its_content),
        cmocka_unit_test(samples_are_given_when_asked_for),
        cmocka_unit_test(a_session_of_files_gives_each),
        cmocka_unit_test(what_is_refused_says_why),
        cmocka_unit_test(captures_of_analyzers_are_none),
    };
    return cmocka_run_group_tests(tests, open_folder, drop_folder);
}
