/* Kinds of corrections and their reasons. */
#include "core/rules/correction.h"

#include "core/rules/decimal.h"

#include <string.h>

#define KIND_ID(name, id, status) id,
#define KIND_STATUS(name, id, status) status,
static const char *const kind_ids[] = { CORRECTION_KIND_TABLE(KIND_ID) };
static const char *const kind_statuses[] = { CORRECTION_KIND_TABLE(KIND_STATUS) };
#undef KIND_ID
#undef KIND_STATUS

const char *correction_kind_id(enum correction_kind kind)
{
    return (unsigned)kind < CORRECTION_KIND_COUNT ? kind_ids[kind] : "";
}

const char *correction_status(enum correction_kind kind)
{
    return (unsigned)kind < CORRECTION_KIND_COUNT ? kind_statuses[kind] : "";
}

enum error correction_kind_parse(const char *id, enum correction_kind *out)
{
    for (unsigned i = 0; i < CORRECTION_KIND_COUNT; i++)
        if (strcmp(id, kind_ids[i]) == 0) {
            *out = (enum correction_kind)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

bool correction_reason_known(const char *code)
{
#define REASON_CODE(code, text) code,
    static const char *const codes[] = { CORRECTION_REASON_TABLE(REASON_CODE) };
#undef REASON_CODE
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

enum error correction_read_value(struct arena *a, const char *typed, struct record_result *out)
{
    size_t sign = strspn(typed, "<>");
    const char *rest;

    if (sign > 1)
        sign = 0;
    if (sign == 1 && typed[1] == '=')
        sign = 2;
    rest = typed + sign + strspn(typed + sign, " ");
    out->value = arena_text(a, span_text(typed));
    out->comparator = arena_text(a, span_of(typed, decimal_is(rest) ? sign : 0));
    out->number = arena_text(a, span_text(decimal_is(rest) ? rest : ""));
    return out->value && out->comparator && out->number ? ERROR_OK : ERROR_NO_MEMORY;
}

bool correction_needs_second(int64_t held_since, int64_t now)
{
    return now - held_since > CORRECTION_ALONE_MS;
}
