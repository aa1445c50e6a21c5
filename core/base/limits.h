/*
 * Every maximum of Phial, in one place.
 *
 * Whatever grows with what a device, a browser or a file sends has its bound here, so that a
 * reader can answer "how large can this get" without reading the code.
 */
#ifndef PHIAL_CORE_BASE_LIMITS_H
#define PHIAL_CORE_BASE_LIMITS_H

enum {
    LIMIT_WIRE = 128 * 1024,     /* one message between processes; SEQPACKET fails near 200 kB */
    LIMIT_WIRE_FIELDS = 4096,    /* fields in one such message */
    LIMIT_FRAME = 64000,         /* LIS01-A2 6.3.1.2: a frame with its framing bytes */
    LIMIT_FRAME_STANDARD = 247,  /* E1381-91: what an older receiver can take */
    LIMIT_MESSAGE = 1024 * 1024, /* text of one LIS02 message */
    LIMIT_RECORDS = 4096,        /* records in one LIS02 message */
    LIMIT_RESULTS = 256,         /* results of one decoded record */
    LIMIT_LIST = 64,             /* flags, comments or complaints of one thing */
    LIMIT_TEXT = 4096,           /* one value, comment or sentence, in bytes */
    LIMIT_NAME = 512,            /* a person's name, in bytes of UTF-8 */
    LIMIT_PENDING_INPUT = 256 * 1024,      /* bytes that arrive while a frame waits for the disk */
    LIMIT_PROFILE_FILE = 256 * 1024,       /* a profile, as text */
    LIMIT_CAPTURE_FILE = 64 * 1024 * 1024, /* a file given to `phial decode` */
    LIMIT_HTTP_BODY = 64 * 1024,           /* a request's body */
    LIMIT_STREAMS = 32,                    /* browsers that hold an event stream */
    LIMIT_CHILDREN = 128,                  /* instruments and printers */
};

#endif
