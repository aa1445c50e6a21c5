/*
 * Philips Sierra XML (root `restingecgdata`): what the reader's files share.
 *
 * Facts are of the public schemas 1.03 and 1.04.01 and of public readers, and a public file of 1.03
 * (HeartStart MRx, XLI) agrees with them. 1.04 files, UTF-16 ones and those with plain samples are
 * read as the schemas say, and held against no file of a cart.
 *
 * The root's `crc` covers the file from documentinfo on, but how it is calculated is not public,
 * so that it cannot be checked.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_PHILIPS_H
#define PHIAL_INSTRUMENTS_ECG_PHILIPS_H

#include "instruments/ecg/ecg_xml.h"

/* Whose it is, when and by what it was recorded, what the cart measured and said. */
enum error philips_read_facts(struct arena *a, const struct xml_node *root, struct ecg *e);

/* The leads, and the filters that went over them. `first_version` is 1.03, which says scale and
 * rate of the waveform where it speaks of the acquisition. */
enum error philips_read_leads(struct arena *a, const struct xml_node *root, bool first_version,
                              struct ecg *e, struct complaint *why);

#endif
