/* What both writers of XML files need; see ecg_xml_files.h. */
#include "tests/support/ecg_xml_files.h"

#include <stdarg.h>
#include <stdio.h>

enum error ecg_base64_write(struct span bytes, size_t width, struct buffer *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum error e = ERROR_OK;
    size_t column = 0;

    for (size_t at = 0; at < bytes.len && e == ERROR_OK; at += 3) {
        size_t here = bytes.len - at < 3 ? bytes.len - at : 3;
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < here ? bytes.at[at + i] : 0U);
        if (width && column % width == 0)
            e = buffer_put_byte(out, '\n');
        for (size_t i = 0; i < 4 && e == ERROR_OK; i++)
            e = buffer_put_byte(out, i <= here ? (uint8_t)digits[bits >> (18 - 6 * i) & 63]
                                               : (uint8_t)'=');
        column += 4;
    }
    return width && e == ERROR_OK ? buffer_put_byte(out, '\n') : e;
}

enum error ecg_xml_escape(const char *text, struct buffer *out)
{
    enum error e = ERROR_OK;
    for (; *text && e == ERROR_OK; text++)
        switch (*text) {
        case '&':
            e = buffer_put_text(out, "&amp;");
            break;
        case '<':
            e = buffer_put_text(out, "&lt;");
            break;
        case '"':
            e = buffer_put_text(out, "&quot;");
            break;
        default:
            e = buffer_put_byte(out, (uint8_t)*text);
        }
    return e;
}

void ecg_xml_put(struct ecg_xml_out *x, const char *format, ...)
{
    char line[1024];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (x->error == ERROR_OK)
        x->error = buffer_put_text(x->out, line);
}

void ecg_xml_put_escaped(struct ecg_xml_out *x, const char *text)
{
    if (x->error == ERROR_OK)
        x->error = ecg_xml_escape(text, x->out);
}
