/* LIS01-A2 on a serial line, USB or TCP: the exchange with the standard's timers. */
#include "instruments/link/exchange.h"

#include "core/base/limits.h"

#include <stdlib.h>

/* 30 s of silence in all (LIS01-A2 6.5.2.4). An EOT after the first 10 s of them means that the
 * instrument waited in vain for an answer: its own timer runs 15 s from the end of its frame. */
static const unsigned silence[] = { 10000, 20000 };
static const struct receiver_rules receiving = {
    .silence = silence,
    .stages = sizeof silence / sizeof silence[0],
};

static size_t max_text(const struct link_options *options)
{
    size_t frame = options->max_frame ? options->max_frame : LIMIT_FRAME_STANDARD;
    if (frame > LIMIT_FRAME)
        frame = LIMIT_FRAME;
    return frame > FRAME_OVERHEAD ? frame - FRAME_OVERHEAD : 1;
}

static void *lis01_open(const struct link_options *options, const struct link_port *port)
{
    struct sender_rules sending = { .instrument = options->instrument,
                                    .max_text = max_text(options) };
    struct exchange *x = malloc(sizeof *x);
    if (x)
        exchange_init(x, port, &receiving, &sending);
    return x;
}

static void lis01_close(void *state)
{
    exchange_free(state);
    free(state);
}

static void lis01_feed(void *state, struct span in)
{
    exchange_feed(state, in);
}

static void lis01_settled(void *state, uint64_t ticket, enum error kept)
{
    exchange_settled(state, ticket, kept);
}

static void lis01_expired(void *state)
{
    exchange_expired(state);
}

static void lis01_lost(void *state)
{
    exchange_lost(state);
}

static enum error lis01_send(void *state, struct span text)
{
    return exchange_send(state, text);
}

static enum error lis01_join(const struct link_options *options, struct span frame,
                             struct link_text *text, bool *whole)
{
    struct frame_view view;
    enum error e = frame_parse(frame, &view);
    (void)options;
    if (e == ERROR_OK)
        e = assembly_join(&text->text, &view);
    if (e == ERROR_OK)
        *whole = assembly_is_whole(buffer_span(&text->text));
    return e;
}

const struct link link_lis01 = {
    .name = "lis01",
    .open = lis01_open,
    .close = lis01_close,
    .feed = lis01_feed,
    .settled = lis01_settled,
    .expired = lis01_expired,
    .lost = lis01_lost,
    .send = lis01_send,
    .join = lis01_join,
};
