/* The bench's devices: their lines, and sending one message after the other. */
#include "tests/clinic/device.h"

#include "tests/clinic/queue.h"
#include "tests/support/ports.h"
#include "tests/usb/cable.h"
#include "tests/usb/meter.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* profile, line, specimen, control, checksum */
const struct device_kind device_kinds[] = {
    { "abaxis-piccolo-xpress", DEVICE_CABLE, true, true, true },
    { "abbott-afinion-2", DEVICE_TCP, true, true, true },
    { "abbott-afinion-2-poct", DEVICE_TCP, true, true, false },
    { "abbott-cholestech-ldx", DEVICE_PTY, false, false, false },
    { "abbott-id-now", DEVICE_TCP, true, true, true },
    { "acon-mission-u120", DEVICE_PTY, true, true, false },
    { "ascensia-contour-next", DEVICE_METER, false, true, true },
    { "cepheid-genexpert-xpress", DEVICE_TCP, true, true, true },
    { "coag-sense-pt2", DEVICE_TCP, true, true, false },
    { "generic-hl7", DEVICE_TCP, true, true, false },
    { "generic-lis02", DEVICE_PTY, true, true, true },
    { "generic-poct1a", DEVICE_TCP, true, true, false },
    { "hemocue-hb-201", DEVICE_PTY, false, false, false },
    { "magellan-leadcare-2", DEVICE_FOLDER, true, true, false },
    { "nova-statstrip", DEVICE_TCP, true, true, false },
    { "pixcell-hemoscreen", DEVICE_TCP, true, true, false },
    { "quidel-sofia-2", DEVICE_TCP, true, true, true },
    { "quidel-sofia-2-poct", DEVICE_TCP, true, true, false },
    { "roche-coaguchek-pro-2", DEVICE_TCP, true, true, false },
    { "roche-cobas-liat", DEVICE_TCP, true, true, false },
    { "roche-urisys-1100", DEVICE_PTY, true, true, false },
    { "siemens-clinitek-50", DEVICE_PTY, false, false, true },
    { "siemens-clinitek-advantus", DEVICE_PTY, true, true, true },
    { "siemens-clinitek-status", DEVICE_PTY, true, true, false },
    { "siemens-dca-vantage", DEVICE_PTY, true, true, true },
    { "siemens-dca-vantage-poct", DEVICE_TCP, true, true, false },
    { "sysmex-xn-550", DEVICE_TCP, true, true, true },
    { "sysmex-xp-300", DEVICE_PTY, true, true, true },
};
const size_t device_kind_count = sizeof device_kinds / sizeof device_kinds[0];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* The pseudo-terminal; the program knows it by a link, as udev would make one. */

static void open_pty(struct device *d)
{
    struct termios raw;
    char slave[64];
    int fd;

    if (openpty(&d->master, &fd, slave, NULL, NULL) || tcgetattr(fd, &raw))
        die("openpty");
    cfmakeraw(&raw);
    if (tcsetattr(fd, TCSANOW, &raw) || close(fd) || fcntl(d->master, F_SETFL, O_NONBLOCK) ||
        fcntl(d->master, F_SETFD, FD_CLOEXEC))
        die(slave);
    (void)unlink(d->link);
    if (symlink(slave, d->link))
        die(d->link);
}

/* A master whose other end is closed is readable and says so by EIO: it is looked at again later.
 */
static void on_master(uv_poll_t *poll, int status, int events)
{
    struct device *d = poll->data;
    uint8_t bytes[4096];
    ssize_t len = read(d->master, bytes, sizeof bytes);

    (void)events;
    if (status == 0 && len > 0)
        simulator_feed(d->simulator, span_of(bytes, (size_t)len));
    else
        queue_wait(d->heard);
}

static void listen_to_master(void *context)
{
    struct device *d = context;
    if (!uv_is_closing((uv_handle_t *)&d->poll))
        (void)uv_poll_start(&d->poll, UV_READABLE, on_master);
}

static void stop_listening(void *context)
{
    struct device *d = context;
    (void)uv_poll_stop(&d->poll);
}

/* What comes from umockdev's thread. */

static void from_host(void *context, struct span bytes)
{
    struct device *d = context;
    if (d->simulator)
        simulator_feed(d->simulator, bytes);
}

static void on_report(void *context, const uint8_t *report, size_t len)
{
    struct device *d = context;
    queue_put(d->heard, span_of(report, len));
}

static void on_chip(void *context, const uint8_t *bytes, size_t len)
{
    struct device *d = context;
    queue_put(d->heard, span_of(bytes, len));
}

static void on_gone(void *context)
{
    (void)context;
}

/* What the simulator says. */
static void on_wire(void *context, struct span out)
{
    struct device *d = context;
    if (d->meter)
        meter_say(d->meter, out.at, out.len);
    else if (d->cable)
        cable_say(d->cable, out.at, out.len, 0);
    else
        (void)!write(d->master, out.at, out.len);
}

static void prepare_line(struct device *d, struct serve *serve)
{
    const struct queue_events events = { d, from_host, stop_listening, listen_to_master };
    d->heard = queue_new(d->loop, &events);
    switch (d->kind->line) {
    case DEVICE_TCP:
        d->port = ports_free();
        (void)snprintf(d->address, sizeof d->address, "tcp-listen:127.0.0.1:%d", d->port);
        break;
    case DEVICE_PTY:
        (void)snprintf(d->link, sizeof d->link, "%.64s/line-%.60s", serve->data, d->name);
        (void)snprintf(d->address, sizeof d->address, "serial:%.100s", d->link);
        open_pty(d);
        break;
    case DEVICE_METER:
        d->meter = meter_new();
        meter_tell(d->meter, on_report, on_gone, d);
        (void)snprintf(d->address, sizeof d->address, "usb:1a79:7800");
        break;
    case DEVICE_CABLE:
        d->cable = cable_new();
        cable_tell(d->cable, on_chip, d);
        (void)snprintf(d->address, sizeof d->address, "usb:0403:cd18");
        break;
    case DEVICE_FOLDER:
        (void)snprintf(d->link, sizeof d->link, "%.64s/reports-%.60s", serve->data, d->name);
        if (mkdir(d->link, 0777) || chmod(d->link, 0777))
            die(d->link);
        (void)snprintf(d->address, sizeof d->address, "folder:%.100s", d->link);
        break;
    }
}

void device_prepare(struct device *d, const struct device_kind *kind, uv_loop_t *loop,
                    struct serve *serve)
{
    *d = (struct device) { .kind = kind, .loop = loop, .master = -1 };
    (void)snprintf(d->name, sizeof d->name, "%.60s", kind->profile);
    prepare_line(d, serve);
    serve_add_conf(serve, "[instrument %s]\nprofile = %s\nport = %s\n", d->name, kind->profile,
                   d->address);
}

struct profile_analyte device_analyte(const struct device *d, struct arena *arena)
{
    struct profile_analyte analyte = { "GLU", "2345-7", "Glucose", "mg/dL", 0 };
    struct profile *profile;
    const struct profile_analyte *map;
    struct complaint why = { "" };
    size_t count;

    if (profile_load(d->kind->profile, NULL, &profile, &why) != ERROR_OK) {
        (void)fprintf(stderr, "%s\n", why.text);
        exit(1);
    }
    map = profile_analytes(profile, &count);
    if (count)
        analyte = (struct profile_analyte) { arena_text(arena, span_text(map[0].code)),
                                             arena_text(arena, span_text(map[0].loinc)),
                                             arena_text(arena, span_text(map[0].name)),
                                             arena_text(arena, span_text(map[0].ucum)), 0 };
    profile_free(profile);
    return analyte;
}

/* Sending */

enum device_case device_case_of(const struct device *d, unsigned round)
{
    static const enum device_case turns[] = {
        CASE_LINKED,   CASE_LINKED, CASE_CONTROL, CASE_LINKED,
        CASE_WRONG_ID, CASE_LINKED, CASE_LINKED,  CASE_NO_ID
    };
    (void)d;
    return turns[round % (sizeof turns / sizeof turns[0])];
}

/* A digit is mistyped, one that the check digit or the list of specimens shows to be wrong. */
static void mistype(char digits[32])
{
    digits[9] = (char)('0' + (digits[9] - '0' + 1) % 10);
}

void device_specimen_of(const struct device *d, unsigned round, char out[32])
{
    enum device_case which = device_case_of(d, round);

    out[0] = '\0';
    if (which == CASE_LINKED || which == CASE_WRONG_ID)
        (void)snprintf(out, 32, "%s", d->specimens[round].digits);
    if (which == CASE_WRONG_ID)
        mistype(out);
    if (which == CASE_CONTROL)
        (void)snprintf(out, 32, "QC-LEVEL-1");
}

static void send_next(struct device *d)
{
    const char *codes[] = { d->code };
    char specimen[32];
    struct simulator_message message = { .specimen = specimen, .codes = codes, .code_count = 1 };

    if (d->round == d->rounds) {
        d->finished = true;
        d->done(d);
        return;
    }
    device_specimen_of(d, d->round, specimen);
    message.values =
        device_case_of(d, d->round) == CASE_CONTROL ? SIMULATOR_CONTROL : SIMULATOR_NORMAL;
    if (simulator_send(d->simulator, &message) != ERROR_OK) {
        (void)fprintf(stderr, "%s: round %u cannot be sent\n", d->name, d->round);
        exit(1);
    }
}

static void on_sent(void *context, enum error how)
{
    struct device *d = context;

    (void)snprintf(d->said[d->round].value, sizeof d->said[d->round].value, "%s",
                   simulator_said(d->simulator));
    if (how == ERROR_OK)
        d->sent[device_case_of(d, d->round)]++;
    else
        d->failed++;
    d->round++;
    queue_later(d->heard, (void (*)(void *))send_next);
}

void device_start(struct device *d, const unsigned *faults)
{
    const struct simulator_wire wire = { d, on_wire };
    const struct simulator_events events = { d, on_sent };
    struct simulator_plan plan = { .profile = d->kind->profile,
                                   .seed = d->seed,
                                   .clock = clock_system() };
    bool own = d->kind->line != DEVICE_TCP && d->kind->line != DEVICE_FOLDER;
    struct complaint why = { "" };
    char port[192];

    if (d->kind->line == DEVICE_TCP)
        (void)snprintf(port, sizeof port, "tcp:127.0.0.1:%d", d->port);
    else
        (void)snprintf(port, sizeof port, "%s", d->address);
    plan.port = port;
    plan.wire = own ? &wire : NULL;
    d->said = calloc(d->rounds, sizeof *d->said);
    if (!d->said)
        die("memory");
    memcpy(plan.faults, faults, sizeof plan.faults);
    if (!d->kind->checked)
        plan.faults[SIMULATOR_DAMAGE] = plan.faults[SIMULATOR_NOISE] = 0;
    if (simulator_open(d->loop, &plan, &events, &d->simulator, &why) != ERROR_OK) {
        (void)fprintf(stderr, "%s: %s\n", d->name, why.text);
        exit(1);
    }
    if (d->kind->line == DEVICE_PTY) {
        (void)uv_poll_init(d->loop, &d->poll, d->master);
        d->poll.data = d;
        listen_to_master(d);
    }
    if (own)
        simulator_up(d->simulator);
    send_next(d);
}

void device_replug(struct device *d)
{
    if (!d->meter && !d->cable)
        return;
    simulator_down(d->simulator);
    fake_usb_unplug(d->meter ? meter_usb(d->meter) : cable_usb(d->cable));
    if (d->meter)
        meter_forget(d->meter);
    fake_usb_plug(d->meter ? meter_usb(d->meter) : cable_usb(d->cable));
    simulator_up(d->simulator);
}

void device_stop(struct device *d)
{
    simulator_close(d->simulator);
    if (d->kind->line == DEVICE_PTY)
        uv_close((uv_handle_t *)&d->poll, NULL);
    queue_close(d->heard);
}
