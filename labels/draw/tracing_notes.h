/* What is written on the paper of an EKG: names of leads, what is missing, scale and filters. */
#ifndef PHIAL_LABELS_DRAW_TRACING_NOTES_H
#define PHIAL_LABELS_DRAW_TRACING_NOTES_H

#include "labels/draw/tracing_sheet.h"

/* The lead of the rhythm strip: II, or the first one that was recorded. */
const struct ecg_lead *sheet_rhythm_lead(const struct ecg *ecg);

/* Adds every text to a sheet whose cells are there; names stand `label` above 0 mV. */
void sheet_write(struct sheet *sheet, const struct ecg *ecg, struct tracing_view view, int label,
                 const char *caption);

#endif
