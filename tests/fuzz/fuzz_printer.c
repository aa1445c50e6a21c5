/*
 * A label printer that sends anything at any time: the first byte is its language, then each step
 * is the timer, a label to print, a question, a break, a proper answer, or bytes of the input.
 * Whatever comes, a label is written at most once, its fate is told exactly once, "not printed" is
 * said only of one never written, and "printed" never by a language that has no word for it.
 */
#include "labels/print/talk.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char label[] = "^XA^XZ";

struct run {
    struct talk talk;
    bool armed, over, sent;
    unsigned given, told;
};

enum step { STEP_TIMER, STEP_PRINT, STEP_CHECK, STEP_BREAK, STEP_WELL, STEP_FAULT, STEP_BYTES };

static void on_write(void *context, struct span bytes)
{
    struct run *r = context;
    if (bytes.len != sizeof label - 1 || memcmp(bytes.at, label, bytes.len) != 0)
        return;
    if (r->sent)
        abort();
    r->sent = true;
}

static void on_arm(void *context, unsigned ms)
{
    ((struct run *)context)->armed = ms != 0;
}

static void on_done(void *context, enum print_status status, const char *sentence)
{
    struct run *r = context;
    r->told++;
    if (r->told != r->given || !sentence || (status != PRINT_FAILED) != r->sent ||
        (status == PRINT_DONE && r->talk.language->proof == PROOF_NONE))
        abort();
}

static void on_condition(void *context, const char *sentence)
{
    (void)context;
    if (!sentence)
        abort();
}

static void on_over(void *context, const char *sentence)
{
    struct run *r = context;
    if (r->over || !sentence)
        abort();
    r->over = true;
}

static void give_label(struct run *r)
{
    if (talk_busy(&r->talk))
        return;
    r->sent = false;
    r->given++; /* a printer that answers is never told of within the call */
    if (talk_print(&r->talk, span_of(label, sizeof label - 1)) != ERROR_OK)
        abort();
}

/* An answer as such a printer gives it. */
static void answer(struct run *r, bool fault)
{
    static const char *const texts[] = {
        "\x02"
        "030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02"
        "000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x02"
        "1234,0\x03\r\n",
        "00\r\n",
    };
    char bytes[128] = { 0 };
    size_t language = (size_t)(r->talk.language - language_at(0));
    size_t len = language < 2 ? strlen(texts[language]) : r->talk.language->id[0] == 't' ? 1 : 32;

    if (language < 2)
        memcpy(bytes, texts[language], len);
    else if (r->talk.language->id[0] == 'b')
        memcpy(bytes, "\x80\x20\x42", 3);
    if (fault)
        bytes[language == 0 ? 5 : language == 1 ? 1 : 8] ^= 1;
    talk_bytes(&r->talk, span_of(bytes, len));
}

static void take_step(struct run *r, uint8_t step)
{
    if (step == STEP_TIMER && r->armed)
        talk_timer(&r->talk);
    else if (step == STEP_PRINT)
        give_label(r);
    else if (step == STEP_CHECK)
        (void)talk_check(&r->talk);
    else if (step == STEP_BREAK)
        talk_failed(&r->talk);
    else if (step == STEP_WELL || step == STEP_FAULT)
        answer(r, step == STEP_FAULT);
}

/* The reader alone: it takes some of what it judged, and no more than there is. */
static void read_all(const struct language *language, struct span bytes)
{
    struct printer_report report;
    while (bytes.len) {
        size_t used = 0;
        enum report_found found = language->read(bytes, &used, &report);
        if (found == REPORT_MORE)
            return;
        if (used == 0 || used > bytes.len)
            abort();
        bytes = span_of(bytes.at + used, bytes.len - used);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = { .armed = false };
    const struct talk_effects effects = { &r, on_write, on_arm, on_done, on_condition, on_over };
    const struct language *language;

    if (size == 0)
        return 0;
    language = language_at(*data % language_count());
    read_all(language, span_of(data + 1, size - 1));
    talk_init(&r.talk, &effects, language, language->media, true);
    data++;
    size--;
    while (size) {
        uint8_t step = *data++;
        size_t count = step < STEP_BYTES ? 0 : (size_t)step - STEP_BYTES;
        size--;
        count = count < size ? count : size;
        take_step(&r, step);
        talk_bytes(&r.talk, span_of(data, count));
        data += count;
        size -= count;
    }
    talk_failed(&r.talk);
    if (r.told != r.given)
        abort();
    return 0;
}
