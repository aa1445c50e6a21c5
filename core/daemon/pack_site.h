/* What the inspector's pack says of the place it is of: for `phial pack` and for the page's. */
#ifndef PHIAL_CORE_DAEMON_PACK_SITE_H
#define PHIAL_CORE_DAEMON_PACK_SITE_H

#include "core/store/pack.h"

#include <jansson.h>

/* What verifying the chain of custody of that data folder finds, in a sentence. It reads the whole
 * database: seconds for a year. */
void pack_custody(const char *data, struct complaint *out);

/* Fills the site's members of `about` from the database; they are borrowed from the new object. */
enum error pack_site(struct store_reader *reader, struct pack_about *about, json_t **out,
                     struct complaint *why);

#endif
