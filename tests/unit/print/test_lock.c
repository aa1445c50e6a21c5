/*
 * The printer's process on a DYMO 550 at port 9100, played by a thread of the test: what is locked
 * is given back, also when Phial stops with a label under way.
 */
#include "tests/labels/interpret.h"
#include "tests/support/printer_side.h"
#include "tests/unit/test.h"

#include "labels/print/commands.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEARD = 256 * 1024, ESC = 0x1b, STATUS = 32, LOCK = 1, KEEP = 2, RELEASE = 0 };

struct dymo {
    pthread_t thread;
    int listener;
    unsigned port;
    bool mute_after_label; /* it does not answer what follows a label */
    atomic_int lock;       /* what the last question said: LOCK, KEEP or RELEASE */
    uint8_t heard[HEARD];  /* without the questions */
    size_t len;
};

static void answer(struct dymo *d, int fd, uint8_t how)
{
    static const uint8_t idle[STATUS];
    atomic_store(&d->lock, how);
    if (how != KEEP || !d->mute_after_label)
        (void)send(fd, idle, sizeof idle, MSG_NOSIGNAL);
}

/* A question is ESC A and a byte; no three bytes of this test's label look like one. */
static void take(struct dymo *d, int fd)
{
    while (d->len >= 3) {
        uint8_t *tail = d->heard + d->len - 3;
        if (tail[0] != ESC || tail[1] != 'A' || tail[2] > KEEP)
            return;
        d->len -= 3;
        answer(d, fd, tail[2]);
    }
}

static void *run(void *context)
{
    struct dymo *d = context;
    int fd = accept(d->listener, NULL, NULL);
    while (fd >= 0 && d->len < HEARD && recv(fd, d->heard + d->len, 1, 0) == 1) {
        d->len++;
        take(d, fd);
    }
    (void)close(fd);
    return NULL;
}

static struct printer_side start(struct dymo *d, bool mute_after_label)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    struct printer_side p;
    char port[64];

    memset(d, 0, sizeof *d);
    d->mute_after_label = mute_after_label;
    d->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(d->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(d->listener, 1), 0);
    assert_int_equal(getsockname(d->listener, (struct sockaddr *)&at, &size), 0);
    printer_side_start(&p, command_child_label);
    assert_int_equal(pthread_create(&d->thread, NULL, run, d), 0);
    (void)snprintf(port, sizeof port, "tcp:127.0.0.1:%u", ntohs(at.sin_port));
    printer_side_setup(&p, port, (const char *[]) { "language=dymo-550", "stock=2x1", NULL });
    printer_side_expect_ready(&p);
    return p;
}

static void stop(struct dymo *d)
{
    assert_int_equal(pthread_join(d->thread, NULL), 0);
    assert_int_equal(close(d->listener), 0);
}

static struct dymo dymo; /* large */

static void a_label_is_printed_under_the_lock_and_the_lock_given_back(void **state)
{
    struct printer_side p = start(&dymo, false);
    struct complaint why = { "" };
    struct bitmap paper;
    (void)state;
    printer_side_print(&p, 1, "Doe-TEST");
    printer_side_expect_printed(&p, 1, PRINT_UNKNOWN, "scan it back");
    assert_int_equal(atomic_load(&dymo.lock), RELEASE);
    printer_side_end(&p, 0);
    stop(&dymo);
    assert_true(dymo.len > 4);
    assert_memory_equal(dymo.heard + dymo.len - 4, "\x1b\x45\x1bQ", 4);
    if (!interpret("dymo-550", span_of(dymo.heard, dymo.len - 4), &paper, &why))
        fail_msg("%s", why.text);
    assert_int_equal(paper.width, 672);
    bitmap_free(&paper);
}

static void phial_that_stops_in_the_middle_gives_the_lock_back(void **state)
{
    struct printer_side p = start(&dymo, true);
    (void)state;
    printer_side_print(&p, 1, "Doe-TEST");
    while (atomic_load(&dymo.lock) != KEEP)
        (void)usleep(5000);
    printer_side_end(&p, 0);
    stop(&dymo);
    assert_int_equal(atomic_load(&dymo.lock), RELEASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_printed_under_the_lock_and_the_lock_given_back),
        cmocka_unit_test(phial_that_stops_in_the_middle_gives_the_lock_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
