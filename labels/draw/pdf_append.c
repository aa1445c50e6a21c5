/* Drawings laid under the pages of a PDF; see pdf_append.h. */
#include "labels/draw/pdf_append.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    PAGES = 8,  /* that get a drawing */
    ENTRY = 20, /* bytes of a line of the table (ISO 32000-1, 7.5.4) */
    OFFSET_DIGITS = 10,
    TAIL = 64, /* bytes in which "startxref" stands */
    LEVEL = 1  /* of deflate: the drawing's numbers gain little from more */
};

/* What is known of the PDF. Its bytes are cairo's: trusted, and held against their form all the
 * same. */
struct pdf {
    struct span bytes;
    size_t table, entries; /* where the table's lines begin, and how many there are */
    size_t table_start;
    unsigned root, info;
    unsigned pages[PAGES];
    size_t page_count;
};

/* Where `text` stands in the bytes from `from` up to `end`, or `end`. */
static size_t find(const struct pdf *pdf, size_t from, size_t end, const char *text)
{
    const void *at =
        from < end ? memmem(pdf->bytes.at + from, end - from, text, strlen(text)) : NULL;
    return at ? (size_t)((const uint8_t *)at - pdf->bytes.at) : end;
}

/* The whole number at `at`, which ends before `end`. */
static bool read_number(const struct pdf *pdf, size_t at, size_t end, size_t *out)
{
    size_t value = 0, digits = 0;
    while (at < end && pdf->bytes.at[at] == ' ')
        at++;
    for (; at < end && pdf->bytes.at[at] >= '0' && pdf->bytes.at[at] <= '9' && digits < 10;
         at++, digits++)
        value = value * 10 + (size_t)(pdf->bytes.at[at] - '0');
    *out = value;
    return digits > 0;
}

/* The number behind a key such as "/Root". */
static bool read_key(const struct pdf *pdf, size_t from, size_t end, const char *key, unsigned *out)
{
    size_t at = find(pdf, from, end, key), value;
    if (at == end || !read_number(pdf, at + strlen(key), end, &value))
        return false;
    *out = (unsigned)value;
    return true;
}

/* Where object `number` begins and ends. */
static bool find_object(const struct pdf *pdf, unsigned number, size_t *from, size_t *end)
{
    size_t line = pdf->table + (size_t)number * ENTRY;
    if (number >= pdf->entries || !read_number(pdf, line, line + OFFSET_DIGITS, from) ||
        *from >= pdf->bytes.len)
        return false;
    *end = find(pdf, *from, pdf->bytes.len, "endobj");
    return *end < pdf->bytes.len;
}

static bool read_table(struct pdf *pdf)
{
    size_t len = pdf->bytes.len, tail = len > TAIL ? len - TAIL : 0;
    size_t at = find(pdf, tail, len, "startxref\n"), start, count;

    if (at == len || !read_number(pdf, at + strlen("startxref\n"), len, &start) || start >= at ||
        find(pdf, start, at, "xref\n0 ") != start ||
        !read_number(pdf, start + strlen("xref\n0 "), at, &count))
        return false;
    pdf->table_start = start;
    pdf->table = find(pdf, start + strlen("xref\n0 "), at, "\n") + 1;
    pdf->entries = count;
    return count < at && pdf->table + count * ENTRY < at &&
           read_key(pdf, pdf->table + count * ENTRY, at, "/Root", &pdf->root) &&
           read_key(pdf, pdf->table + count * ENTRY, at, "/Info", &pdf->info);
}

static bool read_pages(struct pdf *pdf, size_t count)
{
    size_t from, end, page;
    unsigned tree;

    if (count > PAGES || !find_object(pdf, pdf->root, &from, &end) ||
        !read_key(pdf, from, end, "/Pages", &tree) || !find_object(pdf, tree, &from, &end))
        return false;
    from = find(pdf, from, end, "/Kids [") + strlen("/Kids [");
    for (pdf->page_count = 0; pdf->page_count < count; pdf->page_count++) {
        if (from >= end || !read_number(pdf, from, end, &page))
            return false;
        pdf->pages[pdf->page_count] = (unsigned)page;
        from = find(pdf, from, end, "R") + 1;
    }
    return true;
}

static enum error put_stream(struct span drawing, unsigned number, struct buffer *out)
{
    uLongf size = compressBound((uLong)drawing.len);
    uint8_t *packed = malloc(size);
    enum error e = ERROR_NO_MEMORY;

    if (packed && compress2(packed, &size, drawing.at, (uLong)drawing.len, LEVEL) == Z_OK)
        e = buffer_put_format(out,
                              "%u 0 obj\n<< /Length %lu\n   /Filter /FlateDecode\n>>\nstream\n",
                              number, (unsigned long)size);
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(packed, size));
    free(packed);
    return e == ERROR_OK ? buffer_put_text(out, "\nendstream\nendobj\n") : e;
}

/* The page again, with the drawing's stream before its own. */
static enum error put_page(const struct pdf *pdf, unsigned page, unsigned drawing,
                           struct buffer *out)
{
    size_t from, end, at;
    unsigned contents;
    enum error e;

    if (!find_object(pdf, page, &from, &end) || !read_key(pdf, from, end, "/Contents", &contents))
        return ERROR_BUG;
    at = find(pdf, from, end, "/Contents");
    e = buffer_put(out, span_of(pdf->bytes.at + from, at - from));
    if (e == ERROR_OK)
        e = buffer_put_format(out, "/Contents [ %u 0 R %u 0 R ]", drawing, contents);
    at = find(pdf, at, end, "R") + 1;
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(pdf->bytes.at + at, end - at));
    return e == ERROR_OK ? buffer_put_text(out, "endobj\n") : e;
}

static enum error put_table(const struct pdf *pdf, const size_t *streams, const size_t *pages,
                            size_t base, struct buffer *out)
{
    size_t start = out->len - base;
    unsigned first = (unsigned)pdf->entries, total = first + (unsigned)pdf->page_count;
    enum error e = buffer_put_text(out, "xref\n");

    for (size_t i = 0; i < pdf->page_count && e == ERROR_OK; i++)
        e = buffer_put_format(out, "%u 1\n%010zu 00000 n \n%u 1\n%010zu 00000 n \n", pdf->pages[i],
                              pages[i], first + (unsigned)i, streams[i]);
    if (e == ERROR_OK)
        e = buffer_put_format(out,
                              "trailer\n<< /Size %u\n   /Root %u 0 R\n   /Info %u 0 R\n"
                              "   /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n",
                              total, pdf->root, pdf->info, pdf->table_start, start);
    return e;
}

enum error pdf_append(struct span bytes, const struct buffer *drawings, size_t count,
                      struct buffer *out)
{
    struct pdf pdf = { .bytes = bytes };
    size_t base = out->len, streams[PAGES] = { 0 }, pages[PAGES] = { 0 };
    enum error e;

    if (!read_table(&pdf) || !read_pages(&pdf, count))
        return ERROR_BUG;
    e = buffer_put(out, bytes);
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        unsigned number = (unsigned)(pdf.entries + i);
        streams[i] = out->len - base;
        e = put_stream(buffer_span(&drawings[i]), number, out);
        pages[i] = out->len - base;
        if (e == ERROR_OK)
            e = put_page(&pdf, pdf.pages[i], number, out);
    }
    return e == ERROR_OK && count > 0 ? put_table(&pdf, streams, pages, base, out) : e;
}
