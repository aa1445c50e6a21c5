/* Any bytes as XML: what is decoded is plain text, and written again it decodes to the same. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/xml.h"
#include "instruments/message/xml_split.h"
#include "tests/fuzz/must.h"

#include <string.h>

enum { DOCUMENTS = 16 };

struct dialect {
    enum error (*decode)(struct span text, struct arena *arena, struct message *out, size_t *used,
                         struct complaint *why);
    enum error (*encode)(const struct message *m, struct buffer *out);
    bool exact; /* what is written again is the same tree */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(const struct message_field *f, struct span text)
{
    const struct message_repeat *r = &f->repeats[0];
    must(f->repeat_count == 1 && f->name && text_is_plain(span_text(f->name)));
    must(text_is_plain(span_text(r->whole)) && r->component_count > 0 && r->names);
    must(f->raw.len == 0 || text.len > 0);
    for (size_t i = 0; i < r->component_count; i++)
        must(text_is_plain(span_text(r->components[i])) && text_is_plain(span_text(r->names[i])));
}

static bool same_fields(const struct message_record *a, const struct message_record *b)
{
    if (strcmp(a->type, b->type) != 0 || a->field_count != b->field_count)
        return false;
    for (size_t i = 0; i < a->field_count; i++)
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
            strcmp(a->fields[i].repeats[0].whole, b->fields[i].repeats[0].whole) != 0)
            return false;
    return true;
}

/* Elements may be named so that they cannot be written: within a field, without a dot ... */
static bool is_usual(const struct message *m)
{
    for (size_t i = 1; i < m->record_count; i++) {
        if (strlen(m->records[i].type) + 1 == MESSAGE_TYPE_SIZE || m->records[i].depth > 8)
            return false;
        for (size_t k = 0; k < m->records[i].field_count; k++) {
            const struct message_repeat *r = &m->records[i].fields[k].repeats[0];
            if (r->component_count != 2 || strcmp(r->names[0], "V") != 0 ||
                strcmp(r->names[1], XML_TEXT_COMPONENT) != 0 || !*r->components[0] ||
                *r->components[1] || !*m->records[i].fields[k].name ||
                strchr(m->records[i].fields[k].name, '.'))
                return false;
        }
    }
    return true;
}

static void check_again(const struct dialect *d, const struct message *m, struct arena *arena)
{
    struct message again;
    struct buffer out;
    size_t used;
    enum error e;

    buffer_init(&out, 16 * (size_t)LIMIT_MESSAGE);
    must(d->encode(m, &out) == ERROR_OK);
    if (d->exact && is_usual(m)) {
        e = d->decode(buffer_span(&out), arena, &again, &used, NULL);
        must(e == ERROR_OK || e == ERROR_NO_MEMORY || e == ERROR_TOO_BIG);
        for (size_t i = 0; e == ERROR_OK && i < m->record_count; i++)
            must(again.record_count == m->record_count &&
                 same_fields(&m->records[i], &again.records[i]));
    }
    buffer_free(&out);
}

static size_t check_document(const struct dialect *d, struct span text)
{
    struct complaint why;
    struct arena arena;
    struct message m;
    size_t used = 0;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    if (d->decode(text, &arena, &m, &used, &why) == ERROR_OK) {
        must(used > 0 && used <= text.len);
        must(m.record_count > 0 && m.record_count <= LIMIT_RECORDS);
        for (size_t i = 0; i < m.record_count; i++) {
            must(m.records[i].depth < LIMIT_XML_DEPTH);
            for (size_t k = 0; k < m.records[i].field_count; k++)
                check_field(&m.records[i].fields[k], text);
        }
        check_again(d, &m, &arena);
    }
    arena_free(&arena);
    return used;
}

/* What is no end of a document for the splitter is none for the decoder. */
static void check_split(struct span text)
{
    size_t len = 0, at = xml_find_document(text, 0);
    enum xml_verdict verdict = xml_split(text, &len);
    must(verdict == XML_MORE || (len > 0 && len <= text.len));
    must(at <= text.len && (at == text.len || text.at[at] == '<'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dialect dialects[] = { { poct1a_decode, poct1a_encode, true },
                                               { xml_decode, xml_encode, false } };
    check_split(span_of(data, size));
    for (size_t i = 0; i < 2; i++) {
        struct span rest = span_of(data, size);
        for (unsigned documents = 0; documents < DOCUMENTS && rest.len; documents++) {
            size_t used = check_document(&dialects[i], rest);
            if (used == 0)
                break;
            rest = span_of(rest.at + used, rest.len - used);
        }
    }
    return 0;
}
