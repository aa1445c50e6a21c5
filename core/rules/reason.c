/* The texts of the list. */
#include "core/rules/reason.h"

const char *reason_id(enum reason reason)
{
#define REASON_ID(name, id, text) id,
    static const char *const ids[] = { REASON_TABLE(REASON_ID) };
#undef REASON_ID
    return (unsigned)reason < REASON_COUNT ? ids[reason] : "";
}

const char *reason_text(enum reason reason)
{
#define REASON_TEXT(name, id, text) text,
    static const char *const texts[] = { REASON_TABLE(REASON_TEXT) };
#undef REASON_TEXT
    return (unsigned)reason < REASON_COUNT ? texts[reason] : "";
}
