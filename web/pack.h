/* The inspector's pack for the page: POST /api/pack {"from","to"} gives an archive of its files. */
#ifndef PHIAL_WEB_PACK_H
#define PHIAL_WEB_PACK_H

#include "web/server.h"

/* What core is asked first: the view "pack" of these days; or a sentence. */
enum error pack_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why);
/* Core has allowed and recorded it. */
void pack_answer(struct request *r);

#endif
