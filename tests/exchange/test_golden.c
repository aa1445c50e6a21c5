/*
 * Golden messages (M20): what Phial sends to a health record, to the byte, for each endpoint's
 * profile and each case.
 *
 * A golden file has lines that begin with # (what it is, and by which documents its fields were
 * checked), then one segment a line. `test_golden FOLDER ENDPOINT CASE` prints the message instead.
 */
#include "core/base/limits.h"
#include "tests/exchange/cases.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static const char *folder;

static void compose(const char *id, const char *name, struct buffer *out)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *endpoint = NULL;
    struct complaint why = { "" };
    static struct exchange_case c;

    if (exchange_endpoint_builtin(id, &endpoint, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_true(exchange_case_build(name, &c));
    if (exchange_compose(endpoint, &envelope, &c.report, out, &why) != ERROR_OK)
        fail_msg("%s %s: %s", id, name, why.text);
    exchange_endpoint_free(endpoint);
}

/* The file without its remarks, its lines ended by CR. */
static void read_golden(const char *id, const char *name, struct buffer *out)
{
    char path[512], line[LIMIT_TEXT * 2];
    bool remarked = false;
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s/%s.hl7", folder, id, name);
    file = fopen(path, "re");
    if (!file)
        fail_msg("%s is missing", path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        remarked = remarked || *line == '#';
        if (*line == '#')
            continue;
        assert_int_equal(buffer_put_text(out, line), ERROR_OK);
        assert_int_equal(buffer_put_byte(out, '\r'), ERROR_OK);
    }
    (void)fclose(file);
    assert_true(remarked);
}

static void golden(void **state)
{
    const char *const *endpoints = exchange_endpoint_names();
    struct buffer made, wanted;

    (void)state;
    for (; *endpoints; endpoints++)
        for (const char *const *c = exchange_cases; *c; c++) {
            buffer_init(&made, LIMIT_MESSAGE);
            buffer_init(&wanted, LIMIT_MESSAGE);
            compose(*endpoints, *c, &made);
            read_golden(*endpoints, *c, &wanted);
            if (!span_equal(buffer_span(&made), buffer_span(&wanted)))
                fail_msg("%s/%s.hl7 differs:\n%.*s", *endpoints, *c, (int)made.len, made.at);
            buffer_free(&made);
            buffer_free(&wanted);
        }
}

static int print(const char *id, const char *name)
{
    struct buffer made;

    buffer_init(&made, LIMIT_MESSAGE);
    compose(id, name, &made);
    for (size_t i = 0; i < made.len; i++)
        (void)putchar(made.at[i] == '\r' ? '\n' : made.at[i]);
    buffer_free(&made);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(golden) };

    if (argc < 2)
        return 2;
    folder = argv[1];
    if (argc == 4)
        return print(argv[2], argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
