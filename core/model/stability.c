/* The names of the temperatures. */
#include "core/model/stability.h"

#include <string.h>

#define PICK_ID(name, id, text) id,
#define PICK_TEXT(name, id, text) text,
static const char *const ids[] = { STABILITY_TEMPERATURE_TABLE(PICK_ID) };
static const char *const texts[] = { STABILITY_TEMPERATURE_TABLE(PICK_TEXT) };
#undef PICK_ID
#undef PICK_TEXT

const char *stability_temperature_id(enum stability_temperature temperature)
{
    return (unsigned)temperature < STABILITY_TEMPERATURES ? ids[temperature] : "";
}

const char *stability_temperature_text(enum stability_temperature temperature)
{
    return (unsigned)temperature < STABILITY_TEMPERATURES ? texts[temperature] : "";
}

enum error stability_temperature_parse(const char *id, enum stability_temperature *out)
{
    for (unsigned i = 0; i < STABILITY_TEMPERATURES; i++)
        if (strcmp(id, ids[i]) == 0) {
            *out = (enum stability_temperature)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}
