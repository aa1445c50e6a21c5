/* The conversation with a printer; its rules stand in talk.h. */
#include "labels/print/talk.h"

#include <string.h>

#define LOOK "Look at the printer before anything is printed again."
#define SCAN_BACK "Look whether it came out, and scan it back."

static void ask(struct talk *t, struct span question)
{
    t->asked = true;
    t->reply_len = 0;
    t->effects.arm(t->effects.context, TALK_ANSWER_MS);
    t->effects.write(t->effects.context, question);
}

static void pause_then_ask(struct talk *t)
{
    t->asked = false;
    t->effects.arm(t->effects.context, t->language->pause_ms);
}

static void finish(struct talk *t)
{
    t->state = TALK_IDLE;
    t->asked = t->locked = t->sent = false;
    t->label = span_of(NULL, 0);
    t->effects.arm(t->effects.context, 0);
    t->effects.done(t->effects.context, t->outcome, t->sentence.text);
}

/* The label's fate is known. A printer that was locked is given back first. */
static void conclude(struct talk *t, enum print_status status, const char *sentence)
{
    t->outcome = status;
    (void)complain(&t->sentence, ERROR_OK, "%s", sentence);
    if (t->sent && t->language->end.len)
        t->effects.write(t->effects.context, t->language->end);
    if (t->locked) {
        t->state = TALK_RELEASE;
        ask(t, t->language->release);
    } else {
        finish(t);
    }
}

/* The connection cannot be used any more. A label that was on its way is told of first. */
static void end(struct talk *t, const char *before, const char *after, const char *over)
{
    enum talk_state state = t->state;

    t->state = TALK_OVER;
    t->effects.arm(t->effects.context, 0);
    if (state == TALK_BEFORE)
        t->effects.done(t->effects.context, PRINT_FAILED, before);
    else if (state == TALK_AFTER)
        t->effects.done(t->effects.context, PRINT_UNKNOWN, after);
    else if (state == TALK_RELEASE)
        t->effects.done(t->effects.context, t->outcome, t->sentence.text);
    if (state != TALK_OVER)
        t->effects.over(t->effects.context, over);
}

static void fell_silent(struct talk *t)
{
    if (t->locked && t->state != TALK_RELEASE) /* it may still hear */
        t->effects.write(t->effects.context, t->language->release);
    end(t,
        "The label printer does not answer, so no label was sent. Check that it is on and closed, "
        "then print again.",
        "The label was sent, but the printer does not say that it came out. " LOOK,
        "The label printer does not answer. Check that it is on and closed.");
}

static unsigned polls_in(const struct talk *t, unsigned ms)
{
    return ms / t->language->pause_ms;
}

/* The printer has the label; how it goes on depends on what its language can say. */
static void wait_for_it(struct talk *t)
{
    t->polls = polls_in(t, TALK_OUT_MS);
    t->idle_answers = 0;
    t->seen_busy = false;
    t->reply_len = 0;
    if (!t->answers)
        conclude(t, PRINT_UNKNOWN,
                 "The label was sent to a printer that does not report. " SCAN_BACK);
    else if (t->language->proof != PROOF_SAID)
        pause_then_ask(t);
    else {
        t->asked = true;
        t->effects.arm(t->effects.context, TALK_OUT_MS);
    }
}

static void send_label(struct talk *t)
{
    t->state = TALK_AFTER;
    t->sent = true;
    t->effects.write(t->effects.context, t->label);
    if (t->state == TALK_AFTER) /* the connection may have broken on it */
        wait_for_it(t);
}

static void refuse(struct talk *t, const char *fault)
{
    struct complaint sentence;
    (void)complain(&sentence, ERROR_OK, "%s No label was sent: print again after that.", fault);
    conclude(t, PRINT_FAILED, sentence.text);
}

/* What keeps the printer from printing, as far as anybody knows; NULL when nothing does. */
static const char *find_fault(const struct talk *t, const struct printer_report *report,
                              struct complaint *room)
{
    char loaded[48], wanted[48];

    if (report->fault)
        return report->fault;
    if (report->media.width_mm && t->media.width_mm && !media_same(report->media, t->media)) {
        media_text(report->media, loaded);
        media_text(t->media, wanted);
        (void)complain(room, ERROR_OK,
                       "The wrong roll is loaded: the label printer has %s, phial.conf says %s.",
                       loaded, wanted);
        return room->text;
    }
    return t->hint;
}

static void before_label(struct talk *t, const struct printer_report *report)
{
    struct complaint room;
    const char *fault = find_fault(t, report, &room);

    if (report->notice)
        return; /* still of an earlier label */
    if (fault)
        refuse(t, fault);
    else if (!report->busy)
        send_label(t);
    else if (--t->polls == 0)
        conclude(t, PRINT_FAILED,
                 "The label printer is busy with other labels. No label was sent: print again when "
                 "it has finished.");
    else
        pause_then_ask(t);
}

static void not_told(struct talk *t, const char *fault)
{
    struct complaint sentence;
    (void)complain(&sentence, ERROR_OK,
                   "The label was sent, but the printer did not say that it came out.%s%s " LOOK,
                   fault ? " " : "", fault ? fault : "");
    conclude(t, PRINT_UNKNOWN, sentence.text);
}

/* A printer that tells of itself what became of the label. */
static void told_of_itself(struct talk *t, const struct printer_report *report)
{
    struct complaint room;
    const char *fault = find_fault(t, report, &room);

    if (fault)
        not_told(t, fault);
    else if (report->printed)
        conclude(t, PRINT_DONE, "");
}

/* Whether its two answers in a row are enough. */
static bool came_out(const struct talk *t)
{
    return t->idle_answers >= 2 && (t->language->proof == PROOF_IDLE || t->seen_busy);
}

/* It has been idle since the label was sent, and never said that it printed. */
static bool never_started(const struct talk *t)
{
    return t->language->proof == PROOF_BUSY && !t->seen_busy &&
           t->idle_answers >= polls_in(t, TALK_START_MS);
}

static void after_label(struct talk *t, const struct printer_report *report)
{
    const char *fault = report->fault;

    if (t->language->proof == PROOF_SAID) {
        told_of_itself(t, report);
        return;
    }
    t->seen_busy |= report->busy;
    t->idle_answers = !fault && !report->busy ? t->idle_answers + 1 : 0;
    if (t->language->proof == PROOF_NONE && !fault)
        conclude(t, PRINT_UNKNOWN,
                 "The label was sent, and the printer reports no fault; it has no word for a label "
                 "that came out. " SCAN_BACK);
    else if (came_out(t))
        conclude(t, PRINT_DONE, "");
    else if (--t->polls == 0 || never_started(t))
        not_told(t, fault);
    else
        pause_then_ask(t);
}

static void checked(struct talk *t, const struct printer_report *report)
{
    struct complaint room;
    const char *fault = find_fault(t, report, &room);

    if (report->notice)
        return;
    t->state = TALK_IDLE;
    t->asked = false;
    t->effects.arm(t->effects.context, 0);
    t->effects.condition(t->effects.context, fault ? fault : "");
}

static void take(struct talk *t, const struct printer_report *report)
{
    switch (t->state) {
    case TALK_CHECK:
        checked(t, report);
        break;
    case TALK_BEFORE:
        before_label(t, report);
        break;
    case TALK_AFTER:
        after_label(t, report);
        break;
    case TALK_RELEASE:
        finish(t);
        break;
    case TALK_IDLE:
    case TALK_OVER:
        break;
    }
}

void talk_init(struct talk *t, const struct talk_effects *effects, const struct language *language,
               struct media media, bool answers)
{
    *t = (struct talk) { .effects = *effects,
                         .language = language,
                         .media = media,
                         .state = TALK_IDLE,
                         .answers = answers };
}

bool talk_busy(const struct talk *t)
{
    return t->state != TALK_IDLE;
}

void talk_hint(struct talk *t, const char *fault)
{
    t->hint = fault;
}

enum error talk_print(struct talk *t, struct span label)
{
    if (t->state == TALK_OVER)
        return ERROR_CLOSED;
    if (talk_busy(t))
        return ERROR_BUSY;
    t->state = TALK_BEFORE;
    t->label = label;
    t->polls = polls_in(t, TALK_BUSY_MS);
    if (t->answers) {
        t->locked = t->language->release.len != 0;
        ask(t, t->language->before);
    } else if (t->hint) {
        refuse(t, t->hint);
    } else {
        send_label(t);
    }
    return ERROR_OK;
}

enum error talk_check(struct talk *t)
{
    if (t->state == TALK_OVER)
        return ERROR_CLOSED;
    if (talk_busy(t))
        return ERROR_BUSY;
    if (!t->answers)
        return ERROR_UNSUPPORTED;
    t->state = TALK_CHECK;
    ask(t, t->language->check);
    return ERROR_OK;
}

static void drop_reply(struct talk *t, size_t used)
{
    t->reply_len -= used;
    memmove(t->reply, t->reply + used, t->reply_len);
}

void talk_bytes(struct talk *t, struct span bytes)
{
    struct printer_report report;
    enum report_found found = REPORT_BAD;

    if (!t->asked || t->state == TALK_OVER)
        return;
    if (bytes.len > sizeof t->reply - t->reply_len) {
        end(t,
            "The device at the label printer's place does not answer as one. No label was sent: "
            "check the address and the language in phial.conf.",
            "The label was sent, but the printer answers nonsense. " LOOK,
            "The device at the label printer's place does not answer as one: check the address "
            "and the language in phial.conf.");
        return;
    }
    memcpy(t->reply + t->reply_len, bytes.at, bytes.len);
    t->reply_len += bytes.len;
    while (t->asked && t->reply_len && found != REPORT_MORE) {
        size_t used = 0;
        found = t->language->read(span_of(t->reply, t->reply_len), &used, &report);
        if (found == REPORT_MORE)
            break; /* after nonsense the timer ends it when nothing better comes */
        drop_reply(t, used);
        if (found == REPORT_WHOLE)
            take(t, &report);
    }
}

void talk_timer(struct talk *t)
{
    if (t->state == TALK_IDLE || t->state == TALK_OVER)
        return;
    if (t->asked)
        fell_silent(t);
    else
        ask(t, t->state == TALK_AFTER ? t->language->after : t->language->before);
}

void talk_failed(struct talk *t)
{
    end(t,
        "The connection to the label printer broke before the label was sent. Print again when it "
        "is back.",
        "The connection to the label printer broke while the label was under way. " LOOK,
        "The connection to the label printer broke.");
}

struct span talk_last_words(const struct talk *t)
{
    return t->locked && t->state != TALK_OVER ? t->language->release : span_of(NULL, 0);
}
