/* Reading; see the header. */
#include "instruments/link/poct1a_view.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/link/poct1a_inbox.h"
#include "instruments/message/xml.h"

#include <stdlib.h>

static const struct {
    const char *type;
    unsigned does;
} kinds[] = {
#define POCT1A_KIND_ROW(name, type, does) { type, does },
    POCT1A_KINDS(POCT1A_KIND_ROW)
#undef POCT1A_KIND_ROW
};

static enum poct1a_kind kind_of(const char *root)
{
    for (unsigned i = 0; i < POCT1A_OTHER; i++)
        if (strncmp(root, kinds[i].type, 3) == 0 && root[3] == '.')
            return (enum poct1a_kind)i;
    return POCT1A_OTHER;
}

static const char *named(const struct message *m, const char *record, const char *field)
{
    for (size_t i = 0; i < m->record_count; i++)
        if (strcmp(m->records[i].type, record) == 0) {
            const char *text = message_named(&m->records[i], field, NULL);
            if (*text)
                return text;
        }
    return "";
}

static void copy(char *out, size_t size, const char *text)
{
    if (text_copy(out, size, text) != ERROR_OK)
        out[0] = '\0';
}

/* True when one of the fields of that name is the word. */
static bool lists(const struct message *m, const char *record, const char *field, const char *word)
{
    for (size_t i = 0; i < m->record_count; i++) {
        const struct message_record *r = &m->records[i];
        for (size_t k = 0; strcmp(r->type, record) == 0 && k < r->field_count; k++)
            if (strcmp(r->fields[k].name, field) == 0 &&
                strcmp(r->fields[k].repeats[0].whole, word) == 0)
                return true;
    }
    return false;
}

static uint64_t number(const struct message *m, const char *record, const char *field,
                       uint64_t otherwise)
{
    uint64_t value;
    return text_to_u64(named(m, record, field), &value) == ERROR_OK ? value : otherwise;
}

/* Families that echo a control id under the shorter name (devices.md 5.3). */
static bool wants_short_echo(const struct message *m)
{
    static const char *const fields[] = { "vendor_id", "manufacturer_name", "model_id",
                                          "device_name" };
    static const char *const families[] = { "quidel", "sofia", "pixcell", "hemoscreen" };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        for (size_t k = 0; k < sizeof families / sizeof families[0]; k++)
            if (strcasestr(named(m, "DEV", fields[i]), families[k]))
                return true;
    return false;
}

static void read_peer(const struct message *m, struct poct1a_peer *out)
{
    enum { LONGEST_S = 600, SHORTEST_S = 5, SMALLEST = 512 };
    uint64_t seconds = number(m, "DCP", "application_timeout", 0);
    uint64_t size = number(m, "DSC", "max_message_sz", 0);

    if (seconds && seconds < SHORTEST_S)
        seconds = SHORTEST_S;
    out->timeout_ms = 1000 * (unsigned)(seconds < LONGEST_S ? seconds : LONGEST_S);
    out->max_size = size && size < SMALLEST ? SMALLEST : (size_t)size;
    out->continuous = lists(m, "DSC", "directives_supported_cd", "START_CONTINUOUS") ||
                      lists(m, "DSC", "connection_profile_cd", "CS");
    out->ends = !out->continuous && lists(m, "DSC", "connection_profile_cd", "SA");
    out->set_time = lists(m, "DSC", "directives_supported_cd", "SET_TIME");
    out->short_echo = wants_short_echo(m);
}

/* `<?xml ... ?>` in front of a document, or nothing. */
static struct span prolog(struct span document)
{
    static const char head[] = "<?xml";
    const uint8_t *end =
        document.len > sizeof head ? memmem(document.at, document.len, "?>", 2) : NULL;
    if (!end || memcmp(document.at, head, sizeof head - 1) != 0)
        return span_of(NULL, 0);
    return span_of(document.at, (size_t)(end - document.at) + 2);
}

/* What was read in another encoding than the document names does not lie in the document. */
static bool lies_in(struct span part, struct span document)
{
    return part.at >= document.at && part.at + part.len <= document.at + document.len;
}

static enum error put_hello(const struct message *m, struct span document, struct buffer *out)
{
    enum error e = ERROR_OK;
    buffer_clear(out);
    for (size_t i = 0; i < m->record_count; i++) {
        const struct message_record *r = &m->records[i];
        if (strcmp(r->type, "DEV") != 0)
            continue;
        if (lies_in(r->raw, document))
            e = buffer_put(out, prolog(document));
        if (e == ERROR_OK)
            e = buffer_put_text(out, "<HEL.R01>");
        if (e == ERROR_OK)
            e = buffer_put(out, r->raw);
        if (e == ERROR_OK)
            e = buffer_put_text(out, "</HEL.R01>\n");
        break;
    }
    return e;
}

static void read_message(const struct message *m, struct poct1a_view *v)
{
    const char *echo = named(m, "ACK", "ack_control_id");

    v->kind = kind_of(message_named(&m->records[0], XML_ROOT, NULL));
    v->does = kinds[v->kind].does;
    copy(v->control_id, sizeof v->control_id, named(m, "HDR", "control_id"));
    copy(v->echo, sizeof v->echo, *echo ? echo : named(m, "ACK", "control_id"));
    v->refused = strcmp(named(m, "ACK", "type_cd"), "AE") == 0;
    if (v->kind == POCT1A_REQUEST)
        copy(v->word, sizeof v->word, named(m, "REQ", "request_cd"));
    else if (v->kind == POCT1A_DIRECTIVE)
        copy(v->word, sizeof v->word, named(m, "DTV", "command_cd"));
    else
        copy(v->word, sizeof v->word, named(m, "EOT", "topic_cd"));
    v->observations = number(m, "DST", "new_observations_qty", 1) > 0;
    v->events = number(m, "DST", "new_events_qty", 0) > 0;
    if (v->kind == POCT1A_HELLO)
        read_peer(m, &v->peer);
}

/* A damaged document may still show its number: what stands in quotes behind HDR.control_id. */
static void guess_control_id(struct span piece, struct poct1a_view *v)
{
    static const char name[] = "HDR.control_id";
    const uint8_t *end = piece.at + piece.len;
    const uint8_t *at = piece.len ? memmem(piece.at, piece.len, name, sizeof name - 1) : NULL;
    size_t len = 0;

    at = at ? memchr(at, '"', (size_t)(end - at)) : NULL;
    if (!at)
        return;
    for (at++; at + len < end && len + 1 < sizeof v->control_id; len++)
        if (at[len] <= ' ' || at[len] >= 0x7f || strchr("<>&\"'", at[len]))
            break;
    if (at + len == end || at[len] != '"')
        return;
    memcpy(v->control_id, at, len);
    v->control_id[len] = '\0';
}

/* Exactly one document of POCT1-A, or malformed. */
static enum error read_document(struct poct1a_view *v, struct arena *arena, struct buffer *hello)
{
    struct message m;
    size_t used = 0;
    enum error e = poct1a_decode(v->document, arena, &m, &used, NULL);

    if (e == ERROR_NO_MEMORY)
        return e;
    if (e != ERROR_OK || used != v->document.len)
        return ERROR_OK;
    read_message(&m, v);
    return v->kind == POCT1A_HELLO && hello ? put_hello(&m, v->document, hello) : ERROR_OK;
}

enum error poct1a_view_read(struct span piece, struct poct1a_view *out, struct buffer *hello)
{
    struct poct1a_view v = { .kind = POCT1A_MALFORMED };
    bool whole = poct1a_unwrap(piece, &v.document);
    struct arena arena;
    enum error e = ERROR_OK;

    v.does = kinds[v.kind].does;
    if (whole) {
        arena_init(&arena, LIMIT_DECODE_ARENA);
        e = read_document(&v, &arena, hello);
        arena_free(&arena);
    }
    if (e != ERROR_OK)
        return e;
    if (v.kind == POCT1A_MALFORMED)
        guess_control_id(piece, &v);
    *out = v;
    return ERROR_OK;
}
