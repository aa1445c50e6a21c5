/* The whole child over a pseudo-terminal and over TCP, with the test as core and as instrument. */
#include "instruments/transport/transport.h"
#include "tests/pty/core_side.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

struct bench {
    struct core_side core;
    int line; /* the instrument's end: a pseudo-terminal's master, or a TCP connection */
    int listener;
    char slave[64];
};

static int open_line(struct bench *b)
{
    struct termios raw;
    int slave;
    if (openpty(&b->line, &slave, b->slave, NULL, NULL) != 0 || tcgetattr(slave, &raw) != 0)
        return -1;
    cfmakeraw(&raw);
    (void)fcntl(b->line, F_SETFD, FD_CLOEXEC);
    if (tcsetattr(slave, TCSANOW, &raw) != 0 || chmod(b->slave, 0666) != 0)
        return -1;
    return close(slave);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->listener = -1;
    *state = b;
    return open_line(b);
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (b->line >= 0)
        (void)close(b->line);
    if (b->listener >= 0)
        (void)close(b->listener);
    free(b);
    return 0;
}

static void start_on_line(struct bench *b, const char *profile, const char *setting)
{
    char port[80];
    (void)snprintf(port, sizeof port, "serial:%s", b->slave);
    core_side_start(&b->core, PTY_CHILD, -1);
    core_side_setup(&b->core, profile, port, setting);
    core_side_expect_up(&b->core);
}

static void say(struct bench *b, const char *bytes)
{
    assert_int_equal(write(b->line, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* One byte from the host, or -1 when none comes. */
static int hear(struct bench *b, int ms)
{
    struct pollfd p = { b->line, POLLIN, 0 };
    uint8_t byte;
    if (poll(&p, 1, ms) != 1 || read(b->line, &byte, 1) != 1)
        return -1;
    return byte;
}

static size_t make_frame(char *out, size_t size, unsigned number, const char *text, char end)
{
    unsigned sum = '0' + number;
    for (const char *c = text; *c; c++)
        sum += (unsigned char)*c;
    sum += '\r' + (unsigned)end;
    return (size_t)snprintf(out, size, "\x02%u%s\r%c%02X\r\n", number, text, end, sum & 0xff);
}

static void say_frame(struct bench *b, unsigned number, const char *text)
{
    char frame[512];
    (void)make_frame(frame, sizeof frame, number, text, 3);
    say(b, frame);
}

enum { ENQ = 5, ACK = 6, NAK = 21 };
#define EOT "\x04"

/* Sends a frame, checks that it waits for the disk, says that it is there, hears the ACK. */
static void send_kept(struct bench *b, unsigned number, const char *text)
{
    struct wire_message m;
    say_frame(b, number, text);
    m = core_side_expect(&b->core, WIRE_KEEP);
    assert_int_equal(wire_number(&m, WIRE_F_DIRECTION), WIRE_FROM_INSTRUMENT);
    core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    assert_int_equal(hear(b, 5000), ACK);
}

static void begin_session(struct bench *b)
{
    say(b, "\x05");
    assert_int_equal(hear(b, 5000), ACK);
}

static const char *const message[] = {
    "H|\\^&|||Bench 1||||||||LIS2-A2|20260312070000",
    "P|1||MRN-7||BENCH-TEST^A",
    "O|1|260312000161||^^^GLU|R||||||N",
    "R|1|^^^GLU|5.9|mg/dL||H||F",
    "L|1|N",
};

static void send_message(struct bench *b)
{
    for (unsigned i = 0; i < sizeof message / sizeof message[0]; i++)
        send_kept(b, (i + 1) % 8, message[i]);
}

static void an_acknowledgement_waits_for_the_disk(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b);
    say_frame(b, 1, message[0]);
    m = core_side_expect(&b->core, WIRE_KEEP);
    assert_int_equal(wire_bytes(&m, WIRE_F_BYTES).at[0], 2);
    assert_int_equal(hear(b, 150), -1);
    core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    assert_int_equal(hear(b, 5000), ACK);
    say_frame(b, 2, message[1]);
    m = core_side_expect(&b->core, WIRE_KEEP);
    core_side_refused(&b->core, wire_number(&m, WIRE_F_TICKET));
    assert_int_equal(hear(b, 5000), NAK);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_message_becomes_a_record_and_a_session_end(void **state)
{
    struct bench *b = *state;
    struct wire_message m, result;
    struct span content;
    size_t at = 0;
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b);
    send_message(b);
    say(b, EOT);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "patient");
    assert_string_equal(wire_text(&m, WIRE_F_SPECIMEN), "260312000161");
    assert_int_equal(wire_number(&m, WIRE_F_ORDINAL), 0);
    assert_int_equal(wire_bytes(&m, WIRE_F_HASH).len, 32);
    assert_true(wire_next(&m, WIRE_F_RESULT, &at, &content));
    result = wire_group(content);
    assert_string_equal(wire_text(&result, WIRE_F_VALUE), "5.9");
    assert_string_equal(wire_text(&result, WIRE_F_FLAG), "H");
    m = core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_ENDING), SESSION_END_NORMAL);
    assert_int_equal(wire_number(&m, WIRE_F_COUNT), 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* The analyzer of another port speaks here: it is read, and core is told whom it sounds like. */
static void swapped_cables_show_in_the_first_message(void **state)
{
    static const char *const other[] = {
        "H|\\^&|||DCA VANTAGE^02.03.00.00^S012345",
        "P|1",
        "O|1|260312000161||^^^HbA1c",
        "R|1|^^^HbA1c|5.9|%||||F",
        "L|1|N",
    };
    struct bench *b = *state;
    struct wire_message m;
    start_on_line(b, "abbott-afinion-2", NULL);
    begin_session(b);
    for (unsigned i = 0; i < sizeof other / sizeof other[0]; i++)
        send_kept(b, i + 1, other[i]);
    say(b, EOT);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_non_null(strstr(wire_text(&m, WIRE_F_LOOKS_LIKE), "siemens-dca-vantage"));
    assert_non_null(strstr(wire_text(&m, WIRE_F_COMPLAINT), "on the port of"));
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_damaged_byte_refuses_its_frame(void **state)
{
    struct bench *b = *state;
    char frame[128], marked[160];
    size_t len = make_frame(frame, sizeof frame, 1, "H|\\^&|||A", 3);
    char *byte = strchr(frame, 'A');
    struct wire_message m;
    size_t before = (size_t)(byte - frame);
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b);
    memcpy(marked, frame, before); /* the A arrived with a parity error: FF 00 A */
    memcpy(marked + before, "\xff\0A", 3);
    memcpy(marked + before + 3, byte + 1, len - before - 1);
    assert_int_equal(write(b->line, marked, len + 2), (ssize_t)(len + 2));
    assert_int_equal(hear(b, 5000), NAK);
    send_kept(b, 1, "H|\\^&|||A");
    m = core_side_expect(&b->core, WIRE_NOTICED); /* for the page of the instruments */
    assert_string_equal(wire_text(&m, WIRE_F_NOTE), "parity");
    assert_int_equal(wire_number(&m, WIRE_F_COUNT), 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void an_unplugged_line_ends_the_session_and_the_child(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b);
    send_kept(b, 1, message[0]);
    send_kept(b, 2, message[1]);
    send_kept(b, 3, message[2]);
    assert_int_equal(close(b->line), 0);
    b->line = -1;
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "incomplete");
    m = core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_ENDING), SESSION_END_DISCONNECTED);
    m = core_side_expect(&b->core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), LINK_STATE_DOWN);
    assert_true(strlen(wire_text(&m, WIRE_F_SENTENCE)) > 10);
    assert_int_equal(core_side_wait(&b->core), 0);
}

/* Core's answer to a query: the specimen has one open test. */
static void answer(struct bench *b, uint64_t ticket)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_ANSWER);
    wire_put_number(&w, WIRE_F_TICKET, ticket);
    wire_put_number(&w, WIRE_F_FOUND, 1);
    wire_put_text(&w, WIRE_F_SPECIMEN, "260312000161");
    wire_put_text(&w, WIRE_F_CODE, "GLU");
    core_side_send(&b->core, &w);
}

static void a_query_is_answered(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    char heard[512];
    size_t len = 0;
    int byte;
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b);
    send_kept(b, 1, message[0]);
    send_kept(b, 2, "Q|1|^260312000161||ALL");
    send_kept(b, 3, "L|1|N");
    say(b, EOT);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "query");
    assert_true(wire_number(&m, WIRE_F_TICKET) != 0);
    answer(b, wire_number(&m, WIRE_F_TICKET));
    assert_int_equal(hear(b, 5000), ENQ);
    say(b, "\x06");
    while ((byte = hear(b, 3000)) != -1 && byte != 4 && len < sizeof heard - 1) {
        heard[len++] = (char)byte;
        if (byte == '\n')
            say(b, "\x06");
    }
    heard[len] = '\0';
    assert_int_equal(byte, 4);
    assert_non_null(strstr(heard, "O|1|260312000161||^^^GLU"));
    assert_int_equal(core_side_end(&b->core), 0);
}

/* The answer repeats of the question what HL7 wants repeated. */
static void a_query_in_hl7_is_answered(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    char heard[1024];
    size_t len = 0;
    int byte;
    start_on_line(b, "generic-hl7", NULL);
    say(b, "\x0bMSH|^~\\&|Meter||||20260312||QBP^Q11^QBP_Q11|Q-7|P|2.5.1\r"
           "QPD|WOS^Work Order Step^IHELAW|T-7|260312000161\r\x1c\r");
    m = core_side_expect(&b->core, WIRE_KEEP);
    core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "query");
    assert_string_equal(wire_text(&m, WIRE_F_SPECIMEN), "260312000161");
    answer(b, wire_number(&m, WIRE_F_TICKET));
    while ((byte = hear(b, 5000)) != -1 && byte != 0x1c && len < sizeof heard - 1)
        heard[len++] = (char)byte;
    heard[len] = '\0';
    assert_int_equal(byte, 0x1c);
    assert_non_null(strstr(heard, "||RSP^K11^RSP_K11|"));
    assert_non_null(strstr(heard, "\rMSA|AA|Q-7\r"
                                  "QAK|T-7|OK|WOS^Work Order Step^IHELAW\r"
                                  "QPD|WOS^Work Order Step^IHELAW|T-7|260312000161\r"));
    assert_non_null(strstr(heard, "OBR|1|260312000161||GLU\r"));
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_wrong_setting_is_said_and_not_guessed(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    char port[80];
    (void)snprintf(port, sizeof port, "serial:%s", b->slave);
    core_side_start(&b->core, PTY_CHILD, -1);
    core_side_setup(&b->core, "generic-lis02", port, "parity=Q");
    m = core_side_expect(&b->core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), LINK_STATE_DOWN);
    assert_non_null(strstr(wire_text(&m, WIRE_F_SENTENCE), "parity"));
    assert_int_equal(core_side_wait(&b->core), 1);
}

/* What the confined child has open: standard descriptors, core, its port and the loop's own. */
static void check_descriptors(const struct bench *b)
{
    char folder[64], path[400], target[256];
    const struct dirent *entry;
    DIR *d;
    (void)snprintf(folder, sizeof folder, "/proc/%d/fd", b->core.child);
    d = opendir(folder);
    if (!d)
        return; /* only root may look into a process that does not allow it */
    while ((entry = readdir(d)) != NULL) {
        long fd = strtol(entry->d_name, NULL, 10);
        ssize_t len;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        len = readlink(path, target, sizeof target - 1);
        if (len < 0 || fd < 4)
            continue;
        target[len] = '\0';
        assert_true(strncmp(target, "anon_inode:", 11) == 0 || strncmp(target, "pipe:", 5) == 0 ||
                    strcmp(target, b->slave) == 0);
    }
    (void)closedir(d);
}

static void a_running_child_is_confined(void **state)
{
    struct bench *b = *state;
    start_on_line(b, "generic-lis02", NULL);
    begin_session(b); /* so a byte was read */
    assert_int_equal(core_side_status(&b->core, "Seccomp:"), 2);
    assert_int_equal(core_side_status(&b->core, "NoNewPrivs:"), 1);
    assert_int_equal(core_side_status(&b->core, "Threads:"), 1);
    if (geteuid() == 0)
        assert_int_equal(core_side_status(&b->core, "Uid:"), 65534);
    check_descriptors(b);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* What was kept and not decoded. */
static void a_decoder_makes_the_same_records(void **state)
{
    struct bench *b = *state;
    struct wire_writer w;
    struct wire_message m;
    core_side_start(&b->core, PTY_CHILD, -1);
    core_side_setup(&b->core, NULL, "decode:", NULL);
    m = core_side_expect(&b->core, WIRE_READY);
    for (unsigned part = 0; part < 2; part++) {
        wire_begin(&w, WIRE_DECODE);
        wire_put_number(&w, WIRE_F_SESSION, 42);
        wire_put_text(&w, WIRE_F_PROFILE, "generic-lis02");
        wire_put_number(&w, WIRE_F_LAST, part);
        for (unsigned i = part ? 3 : 0; i < (part ? 5 : 3); i++) {
            char frame[256];
            size_t len = make_frame(frame, sizeof frame, (i + 1) % 8, message[i], 3);
            wire_put_bytes(&w, WIRE_F_BYTES, span_of(frame, len));
        }
        core_side_send(&b->core, &w);
    }
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_int_equal(wire_number(&m, WIRE_F_SESSION), 42);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "patient");
    assert_string_equal(wire_text(&m, WIRE_F_SPECIMEN), "260312000161");
    m = core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_COUNT), 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_decoder_says_what_broke_off(void **state)
{
    struct bench *b = *state;
    struct wire_writer w;
    struct wire_message m;
    char frame[256];
    core_side_start(&b->core, PTY_CHILD, -1);
    core_side_setup(&b->core, NULL, "decode:", NULL);
    m = core_side_expect(&b->core, WIRE_READY);
    wire_begin(&w, WIRE_DECODE);
    wire_put_number(&w, WIRE_F_SESSION, 7);
    wire_put_text(&w, WIRE_F_PROFILE, "generic-lis02");
    wire_put_number(&w, WIRE_F_LAST, 1);
    for (unsigned i = 0; i < 4; i++) {
        size_t len = make_frame(frame, sizeof frame, i + 1, message[i], 3);
        wire_put_bytes(&w, WIRE_F_BYTES, span_of(frame, len));
    }
    core_side_send(&b->core, &w);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "incomplete");
    m = core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_SESSION), 7);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* TCP */

static uint16_t port_of(int listener)
{
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
    return ntohs(a.sin_port);
}

static void dial(struct bench *b)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port_of(b->listener)) };
    int on = 1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    b->line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(b->line >= 0);
    assert_int_equal(connect(b->line, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(setsockopt(b->line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
}

static void start_listener(struct bench *b)
{
    struct complaint why;
    char port[64];
    (void)close(b->line);
    b->line = -1;
    if (b->listener < 0)
        assert_int_equal(transport_bind("tcp-listen:127.0.0.1:0", &b->listener, &why), ERROR_OK);
    (void)snprintf(port, sizeof port, "tcp-listen:127.0.0.1:%u", port_of(b->listener));
    core_side_start(&b->core, PTY_CHILD, b->listener);
    core_side_setup(&b->core, "generic-lis02", port, NULL);
}

static void expect_link(struct bench *b, enum link_state state)
{
    struct wire_message m = core_side_expect(&b->core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), state);
}

static void frames_may_arrive_split_and_joined(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    char all[1024] = "\x05";
    size_t len = 1;
    start_listener(b);
    (void)core_side_expect(&b->core, WIRE_READY);
    dial(b);
    expect_link(b, LINK_STATE_UP);
    len += make_frame(all + len, sizeof all - len, 1, message[0], 3);
    for (size_t i = 0; i < len; i++) { /* a segment for each byte */
        assert_int_equal(write(b->line, all + i, 1), 1);
        (void)usleep(200);
    }
    m = core_side_expect(&b->core, WIRE_KEEP);
    core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    assert_int_equal(hear(b, 5000), ACK);
    assert_int_equal(hear(b, 5000), ACK);
    len = 0;
    for (unsigned i = 1; i < 5; i++) /* all in one, without waiting for an answer */
        len += make_frame(all + len, sizeof all - len, i + 1, message[i], 3);
    all[len++] = 4;
    assert_int_equal(write(b->line, all, len), (ssize_t)len);
    for (unsigned i = 1; i < 5; i++) {
        m = core_side_expect(&b->core, WIRE_KEEP);
        core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    }
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "patient");
    (void)core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* The child goes on: a dropped connection of a listener is neither its end nor a crash. */
static void a_dropped_connection_is_followed_by_the_next(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start_listener(b);
    (void)core_side_expect(&b->core, WIRE_READY);
    dial(b);
    expect_link(b, LINK_STATE_UP);
    begin_session(b);
    send_kept(b, 1, message[0]);
    (void)close(b->line);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "incomplete");
    (void)core_side_expect(&b->core, WIRE_SESSION_END);
    expect_link(b, LINK_STATE_DOWN);
    dial(b);
    expect_link(b, LINK_STATE_UP);
    begin_session(b);
    send_message(b);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* An analyzer that was switched off says no goodbye: it just connects again. */
static void the_newest_connection_counts(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    int old;
    start_listener(b);
    (void)core_side_expect(&b->core, WIRE_READY);
    dial(b);
    expect_link(b, LINK_STATE_UP);
    begin_session(b);
    send_kept(b, 1, message[0]);
    old = b->line;
    dial(b);
    m = core_side_expect(&b->core, WIRE_RECORD);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "incomplete");
    m = core_side_expect(&b->core, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_ENDING), SESSION_END_DISCONNECTED);
    expect_link(b, LINK_STATE_DOWN);
    expect_link(b, LINK_STATE_UP);
    begin_session(b);
    send_message(b);
    (void)close(old);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_restarting_child_refuses_nobody(void **state)
{
    struct bench *b = *state;
    start_listener(b);
    (void)core_side_expect(&b->core, WIRE_READY);
    assert_int_equal(kill(b->core.child, SIGKILL), 0);
    assert_int_equal(core_side_wait(&b->core), 1000 + SIGKILL);
    dial(b); /* nobody is there, and it is not refused */
    say(b, "\x05");
    {
        int line = b->line;
        b->line = dup(line); /* start_listener closes one of them */
        start_listener(b);
        b->line = line;
    }
    core_side_expect_up(&b->core);
    assert_int_equal(hear(b, 5000), ACK);
    assert_int_equal(core_side_end(&b->core), 0);
}

#define ON_LINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_LINE(an_acknowledgement_waits_for_the_disk),
        ON_LINE(a_message_becomes_a_record_and_a_session_end),
        ON_LINE(swapped_cables_show_in_the_first_message),
        ON_LINE(a_damaged_byte_refuses_its_frame),
        ON_LINE(an_unplugged_line_ends_the_session_and_the_child),
        ON_LINE(a_query_is_answered),
        ON_LINE(a_query_in_hl7_is_answered),
        ON_LINE(a_wrong_setting_is_said_and_not_guessed),
        ON_LINE(a_running_child_is_confined),
        ON_LINE(a_decoder_makes_the_same_records),
        ON_LINE(a_decoder_says_what_broke_off),
        ON_LINE(frames_may_arrive_split_and_joined),
        ON_LINE(a_dropped_connection_is_followed_by_the_next),
        ON_LINE(the_newest_connection_counts),
        ON_LINE(a_restarting_child_refuses_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
