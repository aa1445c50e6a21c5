/*
 * Reports of printer-like devices, from raw port bytes to records: links "text", "clinitek-50" and
 * "text-lis01" under any bytes, any answers of the disk and any timing, then the patterns.
 *
 * Whatever is a message was kept before and reads the same from the journal; nothing is
 * acknowledged that is not kept; what is decoded is plain text.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"
#include "instruments/message/text.h"
#include "tests/fuzz/must.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct link_framing framings[] = {
    { .start = BYTE_STX, .end = BYTE_ETX },
    { .end = BYTE_CR },
    { .first_line = "MA", .last_line = "..", .other_last_line = "L|" },
    { .idle_ms = 100 },
    { .start = BYTE_STX, .end = BYTE_ETX, .sum = LINK_SUM_MOD256, .acknowledge = true },
    { .end = BYTE_LF, .nul_is_data = true },
};
static const struct link *const links[] = { &link_text, &link_clinitek_50, &link_text_lis01 };

struct bench {
    struct link_port port;
    const struct link *link;
    void *state;
    struct link_options options;
    struct text_patterns *patterns;
    struct span rest;
    bool armed;
    uint64_t tickets, waiting; /* given; not answered, or 0 */
    uint64_t session;          /* of the frame that waits or was kept last */
    struct buffer frame;       /* that one */
    bool kept;
    size_t kept_count, acknowledged;
};

static uint8_t next_byte(struct bench *b)
{
    uint8_t byte = 0;
    if (b->rest.len) {
        byte = *b->rest.at;
        b->rest = span_of(b->rest.at + 1, b->rest.len - 1);
    }
    return byte;
}

static void check_record(const struct message_record *r)
{
    must(r->type[0] != '\0');
    for (size_t i = 0; i < r->field_count; i++) {
        must(r->fields[i].name != NULL && r->fields[i].repeat_count == 1);
        must(text_is_plain(span_text(r->fields[i].repeats[0].whole)));
    }
}

static void decode(const struct bench *b, struct span text)
{
    struct arena arena;
    struct message m;
    size_t used = 0;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    if (text_decode(text, b->patterns, &arena, &m, &used, NULL) == ERROR_OK) {
        must(used == text.len && m.record_count > 0 && m.record_count <= LIMIT_RECORDS);
        for (size_t i = 0; i < m.record_count; i++)
            check_record(&m.records[i]);
    }
    arena_free(&arena);
}

static void on_write(void *context, struct span out)
{
    struct bench *b = context;
    must(out.len > 0);
    if (out.len == 1 && *out.at == BYTE_ACK && b->link == &link_text && !b->options.instrument)
        must(++b->acknowledged <= b->kept_count);
}

static void on_arm(void *context, unsigned ms)
{
    struct bench *b = context;
    must(ms <= 60000);
    b->armed = ms != 0;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct bench *b = context;
    (void)number;
    must(session > 0 && frame.len > 0 && frame.len <= LIMIT_FRAME);
    b->tickets++;
    if (direction == WIRE_TO_INSTRUMENT)
        return b->tickets;
    must(b->waiting == 0 || b->link == &link_text_lis01); /* that has two sides */
    b->waiting = b->tickets;
    b->session = session;
    b->kept = false;
    buffer_clear(&b->frame);
    must(buffer_put(&b->frame, frame) == ERROR_OK);
    return b->waiting;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct bench *b = context;
    struct link_text joined = { .head = 0 };
    bool whole = false;

    decode(b, text);
    if (b->link == &link_text_lis01)
        return; /* a message of LIS01 has many frames */
    must(b->kept && session == b->session);
    buffer_init(&joined.text, LIMIT_MESSAGE);
    must(b->link->join(&b->options, buffer_span(&b->frame), &joined, &whole) == ERROR_OK);
    must(whole && span_equal(text, buffer_span(&joined.text)));
    buffer_free(&joined.text);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct bench *b = context;
    must(session > 0 && how < SESSION_END_COUNT);
    must(how != SESSION_END_NORMAL || rest.len == 0);
    if (rest.len)
        decode(b, rest);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    must(how < ERROR_COUNT);
}

static void on_note(void *context, const char *what)
{
    (void)context;
    must(*what != '\0');
}

static struct link_time on_now(void *context)
{
    (void)context;
    return (struct link_time) { 0, 0 };
}

static void settle(struct bench *b, enum error kept)
{
    uint64_t ticket = b->waiting;
    if (ticket == 0)
        return;
    b->waiting = 0;
    b->kept = kept == ERROR_OK;
    b->kept_count += b->kept;
    b->link->settled(b->state, ticket, kept);
}

static void step(struct bench *b, uint8_t op)
{
    size_t len = next_byte(b);
    struct span bytes = span_of(b->rest.at, len < b->rest.len ? len : b->rest.len);

    switch (op % 8) {
    case 4:
    case 5:
        settle(b, op & 0x80 ? ERROR_FULL : ERROR_OK);
        return;
    case 6:
        if (b->armed) {
            b->armed = false;
            b->link->expired(b->state);
        }
        return;
    case 7:
        if (op & 0x80)
            b->link->lost(b->state);
        else
            (void)b->link->send(b->state, bytes);
        break;
    default:
        b->link->feed(b->state, bytes);
    }
    b->rest = span_of(bytes.at + bytes.len, b->rest.len - bytes.len);
}

static struct text_patterns *some_patterns(void)
{
    static const char *const patterns[][2] = {
        { "define pad", "GLU|LEU|SG" },
        { "header", "MA(?<model>.*)" },
        { "order*", "(?<sequence>[0-9]{1,6}),(?<id>[^,]*)" },
        { "order", " *ID:(?<id>.*)" },
        { "order", "(?<day>[0-9]+)-(?<month>[0-9A-Za-z]+)-(?<year>[0-9]+)( (?<hour>[0-9]+):"
                   "(?<minute>[0-9]+)( (?<half>[ap]m))?)?" },
        { "result*", ",(?<code>(?&pad)) ?,(?<value>[^,]*)(,(?<flag>[^,]*))?" },
        { "result WBC*", "(?<=^D1)(?<value>(?<whole>...)(?<fraction>.))" },
        { "comment", "(?<text>(x+x+)+[yz])" },
        { "end", "\\.+" },
        { "skip", "=+" },
    };
    struct text_patterns *p = text_patterns_new();
    must(p != NULL);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        must(text_patterns_add(p, patterns[i][0], patterns[i][1], NULL) == ERROR_OK);
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bench b = { .rest = span_of(data, size) };
    uint8_t kind = next_byte(&b);

    b.link = links[kind % 3];
    b.options.framing = framings[(kind >> 2) % 6];
    b.options.instrument = kind >> 6 == 3;
    b.port = (struct link_port) { &b,       on_write, on_arm,  on_keep, on_message,
                                  on_ended, on_sent,  on_note, on_now };
    b.patterns = some_patterns();
    buffer_init(&b.frame, LIMIT_FRAME);
    b.state = b.link->open(&b.options, &b.port);
    must(b.state != NULL);
    while (b.rest.len)
        step(&b, next_byte(&b));
    b.link->lost(b.state);
    b.link->close(b.state);
    buffer_free(&b.frame);
    text_patterns_free(b.patterns);
    return 0;
}
