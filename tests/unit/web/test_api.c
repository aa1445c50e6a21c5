/* JSON to packets and back, and the description of the interface held against the tables. */
#include "tests/unit/test.h"
#include "web/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum error convert(const char *type_name, const char *text, struct wire_writer *w,
                          struct complaint *why)
{
    json_t *body = NULL;
    enum wire_type type;
    enum error e;

    assert_int_equal(api_message_type(type_name, &type), ERROR_OK);
    wire_begin(w, type);
    e = api_parse(span_text(text), &body, why);
    if (e != ERROR_OK)
        return e;
    wire_free(w);
    e = api_to_wire(type, body, 7, "0123", w, why);
    json_decref(body);
    return e;
}

static void a_body_becomes_its_message(void **state)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet, test;
    struct complaint why;
    size_t at = 0;
    (void)state;
    assert_int_equal(
        convert(
            "order_enter",
            "{\"mrn\":\"1\",\"family\":\"NGUYỄN-TEST\",\"birth_date\":\"1980-01-02\",\"sex\":\"F\","
            "\"provider\":\"p\",\"test\":[\"A1C\",\"LIPID\"]}",
            &w, &why),
        ERROR_OK);
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_WEB, &m, &why), ERROR_OK);
    assert_int_equal(m.type, WIRE_ORDER_ENTER);
    assert_int_equal(wire_number(&m, WIRE_F_ID), 7);
    assert_string_equal(wire_text(&m, WIRE_F_TOKEN), "0123");
    assert_string_equal(wire_text(&m, WIRE_F_FAMILY), "NGUYỄN-TEST");
    assert_true(wire_next(&m, WIRE_F_TEST, &at, &test));
    assert_true(wire_next(&m, WIRE_F_TEST, &at, &test));
    assert_string_equal((const char *)test.at, "LIPID");
    wire_free(&w);
}

static void what_does_not_fit_is_refused_with_its_name(void **state)
{
    static const struct {
        const char *type, *body, *sentence;
    } cases[] = {
        { "identify", "{\"order\":\"1\"}", "method is missing" },
        { "identify", "{\"order\":1,\"method\":\"stated\"}", "order must be a text" },
        { "identify", "{\"order\":\"1\",\"method\":\"a\\u0007b\"}", "method holds a character" },
        { "identify", "{\"order\":\"1\",\"method\":\"a\\u0000b\"}", "not JSON" },
        { "identify", "{\"order\":\"1\",\"method\":\"x\",\"token\":\"y\"}", "no member token" },
        { "identify", "{\"order\":\"1\",\"method\":\"x\",\"id\":1}", "no member id" },
        { "identify", "{\"order\":\"1\",\"method\":\"x\",\"colour\":\"y\"}", "no member colour" },
        { "identify", "{\"order\":\"1\",\"order\":\"2\",\"method\":\"x\"}", "not JSON" },
        { "identify", "{\"order\":\"1\",\"method\":\"x\",\"identifier\":[[\"a\"]]}",
          "identifier must be a text" },
        { "resolve", "{\"message\":-1,\"resolution\":\"qc\",\"reason\":\"x\"}",
          "message must be a whole number" },
        { "resolve", "{\"message\":1.5,\"resolution\":\"qc\",\"reason\":\"x\"}",
          "message must be a whole number" },
        { "receive", "{\"accession\":\"2603140004231\"}", "accession is too long" },
        { "receive", "[]", "one JSON object" },
        { "receive", "{\"accession\":\"\xff\"}", "not JSON" },
        { "receive", "{", "not JSON" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wire_writer w;
        struct complaint why = { "" };
        assert_int_equal(convert(cases[i].type, cases[i].body, &w, &why), ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, cases[i].sentence));
        wire_free(&w);
    }
}

static void only_a_persons_messages_have_a_name(void **state)
{
    static const char *const others[] = { "keep", "record", "kept", "reply", "print", "setup", "" };
    enum wire_type type;
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(api_message_type(others[i], &type), ERROR_NOT_FOUND);
}

static void a_reply_tells_no_token(void **state)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    struct buffer out;
    (void)state;
    wire_begin(&w, WIRE_REPLY);
    wire_put_number(&w, WIRE_F_ID, 1);
    wire_put_number(&w, WIRE_F_STATUS, ERROR_DENIED);
    wire_put_text(&w, WIRE_F_SENTENCE, "A medical assistant cannot sign.");
    wire_put_text(&w, WIRE_F_TOKEN, "secret");
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_CORE, &m, NULL), ERROR_OK);
    assert_int_equal(api_http_status(&m), 403);
    buffer_init(&out, 1000);
    assert_int_equal(api_print(api_from_reply(&m), &out), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_null(strstr((char *)out.at, "secret"));
    assert_non_null(strstr((char *)out.at, "\"ok\":false"));
    assert_non_null(strstr((char *)out.at, "cannot sign"));
    buffer_free(&out);
    wire_free(&w);
}

static char *read_description(void)
{
    static char text[128 * 1024];
    FILE *file = fopen("web/openapi.yaml", "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

/* "required: [a, b]" as the table has it. */
static void expected_required(const struct wire_shape *shape, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "required: [");
    bool first = true;
    for (size_t i = 0; i < shape->field_count; i++) {
        enum wire_field field = shape->fields[i].field;
        if (shape->fields[i].how != '!' || field == WIRE_F_ID || field == WIRE_F_TOKEN)
            continue;
        len += (size_t)snprintf(out + len, size - len, "%s%s", first ? "" : ", ",
                                wire_field_name(field));
        first = false;
    }
    (void)snprintf(out + len, size - len, "]\n");
}

static void the_description_names_every_message_and_its_needs(void **state)
{
    char *text = read_description();
    size_t paths = 0, expected = 4; /* view, label_picture, events, pack */
    (void)state;
    for (char *at = text; (at = strstr(at, "\n  /api/")); at++)
        paths++;
    for (unsigned i = 0; i < WIRE_TYPE_COUNT; i++) {
        const struct wire_shape *shape = wire_shape((enum wire_type)i);
        char path[64], required[512];
        enum wire_type type;
        char *at;
        if (api_message_type(wire_type_name((enum wire_type)i), &type) != ERROR_OK ||
            i == WIRE_VIEW)
            continue; /* what the page's process says by itself is nobody's to post */
        expected++;
        (void)snprintf(path, sizeof path, "\n  /api/%s:\n", wire_type_name((enum wire_type)i));
        at = strstr(text, path);
        assert_non_null(at);
        expected_required(shape, required, sizeof required);
        at = strstr(at, "required: [");
        assert_non_null(at);
        assert_memory_equal(at, required, strlen(required));
    }
    assert_int_equal(paths, expected);
    assert_int_equal(api_message_type("more", &(enum wire_type) { 0 }), ERROR_NOT_FOUND);
}

static void the_description_names_every_picture(void **state)
{
    static const char *const paths[] = { ".svg", ".pdf", "/signed", "/original" };
    static const char *const options[] = { "layout", "order", "speed", "gain", "from" };
    char *text = read_description(), wanted[64];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        (void)snprintf(wanted, sizeof wanted, "\n  /ekg/{tracing}%s:\n", paths[i]);
        assert_non_null(strstr(text, wanted));
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        (void)snprintf(wanted, sizeof wanted, "name: %s, in: query", options[i]);
        assert_non_null(strstr(text, wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_becomes_its_message),
        cmocka_unit_test(what_does_not_fit_is_refused_with_its_name),
        cmocka_unit_test(only_a_persons_messages_have_a_name),
        cmocka_unit_test(a_reply_tells_no_token),
        cmocka_unit_test(the_description_names_every_message_and_its_needs),
        cmocka_unit_test(the_description_names_every_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
