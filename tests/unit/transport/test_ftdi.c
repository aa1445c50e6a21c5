/* The numbers of FTDI chips, and the status taken out of whatever they send. */
#include "instruments/transport/ftdi.h"
#include "tests/unit/test.h"

#include <string.h>

static const struct transport_line usual = { 9600, 8, 1, 'N', 'N', true, true };

static const struct ftdi_request *find(const struct ftdi_request *requests, unsigned which)
{
    for (size_t i = 0; i < FTDI_REQUESTS; i++)
        if (requests[i].request == which)
            return &requests[i];
    fail_msg("request %u is not among them", which);
    return NULL;
}

/* devices.md 4: 9600 is 0x4138, 8N1 is 8. */
static void the_usual_line_has_the_documented_numbers(void **state)
{
    struct ftdi_request r[FTDI_REQUESTS];
    (void)state;
    assert_int_equal(ftdi_requests(&usual, 0x0600, 0, r), ERROR_OK);
    assert_int_equal(r[0].request, 0); /* the reset comes first */
    assert_int_equal(find(r, 3)->value, 0x4138);
    assert_int_equal(find(r, 3)->index, 0);
    assert_int_equal(find(r, 4)->value, 8);
    assert_int_equal(find(r, 1)->value, 0x0303);
}

static void rates_and_their_divisors(void **state)
{
    static const struct {
        unsigned baud, value, index;
    } known[] = { { 300, 0x2710, 0 },    { 1200, 0x09c4, 0 },    { 2400, 0x04e2, 0 },
                  { 4800, 0x0271, 0 },   { 19200, 0x809c, 0 },   { 38400, 0xc04e, 0 },
                  { 57600, 0xc034, 0 },  { 115200, 0x001a, 0 },  { 460800, 0x4006, 0 },
                  { 921600, 0x8003, 0 }, { 3000000, 0x0000, 0 }, { 2000000, 0x0001, 0 } };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct transport_line line = usual;
        struct ftdi_request r[FTDI_REQUESTS];
        line.baud = known[i].baud;
        assert_int_equal(ftdi_requests(&line, 0x0600, 0, r), ERROR_OK);
        assert_int_equal(find(r, 3)->value, known[i].value);
    }
}

static void rates_that_no_chip_has(void **state)
{
    static const unsigned bad[] = { 0, 50, 183, 2500000, 3000001, 4000000 };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct transport_line line = usual;
        struct ftdi_request r[FTDI_REQUESTS];
        line.baud = bad[i];
        assert_int_equal(ftdi_requests(&line, 0x0600, 0, r), ERROR_UNSUPPORTED);
    }
}

/* A chip of several lines is told which: counted from 1, below the divisor's high bits. */
static void a_chip_of_two_lines_is_told_which(void **state)
{
    struct transport_line line = usual;
    struct ftdi_request r[FTDI_REQUESTS];
    (void)state;
    line.flow = 'R';
    assert_int_equal(ftdi_requests(&line, 0x0500, 1, r), ERROR_OK);
    assert_int_equal(find(r, 2)->index, 0x0102);
    assert_int_equal(find(r, 3)->index & 0xff, 2);
    assert_int_equal(find(r, 4)->index, 2);
}

static void status_goes_out_of_each_packet(void **state)
{
    uint8_t in[64 + 10], out[sizeof in];
    struct ftdi_read r;
    (void)state;
    memset(in, 'd', sizeof in);
    in[0] = in[64] = 0x31;
    in[1] = in[65] = 0x60;
    r = ftdi_read_packets(in, sizeof in, 64, out);
    assert_int_equal(r.len, 62 + 8);
    for (size_t i = 0; i < r.len; i++)
        assert_int_equal(out[i], 'd');
    assert_int_equal(r.damaged + r.breaks + r.overruns, 0);
    r = ftdi_read_packets(in, sizeof in, 64, in); /* in place */
    assert_int_equal(r.len, 70);
    assert_memory_equal(in, out, 70);
}

static void errors_of_one_packet_are_not_the_nexts(void **state)
{
    uint8_t in[] = { 1, 0x04, 'a', 'b', 1, 0x60, 'c', 'd', 1, 0x12, 'e', 'f', 1, 0x04 }, out[16];
    struct ftdi_read r;
    (void)state;
    r = ftdi_read_packets(in, sizeof in, 4, out);
    assert_int_equal(r.len, 7);
    assert_memory_equal(out, "\0\0cd\0e\0", 7);
    assert_int_equal(r.damaged, 1); /* the last packet has no byte that could be damaged */
    assert_int_equal(r.breaks, 1);
    assert_int_equal(r.overruns, 1);
}

static void less_than_a_status_is_nothing(void **state)
{
    uint8_t out[4];
    (void)state;
    assert_int_equal(ftdi_read_packets((const uint8_t *)"x", 1, 64, out).len, 0);
    assert_int_equal(ftdi_read_packets((const uint8_t *)"x", 0, 64, out).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_line_has_the_documented_numbers),
        cmocka_unit_test(rates_and_their_divisors),
        cmocka_unit_test(rates_that_no_chip_has),
        cmocka_unit_test(a_chip_of_two_lines_is_told_which),
        cmocka_unit_test(status_goes_out_of_each_packet),
        cmocka_unit_test(errors_of_one_packet_are_not_the_nexts),
        cmocka_unit_test(less_than_a_status_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
