/*
 * A serial port, opened by libserialport and read by our own poll.
 *
 * libserialport 0.1.1 leaves to us: links (it knows device nodes only), close-on-exec, exclusive
 * use, parity errors (it delivers such a byte as good data), and hang-up (its blocking read spins
 * and looks like a timeout). A device that went away shows as a read of 0 bytes or EIO.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/usb/usb_find.h"
#include "instruments/transport/kind.h"
#include "instruments/transport/parmrk.h"

#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct serial {
    struct transport base;
    struct sp_port *port;
    char name[256]; /* of the node it was found at */
    int fd;
    uv_poll_t poll;
    bool polled, listening;
    enum parmrk_state marks;
    struct buffer out;
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct serial *s)
{
    int want = (s->listening ? UV_READABLE : 0) | (s->out.len ? UV_WRITABLE : 0);
    if (s->base.gone || s->base.closing)
        want = 0;
    if (!s->polled)
        return;
    if (want)
        (void)uv_poll_start(&s->poll, want, on_poll);
    else
        (void)uv_poll_stop(&s->poll);
}

static bool configure(struct sp_port *port, const struct transport_line *line)
{
    struct sp_port_config *c;
    enum sp_parity parity = line->parity == 'E'   ? SP_PARITY_EVEN
                            : line->parity == 'O' ? SP_PARITY_ODD
                                                  : SP_PARITY_NONE;
    bool done;
    if (sp_new_config(&c) != SP_OK)
        return false;
    done =
        sp_set_config_baudrate(c, (int)line->baud) == SP_OK &&
        sp_set_config_bits(c, (int)line->data_bits) == SP_OK &&
        sp_set_config_stopbits(c, (int)line->stop_bits) == SP_OK &&
        sp_set_config_parity(c, parity) == SP_OK &&
        sp_set_config_flowcontrol(c, line->flow == 'X'   ? SP_FLOWCONTROL_XONXOFF
                                     : line->flow == 'R' ? SP_FLOWCONTROL_RTSCTS
                                                         : SP_FLOWCONTROL_NONE) == SP_OK &&
        sp_set_config_dtr(c, line->dtr ? SP_DTR_ON : SP_DTR_OFF) == SP_OK &&
        (line->flow == 'R' || sp_set_config_rts(c, line->rts ? SP_RTS_ON : SP_RTS_OFF) == SP_OK) &&
        sp_set_config(port, c) == SP_OK;
    sp_free_config(c);
    return done;
}

/* Bytes with line errors are marked, a break is a mark too, and a read without data is EAGAIN, so
 * that 0 bytes mean hang-up. The modem lines stay as they are when we end (no HUPCL): a restart
 * of ours is not to reset an instrument. */
static bool mark_errors(int fd)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0)
        return false;
    t.c_iflag |= INPCK | PARMRK;
    t.c_iflag &= ~(tcflag_t)(IGNPAR | ISTRIP | IGNBRK | BRKINT | INLCR | IGNCR | ICRNL);
    t.c_cflag &= ~(tcflag_t)HUPCL;
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &t) == 0;
}

static enum error take_exclusively(int fd)
{
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return ERROR_IO;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return ERROR_BUSY;
    return ioctl(fd, TIOCEXCL) == 0 ? ERROR_OK : ERROR_IO;
}

/* A port that is named by what it is plugged into has another name after each plugging in. */
static enum error name_port(struct serial *s, struct complaint *why)
{
    struct usb_wanted wanted;
    if (!s->base.port.by_usb)
        return text_copy(s->name, sizeof s->name, s->base.port.path);
    transport_usb_wanted(&s->base.port, &wanted);
    return usb_find_serial(&wanted, s->name, sizeof s->name, why);
}

static enum error find_port(struct serial *s, struct complaint *why)
{
    const char *name = s->name;
    char real[PATH_MAX];
    enum error e = name_port(s, why);
    if (e != ERROR_OK)
        return e;
    if (!realpath(name, real))
        return complain(why, ERROR_NOT_FOUND,
                        "%s is not there. Plug the cable in, or switch the instrument on.", name);
    if (sp_get_port_by_name(real, &s->port) != SP_OK)
        return complain(why, ERROR_NOT_FOUND, "%s is no serial port. Check the configuration.",
                        name);
    return ERROR_OK;
}

static enum error open_port(struct serial *s, struct complaint *why)
{
    const char *name = s->name;
    enum error e;
    if (sp_open(s->port, SP_MODE_READ_WRITE) != SP_OK)
        return errno == EBUSY
                   ? complain(why, ERROR_BUSY, "%s is used by another program. End that one.", name)
                   : complain(why, ERROR_IO,
                              "%s cannot be opened. Check that this user is in its group (phial "
                              "doctor tells).",
                              name);
    if (sp_get_port_handle(s->port, &s->fd) != SP_OK)
        return complain(why, ERROR_BUG, "%s was opened without a descriptor.", name);
    e = take_exclusively(s->fd);
    if (e == ERROR_BUSY)
        return complain(why, e, "%s is used by another program. End that one.", name);
    if (e != ERROR_OK || !configure(s->port, &s->base.line) || !mark_errors(s->fd))
        return complain(why, ERROR_IO, "%s does not take the line settings %u %u%c%u. Change them.",
                        name, s->base.line.baud, s->base.line.data_bits, s->base.line.parity,
                        s->base.line.stop_bits);
    return ERROR_OK;
}

static void release_port(struct serial *s)
{
    if (!s->port)
        return;
    (void)sp_close(s->port);
    sp_free_port(s->port);
    s->port = NULL;
    s->fd = -1;
}

static void attempt(uv_timer_t *timer)
{
    struct serial *s = timer->data;
    struct complaint why;
    enum error e = find_port(s, &why);
    if (e == ERROR_OK)
        e = open_port(s, &why);
    if (e == ERROR_OK && uv_poll_init(s->base.loop, &s->poll, s->fd) != 0)
        e = complain(&why, ERROR_IO, "%s cannot be waited for.", s->name);
    if (e != ERROR_OK) {
        release_port(s);
        (void)uv_timer_start(&s->base.timer, attempt, TRANSPORT_RETRY_MS, 0);
        transport_tell_waiting(&s->base, &why);
        return;
    }
    transport_own_handle(&s->base, (uv_handle_t *)&s->poll);
    s->polled = true;
    transport_tell_ready(&s->base);
}

static enum error open_serial(struct transport *t, int listener, struct complaint *why)
{
    struct serial *s = (struct serial *)t;
    (void)listener;
    (void)why;
    s->fd = -1;
    buffer_init(&s->out, LIMIT_PORT_OUTPUT);
    (void)uv_timer_start(&t->timer, attempt, 0, 0);
    return ERROR_OK;
}

static void note_times(struct serial *s, const char *what, size_t times)
{
    while (times--)
        s->base.events.note(s->base.events.context, what);
}

/* One read: what is more comes with the loop's next turn, so that others have theirs. */
static void take_bytes(struct serial *s)
{
    uint8_t in[TRANSPORT_READ];
    struct parmrk_result clean;
    ssize_t len = read(s->fd, in, sizeof in);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0) {
        transport_tell_gone(&s->base, "The serial port went away. Plug the cable in again.");
        return;
    }
    clean = parmrk_undo(&s->marks, in, (size_t)len, in);
    note_times(s, "parity", clean.damaged - clean.breaks);
    note_times(s, "break", clean.breaks);
    if (clean.len)
        s->base.events.bytes(s->base.events.context, span_of(in, clean.len));
}

static void push_bytes(struct serial *s)
{
    while (s->out.len) {
        ssize_t done = write(s->fd, s->out.at, s->out.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EAGAIN)
            break;
        if (done < 0) {
            buffer_clear(&s->out);
            transport_tell_gone(&s->base, "The serial port went away. Plug the cable in again.");
            return;
        }
        buffer_drop(&s->out, (size_t)done);
    }
    watch(s);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct serial *s = poll->data;
    if (status < 0) /* libuv's word for a hang-up: what came before it is still read */
        events = UV_READABLE;
    if (events & UV_WRITABLE)
        push_bytes(s);
    if (events & UV_READABLE && s->listening && !s->base.gone && !s->base.closing)
        take_bytes(s);
    if (status < 0)
        watch(s);
}

static void start_serial(struct transport *t)
{
    struct serial *s = (struct serial *)t;
    s->listening = true;
    watch(s);
    t->events.up(t->events.context);
}

static enum error write_serial(struct transport *t, struct span out)
{
    struct serial *s = (struct serial *)t;
    enum error e = buffer_put(&s->out, out);
    if (e != ERROR_OK)
        return ERROR_FULL;
    push_bytes(s);
    return t->gone ? ERROR_CLOSED : ERROR_OK;
}

static void listen_serial(struct transport *t, bool on)
{
    struct serial *s = (struct serial *)t;
    s->listening = on;
    watch(s);
}

static void close_serial(struct transport *t)
{
    struct serial *s = (struct serial *)t;
    if (s->polled)
        transport_close_handle(t, (uv_handle_t *)&s->poll);
    release_port(s);
    buffer_free(&s->out);
}

const struct transport_functions transport_serial = {
    sizeof(struct serial), open_serial, start_serial, write_serial, listen_serial, close_serial,
};
