/* The texts of the error table, and the sentence that goes with one. */
#include "core/base/error.h"

#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>

const char *error_text(enum error e)
{
#define ERROR_TEXT(name, text) text,
    static const char *const texts[] = { ERROR_TABLE(ERROR_TEXT) };
#undef ERROR_TEXT
    return (unsigned)e < ERROR_COUNT ? texts[e] : "an unknown error";
}

enum error complain(struct complaint *why, enum error e, const char *format, ...)
{
    va_list args;
    if (!why)
        return e;
    va_start(args, format);
    if (vsnprintf(why->text, sizeof why->text, format, args) < 0)
        why->text[0] = '\0';
    va_end(args);
    text_drop_halves(why->text);
    return e;
}
