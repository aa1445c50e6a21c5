/*
 * Damaged EKG files: truncated at every byte and every byte changed, at samples above 20 kB.
 *
 * What is asserted of each: it is refused with a sentence, or accepted with nothing but the touched
 * value different (of a format with checksums: always refused; of a compressed one: within the
 * limits). And of every decode, whatever comes out: a time and a memory budget.
 */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/ecg/compare.h"
#include "tests/ecg/damage_formats.h"
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    ALL_BELOW = 20 * 1024, /* larger files are damaged at samples of their bytes */
    SAMPLES = 400,
    TOUCHED_SAMPLES = 2, /* a character of Base64 may reach into two */
    BUDGET_MS = 500,     /* of processor time, with sanitizers */
    BUDGET_BASE = 1024 * 1024,
    BUDGET_PER_BYTE = 48, /* of the file, in the arena */
    MESSAGES = 20
};

struct sum {
    size_t refused, same, touched;
    double slowest;
    size_t largest;
};

struct bench {
    const struct damage_format *format;
    struct arena arena;
    struct ecg made, whole;
    struct buffer file;
    struct sum sum;
    unsigned failures;
};

static void fail(struct bench *b, const char *how, size_t at, const char *why)
{
    if (b->failures++ < MESSAGES)
        (void)printf("%s, %s at byte %zu of %zu: %s\n", b->format->name, how, at, b->file.len, why);
}

static double now_ms(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1000 + (double)ts.tv_nsec / 1e6;
}

/* Decodes within the budgets; the caller frees the arena. */
static enum error decode(struct bench *b, struct span file, const char *how, size_t at,
                         struct arena *arena, struct ecg *out)
{
    struct complaint why = { "" };
    double begin = now_ms(), took;
    enum error e;

    arena_init(arena, LIMIT_ECG_ARENA);
    e = ecg_decode(arena, file, 0, out, &why);
    took = now_ms() - begin;
    b->sum.slowest = took > b->sum.slowest ? took : b->sum.slowest;
    b->sum.largest = arena->used > b->sum.largest ? arena->used : b->sum.largest;
    if (took > BUDGET_MS)
        fail(b, how, at, "it took too long");
    if (arena->used > BUDGET_BASE + BUDGET_PER_BYTE * b->file.len)
        fail(b, how, at, "it took too much memory");
    if (e != ERROR_OK && !*why.text)
        fail(b, how, at, "it is refused without a reason");
    return e;
}

static void judge(struct bench *b, const struct ecg *after, size_t at)
{
    struct compare c = compare_records(&b->whole, after);
    char why[192];

    b->sum.same += c.changed == 0 && c.gone == 0 && c.samples == 0;
    b->sum.touched += c.changed || c.gone || c.samples;
    if (b->format->promise == DAMAGE_REFUSED)
        fail(b, "changed", at, "it is accepted");
    (void)snprintf(why, sizeof why, "%u values changed (%s), %u are gone, %zu samples changed",
                   c.changed, c.first, c.gone, c.samples);
    if (b->format->promise == DAMAGE_TOUCHED &&
        (c.changed + (c.samples > 0) > 1 || c.samples > TOUCHED_SAMPLES))
        fail(b, "changed", at, why);
}

static void change(struct bench *b, size_t at, uint8_t with)
{
    struct arena arena;
    struct ecg after;

    b->file.at[at] ^= with;
    if (decode(b, buffer_span(&b->file), "changed", at, &arena, &after) != ERROR_OK)
        b->sum.refused++;
    else
        judge(b, &after, at);
    b->file.at[at] ^= with;
    arena_free(&arena);
}

static void truncate_at(struct bench *b, size_t len)
{
    struct arena arena;
    struct ecg after;

    if (decode(b, span_of(b->file.at, len), "cut off", len, &arena, &after) != ERROR_OK)
        b->sum.refused++;
    else if (len + b->format->tail < b->file.len)
        fail(b, "cut off", len, "it is accepted");
    arena_free(&arena);
}

static void damage_everywhere(struct bench *b)
{
    size_t step = b->file.len <= ALL_BELOW ? 1 : b->file.len / SAMPLES + 1;

    for (size_t at = 0; at < b->file.len; at += step)
        truncate_at(b, at);
    for (size_t at = 0; at < b->file.len; at += step)
        change(b, at, (uint8_t)(1U << (at / step) % 8));
}

static void open_file(struct bench *b, struct ecg_tracing how)
{
    struct arena keep;

    buffer_clear(&b->file);
    if (ecg_tracing_make(&b->arena, how, &b->made) != ERROR_OK ||
        b->format->write(&b->made, &b->file) != ERROR_OK ||
        decode(b, buffer_span(&b->file), "whole", 0, &keep, &b->whole) != ERROR_OK) {
        fail(b, "whole", 0, "it cannot be made and read");
        exit(1);
    }
    arena_free(&keep);
    /* Once more, into the arena that lives as long as the bench. */
    if (ecg_decode(&b->arena, buffer_span(&b->file), 0, &b->whole, NULL) != ERROR_OK)
        exit(1);
}

/* A file with every byte damaged, and one of the usual size at samples. */
static unsigned damage(const struct damage_format *format)
{
    const double rate = ecg_write_rate(format->format);
    const struct ecg_tracing sizes[] = { { .rate = rate, .seconds = 0.16, .noise = 5 },
                                         { .rate = rate, .seconds = 10, .noise = 5 } };
    struct bench b = { .format = format };

    arena_init(&b.arena, LIMIT_ECG_ARENA);
    buffer_init(&b.file, LIMIT_ECG_FILE);
    for (size_t i = 0; i < 2; i++) {
        open_file(&b, sizes[i]);
        damage_everywhere(&b);
        (void)printf("%s, %zu bytes: %zu refused, %zu the same, %zu touched; at most %.1f ms, %zu "
                     "kB\n",
                     format->name, b.file.len, b.sum.refused, b.sum.same, b.sum.touched,
                     b.sum.slowest, b.sum.largest / 1024);
        b.sum = (struct sum) { 0 };
    }
    buffer_free(&b.file);
    arena_free(&b.arena);
    return b.failures;
}

int main(int argc, char **argv)
{
    unsigned failures = 0, played = 0;

    for (size_t i = 0; i < damage_format_count; i++)
        if (argc < 2 || strcmp(argv[1], damage_formats[i].name) == 0) {
            failures += damage(&damage_formats[i]);
            played++;
        }
    (void)printf("%u formats, %u failures\n", played, failures);
    return failures || !played ? 1 : 0;
}
