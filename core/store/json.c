/* Writing JSON within SQL; see the header. */
#include "core/store/json.h"

/* Ends with the text as the function's result. */
static void finish(sqlite3_context *context, sqlite3_str *out)
{
    int failed = sqlite3_str_errcode(out);
    int len = sqlite3_str_length(out);
    char *text = sqlite3_str_finish(out);

    if (failed == SQLITE_TOOBIG)
        sqlite3_result_error_toobig(context);
    else if (failed || !text)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text64(context, text, (sqlite3_uint64)len, sqlite3_free, SQLITE_UTF8);
}

/* RFC 8259 section 7: quotes, backslashes and control characters are escaped. */
static void put_string(sqlite3_str *out, const unsigned char *text, int len)
{
    int from = 0;

    sqlite3_str_appendchar(out, 1, '"');
    for (int i = 0; i < len; i++) {
        if (text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
            continue;
        sqlite3_str_append(out, (const char *)text + from, i - from);
        if (text[i] < 0x20)
            sqlite3_str_appendf(out, "\\u%04x", text[i]);
        else
            sqlite3_str_appendf(out, "\\%c", text[i]);
        from = i + 1;
    }
    sqlite3_str_append(out, (const char *)text + from, len - from);
    sqlite3_str_appendchar(out, 1, '"');
}

static void put_value(sqlite3_str *out, sqlite3_value *value, int is_json)
{
    const unsigned char *text;

    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
        sqlite3_str_appendall(out, "null");
        break;
    case SQLITE_INTEGER:
        sqlite3_str_appendf(out, "%lld", sqlite3_value_int64(value));
        break;
    default:
        text = sqlite3_value_text(value);
        if (text && is_json)
            sqlite3_str_append(out, (const char *)text, sqlite3_value_bytes(value));
        else if (text)
            put_string(out, text, sqlite3_value_bytes(value));
    }
}

void json_put_object(sqlite3_context *context, int count, sqlite3_value **values)
{
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(context));

    sqlite3_str_appendchar(out, 1, '{');
    for (int i = 0; i + 1 < count; i += 2) {
        const unsigned char *key = sqlite3_value_text(values[i]);
        int len = sqlite3_value_bytes(values[i]), is_json = key && key[0] == '=';
        if (i > 0)
            sqlite3_str_appendchar(out, 1, ',');
        if (key)
            put_string(out, key + is_json, len - is_json);
        sqlite3_str_appendchar(out, 1, ':');
        put_value(out, values[i + 1], is_json);
    }
    sqlite3_str_appendchar(out, 1, '}');
    finish(context, out);
}

void json_list_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    sqlite3_str **out = sqlite3_aggregate_context(context, sizeof(sqlite3_str *));

    (void)count;
    if (!out) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (!*out)
        *out = sqlite3_str_new(sqlite3_context_db_handle(context));
    sqlite3_str_appendchar(*out, 1, sqlite3_str_length(*out) == 0 ? '[' : ',');
    put_value(*out, values[0], 1);
}

void json_list_final(sqlite3_context *context)
{
    sqlite3_str **out = sqlite3_aggregate_context(context, 0);

    if (!out || !*out) {
        sqlite3_result_text(context, "[]", 2, SQLITE_STATIC);
        return;
    }
    sqlite3_str_appendchar(*out, 1, ']');
    finish(context, *out);
}
