/* XLI: what is compressed by our own writer comes back exactly, streams written down code by code
 * give what the form says, and whatever is damaged is refused or stays within its bounds. */
#include "instruments/ecg/xli.h"

#include "tests/support/ecg_xli_write.h"
#include "tests/unit/test.h"

#include <stdlib.h>

enum { MANY = 6000, ROOM = 2 * MANY };

/* Codes of ten bits, one behind the other, as bytes. */
static struct span pack(const unsigned *codes, size_t count, uint8_t *out)
{
    size_t bit = 0;
    memset(out, 0, count * 2 + 2);
    for (size_t i = 0; i < count; i++)
        for (int b = 9; b >= 0; b--, bit++)
            out[bit / 8] |= (uint8_t)((codes[i] >> b & 1) << (7 - bit % 8));
    return span_of(out, (bit + 7) / 8);
}

static enum error expand(const unsigned *codes, size_t count, uint8_t *room, size_t size,
                         size_t *len)
{
    uint8_t bytes[256];
    struct complaint why;
    return xli_expand(pack(codes, count, bytes), room, size, len, &why);
}

#define EXPAND(room, size, len, ...)                                                               \
    expand((const unsigned[]) { __VA_ARGS__ },                                                     \
           sizeof((unsigned[]) { __VA_ARGS__ }) / sizeof(unsigned), room, size, len)

static void strings_are_numbered_from_256(void **state)
{
    static const uint8_t expected[] = { 1, 2, 1, 2, 1, 2, 1, 2, 3, 1 };
    uint8_t room[32];
    size_t len = 0;
    (void)state;
    /* 256 = 1 2, 257 = 2 1, 258 = 1 2 1 (which begins with itself), 259 ... */
    assert_int_equal(EXPAND(room, sizeof room, &len, 1, 2, 256, 258, 2, 3, 1, 1023), ERROR_OK);
    assert_int_equal(len, sizeof expected);
    assert_memory_equal(room, expected, len);
}

/* How every public file begins: zeros in strings that grow by one. */
static void runs_of_zeros_grow(void **state)
{
    uint8_t room[64];
    size_t len = 0;
    (void)state;
    memset(room, 7, sizeof room);
    assert_int_equal(EXPAND(room, sizeof room, &len, 0, 256, 257, 258, 259, 260, 261, 1023),
                     ERROR_OK);
    assert_int_equal(len, 28);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(room[i], 0);
    assert_int_equal(room[28], 7);
}

static void the_end_is_the_mark_or_the_last_whole_code(void **state)
{
    uint8_t room[8];
    size_t len = 0;
    (void)state;
    assert_int_equal(EXPAND(room, sizeof room, &len, 5, 6), ERROR_OK);
    assert_int_equal(len, 2);
    assert_int_equal(EXPAND(room, sizeof room, &len, 5, 6, 1023, 9, 9), ERROR_OK);
    assert_int_equal(len, 2);
    assert_int_equal(EXPAND(room, sizeof room, &len, 5, 6, 7, 8), ERROR_OK); /* five bytes */
    assert_int_equal(len, 4);
    assert_int_equal(EXPAND(room, sizeof room, &len, 1023), ERROR_OK);
    assert_int_equal(len, 0);
}

static void codes_that_cannot_be_are_refused(void **state)
{
    uint8_t room[8];
    size_t len = 77;
    (void)state;
    assert_int_equal(EXPAND(room, sizeof room, &len, 256, 1, 1023), ERROR_BAD_INPUT);
    assert_int_equal(EXPAND(room, sizeof room, &len, 1, 257, 1023), ERROR_BAD_INPUT);
    assert_int_equal(EXPAND(room, sizeof room, &len, 1, 2, 3, 1023), ERROR_BAD_INPUT); /* odd */
    assert_int_equal(EXPAND(room, 4, &len, 1, 2, 256, 256, 1023), ERROR_BAD_INPUT); /* too many */
    assert_int_equal(len, 77);
}

/* 48, 44, 40, 34 and a mark of the end: differences 48, 44, then 64 + ... by hand. */
static void samples_follow_the_differences(void **state)
{
    /* d[1] = 2*44 - 48 - 40 = 0; stored[2] = 64 + 2*40 - 44 - 34 = 66; stored[3] is not used. */
    static const uint8_t bytes[] = { 0, 0, 0, 0, 48, 44, 66, 64 };
    static const int32_t expected[] = { 48, 44, 40, 34 };
    int32_t out[4];
    (void)state;
    xli_samples(span_of(bytes, sizeof bytes), 0, out);
    assert_memory_equal(out, expected, sizeof expected);
}

static void samples_with_a_sign_and_a_first_difference(void **state)
{
    /* -3, 10, 2*10 + 3 - (-5) = 28, 2*28 - 10 - (300 - 64) = -190 */
    static const uint8_t bytes[] = { 0xff, 0, 1, 0, 0xfd, 10, 44, 0 };
    static const int32_t expected[] = { -3, 10, 28, -190 };
    int32_t out[4];
    (void)state;
    xli_samples(span_of(bytes, sizeof bytes), -5, out);
    assert_memory_equal(out, expected, sizeof expected);
}

/* ---- round trips ---- */

static void goes_round(const int32_t *samples, size_t count)
{
    struct buffer file;
    struct complaint why = { "" };
    struct xli_chunk chunk;
    struct span rest;
    uint8_t *room = malloc(2 * count + 2);
    int32_t *back = malloc((count + 1) * sizeof *back);
    size_t len = 0;

    assert_non_null(room);
    assert_non_null(back);
    buffer_init(&file, 1024 * 1024);
    assert_int_equal(ecg_xli_put_chunk(&file, samples, count), ERROR_OK);
    rest = buffer_span(&file);
    assert_int_equal(xli_next(&rest, &chunk, &why), ERROR_OK);
    assert_int_equal(rest.len, 0);
    assert_int_equal(chunk.code, 1);
    assert_int_equal(xli_expand(chunk.codes, room, 2 * count, &len, &why), ERROR_OK);
    assert_int_equal(len, 2 * count);
    xli_samples(span_of(room, len), chunk.first, back);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(back[i], (int16_t)samples[i]);
    buffer_free(&file);
    free(back);
    free(room);
}

static void what_was_compressed_comes_back(void **state)
{
    int32_t *samples = malloc(MANY * sizeof *samples);
    uint32_t random = 5;
    int32_t value = 0;
    (void)state;

    assert_non_null(samples);
    for (size_t i = 0; i < MANY; i++) {
        random = random * 1664525U + 1013904223U;
        value += (int32_t)(random >> 16 & 31) - 15;
        samples[i] = value;
    }
    goes_round(samples, MANY); /* more strings than the table holds */
    goes_round(samples, 2);
    goes_round(samples, 3);
    for (size_t i = 0; i < MANY; i++)
        samples[i] = -77;
    goes_round(samples, MANY);
    for (size_t i = 0; i < MANY; i++) {
        random = random * 1664525U + 1013904223U;
        samples[i] = (int16_t)(random >> 16);
    }
    goes_round(samples, 512);
    free(samples);
}

/* Second differences of a signal that jumps from end to end need 18 bits; they wrap. */
static void extremes_wrap_and_come_back(void **state)
{
    int32_t samples[64];
    (void)state;
    for (size_t i = 0; i < 64; i++)
        samples[i] = i % 3 == 0 ? 32767 : i % 3 == 1 ? -32768 : 12079;
    goes_round(samples, 64);
}

/* ---- limb leads ---- */

static void limb_leads_are_restored(void **state)
{
    enum { COUNT = 9 };
    static const int32_t one[COUNT] = { -11, -9, 32, 0, 7, -7, 1, -1, 200 };
    static const int32_t two[COUNT] = { -54, -17, 46, 0, -8, 8, 2, -2, 200 };
    /* What is left: nothing everywhere, but 1 of each in the last column. */
    int32_t leads[XLI_LIMB_LEADS][COUNT] = { { 0 } };
    int32_t *const at[] = { leads[0], leads[1], leads[2], leads[3], leads[4], leads[5] };
    (void)state;

    memcpy(leads[0], one, sizeof one);
    memcpy(leads[1], two, sizeof two);
    for (size_t lead = 2; lead < XLI_LIMB_LEADS; lead++)
        leads[lead][COUNT - 1] = 1;
    xli_restore(at, XLI_LIMB_LEADS, COUNT);
    for (size_t i = 0; i + 1 < COUNT; i++) {
        assert_int_equal(leads[2][i], two[i] - one[i]);
        assert_in_range(2 * leads[3][i] + one[i] + two[i] + 1, 0, 2);
        assert_in_range(2 * leads[4][i] - (one[i] - leads[2][i]) + 1, 0, 2);
        assert_in_range(2 * leads[5][i] - (two[i] + leads[2][i]) + 1, 0, 2);
    }
    /* Halves go towards zero: -65/2, and 33 with the sign turned round. */
    assert_int_equal(leads[3][0], 32);
    assert_int_equal(leads[5][0], -48);
    assert_int_equal(leads[3][4], 0);
    assert_int_equal(leads[2][COUNT - 1], -1);
    assert_int_equal(leads[3][COUNT - 1], -201);
    assert_int_equal(leads[4][COUNT - 1], 99);
    assert_int_equal(leads[5][COUNT - 1], 98);
}

static void fewer_leads_are_left_as_they_are(void **state)
{
    int32_t leads[4][1] = { { 5 }, { 9 }, { 1 }, { 2 } };
    int32_t *const at[XLI_LIMB_LEADS] = { leads[0], leads[1], leads[2], leads[3] };
    (void)state;
    xli_restore(at, 2, 1);
    assert_int_equal(leads[2][0], 1);
    xli_restore(at, 4, 1);
    assert_int_equal(leads[2][0], 3);
    assert_int_equal(leads[3][0], -9);
}

static void leads_go_round(void **state)
{
    enum { COUNT = 40, LEADS = 7 };
    int32_t samples[LEADS][COUNT];
    const int32_t *at[LEADS];
    int32_t back[LEADS][COUNT];
    int32_t *const limbs[] = { back[0], back[1], back[2], back[3], back[4], back[5] };
    struct complaint why;
    struct buffer file;
    struct span rest;
    uint8_t room[2 * COUNT];
    (void)state;

    for (size_t lead = 0; lead < LEADS; lead++) {
        at[lead] = samples[lead];
        for (size_t i = 0; i < COUNT; i++)
            samples[lead][i] = (int32_t)(i * i * (lead + 1) % 91) - 45;
    }
    buffer_init(&file, 65536);
    assert_int_equal(ecg_xli_put_leads(&file, at, LEADS, COUNT), ERROR_OK);
    rest = buffer_span(&file);
    for (size_t lead = 0; lead < LEADS; lead++) {
        struct xli_chunk chunk;
        size_t len = 0;
        assert_int_equal(xli_next(&rest, &chunk, &why), ERROR_OK);
        assert_int_equal(xli_expand(chunk.codes, room, sizeof room, &len, &why), ERROR_OK);
        assert_int_equal(len, sizeof room);
        xli_samples(span_of(room, len), chunk.first, back[lead]);
    }
    xli_restore(limbs, XLI_LIMB_LEADS, COUNT);
    assert_memory_equal(back, samples, sizeof samples);
    buffer_free(&file);
}

/* ---- damage ---- */

static void headers_must_be_whole(void **state)
{
    static const uint8_t file[] = { 3, 0, 0, 0, 1, 0, 0xfe, 0xff, 10, 20, 30, 9 };
    struct complaint why = { "" };
    struct xli_chunk chunk;
    struct span rest;
    (void)state;

    for (size_t len = 0; len < 11; len++) {
        rest = span_of(file, len);
        assert_int_equal(xli_next(&rest, &chunk, &why), ERROR_BAD_INPUT);
        assert_int_equal(rest.len, len);
        assert_string_not_equal(why.text, "");
    }
    rest = span_of(file, sizeof file);
    assert_int_equal(xli_next(&rest, &chunk, &why), ERROR_OK);
    assert_int_equal(chunk.codes.len, 3);
    assert_int_equal(chunk.first, -2);
    assert_int_equal(rest.len, 1);
}

static void a_size_of_four_gigabytes_is_refused(void **state)
{
    static const uint8_t file[] = { 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 10, 20 };
    struct complaint why;
    struct xli_chunk chunk;
    struct span rest = span_of(file, sizeof file);
    (void)state;
    assert_int_equal(xli_next(&rest, &chunk, &why), ERROR_BAD_INPUT);
}

/* Every bit flipped and every end cut off: never past the room, never more than it says. */
static void damaged_codes_stay_within_their_room(void **state)
{
    enum { COUNT = 300 };
    int32_t samples[COUNT], back[COUNT];
    uint8_t room[2 * COUNT];
    struct buffer codes;
    struct complaint why;
    size_t len = 0;
    (void)state;

    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (int32_t)(i * 37 % 101);
    buffer_init(&codes, 65536);
    assert_int_equal(ecg_xli_put_chunk(&codes, samples, COUNT), ERROR_OK);
    for (size_t bit = 64; bit < codes.len * 8; bit++) {
        codes.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (xli_expand(span_of(codes.at + 8, codes.len - 8), room, sizeof room, &len, &why) ==
            ERROR_OK) {
            assert_in_range(len, 0, sizeof room);
            xli_samples(span_of(room, len), 0, back);
        }
        codes.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 8; cut < codes.len; cut++)
        if (xli_expand(span_of(codes.at + 8, cut - 8), room, sizeof room, &len, &why) == ERROR_OK)
            assert_in_range(len, 0, sizeof room);
    buffer_free(&codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_numbered_from_256),
        cmocka_unit_test(runs_of_zeros_grow),
        cmocka_unit_test(the_end_is_the_mark_or_the_last_whole_code),
        cmocka_unit_test(codes_that_cannot_be_are_refused),
        cmocka_unit_test(samples_follow_the_differences),
        cmocka_unit_test(samples_with_a_sign_and_a_first_difference),
        cmocka_unit_test(what_was_compressed_comes_back),
        cmocka_unit_test(extremes_wrap_and_come_back),
        cmocka_unit_test(limb_leads_are_restored),
        cmocka_unit_test(fewer_leads_are_left_as_they_are),
        cmocka_unit_test(leads_go_round),
        cmocka_unit_test(headers_must_be_whole),
        cmocka_unit_test(a_size_of_four_gigabytes_is_refused),
        cmocka_unit_test(damaged_codes_stay_within_their_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
