/*
 * The whole child with a Contec 8000G at the far end of its line: told to record as core tells it,
 * at the cart's own speed, to the last byte; and what a line that loses a byte does to it.
 */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/pty/core_side.h"
#include "tests/support/contec_live.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { SECONDS = 10, FRAMES = 12000, PIECE = 600, NOT_ENDED = 99 };

struct bench {
    struct core_side core;
    int line;
    struct buffer kept;
    unsigned frames, ends;
    enum session_end how;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct termios raw;
    char slave[64], port[80];
    int fd;

    assert_non_null(b);
    *state = b;
    b->how = (enum session_end)NOT_ENDED;
    buffer_init(&b->kept, LIMIT_ECG_FILE);
    assert_int_equal(openpty(&b->line, &fd, slave, NULL, NULL), 0);
    assert_int_equal(tcgetattr(fd, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(fd, TCSANOW, &raw), 0);
    assert_int_equal(chmod(slave, 0666), 0);
    (void)fcntl(b->line, F_SETFD, FD_CLOEXEC);
    (void)snprintf(port, sizeof port, "serial:%s", slave);
    core_side_start(&b->core, PTY_CHILD, -1);
    core_side_setup(&b->core, "contec-8000g", port, NULL);
    core_side_expect_up(&b->core);
    return close(fd);
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    buffer_free(&b->kept);
    if (b->line >= 0)
        (void)close(b->line);
    free(b);
    return 0;
}

static void expect_command(struct bench *b, uint8_t first, uint8_t second)
{
    uint8_t got[2] = { 0, 0 };

    for (size_t len = 0; len < sizeof got; len++) {
        struct pollfd p = { b->line, POLLIN, 0 };
        assert_int_equal(poll(&p, 1, 5000), 1);
        assert_int_equal(read(b->line, got + len, 1), 1);
    }
    assert_int_equal(got[0], first);
    assert_int_equal(got[1], second);
}

static void start_recording(struct bench *b)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_RUN);
    wire_put_number(&w, WIRE_F_COUNT, SECONDS);
    core_side_send(&b->core, &w);
    expect_command(b, 0x90, 0x00);
    expect_command(b, 0x85, 0x01);
    expect_command(b, 0x90, 0x05);
}

/* Core keeps what comes; false when nothing came for so long. */
static bool serve_one(struct bench *b, int ms)
{
    struct wire_message m;

    if (!core_side_next(&b->core, ms, &m))
        return false;
    if (m.type == WIRE_KEEP) {
        b->frames++;
        assert_int_equal(buffer_put(&b->kept, wire_bytes(&m, WIRE_F_BYTES)), ERROR_OK);
        core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
    } else if (m.type == WIRE_SESSION_END) {
        b->ends++;
        b->how = (enum session_end)wire_number(&m, WIRE_F_ENDING);
    }
    return true;
}

static void serve_to_the_end(struct bench *b)
{
    for (int wait = 0; wait < 100 && !b->ends; wait++)
        (void)serve_one(b, 100);
    assert_int_equal(b->ends, 1);
}

/* The cart's line: what does not fit waits. */
static void stream(struct bench *b, struct span bytes)
{
    for (size_t at = 0; at < bytes.len && !b->ends;) {
        size_t rest = bytes.len - at;
        ssize_t sent = write(b->line, bytes.at + at, rest < PIECE ? rest : PIECE);
        assert_true(sent > 0);
        at += (size_t)sent;
        (void)serve_one(b, 1);
    }
}

static void make_stream(struct buffer *out, uint64_t frames)
{
    buffer_init(out, LIMIT_ECG_FILE);
    assert_int_equal(contec_8000g_write(out, frames), ERROR_OK);
}

static enum error decode(const struct bench *b, size_t *samples, struct complaint *why)
{
    struct arena arena;
    struct ecg ecg;
    enum error e;

    arena_init(&arena, LIMIT_ECG_ARENA);
    e = ecg_decode(&arena, buffer_span(&b->kept), 0, &ecg, why);
    *samples = e == ERROR_OK ? ecg_lead_find(&ecg, ECG_LEAD_I)->count : 0;
    arena_free(&arena);
    return e;
}

static void recording_arrives_at_the_carts_speed(void **state)
{
    struct bench *b = *state;
    struct complaint why = { "" };
    struct termios line;
    struct buffer bytes;
    size_t samples;

    make_stream(&bytes, FRAMES);
    start_recording(b);
    assert_int_equal(tcgetattr(b->line, &line), 0);
    assert_int_equal(cfgetospeed(&line), B230400);
    stream(b, buffer_span(&bytes));
    serve_to_the_end(b);
    expect_command(b, 0x90, 0x00);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_true(b->kept.len <= bytes.len);
    assert_memory_equal(b->kept.at, bytes.at, b->kept.len);
    assert_int_equal(decode(b, &samples, &why), ERROR_OK);
    assert_in_range(samples, SECONDS * 1000, FRAMES);
    assert_int_equal(core_side_end(&b->core), 0);
    buffer_free(&bytes);
}

/* Nobody can say how much time is missing: the reader refuses it, and a person records again. */
static void lost_byte_costs_the_recording(void **state)
{
    struct bench *b = *state;
    struct complaint why = { "" };
    struct buffer bytes;
    size_t samples;

    make_stream(&bytes, 1000);
    start_recording(b);
    stream(b, span_of(bytes.at, 5000));
    stream(b, span_of(bytes.at + 5001, bytes.len - 5001));
    serve_to_the_end(b);
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    assert_int_equal(b->kept.len, bytes.len - 1);
    assert_int_equal(decode(b, &samples, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "lost or damaged on the line"));
    assert_int_equal(core_side_end(&b->core), 0);
    buffer_free(&bytes);
}

static void pulled_cable_keeps_what_came(void **state)
{
    struct bench *b = *state;
    struct buffer bytes;

    make_stream(&bytes, 1000);
    start_recording(b);
    stream(b, buffer_span(&bytes));
    for (int wait = 0; wait < 5; wait++)
        (void)serve_one(b, 100); /* all of it is read */
    (void)close(b->line);
    b->line = -1;
    for (int wait = 0; wait < 100 && !b->ends; wait++) {
        struct wire_message m;
        if (!core_side_next(&b->core, 100, &m))
            continue;
        if (m.type == WIRE_KEEP)
            assert_int_equal(buffer_put(&b->kept, wire_bytes(&m, WIRE_F_BYTES)), ERROR_OK);
        b->ends += m.type == WIRE_SESSION_END;
        if (m.type == WIRE_SESSION_END)
            b->how = (enum session_end)wire_number(&m, WIRE_F_ENDING);
    }
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    assert_int_equal(b->kept.len, bytes.len);
    assert_int_equal(core_side_wait(&b->core), 0);
    buffer_free(&bytes);
}

#define ON_LINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_LINE(recording_arrives_at_the_carts_speed),
        ON_LINE(lost_byte_costs_the_recording),
        ON_LINE(pulled_cable_keeps_what_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
