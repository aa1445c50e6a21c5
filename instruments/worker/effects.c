/* The link's effects, made of the port and the channel to core; and core's answers, made into
 * calls of the link. */
#include "core/base/limits.h"
#include "instruments/worker/internal.h"

#include <stdlib.h>
#include <time.h>

enum { TICKET_USE_BITS = 2, TICKET_USE_MASK = 3 };

uint64_t worker_ticket(struct worker *w, enum ticket_use use)
{
    return ++w->last_ticket << TICKET_USE_BITS | use;
}

static void on_write(void *context, struct span out)
{
    struct worker *w = context;
    enum error e = transport_write(w->transport, out);
    if (e != ERROR_OK && e != ERROR_CLOSED) /* the link's timers notice that nobody answers */
        worker_note(w, "output");
}

static void on_expired(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    w->link->expired(w->link_state);
}

static void on_arm(void *context, unsigned ms)
{
    struct worker *w = context;
    if (w->closed)
        return;
    if (ms)
        (void)uv_timer_start(&w->timer, on_expired, ms, 0);
    else
        (void)uv_timer_stop(&w->timer);
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct worker *w = context;
    struct wire_writer out;
    uint64_t ticket =
        worker_ticket(w, direction == WIRE_FROM_INSTRUMENT ? TICKET_FRAME : TICKET_SENT);
    wire_begin(&out, WIRE_KEEP);
    wire_put_number(&out, WIRE_F_TICKET, ticket);
    wire_put_number(&out, WIRE_F_SESSION, session);
    wire_put_number(&out, WIRE_F_FRAME_NUMBER, number);
    wire_put_number(&out, WIRE_F_DIRECTION, direction);
    wire_put_bytes(&out, WIRE_F_BYTES, frame);
    if (direction == WIRE_FROM_INSTRUMENT)
        w->unsettled++;
    worker_send(w, &out);
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct worker *w = context;
    worker_decode(w, w->profile, session, text, true);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct worker *w = context;
    if (rest.len)
        worker_decode(w, w->profile, session, rest, false);
    worker_end_session(w, session, how);
    worker_log_notes(w);
}

/* Answers are sent one after the other. The link may say at once that one was taken: so it leaves
 * the queue first, and comes back to its head when the line is busy. */
static void send_answers(struct worker *w)
{
    while (w->answer_count) {
        struct buffer text = w->answers[0];
        enum error e;
        w->answer_count--;
        memmove(w->answers, w->answers + 1, w->answer_count * sizeof w->answers[0]);
        e = w->link->send(w->link_state, buffer_span(&text));
        if (e == ERROR_BUSY) {
            memmove(w->answers + 1, w->answers, w->answer_count * sizeof w->answers[0]);
            w->answers[0] = text;
            w->answer_count++;
            return;
        }
        if (e != ERROR_OK)
            worker_note(w, "answer not sent");
        buffer_free(&text);
        if (e == ERROR_OK)
            return; /* `sent` comes for it, or came */
    }
}

static void on_sent(void *context, enum error how)
{
    struct worker *w = context;
    if (how != ERROR_OK)
        worker_note(w, "answer not taken");
    if (!w->ending && w->up)
        send_answers(w);
}

/* The site's time: core sets TZ for its children, which read it before they are confined. */
static struct link_time on_now(void *context)
{
    const struct worker *w = context;
    int64_t utc = clock_now(&w->clock);
    time_t seconds = (time_t)(utc / 1000);
    struct tm local = { .tm_gmtoff = 0 };
    (void)localtime_r(&seconds, &local);
    return (struct link_time) { utc, (int)(local.tm_gmtoff / 60) };
}

void worker_link_open(struct worker *w)
{
    w->options = *profile_link_options(w->profile);
    if (w->settings.max_frame)
        w->options.max_frame = w->settings.max_frame;
    buffer_init(&w->question, LIMIT_FRAME);
    w->port = (struct link_port) { w,        on_write, on_arm,      on_keep, on_message,
                                   on_ended, on_sent,  worker_note, on_now };
    w->link_state = w->link->open(&w->options, &w->port);
    if (!w->link_state)
        worker_end(w, 3);
}

void worker_link_feed(struct worker *w, struct span in)
{
    w->link->feed(w->link_state, in);
    if (w->unsettled == 0)
        return;
    w->fed += in.len;
    if (w->fed > LIMIT_PENDING_INPUT / 2)
        transport_listen(w->transport, false);
}

static void forget_answers(struct worker *w)
{
    while (w->answer_count)
        buffer_free(&w->answers[--w->answer_count]);
    memset(w->queries, 0, sizeof w->queries);
}

void worker_link_lost(struct worker *w)
{
    w->up = false;
    forget_answers(w);
    if (w->link_state)
        w->link->lost(w->link_state);
    w->fed = 0;
}

/* A cart that cannot be told, or does not answer, shows among the notices of its line. */
void worker_on_run(struct worker *w, uint64_t seconds)
{
    enum error e = w->up && w->link->run ? ERROR_OK : ERROR_UNSUPPORTED;
    if (e == ERROR_OK && (seconds == 0 || seconds > WORKER_RUN_SECONDS))
        e = ERROR_BAD_INPUT;
    if (e == ERROR_OK)
        e = w->link->run(w->link_state, (unsigned)seconds);
    if (e == ERROR_BUSY)
        worker_note(w, "recording already");
    else if (e != ERROR_OK)
        worker_note(w, "cart cannot be started");
}

static bool forget_query(struct worker *w, uint64_t ticket)
{
    for (size_t i = 0; i < WORKER_QUERIES; i++)
        if (w->queries[i] == ticket) {
            w->queries[i] = 0;
            return true;
        }
    return false;
}

void worker_on_kept(struct worker *w, uint64_t ticket, enum error kept)
{
    if ((ticket & TICKET_USE_MASK) == TICKET_QUERY)
        (void)forget_query(w, ticket);
    if ((ticket & TICKET_USE_MASK) != TICKET_FRAME || !w->link_state || w->unsettled == 0)
        return;
    w->unsettled--;
    w->fed = 0;
    w->link->settled(w->link_state, ticket, kept);
    if (!w->ending)
        transport_listen(w->transport, true);
}

static enum error encode_answer(struct worker *w, const struct wire_message *m, struct buffer *text)
{
    const char *codes[LIMIT_LIST];
    struct profile_answer a = { .found = wire_number(m, WIRE_F_FOUND) != 0,
                                .specimen = wire_text(m, WIRE_F_SPECIMEN),
                                .patient_id = wire_text(m, WIRE_F_PATIENT_ID),
                                .patient_name = wire_text(m, WIRE_F_PATIENT_NAME),
                                .patient_birth_date = wire_text(m, WIRE_F_PATIENT_BIRTH_DATE),
                                .patient_sex = wire_text(m, WIRE_F_PATIENT_SEX),
                                .priority = wire_text(m, WIRE_F_PRIORITY),
                                .codes = codes,
                                .now = clock_now(&w->clock) };
    struct span code;
    size_t at = 0;
    if (wire_number(m, WIRE_F_TICKET) == w->asked)
        a.question = buffer_span(&w->question);
    while (a.code_count < LIMIT_LIST && wire_next(m, WIRE_F_CODE, &at, &code))
        codes[a.code_count++] = (const char *)code.at;
    return profile_encode_answer(w->profile, &a, text);
}

void worker_on_answer(struct worker *w, const struct wire_message *m)
{
    struct buffer text;
    if (!forget_query(w, wire_number(m, WIRE_F_TICKET)) || !w->up)
        return; /* the instrument that asked is gone */
    buffer_init(&text, LIMIT_MESSAGE);
    if (w->answer_count == WORKER_ANSWERS || encode_answer(w, m, &text) != ERROR_OK) {
        buffer_free(&text);
        worker_note(w, "answer not sent");
        return;
    }
    w->answers[w->answer_count++] = text;
    send_answers(w);
}
