/* A stored record read back: the JSON of DESIGN 6, as record_to_json writes it, into a record. */
#ifndef PHIAL_CORE_RULES_REREAD_H
#define PHIAL_CORE_RULES_REREAD_H

#include "core/model/record.h"

/* Everything lives in the arena. ERROR_BAD_INPUT when it is not such a text. */
enum error reread_record(struct arena *a, const char *json, struct record *out);

#endif
