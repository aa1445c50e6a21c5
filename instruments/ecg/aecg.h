/* The parts of the reader of HL7 annotated ECGs (ANSI/HL7 V3 ECG R1-2004). For those only. */
#ifndef PHIAL_INSTRUMENTS_ECG_AECG_H
#define PHIAL_INSTRUMENTS_ECG_AECG_H

#include "instruments/ecg/ecg_xml.h"

/* Whether the element's code is this one. */
bool aecg_is(const struct xml_node *node, const char *code);

/* The leads of a series: all of its sequence sets, each with its own time. */
enum error aecg_read_leads(struct arena *a, const struct xml_node *series, struct ecg *e,
                           struct complaint *why);

/* What the device measured, said and filtered, of the series and what was derived from it. What a
 * person has written beside that is not the device's word, and is left out. */
enum error aecg_read_annotations(struct arena *a, const struct xml_node *series, struct ecg *e);
enum error aecg_read_filters(struct arena *a, const struct xml_node *series, struct ecg *e);

#endif
