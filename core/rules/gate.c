/* The table of rules. */
#include "core/rules/gate.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *id, *text;
    enum gate_level against, unknown;
};

#define ROW(name, id, against, unknown, text) { id, text, GATE_##against, GATE_##unknown },
static const struct row rows[GATE_COUNT] = { GATE_TABLE(ROW) };
#undef ROW

static const char *const levels[] = { "allow", "warn", "lockout" };

const char *gate_id(enum gate rule)
{
    return (unsigned)rule < GATE_COUNT ? rows[rule].id : "";
}

const char *gate_text(enum gate rule)
{
    return (unsigned)rule < GATE_COUNT ? rows[rule].text : "";
}

enum gate_level gate_first_level(enum gate rule, enum gate_finding finding)
{
    if ((unsigned)rule >= GATE_COUNT || finding == GATE_NOTHING)
        return GATE_ALLOW;
    return finding == GATE_AGAINST ? rows[rule].against : rows[rule].unknown;
}

const char *gate_level_id(enum gate_level level)
{
    return (unsigned)level <= GATE_LOCKOUT ? levels[level] : "";
}

enum error gate_level_parse(const char *id, enum gate_level *out)
{
    for (unsigned i = 0; i <= GATE_LOCKOUT; i++)
        if (strcmp(id, levels[i]) == 0) {
            *out = (enum gate_level)i;
            return ERROR_OK;
        }
    return ERROR_BAD_INPUT;
}

unsigned gate_set_parse(const char *text)
{
    unsigned set = 0;

    while (text && *(text += strspn(text, ", ")) != '\0') {
        size_t len = strcspn(text, ", ");
        for (unsigned i = 0; i < GATE_COUNT; i++)
            if (strlen(rows[i].id) == len && memcmp(rows[i].id, text, len) == 0)
                set |= 1U << i;
        text += len;
    }
    return set;
}

void gate_set_text(unsigned set, char out[GATE_SET_TEXT])
{
    size_t len = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < GATE_COUNT && len < GATE_SET_TEXT; i++)
        if (set & 1U << i)
            len += (size_t)snprintf(out + len, GATE_SET_TEXT - len, "%s%s", len ? ", " : "",
                                    rows[i].id);
}
