/*
 * Section [template]: what a simulated instrument of a text profile sends, since a pattern has no
 * inverse. For this folder only.
 *
 *     once: ID:{patient_id}\r
 *     qc: Control\r
 *     result: {code:8} {value:-10} {unit}\r
 *
 * A line is sent once, for a patient or a control only, or for each result. One blank behind the
 * colon is not part of it. `\r` `\n` `\t` `\\` `\{` and `\x1e` stand for characters; `{...}` for a
 * text of the record, with a width (padded behind, with `-` before) or, for a time, its form as
 * strftime has it: `{sent_at:%d-%m-%Y %H:%M}`.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_TEMPLATE_H
#define PHIAL_INSTRUMENTS_PROFILE_TEMPLATE_H

#include "instruments/profile/parts.h"

/* Reads a line, checking what it asks for. */
enum error template_parse(const char *line, struct arena *arena, struct profile_template *out,
                          struct complaint *why);
/* Appends what the profile's template makes of a record. */
enum error template_write(const struct profile *p, const struct record *record, struct buffer *out);

#endif
