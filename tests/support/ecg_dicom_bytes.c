/* DICOM elements as bytes; see the header. */
#include "tests/support/ecg_dicom_bytes.h"

#include <stdio.h>

#define UNDEFINED 0xffffffffU

static void put(struct dicom_bytes *d, struct span bytes)
{
    if (d->error == ERROR_OK)
        d->error = buffer_put(d->out, bytes);
}

static void put_little(struct dicom_bytes *d, uint32_t number, size_t size)
{
    uint8_t bytes[4];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    put(d, span_of(bytes, size));
}

static bool is_long(const char *vr)
{
    return strcmp(vr, "OB") == 0 || strcmp(vr, "OW") == 0 || strcmp(vr, "SQ") == 0;
}

static void put_header(struct dicom_bytes *d, uint32_t tag, const char *vr, uint32_t length)
{
    put_little(d, tag >> 16, 2);
    put_little(d, tag & 0xffff, 2);
    if (d->implicit || !*vr) {
        put_little(d, length, 4);
        return;
    }
    put(d, span_of(vr, 2));
    if (is_long(vr))
        put_little(d, 0, 2);
    put_little(d, length, is_long(vr) ? 4 : 2);
}

void dicom_put(struct dicom_bytes *d, uint32_t tag, const char *vr, struct span value)
{
    bool nul = d->nul_padded || strcmp(vr, "UI") == 0 || is_long(vr);

    put_header(d, tag, vr, (uint32_t)(value.len + value.len % 2));
    put(d, value);
    if (value.len % 2)
        put(d, span_of(nul ? "\0" : " ", 1));
}

void dicom_put_text(struct dicom_bytes *d, uint32_t tag, const char *vr, const char *text)
{
    dicom_put(d, tag, vr, span_text(text));
}

void dicom_put_number(struct dicom_bytes *d, uint32_t tag, const char *vr, uint32_t number)
{
    size_t size = strcmp(vr, "US") == 0 ? 2 : 4;

    put_header(d, tag, vr, (uint32_t)size);
    put_little(d, number, size);
}

void dicom_put_decimal(struct dicom_bytes *d, uint32_t tag, double number)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%.9g", number);
    dicom_put_text(d, tag, "DS", text);
}

static struct dicom_place open_at(struct dicom_bytes *d, uint32_t tag, const char *vr)
{
    put_header(d, tag, vr, d->undefined ? UNDEFINED : 0);
    return (struct dicom_place) { d->out->len };
}

static void close_at(struct dicom_bytes *d, struct dicom_place place, uint32_t delimiter)
{
    uint32_t length = (uint32_t)(d->out->len - place.at);

    if (d->error != ERROR_OK)
        return;
    if (d->undefined)
        put_header(d, delimiter, "", 0);
    else
        for (size_t i = 0; i < 4; i++)
            d->out->at[place.at - 4 + i] = (uint8_t)(length >> (8 * i));
}

struct dicom_place dicom_open(struct dicom_bytes *d, uint32_t sequence)
{
    return open_at(d, sequence, "SQ");
}

void dicom_close(struct dicom_bytes *d, struct dicom_place place)
{
    close_at(d, place, 0xfffee0dd);
}

struct dicom_place dicom_open_item(struct dicom_bytes *d)
{
    return open_at(d, 0xfffee000, "");
}

void dicom_close_item(struct dicom_bytes *d, struct dicom_place place)
{
    close_at(d, place, 0xfffee00d);
}

void dicom_put_code(struct dicom_bytes *d, uint32_t sequence, const char *value, const char *scheme,
                    const char *meaning)
{
    struct dicom_place all = dicom_open(d, sequence), item = dicom_open_item(d);

    dicom_put_text(d, 0x00080100, "SH", value);
    dicom_put_text(d, 0x00080102, "SH", scheme);
    dicom_put_text(d, 0x00080104, "LO", meaning);
    dicom_close_item(d, item);
    dicom_close(d, all);
}
