/* Where a specimen is kept, and how long it is good for there. */
#ifndef PHIAL_CORE_MODEL_STABILITY_H
#define PHIAL_CORE_MODEL_STABILITY_H

#include "core/base/error.h"

#include <stdint.h>

/* From warm to cold; the id that is stored and sent. */
#define STABILITY_TEMPERATURE_TABLE(X)                                                             \
    X(ROOM, "room", "at room temperature")                                                         \
    X(COLD, "cold", "in the refrigerator")                                                         \
    X(FROZEN, "frozen", "in the freezer")

#define STABILITY_ENUM(name, id, text) STABILITY_##name,
enum stability_temperature { STABILITY_TEMPERATURE_TABLE(STABILITY_ENUM) STABILITY_TEMPERATURES };
#undef STABILITY_ENUM

const char *stability_temperature_id(enum stability_temperature temperature);
const char *stability_temperature_text(enum stability_temperature temperature);
enum error stability_temperature_parse(const char *id, enum stability_temperature *out);

/* Minutes at each temperature; 0: the book does not say. */
struct stability_book {
    int64_t minutes[STABILITY_TEMPERATURES];
};

/* From then on, until the next one begins. */
struct stability_stay {
    int64_t from; /* ms */
    enum stability_temperature temperature;
};

#endif
