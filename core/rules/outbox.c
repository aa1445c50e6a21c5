/* The fate of a message to a health record; see outbox.h. */
#include "core/rules/outbox.h"

#include <stddef.h>
#include <string.h>

enum { FIRST_DELAY = 5000, LONGEST_DELAY = 300000 };

enum outbox_fate outbox_judge(const char *code)
{
    static const struct {
        const char *code;
        enum outbox_fate fate;
    } codes[] = { { "AA", OUTBOX_TAKEN },   { "CA", OUTBOX_TAKEN },   { "AE", OUTBOX_REFUSED },
                  { "AR", OUTBOX_REFUSED }, { "CE", OUTBOX_REFUSED }, { "CR", OUTBOX_REFUSED } };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(code, codes[i].code) == 0)
            return codes[i].fate;
    return OUTBOX_AGAIN;
}

int64_t outbox_delay(int64_t tries)
{
    int64_t delay = FIRST_DELAY;

    for (int64_t i = 1; i < tries && delay < LONGEST_DELAY; i++)
        delay *= 2;
    return delay < LONGEST_DELAY ? delay : LONGEST_DELAY;
}
