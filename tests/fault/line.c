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
    if (tcsetattr(slave, TCSANOW, &raw) || fcntl(line->master, F_SETFD, FD_CLOEXEC) || close(slave))
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

struct pump {
    struct line *line;
    int far;
};

/* What the sender writes, as reports, until it hangs up. */
static void *run_pump(void *context)
{
    struct pump *pump = context;
    struct line *line = pump->line;
    uint8_t report[METER_REPORT] = "ABC";
    ssize_t len;

    while ((len = read(pump->far, report + REPORT_HEAD, REPORT_PAYLOAD)) > 0) {
        report[REPORT_HEAD - 1] = (uint8_t)len;
        memset(report + REPORT_HEAD + len, 0, REPORT_PAYLOAD - (size_t)len);
        meter_say(line->meter, report, sizeof report);
    }
    pthread_mutex_lock(&line->lock);
    if (line->far == pump->far)
        line->far = -1;
    close(pump->far);
    pthread_mutex_unlock(&line->lock);
    free(pump);
    return NULL;
}

static int dial_usb(struct line *line)
{
    struct pump *pump;
    pthread_t thread;
    int ends[2];

    if (fake_usb_pending(meter_usb(line->meter)) == 0) /* nobody reads */
        return -1;
    pump = malloc(sizeof *pump);
    if (!pump || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        die("socketpair");
    *pump = (struct pump) { line, ends[1] };
    meter_forget(line->meter);
    usleep(REST_MS * 1000);
    pthread_mutex_lock(&line->lock);
    line->far = ends[1];
    pthread_mutex_unlock(&line->lock);
    if (pthread_create(&thread, NULL, run_pump, pump) || pthread_detach(thread))
        die("no thread");
    if (fake_usb_pending(meter_usb(line->meter)) == 0) /* it went while we rested */
        on_host_gone(line);
    return ends[0];
}

int line_dial(void *context)
{
    struct line *line = context;
    switch (line->kind) {
    case LINE_PTY:
        return dial_pty(line);
    case LINE_USB:
        return dial_usb(line);
    default:
        return sender_dial_tcp(line->port);
    }
}

/* The site's own folder of profiles, with the meter's in it. */
static void add_profile(struct serve *serve)
{
    char path[SERVE_PATH + 64];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/profiles", serve->data);
    if (mkdir(path, 0700))
        die(path);
    serve_add_conf(serve, "[site]\nprofiles = %s\n", path);
    (void)snprintf(path, sizeof path, "%s/profiles/fault-meter.profile", serve->data);
    file = fopen(path, "w");
    if (!file || fputs(meter_profile, file) < 0 || fclose(file))
        die(path);
}

void line_open(struct line *line, enum line_kind kind, struct serve *serve, const char *name)
{
    *line = (struct line) { .kind = kind, .master = -1, .far = -1 };
    pthread_mutex_init(&line->lock, NULL);
    switch (kind) {
    case LINE_PTY:
        open_pty(line);
        serve_add_conf(serve, "[instrument %s]\nprofile = generic-lis02\nport = serial:%s\n", name,
                       line->slave);
        break;
    case LINE_USB:
        line->meter = meter_new();
        meter_tell(line->meter, on_report, on_host_gone, line);
        add_profile(serve);
        serve_add_conf(serve, "[instrument %s]\nprofile = fault-meter\nport = usb:1a79:7800\n",
                       name);
        break;
    default:
        line->port = serve_add_listener(serve, name, "generic-lis02");
    }
}

void line_close(struct line *line)
{
    if (line->master >= 0)
        close(line->master);
    if (line->meter)
        meter_free(line->meter);
    pthread_mutex_destroy(&line->lock);
}
