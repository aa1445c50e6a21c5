/* What the files of core/exchange share: an endpoint's profile, and a message that is being
 * written. For this folder only. */
#ifndef PHIAL_CORE_EXCHANGE_ENDPOINT_H
#define PHIAL_CORE_EXCHANGE_ENDPOINT_H

#include "core/base/arena.h"
#include "core/exchange/exchange.h"
#include "instruments/message/hl7.h"

enum { ENDPOINT_CODES = 64, ENDPOINT_CONTROL = 20 /* longest MSH-10 */ };

/* What a version of the standard has. */
struct exchange_version {
    const char *name, *type; /* MSH-12, MSH-9 */
    bool specimens;          /* SPM; else OBR-14 and OBR-15 */
    bool devices;            /* OBX-18, OBX-19; ORC-21 to 24 */
    bool laboratories;       /* OBX-23 to 25 */
    const char *coded;       /* the type of a coded value */
};

/* A text of ours and the code that stands for it there: components joined by `^`, or "". */
struct exchange_code {
    const char *text, *code;
};

struct exchange_codes {
    struct exchange_code rows[ENDPOINT_CODES];
    size_t count;
};

struct exchange_endpoint {
    struct arena arena;
    const char *id, *title, *profile; /* MSH-21 */
    const struct exchange_version *version;
    const char *charset; /* MSH-18 */
    enum hl7_charset bytes;
    bool ascii;
    const char *accept, *application; /* MSH-15, MSH-16 */
    const char *patient_class;        /* PV1-2; "": no PV1 */
    bool local_codes, loinc_codes, loinc_first;
    size_t longest_value, longest_note;
    struct exchange_codes specimens, words, orderers; /* orderers: login and NPI */
};

/* The code of a text, whatever its case; NULL when the list lacks it. */
const char *exchange_code_of(const struct exchange_codes *codes, const char *text);

/* ---- Writing ---- */

/* A message that is being written. The first failure sticks, and nothing is written after it. */
struct writing {
    const struct exchange_endpoint *to;
    const struct exchange_envelope *envelope;
    const struct exchange_report *report;
    struct buffer *out;
    struct arena arena;
    enum error error;
    bool lossy; /* the endpoint's character set lacks a sign of it: the message says so */
};

#define FIELD_COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))
/* One segment; fields[n] is its field n. */
void writing_segment(struct writing *w, const char *const *fields, size_t count);
/* Components, and parts of one, as a value of hl7_put_segment; what is empty at the end is left
 * out. */
const char *writing_join(struct writing *w, const char *mark, const char *const *parts,
                         size_t count);
#define COMPONENTS(w, ...)                                                                         \
    writing_join((w), HL7_NEXT_COMPONENT, (const char *const[]) { __VA_ARGS__ },                   \
                 FIELD_COUNT(((const char *const[]) { __VA_ARGS__ })))
__attribute__((format(printf, 2, 3))) const char *writing_say(struct writing *w, const char *format,
                                                              ...);
/* 20260314094200-0500; "" for 0. */
const char *writing_time(struct writing *w, int64_t at);
/* The same as people read it: 03/14/2026 09:42. */
const char *writing_moment(struct writing *w, int64_t at);
/* 2026-03-14T09:54:00 of a device: 20260314095400, or "" when it is no time. */
const char *writing_device_time(struct writing *w, const char *text);
/* When the specimen was taken; when the cart says that it recorded the EKG, else when it came. */
const char *writing_taken(struct writing *w, const struct exchange_panel *panel);
/* Components that a profile's file joins by `^`. */
const char *writing_given(struct writing *w, const char *text);
/* A code of ours beside its LOINC, in the endpoint's order. */
const char *writing_code(struct writing *w, const char *code, const char *loinc, const char *name);
/* A person's NPI, as known here or in the profile; or "". */
const char *writing_npi(const struct writing *w, const struct exchange_person *person);
/* XCN: by NPI where there is one, else by login. */
const char *writing_person(struct writing *w, const struct exchange_person *person);
/* XAD: street, town, state and ZIP where the one line says so. */
const char *writing_address(struct writing *w, const char *address);
/* NTE segments of lines of text, none longer than the endpoint takes; `*number` counts them. */
void writing_notes(struct writing *w, const char *lines, unsigned *number);

/* observation.c: the OBX segments of a panel with their notes. `*number` counts. */
void writing_results(struct writing *w, const struct exchange_panel *panel, unsigned *number);

#endif
