/* XLI: chunks, LZW with codes of 10 bits, second differences; see the header. */
#include "instruments/ecg/xli.h"

#include "instruments/ecg/ecg_bytes.h"

enum {
    HEADER = 8,
    CODE_BITS = 10,
    CODE_FIRST = 256, /* of a string */
    CODE_END = 1023,
    DIFFERENCE_ZERO = 64,
};

/* 16 bits as a number with a sign. */
static int16_t wrap(int64_t value)
{
    uint16_t bits = (uint16_t)((uint64_t)value & 0xffff);
    return (int16_t)(bits < 0x8000 ? bits : bits - 0x10000);
}

enum error xli_next(struct span *rest, struct xli_chunk *out, struct complaint *why)
{
    const uint8_t *at = rest->at;
    uint32_t size;

    if (rest->len < HEADER)
        return complain(why, ERROR_BAD_INPUT,
                        "The waveform is damaged: its compressed data end within a lead's header.");
    size = ecg_little32(at);
    if (size > rest->len - HEADER)
        return complain(why, ERROR_BAD_INPUT,
                        "The waveform is damaged: a lead says that %u bytes follow, and %zu do.",
                        (unsigned)size, rest->len - HEADER);
    *out = (struct xli_chunk) { span_of(at + HEADER, size), ecg_little16(at + 4),
                                wrap(ecg_little16(at + 6)) };
    *rest = span_of(at + HEADER + size, rest->len - HEADER - size);
    return ERROR_OK;
}

/* ---- LZW ---- */

/* Strings of the table: each is an earlier one and a byte more. Index 0 to 255 are single bytes. */
struct lzw {
    struct span codes;
    size_t bit;    /* the next one to read */
    unsigned next; /* number of the next string */
    uint16_t before[CODE_END];
    uint8_t last[CODE_END], first[CODE_END];
    uint16_t length[CODE_END];
};

static void start_table(struct lzw *z, struct span codes)
{
    z->codes = codes;
    z->bit = 0;
    z->next = CODE_FIRST;
    for (unsigned i = 0; i < CODE_FIRST; i++) {
        z->before[i] = 0;
        z->first[i] = z->last[i] = (uint8_t)i;
        z->length[i] = 1;
    }
}

/* CODE_END as well when the bits end. Ten bits at an even place lie within two bytes. */
static unsigned read_code(struct lzw *z)
{
    const uint8_t *at = z->codes.at + z->bit / 8;
    size_t behind = 16 - CODE_BITS - z->bit % 8;
    if (z->bit + CODE_BITS > z->codes.len * 8)
        return CODE_END;
    z->bit += CODE_BITS;
    return ((unsigned)at[0] << 8 | at[1]) >> behind & CODE_END;
}

static void add_string(struct lzw *z, unsigned before, uint8_t last)
{
    if (z->next == CODE_END)
        return;
    z->before[z->next] = (uint16_t)before;
    z->first[z->next] = z->first[before];
    z->last[z->next] = last;
    z->length[z->next] = (uint16_t)(z->length[before] + 1);
    z->next++;
}

static void write_string(const struct lzw *z, unsigned code, uint8_t *at)
{
    for (unsigned i = z->length[code]; i-- > 0; code = z->before[code])
        at[i] = z->last[code];
}

/* The code behind `before` (CODE_END at the beginning) into the table; false when it cannot be. */
static bool learn(struct lzw *z, unsigned before, unsigned code)
{
    if (before == CODE_END)
        return code < CODE_FIRST;
    if (code > z->next)
        return false;
    /* A string that is only just arising begins and ends with the byte that the last one began. */
    add_string(z, before, code == z->next ? z->first[before] : z->first[code]);
    return true;
}

enum error xli_expand(struct span codes, uint8_t *room, size_t size, size_t *len,
                      struct complaint *why)
{
    struct lzw z;
    unsigned before = CODE_END, code;
    size_t used = 0;

    start_table(&z, codes);
    while ((code = read_code(&z)) != CODE_END) {
        if (!learn(&z, before, code))
            return complain(why, ERROR_BAD_INPUT,
                            "The waveform is damaged: its compressed data hold a code that is not "
                            "known at its place.");
        if (z.length[code] > size - used)
            return complain(why, ERROR_BAD_INPUT,
                            "The waveform is damaged: a lead holds more samples than the file "
                            "says.");
        write_string(&z, code, room + used);
        used += z.length[code];
        before = code;
    }
    if (used % 2)
        return complain(why, ERROR_BAD_INPUT,
                        "The waveform is damaged: a lead ends within a sample.");
    *len = used;
    return ERROR_OK;
}

/* ---- samples ---- */

void xli_samples(struct span bytes, int16_t first, int32_t *out)
{
    size_t count = bytes.len / 2;
    int32_t difference = first;

    for (size_t i = 0; i < count; i++) {
        int16_t stored = wrap(bytes.at[i] << 8 | bytes.at[count + i]);
        if (i < 2) {
            out[i] = stored;
            continue;
        }
        out[i] = wrap((int64_t)2 * out[i - 1] - out[i - 2] - difference);
        difference = stored - DIFFERENCE_ZERO;
    }
}

void xli_restore(int32_t *const leads[XLI_LIMB_LEADS], size_t lead_count, size_t count)
{
    for (size_t i = 0; i < count && lead_count > 2; i++) {
        int32_t one = leads[0][i], two = leads[1][i], three = two - one - leads[2][i];
        leads[2][i] = three;
        if (lead_count > 3)
            leads[3][i] = -((one + two) / 2) - leads[3][i];
        if (lead_count > 4)
            leads[4][i] = (one - three) / 2 - leads[4][i];
        if (lead_count > 5)
            leads[5][i] = (two + three) / 2 - leads[5][i];
    }
}
