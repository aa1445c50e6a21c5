/* An answer is packed for who takes it, and comes out of the packing as it was. */
#include "tests/unit/test.h"
#include "web/gzip.h"

#include <string.h>
#include <zlib.h>

static void only_who_takes_it_gets_it(void **state)
{
    static const char *const takes[] = { "gzip", "gzip, deflate, br", "br, gzip", "gzip;q=0.5, br",
                                         "br;q=1.0,gzip ;q=1" };
    static const char *const does_not[] = {
        "", "br", "identity", "gzip;q=0", "gzip; q=0.0, br", "gzipped"
    };
    (void)state;
    assert_false(gzip_is_taken(NULL));
    for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++)
        if (!gzip_is_taken(takes[i]))
            fail_msg("%s takes it", takes[i]);
    for (size_t i = 0; i < sizeof does_not / sizeof does_not[0]; i++)
        if (gzip_is_taken(does_not[i]))
            fail_msg("%s does not take it", does_not[i]);
}

static void what_is_packed_comes_out_again(void **state)
{
    enum { SIZE = 300000, GZIP_WINDOW = 15 + 16 };
    static uint8_t before[SIZE], after[SIZE + 1];
    struct buffer b;
    z_stream z = { 0 };
    (void)state;
    for (size_t i = 0; i < SIZE; i++)
        before[i] = (uint8_t)("M10 20l1-3"[i % 10] + (i % 977 == 0));
    buffer_init(&b, SIZE);
    assert_int_equal(buffer_put(&b, span_of(before, SIZE)), ERROR_OK);
    assert_int_equal(gzip_pack(&b), ERROR_OK);
    assert_true(b.len < SIZE / 10);
    assert_int_equal(inflateInit2(&z, GZIP_WINDOW), Z_OK);
    z.next_in = b.at;
    z.avail_in = (uInt)b.len;
    z.next_out = after;
    z.avail_out = sizeof after;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, SIZE);
    assert_memory_equal(before, after, SIZE);
    assert_int_equal(inflateEnd(&z), Z_OK);
    buffer_free(&b);
}

static void what_does_not_fit_stays_as_it_was(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 3);
    assert_int_equal(buffer_put(&b, span_text("abc")), ERROR_OK);
    assert_int_equal(gzip_pack(&b), ERROR_TOO_BIG);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.at, "abc", 3);
    buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_takes_it_gets_it),
        cmocka_unit_test(what_is_packed_comes_out_again),
        cmocka_unit_test(what_does_not_fit_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
