/* Splitting; see the header. */
#include "instruments/link/poct1a_lists.h"

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "instruments/message/xml.h"

struct parts {
    const struct message *message;
    const char *root;
    struct span header;
    size_t framing; /* bytes of every document that are not elements of the list */
};

static bool is_element(const struct message_record *r)
{
    return r->depth == 1 && strcmp(r->type, "HDR") != 0;
}

static enum error put_begin(const struct parts *p, struct buffer *out)
{
    enum error e = buffer_put_format(out, "<%s>", p->root);
    return e == ERROR_OK ? buffer_put(out, p->header) : e;
}

static enum error put_end(const struct parts *p, struct buffer *out)
{
    return buffer_put_format(out, "</%s>", p->root);
}

static enum error put_documents(const struct parts *p, size_t max, struct buffer *out)
{
    size_t room = 0;
    bool open = false;
    enum error e = ERROR_OK;

    for (size_t i = 0; i < p->message->record_count && e == ERROR_OK; i++) {
        const struct message_record *r = &p->message->records[i];
        if (!is_element(r))
            continue;
        if (r->raw.len + p->framing > max)
            return ERROR_TOO_BIG;
        if (open && r->raw.len > room) {
            e = put_end(p, out);
            open = false;
        }
        if (!open && e == ERROR_OK) {
            e = put_begin(p, out);
            open = true;
            room = max - p->framing;
        }
        if (e == ERROR_OK)
            e = buffer_put(out, r->raw);
        room -= r->raw.len;
    }
    return open && e == ERROR_OK ? put_end(p, out) : e;
}

enum error poct1a_split_list(struct span document, size_t max, struct buffer *out)
{
    struct arena arena;
    struct message m;
    struct parts p = { .message = &m };
    size_t used, before = out->len;
    enum error e;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    e = poct1a_decode(document, &arena, &m, &used, NULL);
    if (e == ERROR_OK) {
        p.root = message_named(&m.records[0], XML_ROOT, NULL);
        for (size_t i = 0; i < m.record_count && p.header.len == 0; i++)
            if (strcmp(m.records[i].type, "HDR") == 0)
                p.header = m.records[i].raw;
        p.framing = p.header.len + 2 * strlen(p.root) + strlen("<></>");
        e = put_documents(&p, max, out);
    }
    if (e != ERROR_OK)
        out->len = before;
    arena_free(&arena);
    return e;
}
