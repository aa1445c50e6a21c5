/* The vocabulary between processes: what was written is read, and nothing else passes. */
#include "core/model/wire.h"
#include "tests/unit/test.h"

#include <stdlib.h>

static void keep_packet(struct wire_writer *w, struct span *packet)
{
    wire_begin(w, WIRE_KEEP);
    wire_put_number(w, WIRE_F_TICKET, 7);
    wire_put_number(w, WIRE_F_SESSION, 3);
    wire_put_number(w, WIRE_F_FRAME_NUMBER, 1);
    wire_put_number(w, WIRE_F_DIRECTION, WIRE_FROM_INSTRUMENT);
    wire_put_bytes(w, WIRE_F_BYTES, span_of("\x02\x00\x03", 3));
    assert_int_equal(wire_finish(w, packet), ERROR_OK);
}

static void a_message_comes_back(void **state)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    (void)state;
    keep_packet(&w, &packet);
    assert_int_equal(wire_read(packet, WIRE_INSTRUMENT, &m, NULL), ERROR_OK);
    assert_int_equal(m.type, WIRE_KEEP);
    assert_int_equal(wire_number(&m, WIRE_F_TICKET), 7);
    assert_true(span_equal(wire_bytes(&m, WIRE_F_BYTES), span_of("\x02\x00\x03", 3)));
    assert_string_equal(wire_text(&m, WIRE_F_NAME), "");
    wire_free(&w);
}

static void the_wrong_side_is_refused(void **state)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    struct complaint why;
    (void)state;
    keep_packet(&w, &packet);
    assert_int_equal(wire_read(packet, WIRE_WEB, &m, &why), ERROR_BAD_INPUT);
    assert_int_equal(wire_read(packet, WIRE_CORE, &m, &why), ERROR_BAD_INPUT);
    wire_free(&w);
}

/* Cut anywhere, a packet is refused: each cut loses a needed field or breaks one. */
static void a_cut_packet_is_refused(void **state)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    (void)state;
    keep_packet(&w, &packet);
    for (size_t len = 0; len < packet.len; len++) {
        uint8_t *copy = malloc(len ? len : 1); /* its own block, so that ASan sees a read past it */
        assert_non_null(copy);
        memcpy(copy, packet.at, len);
        assert_int_equal(wire_read(span_of(copy, len), WIRE_INSTRUMENT, &m, NULL), ERROR_BAD_INPUT);
        free(copy);
    }
    wire_free(&w);
}

static void groups_nest_once_and_are_checked(void **state)
{
    static const char *const values[] = { "5.9", "1.020" };
    struct wire_writer w;
    struct wire_message m;
    struct span packet, content;
    size_t at = 0, seen = 0;
    (void)state;
    wire_begin(&w, WIRE_RECORD);
    wire_put_number(&w, WIRE_F_SESSION, 1);
    wire_put_number(&w, WIRE_F_ORDINAL, 0);
    wire_put_number(&w, WIRE_F_LAST, 1);
    wire_put_text(&w, WIRE_F_KIND, "patient");
    wire_put_bytes(&w, WIRE_F_HASH, span_of("", 0));
    for (size_t i = 0; i < 2; i++) {
        wire_open_group(&w, WIRE_F_RESULT);
        wire_put_text(&w, WIRE_F_VALUE, values[i]);
        wire_put_text(&w, WIRE_F_FLAG, "H");
        wire_put_text(&w, WIRE_F_FLAG, "A");
        wire_close_group(&w);
    }
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_INSTRUMENT, &m, NULL), ERROR_OK);
    while (wire_next(&m, WIRE_F_RESULT, &at, &content)) {
        struct wire_message group = wire_group(content);
        assert_string_equal(wire_text(&group, WIRE_F_VALUE), values[seen++]);
    }
    assert_int_equal(seen, 2);
    wire_free(&w);
}

static void text_must_be_plain_and_terminated(void **state)
{
    static const char *const bad[] = { "a\nb", "a\x1b[0m", "\xc3", "\xed\xa0\x80" };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct wire_writer w;
        struct wire_message m;
        struct span packet;
        wire_begin(&w, WIRE_SIGN_IN);
        wire_put_number(&w, WIRE_F_ID, 1);
        wire_put_text(&w, WIRE_F_LOGIN, bad[i]);
        wire_put_text(&w, WIRE_F_PIN, "123456");
        assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
        assert_int_equal(wire_read(packet, WIRE_WEB, &m, NULL), ERROR_BAD_INPUT);
        wire_free(&w);
    }
}

static void every_message_fits_its_table(void **state)
{
    (void)state;
    for (unsigned i = 0; i < WIRE_TYPE_COUNT; i++) {
        const struct wire_shape *shape = wire_shape((enum wire_type)i);
        assert_non_null(shape);
        assert_true(shape->senders != 0);
        assert_true(shape->field_count > 0 && shape->field_count <= WIRE_FIELDS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back),
        cmocka_unit_test(the_wrong_side_is_refused),
        cmocka_unit_test(a_cut_packet_is_refused),
        cmocka_unit_test(groups_nest_once_and_are_checked),
        cmocka_unit_test(text_must_be_plain_and_terminated),
        cmocka_unit_test(every_message_fits_its_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
