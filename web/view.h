/* What the store knows, as objects that the page's process reads itself. */
#ifndef PHIAL_WEB_VIEW_H
#define PHIAL_WEB_VIEW_H

#include "web/server.h"

enum { VIEW_TIME = 40 };

/* A query's answer as a new object. */
enum error view_object(struct web *web, enum store_query query, const char *key, json_t **out);
/* A member's text, "" when there is none; its number, 0 when there is none. */
const char *view_member(json_t *object, const char *name);
int64_t view_number(json_t *object, const char *name);
/* As people read it, in the site's zone, which tzset was told; "" for 0. */
void view_local_time(int64_t ms, char out[VIEW_TIME]);

#endif
