/* The parts of the reader of GE MUSE XML. For those only. */
#ifndef PHIAL_INSTRUMENTS_ECG_MUSE_H
#define PHIAL_INSTRUMENTS_ECG_MUSE_H

#include "instruments/ecg/ecg_xml.h"

/* The leads and filters of the waveform that was recorded. */
enum error muse_read_waveform(struct arena *a, const struct xml_node *root, struct ecg *e,
                              struct complaint *why);
/* The diagnosis, line by line, and who confirmed it. */
enum error muse_read_diagnosis(struct arena *a, const struct xml_node *root, struct ecg *e);

#endif
