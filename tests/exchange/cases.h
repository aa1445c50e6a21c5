/* Invented reports for health records, each of one thing that a message has to say. */
#ifndef PHIAL_TESTS_EXCHANGE_CASES_H
#define PHIAL_TESTS_EXCHANGE_CASES_H

#include "core/exchange/exchange.h"

/* A case's report, its lists among it. */
struct exchange_case {
    struct exchange_report report;
    struct exchange_panel panels[3];
    struct exchange_result results[12];
    struct exchange_call calls[1];
};

/* The names of the cases, ended by NULL; what each is for stands at the top of its golden message.
 */
extern const char *const exchange_cases[];
/* Builds the case; false when there is none of that name. */
bool exchange_case_build(const char *name, struct exchange_case *out);
/* From the Example Family Clinic to its health record, at 2026-03-14 09:55:12 Central time. */
struct exchange_envelope exchange_case_envelope(void);

#endif
