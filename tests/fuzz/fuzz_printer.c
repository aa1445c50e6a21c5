/*
 * A label printer that sends anything at any time: each step is the timer, a label to print, a
 * question, a break, a proper answer, or bytes of the input. Whatever comes, a label is written at
 * most once, its fate is told exactly once, and "not printed" is said only of one never written.
 */
#include "labels/print/zebra.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
    struct zebra zebra;
    bool armed, over, sent;
    unsigned given, told;
};

enum step { STEP_TIMER, STEP_PRINT, STEP_CHECK, STEP_BREAK, STEP_WELL, STEP_FAULT, STEP_BYTES };

static void on_write(void *context, struct span bytes)
{
    struct run *r = context;
    if (bytes.len == 0 || bytes.at[0] != '^')
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
    if (r->told != r->given || !sentence || (status != PRINT_FAILED) != r->sent)
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
    static const char label[] = "^XA^XZ";
    if (zebra_busy(&r->zebra))
        return;
    r->sent = false;
    r->given++; /* a printer that answers is never told of within the call */
    if (zebra_print(&r->zebra, span_of(label, sizeof label - 1)) != ERROR_OK)
        abort();
}

static void answer(struct run *r, char fault)
{
    char text[] = "\x02"
                  "030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02"
                  "000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x02"
                  "1234,0\x03\r\n";
    text[5] = fault; /* paper out */
    zebra_bytes(&r->zebra, span_of(text, sizeof text - 1));
}

static void take_step(struct run *r, uint8_t step)
{
    if (step == STEP_TIMER && r->armed)
        zebra_timer(&r->zebra);
    else if (step == STEP_PRINT)
        give_label(r);
    else if (step == STEP_CHECK)
        (void)zebra_check(&r->zebra);
    else if (step == STEP_BREAK)
        zebra_failed(&r->zebra);
    else if (step == STEP_WELL || step == STEP_FAULT)
        answer(r, step == STEP_WELL ? '0' : '1');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = { .armed = false };
    const struct zebra_effects effects = { &r, on_write, on_arm, on_done, on_condition, on_over };
    zebra_init(&r.zebra, &effects, true);
    while (size) {
        uint8_t step = *data++;
        size_t count = step < STEP_BYTES ? 0 : (size_t)step - STEP_BYTES;
        size--;
        count = count < size ? count : size;
        take_step(&r, step);
        zebra_bytes(&r.zebra, span_of(data, count));
        data += count;
        size -= count;
    }
    zebra_failed(&r.zebra);
    if (r.told != r.given)
        abort();
    return 0;
}
