/* A scene as PNG (ISO/IEC 15948), one bit a dot. */
#include "labels/draw/picture.h"

#include <zlib.h>

static void put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

/* ISO/IEC 15948 5.3: length, type, data, CRC over type and data. */
static enum error put_chunk(struct buffer *out, const char *type, struct span data)
{
    uint8_t word[4];
    uLong crc = crc32(0, (const Bytef *)type, 4);
    enum error e;

    if (data.len) /* zlib would begin anew at NULL */
        crc = crc32(crc, data.at, (uInt)data.len);
    put_u32(word, (uint32_t)data.len);
    e = buffer_put(out, span_of(word, 4));
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(type, 4));
    if (e == ERROR_OK && data.len)
        e = buffer_put(out, data);
    put_u32(word, (uint32_t)crc);
    return e == ERROR_OK ? buffer_put(out, span_of(word, 4)) : e;
}

/* Each row gets filter type 0 before it; a bit of 0 is black in PNG. */
static enum error put_image_data(struct buffer *out, const struct bitmap *bitmap)
{
    size_t line = bitmap->stride + 1, raw_size = line * (size_t)bitmap->height;
    uLongf packed_size = compressBound((uLong)raw_size);
    uint8_t *raw = g_malloc0(raw_size), *packed = g_malloc(packed_size);
    enum error e = ERROR_NO_MEMORY;

    for (size_t y = 0; y < (size_t)bitmap->height; y++)
        for (size_t x = 0; x < bitmap->stride; x++)
            raw[y * line + 1 + x] = (uint8_t)~bitmap->bits[y * bitmap->stride + x];
    if (compress2(packed, &packed_size, raw, (uLong)raw_size, Z_BEST_COMPRESSION) == Z_OK)
        e = put_chunk(out, "IDAT", span_of(packed, packed_size));
    g_free(raw);
    g_free(packed);
    return e;
}

enum error picture_png(const struct scene *scene, struct buffer *out)
{
    uint8_t head[13] = { 0 }, physical[9] = { 0 };
    struct bitmap bitmap = { 0 };
    enum error e = picture_bitmap(scene, &bitmap);

    if (e != ERROR_OK)
        return e;
    put_u32(head, (uint32_t)bitmap.width);
    put_u32(head + 4, (uint32_t)bitmap.height);
    head[8] = 1; /* bit depth; colour type 0 is grey */
    put_u32(physical, (uint32_t)(scene->dpi / 0.0254 + 0.5));
    put_u32(physical + 4, (uint32_t)(scene->dpi / 0.0254 + 0.5));
    physical[8] = 1; /* dots in a metre */
    e = buffer_put(out, span_of("\x89PNG\r\n\x1a\n", 8));
    if (e == ERROR_OK)
        e = put_chunk(out, "IHDR", span_of(head, sizeof head));
    if (e == ERROR_OK)
        e = put_chunk(out, "pHYs", span_of(physical, sizeof physical));
    if (e == ERROR_OK)
        e = put_image_data(out, &bitmap);
    if (e == ERROR_OK)
        e = put_chunk(out, "IEND", span_of(NULL, 0));
    bitmap_free(&bitmap);
    return e;
}
