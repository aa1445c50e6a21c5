/*
 * A printer of the USB class (07/01), by libusb's asynchronous calls.
 *
 * The kernel's usblp is sent away from the interface when it is claimed and comes back when it is
 * released. Before anything is printed two control requests are made: GET_DEVICE_ID once, whose
 * command set says whether the printer speaks another language than phial.conf says, and
 * GET_PORT_STATUS before each label and each check. Many printers always answer 0x18: only "paper
 * empty", and "error" of a printer that is selected, say anything.
 *
 * Invariants: at most one bulk transfer each way and one control transfer are under way. A printer
 * that answers a read with nothing is asked again after a pause that grows, so that an idle one
 * costs nothing. A stalled endpoint is cleared and tried again, three times in a row; then the
 * printer is gone.
 *
 * Source: USB Device Class Definition for Printing Devices 1.1, 4.2; devices.md 5.7.
 */
#include "core/base/buffer.h"
#include "core/usb/usb_find.h"
#include "core/usb/usb_loop.h"
#include "labels/print/envelopes.h"
#include "labels/print/port.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CLASS_PRINTER = 7,
    SUBCLASS_PRINTER = 1,
    PROTOCOL_ONE_WAY = 1,
    PROTOCOL_BOTH_WAYS = 2,
    GET_DEVICE_ID = 0,
    GET_PORT_STATUS = 1,
    PAPER_EMPTY = 0x20,
    SELECTED = 0x10,
    NO_ERROR = 0x08,
    IN_SIZE = 1024,
    OUT_SIZE = 16 * 1024,
    OUT_MAX = 2 * 1024 * 1024,
    ID_SIZE = 1024,
    CONTROL_MS = 1000,
    LAST_WORDS_MS = 500,
    CANCEL_MS = 1000,
    FAILURES_IN_A_ROW = 3,
    PAUSE_FIRST_MS = 10,
    PAUSE_LONGEST_MS = 160
};

enum control { CONTROL_ID, CONTROL_STATUS };

struct usb {
    struct port base;
    uv_timer_t timer; /* the first turn; then the pause before the next read */
    libusb_context *context;
    libusb_device_handle *handle;
    struct usb_loop *loop;
    const struct language *language;
    int fd, interface, alternate, protocol;
    uint8_t in_address, out_address;
    struct libusb_transfer *in, *out, *control;
    bool claimed, reading, writing, controlling, over, closing;
    bool identified, asked; /* it has said who it is; its status is wanted after that */
    enum control request;
    unsigned failures, pause;
    struct buffer waiting;
    char foreign[256]; /* why its language cannot be ours; "" */
    uint8_t received[IN_SIZE], sending[OUT_SIZE];
    uint8_t setup[LIBUSB_CONTROL_SETUP_SIZE + ID_SIZE];
};

static void read_next(struct usb *u);
static void write_next(struct usb *u);

/* Descriptors: the printer's interface and its bulk endpoints. */

static bool take_interface(struct usb *u, const struct libusb_interface_descriptor *i)
{
    uint8_t in = 0, out = 0;

    if (i->bInterfaceClass != CLASS_PRINTER || i->bInterfaceSubClass != SUBCLASS_PRINTER ||
        (i->bInterfaceProtocol != PROTOCOL_ONE_WAY &&
         i->bInterfaceProtocol != PROTOCOL_BOTH_WAYS) ||
        i->bInterfaceProtocol <= u->protocol)
        return false;
    for (uint8_t e = 0; e < i->bNumEndpoints; e++) {
        const struct libusb_endpoint_descriptor *at = &i->endpoint[e];
        if ((at->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK)
            continue;
        if (at->bEndpointAddress & LIBUSB_ENDPOINT_IN)
            in = at->bEndpointAddress;
        else
            out = at->bEndpointAddress;
    }
    if (!out)
        return false;
    u->in_address = in;
    u->out_address = out;
    u->interface = i->bInterfaceNumber;
    u->alternate = i->bAlternateSetting;
    u->protocol = i->bInterfaceProtocol;
    return true;
}

/* The one that answers before the one that does not. */
static bool find_interface(struct usb *u)
{
    struct libusb_config_descriptor *c;
    bool found = false;

    if (libusb_get_active_config_descriptor(libusb_get_device(u->handle), &c) != 0)
        return false;
    for (uint8_t i = 0; i < c->bNumInterfaces; i++)
        for (int a = 0; a < c->interface[i].num_altsetting; a++)
            found |= take_interface(u, &c->interface[i].altsetting[a]);
    libusb_free_config_descriptor(c);
    return found;
}

/* Opening */

/* A Brother whose "Editor Lite" light is on shows itself as a disk (devices.md 5.7). */
static enum error explain_absence(const struct printer_setup *setup, struct complaint *why)
{
    enum { BROTHER = 0x04f9 };
    static const unsigned disks[] = { 0x2049, 0x20a9 };

    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
        if (setup->vendor == BROTHER && usb_find_present(BROTHER, disks[i]))
            return complain(why, ERROR_UNSUPPORTED,
                            "The Brother label printer is in Editor Lite mode and shows itself as "
                            "a disk: hold its Editor Lite key until the light goes out.");
    return complain(why, ERROR_NOT_FOUND,
                    "The label printer %04x:%04x is not there. Plug it in and switch it on.",
                    setup->vendor, setup->product);
}

static enum error open_node(struct usb *u, const struct printer_setup *setup, struct complaint *why)
{
    struct usb_wanted wanted = { .vendor = setup->vendor, .product = setup->product };
    enum error e;

    memcpy(wanted.path, setup->path, sizeof wanted.path);
    memcpy(wanted.serial, setup->serial, sizeof wanted.serial);
    e = usb_find_open(&wanted, &u->fd, why);
    return e == ERROR_NOT_FOUND ? explain_absence(setup, why) : e;
}

static enum error claim(struct usb *u, struct complaint *why)
{
    if (!find_interface(u))
        return complain(why, ERROR_UNSUPPORTED,
                        "The USB device is no label printer of the printer class. Check its ids in "
                        "phial.conf (phial doctor lists them).");
    (void)libusb_set_auto_detach_kernel_driver(u->handle, 1);
    if (libusb_claim_interface(u->handle, u->interface) != 0)
        return complain(why, ERROR_BUSY,
                        "Another program uses the label printer (a print queue of this machine?). "
                        "End it, or print through that queue with kind=cups.");
    u->claimed = true;
    if (u->alternate &&
        libusb_set_interface_alt_setting(u->handle, u->interface, u->alternate) != 0)
        return complain(why, ERROR_IO, "The label printer cannot be used. Plug it in again.");
    u->base.one_way = u->in_address == 0;
    return ERROR_OK;
}

static enum error take_device(uv_loop_t *loop, struct usb *u, const struct printer_setup *setup,
                              struct complaint *why)
{
    enum error e = open_node(u, setup, why);

    if (e != ERROR_OK)
        return e;
    /* The descriptor is handed in: no discovery, so no thread and no netlink socket. */
    if (libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY) != 0 ||
        libusb_init(&u->context) != 0 || usb_loop_open(loop, u->context, &u->loop) != ERROR_OK ||
        libusb_wrap_sys_device(u->context, u->fd, &u->handle) != 0)
        return complain(why, ERROR_IO, "The label printer cannot be used. Plug it in again.");
    e = claim(u, why);
    if (e != ERROR_OK)
        return e;
    u->in = libusb_alloc_transfer(0);
    u->out = libusb_alloc_transfer(0);
    u->control = libusb_alloc_transfer(0);
    return u->in && u->out && u->control
               ? ERROR_OK
               : complain(why, ERROR_NO_MEMORY, "There is no memory for the label printer.");
}

/* Ending */

static void run_until(struct usb *u, const bool *flag, int patience)
{
    struct timeval step = { 0, 10000 };
    for (int ms = 0; *flag && ms < patience; ms += 10)
        (void)libusb_handle_events_timeout_completed(u->context, &step, NULL);
}

/* Transfers that are under way belong to libusb until their callback. */
static void end_transfers(struct usb *u)
{
    if (u->writing && !u->over)
        run_until(u, &u->writing, LAST_WORDS_MS);
    if (u->reading)
        (void)libusb_cancel_transfer(u->in);
    if (u->writing)
        (void)libusb_cancel_transfer(u->out);
    if (u->controlling)
        (void)libusb_cancel_transfer(u->control);
    run_until(u, &u->reading, CANCEL_MS);
    run_until(u, &u->writing, CANCEL_MS);
    run_until(u, &u->controlling, CANCEL_MS);
}

static void release(struct usb *u)
{
    if (u->context)
        end_transfers(u);
    if (u->claimed)
        (void)libusb_release_interface(u->handle, u->interface);
    libusb_free_transfer(u->in);
    libusb_free_transfer(u->out);
    libusb_free_transfer(u->control);
    if (u->handle)
        libusb_close(u->handle);
    usb_loop_close(u->loop);
    if (u->context)
        libusb_exit(u->context);
    if (u->fd >= 0)
        (void)close(u->fd);
    buffer_free(&u->waiting);
}

static void on_handle_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_release(uv_timer_t *timer)
{
    release(timer->data);
    uv_close((uv_handle_t *)timer, on_handle_closed);
}

/* On the loop's next turn: this may be libusb's own callback. */
static void close_usb(struct port *port)
{
    struct usb *u = (struct usb *)port;

    if (u->closing)
        return;
    u->closing = true;
    (void)uv_timer_start(&u->timer, on_release, 0, 0);
}

static void lose(struct usb *u, const char *sentence)
{
    if (u->over || u->closing)
        return;
    u->over = true;
    (void)uv_timer_stop(&u->timer);
    u->base.events.closed(u->base.events.context, sentence);
}

static void lose_device(struct usb *u)
{
    lose(u, "The label printer was unplugged or switched off. It goes on when it is back.");
}

/* What a transfer's end means: true when the endpoint may be tried again. */
static bool recover(struct usb *u, const struct libusb_transfer *t)
{
    if (t->status == LIBUSB_TRANSFER_NO_DEVICE || t->status == LIBUSB_TRANSFER_CANCELLED ||
        ++u->failures > FAILURES_IN_A_ROW)
        return false;
    return t->status != LIBUSB_TRANSFER_STALL || libusb_clear_halt(u->handle, t->endpoint) == 0;
}

/* Reading */

static void on_pause(uv_timer_t *timer)
{
    read_next(timer->data);
}

static void read_later(struct usb *u)
{
    (void)uv_timer_start(&u->timer, on_pause, u->pause, 0);
    if (u->pause < PAUSE_LONGEST_MS)
        u->pause *= 2;
}

static void LIBUSB_CALL on_read(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;
    uint8_t bytes[IN_SIZE];
    size_t len = (size_t)t->actual_length;

    u->reading = false;
    if (u->closing || u->over)
        return;
    if (t->status != LIBUSB_TRANSFER_COMPLETED) {
        if (recover(u, t))
            read_later(u);
        else
            lose_device(u);
        return;
    }
    u->failures = 0;
    if (len == 0) {
        read_later(u);
        return;
    }
    memcpy(bytes, u->received,
           len); /* the next read may overwrite them before their owner is done */
    u->pause = PAUSE_FIRST_MS;
    read_next(u);
    if (!u->over)
        u->base.events.bytes(u->base.events.context, span_of(bytes, len));
}

static void read_next(struct usb *u)
{
    if (u->reading || u->over || u->closing || !u->in_address)
        return;
    libusb_fill_bulk_transfer(u->in, u->handle, u->in_address, u->received, sizeof u->received,
                              on_read, u, 0);
    u->reading = libusb_submit_transfer(u->in) == 0;
    if (!u->reading)
        lose_device(u);
}

/* Writing */

static void LIBUSB_CALL on_write(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;

    u->writing = false;
    buffer_drop(&u->waiting, (size_t)t->actual_length);
    if (u->over || (u->closing && t->status != LIBUSB_TRANSFER_COMPLETED))
        return;
    if (t->status == LIBUSB_TRANSFER_COMPLETED)
        u->failures = 0;
    else if (!recover(u, t)) {
        lose_device(u);
        return;
    }
    write_next(u);
}

static void write_next(struct usb *u)
{
    size_t len = u->waiting.len < OUT_SIZE ? u->waiting.len : OUT_SIZE;

    if (u->writing || !len || u->over)
        return;
    memcpy(u->sending, u->waiting.at, len);
    libusb_fill_bulk_transfer(u->out, u->handle, u->out_address, u->sending, (int)len, on_write, u,
                              0);
    u->writing = libusb_submit_transfer(u->out) == 0;
    if (!u->writing && !u->closing)
        lose_device(u);
}

static void write_usb(struct port *port, struct span bytes)
{
    struct usb *u = (struct usb *)port;

    if (u->over || buffer_put(&u->waiting, bytes) != ERROR_OK)
        return; /* the printer's silence is noticed */
    write_next(u);
    if (u->pause > PAUSE_FIRST_MS && !u->reading && !u->over) {
        u->pause = PAUSE_FIRST_MS; /* an answer will come */
        (void)uv_timer_start(&u->timer, on_pause, u->pause, 0);
    }
}

/* Control requests */

static void submit_control(struct usb *u, enum control what, uint8_t request, uint16_t len);

/* "CMD:" or "COMMAND SET:" in an IEEE 1284 id, up to its semicolon. */
static bool find_commands(const char *id, char *out, size_t size)
{
    static const char *const keys[] = { "COMMAND SET:", "CMD:" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *at = strstr(id, keys[i]);
        if (!at)
            continue;
        at += strlen(keys[i]);
        (void)snprintf(out, size, "%.*s", (int)strcspn(at, ";"), at);
        return true;
    }
    return false;
}

/* The trap of printers that speak ZPL or EPL2 by a switch: whichever of the two they name alone. */
static void take_id(struct usb *u, const uint8_t *id, size_t len)
{
    char text[ID_SIZE], commands[128];
    bool zpl, epl, wants_zpl = strcmp(u->language->id, "zpl") == 0;

    if (len < 3 || len - 2 >= sizeof text)
        return;
    memcpy(text, id + 2, len - 2); /* the length stands first, in two bytes */
    text[len - 2] = '\0';
    if (!find_commands(text, commands, sizeof commands))
        return;
    zpl = strstr(commands, "ZPL") != NULL;
    epl = strstr(commands, "EPL") != NULL;
    if ((wants_zpl && epl && !zpl) || (strcmp(u->language->id, "epl2") == 0 && zpl && !epl))
        (void)snprintf(u->foreign, sizeof u->foreign,
                       "The label printer says that it speaks %s, not %s: write language=%s in "
                       "phial.conf, or switch the printer over.",
                       wants_zpl ? "EPL2" : "ZPL", wants_zpl ? "ZPL" : "EPL2",
                       wants_zpl ? "epl2" : "zpl");
}

static void ask_status(struct usb *u)
{
    u->asked = false;
    submit_control(u, CONTROL_STATUS, GET_PORT_STATUS, 1);
}

static void tell_status(struct usb *u, bool answered, uint8_t status)
{
    const char *fault = u->foreign[0] ? u->foreign : NULL;

    if (answered && status & PAPER_EMPTY)
        fault = FAULT_EMPTY;
    else if (answered && (status & (SELECTED | NO_ERROR)) == SELECTED)
        fault = FAULT_OTHER;
    u->base.events.status(u->base.events.context, fault);
}

static void LIBUSB_CALL on_control(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;
    bool answered = t->status == LIBUSB_TRANSFER_COMPLETED && t->actual_length > 0;

    u->controlling = false;
    if (u->closing || u->over)
        return;
    if (t->status == LIBUSB_TRANSFER_NO_DEVICE) {
        lose_device(u);
        return;
    }
    if (u->request == CONTROL_STATUS) {
        tell_status(u, answered, answered ? libusb_control_transfer_get_data(t)[0] : 0);
        return;
    }
    u->identified = true;
    if (answered)
        take_id(u, libusb_control_transfer_get_data(t), (size_t)t->actual_length);
    if (u->asked)
        ask_status(u);
}

static void submit_control(struct usb *u, enum control what, uint8_t request, uint16_t len)
{
    libusb_fill_control_setup(
        u->setup, LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
        request, 0,
        /* GET_DEVICE_ID has the interface in the high byte and the alternate setting in the low */
        (uint16_t)(what == CONTROL_ID ? u->interface << 8 | u->alternate : u->interface), len);
    libusb_fill_control_transfer(u->control, u->handle, u->setup, on_control, u, CONTROL_MS);
    u->request = what;
    u->controlling = libusb_submit_transfer(u->control) == 0;
    if (!u->controlling)
        lose_device(u);
}

static void ask_usb(struct port *port)
{
    struct usb *u = (struct usb *)port;

    if (!u->identified)
        u->asked = true;
    else if (!u->over && !u->controlling)
        ask_status(u);
}

static const struct port_functions usb_functions = { write_usb, ask_usb, close_usb };

static void on_first_turn(uv_timer_t *timer)
{
    struct usb *u = timer->data;

    u->base.events.opened(u->base.events.context);
    if (u->closing || u->over)
        return;
    submit_control(u, CONTROL_ID, GET_DEVICE_ID, ID_SIZE - 1);
    read_next(u);
}

enum error usb_open(uv_loop_t *loop, const struct printer_setup *setup,
                    const struct port_events *events, struct port **out, struct complaint *why)
{
    struct usb *u = calloc(1, sizeof *u);
    enum error e;

    if (!u)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the label printer.");
    u->base = (struct port) { &usb_functions, *events, false };
    u->fd = -1;
    u->pause = PAUSE_FIRST_MS;
    u->language = setup->language;
    buffer_init(&u->waiting, OUT_MAX);
    (void)uv_timer_init(loop, &u->timer);
    u->timer.data = u;
    e = take_device(loop, u, setup, why);
    if (e != ERROR_OK) {
        close_usb(&u->base);
        return e;
    }
    (void)uv_timer_start(&u->timer, on_first_turn, 0, 0);
    *out = &u->base;
    return ERROR_OK;
}
