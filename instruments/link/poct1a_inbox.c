/* Cutting; see the header. */
#include "instruments/link/poct1a_inbox.h"

#include "core/base/limits.h"

enum { BEGINNING = 8 }; /* `<OBS.R01`: so much tells a document's beginning from another tag */

void poct1a_inbox_init(struct poct1a_inbox *b, const struct link_port *port)
{
    *b = (struct poct1a_inbox) { .stage = POCT1A_OUTSIDE, .port = port };
    buffer_init(&b->input, LIMIT_PENDING_INPUT);
}

void poct1a_inbox_free(struct poct1a_inbox *b)
{
    buffer_free(&b->input);
}

static void begin(struct poct1a_inbox *b, enum poct1a_stage stage)
{
    b->stage = stage;
    b->at = 0;
    b->len = 0;
    xml_splitter_init(&b->splitter);
}

void poct1a_inbox_clear(struct poct1a_inbox *b)
{
    buffer_clear(&b->input);
    b->skipping = b->noisy = false;
    begin(b, POCT1A_OUTSIDE);
}

enum error poct1a_inbox_put(struct poct1a_inbox *b, struct span in)
{
    return buffer_put(&b->input, in);
}

static void complete(struct poct1a_inbox *b, size_t len)
{
    b->stage = POCT1A_WHOLE;
    b->len = len;
}

static bool is_filler(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\0' ||
           byte == BYTE_FS;
}

static void note(const struct poct1a_inbox *b, const char *what)
{
    b->port->note(b->port->context, what);
}

static void note_noise(struct poct1a_inbox *b)
{
    if (!b->noisy)
        note(b, "noise");
    b->noisy = true;
}

/* Whether a bare document begins here; while that cannot be told, *more. */
static bool begins_bare(const struct poct1a_inbox *b, struct span rest, bool *more)
{
    if (rest.at[0] != '<' && rest.at[0] != 0xef)
        return false;
    if (!b->skipping)
        return true;
    if (xml_find_document(rest, 0) != 0)
        return false;
    *more = rest.len < BEGINNING;
    return !*more;
}

/* Finds the beginning of a piece and drops what stands before it. */
static void look_outside(struct poct1a_inbox *b)
{
    size_t at = 0;
    bool more = false;

    for (; at < b->input.len && b->stage == POCT1A_OUTSIDE; at++) {
        struct span rest = span_of(b->input.at + at, b->input.len - at);
        if (rest.at[0] == BYTE_VT)
            begin(b, POCT1A_BLOCK);
        else if (begins_bare(b, rest, &more))
            begin(b, POCT1A_BARE);
        else if (more)
            break;
        else if (!is_filler(rest.at[0]) && !b->skipping)
            note_noise(b);
    }
    if (b->stage != POCT1A_OUTSIDE) {
        at--;
        b->skipping = b->noisy = false;
    }
    buffer_drop(&b->input, at);
}

static void damage(struct poct1a_inbox *b, const char *what)
{
    b->stage = POCT1A_DAMAGED;
    note(b, what);
    b->at = 1;
}

static void look_at_bare(struct poct1a_inbox *b)
{
    while (b->at < b->input.len && b->stage == POCT1A_BARE) {
        enum xml_verdict verdict = b->input.at[b->at] == BYTE_VT
                                       ? XML_BAD
                                       : xml_splitter_put(&b->splitter, b->input.at[b->at]);
        if (b->at == LIMIT_FRAME)
            damage(b, "document too long");
        else if (verdict == XML_BAD)
            damage(b, b->splitter.what ? b->splitter.what : "a block within a document");
        else if (verdict == XML_WHOLE)
            complete(b, b->at + 1);
        else
            b->at++;
    }
}

/* Where the next piece begins for certain, from `at` on; `at` moves up to where it may. */
static bool find_next(struct poct1a_inbox *b)
{
    struct span bytes = buffer_span(&b->input);
    const uint8_t *block = memchr(bytes.at, BYTE_VT, bytes.len);
    if (block && block > bytes.at)
        bytes.len = (size_t)(block - bytes.at);
    b->at = xml_find_document(bytes, b->at);
    if (b->at < bytes.len && (bytes.len - b->at >= BEGINNING || block))
        return true;
    return block != NULL && b->at == bytes.len;
}

static void look_at_damaged(struct poct1a_inbox *b)
{
    bool found = find_next(b);
    if (b->at >= LIMIT_FRAME) {
        b->skipping = true;
        complete(b, LIMIT_FRAME);
    } else if (found) {
        complete(b, b->at);
    }
}

static void look_at_block(struct poct1a_inbox *b)
{
    while (b->stage == POCT1A_BLOCK && ++b->at < b->input.len) {
        uint8_t byte = b->input.at[b->at];
        if (byte == BYTE_FS) {
            complete(b, b->at + 1);
        } else if (byte == BYTE_VT) {
            note(b, "block without its end");
            complete(b, b->at);
        } else if (b->at + 1 == LIMIT_FRAME) {
            note(b, "document too long");
            b->skipping = true;
            complete(b, b->at);
        }
    }
    if (b->stage == POCT1A_BLOCK)
        b->at = b->input.len - 1;
}

bool poct1a_inbox_next(struct poct1a_inbox *b, struct span *piece)
{
    if (b->stage == POCT1A_OUTSIDE && b->input.len)
        look_outside(b);
    if (b->stage == POCT1A_BARE)
        look_at_bare(b);
    if (b->stage == POCT1A_BLOCK)
        look_at_block(b);
    if (b->stage == POCT1A_DAMAGED)
        look_at_damaged(b);
    if (b->stage != POCT1A_WHOLE)
        return false;
    *piece = span_of(b->input.at, b->len);
    return true;
}

void poct1a_inbox_drop(struct poct1a_inbox *b)
{
    buffer_drop(&b->input, b->len);
    begin(b, POCT1A_OUTSIDE);
}

void poct1a_inbox_silence(struct poct1a_inbox *b)
{
    if (b->stage == POCT1A_DAMAGED)
        complete(b, b->input.len < LIMIT_FRAME ? b->input.len : LIMIT_FRAME);
}

bool poct1a_unwrap(struct span piece, struct span *document)
{
    bool block = poct1a_is_block(piece);
    *document = block ? mllp_text(piece) : piece;
    return !block || piece.at[piece.len - 1] == BYTE_FS;
}
