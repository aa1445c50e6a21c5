/*
 * The data-link layer without I/O: bytes and events in, effects out (DESIGN 2).
 *
 * A link owns frames, checksums, handshakes and timers of one protocol. It never blocks and never
 * sees a descriptor or a clock: it acts only through the effects of struct link_port, which the
 * worker implements with a port and the socket to core, and a test, a fuzzer or a replay with
 * arrays. The same object code runs in all of them.
 *
 * The promise (DESIGN 3.1): a link acknowledges a frame only after link->settled said that the
 * frame is on disk. While it waits it keeps what arrives (at most LIMIT_PENDING_INPUT) and goes on
 * with it afterwards. Sessions never mix (DESIGN 3.5). An effect may call link->send, and
 * link->settled from within keep, but no other function of its link.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_H
#define PHIAL_INSTRUMENTS_LINK_H

#include "core/base/buffer.h"
#include "core/model/wire.h"
#include "instruments/link/options.h"

struct link_time {
    int64_t utc; /* ms since 1970 */
    int offset;  /* minutes that the site's own time is ahead of UTC */
};

struct link_port {
    void *context;
    /* Bytes to the instrument. They are copied. */
    void (*write)(void *context, struct span out);
    /* The one timer of the link: `ms` from now it calls link->expired; 0 disarms. */
    void (*arm)(void *context, unsigned ms);
    /* Keep this frame, as it came over the wire, on disk. The answer comes by link->settled with
     * the returned ticket (never 0), in order, possibly before keep returns. `number` is the
     * frame's number; `session` counts the sessions of this link from 1. `direction`
     * WIRE_TO_INSTRUMENT frames are a record of what was sent and are not waited for: their ticket
     * is not settled. */
    uint64_t (*keep)(void *context, uint64_t session, unsigned number,
                     enum wire_direction direction, struct span frame);
    /* A whole message's text (all frames joined), borrowed. One session may hold several. Called
     * before `ended` of that session. */
    void (*message)(void *context, uint64_t session, struct span text);
    /* The session is over; called for each session of which a frame was given to keep, also for
     * one in which the host sent (always NORMAL or DISCONNECTED; `sent` tells how it went). `rest`
     * is the text of the message that broke off: kept frames, never to be continued by the next
     * session; empty when `how` is SESSION_END_NORMAL. */
    void (*ended)(void *context, uint64_t session, enum session_end how, struct span rest);
    /* What was given to link->send is over: acknowledged to the last frame, or given up. */
    void (*sent)(void *context, enum error how);
    /* A thing to count or log: "checksum", "frame number", "noise" ... with no patient's data. */
    void (*note)(void *context, const char *what);
    /* What time it is, for protocols whose replies say it. */
    struct link_time (*now)(void *context);
};

/* The text that kept frames carry, put together again from the journal. The first `head` bytes
 * belong to each message of the session (a POCT1-A device says once who it is); they stay when a
 * message is done. */
struct link_text {
    struct buffer text;
    size_t head;
};
/* Makes room for the session's next message. */
void link_text_next(struct link_text *text);
/* Forgets the session. */
void link_text_clear(struct link_text *text);

struct link {
    const char *name; /* as a profile says it: "lis01", "contour-hid" */
    /* New state, or NULL when memory is out. `port` must outlive it. */
    void *(*open)(const struct link_options *options, const struct link_port *port);
    void (*close)(void *state);
    /* Bytes that arrived. For a report-based link, exactly one report. */
    void (*feed)(void *state, struct span in);
    /* The disk's answer for a ticket: kept (ERROR_OK) or refused. */
    void (*settled)(void *state, uint64_t ticket, enum error kept);
    /* The armed timer fired. */
    void (*expired)(void *state);
    /* The transport went away: the session ends as DISCONNECTED. The state starts clean. */
    void (*lost)(void *state);
    /* Sends one message's text to the instrument as soon as the line allows; ERROR_BUSY while one
     * is under way. The text is copied. */
    enum error (*send)(void *state, struct span text);
    /* Appends the message text that one kept frame carries to `text`, exactly as the live link does
     * (for decoding from the journal). `*whole`: a message is complete; decode it, call
     * link_text_next, go on. What is left behind the head after a session's last frame broke off.
     * ERROR_BAD_INPUT when it is no frame of this link, ERROR_TOO_BIG past LIMIT_MESSAGE. */
    enum error (*join)(const struct link_options *options, struct span frame,
                       struct link_text *text, bool *whole);
    /* Has an EKG cart record for so many seconds, now: what it records then comes as any other
     * session. NULL where the instrument decides itself. ERROR_BUSY while it records, ERROR_CLOSED
     * when it does not answer, ERROR_UNSUPPORTED when it cannot be told to. */
    enum error (*run)(void *state, unsigned seconds);
};

/* LIS01-A2, as receiver and sender (devices.md 5.1).
 *
 * What a whole message is: devices pack one record per frame with ETX, one record per frame with
 * ETB on all but the last, several records in one frame, or a stream cut at 240 characters. So
 * the frames of a session are joined, and a message is whole when a terminator (L) record is
 * complete, or else at EOT. At EOT without one it broke off when the last frame announced more
 * (ETB), when the last frame was refused, or when the instrument was silent for a long time before
 * (it missed an acknowledgement and will send the whole message again). */
extern const struct link link_lis01;
/* Contour meters: LIS01 frames in HID reports of 64 bytes (devices.md 3.17). write gives one whole
 * report at a time. The host wakes the meter after open; send is for a simulated meter only. */
extern const struct link link_contour_hid;

/* Reports of printer-like devices, cut out of their stream by struct link_framing (options.h). Each
 * report is one frame, one message and one session; what broke off or is damaged is kept too, where
 * the device cannot send it again, and its session says how it ended. What the disk refuses is held
 * and tried again. send is for a simulated device only. */
extern const struct link link_text;
/* A device that prints reports or speaks LIS01, as it is set: ENQ begins a LIS01 session, all else
 * is cut as by link "text". */
extern const struct link link_text_lis01;
/* CLINITEK 50 (devices.md 3.2): the host asks for records and acknowledges each. */
extern const struct link link_clinitek_50;
/* Files out of a folder: each feed is one whole file, at most LIMIT_MESSAGE, or with the option
 * whole_files LIMIT_ECG_FILE. An ACK byte written back says that it is on disk and may be moved
 * away, a NAK that it stays and comes again. */
extern const struct link link_file;
/* Contec carts that stream while the host listens: run begins a recording. The first reports or
 * bytes must say that it is such a cart, or nothing is begun. */
extern const struct link link_contec_ecg90a;
extern const struct link link_contec_8000g;

/* HL7 version 2 over MLLP (devices.md 5.4): each block is one message and one session, acknowledged
 * in the sender's own mode, delimiters, version and character set. send takes a message of our own,
 * or the answer (with MSA) to the query that waits for one. */
extern const struct link link_mllp;

/* POCT1-A over TCP, bare or in MLLP blocks as the device has it (devices.md 5.3): the host holds
 * the conversation, asks for what is new, sets the clock and keeps the connection alive where the
 * device can have that. Each document is a frame; HEL, observations, events, requests and what is
 * not known are messages, with a short HEL in front that says who the device is. Malformed
 * documents are kept and answered by ESC. send takes documents of our own (OPL, PTL); as the
 * instrument, the HEL (or none) and the observations that it has: the conversation around them is
 * the link's. */
extern const struct link link_poct1a;

/* Whether each feed is one whole thing, a report or a file, and never a part of a stream. */
bool link_reads_whole(const struct link *link);
/* The link of that name, or NULL. */
const struct link *link_find(const char *name);

#endif
