/* The escape that LIS02-A2 and HL7 share: bytes in hexadecimal. */
#include "instruments/message/escape.h"
#include "core/base/text.h"

#include <ctype.h>

bool escape_put_hex(struct span body, struct buffer *out, enum error *e)
{
    if (body.at[0] != 'X' || body.len < 3 || body.len % 2 == 0)
        return false;
    for (size_t i = 1; i < body.len; i++)
        if (!isxdigit(body.at[i]))
            return false;
    for (size_t i = 1; i < body.len && *e == ERROR_OK; i += 2) {
        char pair[3] = { (char)body.at[i], (char)body.at[i + 1], 0 };
        uint8_t byte = 0;
        *e = text_unhex(&byte, 1, pair);
        if (*e == ERROR_OK)
            *e = buffer_put_byte(out, byte);
    }
    return true;
}
