/*
 * A label printer, whatever its port: what it is asked, and what it may say.
 *
 * "Printed" means that the printer said so. A label whose fate nobody knows has its own status:
 * it is never sent again by itself, because two labels with one number are how tubes are mixed up.
 */
#ifndef PHIAL_LABELS_PRINT_PRINTER_H
#define PHIAL_LABELS_PRINT_PRINTER_H

#include "core/base/error.h"
#include "labels/draw/label.h"

/* The status of a PRINTED message. */
enum print_status {
    PRINT_DONE = 0,    /* it came out, or is on disk */
    PRINT_FAILED = 1,  /* it certainly did not: printing again is safe */
    PRINT_UNKNOWN = 2, /* a person looks at the printer before anything else */
};

/* What the core's SETUP message says about a printer. */
struct printer_setup {
    char name[65];
    char folder[1024]; /* of a file printer; empty for a printer on the network */
    char host[256], service[32];
    unsigned dpi;             /* 203 */
    enum label_format format; /* of a file printer; ZPL on the network */
    bool answers;             /* whether it answers ~HS */
};

/* `port` is "file:FOLDER" or "tcp:HOST:PORT". */
enum error printer_port_parse(const char *port, struct printer_setup *out, struct complaint *why);
/* One "key=value": dpi, format, answers. */
enum error printer_setting_parse(const char *setting, struct printer_setup *out,
                                 struct complaint *why);

/* How a connected printer tells its owner. It must not be closed in `done`; `closed` is the last.
 */
struct printer_events {
    void *context;
    void (*opened)(void *context);
    /* The label given to print has ended so. */
    void (*done)(void *context, enum print_status status, const char *sentence);
    /* Something a person should know while nothing is printed; "" when all is well. */
    void (*condition)(void *context, const char *sentence);
    /* It cannot be reached, or is gone. */
    void (*closed)(void *context, const char *sentence);
};

#endif
