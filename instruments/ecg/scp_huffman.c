/*
 * Huffman codes of an SCP-ECG file (EN 1064, 5.5 and annex C).
 *
 * A table is a list of codes: how many bits tell it from the others (its prefix), how many bits it
 * has in all, whether it is a value or a change to another table, and the value or the table. What
 * a code has beyond its prefix is the value itself, as a two's complement. The bits of a prefix are
 * stored reversed: the first bit of the stream is the lowest one.
 *
 * Codes become a tree, so that decoding takes one step for each bit whatever the file says.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/scp_bytes.h"

enum {
    DEFAULT_TABLE = 19999,
    TABLES = 32,
    CODES = 1024, /* of all tables together */
    PREFIX_MAX = 32,
    VALUE_MAX = 16 /* bits behind a prefix */
};

struct code {
    unsigned prefix, total, is_value;
    int value;
    uint32_t bits; /* reversed */
};

/* A child is the number of another node, or a code as -1 - its number, or 0: there is none. */
struct node {
    int child[2];
};

struct scp_huffman {
    struct code *codes;
    struct node *nodes;
    size_t table_count, code_count, node_count;
    int roots[TABLES];
};

static const struct code default_codes[] = {
    { 1, 1, 1, 0, 0x000 },   { 3, 3, 1, 1, 0x001 },    { 3, 3, 1, -1, 0x005 },
    { 4, 4, 1, 2, 0x003 },   { 4, 4, 1, -2, 0x00b },   { 5, 5, 1, 3, 0x007 },
    { 5, 5, 1, -3, 0x017 },  { 6, 6, 1, 4, 0x00f },    { 6, 6, 1, -4, 0x02f },
    { 7, 7, 1, 5, 0x01f },   { 7, 7, 1, -5, 0x05f },   { 8, 8, 1, 6, 0x03f },
    { 8, 8, 1, -6, 0x0bf },  { 9, 9, 1, 7, 0x07f },    { 9, 9, 1, -7, 0x17f },
    { 10, 10, 1, 8, 0x0ff }, { 10, 10, 1, -8, 0x2ff }, { 10, 18, 1, 0, 0x1ff },
    { 10, 26, 1, 0, 0x3ff },
};

static enum error bad_table(struct scp_reading *r, const char *what)
{
    return complain(r->why, ERROR_BAD_INPUT,
                    "This SCP-ECG file is inconsistent: its Huffman tables (section 2) %s.", what);
}

/* The file's codes, table after table; `starts` has the first code of each, and the end. */
static enum error read_codes(struct scp_reading *r, struct scp_cursor *c, struct scp_huffman *h,
                             size_t *starts)
{
    for (size_t t = 0; t < h->table_count; t++) {
        unsigned count = scp_u16(c);
        starts[t] = h->code_count;
        if (c->ended)
            break;
        if (count == 0 || count > CODES - h->code_count)
            return bad_table(r, "have no codes, or too many");
        for (unsigned i = 0; i < count; i++) {
            struct code *code = &h->codes[h->code_count++];
            code->prefix = scp_u8(c);
            code->total = scp_u8(c);
            code->is_value = scp_u8(c);
            code->value = scp_s16(c);
            code->bits = scp_u32(c);
        }
    }
    starts[h->table_count] = h->code_count;
    return c->ended ? bad_table(r, "are cut short") : ERROR_OK;
}

static enum error check_code(struct scp_reading *r, const struct code *code, size_t tables)
{
    unsigned behind = code->total - code->prefix;

    if (code->prefix == 0 || code->prefix > PREFIX_MAX || code->total < code->prefix ||
        behind > VALUE_MAX || code->is_value > 1)
        return bad_table(r, "have a code of a length that cannot be");
    if (!code->is_value && (code->value < 1 || (size_t)code->value > tables || behind))
        return bad_table(r, "lead to a table that is not there");
    if (code->is_value && behind && code->value)
        return complain(r->why, ERROR_UNSUPPORTED,
                        "This SCP-ECG file has a Huffman code with a base value as well as a value "
                        "behind it, which is not read here. Export the tracing in another format.");
    return ERROR_OK;
}

/* Puts a code below its table's root; nodes are taken as they are needed. */
static enum error grow_tree(struct scp_reading *r, struct scp_huffman *h, int root, size_t number)
{
    const struct code *code = &h->codes[number];
    int at = root;

    for (unsigned i = 0; i < code->prefix; i++) {
        int *child = &h->nodes[at].child[code->bits >> i & 1];
        bool last = i + 1 == code->prefix;
        if (*child < 0 || (last && *child))
            return bad_table(r, "have a code that begins another one");
        if (last)
            *child = -1 - (int)number;
        else if (*child == 0)
            *child = (int)h->node_count++;
        at = *child;
    }
    return ERROR_OK;
}

static enum error build(struct scp_reading *r, struct scp_huffman *h, const size_t *starts)
{
    size_t most = h->table_count;
    enum error e = ERROR_OK;

    for (size_t i = 0; !e && i < h->code_count; i++) {
        e = check_code(r, &h->codes[i], h->table_count);
        most += h->codes[i].prefix;
    }
    if (e)
        return e;
    h->nodes = arena_take(r->arena, most * sizeof *h->nodes);
    if (!h->nodes)
        return ERROR_NO_MEMORY;
    for (size_t t = 0; !e && t < h->table_count; t++) {
        h->roots[t] = (int)h->node_count++;
        for (size_t i = starts[t]; !e && i < starts[t + 1]; i++)
            e = grow_tree(r, h, h->roots[t], i);
    }
    return e;
}

enum error scp_huffman_read(struct scp_reading *r, const struct scp_huffman **out)
{
    struct scp_cursor c = scp_cursor_of(r->file.sections[2].body);
    size_t starts[TABLES + 1] = { 0 };
    struct scp_huffman *h;
    enum error e = ERROR_OK;
    unsigned tables;

    *out = NULL;
    if (!r->file.sections[2].there)
        return ERROR_OK;
    tables = scp_u16(&c);
    if (tables == 0 || (tables > TABLES && tables != DEFAULT_TABLE))
        return bad_table(r, "are none, or too many");
    h = arena_take(r->arena, sizeof *h);
    if (!h || !(h->codes = arena_take(r->arena, CODES * sizeof *h->codes)))
        return ERROR_NO_MEMORY;
    h->table_count = tables == DEFAULT_TABLE ? 1 : tables;
    if (tables == DEFAULT_TABLE) {
        memcpy(h->codes, default_codes, sizeof default_codes);
        h->code_count = starts[1] = sizeof default_codes / sizeof *default_codes;
    } else {
        e = read_codes(r, &c, h, starts);
    }
    if (!e)
        e = build(r, h, starts);
    if (!e)
        *out = h;
    return e;
}

static unsigned bit_at(struct span bytes, size_t bit)
{
    return (unsigned)bytes.at[bit >> 3] >> (7 - (bit & 7)) & 1;
}

/* The next code; -1 when the bits end within it, -2 when there is no such code. */
static int find_code(const struct scp_huffman *h, int root, struct span bytes, size_t *bit)
{
    size_t end = bytes.len * 8;
    int at = root;

    do {
        if (*bit >= end)
            return -1;
        at = h->nodes[at].child[bit_at(bytes, (*bit)++)];
    } while (at > 0);
    return at == 0 ? -2 : -1 - at;
}

/* What stands behind a prefix: a signed number of so many bits. */
static int32_t take_value(struct span bytes, size_t *bit, unsigned len)
{
    int32_t value = bit_at(bytes, *bit) ? -1 : 0;

    while (len--)
        value = (int32_t)((uint32_t)value << 1 | bit_at(bytes, (*bit)++));
    return value;
}

enum error scp_huffman_decode(const struct scp_huffman *h, struct span bytes, int32_t *out,
                              size_t want, size_t *got, size_t *unused)
{
    size_t bit = 0, end = bytes.len * 8, count = 0;
    int root = h->roots[0];

    while (count < want) {
        int number = find_code(h, root, bytes, &bit);
        const struct code *code;
        unsigned behind;
        if (number == -2)
            return ERROR_BAD_INPUT;
        if (number == -1)
            break;
        code = &h->codes[number];
        behind = code->total - code->prefix;
        if (behind > end - bit)
            break;
        if (!code->is_value)
            root = h->roots[code->value - 1];
        else
            out[count++] = behind ? take_value(bytes, &bit, behind) : code->value;
    }
    *got = count;
    *unused = end - bit;
    return ERROR_OK;
}
