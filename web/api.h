/*
 * JSON to packets and back: pure, and driven by the tables of core/model/wire.h alone, so that a
 * new message needs no code here.
 *
 * A request's body is one JSON object whose members are the fields of the message by their wire
 * names: texts as strings, numbers as whole numbers, a field that may come often as a string or an
 * array of strings. `id` and `token` are never taken from a body.
 */
#ifndef PHIAL_WEB_API_H
#define PHIAL_WEB_API_H

#include "core/base/buffer.h"
#include "core/model/wire.h"

#include <jansson.h>

/* The message of that name, if a person may send it by the page. */
enum error api_message_type(const char *name, enum wire_type *out);

/* The body as a JSON object; the caller decrefs it. An empty body is an empty object. */
enum error api_parse(struct span body, json_t **out, struct complaint *why);

/* Begins the packet in `w` (the caller frees it), whatever comes out. `token` may be "" where the
 * message has none. */
enum error api_to_wire(enum wire_type type, json_t *body, uint64_t id, const char *token,
                       struct wire_writer *w, struct complaint *why);

/* A reply as a new JSON object: ok, state, sentence and what else it carries, but never the token
 * or a row's number. NULL when memory is out. */
json_t *api_from_reply(const struct wire_message *reply);

/* The HTTP status of a reply. */
unsigned api_http_status(const struct wire_message *reply);
unsigned api_http_status_of(enum error e);

/* The object as text in `out`, and gone. */
enum error api_print(json_t *object, struct buffer *out);
/* {"ok":false,"sentence":...} */
enum error api_print_failure(struct buffer *out, enum error e, const char *sentence);

#endif
