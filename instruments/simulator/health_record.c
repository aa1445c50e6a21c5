/*
 * The stand-in for a health record: blocks out of a stream, an acknowledgement for each.
 *
 * Invariant: `refused` is true from the first refusal on, and nothing is refused after it.
 */
#include "instruments/simulator/health_record.h"

#include "core/base/limits.h"
#include "instruments/link/mllp_block.h"
#include "instruments/link/mllp_reply.h"
#include "instruments/transport/transport.h"

#include <stdlib.h>

struct health_record {
    struct health_record_plan plan;
    struct transport *transport;
    struct mllp_splitter splitter;
    uint64_t serial;
    bool refused;
};

/* PID-3, the first identifier of the first patient. */
static bool is_about(struct span text, const struct hl7_header *header, const char *mrn)
{
    struct span segment, rest = text;

    while (hl7_take_segment(&rest, &segment)) {
        const uint8_t *at = segment.at, *end = segment.at + segment.len;
        if (!hl7_segment_is(segment, "PID"))
            continue;
        for (int field = 0; at && field < 3; field++) {
            at = memchr(at, header->delimiters.field, (size_t)(end - at));
            at = at ? at + 1 : NULL;
        }
        return at && span_equal(
                         hl7_raw_component(&header->delimiters, span_of(at, (size_t)(end - at)), 1),
                         span_text(mrn));
    }
    return false;
}

static bool refuses(struct health_record *r, struct span text, const struct hl7_header *header)
{
    if (r->refused || !r->plan.stumble || !is_about(text, header, r->plan.stumble))
        return false;
    r->refused = true;
    return true;
}

static enum error put_answer(struct health_record *r, struct span text,
                             const struct hl7_header *header, struct buffer *out)
{
    const struct mllp_stamp stamp = { { clock_now(&r->plan.clock), 0 }, ++r->serial };
    bool no = refuses(r, text, header);
    enum error e = mllp_put_reply(out, header, no ? "AE" : "AA", MLLP_STORED, &stamp);

    if (e == ERROR_OK && no) /* 204 of table 0357: what is spoken of is not known here */
        e = buffer_put_format(out, "ERR|||204^Unknown key identifier^HL70357|E||||%s\r",
                              r->plan.words);
    return e;
}

/* What is no message of HL7 gets no answer: the sender's patience ends. */
static void answer(struct health_record *r, struct span text)
{
    struct hl7_header header;
    struct buffer reply, block;

    if (hl7_header_read(text, &header) != ERROR_OK)
        return;
    buffer_init(&reply, LIMIT_MESSAGE);
    buffer_init(&block, LIMIT_MESSAGE);
    if (put_answer(r, text, &header, &reply) == ERROR_OK &&
        mllp_compose(&block, buffer_span(&reply)) == ERROR_OK)
        (void)transport_write(r->transport, buffer_span(&block));
    buffer_free(&block);
    buffer_free(&reply);
}

static void take_block(struct health_record *r)
{
    bool restarted;
    struct span block = mllp_splitter_block(&r->splitter, &restarted);

    if (!r->splitter.overlong)
        answer(r, mllp_text(block));
    mllp_splitter_reset(&r->splitter);
}

static void on_bytes(void *context, struct span in)
{
    struct health_record *r = context;

    for (size_t i = 0; i < in.len; i++) {
        enum mllp_verdict verdict = mllp_splitter_put(&r->splitter, in.at[i]);
        if (verdict == MLLP_WHOLE || verdict == MLLP_WHOLE_BEFORE)
            take_block(r);
        if (verdict == MLLP_WHOLE_BEFORE)
            (void)mllp_splitter_put(&r->splitter, in.at[i]);
    }
}

/* Half a message of one connection is never continued by the next. */
static void on_down(void *context, const char *sentence, bool gone)
{
    struct health_record *r = context;
    (void)sentence;
    (void)gone;
    mllp_splitter_reset(&r->splitter);
}

static void on_ready(void *context)
{
    struct health_record *r = context;
    transport_start(r->transport);
}

static void on_up(void *context)
{
    (void)context;
}

static void on_words(void *context, const char *words)
{
    (void)context;
    (void)words;
}

enum error health_record_open(uv_loop_t *loop, const struct health_record_plan *plan,
                              struct health_record **out, struct complaint *why)
{
    struct health_record *r = calloc(1, sizeof *r);
    const struct transport_events events = { r,        on_words, on_ready, on_up,
                                             on_bytes, on_down,  on_words };
    struct transport_port port;
    enum error e;

    if (!r)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for a stand-in.");
    r->plan = *plan;
    mllp_splitter_init(&r->splitter);
    e = transport_parse(plan->port, &port, why);
    if (e == ERROR_OK)
        e = transport_open(loop, &port, NULL, -1, &events, &r->transport, why);
    if (e == ERROR_OK)
        *out = r;
    else
        health_record_close(r);
    return e;
}

void health_record_close(struct health_record *r)
{
    if (!r)
        return;
    transport_close(r->transport);
    mllp_splitter_free(&r->splitter);
    free(r);
}
