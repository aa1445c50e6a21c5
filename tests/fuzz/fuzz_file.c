/*
 * The link of whole files, with its own marks and without, under any files, any answers of the disk
 * and any timing.
 *
 * A model beside it joins what the disk kept, and stops the fuzzer when the link hands on anything
 * else, answers a file twice or not at all, or acknowledges one that is not all on disk.
 */
#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "tests/fuzz/must.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ACK = 0x06, NAK = 0x15, TICKETS = 64, MULTIPLE = 977 };

struct script {
    struct link_port port;
    struct link_options options;
    void *link;
    uint8_t *file; /* the newest, and its length */
    size_t len;
    uint64_t tickets, open[TICKETS]; /* not answered by the disk, in order */
    size_t open_count;
    struct buffer frames[TICKETS]; /* of these tickets */
    struct link_text joined;
    bool all_kept, whole, handed_on;
    unsigned owed; /* answers */
    uint64_t session, over;
};

static void on_write(void *context, struct span out)
{
    struct script *s = context;
    must(out.len == 1 && (*out.at == ACK || *out.at == NAK) && s->owed == 1);
    s->owed--;
    if (*out.at == ACK)
        must(s->handed_on && s->all_kept && s->open_count == 0);
}

static void on_arm(void *context, unsigned ms)
{
    (void)context;
    must(ms == 0); /* only an instrument waits */
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct script *s = context;
    must((frame.len > 0 || s->options.whole_files) && frame.len <= LIMIT_FRAME && number > 0);
    must(direction == WIRE_FROM_INSTRUMENT && session > s->over && s->open_count < TICKETS);
    s->session = session;
    buffer_init(&s->frames[s->open_count], LIMIT_FRAME);
    must(buffer_put(&s->frames[s->open_count], frame) == ERROR_OK);
    s->open[s->open_count++] = ++s->tickets;
    return s->tickets;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct script *s = context;
    must(session == s->session && s->all_kept && s->whole && s->open_count == 0);
    must(span_equal(text, span_of(s->file, s->len)));
    must(span_equal(text, buffer_span(&s->joined.text)));
    s->handed_on = true;
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct script *s = context;
    must(session == s->session && session > s->over);
    s->over = session;
    must((how == SESSION_END_NORMAL) == s->handed_on);
    must(how != SESSION_END_NORMAL || rest.len == 0);
    must(rest.len <= s->len && memcmp(rest.at ? rest.at : s->file, s->file, rest.len) == 0);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    (void)how;
    abort(); /* nothing was sent */
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

static void settle(struct script *s, enum error kept)
{
    uint64_t ticket = s->open[0];
    if (s->open_count == 0)
        return;
    if (kept == ERROR_OK && s->all_kept)
        must(link_file.join(&s->options, buffer_span(&s->frames[0]), &s->joined, &s->whole) ==
             ERROR_OK);
    s->all_kept = s->all_kept && kept == ERROR_OK;
    buffer_free(&s->frames[0]);
    s->open_count--;
    memmove(s->open, s->open + 1, s->open_count * sizeof s->open[0]);
    memmove(s->frames, s->frames + 1, s->open_count * sizeof s->frames[0]);
    link_file.settled(s->link, ticket, kept);
}

/* As the folder does: the next file comes when the last one is answered. */
static void feed(struct script *s, size_t len, uint8_t seed)
{
    if (s->owed)
        return;
    s->len = len;
    for (size_t i = 0; i < len; i++)
        s->file[i] = (uint8_t)(i + seed);
    if (len)
        s->file[len - 1] = seed & 1 ? 0x17 : 'x'; /* ETB, to be mistaken */
    s->owed = 1;
    s->all_kept = true;
    s->whole = s->handed_on = false;
    link_text_clear(&s->joined);
    link_file.feed(s->link, span_of(s->file, len));
    must(len == 0 || len > LIMIT_MESSAGE || s->owed == 1);
}

/* The line goes: nobody answers for that file any more, and its late tickets are nobody's. */
static void lose(struct script *s)
{
    size_t open = s->open_count;
    link_file.lost(s->link);
    s->owed = 0;
    while (open--) {
        uint64_t ticket = s->open[0];
        buffer_free(&s->frames[0]);
        s->open_count--;
        memmove(s->open, s->open + 1, s->open_count * sizeof s->open[0]);
        memmove(s->frames, s->frames + 1, s->open_count * sizeof s->frames[0]);
        link_file.settled(s->link, ticket, ERROR_OK);
    }
}

static void step(struct script *s, const uint8_t op[2])
{
    switch (op[0] % 8) {
    case 0:
        feed(s, op[1], op[0]);
        break;
    case 1:
        feed(s, (size_t)op[1] * MULTIPLE * 5, op[0]);
        break;
    case 2: /* around a cut */
        feed(s, (size_t)(LIMIT_FRAME - 1) * (1 + op[1] % 4) + op[1] % 3 - 1, op[0]);
        break;
    case 3:
        settle(s, ERROR_FULL);
        break;
    case 4:
        if (op[1] & 0x80)
            lose(s);
        else
            link_file.expired(s->link);
        break;
    default:
        settle(s, ERROR_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script s = { .all_kept = true, .options.whole_files = size && data[size - 1] & 1 };
    s.file = malloc(LIMIT_MESSAGE * 2);
    must(s.file != NULL);
    s.port = (struct link_port) { &s,       on_write, on_arm,  on_keep, on_message,
                                  on_ended, on_sent,  on_note, on_now };
    buffer_init(&s.joined.text, (size_t)LIMIT_MESSAGE * 2);
    s.link = link_file.open(&s.options, &s.port);
    must(s.link != NULL);
    for (size_t i = 0; i + 2 <= size && i < 512; i += 2)
        step(&s, data + i);
    lose(&s);
    link_file.close(s.link);
    buffer_free(&s.joined.text);
    free(s.file);
    return 0;
}
