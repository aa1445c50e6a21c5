/*
 * A driver that hangs with a frame of its instrument on the way: core notices that it neither reads
 * nor speaks, ends it and starts another one, which the instrument can talk to.
 */
#include "tests/support/children.h"
#include "tests/support/sender.h"
#include "tests/support/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENQ = 5, ACK = 6, PATIENCE = 60 /* s */ };

static struct serve serve;

static void expect(bool right, const char *what)
{
    if (right)
        return;
    fprintf(stderr, "FAILED: %s\n", what);
    serve_kill(&serve);
    exit(1);
}

static pid_t driver_now(void)
{
    return child_named(serve.pid, "child-instrument meter");
}

static pid_t wait_for_driver(pid_t other_than)
{
    for (double began = serve_now(); serve_now() - began < PATIENCE; (void)usleep(20000)) {
        pid_t driver = driver_now();
        if (driver > 0 && driver != other_than)
            return driver;
    }
    return 0;
}

/* The instrument asks for the line; whether it was answered. */
static bool is_answered(int line)
{
    const char enquiry = ENQ;
    char answer = 0;

    return send(line, &enquiry, 1, MSG_NOSIGNAL) == 1 && recv(line, &answer, 1, 0) == 1 &&
           answer == ACK;
}

static void send_frame(int line)
{
    uint8_t frame[64];
    size_t len = sender_frame(frame, 1, "H|\\^&|||test");

    expect(send(line, frame, len, MSG_NOSIGNAL) == (ssize_t)len, "a frame is sent");
}

/* Core gets the frame when the driver hangs already, and so its answer is never read. */
static void hang_before_the_answer(pid_t driver, int line)
{
    (void)kill(serve.pid, SIGSTOP);
    send_frame(line);
    (void)usleep(1000000); /* in which the driver passes it on */
    (void)kill(driver, SIGSTOP);
    (void)kill(serve.pid, SIGCONT);
}

int main(void)
{
    pid_t driver;
    int port, line;

    serve_prepare(&serve);
    port = serve_add_listener(&serve, "meter", "generic-lis02");
    (void)serve_start(&serve);
    driver = wait_for_driver(0);
    expect(driver > 0, "a driver runs");
    line = sender_dial_tcp(port);
    expect(is_answered(line), "the driver answers");
    hang_before_the_answer(driver, line);
    expect(wait_for_driver(driver) > 0, "another driver takes the place of one that hangs");
    (void)close(line);
    line = sender_dial_tcp(port);
    expect(is_answered(line), "the other driver answers");
    (void)close(line);
    expect(serve_stop(&serve) == 0, "core ends cleanly");
    serve_clean(&serve);
    return 0;
}
