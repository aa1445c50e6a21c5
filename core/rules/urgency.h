/*
 * How soon a provider should look at an EKG: by what the cart itself says, never by the waveform
 * (domain.md 5.7; DESIGN 3.7). This orders a list; it judges no patient.
 */
#ifndef PHIAL_CORE_RULES_URGENCY_H
#define PHIAL_CORE_RULES_URGENCY_H

#include "core/model/ecg.h"
#include "core/store/store.h"

/* The site's list until [ekg] urgent= says otherwise. */
#define URGENCY_PHRASES                                                                            \
    "STEMI, acute infarct, acute MI, VT, ventricular tachycardia, ventricular fibrillation, "      \
    "complete heart block, critical"

/* SEVERITY_CRITICAL: a statement or the overall word holds one of the phrases, or the cart measured
 * a rate below 40 or above 130 or a QTc of 500 or more. SEVERITY_ABNORMAL: the cart says abnormal
 * or borderline, or it made no statement. `phrases` are separated by commas; one is held when each
 * of its words begins a word of the same statement, one of up to three letters is such a word.
 * Appends to `why` the reasons as a JSON list of texts. */
enum error urgency_judge(const struct ecg *e, const char *phrases, enum severity *out,
                         struct buffer *why);

#endif
