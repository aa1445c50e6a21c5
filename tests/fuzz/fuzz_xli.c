/*
 * Any bytes as XLI chunks: what is cut off stays within the input, what is expanded stays within
 * its room, and samples that our writer compresses again come back the same.
 */
#include "instruments/ecg/xli.h"
#include "tests/fuzz/must.h"
#include "tests/support/ecg_xli_write.h"

enum { ROOM = 4096, LEADS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The expanded length, or 0. */
static size_t expand(struct span codes, uint8_t *room, size_t size)
{
    struct complaint why = { "" };
    size_t len = 0;
    enum error e = xli_expand(codes, room, size, &len, &why);

    must((e == ERROR_OK) != (*why.text != '\0'));
    must(len <= size && len % 2 == 0);
    return e == ERROR_OK ? len : 0;
}

/* Samples written down again and read are the same. */
static void go_round(const int32_t *samples, size_t count)
{
    int32_t back[ROOM / 2];
    uint8_t room[ROOM];
    struct buffer file;
    struct xli_chunk chunk;
    struct span rest;

    buffer_init(&file, 8 * ROOM);
    must(ecg_xli_put_chunk(&file, samples, count) == ERROR_OK);
    rest = buffer_span(&file);
    must(xli_next(&rest, &chunk, NULL) == ERROR_OK && rest.len == 0);
    must(expand(chunk.codes, room, sizeof room) == 2 * count);
    xli_samples(span_of(room, 2 * count), chunk.first, back);
    must(memcmp(back, samples, count * sizeof *back) == 0);
    buffer_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int32_t samples[LEADS][ROOM / 2] = { { 0 } };
    int32_t *const leads[] = { samples[0], samples[1], samples[2],
                               samples[3], samples[4], samples[5] };
    struct span rest = span_of(data, size);
    struct xli_chunk chunk;
    uint8_t room[ROOM];
    size_t lead = 0;

    for (; lead < LEADS && xli_next(&rest, &chunk, NULL) == ERROR_OK; lead++) {
        size_t len = expand(chunk.codes, room, sizeof room);
        must(rest.at >= data && rest.at + rest.len == data + size);
        xli_samples(span_of(room, len), chunk.first, samples[lead]);
        if (len)
            go_round(samples[lead], len / 2);
    }
    xli_restore(leads, lead, ROOM / 2);
    return 0;
}
