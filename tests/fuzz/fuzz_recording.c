/* Any bytes as a file given to `phial decode`: framed, unframed, recorded; nothing may crash, and a
 * refusal says why. */
#include "instruments/recording/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum error ignore(void *context, const struct record *record)
{
    (void)context;
    (void)record;
    return ERROR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct decode_options options = { NULL, NULL, 0 };
    const struct decode_sink sink = { .record = ignore };
    struct complaint why = { "" };

    if (decode_bytes("fuzz", span_of(data, size), &options, &sink, &why) != ERROR_OK && !*why.text)
        abort();
    return 0;
}
