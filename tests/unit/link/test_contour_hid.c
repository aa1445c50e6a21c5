/* Contour meters: reports of 64 bytes, and what the meter puts around its frames. */
#include "tests/unit/link/fake_port.h"

#include <stdlib.h>

#define EOT "\x04"
#define ENQ "\x05"

static int setup(void **state)
{
    struct fake *f = malloc(sizeof *f);
    assert_non_null(f);
    fake_open(f, &link_contour_hid);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fake_close(*state);
    free(*state);
    return 0;
}

/* The payload in reports of at most 60 bytes, as the meter cuts them. */
static void give(struct fake *f, struct span payload)
{
    do {
        uint8_t report[64] = "ABC";
        size_t len = payload.len < 60 ? payload.len : 60;
        memset(report + 4, 0xa5, 60);
        report[3] = (uint8_t)len;
        memcpy(report + 4, payload.at, len);
        fake_feed(f, span_of(report, sizeof report));
        payload = span_of(payload.at + len, payload.len - len);
    } while (payload.len);
}

static void give_frame(struct fake *f, const char *before, unsigned number, const char *text,
                       bool more, const char *behind)
{
    struct buffer burst;
    buffer_init(&burst, LIMIT_FRAME);
    assert_int_equal(buffer_put_text(&burst, before), ERROR_OK);
    assert_int_equal(frame_compose(&burst, number, span_text(text), more), ERROR_OK);
    assert_int_equal(buffer_put_text(&burst, behind), ERROR_OK);
    give(f, buffer_span(&burst));
    buffer_free(&burst);
}

/* The log with each written report as its only payload byte. */
static void expect(struct fake *f, const char *lines)
{
    struct buffer shortened;
    char *line, *next;
    buffer_init(&shortened, LIMIT_MESSAGE);
    assert_int_equal(buffer_put_byte(&f->log, 0), ERROR_OK);
    for (line = (char *)f->log.at; *line; line = next) {
        next = strchr(line, '\n') + 1;
        if (strncmp(line, "w 00 00 00 01 ", 14) == 0) {
            assert_int_equal(next - line, 1 + 64 * 3 + 1);
            assert_int_equal(buffer_put_format(&shortened, "w %.2s\n", line + 14), ERROR_OK);
        } else {
            assert_int_equal(buffer_put(&shortened, span_of(line, (size_t)(next - line))),
                             ERROR_OK);
        }
    }
    assert_int_equal(buffer_put_byte(&shortened, 0), ERROR_OK);
    assert_string_equal((char *)shortened.at, lines);
    buffer_free(&shortened);
    buffer_clear(&f->log);
}

#define HEADER                                                                                     \
    "H|\\^&||qvq|Bayer7350^01.00\\01.00^7358-0000001|A=1^C=00^S=01^U=0|2|||||P|1|"                 \
    "20260102030405" CR

static void a_meter_is_woken_and_its_download_taken(void **state)
{
    struct fake *f = *state;
    fake_pass(f, 100);
    expect(f, "w 04\n");
    give_frame(f, EOT, 1, HEADER, true, ENQ);
    expect(f, "k 1.1 H|\\^&||qvq|Bayer7350^01.00\\01.00^7358-0000001|A=1^C=00^S=01^U=0|2|||||P|1|"
              "20260102030405/\nw 06\n");
    give_frame(f, "", 2, "P|1" CR, true, "");
    give_frame(f, "", 3, "R|1|^^^Glucose|93|mg/dL^P||A/M0/T1||202601020304" CR, true, "");
    expect(f, "k 1.2 P|1/\nw 06\nk 1.3 R|1|^^^Glucose|93|mg/dL^P||A/M0/T1||202601020304/\nw 06\n");
    give_frame(f, "", 4, "L|1||N" CR, false, "");
    buffer_drop(&f->log, 0);
    give(f, span_text(EOT));
    expect(f, "k 1.4 L|1||N/\nw 06\n"
              "m 1 H|\\^&||qvq|Bayer7350^01.00\\01.00^7358-0000001|A=1^C=00^S=01^U=0|2|||||P|1|"
              "20260102030405/P|1/R|1|^^^Glucose|93|mg/dL^P||A/M0/T1||202601020304/L|1||N/\n"
              "e 1 normal\n");
    assert_int_equal(f->timer, 0);
}

static void a_lone_enquiry_is_answered(void **state)
{
    struct fake *f = *state;
    give(f, span_text(ENQ));
    expect(f, "w 06\n");
    give_frame(f, "", 3, "R|1" CR, true, "");
    give(f, span_text(EOT));
    expect(f, "k 1.3 R|1/\nw 06\nm 1 R|1/\ne 1 normal\n");
}

static void a_meter_that_is_silent_is_woken_six_times(void **state)
{
    struct fake *f = *state;
    fake_pass(f, 100 + 5 * 5000);
    expect(f, "w 04\nw 04\nw 04\nw 04\nw 04\nw 04\n");
    fake_pass(f, 60000);
    expect(f, "n the meter does not answer\n");
    assert_int_equal(f->timer, 0);
}

static void an_acknowledgement_waits_for_the_disk(void **state)
{
    struct fake *f = *state;
    f->disk = FAKE_LATER;
    give_frame(f, EOT, 1, "H|\\^&" CR, true, ENQ);
    expect(f, "k 1.1 H|\\^&/\n");
    f->link->settled(f->state, f->tickets, ERROR_FULL);
    expect(f, "n frame not kept\nw 15\n");
    give_frame(f, EOT, 1, "H|\\^&" CR, true, "");
    f->link->settled(f->state, f->tickets, ERROR_OK);
    expect(f, "k 1.1 H|\\^&/\nw 06\n");
}

static void a_damaged_or_missing_frame_is_asked_for_again(void **state)
{
    struct fake *f = *state;
    give_frame(f, EOT, 1, "H|\\^&" CR, true, ENQ);
    give(f, span_text("\x02"
                      "2P|1\r\x17"
                      "00\r\n"));
    expect(f, "k 1.1 H|\\^&/\nw 06\nn checksum\nw 15\n");
    for (int i = 0; i < 5; i++)
        fake_pass(f, 5000);
    expect(f, "w 15\nw 15\nw 15\nw 15\nw 15\n");
    fake_pass(f, 5000);
    expect(f, "n silence\ne 1 timeout H|\\^&/\n");
    fake_pass(f, 5000); /* and the meter is woken again */
    expect(f, "w 04\n");
}

/* An ENQ in a report of its own behind the header asks for nothing new. */
static void an_enquiry_behind_the_header_is_no_new_start(void **state)
{
    struct fake *f = *state;
    give_frame(f, EOT, 1, "H|\\^&" CR, true, "");
    give(f, span_text(ENQ));
    give_frame(f, "", 2, "P|1" CR, true, "");
    expect(f, "k 1.1 H|\\^&/\nw 06\nk 1.2 P|1/\nw 06\n");
    give(f, span_text(ENQ)); /* but later it does */
    expect(f, "e 1 enquiry H|\\^&/P|1/\nw 06\n");
}

static void a_header_in_the_middle_is_a_new_session(void **state)
{
    struct fake *f = *state;
    give_frame(f, EOT, 1, "H|\\^&" CR, true, ENQ);
    give_frame(f, "", 2, "P|1" CR, true, "");
    give_frame(f, EOT, 1, "H|\\^&" CR, true, ENQ);
    expect(f, "k 1.1 H|\\^&/\nw 06\nk 1.2 P|1/\nw 06\ne 1 enquiry H|\\^&/P|1/\n"
              "k 2.1 H|\\^&/\nw 06\n");
}

static void what_is_no_report_is_not_read(void **state)
{
    struct fake *f = *state;
    uint8_t report[64] = { 'A', 'B', 'C', 61, BYTE_ENQ };
    fake_feed(f, span_of(report, sizeof report));
    report[3] = 1;
    fake_feed(f, span_of(report, sizeof report - 1));
    report[3] = 0;
    fake_feed(f, span_of(report, sizeof report));
    expect(f, "n report\nn report\n");
}

static void a_lost_meter_ends_the_session(void **state)
{
    struct fake *f = *state;
    give_frame(f, EOT, 1, "H|\\^&" CR, true, ENQ);
    f->link->lost(f->state);
    expect(f, "k 1.1 H|\\^&/\nw 06\ne 1 disconnected H|\\^&/\n");
    assert_int_equal(f->timer, 0);
    assert_int_equal(f->link->send(f->state, span_text("H")), ERROR_UNSUPPORTED);
}

/* Two links, one of them a simulated meter, understand each other. */
static void wire_host(void *context, struct span out)
{
    struct fake *host = context;
    assert_int_equal(out.len, 64);
    host->link->feed(host->state, out);
}

static void a_simulated_meter_is_downloaded(void **state)
{
    struct link_options options = { .instrument = true };
    struct fake *host = *state, meter;
    fake_open_with(&meter, &link_contour_hid, &options);
    meter.quiet = true;
    assert_int_equal(meter.link->send(meter.state, span_text(HEADER "P|1" CR "L|1||N" CR)),
                     ERROR_OK);
    while (meter.log.len) {
        char *line, *next, *lines;
        buffer_put_byte(&meter.log, 0);
        lines = strdup((char *)meter.log.at);
        buffer_clear(&meter.log);
        for (line = lines; *line; line = next) {
            uint8_t report[64];
            next = strchr(line, '\n') + 1;
            if (line[0] != 'w')
                continue;
            for (size_t i = 0; i < 64; i++)
                report[i] = (uint8_t)strtoul(line + 2 + 3 * i, NULL, 16);
            wire_host(host, span_of(report, 64));
            if (report[4] == BYTE_EOT && report[3] == 1)
                continue;
            if (host->log.len && memmem(host->log.at, host->log.len, "w 00 00 00 01 06", 16)) {
                uint8_t ack[64] = { 0, 0, 0, 1, BYTE_ACK };
                char *at = memmem(host->log.at, host->log.len, "w 00 00 00 01 06", 16);
                at[0] = '.';
                fake_feed(&meter, span_of(ack, 64));
            }
        }
        free(lines);
    }
    assert_non_null(memmem(host->log.at, host->log.len, "\nm 1 H|", 7));
    assert_non_null(memmem(host->log.at, host->log.len, "\ne 1 normal", 11));
    fake_close(&meter);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_meter_is_woken_and_its_download_taken),
        TEST(a_lone_enquiry_is_answered),
        TEST(a_meter_that_is_silent_is_woken_six_times),
        TEST(an_acknowledgement_waits_for_the_disk),
        TEST(a_damaged_or_missing_frame_is_asked_for_again),
        TEST(an_enquiry_behind_the_header_is_no_new_start),
        TEST(a_header_in_the_middle_is_a_new_session),
        TEST(what_is_no_report_is_not_read),
        TEST(a_lost_meter_ends_the_session),
        TEST(a_simulated_meter_is_downloaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
