/* Samples of a synthetic SCP-ECG file, packed; and the checksums of such a file. */
#include "tests/support/ecg_scp_bits.h"

#include <string.h>

/* As the standard writes them: prefix bits, all bits, value or change of table, value, code. */
struct code {
    uint8_t prefix, total, is_value;
    int16_t value;
    uint32_t bits; /* the first bit of the stream is the highest */
};

struct table {
    size_t count;
    const struct code *codes;
};

static const struct code custom[] = {
    { 1, 1, 1, 0, 0 },  /* 0 */
    { 2, 6, 1, 0, 2 },  /* 10 and four bits */
    { 2, 18, 1, 0, 3 }, /* 11 and sixteen bits */
};

static const struct code narrow[] = {
    { 1, 1, 1, 0, 0 }, { 3, 3, 1, 1, 4 }, { 3, 3, 1, -1, 5 },
    { 3, 9, 1, 0, 6 }, { 3, 3, 0, 2, 7 }, /* to the second table */
};

static const struct code wide[] = {
    { 1, 17, 1, 0, 0 },
    { 2, 2, 0, 1, 2 }, /* back to the first table */
    { 2, 2, 1, 7, 3 },
};

static const struct table custom_tables[] = { { 3, custom } };
static const struct table switching_tables[] = { { 5, narrow }, { 3, wide } };

static void put_bytes(struct buffer *out, uint32_t value, size_t bytes)
{
    while (bytes--) {
        (void)buffer_put_byte(out, (uint8_t)value);
        value >>= 8;
    }
}

static uint32_t reversed(uint32_t bits, unsigned count)
{
    uint32_t out = 0;

    while (count--) {
        out = out << 1 | (bits & 1);
        bits >>= 1;
    }
    return out;
}

static void put_tables(const struct table *tables, size_t count, struct buffer *out)
{
    put_bytes(out, (uint32_t)count, 2);
    for (size_t t = 0; t < count; t++) {
        put_bytes(out, (uint32_t)tables[t].count, 2);
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct code *c = &tables[t].codes[i];
            put_bytes(out, c->prefix, 1);
            put_bytes(out, c->total, 1);
            put_bytes(out, c->is_value, 1);
            put_bytes(out, (uint32_t)(uint16_t)c->value, 2);
            put_bytes(out, reversed(c->bits, c->prefix), 4);
        }
    }
}

void ecg_scp_tables(enum ecg_scp_huffman kind, struct buffer *out)
{
    if (kind == ECG_SCP_DEFAULT)
        put_bytes(out, 19999, 2);
    else if (kind == ECG_SCP_CUSTOM)
        put_tables(custom_tables, 1, out);
    else if (kind == ECG_SCP_SWITCHING)
        put_tables(switching_tables, 2, out);
}

void ecg_scp_difference(int16_t *samples, size_t count, unsigned difference)
{
    for (size_t i = count; difference && i-- > difference;) {
        int value = samples[i] - samples[i - 1];
        if (difference == 2)
            value += samples[i - 2] - samples[i - 1];
        samples[i] = (int16_t)(uint16_t)(unsigned)value;
    }
}

struct bits {
    struct buffer *out;
    unsigned byte, count;
};

static void put_bits(struct bits *b, uint32_t value, unsigned count)
{
    while (count--) {
        b->byte = b->byte << 1 | (value >> count & 1);
        if (++b->count % 8 == 0)
            (void)buffer_put_byte(b->out, (uint8_t)b->byte);
    }
}

/* The standard's own table: as many ones as the value is large, a zero and the sign; larger ones
 * with 8 or 16 bits behind nine or ten ones. */
static void put_default(struct bits *b, int value)
{
    unsigned size = (unsigned)(value < 0 ? -value : value);

    if (value == 0)
        put_bits(b, 0, 1);
    else if (size <= 8)
        put_bits(b, ((1u << size) - 1) << 2 | (value < 0), size + 2);
    else if (value >= -128 && value < 128)
        put_bits(b, 0x3fe << 8 | ((uint32_t)value & 0xff), 18);
    else
        put_bits(b, 0x3ffu << 16 | ((uint32_t)value & 0xffff), 26);
}

static void put_custom(struct bits *b, int value)
{
    if (value == 0)
        put_bits(b, 0, 1);
    else if (value >= -8 && value < 8)
        put_bits(b, 2u << 4 | ((uint32_t)value & 15), 6);
    else
        put_bits(b, 3u << 16 | ((uint32_t)value & 0xffff), 18);
}

static void put_switching(struct bits *b, int value, bool *is_wide)
{
    bool want_wide = value < -32 || value >= 32 || (*is_wide && value == 7);

    if (want_wide && !*is_wide)
        put_bits(b, 7, 3);
    else if (!want_wide && *is_wide)
        put_bits(b, 2, 2);
    *is_wide = want_wide;
    if (want_wide && value == 7)
        put_bits(b, 3, 2);
    else if (want_wide)
        put_bits(b, (uint32_t)value & 0xffff, 17);
    else if (value == 0)
        put_bits(b, 0, 1);
    else if (value == 1 || value == -1)
        put_bits(b, value == 1 ? 4 : 5, 3);
    else
        put_bits(b, 6u << 6 | ((uint32_t)value & 63), 9);
}

void ecg_scp_pack(enum ecg_scp_huffman kind, const int16_t *values, size_t count,
                  struct buffer *out)
{
    struct bits b = { .out = out };
    bool is_wide = false;
    size_t begin = out->len;

    for (size_t i = 0; i < count; i++) {
        if (kind == ECG_SCP_PLAIN)
            put_bytes(out, (uint32_t)(uint16_t)values[i], 2);
        else if (kind == ECG_SCP_DEFAULT)
            put_default(&b, values[i]);
        else if (kind == ECG_SCP_CUSTOM)
            put_custom(&b, values[i]);
        else
            put_switching(&b, values[i], &is_wide);
    }
    while (b.count % 8)
        put_bits(&b, 1, 1);
    if ((out->len - begin) % 2)
        put_bits(&b, 0xff, 8);
}

static bool is_protected(const struct ecg_scp_file *f, uint32_t sample)
{
    for (size_t i = 0; i < f->beat_count; i++)
        if (sample >= f->beats[i].protected_from && sample <= f->beats[i].protected_to)
            return true;
    return false;
}

size_t ecg_scp_decimate(const struct ecg_scp_file *f, const struct ecg_scp_lead *lead,
                        int16_t *samples)
{
    size_t kept = 0, i = 0;

    while (i < f->sample_count) {
        size_t run = 0;
        int sum = 0;
        while (run < f->decimation && i + run < f->sample_count &&
               !is_protected(f, lead->first + (uint32_t)(i + run)))
            sum += samples[i + run++];
        if (run && run == f->decimation) {
            samples[kept++] = (int16_t)(sum / (int)f->decimation);
            i += run;
        } else {
            samples[kept++] = samples[i++];
        }
    }
    return kept;
}

/* Bit by bit, so that the reader's quicker way is checked against another one. */
uint16_t ecg_scp_crc(struct span bytes)
{
    unsigned crc = 0xffff;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned)bytes.at[i] << 8;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
    }
    return (uint16_t)crc;
}

static uint32_t number_at(const uint8_t *file, size_t at, size_t bytes)
{
    uint32_t value = 0;

    while (bytes--)
        value = value << 8 | file[at + bytes];
    return value;
}

static void repair_piece(uint8_t *piece, size_t len)
{
    uint16_t crc = ecg_scp_crc(span_of(piece + 2, len - 2));

    piece[0] = (uint8_t)crc;
    piece[1] = (uint8_t)(crc >> 8);
}

/* The pointers' end within the file. */
static size_t pointers_end(const uint8_t *file, size_t len)
{
    size_t size = len >= 22 ? number_at(file, 10, 4) : 0;

    return size >= 16 && size <= len - 6 ? 6 + size : 0;
}

size_t ecg_scp_section(const uint8_t *file, size_t len, unsigned id, size_t *size)
{
    for (size_t at = 22, end = pointers_end(file, len); at + 10 <= end; at += 10) {
        size_t section = number_at(file, at + 2, 4), index = number_at(file, at + 6, 4);
        if (number_at(file, at, 2) != id || section < 16 || index < 7 || index - 1 > len ||
            section > len - (index - 1))
            continue;
        *size = section - 16;
        return index - 1 + 16;
    }
    return 0;
}

void ecg_scp_repair(uint8_t *file, size_t len)
{
    size_t end = pointers_end(file, len), record = len >= 6 ? number_at(file, 2, 4) : 0;

    for (unsigned id = 1; id < 12; id++) {
        size_t size, at = ecg_scp_section(file, len, id, &size);
        if (at)
            repair_piece(file + at - 16, size + 16);
    }
    if (end)
        repair_piece(file + 6, end - 6);
    if (record >= 6 && record <= len)
        repair_piece(file, record);
}
