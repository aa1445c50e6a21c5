/* The three kinds of line. */
#include "tests/fault/line.h"

#include "tests/support/sender.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { REPORT_HEAD = 4, REPORT_PAYLOAD = 60, EOT = 4, REST_MS = 50 };

/* LIS01 in reports, from a meter that (as none on the market does) sends accessions: so that what
 * came by USB is audited like the rest. */
static const char meter_profile[] =
    "[profile]\nid = fault-meter\nmaker = Fault\nmodel = Meter\nmaturity = draft\n"
    "source = invented for the fault tests\n"
    "[connection]\nlink = contour-hid\nusb = 1A79:7800\n"
    "[message]\nformat = lis02\n"
    "[paths]\nmodel = H.5\nsent_at = H.14\nspecimen = O.3.1\npatient_id = P.3.1\n"
    "operator = R.11.1\ncode = R.3.4\nvalue = R.4\nunit = R.5.1\nflags = R.7\nrange = R.6\n"
    "status = R.9\nobserved_at = R.13\n"
    "[units]\n% = %\n";

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void open_pty(struct line *line)
{
    struct termios raw;
    int slave;

    if (openpty(&line->master, &slave, line->slave, NULL, NULL) || tcgetattr(slave, &raw))
        die("openpty");
    cfmakeraw(&raw);
    if (tcsetattr(slave, TCSANOW, &raw) || fcntl(line->master, F_SETFD, FD_CLOEXEC) ||
        close(slave))
        die(line->slave);
}

/* What nobody read in the direction of the program. */
static void forget_input(const struct line *line)
{
    int slave = open(line->slave, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (slave < 0)
        return; /* the program has it for itself, and reads */
    (void)tcflush(slave, TCIFLUSH);
    close(slave);
}

static bool readable(int fd, short *events)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    (void)poll(&p, 1, 0);
    *events = p.revents;
    return p.revents & POLLIN;
}

static int dial_pty(struct line *line)
{
    uint8_t old[256];
    short events;

    forget_input(line);
    usleep(REST_MS * 1000); /* what the program makes of the rest it has read by now */
    while (readable(line->master, &events))
        if (read(line->master, old, sizeof old) <= 0)
            return -1;
    return events & POLLHUP ? -1 : fcntl(line->master, F_DUPFD_CLOEXEC, 0);
}

/* The host's report, its payload for the sender. A lone EOT only wakes the meter. */
static void on_report(void *context, const uint8_t *report, size_t len)
{
    struct line *line = context;
    size_t payload = len > REPORT_HEAD ? report[REPORT_HEAD - 1] : 0;

    if (payload == 0 || payload > len - REPORT_HEAD || (payload == 1 && report[REPORT_HEAD] == EOT))
        return;
    pthread_mutex_lock(&line->lock);
    if (line->far >= 0)
        (void)send(line->far, report + REPORT_HEAD, payload, MSG_NOSIGNAL | MSG_DONTWAIT);
    pthread_mutex_unlock(&line->lock);
}

static void on_host_gone(void *context)
{
    struct line *line = context;
    pthread_mutex_lock(&line->lock);
    if (line->far >= 0)
        (void)shutdown(line->far, SHUT_RDWR);
    pthread_mutex_unlock(&line->lock);
}

/* What the sender writes, as reports, until it hangs up. */
static void *pump(void *context)
{
    struct line *line = context;
    int far = line->far;
    ssize_t len;
    uint8_t report[METER_REPORT] = "ABC";

    pthread_mutex_unlock(&line->lock); /* locked by dial_usb for us */
    while ((len = read(far, report + REPORT_HEAD, REPORT_PAYLOAD)) > 0) {
        report[REPORT_HEAD - 1] = (uint8_t)len;
        memset(report + REPORT_HEAD + len, 0, REPORT_PAYLOAD - (size_t)len);
        meter_say(line->meter, report, sizeof report);
    }
    pthread_mutex_lock(&line->lock);
    if (line->far == far)
        line->far = -1;
    close(far);
    pthread_mutex_unlock(&line->lock);
    return NULL;
}
