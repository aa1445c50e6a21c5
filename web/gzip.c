/* One gzip member out of a buffer, by zlib. */
#include "web/gzip.h"

#include <string.h>
#include <zlib.h>

enum { WINDOW = 15, GZIP = 16, MEMORY = 8 };

bool gzip_is_taken(const char *accept)
{
    static const char name[] = "gzip";
    const char *at = accept ? strstr(accept, name) : NULL;
    const char *behind = at ? at + strlen(name) : NULL;

    if (!behind)
        return false;
    behind += strspn(behind, " ");
    if (*behind != ';')
        return *behind == '\0' || *behind == ',';
    behind += strspn(behind, "; ");
    return strcspn(behind, ",") != strspn(behind, "q=0. ");
}

static enum error deflate_into(z_stream *z, struct span in, struct buffer *out)
{
    uint8_t block[16 * 1024];
    int state;

    z->next_in = (Bytef *)(uintptr_t)in.at;
    z->avail_in = (uInt)in.len;
    do {
        z->next_out = block;
        z->avail_out = sizeof block;
        state = deflate(z, Z_FINISH);
        if (state == Z_STREAM_ERROR)
            return ERROR_BUG;
        if (buffer_put(out, span_of(block, sizeof block - z->avail_out)) != ERROR_OK)
            return ERROR_TOO_BIG;
    } while (state != Z_STREAM_END);
    return ERROR_OK;
}

enum error gzip_pack(struct buffer *b)
{
    z_stream z = { 0 };
    struct buffer out;
    enum error e;

    if (b->len > UINT32_MAX || deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW + GZIP,
                                            MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return ERROR_NO_MEMORY;
    buffer_init(&out, b->max);
    e = deflate_into(&z, buffer_span(b), &out);
    (void)deflateEnd(&z);
    if (e != ERROR_OK) {
        buffer_free(&out);
        return e;
    }
    buffer_free(b);
    *b = out;
    return ERROR_OK;
}
