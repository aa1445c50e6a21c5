/*
 * Draws synthetic EKGs in every view, for the checks beside this file: into FOLDER go, for each
 * case, its record with its samples as JSON, and each view's SVG and PDF.
 *
 * usage: tracing_samples FOLDER
 */
#include "labels/draw/tracing.h"
#include "tests/support/ecg_tracing.h"

#include "core/base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define HASH "4f2c9d1e7b60a5833c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b"

enum { TRY_VIEWS = TRACING_LAYOUT_COUNT * TRACING_ORDER_COUNT * 2 * 3 };

struct sample_case {
    const char *name;
    struct ecg_tracing how;
    unsigned from;
    bool every_view; /* else four of them */
    void (*change)(struct arena *a, struct ecg *e);
};

static const struct tracing_overread overread = {
    .opinion = "disagree",
    .reading = "<script>alert(1)</script>\nNormal sinus rhythm.",
    .person = "Dana Whitfield-TEST, NP (provider)",
    .meaning = "over-read, changed",
    .signed_at = "03/12/2026 09:52 EST",
    .original = HASH,
    .picture = HASH,
    .layout = "3x4 standard 25 10",
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "tracing_samples: %s %s\n", what, why);
    exit(1);
}

static void drop_lead(struct ecg *e, enum ecg_lead_id id)
{
    struct ecg_lead *lead = &e->leads[id];
    *lead = (struct ecg_lead) { .id = id, .name = lead->name };
}

/* Five electrodes give the limb leads and one of the chest. */
static void leave_five(struct arena *a, struct ecg *e)
{
    (void)a;
    for (int v = ECG_LEAD_V2; v <= ECG_LEAD_V6; v++)
        drop_lead(e, (enum ecg_lead_id)v);
}

static void leave_out_second(struct arena *a, struct ecg *e)
{
    (void)a;
    for (int id = 0; id < ECG_LEAD_V1; id++)
        drop_lead(e, (enum ecg_lead_id)id);
}

static void open_gaps(struct arena *a, struct ecg *e)
{
    (void)a;
    for (size_t i = 0; i < e->lead_count; i++) {
        struct ecg_lead *lead = &e->leads[i];
        for (size_t k = 20 + i; k < lead->count; k += 37 + i)
            for (size_t n = 0; n < 3 && k + n < lead->count; n++)
                lead->samples[k + n] = ECG_GAP;
        lead->samples[0] = ECG_GAP;
        lead->samples[41] = lead->samples[43] = ECG_GAP; /* 42 stands alone */
        lead->samples[lead->count - 1] = ECG_GAP;
    }
}

/* As a cart that records three leads at a time. */
static void shift_starts(struct arena *a, struct ecg *e)
{
    (void)a;
    for (size_t i = 0; i < e->lead_count; i++) {
        size_t turn = i / 3;
        e->leads[i].start = (double)turn * 2.5 + 0.013;
        if (i != ECG_LEAD_II)
            e->leads[i].count = e->leads[i].count / 4;
    }
}

static void mix_rates(struct arena *a, struct ecg *e)
{
    static const double rates[] = { 50, 44.1, 97.3, 60, 33.333333 };
    (void)a;
    for (size_t i = 0; i < e->lead_count; i++)
        e->leads[i].rate = rates[i % 5];
}

/* As a file of eight leads, which are then completed. */
static void derive(struct arena *a, struct ecg *e)
{
    struct complaint why = { "" };
    e->lead_count = 2;
    for (int v = ECG_LEAD_V1; v <= ECG_LEAD_V6; v++)
        e->leads[e->lead_count++] = e->leads[v];
    if (ecg_complete(a, e, &why) != ERROR_OK)
        fail("derive", why.text);
}

static void go_far(struct arena *a, struct ecg *e)
{
    (void)a;
    for (size_t i = 0; i < e->lead_count; i++)
        for (size_t k = 11; k < e->leads[i].count; k += 29)
            e->leads[i].samples[k] = k % 2 ? INT32_MAX : INT32_MIN + 1;
    e->leads[ECG_LEAD_V2].microvolts_per_unit = 1e290;
}

static void say_much(struct arena *a, struct ecg *e)
{
    char *text = arena_take(a, 3000);
    if (!text || ecg_list_add(a, &e->filters, "<b>&\"quoted\"") != ERROR_OK)
        fail("say_much", "no memory");
    memset(text, 'x', 2999);
    for (size_t i = 5; i < 2999; i += 6)
        text[i] = ' ';
    e->statements.count = 0;
    (void)ecg_list_add(a, &e->statements, "FIRST statement <script>alert(1)</script>");
    (void)ecg_list_add(a, &e->statements, text);
    (void)ecg_list_add(a, &e->statements, "LAST statement");
}

static const struct sample_case cases[] = {
    { "short", { 50, 10, 4, false }, 0, true, NULL },
    { "five", { 50, 10, 4, false }, 0, false, leave_five },
    { "chest", { 50, 10, 4, false }, 0, false, leave_out_second },
    { "gaps", { 50, 10, 4, false }, 0, false, open_gaps },
    { "turns", { 50, 10, 4, false }, 0, false, shift_starts },
    { "rates", { 50, 10, 4, false }, 0, false, mix_rates },
    { "derived", { 50, 10, 4, false }, 0, false, derive },
    { "far", { 50, 10, 4, false }, 0, false, go_far },
    { "long", { 50, 47.3, 4, false }, 31, false, NULL },
    { "brief", { 50, 4, 4, false }, 0, false, NULL },
    { "much", { 50, 10, 4, false }, 0, false, say_much },
    { "real", { 500, 10, 5, false }, 0, false, NULL },
};

static void save(const char *folder, const char *name, const char *ending, struct buffer *bytes)
{
    char path[512];
    FILE *file;
    (void)snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    file = fopen(path, "wb");
    if (!file || fwrite(bytes->at, 1, bytes->len, file) != bytes->len || fclose(file) != 0)
        fail("cannot write", path);
    buffer_clear(bytes);
}

static void draw_view(struct label_drawer *drawer, const char *folder, const struct ecg *e,
                      struct tracing_view view)
{
    struct tracing_report report = {
        .family = "Nguy\u1ec5n-TEST",
        .given = "\u0645\u062d\u0645\u062f",
        .birth_date = "1958-07-19",
        .mrn = "00900142",
        .order = "260312-00017",
        .provider = "Dana Whitfield-TEST, NP",
        .site = "Clinic <script>alert(1)</script> & Co",
        .original = HASH,
    };
    struct tracing_overread signature = overread;
    struct complaint why = { "" };
    struct buffer out;
    char name[TRACING_VIEW_TEXT], with[TRACING_VIEW_TEXT + 8];

    tracing_view_text(view, name);
    (void)snprintf(with, sizeof with, "%s signed", name);
    buffer_init(&out, TRACING_SVG_MAX);
    if (tracing_draw_svg(e, view, "Nguy\u1ec5n-TEST <script>", &out, &why) != ERROR_OK)
        fail(name, why.text);
    save(folder, name, "svg", &out);
    if (tracing_draw_pdf(drawer, e, view, &report, &out, &why) != ERROR_OK)
        fail(name, why.text);
    save(folder, name, "pdf", &out);
    signature.renderer = view.from > 0 ? "phial-tracing-0" : TRACING_RENDERER;
    report.overread = &signature;
    if (tracing_draw_pdf(drawer, e, view, &report, &out, &why) != ERROR_OK)
        fail(with, why.text);
    save(folder, with, "pdf", &out);
    buffer_free(&out);
}

/* Views in the order of their parts; of 36 each ninth or so when not every one is wanted. */
static void draw_case(struct label_drawer *drawer, const char *folder, const struct sample_case *c)
{
    static const unsigned speeds[] = { 25, 50 }, gains[] = { 5, 10, 20 };
    struct arena arena;
    struct buffer json;
    struct ecg e;
    char path[256];

    arena_init(&arena, LIMIT_ECG_ARENA);
    buffer_init(&json, LIMIT_ECG_ARENA);
    (void)snprintf(path, sizeof path, "%s/%s", folder, c->name);
    if (mkdir(path, 0755) != 0 || ecg_tracing_make(&arena, c->how, &e) != ERROR_OK)
        fail("cannot make", path);
    if (c->change)
        c->change(&arena, &e);
    if (ecg_to_json(&e, true, &json) != ERROR_OK)
        fail("no JSON of", c->name);
    save(path, "record", "json", &json);
    for (int i = 0; i < TRY_VIEWS; i++)
        if (c->every_view || i % 7 == 1)
            draw_view(drawer, path, &e,
                      (struct tracing_view) { (enum tracing_layout)(i % TRACING_LAYOUT_COUNT),
                                              (enum tracing_order)(i / 3 % 2), speeds[i / 6 % 2],
                                              gains[i / 12 % 3], c->from });
    buffer_free(&json);
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    struct label_drawer *drawer = NULL;
    struct complaint why = { "" };

    if (argc != 2)
        fail("usage: tracing_samples", "FOLDER");
    if (label_draw_prepare(&drawer, &why) != ERROR_OK)
        fail("fonts:", why.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        draw_case(drawer, argv[1], &cases[i]);
    label_draw_free(drawer);
    return 0;
}
