/*
 * What becomes of a message to a health record after an attempt to deliver it (domain.md 6.1):
 * pure.
 */
#ifndef PHIAL_CORE_RULES_OUTBOX_H
#define PHIAL_CORE_RULES_OUTBOX_H

#include <stdint.h>

enum outbox_fate {
    OUTBOX_TAKEN,   /* AA, CA: the health record has it */
    OUTBOX_REFUSED, /* AE, AR, CE, CR: a person looks at it; sending it again changes nothing */
    OUTBOX_AGAIN    /* no answer, or none that is known */
};

/* `code` is MSA-1 (HL7 table 0008), "" when there was no answer. */
enum outbox_fate outbox_judge(const char *code);
/* How long to wait after that many attempts in vain, in ms: 5 s, doubled up to 5 minutes. A health
 * record that is down for days costs twelve attempts an hour. */
int64_t outbox_delay(int64_t tries);

#endif
