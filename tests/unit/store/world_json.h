/* What the page reads of a small clinic, as JSON. */
#ifndef PHIAL_TESTS_UNIT_STORE_WORLD_JSON_H
#define PHIAL_TESTS_UNIT_STORE_WORLD_JSON_H

#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

#include <jansson.h>

/* `*shown` holds it until the next look. */
static WORLD_UNUSED json_t *world_json(struct world *w, enum store_query query,
                                       const struct store_params *params, json_t **shown)
{
    char *text = world_read(w, query, params);

    json_decref(*shown);
    *shown = json_loads(text, 0, NULL);
    if (!*shown)
        fail_msg("not JSON: %s", text);
    free(text);
    return *shown;
}

#endif
