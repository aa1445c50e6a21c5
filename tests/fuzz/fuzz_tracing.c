/*
 * Any record as a drawing: whatever numbers and words a file's reader let through, the SVG is whole
 * and holds nothing but the writer's own elements, and the PDF is made.
 *
 * The input: a byte for the view, one for the number of words, the words (each ended by a NUL),
 * then for each lead its kind, how many samples it has and maybe four numbers, then the samples.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "labels/draw/tracing.h"
#include "tests/fuzz/must.h"

const char *__lsan_default_suppressions(void);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    WORDS = 16,
    LEADS = ECG_LEAD_STANDARD + 2,
    PDF_EACH = 16,
    SAMPLES = 1200,
    ANY_NUMBERS = 200
};

struct input {
    struct span rest;
    struct arena arena;
};

/* Zeros once the input is used up. */
static void take(struct input *in, void *out, size_t size)
{
    size_t there = in->rest.len < size ? in->rest.len : size;
    memset(out, 0, size);
    memcpy(out, in->rest.at, there);
    in->rest = span_of(in->rest.at + there, in->rest.len - there);
}

static unsigned take_byte(struct input *in)
{
    uint8_t byte;
    take(in, &byte, 1);
    return byte;
}

/* Text as records hold it. */
static const char *take_word(struct input *in)
{
    const uint8_t *end = memchr(in->rest.at, 0, in->rest.len);
    size_t len = end ? (size_t)(end - in->rest.at) : in->rest.len;
    struct buffer plain;
    const char *word = "";

    buffer_init(&plain, LIMIT_TEXT);
    if (text_from_device(&plain, span_of(in->rest.at, len)) == ERROR_OK)
        word = arena_text(&in->arena, buffer_span(&plain));
    buffer_free(&plain);
    in->rest = span_of(in->rest.at + len, in->rest.len - len);
    (void)take_byte(in);
    must(word != NULL);
    return word;
}

static double take_number(struct input *in)
{
    double value;
    take(in, &value, sizeof value);
    return value;
}

/* Mostly what carts have, sometimes any numbers. */
static void take_lead(struct input *in, struct ecg_lead *lead)
{
    static const double rates[] = { 500, 250, 1000, 240, 100, 44.1, 997, 0.5 };
    unsigned kind = take_byte(in);
    uint16_t count;

    take(in, &count, sizeof count);
    lead->rate = rates[kind % 8];
    lead->start = kind / 8 % 4 * 1.7;
    lead->microvolts_per_unit = 2.5;
    if (kind >= ANY_NUMBERS) {
        lead->rate = take_number(in);
        lead->start = take_number(in);
        lead->microvolts_per_unit = take_number(in);
        lead->microvolts_offset = take_number(in);
    }
    lead->count = count % SAMPLES;
    lead->recorded = lead->count > 0;
    lead->derived = count >= SAMPLES && lead->recorded;
}

/* The bytes that are left, again and again: a short input has long leads. */
static void take_samples(struct input *in, struct ecg_lead *lead)
{
    uint8_t *at = arena_take(&in->arena, (lead->count + 1) * sizeof(int32_t));

    must(at != NULL);
    for (size_t i = 0; in->rest.len > 0 && i < lead->count * sizeof(int32_t); i++)
        at[i] = in->rest.at[(i + lead->id) % in->rest.len];
    lead->samples = (int32_t *)(void *)at;
}

static void take_record(struct input *in, struct ecg *e)
{
    const char **words[] = { &e->patient_name, &e->patient_birth_date, &e->recorded_at, &e->maker,
                             &e->severity,     &e->confirmed_by,       &e->qtc_formula };
    unsigned count = take_byte(in) % WORDS;

    ecg_init(e);
    for (unsigned i = 0; i < count; i++) {
        const char *word = take_word(in);
        if (i < sizeof words / sizeof *words)
            *words[i] = word;
        must(ecg_list_add(&in->arena, i % 2 ? &e->filters : &e->statements, word) == ERROR_OK);
    }
    e->leads = arena_take(&in->arena, LEADS * sizeof *e->leads);
    must(e->leads != NULL);
    e->lead_count = LEADS;
    for (int i = 0; i < LEADS; i++) {
        e->leads[i].id = i < ECG_LEAD_STANDARD ? (enum ecg_lead_id)i : ECG_LEAD_OTHER;
        e->leads[i].name =
            i < ECG_LEAD_STANDARD ? ecg_lead_text((enum ecg_lead_id)i) : e->patient_name;
        take_lead(in, &e->leads[i]);
    }
    for (int i = 0; i < LEADS; i++)
        take_samples(in, &e->leads[i]);
}

/* Every element is one that the writer has, and a path holds numbers and its four letters. */
static void check_svg(const struct buffer *svg)
{
    static const char *const elements[] = {
        "svg", "/svg>", "title>", "/title>", "rect ",  "g ",
        "/g>", "path ", "text ",  "/text>",  "tspan ", "/tspan>"
    };
    const char *at = (const char *)svg->at;

    must(text_is_utf8(buffer_span(svg)) && buffer_put_byte((struct buffer *)svg, 0) == ERROR_OK);
    at = (const char *)svg->at;
    while ((at = strchr(at, '<'))) {
        size_t i = 0;
        at++;
        while (i < sizeof elements / sizeof *elements &&
               strncmp(at, elements[i], strlen(elements[i])) != 0)
            i++;
        must(i < sizeof elements / sizeof *elements);
        if (strncmp(at, "path ", 5) == 0) {
            at += strlen("path d=\"");
            must(at[strspn(at, "Mlvh0123456789- ")] == '"');
        }
    }
}

static void draw(const struct ecg *e, struct tracing_view view, const char *caption,
                 struct buffer *out)
{
    struct complaint why = { "" };
    enum error error = tracing_draw_svg(e, view, caption, out, &why);

    must(error == ERROR_OK || error == ERROR_BAD_INPUT);
    if (error == ERROR_OK)
        check_svg(out);
    else
        must(why.text[0] != '\0' && out->len == 0);
}

static struct label_drawer **the_drawer(void)
{
    static struct label_drawer *drawer; /* fonts take longer than everything else */
    return &drawer;
}

static void release(void)
{
    label_draw_free(*the_drawer());
}

static void draw_pdf(const struct ecg *e, struct tracing_view view, struct buffer *out)
{
    const struct tracing_overread overread = { .opinion = e->severity, .reading = e->maker };
    const struct tracing_report report = { .family = e->patient_name,
                                           .given = e->maker,
                                           .overread = &overread };
    struct complaint why = { "" };
    enum error error = tracing_draw_pdf(*the_drawer(), e, view, &report, out, &why);

    must(error == ERROR_OK || error == ERROR_BAD_INPUT);
    must((error == ERROR_OK) == (out->len > 0));
}

/* fontconfig keeps distances in the place of pointers, which nobody can follow who looks for leaks.
 */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct complaint why = { "" };
    (void)argc;
    (void)argv;
    must(label_draw_prepare(the_drawer(), &why) == ERROR_OK && atexit(release) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = { .rest = span_of(data, size) };
    struct tracing_view view;
    struct buffer out;
    struct ecg e;
    unsigned kind;

    if (size < 2)
        return 0;
    arena_init(&in.arena, LIMIT_ECG_ARENA);
    buffer_init(&out, TRACING_SVG_MAX);
    kind = take_byte(&in);
    view =
        (struct tracing_view) { (enum tracing_layout)(kind % 3), (enum tracing_order)(kind / 3 % 2),
                                kind & 64 ? 50 : 25, kind & 128 ? 20 : 10, kind & 32 ? 2 : 0 };
    take_record(&in, &e);
    draw(&e, view, e.patient_name, &out);
    buffer_clear(&out);
    if (size % PDF_EACH == 0)
        draw_pdf(&e, view, &out);
    buffer_free(&out);
    arena_free(&in.arena);
    return 0;
}
