/* The scene on the printer's dots, and its two carriers PNG and ZPL. */
#include "labels/draw/picture.h"

#include <zlib.h>

/* One bit a dot, 1 is dark, rows of whole bytes, the highest bit at the left. */
struct bitmap {
    int width, height;
    size_t stride;
    uint8_t *bits; /* owned */
};

static enum error surface_error(cairo_status_t status)
{
    return status == CAIRO_STATUS_SUCCESS     ? ERROR_OK
           : status == CAIRO_STATUS_NO_MEMORY ? ERROR_NO_MEMORY
                                              : ERROR_BUG;
}

/* Grey 0 is dark; text and bars are drawn without intermediate grey. */
static void collect_bits(cairo_surface_t *surface, struct bitmap *bitmap)
{
    const uint8_t *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    for (int y = 0; y < bitmap->height; y++)
        for (int x = 0; x < bitmap->width; x++)
            if (pixels[(size_t)y * stride + (size_t)x * 4] < 128)
                bitmap->bits[(size_t)y * bitmap->stride + (size_t)x / 8] |=
                    (uint8_t)(0x80 >> (x & 7));
}

static enum error bitmap_draw(const struct scene *scene, struct bitmap *out)
{
    struct bitmap bitmap = { scene->width, scene->height, ((size_t)scene->width + 7) / 8, NULL };
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, scene->width, scene->height);
    cairo_t *cr = cairo_create(surface);
    enum error e;

    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    scene_paint_rects(scene, cr);
    scene_paint_texts(scene, cr);
    e = surface_error(cairo_status(cr));
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    if (e == ERROR_OK) {
        bitmap.bits = g_malloc0(bitmap.stride * (size_t)bitmap.height);
        collect_bits(surface, &bitmap);
        *out = bitmap;
    }
    cairo_surface_destroy(surface);
    return e;
}

static void bitmap_free(struct bitmap *bitmap)
{
    g_free(bitmap->bits);
    bitmap->bits = NULL;
}

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
    enum error e = bitmap_draw(scene, &bitmap);

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

/* A run of one hexadecimal digit in the alternative scheme of ^GF: g..z count twenties, G..Y ones
 * (ZPL II Programming Guide, "Alternative Data Compression Scheme"). */
static enum error put_run(struct buffer *out, char digit, size_t count)
{
    enum error e = ERROR_OK;
    for (; count >= 400 && e == ERROR_OK; count -= 400)
        e = buffer_put_format(out, "z%c", digit);
    if (count >= 20 && e == ERROR_OK)
        e = buffer_put_byte(out, (uint8_t)('f' + count / 20));
    if (count > 1 && count % 20 && e == ERROR_OK)
        e = buffer_put_byte(out, (uint8_t)('F' + count % 20));
    return count && e == ERROR_OK ? buffer_put_byte(out, (uint8_t)digit) : e;
}

/* The hexadecimal digit at that place of a row. */
static char digit_at(const uint8_t *row, size_t at)
{
    unsigned byte = row[at / 2];
    return "0123456789ABCDEF"[at & 1 ? byte & 15 : byte >> 4];
}

/* Zeros up to the end of a row are ','. */
static enum error put_row_digits(struct buffer *out, const uint8_t *row, size_t stride)
{
    size_t count = 2 * stride, at = 0;
    enum error e = ERROR_OK;

    while (count && digit_at(row, count - 1) == '0')
        count--;
    while (at < count && e == ERROR_OK) {
        size_t end = at + 1;
        while (end < count && digit_at(row, end) == digit_at(row, at))
            end++;
        e = put_run(out, digit_at(row, at), end - at);
        at = end;
    }
    return e == ERROR_OK && count < 2 * stride ? buffer_put_byte(out, ',') : e;
}

enum error picture_zpl(const struct scene *scene, struct buffer *out)
{
    struct bitmap bitmap = { 0 };
    enum error e = bitmap_draw(scene, &bitmap);
    size_t total;

    if (e != ERROR_OK)
        return e;
    total = bitmap.stride * (size_t)bitmap.height;
    e = buffer_put_format(out, "^XA^PW%d^LL%d^LH0,0^FO0,0^GFA,%zu,%zu,%zu,", bitmap.width,
                          bitmap.height, total, total, bitmap.stride);
    for (size_t y = 0; y < (size_t)bitmap.height && e == ERROR_OK; y++) {
        const uint8_t *row = bitmap.bits + y * bitmap.stride;
        /* ':' repeats the row before */
        if (y && memcmp(row, row - bitmap.stride, bitmap.stride) == 0)
            e = buffer_put_byte(out, ':');
        else
            e = put_row_digits(out, row, bitmap.stride);
    }
    if (e == ERROR_OK)
        e = buffer_put_text(out, "^FS^PQ1,0,0,N^XZ\n");
    bitmap_free(&bitmap);
    return e;
}
