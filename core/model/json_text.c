/* Lists into JSON, JSON into a buffer; see the header. */
#include "core/model/json_text.h"

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
