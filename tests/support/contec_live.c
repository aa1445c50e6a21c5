/* A Contec cart's stream, synthetic; see the header. */
#include "tests/support/contec_live.h"

enum { FRAME = 12, STATE = 6, STATE_EVERY = 100 };

unsigned contec_sample(unsigned channel, uint64_t at)
{
    return (unsigned)(2048 + channel * 37 + (at * (channel + 3)) % 511 - 255) & 0xfff;
}

void contec_ecg90a_answer(uint8_t report[CONTEC_REPORT])
{
    static const uint8_t answer[] = { 0x82, 0x64, 0x00, 'E', 'C', 'G', '9', '0', 'A' };
    memset(report, 0, CONTEC_REPORT);
    memcpy(report, answer, sizeof answer);
}

/* The upper nibbles of two values in one byte before their lower ones. */
static void pack(uint8_t frame[FRAME], uint64_t at, unsigned first_shift, unsigned second_shift)
{
    for (unsigned pair = 0; pair < CONTEC_CHANNELS / 2; pair++) {
        unsigned first = contec_sample(pair * 2, at), second = contec_sample(pair * 2 + 1, at);
        frame[pair * 3] = (uint8_t)((first >> 8) << first_shift | (second >> 8) << second_shift);
        frame[pair * 3 + 1] = (uint8_t)first;
        frame[pair * 3 + 2] = (uint8_t)second;
    }
}

void contec_ecg90a_report(uint8_t report[CONTEC_REPORT], uint64_t at)
{
    memset(report, 0, CONTEC_REPORT);
    report[0] = 0xe0;
    for (unsigned i = 0; i < CONTEC_FRAMES; i++)
        pack(report + 1 + i * FRAME, at + i, 0, 4);
}

void contec_8000g_record(uint8_t record[CONTEC_RECORD], uint64_t at)
{
    uint8_t frame[FRAME];
    memset(record, 0, CONTEC_RECORD);
    record[0] = 0xa0;
    pack(frame, at, 4, 0);
    for (unsigned i = 0; i < FRAME; i++) {
        record[1 + i / 7] |= (uint8_t)((frame[i] >> 7) << (i % 7));
        record[3 + i] = frame[i] & 0x7f;
    }
}

enum error contec_ecg90a_write(struct buffer *out, uint64_t frames)
{
    uint8_t report[CONTEC_REPORT];
    enum error e;
    contec_ecg90a_answer(report);
    e = buffer_put(out, span_of(report, sizeof report));
    for (uint64_t at = 0; e == ERROR_OK && at < frames; at += CONTEC_FRAMES) {
        contec_ecg90a_report(report, at);
        e = buffer_put(out, span_of(report, sizeof report));
    }
    return e;
}

enum error contec_8000g_write(struct buffer *out, uint64_t frames)
{
    static const uint8_t mark[] = { 0xee, 0x10 }, state[STATE] = { 0xb0, 1, 2, 3, 4, 5 };
    uint8_t record[CONTEC_RECORD];
    enum error e = buffer_put(out, span_of(mark, sizeof mark));
    for (uint64_t at = 0; e == ERROR_OK && at < frames; at++) {
        contec_8000g_record(record, at);
        e = buffer_put(out, span_of(record, sizeof record));
        if (e == ERROR_OK && at % STATE_EVERY == 0)
            e = buffer_put(out, span_of(state, sizeof state));
    }
    return e;
}
