/* The conversation with a ZPL printer; its rules stand in zebra.h. */
#include "labels/print/zebra.h"

#include <stdio.h>
#include <string.h>

#define LOOK "Look at the printer before anything is printed again."

static void ask(struct zebra *z)
{
    z->asked = true;
    z->reply_len = 0;
    z->effects.arm(z->effects.context, ZEBRA_ANSWER_MS);
    z->effects.write(z->effects.context, span_text("~HS\r\n"));
}

static void pause_then_ask(struct zebra *z)
{
    z->asked = false;
    z->effects.arm(z->effects.context, ZEBRA_PAUSE_MS);
}

static void finish(struct zebra *z, enum print_status status, const char *sentence)
{
    z->state = ZEBRA_IDLE;
    z->asked = false;
    z->label = span_of(NULL, 0);
    z->effects.arm(z->effects.context, 0);
    z->effects.done(z->effects.context, status, sentence);
}

/* The connection cannot be used any more. A label that was on its way is told of first. */
static void end(struct zebra *z, const char *before, const char *after, const char *over)
{
    enum zebra_state state = z->state;

    z->state = ZEBRA_OVER;
    z->effects.arm(z->effects.context, 0);
    if (state == ZEBRA_BEFORE)
        z->effects.done(z->effects.context, PRINT_FAILED, before);
    else if (state == ZEBRA_AFTER)
        z->effects.done(z->effects.context, PRINT_UNKNOWN, after);
    if (state != ZEBRA_OVER)
        z->effects.over(z->effects.context, over);
}

static void fell_silent(struct zebra *z)
{
    end(z,
        "The label printer does not answer, so no label was sent. Check that it is on and closed, "
        "then print again.",
        "The label was sent, but the printer no longer answers. " LOOK,
        "The label printer does not answer. Check that it is on and closed.");
}

static void send_label(struct zebra *z)
{
    z->state = ZEBRA_AFTER;
    z->polls = ZEBRA_OUT_POLLS;
    z->idle_answers = 0;
    z->effects.write(z->effects.context, z->label);
    if (z->answers)
        pause_then_ask(z);
    else
        finish(z, PRINT_UNKNOWN,
               "The label was sent to a printer that does not report. Look whether it came out.");
}

static bool is_idle(const struct zebra_status *s)
{
    return s->formats == 0 && s->left == 0 && !s->partial && !s->buffer_full;
}

static void before_label(struct zebra *z, const struct zebra_status *s)
{
    const char *fault = zebra_fault(s);
    char sentence[256];

    if (fault) {
        (void)snprintf(sentence, sizeof sentence, "%s No label was sent: print again after that.",
                       fault);
        finish(z, PRINT_FAILED, sentence);
    } else if (is_idle(s)) {
        send_label(z);
    } else if (--z->polls == 0) {
        finish(z, PRINT_FAILED,
               "The label printer is busy with other labels. No label was sent: print again when "
               "it has finished.");
    } else {
        pause_then_ask(z);
    }
}

static void after_label(struct zebra *z, const struct zebra_status *s)
{
    const char *fault = zebra_fault(s);
    char sentence[256];

    z->idle_answers = !fault && is_idle(s) ? z->idle_answers + 1 : 0;
    if (z->idle_answers == 2) {
        finish(z, PRINT_DONE, "");
    } else if (--z->polls == 0) {
        (void)snprintf(sentence, sizeof sentence,
                       "The label was sent, but the printer did not say that it came out. %s " LOOK,
                       fault ? fault : "");
        finish(z, PRINT_UNKNOWN, sentence);
    } else {
        pause_then_ask(z);
    }
}

static void checked(struct zebra *z, const struct zebra_status *s)
{
    const char *fault = zebra_fault(s);
    z->state = ZEBRA_IDLE;
    z->asked = false;
    z->effects.arm(z->effects.context, 0);
    z->effects.condition(z->effects.context, fault ? fault : "");
}

static void answered(struct zebra *z, const struct zebra_status *s)
{
    switch (z->state) {
    case ZEBRA_CHECK:
        checked(z, s);
        break;
    case ZEBRA_BEFORE:
        before_label(z, s);
        break;
    case ZEBRA_AFTER:
        after_label(z, s);
        break;
    case ZEBRA_IDLE:
    case ZEBRA_OVER:
        break;
    }
}

void zebra_init(struct zebra *z, const struct zebra_effects *effects, bool answers)
{
    *z = (struct zebra) { .effects = *effects, .state = ZEBRA_IDLE, .answers = answers };
}

bool zebra_busy(const struct zebra *z)
{
    return z->state != ZEBRA_IDLE;
}

enum error zebra_print(struct zebra *z, struct span label)
{
    if (z->state == ZEBRA_OVER)
        return ERROR_CLOSED;
    if (zebra_busy(z))
        return ERROR_BUSY;
    z->state = ZEBRA_BEFORE;
    z->label = label;
    z->polls = ZEBRA_BUSY_POLLS;
    if (z->answers)
        ask(z);
    else
        send_label(z);
    return ERROR_OK;
}

enum error zebra_check(struct zebra *z)
{
    if (z->state == ZEBRA_OVER)
        return ERROR_CLOSED;
    if (zebra_busy(z))
        return ERROR_BUSY;
    if (!z->answers)
        return ERROR_UNSUPPORTED;
    z->state = ZEBRA_CHECK;
    ask(z);
    return ERROR_OK;
}

void zebra_bytes(struct zebra *z, struct span bytes)
{
    struct zebra_status status;
    enum zebra_reply reply;

    if (!z->asked || z->state == ZEBRA_OVER)
        return;
    if (bytes.len > sizeof z->reply - z->reply_len) {
        end(z,
            "The device at the label printer's address does not answer as one. No label was "
            "sent: check the address.",
            "The label was sent, but the printer answers nonsense. " LOOK,
            "The device at the label printer's address does not answer as one: check the address.");
        return;
    }
    memcpy(z->reply + z->reply_len, bytes.at, bytes.len);
    z->reply_len += bytes.len;
    reply = zebra_read_status(span_of(z->reply, z->reply_len), &status);
    if (reply == ZEBRA_WHOLE)
        answered(z, &status);
    else if (reply == ZEBRA_BAD)
        z->reply_len = 0; /* the timer ends it when nothing better comes */
}

void zebra_timer(struct zebra *z)
{
    if (z->state == ZEBRA_IDLE || z->state == ZEBRA_OVER)
        return;
    if (z->asked)
        fell_silent(z);
    else
        ask(z);
}

void zebra_failed(struct zebra *z)
{
    end(z,
        "The connection to the label printer broke before the label was sent. Print again when it "
        "is back.",
        "The connection to the label printer broke while the label was under way. " LOOK,
        "The connection to the label printer broke.");
}
