/*
 * The instrument "import": the folder of the data folder that EKG files are brought to by
 * `phial import`. It is there without any setting; phial.conf may name its own of that name.
 */
#ifndef PHIAL_CORE_DAEMON_IMPORT_PLACE_H
#define PHIAL_CORE_DAEMON_IMPORT_PLACE_H

#include "core/daemon/config.h"

#define IMPORT_INSTRUMENT "import"
#define IMPORT_PROFILE "ekg-files"

enum { IMPORT_PATH = 4096 };

/* Adds it to the settings and makes its folder. `data` is absolute. Without room for it, or with a
 * path that no port may have, there is none. */
void import_place_add(struct config *c, const char *data);
/* The folder of that instrument of phial.conf, or of the one that is always there. ERROR_NOT_FOUND
 * with a sentence when there is none, or when it takes no EKG files from a folder. */
enum error import_place_find(const struct config *c, const char *data, const char *name,
                             char out[IMPORT_PATH], struct complaint *why);

#endif
