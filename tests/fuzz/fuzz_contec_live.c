/*
 * Live carts from the first byte of their line to the reader: any bytes and reports, any answers of
 * the disk, any timing, told to record and unplugged at any moment.
 *
 * A model beside the link joins what the disk kept. It stops the fuzzer when a recording that is
 * said to be whole is not what was kept, when a session ends twice or after another, when a command
 * goes out that may not, or a cart is left streaming. What came of each recording is then read.
 */
#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "tests/fuzz/ecg_decode_check.h"
#include "tests/fuzz/must.h"
#include "tests/support/contec_live.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TICKETS = 64, MANY = 300, SECONDS = 30 };

struct script {
    struct link_port port;
    const struct link *link;
    void *state;
    struct span rest;
    bool reports, armed, streams, refused;
    uint64_t tickets, session, over, at;
    uint64_t open[TICKETS]; /* not answered by the disk, in order */
    struct buffer frames[TICKETS];
    size_t open_count;
    unsigned number;
    struct buffer joined; /* kept, of the session that is not over */
    int64_t now;
};

static uint8_t take_byte(struct script *s)
{
    uint8_t byte = s->rest.len ? *s->rest.at : 0;
    if (s->rest.len)
        s->rest = span_of(s->rest.at + 1, s->rest.len - 1);
    return byte;
}

static struct span take_bytes(struct script *s, size_t len)
{
    struct span bytes = span_of(s->rest.at, len < s->rest.len ? len : s->rest.len);
    s->rest = span_of(s->rest.at + bytes.len, s->rest.len - bytes.len);
    return bytes;
}

/* Only what a cart's maker's program sends to record (ecg.md 7); 8B, 8C and 8D delete. */
static void on_write(void *context, struct span out)
{
    static const uint8_t known[] = { 0x91, 0x82, 0x93, 0xa1, 0x90, 0x85 };
    struct script *s = context;
    must(out.len == (s->reports ? 8 : 2) && memchr(known, out.at[0], sizeof known));
    if (s->reports)
        s->streams = out.at[0] == 0x90 || (s->streams && out.at[0] != 0x91);
    else if (out.at[0] == 0x90)
        s->streams = out.at[1] != 0;
}

static void on_arm(void *context, unsigned ms)
{
    struct script *s = context;
    must(ms <= 60000);
    s->armed = ms != 0;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct script *s = context;
    must(session > s->over && frame.len <= LIMIT_FRAME && direction == WIRE_FROM_INSTRUMENT);
    must(s->open_count < TICKETS && number == (session == s->session ? s->number + 1 : 1));
    s->session = session;
    s->number = number;
    buffer_init(&s->frames[s->open_count], LIMIT_FRAME);
    must(buffer_put(&s->frames[s->open_count], frame) == ERROR_OK);
    s->open[s->open_count++] = ++s->tickets;
    return s->tickets;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct script *s = context;
    must(session == s->session && session > s->over && !s->refused && s->open_count == 0);
    must(span_equal(text, buffer_span(&s->joined)));
    ecg_decode_check(text);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct script *s = context;
    must(session == s->session && session > s->over);
    s->over = session;
    must((how == SESSION_END_REFUSED) == s->refused);
    must(how != SESSION_END_NORMAL || s->open_count == 0);
    must(rest.len <= s->joined.len);
    must(rest.len == 0 || memcmp(rest.at, s->joined.at, rest.len) == 0);
    must(how == SESSION_END_DISCONNECTED || !s->streams);
    buffer_clear(&s->joined);
    s->refused = false;
    while (s->open_count) /* nobody's any more */
        buffer_free(&s->frames[--s->open_count]);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    (void)how;
    must(false);
}

static void on_note(void *context, const char *what)
{
    (void)context;
    must(*what != '\0');
}

static struct link_time on_now(void *context)
{
    return (struct link_time) { ((struct script *)context)->now, 0 };
}

static void settle(struct script *s, enum error kept)
{
    struct buffer frame = s->frames[0];
    uint64_t ticket = s->open[0];
    if (s->open_count == 0)
        return;
    s->open_count--;
    memmove(s->open, s->open + 1, s->open_count * sizeof s->open[0]);
    memmove(s->frames, s->frames + 1, s->open_count * sizeof s->frames[0]);
    s->refused = s->refused || kept != ERROR_OK;
    if (!s->refused)
        must(buffer_put(&s->joined, buffer_span(&frame)) == ERROR_OK);
    buffer_free(&frame);
    s->link->settled(s->state, ticket, kept);
}

/* What a cart would say next: who it is or its mark when it was not told to stream, else samples.
 */
static void speak(struct script *s)
{
    uint8_t report[CONTEC_REPORT] = { 0xee, 0x10 };
    size_t len = s->reports ? sizeof report : s->at == 0 ? 2 : CONTEC_RECORD;
    if (s->reports && !s->streams)
        contec_ecg90a_answer(report);
    else if (s->reports)
        contec_ecg90a_report(report, s->at);
    else if (s->at)
        contec_8000g_record(report, s->at);
    s->at++;
    s->link->feed(s->state, span_of(report, len));
}

static void step(struct script *s, uint8_t op)
{
    switch (op % 10) {
    case 0:
        s->at = 0;
        (void)s->link->run(s->state, 1 + op % SECONDS);
        break;
    case 1:
    case 2:
        speak(s);
        break;
    case 3:
        for (unsigned i = 0; i < MANY && s->open_count < TICKETS / 2; i++)
            speak(s);
        break;
    case 4:
        s->link->feed(s->state, take_bytes(s, take_byte(s)));
        break;
    case 5:
        settle(s, op & 0x80 ? ERROR_FULL : ERROR_OK);
        break;
    case 6:
        if (s->armed) {
            s->armed = false;
            s->link->expired(s->state);
        }
        break;
    case 7:
        s->now += (int64_t)take_byte(s) * 100;
        break;
    case 8:
        s->link->lost(s->state);
        s->streams = false;
        must(!s->armed);
        break;
    default:
        must(s->link->send(s->state, span_of("x", 1)) == ERROR_UNSUPPORTED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct link_options options = { .whole_files = true };
    struct script s = { .rest = span_of(data, size) };
    s.reports = take_byte(&s) & 1;
    s.link = s.reports ? &link_contec_ecg90a : &link_contec_8000g;
    s.port = (struct link_port) { &s,       on_write, on_arm,  on_keep, on_message,
                                  on_ended, on_sent,  on_note, on_now };
    buffer_init(&s.joined, LIMIT_ECG_FILE);
    s.state = s.link->open(&options, &s.port);
    must(s.state != NULL);
    for (unsigned i = 0; s.rest.len && i < 2000; i++)
        step(&s, take_byte(&s));
    s.link->lost(s.state);
    must(!s.armed && s.over == s.session);
    while (s.open_count)
        buffer_free(&s.frames[--s.open_count]);
    s.link->close(s.state);
    buffer_free(&s.joined);
    return 0;
}
