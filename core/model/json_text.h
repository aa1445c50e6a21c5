/*
 * JSON as text: what every record that is written as JSON needs. A NULL value is one that could not
 * be made for want of memory; it passes through, so that a caller asks once, at the end.
 */
#ifndef PHIAL_CORE_MODEL_JSON_TEXT_H
#define PHIAL_CORE_MODEL_JSON_TEXT_H

#include "core/base/buffer.h"
#include "core/model/record.h"

#include <jansson.h>

/* The array with the item (which it takes over) at its end, or NULL when either fails: the array is
 * gone then, so that there is never half a list. */
json_t *json_text_with(json_t *array, json_t *item);

/* A new array of the list's texts, or NULL. */
json_t *json_text_list(const struct text_list *list);

/* Appends `root`, which it gives back, with jansson's `flags`. ERROR_NO_MEMORY for NULL,
 * ERROR_TOO_BIG for more than `out` may hold: then `out` is as it was. */
enum error json_text_put(json_t *root, size_t flags, struct buffer *out);

/* Appends the text as a JSON string (RFC 8259 section 7), as jansson would write it.
 * ERROR_BAD_INPUT when it is not UTF-8. */
enum error json_text_string(const char *text, struct buffer *out);

#endif
