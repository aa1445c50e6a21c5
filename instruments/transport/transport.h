/*
 * Moving bytes: a serial port, a TCP connection, a USB device or a folder of files, on one libuv
 * loop (DESIGN 2).
 *
 * A port is named by a text:
 *   serial:/dev/ttyUSB0         a serial port; the name may be a link that udev made
 *   serial:usb:VVVV:PPPP        the serial port that the kernel made of such a USB device
 *   tcp-listen:ADDRESS:PORT     the instrument connects to us (":PORT" alone means 127.0.0.1)
 *   tcp:HOST:PORT               we connect to the instrument
 *   usb:VVVV:PPPP               a USB device that the kernel leaves to us: a HID device, or an FTDI
 *                               chip under a maker's own product id, which is a serial line
 *   folder:/path                a folder that somebody else's program puts files into
 *   decode:                     no port at all
 *
 * VVVV:PPPP are hexadecimal ids. Behind them @BUS-PORTS says which socket it is plugged into, such
 * as @1-1.2, and #NUMBER its serial number; what several alike have in common is not enough to name
 * one. Whether a USB device is HID or FTDI, its descriptors say: no byte is sent to find out.
 *
 * Life: transport_open waits for the port, as long as it takes, telling `waiting`; when everything
 * that needs a path or an address is open it tells `ready`. The owner confines the process and
 * calls transport_start, and only then is the first byte read. From then on `up`, `bytes` and
 * `down` follow each other.
 *
 * A listener lives through its connections: `down` with `gone` false, then the next `up`. One
 * connection at a time: when a second one comes, the first is told `down` and closed, because an
 * analyzer that was switched off never said goodbye. Every other port ends with its device: `down`
 * with `gone` true, once, and the owner closes the transport.
 *
 * No event is told from within transport_open or transport_close. transport_write may tell `down`.
 */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_H
#define PHIAL_INSTRUMENTS_TRANSPORT_H

#include "core/base/error.h"
#include "core/base/span.h"

#include <uv.h>

enum transport_kind {
    TRANSPORT_SERIAL,
    TRANSPORT_TCP_LISTEN,
    TRANSPORT_TCP,
    TRANSPORT_USB,
    TRANSPORT_FOLDER,
    TRANSPORT_NONE
};

/* A port's text, taken apart. */
struct transport_port {
    enum transport_kind kind;
    char path[256];  /* serial, folder: its path; TCP: the host; by USB ids: "1-1.2" or "" */
    char service[8]; /* TCP: the port's number */
    bool by_usb;     /* named by ids */
    unsigned vendor, product;
    char serial[64]; /* its number, or "" */
    size_t largest;  /* folder: a file that is larger stays where it is; 0 for LIMIT_MESSAGE */
};

/* The settings of a serial line; the profile gives them, the site may override them. */
struct transport_line {
    unsigned baud, data_bits, stop_bits;
    char parity; /* N E O */
    char flow;   /* N none, X XON/XOFF, R RTS/CTS */
    bool dtr, rts;
};

struct transport_events {
    void *context;
    /* The port is not there yet; the sentence says why. Once for each reason. */
    void (*waiting)(void *context, const char *sentence);
    void (*ready)(void *context);
    void (*up)(void *context);
    /* Borrowed. From a HID device exactly one report, from a folder one whole file. A byte that the
     * line damaged (parity, framing, break) is never data: a NUL stands in its place, which no text
     * protocol allows, and `note` told it before. */
    void (*bytes)(void *context, struct span in);
    void (*down)(void *context, const char *sentence, bool gone);
    /* A thing to count: "parity", "break", "overrun"; no data. */
    void (*note)(void *context, const char *what);
};

struct transport;

enum error transport_parse(const char *text, struct transport_port *out, struct complaint *why);

/* `line` counts for a serial line only, by USB or not. `listener` is an inherited listening socket,
 * taken over when the port is a listener, or -1: then the address is bound here. `events` is
 * copied. ERROR_BAD_INPUT, ERROR_NO_MEMORY or ERROR_IO: it can never work; `why` says what to
 * change. */
enum error transport_open(uv_loop_t *loop, const struct transport_port *port,
                          const struct transport_line *line, int listener,
                          const struct transport_events *events, struct transport **out,
                          struct complaint *why);
/* After `ready`: begins to read. */
void transport_start(struct transport *t);
/* Sends as the port allows; to a HID device one report of these bytes, filled with zeros. To a
 * folder one byte about the file that came last: ACK, it is safe and is moved away, or NAK, it
 * stays and comes again; anything else is ERROR_UNSUPPORTED. ERROR_FULL when LIMIT_PORT_OUTPUT
 * waits already, ERROR_CLOSED when nobody is there. */
enum error transport_write(struct transport *t, struct span out);
/* Stops (false) and continues (true) reading: how a slow disk makes the instrument wait. */
void transport_listen(struct transport *t, bool on);
/* Closes the port and frees the memory on one of the loop's next turns. NULL is fine. */
void transport_close(struct transport *t);

/* For whoever starts the child: binds and listens where the text (tcp-listen:...) says. The
 * descriptor is close-on-exec. */
enum error transport_bind(const char *text, int *fd, struct complaint *why);

#endif
