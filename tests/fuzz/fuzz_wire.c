/* Any packet from any side: either refused, or readable by the tables without a look outside it. */
#include "core/model/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_all(const struct wire_message *m)
{
    size_t total = 0;
    for (unsigned f = 0; f < WIRE_FIELD_COUNT; f++) {
        size_t at = 0;
        struct span content;
        while (wire_next(m, (enum wire_field)f, &at, &content)) {
            if (wire_field_kind((enum wire_field)f) == WIRE_TEXT)
                total += strlen((const char *)content.at);
            else if (wire_field_kind((enum wire_field)f) == WIRE_GROUP) {
                struct wire_message group = wire_group(content);
                total += read_all(&group);
            } else
                total += content.len;
        }
    }
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum wire_side sides[] = { WIRE_CORE, WIRE_INSTRUMENT, WIRE_LABELS, WIRE_WEB,
                                            WIRE_CONTROL };
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        struct wire_message m;
        struct complaint why;
        if (wire_read(span_of(data, size), sides[i], &m, &why) == ERROR_OK && read_all(&m) > size)
            abort();
    }
    return 0;
}
