/*
 * Inside instruments/simulator: an EKG cart's export, invented, as an HL7 annotated ECG.
 *
 * Ten seconds of twelve leads at 500 Hz, drawn as a sum of bumps at a steady rate: it looks like a
 * tracing and is nobody's. The measurements and statements are invented beside it, not measured.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_EKG_H
#define PHIAL_INSTRUMENTS_SIMULATOR_EKG_H

#include "instruments/simulator/invent.h"

/* Appends the file's text. `name` may be NULL, or FAMILY^GIVEN. */
enum error ekg_invent(const struct invent *i, struct buffer *out);

#endif
