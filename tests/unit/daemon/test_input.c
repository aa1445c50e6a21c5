/* What a command reads on standard input becomes a message, or a sentence about what is wrong. */
#include "tests/unit/test.h"

#include "core/daemon/input.h"

#include <string.h>

static enum error parse(struct input *in, const char *text, struct complaint *why)
{
    *why = (struct complaint) { "" };
    return input_parse(in, span_text(text), why);
}

/* The message of that type out of the text, checked as core would. */
static enum error to_message(const char *text, enum wire_type type, struct wire_writer *w,
                             struct wire_message *m, struct complaint *why)
{
    struct input in;
    struct span packet;
    enum error e = parse(&in, text, why);

    wire_begin(w, type);
    wire_put_number(w, WIRE_F_ID, 1);
    wire_put_text(w, WIRE_F_TOKEN, "t");
    if (e == ERROR_OK)
        e = input_fill(&in, w, type, why);
    input_free(&in);
    if (e != ERROR_OK)
        return e;
    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    return wire_read(packet, WIRE_CONTROL, m, why);
}

static void lines_and_json_say_the_same(void **state)
{
    static const char lines[] =
        "# an order\nmrn: 0042\r\nfamily:  Doe-TEST \nbirth_date: 1981-03-14\n"
        "sex: F\nprovider: dr.kay\ntest: A1C\ntest: LIPID\npin: 271828\n";
    static const char json[] = "  {\"mrn\":\"0042\",\"family\":\"Doe-TEST\",\"sex\":\"F\","
                               "\"birth_date\":\"1981-03-14\",\"provider\":\"dr.kay\","
                               "\"test\":[\"A1C\",\"LIPID\"],\"pin\":271828}";
    const char *const texts[] = { lines, json };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct wire_writer w;
        struct wire_message m;
        struct complaint why;
        struct span content;
        size_t at = 0;
        assert_int_equal(to_message(texts[i], WIRE_ORDER_ENTER, &w, &m, &why), ERROR_OK);
        assert_string_equal(wire_text(&m, WIRE_F_FAMILY), "Doe-TEST");
        assert_true(wire_next(&m, WIRE_F_TEST, &at, &content));
        assert_true(wire_next(&m, WIRE_F_TEST, &at, &content));
        assert_string_equal((const char *)content.at, "LIPID");
        wire_free(&w);
    }
}

static void refused(const char *text, enum wire_type type, const char *words)
{
    struct wire_writer w;
    struct wire_message m;
    struct complaint why;

    assert_int_not_equal(to_message(text, type, &w, &m, &why), ERROR_OK);
    if (!strstr(why.text, words))
        fail_msg("\"%s\" does not say \"%s\"", why.text, words);
    wire_free(&w);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    refused("accession 123\n", WIRE_RECEIVE, "Line 1");
    refused("accession: 1\ncolour: red\n", WIRE_RECEIVE, "\"colour\"");
    refused("location: fridge\n", WIRE_RECEIVE, "`accession: ...` is missing");
    refused("token: x\naccession: 1\n", WIRE_RECEIVE, "\"token\"");
    refused("{\"accession\":", WIRE_RECEIVE, "no JSON object");
    refused("{\"accession\":{}}", WIRE_RECEIVE, "must be text");
    refused("message: many\nresolution: qc\nreason: x\n", WIRE_RESOLVE, "whole number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_json_say_the_same),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
