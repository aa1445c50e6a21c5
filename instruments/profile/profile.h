/*
 * A profile: what the messages of one instrument mean, as data (DESIGN 5).
 *
 * It is a text file, built in or in a folder of the site, checked when read, with file:line in
 * every complaint. The same table feeds the decoder, the udev rules, the device list and the
 * documentation.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_H
#define PHIAL_INSTRUMENTS_PROFILE_H

#include "core/model/record.h"
#include "instruments/link/options.h"
#include "instruments/message/message.h"

enum profile_maturity { PROFILE_DRAFT, PROFILE_RECORDED, PROFILE_FIELD };

struct profile_line_settings { /* of a serial port */
    unsigned baud, data_bits, stop_bits;
    char parity; /* N E O */
    char flow;   /* N none, X XON/XOFF, R RTS/CTS */
    bool dtr, rts;
};

struct profile_usb_id {
    unsigned vendor, product;
    bool bridge; /* identifies a cable, not an instrument */
    /* The serial number that such an instrument has as well, where the ids are those of many
     * devices; "" where they are its own. */
    char serial[32];
};

struct profile_analyte { /* one line of the analyte map, in the columns of LIVD */
    const char *code, *loinc, *name, *ucum; /* loinc and ucum are "" where the map has none */
    int decimals;                           /* the device shows; -1 when not said */
};

/* A line of section [waiver]: what the CLIA waiver covers (devices.md 7, trap 1). */
struct profile_waiver {
    const char *test;       /* the vendor's code, or `*` for every test */
    const char *specimen;   /* such as "whole blood (capillary), urine" ... */
    const char *population; /* ... and "from 2 years": core/rules/waiver.h reads both */
    const char *category;   /* waived, moderate, high */
    const char *checked;    /* when a person looked it up: `2026-03-01`, or "" when nobody did */
};

struct profile; /* opaque: paths, maps and rules */

/* Reads a profile's text; `name` is the file's name for complaints. The result is freed by the
 * caller. */
enum error profile_parse(const char *name, struct span text, struct profile **out,
                         struct complaint *why);
void profile_free(struct profile *p);

/* A built-in profile by id, or one of `folder` (may be NULL), which wins. */
enum error profile_load(const char *id, const char *folder, struct profile **out,
                        struct complaint *why);
/* The ids of all built-in profiles, in order; NULL-terminated. */
const char *const *profile_builtin_ids(void);

const char *profile_id(const struct profile *p);
const char *profile_maker(const struct profile *p);
const char *profile_model(const struct profile *p);
enum profile_maturity profile_maturity(const struct profile *p);
const char *profile_link(const struct profile *p);    /* "lis01", "contour-hid" */
const char *profile_message(const struct profile *p); /* "lis02": the first of its formats */
/* Whether it reads messages of this format; a device may be set to one of two. */
bool profile_reads(const struct profile *p, const char *format);
/* Whether what comes are files of EKG carts (format ecg): kept whole, and read by the EKG reader's
 * process alone. profile_decode refuses them. */
bool profile_is_ekg(const struct profile *p);
const struct profile_line_settings *profile_line(const struct profile *p);
/* What the profile says of its link: section [framing]. */
const struct link_options *profile_link_options(const struct profile *p);
const struct profile_usb_id *profile_usb_ids(const struct profile *p, size_t *count);

/* All records that a whole text holds: one for each specimen (LIS02 O record), query or service
 * message, in order. A message that its sender did not end (no L record, or one that says so) is
 * of kind INCOMPLETE. A comment belongs to the result before it; one that stands before any result
 * goes to the first, and without any to the complaints. Names are components joined by `^`. What
 * does not fit is a complaint in the record, never an error. ERROR_BAD_INPUT only when there is no
 * message at all. `whole` is false for a session that broke off: such records are of kind
 * INCOMPLETE. Everything lives in the arena. */
enum error profile_decode(const struct profile *p, struct span text, bool whole,
                          struct arena *arena, struct record **records, size_t *count,
                          struct complaint *why);

/* What the host says to a query (LIS02: H, P, O..., L). */
struct profile_answer {
    bool found;
    const char *specimen, *patient_id, *patient_name, *patient_birth_date, *patient_sex, *priority;
    const char *const *codes; /* LOINC or vendor codes of the tests that are ordered and open */
    size_t code_count;
    int64_t now;
    struct span question; /* the text of the message that asked; empty when it is not at hand */
};
enum error profile_encode_answer(const struct profile *p, const struct profile_answer *answer,
                                 struct buffer *text);

/* The analyte map. */
const struct profile_analyte *profile_analytes(const struct profile *p, size_t *count);

/* The vendor codes that the profile maps to this LOINC (for answers), and the reverse. */
const char *profile_code_for_loinc(const struct profile *p, const char *loinc);

/* What the waiver covers, as far as somebody looked. */
const struct profile_waiver *profile_waivers(const struct profile *p, size_t *count);

/* How well a profile's recogniser fits a text: the number of its terms, all of which hold (0 for a
 * profile that takes anything of its message format); -1 when it does not fit. */
int profile_fit(const struct profile *p, struct span text);
/* The built-in profile that fits a text best (`phial decode` without --profile), or NULL. */
const char *profile_recognise(struct span text);

#endif
