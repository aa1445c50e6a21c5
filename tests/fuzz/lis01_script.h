/* The script of a link that speaks LIS01: frames, enquiries, one acknowledgement for each. */
#ifndef PHIAL_TESTS_FUZZ_LIS01_SCRIPT_H
#define PHIAL_TESTS_FUZZ_LIS01_SCRIPT_H

#include "instruments/link/framing.h"
#include "tests/fuzz/link_script.h"

static inline void lis01_check_frame(unsigned number, struct span frame)
{
    struct frame_view view;
    must(frame_parse(frame, &view) == ERROR_OK && view.number == number);
}

static inline bool lis01_is_acknowledgement(const struct script *s, struct span out)
{
    if (s->kind->reports)
        return out.at[3] == 1 && out.at[4] == BYTE_ACK;
    return out.len == 1 && *out.at == BYTE_ACK;
}

static inline size_t lis01_allowed_for_frame(struct span frame)
{
    (void)frame;
    return 1;
}

static inline size_t lis01_allowed_for_input(struct span in)
{
    size_t enquiries = 0;
    for (size_t i = 0; i < in.len; i++)
        enquiries += in.at[i] == BYTE_ENQ;
    return enquiries;
}

/* A frame with a right checksum. */
static inline void lis01_speak(struct script *s)
{
    uint8_t head = script_byte(s);
    struct span text = script_bytes(s, script_byte(s));
    struct buffer frame;
    buffer_init(&frame, LIMIT_FRAME);
    must(frame_compose(&frame, head & 7, text, head & 8) == ERROR_OK);
    script_feed(s, span_of(frame.at, frame.len - (head >> 4 & 1)));
    buffer_free(&frame);
}

static inline void lis01_run(const struct link *link, bool reports, struct span data)
{
    const struct script_kind kind = { .link = link,
                                      .reports = reports,
                                      .repeat = "repeated frame",
                                      .check_frame = lis01_check_frame,
                                      .is_acknowledgement = lis01_is_acknowledgement,
                                      .allowed_for_frame = lis01_allowed_for_frame,
                                      .allowed_for_input = lis01_allowed_for_input,
                                      .speak = lis01_speak };
    script_run(&kind, data);
}

#endif
