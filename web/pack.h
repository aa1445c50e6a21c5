/* The inspector's pack as an archive to save (POST /api/pack); core's child makes it, part by part.
 */
#ifndef PHIAL_WEB_PACK_H
#define PHIAL_WEB_PACK_H

#include "web/server.h"

/* Reads {"from","to"} (days) and gives what core is to be asked. */
enum error pack_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why);
/* Core has allowed it: asks for the first part. The request waits on. */
void pack_begin(struct request *r);
/* A part: answers the request with the last one, asks for the next after any other. */
void pack_part(struct web *web, const struct wire_message *m);
/* Whoever asked is gone. */
void pack_gone(const struct request *r);

#endif
