/*
 * HL7 version 2 over MLLP (devices.md 5.4), as receiver and as sender.
 *
 * Invariants:
 * - A message is acknowledged only after all of its block is on disk, or when it repeats the last
 *   one that is: the same control id and the same bytes, sent again because the acknowledgement
 *   was lost. Such a repeat is not kept twice (DESIGN 3.4).
 * - One block at a time: while one waits for the disk, or a query for its answer, what arrives
 *   waits in `input`.
 * - Each block is a session of its own, so that sessions never mix. A block longer than a frame
 *   is kept in pieces, numbered from 1; no piece but the last ends like a block.
 * - A block that the connection was lost in was never kept and never acknowledged: its sender has
 *   it. One that was lost while it went to disk is handed on all the same, when it is there.
 * - A reply is never answered.
 */
#include "core/base/limits.h"
#include "instruments/link/mllp_block.h"
#include "instruments/link/mllp_send.h"

#include <stdlib.h>

enum {
    SILENCE_MS = 30000, /* inside a block */
    END_MS = 250,       /* for the CR behind an FS, which some leave out */
    ANSWER_MS = 10000,  /* for core to answer a query */
    REPEAT_MS = 120000, /* above any sender's time-out, below the time that a test takes */
    INPUT_SLICE = 4096,
    BATCH_MAX = 100, /* messages of one block that are acknowledged */
    PIECES_MAX = 2 * LIMIT_MESSAGE / LIMIT_FRAME,
};

enum mllp_phase { MLLP_OPEN, MLLP_KEEPING, MLLP_ANSWERING };

/* Whose the timer is. */
enum mllp_timer { NOBODYS, BLOCKS, QUERYS, SENDERS };

struct mllp {
    const struct link_port *port;
    bool instrument;
    struct mllp_splitter splitter;
    struct mllp_sender sender;
    struct buffer input; /* LIMIT_PENDING_INPUT at most */
    size_t at;           /* how much of input is done */
    enum mllp_phase phase;
    uint64_t sessions, session;
    size_t waiting; /* pieces that the disk has not answered */
    enum error kept;
    bool asking;       /* within port->keep */
    bool inside;       /* within an event */
    bool gone;         /* the connection was lost meanwhile */
    bool noisy;        /* noise was noted already */
    struct span frame; /* the block that waits, in the splitter's bytes */
    struct mllp_demand demand;
    uint64_t serial;    /* of control ids */
    struct buffer last; /* the last message on disk */
    int64_t last_at;
    struct buffer question; /* the query that waits for its answer */
    struct buffer out;
    enum mllp_timer armed;
    bool fresh; /* the block's or the query's wait begins anew */
};

static void note(const struct mllp *m, const char *what)
{
    m->port->note(m->port->context, what);
}

static void drain(struct mllp *m);

/* Replies */

static void record(struct mllp *m, uint64_t session, unsigned number, struct span block)
{
    if (block.len <= LIMIT_FRAME)
        (void)m->port->keep(m->port->context, session, number, WIRE_TO_INSTRUMENT, block);
}

static void reply_to(struct mllp *m, const struct hl7_header *to, char kind,
                     enum mllp_outcome outcome)
{
    struct mllp_stamp stamp = { m->port->now(m->port->context), ++m->serial };
    struct buffer text;

    buffer_init(&text, LIMIT_MESSAGE);
    buffer_clear(&m->out);
    if (mllp_put_reply(&text, to, mllp_code(kind, outcome), outcome, &stamp) == ERROR_OK &&
        mllp_compose(&m->out, buffer_span(&text)) == ERROR_OK) {
        m->port->write(m->port->context, buffer_span(&m->out));
        if (m->session)
            record(m, m->session, 0, buffer_span(&m->out));
    }
    buffer_free(&text);
}

/* What one message of a block asks for. */
static void answer_message(struct mllp *m, struct span text, const struct hl7_header *header,
                           enum mllp_outcome outcome)
{
    struct mllp_demand d = mllp_demand_read(text, header);
    bool good = outcome == MLLP_STORED;

    if (d.response)
        return;
    if (good ? d.accept : d.accept_bad)
        reply_to(m, header, 'C', outcome);
    if (good ? d.application && !d.query : d.application_bad && !d.accept_bad)
        reply_to(m, header, 'A', outcome);
}

/* One acknowledgement for each message of the block; a batch has several. */
static void answer_block(struct mllp *m, struct span text, enum mllp_outcome outcome)
{
    struct span rest = text, segment;
    struct hl7_header header;
    unsigned messages = 0;

    if (hl7_header_read(text, &header) != ERROR_OK) {
        reply_to(m, NULL, 'A', outcome == MLLP_STORED ? MLLP_UNREADABLE : outcome);
        return;
    }
    while (messages < BATCH_MAX && hl7_take_segment(&rest, &segment)) {
        struct span one = span_of(segment.at, segment.len + rest.len);
        if (!hl7_segment_is(segment, "MSH") || hl7_header_read(one, &header) != ERROR_OK)
            continue;
        answer_message(m, one, &header, outcome);
        messages++;
    }
}

/* Repeats */

/* A message that says when and as what it was sent. Without that, two equal ones may be two. */
static bool is_identified(struct span text)
{
    struct hl7_header header;
    return hl7_header_read(text, &header) == ERROR_OK && header.field[7].len &&
           header.field[10].len;
}

static bool is_repeat(const struct mllp *m, struct span text)
{
    int64_t since = m->port->now(m->port->context).utc - m->last_at;
    return m->last.len && span_equal(text, buffer_span(&m->last)) && since >= 0 &&
           since < REPEAT_MS;
}

/* A question is no news: an instrument that asks before it sends does so again. */
static void remember(struct mllp *m, struct span text)
{
    if (m->demand.query || m->demand.response)
        return;
    buffer_clear(&m->last);
    m->last_at = m->port->now(m->port->context).utc;
    if (is_identified(text) && buffer_put(&m->last, text) != ERROR_OK)
        buffer_clear(&m->last);
}

/* From the disk to the record */

static void await_answer(struct mllp *m, struct span text)
{
    buffer_clear(&m->question);
    if (m->gone || buffer_put(&m->question, text) != ERROR_OK)
        return;
    m->phase = MLLP_ANSWERING;
    m->fresh = true;
}

static void block_refused(struct mllp *m)
{
    note(m, "frame not kept");
    if (!m->gone)
        answer_block(m, mllp_text(m->frame), MLLP_NOT_STORED);
    m->port->ended(m->port->context, m->session, SESSION_END_REFUSED, span_of(NULL, 0));
}

static void block_kept(struct mllp *m)
{
    struct span text = mllp_text(m->frame);

    remember(m, text);
    if (!m->gone)
        answer_block(m, text, MLLP_STORED);
    if (m->demand.query && !m->instrument)
        await_answer(m, text);
    m->port->message(m->port->context, m->session, text);
    m->port->ended(m->port->context, m->session,
                   m->gone ? SESSION_END_DISCONNECTED : SESSION_END_NORMAL, span_of(NULL, 0));
}

static void take_answer(struct mllp *m)
{
    m->phase = MLLP_OPEN;
    if (m->kept == ERROR_OK)
        block_kept(m);
    else
        block_refused(m);
    m->session = 0;
    m->gone = false;
    mllp_splitter_reset(&m->splitter);
}

/* How much of a block one frame takes: all of it, or what does not end as a block does and does
 * not let the next one begin so. */
static size_t piece_length(struct span rest)
{
    size_t len = LIMIT_FRAME;
    if (rest.len <= LIMIT_FRAME)
        return rest.len;
    while (len > 1 && (rest.at[len] == BYTE_VT || mllp_ends(span_of(rest.at, len))))
        len--;
    return len;
}

/* False when the block is nothing but ends and beginnings, so that it takes no end of pieces. */
static bool is_divisible(struct span rest)
{
    size_t pieces = 0;
    for (; rest.len && pieces <= PIECES_MAX; pieces++) {
        size_t len = piece_length(rest);
        rest = span_of(rest.at + len, rest.len - len);
    }
    return pieces <= PIECES_MAX;
}

static void keep_block(struct mllp *m)
{
    struct span rest = m->frame;

    m->session = ++m->sessions;
    m->phase = MLLP_KEEPING;
    m->kept = ERROR_OK;
    m->asking = true;
    for (unsigned number = 1; rest.len; number++) {
        size_t len = piece_length(rest);
        m->waiting++;
        (void)m->port->keep(m->port->context, m->session, number, WIRE_FROM_INSTRUMENT,
                            span_of(rest.at, len));
        rest = span_of(rest.at + len, rest.len - len);
    }
    m->asking = false;
    if (m->waiting == 0)
        take_answer(m);
}

/* Blocks */

static bool is_blank(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\r' && text.at[i] != '\n' && text.at[i] != ' ')
            return false;
    return true;
}

static void take_message(struct mllp *m)
{
    struct span text = mllp_text(m->frame);
    struct hl7_header header;

    m->demand = (struct mllp_demand) { .response = false };
    if (hl7_header_read(text, &header) == ERROR_OK) {
        m->demand = mllp_demand_read(text, &header);
        if (m->demand.response && mllp_sender_reply(&m->sender, text) &&
            span_equal(hl7_raw_component(&header.delimiters, header.field[9], 1), span_text("ACK")))
            return;
    }
    if (is_repeat(m, text)) {
        note(m, "repeated message");
        answer_block(m, text, MLLP_STORED);
        return;
    }
    keep_block(m);
}

static void take_block(struct mllp *m)
{
    bool restarted;

    m->frame = mllp_splitter_block(&m->splitter, &restarted);
    m->noisy = false;
    if (restarted)
        note(m, "half a message");
    if (m->splitter.overlong || !is_divisible(m->frame)) {
        note(m, "message too long");
        answer_block(m, mllp_text(m->frame), MLLP_TOO_LONG);
    } else if (is_blank(mllp_text(m->frame))) {
        note(m, "empty block");
    } else {
        take_message(m);
    }
    if (m->phase != MLLP_KEEPING)
        mllp_splitter_reset(&m->splitter);
}

static void take_byte(struct mllp *m)
{
    uint8_t byte = m->input.at[m->at];
    enum mllp_verdict verdict = mllp_splitter_put(&m->splitter, byte);

    m->at += verdict != MLLP_WHOLE_BEFORE;
    if (verdict == MLLP_WHOLE || verdict == MLLP_WHOLE_BEFORE)
        take_block(m);
    if (verdict != MLLP_NOISE || m->noisy)
        return;
    m->noisy = true;
    note(m, "noise");
}

static void drain(struct mllp *m)
{
    while (m->at < m->input.len && m->phase == MLLP_OPEN)
        take_byte(m);
    buffer_drop(&m->input, m->at);
    m->at = 0;
    m->fresh = m->fresh || m->splitter.stage != MLLP_OUTSIDE;
}

/* The timer: the block's, else the query's, else the sender's. */
static enum mllp_timer timer_of(const struct mllp *m, unsigned *ms)
{
    *ms = 0;
    if (m->phase == MLLP_KEEPING)
        return NOBODYS;
    if (m->phase == MLLP_ANSWERING) {
        *ms = ANSWER_MS;
        return QUERYS;
    }
    if (m->splitter.stage != MLLP_OUTSIDE) {
        *ms = m->splitter.stage == MLLP_ENDING ? END_MS : SILENCE_MS;
        return BLOCKS;
    }
    *ms = m->sender.wait_ms;
    return *ms ? SENDERS : NOBODYS;
}

static void rest(struct mllp *m)
{
    unsigned ms;
    enum mllp_timer whose = timer_of(m, &ms);
    bool fresh = whose == SENDERS ? m->sender.fresh : whose != NOBODYS && m->fresh;

    m->inside = false;
    m->fresh = m->sender.fresh = false;
    if (whose == m->armed && !fresh)
        return;
    m->armed = whose;
    m->port->arm(m->port->context, ms);
}

/* The link */

static void *mllp_open(const struct link_options *options, const struct link_port *port)
{
    struct mllp *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->port = port;
    m->instrument = options->instrument;
    mllp_splitter_init(&m->splitter);
    mllp_sender_init(&m->sender, port);
    buffer_init(&m->input, LIMIT_PENDING_INPUT);
    buffer_init(&m->last, LIMIT_MESSAGE);
    buffer_init(&m->question, LIMIT_MESSAGE);
    buffer_init(&m->out, LIMIT_MESSAGE + 3);
    return m;
}

static void mllp_close(void *state)
{
    struct mllp *m = state;
    mllp_splitter_free(&m->splitter);
    mllp_sender_free(&m->sender);
    buffer_free(&m->input);
    buffer_free(&m->last);
    buffer_free(&m->question);
    buffer_free(&m->out);
    free(m);
}

static void mllp_feed(void *state, struct span in)
{
    struct mllp *m = state;
    m->inside = true;
    while (in.len) {
        size_t len = in.len < INPUT_SLICE ? in.len : INPUT_SLICE;
        if (buffer_put(&m->input, span_of(in.at, len)) != ERROR_OK) {
            note(m, "input overflow");
            buffer_clear(&m->input);
            m->at = 0;
        }
        drain(m);
        in = span_of(in.at + len, in.len - len);
    }
    rest(m);
}

static void mllp_settled(void *state, uint64_t ticket, enum error kept)
{
    struct mllp *m = state;
    (void)ticket; /* answers come in order */
    if (m->phase != MLLP_KEEPING || m->waiting == 0)
        return;
    m->waiting--;
    if (kept != ERROR_OK)
        m->kept = kept;
    if (m->asking || m->waiting)
        return;
    m->inside = true;
    take_answer(m);
    drain(m);
    rest(m);
}

static void query_expired(struct mllp *m)
{
    struct hl7_header header;
    note(m, "query without answer");
    m->phase = MLLP_OPEN;
    if (hl7_header_read(buffer_span(&m->question), &header) == ERROR_OK)
        reply_to(m, &header, 'A', MLLP_NO_ANSWER);
    drain(m);
}

static void block_expired(struct mllp *m)
{
    if (m->splitter.stage == MLLP_ENDING) {
        take_block(m);
        drain(m);
        return;
    }
    note(m, "half a message");
    mllp_splitter_reset(&m->splitter);
}

static void mllp_expired(void *state)
{
    struct mllp *m = state;
    enum mllp_timer whose = m->armed;

    m->inside = true;
    m->armed = NOBODYS;
    if (whose == BLOCKS)
        block_expired(m);
    else if (whose == QUERYS)
        query_expired(m);
    else if (whose == SENDERS)
        mllp_sender_expired(&m->sender);
    rest(m);
}

static void mllp_lost(void *state)
{
    struct mllp *m = state;
    m->inside = true;
    buffer_clear(&m->input);
    m->at = 0;
    m->noisy = false;
    if (m->phase == MLLP_KEEPING) {
        m->gone = true;
    } else {
        if (m->splitter.stage != MLLP_OUTSIDE)
            note(m, "half a message");
        m->phase = MLLP_OPEN;
        mllp_splitter_reset(&m->splitter);
    }
    mllp_sender_lost(&m->sender);
    rest(m);
}

/* The answer to the query that waits; it stands in the journal as a session of the host's. */
static enum error send_answer(struct mllp *m, struct span text)
{
    enum error e;

    buffer_clear(&m->out);
    e = mllp_compose(&m->out, text);
    if (e != ERROR_OK)
        return e;
    m->phase = MLLP_OPEN;
    m->port->write(m->port->context, buffer_span(&m->out));
    m->sessions++;
    record(m, m->sessions, 1, buffer_span(&m->out));
    m->port->ended(m->port->context, m->sessions, SESSION_END_NORMAL, span_of(NULL, 0));
    m->port->sent(m->port->context, ERROR_OK);
    return ERROR_OK;
}

static enum error mllp_send(void *state, struct span text)
{
    struct mllp *m = state;
    struct span code, id;
    enum error e;

    if (!mllp_reply_read(text, &code, &id))
        e = mllp_sender_send(&m->sender, text);
    else if (m->phase == MLLP_ANSWERING)
        e = send_answer(m, text);
    else
        return ERROR_CLOSED; /* who asked is gone, or was told that there is no answer */
    if (e != ERROR_OK || m->inside)
        return e;
    m->inside = true;
    drain(m);
    rest(m);
    return ERROR_OK;
}

static enum error mllp_join(const struct link_options *options, struct span frame,
                            struct link_text *text, bool *whole)
{
    (void)options;
    if (frame.len == 0)
        return ERROR_BAD_INPUT;
    if (frame.at[0] == BYTE_VT)
        text->text.len = text->head; /* of a block before it the end is missing */
    else if (text->text.len == text->head)
        return ERROR_BAD_INPUT;
    *whole = mllp_ends(frame);
    return buffer_put(&text->text, mllp_text(frame));
}

const struct link link_mllp = {
    .name = "mllp",
    .open = mllp_open,
    .close = mllp_close,
    .feed = mllp_feed,
    .settled = mllp_settled,
    .expired = mllp_expired,
    .lost = mllp_lost,
    .send = mllp_send,
    .join = mllp_join,
};
