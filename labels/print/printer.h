/*
 * A label printer, whatever its port: what phial.conf says of it, what it is asked, and what it may
 * say.
 *
 * "Printed" means that the printer said so. A label whose fate nobody knows has its own status:
 * it is never sent again by itself, because two labels with one number are how tubes are mixed up.
 */
#ifndef PHIAL_LABELS_PRINT_PRINTER_H
#define PHIAL_LABELS_PRINT_PRINTER_H

#include "labels/print/language.h"

/* The status of a PRINTED message. */
enum print_status {
    PRINT_DONE = 0,    /* it came out, or is on disk */
    PRINT_FAILED = 1,  /* it certainly did not: printing again is safe */
    PRINT_UNKNOWN = 2, /* a person looks at the printer before anything else */
};

enum printer_kind { PRINTER_FILE, PRINTER_TCP, PRINTER_USB, PRINTER_CUPS };

/* A printer as set up. */
struct printer_setup {
    char name[65];
    enum printer_kind kind;
    char folder[1024];           /* file */
    char host[256], service[32]; /* tcp */
    unsigned vendor, product;    /* usb */
    char path[64], serial[64];   /* usb: which socket, which one; "" is any */
    char queue[128];             /* cups */
    unsigned dpi;
    const struct language *language; /* NULL: a file or a queue gets `format` */
    enum label_format format;
    struct media media;
    bool answers, answers_said; /* whether it reports; whether phial.conf says so */
    bool compress;
};

/* What phial.conf says of a printer; the settings are "key=value". */
struct printer_words {
    const char *name, *kind, *port, *stock;
    const char *const *settings;
    size_t setting_count;
};

/* Judges the words as a whole, as far as that needs no printer: the port, each setting, and whether
 * a label of that stock fits on what is loaded. */
enum error printer_read(const struct printer_words *words, struct printer_setup *out,
                        struct complaint *why);
/* What a person should know of a printer that is set up well, as sentences; "" when nothing. */
void printer_remarks(const struct printer_setup *setup, struct complaint *out);

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

/* A printer that is open, whatever kind it is; its functions are those of its kind. */
struct printer;
struct printer_functions {
    /* ERROR_BUSY while a label or a question is under way. The label must live until `done`. */
    enum error (*print)(struct printer *printer, struct span label, enum label_stock stock);
    /* Asks how it is; `condition` follows. ERROR_BUSY as above; ERROR_UNSUPPORTED when it never
     * answers. */
    enum error (*check)(struct printer *printer);
    /* Whether `print` would be taken. */
    bool (*idle)(const struct printer *printer);
    /* Closes and frees on the loop's next turns. */
    void (*close)(struct printer *printer);
};
struct printer {
    const struct printer_functions *functions;
};

#endif
