/*
 * Inside instruments/import: whether a file is an EKG, told by a process of its own.
 *
 * A stick comes from anywhere. Whoever looks into its files therefore has nothing: no descriptor
 * but the socket on which it answers, no right to open any, a budget of time and memory. It sees
 * the bytes in memory that it shares with us and says one word. One that dies or is silent has met
 * a file that is none for us, and another takes its place.
 */
#ifndef PHIAL_INSTRUMENTS_IMPORT_LOOK_H
#define PHIAL_INSTRUMENTS_IMPORT_LOOK_H

#include "core/base/error.h"
#include "core/base/span.h"

struct import_look;

/* ERROR_IO when the kernel refuses a process or its confinement. */
enum error import_look_open(struct import_look **out);
void import_look_close(struct import_look *l);
/* `file` has at most LIMIT_ECG_FILE bytes. ERROR_IO when no process can look. */
enum error import_look_at(struct import_look *l, struct span file, bool *is_ekg);

#endif
