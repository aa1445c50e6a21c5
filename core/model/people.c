/* The table of rights. */
#include "core/model/people.h"

#include <string.h>

#define BIT(right) (1u << RIGHT_##right)

bool role_may(enum role role, enum right right)
{
    static const unsigned bench = BIT(ENTER_ORDER) | BIT(COLLECT) | BIT(VIEW_RESULTS) |
                                  BIT(VIEW_CUSTODY) | BIT(RUN_TEST) | BIT(SEND_OUT) |
                                  BIT(FOLLOW_UP) | BIT(SEE_STATUS) | BIT(DISPOSE);
    static const unsigned lead = BIT(RESOLVE) | BIT(KEEP_LOTS) | BIT(CERTIFY) | BIT(OVERRIDE) |
                                 BIT(CORRECT) | BIT(MERGE) | BIT(CORRECT_PATIENT);
    static const unsigned rights[ROLE_COUNT] = {
        [ROLE_MEDICAL_ASSISTANT] = bench,
        [ROLE_LAB_LEAD] = bench | lead,
        [ROLE_PROVIDER] = bench | BIT(SIGN) | BIT(APPROVE_LIMITS),
        [ROLE_AUDITOR] = BIT(VIEW_RESULTS) | BIT(VIEW_CUSTODY) | BIT(AUDIT),
        [ROLE_ADMINISTRATOR] = BIT(VIEW_CUSTODY) | BIT(MANAGE_PEOPLE) | BIT(PURGE),
        [ROLE_DIRECTOR] =
            bench | lead | BIT(APPROVE_LIMITS) | BIT(DIRECT) | BIT(AUDIT) | BIT(PURGE),
        [ROLE_FRONT_DESK] = BIT(SEE_STATUS),
    };
    if ((unsigned)role >= ROLE_COUNT || (unsigned)right >= RIGHT_COUNT)
        return false;
    return (rights[role] & (1u << right)) != 0;
}

bool right_in_emergency(enum right right)
{
    return right == RIGHT_VIEW_RESULTS || right == RIGHT_VIEW_CUSTODY || right == RIGHT_SEE_STATUS;
}

const char *role_id(enum role role)
{
#define ROLE_ID(name, id, text) id,
    static const char *const ids[] = { ROLE_TABLE(ROLE_ID) };
#undef ROLE_ID
    return (unsigned)role < ROLE_COUNT ? ids[role] : "";
}

const char *role_text(enum role role)
{
#define ROLE_TEXT(name, id, text) text,
    static const char *const texts[] = { ROLE_TABLE(ROLE_TEXT) };
#undef ROLE_TEXT
    return (unsigned)role < ROLE_COUNT ? texts[role] : "";
}

const char *right_id(enum right right)
{
#define RIGHT_ID(name, id, text) id,
    static const char *const ids[] = { RIGHT_TABLE(RIGHT_ID) };
#undef RIGHT_ID
    return (unsigned)right < RIGHT_COUNT ? ids[right] : "";
}

const char *right_text(enum right right)
{
#define RIGHT_TEXT(name, id, text) text,
    static const char *const texts[] = { RIGHT_TABLE(RIGHT_TEXT) };
#undef RIGHT_TEXT
    return (unsigned)right < RIGHT_COUNT ? texts[right] : "";
}

enum error role_parse(const char *id, enum role *out)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        if (strcmp(id, role_id((enum role)i)) == 0) {
            *out = (enum role)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}
