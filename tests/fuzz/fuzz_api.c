/* Any body for any message: refused, or a packet that core's own check takes. */
#include "web/api.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum wire_type type = size ? (enum wire_type)(data[0] % WIRE_TYPE_COUNT) : WIRE_SIGN_IN;
    struct complaint why;
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    json_t *body;

    if (size < 1 || !(wire_shape(type)->senders & WIRE_CONTROL) ||
        api_parse(span_of(data + 1, size - 1), &body, &why) != ERROR_OK)
        return 0;
    if (api_to_wire(type, body, 1, "0", &w, &why) == ERROR_OK &&
        wire_finish(&w, &packet) == ERROR_OK && wire_read(packet, WIRE_WEB, &m, &why) != ERROR_OK)
        abort();
    wire_free(&w);
    json_decref(body);
    return 0;
}
