/*
 * DICOM data elements as a tree (PS3.5 section 7).
 *
 * Invariants: no element reaches beyond what it stands in; nesting ends at DICOM_DEPTH, the whole
 * tree at DICOM_ELEMENTS; each step takes at least the eight bytes of a header.
 */
#include "instruments/ecg/dicom.h"

#include "instruments/ecg/ecg_bytes.h"

enum {
    UNDEFINED = -1, /* as uint32_t: a length that a delimiter ends */
    HEADER = 8,
    LONG_HEADER = 12
};

static const uint32_t ITEM = DICOM_TAG(0xfffe, 0xe000), ITEM_END = DICOM_TAG(0xfffe, 0xe00d),
                      SEQUENCE_END = DICOM_TAG(0xfffe, 0xe0dd);

struct tree {
    struct arena *arena;
    struct complaint *why;
    struct span bytes;
    size_t at, count;
    enum dicom_encoding encoding;
};

struct header {
    uint32_t tag, length;
    bool sequence;
    bool implicit; /* a sequence whose elements are implicit in an explicit file (PS3.5 6.2.2) */
};

/* Of implicit files: which of the elements that are asked for are sequences. */
static const uint32_t sequences[] = { DICOM_TAG(0x5400, 0x0100), DICOM_TAG(0x003a, 0x0200),
                                      DICOM_TAG(0x003a, 0x0208), DICOM_TAG(0x003a, 0x0209),
                                      DICOM_TAG(0x003a, 0x0211), DICOM_TAG(0x0040, 0xb020),
                                      DICOM_TAG(0x0040, 0xa043), DICOM_TAG(0x0040, 0xa168),
                                      DICOM_TAG(0x0040, 0x08ea) };

static bool is_sequence(uint32_t tag)
{
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        if (sequences[i] == tag)
            return true;
    return false;
}

/* Value representations of PS3.5 table 6.2-1; the second half has a length of 32 bits. */
static bool is_in(const uint8_t *vr, const char *list)
{
    for (; *list; list += 3)
        if (vr[0] == (uint8_t)list[0] && vr[1] == (uint8_t)list[1])
            return true;
    return false;
}

static const char short_ones[] = "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US ";
static const char long_ones[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";

static enum error damaged(const struct tree *t, const char *what)
{
    return complain(t->why, ERROR_BAD_INPUT,
                    "The DICOM file is damaged at byte %zu of its data set: %s. Export it again.",
                    t->at, what);
}

static enum error read_explicit(struct tree *t, const uint8_t *at, size_t left, struct header *out)
{
    const uint8_t *vr = at + 4;

    if (is_in(vr, short_ones)) {
        out->length = ecg_little16(at + 6);
        t->at += HEADER;
        return ERROR_OK;
    }
    if (!is_in(vr, long_ones))
        return damaged(t, "an element is of no known kind");
    if (left < LONG_HEADER)
        return damaged(t, "it ends within an element");
    out->length = ecg_little32(at + 8);
    out->implicit = is_in(vr, "UN ") && out->length == (uint32_t)UNDEFINED;
    out->sequence = is_in(vr, "SQ ") || out->implicit;
    t->at += LONG_HEADER;
    return ERROR_OK;
}

static enum error read_header(struct tree *t, size_t end, struct header *out)
{
    const uint8_t *at = t->bytes.at + t->at;
    size_t left = end - t->at;

    if (left < HEADER)
        return damaged(t, "it ends within an element");
    out->tag = DICOM_TAG(ecg_little16(at), ecg_little16(at + 2));
    out->length = ecg_little32(at + 4);
    out->sequence = out->implicit = false;
    if (out->tag >> 16 == 0xfffe) {
        t->at += HEADER;
        return ERROR_OK;
    }
    if (t->encoding == DICOM_EXPLICIT)
        return read_explicit(t, at, left, out);
    out->sequence = is_sequence(out->tag) || out->length == (uint32_t)UNDEFINED;
    t->at += HEADER;
    return ERROR_OK;
}

static struct dicom_node *add(struct tree *t, uint32_t tag, struct dicom_node ***end)
{
    struct dicom_node *node = t->count < DICOM_ELEMENTS ? arena_take(t->arena, sizeof *node) : NULL;

    if (node) {
        t->count++;
        node->tag = tag;
        **end = node;
        *end = &node->next;
    }
    return node;
}

static enum error too_many(const struct tree *t)
{
    if (t->count < DICOM_ELEMENTS)
        return ERROR_NO_MEMORY;
    return complain(t->why, ERROR_TOO_BIG, "The DICOM file has more elements than an EKG has.");
}

/* Where what has this length ends: at most at `end`, which an undefined one takes whole. */
static enum error limit_of(const struct tree *t, uint32_t length, size_t end, size_t *out)
{
    if (length != (uint32_t)UNDEFINED && length > end - t->at)
        return damaged(t, "an element is longer than what it stands in");
    *out = length == (uint32_t)UNDEFINED ? end : t->at + length;
    return ERROR_OK;
}

static enum error read_elements(struct tree *t, size_t end, bool delimited, unsigned depth,
                                struct dicom_node **out);

/* The items of a sequence. */
static enum error read_items(struct tree *t, size_t end, bool delimited, unsigned depth,
                             struct dicom_node **out)
{
    struct header h = { 0 };
    enum error e = ERROR_OK;

    while (e == ERROR_OK && t->at < end) {
        struct dicom_node *item;
        size_t item_end = 0;
        e = read_header(t, end, &h);
        if (e != ERROR_OK)
            return e;
        if (delimited && h.tag == SEQUENCE_END)
            return ERROR_OK;
        if (h.tag != ITEM)
            return damaged(t, "a sequence holds something else than items");
        item = add(t, h.tag, &out);
        if (!item)
            return too_many(t);
        e = limit_of(t, h.length, end, &item_end);
        if (e == ERROR_OK)
            e = read_elements(t, item_end, h.length == (uint32_t)UNDEFINED, depth + 1,
                              &item->children);
    }
    return e == ERROR_OK && delimited ? damaged(t, "a sequence does not end") : e;
}

static enum error read_sequence(struct tree *t, const struct header *h, size_t end, unsigned depth,
                                struct dicom_node *node)
{
    enum dicom_encoding outer = t->encoding;
    size_t sequence_end = 0;
    enum error e = limit_of(t, h->length, end, &sequence_end);

    if (depth >= DICOM_DEPTH)
        return complain(t->why, ERROR_TOO_BIG, "The DICOM file nests deeper than an EKG does.");
    if (h->implicit)
        t->encoding = DICOM_IMPLICIT;
    if (e == ERROR_OK)
        e = read_items(t, sequence_end, h->length == (uint32_t)UNDEFINED, depth, &node->children);
    t->encoding = outer;
    return e;
}

static enum error read_value(struct tree *t, const struct header *h, size_t end,
                             struct dicom_node *node)
{
    if (h->length > end - t->at)
        return damaged(t, "an element is longer than what it stands in");
    node->value = span_of(t->bytes.at + t->at, h->length);
    t->at += h->length;
    return ERROR_OK;
}

/* Zeros that fill up a file are no elements. */
static bool is_padding(const struct tree *t, unsigned depth, size_t end)
{
    size_t i = t->at;

    while (depth == 0 && i < end && t->bytes.at[i] == 0)
        i++;
    return i == end;
}

static enum error read_elements(struct tree *t, size_t end, bool delimited, unsigned depth,
                                struct dicom_node **out)
{
    struct header h = { 0 };
    enum error e = ERROR_OK;
    uint32_t before = 0;

    while (e == ERROR_OK && t->at < end && !is_padding(t, depth, end)) {
        struct dicom_node *node;
        e = read_header(t, end, &h);
        if (e != ERROR_OK)
            return e;
        if (delimited && h.tag == ITEM_END)
            return ERROR_OK;
        if (h.tag >> 16 == 0xfffe || h.tag >> 16 == 0)
            return damaged(t, "a delimiter stands where an element should");
        if (h.tag == before) /* PS3.5 7.1; a length that grew over an item's end shows so */
            return damaged(t, "an element stands there twice");
        before = h.tag;
        node = add(t, h.tag, &out);
        if (!node)
            return too_many(t);
        e = h.sequence ? read_sequence(t, &h, end, depth, node) : read_value(t, &h, end, node);
    }
    return e == ERROR_OK && delimited ? damaged(t, "an item does not end") : e;
}

enum error dicom_tree_read(struct arena *a, struct span bytes, enum dicom_encoding encoding,
                           struct dicom_node **out, struct complaint *why)
{
    struct tree t = { a, why, bytes, 0, 0, encoding };
    struct dicom_node *first = NULL;
    enum error e = read_elements(&t, bytes.len, false, 0, &first);

    if (e == ERROR_OK)
        *out = first;
    return e;
}

const struct dicom_node *dicom_find(const struct dicom_node *list, uint32_t tag)
{
    while (list && list->tag != tag)
        list = list->next;
    return list;
}

const struct dicom_node *dicom_item(const struct dicom_node *list, uint32_t sequence)
{
    const struct dicom_node *node = dicom_find(list, sequence);
    return node && node->children ? node->children->children : NULL;
}

struct span dicom_value(const struct dicom_node *list, uint32_t tag)
{
    const struct dicom_node *node = dicom_find(list, tag);
    return node ? node->value : span_of(NULL, 0);
}

bool dicom_number(const struct dicom_node *list, uint32_t tag, uint32_t *out)
{
    struct span value = dicom_value(list, tag);

    if (value.len != 2 && value.len != 4)
        return false;
    *out = value.len == 2 ? ecg_little16(value.at) : ecg_little32(value.at);
    return true;
}
