/* Stored files, one after the other, and the directory behind them. */
#include "core/daemon/zip.h"

#include "core/base/text.h"

#include <string.h>
#include <zlib.h>

enum {
    ZIP_VERSION = 20,
    ZIP_UTF8 = 1 << 11,
    ZIP_DATE = (46 << 9) | (1 << 5) | 1,
    ZIP_CHUNK = 1 << 30
};

static void put16(struct buffer *out, enum error *e, unsigned value)
{
    for (unsigned i = 0; i < 2 && *e == ERROR_OK; i++)
        *e = buffer_put_byte(out, (uint8_t)(value >> (8 * i)));
}

static void put32(struct buffer *out, enum error *e, uint32_t value)
{
    put16(out, e, value & 0xffff);
    put16(out, e, value >> 16);
}

void zip_begin(struct zip *z, struct buffer *out)
{
    *z = (struct zip) { .out = out };
}

static uint32_t crc_of(struct span bytes)
{
    uLong crc = crc32(0, Z_NULL, 0);

    for (size_t at = 0; at < bytes.len; at += ZIP_CHUNK) {
        size_t len = bytes.len - at < ZIP_CHUNK ? bytes.len - at : ZIP_CHUNK;
        crc = crc32(crc, bytes.at + at, (uInt)len);
    }
    return (uint32_t)crc;
}

/* What both headers of a file say alike (4.3.7, 4.3.12). */
static void put_common(const struct zip *z, enum error *e, size_t i)
{
    put16(z->out, e, ZIP_VERSION);
    put16(z->out, e, ZIP_UTF8);
    put16(z->out, e, 0);
    put16(z->out, e, 0);
    put16(z->out, e, ZIP_DATE);
    put32(z->out, e, z->files[i].crc);
    put32(z->out, e, z->files[i].size);
    put32(z->out, e, z->files[i].size);
    put16(z->out, e, (unsigned)strlen(z->files[i].name));
    put16(z->out, e, 0);
}

enum error zip_add(struct zip *z, const char *name, struct span bytes)
{
    enum error e = z->count < ZIP_FILES ? ERROR_OK : ERROR_FULL;

    if (e == ERROR_OK && (bytes.len >= UINT32_MAX || z->out->len >= UINT32_MAX))
        e = ERROR_TOO_BIG;
    if (e == ERROR_OK)
        e = text_copy(z->files[z->count].name, ZIP_NAME, name);
    if (e != ERROR_OK)
        return e;
    z->files[z->count].crc = crc_of(bytes);
    z->files[z->count].size = (uint32_t)bytes.len;
    z->files[z->count].offset = (uint32_t)z->out->len;
    put32(z->out, &e, 0x04034b50);
    put_common(z, &e, z->count);
    if (e == ERROR_OK)
        e = buffer_put_text(z->out, name);
    if (e == ERROR_OK)
        e = buffer_put(z->out, bytes);
    z->count++;
    return e;
}

enum error zip_end(struct zip *z)
{
    size_t start = z->out->len;
    enum error e = start < UINT32_MAX ? ERROR_OK : ERROR_TOO_BIG;
    uint32_t size;

    for (size_t i = 0; i < z->count && e == ERROR_OK; i++) {
        put32(z->out, &e, 0x02014b50);
        put16(z->out, &e, ZIP_VERSION);
        put_common(z, &e, i);
        for (unsigned part = 0; part < 3; part++)
            put16(z->out, &e, 0);
        put32(z->out, &e, 0);
        put32(z->out, &e, z->files[i].offset);
        if (e == ERROR_OK)
            e = buffer_put_text(z->out, z->files[i].name);
    }
    size = (uint32_t)(z->out->len - start);
    put32(z->out, &e, 0x06054b50);
    put16(z->out, &e, 0);
    put16(z->out, &e, 0);
    put16(z->out, &e, (unsigned)z->count);
    put16(z->out, &e, (unsigned)z->count);
    put32(z->out, &e, size);
    put32(z->out, &e, (uint32_t)start);
    put16(z->out, &e, 0);
    return e;
}
