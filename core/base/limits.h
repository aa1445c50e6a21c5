/*
 * Every maximum of Phial, in one place.
 *
 * Whatever grows with what a device, a browser or a file sends has its bound here, so that a
 * reader can answer "how large can this get" without reading the code.
 */
#ifndef PHIAL_CORE_BASE_LIMITS_H
#define PHIAL_CORE_BASE_LIMITS_H

enum {
    LIMIT_WIRE = 128 * 1024,  /* one message between processes; SEQPACKET fails near 200 kB */
    LIMIT_WIRE_FIELDS = 4096, /* fields in one such message */
    LIMIT_CHANNEL_QUEUE = 16 * 1024 * 1024, /* packets that wait for room in one socket */
    LIMIT_FRAME = 64000,                    /* of a stream, with its framing (LIS01-A2 6.3.1.2) */
    LIMIT_FRAME_STANDARD = 247,             /* E1381-91: what an older receiver can take */
    LIMIT_MESSAGE = 1024 * 1024,            /* text of one message */
    LIMIT_RECORDS = 4096,                   /* records in one message */
    LIMIT_RESULTS = 256,                    /* results of one decoded record */
    LIMIT_LIST = 64,                        /* flags, comments or complaints of one thing */
    LIMIT_LIMITS = 32768,                   /* a version of limits, as text */
    LIMIT_BILLING = 32768,                  /* a site's own billing codes, as text */
    LIMIT_TEXT = 4096,                      /* one value, comment or sentence, in bytes */
    LIMIT_NAME = 512,                       /* a person's name, in bytes of UTF-8 */
    LIMIT_PENDING_INPUT = 256 * 1024,       /* bytes that arrive while a frame waits for the disk */
    LIMIT_PORT_OUTPUT = 256 * 1024,         /* bytes that wait for a port to take them */
    LIMIT_PROFILE_FILE = 256 * 1024,        /* a profile, as text */
    LIMIT_PROFILE_LINES = 8192,             /* ... in lines */
    LIMIT_PROFILES = 256,                   /* built in and of a site's folder */
    LIMIT_PATTERN_STEPS = 100000,           /* of PCRE2 in one match */
    LIMIT_PATTERN_DEPTH = 1000,             /* ... its backtracking */
    LIMIT_PATTERN_HEAP = 1024,              /* ... its memory, in KiB */
    LIMIT_DECODE_ARENA = 64 * 1024 * 1024,  /* everything decoded out of one text */
    LIMIT_FOLDER_FILES = 4096,              /* files of a watched folder that wait their turn */
    LIMIT_CAPTURE_FILE = 64 * 1024 * 1024,  /* a file given to `phial decode` */
    LIMIT_HTTP_BODY = 64 * 1024,            /* a request's body */
    LIMIT_STREAMS = 32,                     /* browsers that hold an event stream */
    LIMIT_INGEST_ARENA = 16 * 1024 * 1024,  /* what core holds while it judges one record */
    LIMIT_INGEST_SESSIONS = 64,             /* sessions of one child that are not settled */
    LIMIT_INGEST_DECODE = 4,                /* sessions that the decoder has at a time */
    LIMIT_INGEST_TWINS = 16,                /* earlier messages compared with a new one */
    LIMIT_PRINT_QUEUE = 16,                 /* labels that wait in one printer's process */
    LIMIT_SCANNERS = 32,                    /* bar-code scanners at ports */
    LIMIT_EXCHANGES = 4,                    /* health records that results go to */
    LIMIT_CHILDREN = 128,                   /* instruments and printers */
    LIMIT_LOG_PAGES = 16384,    /* 64 MB of write-ahead log before a commit stops to move it */
    LIMIT_XML_DEPTH = 32,       /* elements within elements */
    LIMIT_XML_ELEMENTS = 16384, /* in one document */
    LIMIT_XML_ATTRIBUTES = 32,  /* of one element */
    LIMIT_ECG_FILE = 12 * 1024 * 1024,  /* a file of an EKG cart */
    LIMIT_ECG_ARENA = 96 * 1024 * 1024, /* everything decoded out of one */
    LIMIT_ECG_LEADS = 32,               /* leads of one recording */
    LIMIT_ECG_SAMPLES = 1024 * 1024,    /* samples of one lead */
    LIMIT_ECG_ELEMENTS = 128 * 1024,    /* elements of one XML file */
    LIMIT_ECG_PACKED = 8 * 1024 * 1024, /* samples of all leads, as core keeps them */
    LIMIT_ECG_FACTS = 64000,            /* the rest of the record, as JSON */
    LIMIT_EKG_ORDERS = 256,             /* open ones that a file from a stick is held against */
    LIMIT_ECG_PDF = 4 * 1024 * 1024,    /* a drawn EKG */
    LIMIT_IMPORT_FILES = 10000,         /* files of one `phial import` */
    LIMIT_IMPORT_DEPTH = 8,             /* folders within folders that it goes into */
    LIMIT_IMPORT_KNOWN = 65536,         /* files that it remembers to have brought */
    LIMIT_ANALYTES = 64,                /* of one test */
    LIMIT_TESTS = 32,                   /* on one order */
    LIMIT_CRITICALS = 256,              /* that wait to be told, looked at in one go */
    LIMIT_BATCH = 50,                   /* normal results signed at a time */
};

#endif
