/*
 * The frame of an SCP-ECG record: its length, its pointers, its checksums (EN 1064, 5.2 and 5.3).
 *
 * Nothing behind this file sees a byte whose checksum is wrong. Sections may not overlap, so that
 * the work is bounded by the length of the file.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/ecg_reader.h"
#include "instruments/ecg/scp_bytes.h"

#include <stdio.h>

enum {
    RECORD_HEADER = 6, /* checksum and length */
    POINTER = 10,
    MINIMUM = RECORD_HEADER + SCP_SECTION_HEADER + POINTER,
    SMALL_POINTERS = 0x10000
};

/* CRC-CCITT, polynomial 1021 hexadecimal, from FFFF on, four bits at a time. */
static uint16_t crc_of(struct span bytes)
{
    static const uint16_t step[16] = { 0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5,
                                       0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b,
                                       0xc18c, 0xd1ad, 0xe1ce, 0xf1ef };
    unsigned crc = 0xffff;

    for (size_t i = 0; i < bytes.len; i++) {
        crc = (crc << 4 ^ step[crc >> 12 ^ bytes.at[i] >> 4]) & 0xffff;
        crc = (crc << 4 ^ step[crc >> 12 ^ (bytes.at[i] & 15)]) & 0xffff;
    }
    return (uint16_t)crc;
}

/* The header of section 0: its id is 0, its length fits its pointers, the first of which is its
 * own; `SCPECG` stands in it since version 1.3. A file in big-endian order fails each of these. */
enum ecg_claim scp_claim(struct span file)
{
    struct scp_cursor c = scp_cursor_of(file);
    uint32_t len, own_len, own_index;
    unsigned id, own_id;
    struct span name;

    (void)scp_take(&c, RECORD_HEADER + 2);
    id = scp_u16(&c);
    len = scp_u32(&c);
    (void)scp_take(&c, 2);
    name = scp_take(&c, 6);
    own_id = scp_u16(&c);
    own_len = scp_u32(&c);
    own_index = scp_u32(&c);
    if (c.ended || id != 0 || len < SCP_SECTION_HEADER + POINTER || len >= SMALL_POINTERS)
        return ECG_NOT_MINE;
    if (span_equal(name, span_text("SCPECG")))
        return ECG_MINE;
    return own_id == 0 && own_len == len && own_index == RECORD_HEADER + 1 ? ECG_MINE
                                                                           : ECG_NOT_MINE;
}

/* With `may_lack`, 0 says that there is none. */
static enum error check_crc(struct span bytes, const char *what, bool may_lack,
                            struct complaint *why)
{
    struct scp_cursor c = scp_cursor_of(bytes);
    unsigned said = scp_u16(&c), is = crc_of(c.rest);

    if (said == is || (said == 0 && may_lack))
        return ERROR_OK;
    return complain(why, ERROR_BAD_INPUT,
                    "This SCP-ECG file is damaged: the checksum of %s is %04X and should be %04X. "
                    "Copy the file from the cart again.",
                    what, said, is);
}

static enum error check_section(struct span bytes, unsigned id, struct scp_section *out,
                                struct complaint *why)
{
    struct scp_cursor c = scp_cursor_of(bytes);
    char what[32];
    unsigned said;
    enum error e;

    (void)snprintf(what, sizeof what, "section %u", id);
    e = check_crc(bytes, what, id == 0, why); /* carts leave that of section 0 out */
    if (e)
        return e;
    (void)scp_u16(&c);
    said = scp_u16(&c);
    (void)scp_u32(&c);
    (void)scp_u8(&c);
    if (said != id)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: its pointer to section %u leads to "
                        "section %u.",
                        id, said);
    *out = (struct scp_section) { .protocol = scp_u8(&c) };
    (void)scp_take(&c, SCP_SECTION_HEADER - 10);
    out->body = c.rest;
    out->there = c.rest.len > 0; /* some carts write headers of sections that they do not have */
    return ERROR_OK;
}

/* One pointer: the section's number, length, and place counted from 1. */
static enum error read_pointer(struct scp_cursor *pointers, struct span record, size_t *total,
                               struct scp_file *out, struct complaint *why)
{
    unsigned id = scp_u16(pointers);
    uint32_t len = scp_u32(pointers), index = scp_u32(pointers);

    if (id == 0 || len == 0)
        return ERROR_OK;
    *total += len;
    if (len < SCP_SECTION_HEADER || index <= RECORD_HEADER || index - 1 > record.len ||
        len > record.len - (index - 1) || *total > record.len)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: section %u should have %u bytes from "
                        "byte %u on, and the record has %zu.",
                        id, len, index, record.len);
    if (id >= SCP_SECTIONS) {
        out->long_term = true;
        return ERROR_OK;
    }
    if (out->sections[id].there)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: it has two sections %u.", id);
    return check_section(span_of(record.at + index - 1, len), id, &out->sections[id], why);
}

static enum error read_pointers(struct span record, struct scp_file *out, struct complaint *why)
{
    struct scp_cursor c = scp_cursor_of(record);
    size_t total = 0;
    enum error e = ERROR_OK;
    uint32_t len;

    (void)scp_take(&c, RECORD_HEADER + 4);
    len = scp_u32(&c);
    if (len < SCP_SECTION_HEADER + POINTER || len > record.len - RECORD_HEADER)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: its section of pointers has %u bytes.",
                        len);
    e = check_section(span_of(record.at + RECORD_HEADER, len), 0, &out->sections[0], why);
    c = scp_cursor_of(out->sections[0].body);
    while (e == ERROR_OK && c.rest.len >= POINTER)
        e = read_pointer(&c, record, &total, out, why);
    return e;
}

enum error scp_sections_read(struct span file, struct scp_file *out, struct complaint *why)
{
    struct scp_cursor c = scp_cursor_of(file);
    uint32_t len;
    enum error e;

    (void)scp_u16(&c);
    len = scp_u32(&c);
    if (c.ended || len > file.len)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is cut short: it should have %u bytes and has %zu. Copy "
                        "it from the cart again.",
                        len, file.len);
    if (len < MINIMUM)
        return complain(why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is damaged: it says that it has %u bytes only.", len);
    e = check_crc(span_of(file.at, len), "the whole record", false, why);
    if (e)
        return e;
    *out = (struct scp_file) { .behind = file.len - len };
    return read_pointers(span_of(file.at, len), out, why);
}
