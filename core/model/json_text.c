/* Lists into JSON, JSON into a buffer; see the header. */
#include "core/model/json_text.h"

#include "core/base/text.h"

#include <string.h>

json_t *json_text_with(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) == 0)
        return array;
    json_decref(array);
    return NULL;
}

json_t *json_text_list(const struct text_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < list->count; i++)
        array = json_text_with(array, json_string(list->at[i]));
    return array;
}

/* The next byte that cannot stand for itself, or the end. */
static const char *plain_end(const char *at)
{
    while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return at;
}

static enum error put_escaped(char c, struct buffer *out)
{
    static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = strchr(escaped, c);

    return found ? buffer_put_format(out, "\\%c", letters[found - escaped])
                 : buffer_put_format(out, "\\u%04X", (unsigned)(unsigned char)c);
}

enum error json_text_string(const char *text, struct buffer *out)
{
    enum error e = text_is_utf8(span_text(text)) ? buffer_put_byte(out, '"') : ERROR_BAD_INPUT;

    while (e == ERROR_OK && *text) {
        const char *end = plain_end(text);
        e = buffer_put(out, span_of(text, (size_t)(end - text)));
        if (e == ERROR_OK && *end)
            e = put_escaped(*end++, out);
        text = end;
    }
    return e == ERROR_OK ? buffer_put_byte(out, '"') : e;
}

static int append(const char *bytes, size_t len, void *out)
{
    return buffer_put(out, span_of(bytes, len)) == ERROR_OK ? 0 : -1;
}

enum error json_text_put(json_t *root, size_t flags, struct buffer *out)
{
    size_t before = out->len;
    int failed = !root || json_dump_callback(root, append, out, flags) != 0;
    enum error e = !root ? ERROR_NO_MEMORY : failed ? ERROR_TOO_BIG : ERROR_OK;

    json_decref(root);
    if (failed)
        out->len = before;
    return e;
}
