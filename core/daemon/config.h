/*
 * The site's settings: phial.conf, an INI file in the data folder; every setting has a default, so
 * that Phial runs without the file.
 *
 *   [site]        name=  zone=  profiles= (a folder of own profiles)  idle_lock= (seconds)
 *                 retention= (years that records are kept: 10, or more)
 *                 demo=yes (every page says that nothing on it is real)
 *                 address=  clia= (the number)  director= (of the laboratory): what a report says
 *                 certificate=CW|PPM|COC|COA (what the waiver guard goes by)
 *   [web]         listen=127.0.0.1:8080  certificate=  key= (without them and off this machine: the
 *                 certificate of `phial tls make`)
 *   [ekg]         urgent=STEMI, acute infarct, ... (words of a cart for which a provider is to look
 *                 at an EKG first; core/rules/urgency.h)
 *   [instrument NAME]  profile=  port=  and further settings that are handed to its driver
 *   [printer NAME]     kind=file|tcp|usb|cups  port=FOLDER (of the data folder, unless it begins
 *                      with /), HOST:9100, VVVV:PPPP[@SOCKET][#SERIAL] or a queue's name
 *                      stock=2x1|1.5x0.5|62x29, and settings that are handed to its driver:
 *                      language=  dpi=  media=  format=  answers=  compress= (docs/printers.md)
 *
 *   [scanner NAME]     port=serial:/dev/..., serial:usb:VVVV:PPPP or tcp:HOST:PORT (a serial device
 *                      server)  workstation= (as people call theirs when they sign in)  baud=
 *
 *   [exchange NAME]    profile=generic-251|generic-231|FILE (of the data folder)
 *                      port=HOST:PORT of a health record's HL7 interface (MLLP)
 *                      send=signed (the default: when a provider has signed)|filed (at once, as
 *                      preliminary)
 *                      alarm=15 (minutes)  timeout=30 (seconds for an answer)
 *                      application= facility= receiving_application= receiving_facility= assigner=
 *                      in_clear=yes (the way there is protected by other means)
 *
 * All text lives in the configuration's arena.
 */
#ifndef PHIAL_CORE_DAEMON_CONFIG_H
#define PHIAL_CORE_DAEMON_CONFIG_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/limits.h"
#include "labels/print/printer.h"

enum { CONFIG_SETTINGS = 16 };

struct config_instrument {
    const char *name, *profile, *port;
    const char *settings[CONFIG_SETTINGS]; /* "key=value" */
    size_t setting_count;
};

struct config_printer {
    const char *name, *kind, *port, *stock;
    const char *settings[CONFIG_SETTINGS]; /* "key=value" */
    size_t setting_count;
};

struct config_scanner {
    const char *name, *port, *workstation;
    const char *settings[CONFIG_SETTINGS]; /* "key=value" */
    size_t setting_count;
};

/* The connection to a health record. */
struct config_exchange {
    const char *name, *profile, *port; /* port: HOST:PORT */
    /* MSH-3, MSH-4, MSH-5, MSH-6, and who gives out the MRNs; "" for the usual */
    const char *application, *facility, *receiving_application, *receiving_facility, *assigner;
    bool filed, in_clear;
    unsigned alarm_minutes, timeout_seconds;
};

struct config {
    struct arena arena;
    const char *site_name, *zone, *profile_folder;            /* the last may be "" */
    const char *address, *clia, *clia_certificate, *director; /* "": not told */
    unsigned idle_lock_seconds;
    unsigned retention_years;
    bool demo;
    bool practice; /* invented patients only (core/daemon/practice.h) */
    const char *listen, *certificate, *key;
    const char *ekg_urgent; /* phrases, separated by commas */
    struct config_instrument instruments[LIMIT_CHILDREN];
    size_t instrument_count;
    struct config_printer printers[LIMIT_CHILDREN];
    size_t printer_count;
    struct config_scanner scanners[LIMIT_SCANNERS];
    size_t scanner_count;
    struct config_exchange exchanges[LIMIT_EXCHANGES];
    size_t exchange_count;
};

/* The defaults alone. */
void config_init(struct config *c);
void config_free(struct config *c);

/* Reads DATA/phial.conf over the defaults; a missing file is no error. ERROR_BAD_INPUT with
 * file:line in the complaint; the configuration is then to be freed all the same. */
enum error config_read(struct config *c, const char *data, struct complaint *why);

/* Judges the whole: names once each, what is needed is there, TLS wherever the page is offered
 * beyond this machine. config_read has called it. */
enum error config_check(const struct config *c, struct complaint *why);

/* What the words of [printer NAME] mean. */
enum error config_printer(const struct config_printer *p, struct printer_setup *out,
                          struct complaint *why);

/* Whether an instrument's port is a line through a network, on which results travel unprotected. */
bool config_in_clear(const char *port);
#define CONFIG_IN_CLEAR                                                                            \
    "[instrument %s] %s: results travel over the network unprotected, as the instrument knows no " \
    "other way. Keep it on a cable or a network of its own."

/* Where a file printer's labels go: its port, which may be relative to the data folder. */
enum error config_printer_folder(const struct config_printer *p, const char *data, char *out,
                                 size_t size);

#endif
