/*
 * What an EKG costs: processor time of reading a cart's file, keeping it, reading it back and
 * drawing it, for each format's synthetic ten seconds of twelve leads.
 *
 * usage: bench_ecg [ROUNDS]    50 unless told; of each step the middle one counts
 *
 * Beside it the bare cost of the same bytes, measured in the same run: SHA-256 of the file and of
 * its samples, which nobody can spare who keeps them provably (DESIGN 3.6).
 */
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"
#include "tests/unit/store/ekg_world.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "labels/draw/tracing.h"

#include <time.h>

enum step { BARE, DECODE, KEEP, READ, SVG, PDF, STEPS };
enum { ROUNDS_MAX = 1000, SECONDS = 10, NOISE = 5, FRAME = 64000 };

struct bench {
    struct world world;
    struct ekg_world ekg;
    struct store_reader *reader;
    struct label_drawer *drawer;
    struct buffer file, packed, picture;
    int64_t tracing;
    double took[STEPS][ROUNDS_MAX]; /* ms */
    size_t bytes[STEPS];
};

static double processor_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* False when the format has no writer or no waveform. */
static bool make_file(struct bench *b, enum ecg_format format)
{
    double rate = ecg_write_rate(format);
    struct arena arena;
    struct ecg ecg;
    enum error e;

    arena_init(&arena, LIMIT_ECG_ARENA);
    WORLD_MUST(ecg_tracing_make(
        &arena, (struct ecg_tracing) { rate > 0 ? rate : 500, SECONDS, NOISE, false }, &ecg));
    ecg.format = format;
    buffer_clear(&b->file);
    e = format == ECG_FORMAT_PDF ? ERROR_UNSUPPORTED : ecg_write(&ecg, format, &b->file);
    arena_free(&arena);
    return e == ERROR_OK;
}

/* The file's frames, its message and its facts, the samples of each lead; then durable. */
static void keep(struct bench *b, struct ecg *ecg)
{
    const struct store_actor by = { .instrument = b->ekg.cart, .at = b->world.now };
    struct store_message message = { .ecg = ecg,
                                     .received_at = b->world.now,
                                     .disposition = DISPOSITION_HELD,
                                     .reason_code = "ekg-confirm",
                                     .reason = "Confirm it." };
    struct store_tracing tracing = { .format = ecg->format,
                                     .size = (int64_t)b->file.len,
                                     .differs = "",
                                     .routing = "[]",
                                     .at = b->world.now };
    struct store *s = b->world.store;
    int number = 0;

    WORLD_MUST(store_begin(s));
    WORLD_MUST(store_session_open(s, b->ekg.cart, "ekg-files", "folder:/x", b->world.now,
                                  &message.session));
    for (size_t at = 0; at < b->file.len; at += FRAME) {
        size_t len = b->file.len - at < FRAME ? b->file.len - at : FRAME;
        WORLD_MUST(store_frame_add(s, message.session, ++number, WIRE_FROM_INSTRUMENT, b->world.now,
                                   span_of(b->file.at + at, len), NULL));
    }
    WORLD_MUST(store_session_end(s, message.session, SESSION_END_NORMAL, b->world.now, NULL));
    WORLD_MUST(store_session_decoded(s, message.session, b->world.now, NULL));
    (void)crypto_hash_sha256(message.hash, b->file.at, b->file.len);
    memcpy(tracing.original, message.hash, sizeof message.hash);
    WORLD_MUST(store_message_add(s, &message, &tracing.message));
    WORLD_MUST(store_tracing_add(s, &by, &tracing, &b->tracing));
    for (size_t i = 0; i < ecg->lead_count; i++) {
        buffer_clear(&b->packed);
        WORLD_MUST(ecg_samples_pack(&ecg->leads[i], &b->packed));
        WORLD_MUST(store_waveform_add(s, b->tracing, (int64_t)i, buffer_span(&b->packed)));
    }
    WORLD_MUST(store_commit(s, NULL));
    b->world.now += 60000;
}

static void bare(struct bench *b, const struct ecg *ecg)
{
    uint8_t hash[32];
    (void)crypto_hash_sha256(hash, b->file.at, b->file.len);
    for (size_t i = 0; i < ecg->lead_count; i++)
        (void)crypto_hash_sha256(hash, (const uint8_t *)ecg->leads[i].samples,
                                 ecg->leads[i].count * sizeof(int16_t));
}

/* A step, timed from the end of the one before. */
static void step_ends(struct bench *b, enum step step, int round, double *since)
{
    double now = processor_ms();
    b->took[step][round] = now - *since;
    *since = processor_ms();
}

static void run_round(struct bench *b, int round)
{
    const struct tracing_report report = { .family = "MARLOWE-TEST", .given = "Iris J" };
    struct complaint why = { "" };
    struct arena first, second;
    struct ecg decoded, read;
    double since;

    arena_init(&first, LIMIT_ECG_ARENA);
    arena_init(&second, LIMIT_ECG_ARENA);
    since = processor_ms();
    WORLD_MUST(ecg_decode(&first, buffer_span(&b->file), b->world.now, &decoded, &why));
    step_ends(b, DECODE, round, &since);
    keep(b, &decoded);
    step_ends(b, KEEP, round, &since);
    WORLD_MUST(store_read_tracing(b->reader, b->tracing, &second, &read));
    step_ends(b, READ, round, &since);
    buffer_clear(&b->picture);
    since = processor_ms();
    WORLD_MUST(tracing_draw_svg(&read, tracing_view_usual(), "", &b->picture, &why));
    step_ends(b, SVG, round, &since);
    b->bytes[SVG] = b->picture.len;
    buffer_clear(&b->picture);
    since = processor_ms();
    WORLD_MUST(
        tracing_draw_pdf(b->drawer, &read, tracing_view_usual(), &report, &b->picture, &why));
    step_ends(b, PDF, round, &since);
    b->bytes[PDF] = b->picture.len;
    bare(b, &decoded);
    step_ends(b, BARE, round, &since);
    arena_free(&first);
    arena_free(&second);
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void measure(struct bench *b, enum ecg_format format, int rounds)
{
    double middle[STEPS], all;

    if (!make_file(b, format))
        return;
    for (int round = 0; round < rounds; round++)
        run_round(b, round);
    for (int step = 0; step < STEPS; step++) {
        qsort(b->took[step], (size_t)rounds, sizeof(double), compare);
        middle[step] = b->took[step][rounds / 2];
    }
    all = middle[DECODE] + middle[KEEP] + middle[READ] + middle[SVG];
    (void)printf("%-13s | %7zu | %4.2f | %6.2f | %5.2f | %5.2f | %5.2f | %5.2f | %5.1f | %5.2f | "
                 "%6zu | %6zu\n",
                 ecg_format_id(format), b->file.len, middle[BARE], middle[DECODE], middle[KEEP],
                 middle[READ], middle[SVG], all, all / middle[BARE], middle[PDF], b->bytes[SVG],
                 b->bytes[PDF]);
    (void)fflush(stdout);
}

static void open_bench(struct bench *b)
{
    struct complaint why = { "" };

    world_open(&b->world);
    WORLD_MUST(store_begin(b->world.store));
    b->ekg = ekg_world_open(&b->world);
    WORLD_MUST(store_commit(b->world.store, NULL));
    WORLD_MUST(store_open_read(b->world.path, &b->reader, &why));
    WORLD_MUST(label_draw_prepare(&b->drawer, &why));
    buffer_init(&b->file, LIMIT_ECG_FILE);
    buffer_init(&b->packed, LIMIT_ECG_PACKED);
    buffer_init(&b->picture, TRACING_SVG_MAX);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 50;
    struct bench *b;

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_ecg [ROUNDS], 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    b = calloc(1, sizeof *b);
    if (!b || sodium_init() < 0)
        abort();
    open_bench(b);
    (void)printf(
        "processor ms   |   bytes | bare | decode |  keep |  read |   SVG |   all | ratio |"
        "   PDF |    SVG |    PDF bytes\n");
    for (int format = 0; format < ECG_FORMAT_COUNT; format++)
        measure(b, (enum ecg_format)format, (int)rounds);
    label_draw_free(b->drawer);
    store_close_read(b->reader);
    world_close(&b->world);
    buffer_free(&b->file);
    buffer_free(&b->packed);
    buffer_free(&b->picture);
    free(b);
    return 0;
}
