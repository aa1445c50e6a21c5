/*
 * Draws one EKG into a file, for a person who wants to look: a cart's file, or the synthetic one.
 *
 * usage: draw_one svg|pdf FILE|synthetic OUT ["3x4 standard 25 10" [signed]]
 */
#include "labels/draw/tracing.h"
#include "tests/support/ecg_tracing.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"

#include <stdio.h>
#include <stdlib.h>

#define HASH "4f2c9d1e7b60a5833c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b"

static const struct tracing_overread overread = {
    .opinion = "change",
    .reading = "Sinus rhythm 74.\nT waves lower than before in II, V5, V6.",
    .person = "Dana Whitfield-TEST, NP (provider)",
    .meaning = "over-read, changed",
    .signed_at = "03/12/2026 09:52 EST",
    .original = HASH,
    .picture = HASH,
    .renderer = TRACING_RENDERER,
    .layout = "3x4 standard 25 10",
};

static enum error read_file(struct arena *a, const char *path, struct ecg *out,
                            struct complaint *why)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = arena_take(a, LIMIT_ECG_FILE);
    size_t len = file && bytes ? fread(bytes, 1, LIMIT_ECG_FILE, file) : 0;
    if (file)
        (void)fclose(file);
    return ecg_decode(a, span_of(bytes, len), 0, out, why);
}

static enum error draw(const char *format, const struct ecg *ecg, struct tracing_view view,
                       bool with_overread, struct buffer *out, struct complaint *why)
{
    struct tracing_report report = {
        .family = "MARLOWE-TEST",
        .given = "Iris J",
        .birth_date = "1958-07-19",
        .sex = "F",
        .mrn = "00900142",
        .order = "260312-00017",
        .provider = "Dana Whitfield-TEST, NP",
        .reason = "palpitations",
        .site = "Clinic of the demonstration",
        .received_at = "03/12/2026 09:46",
        .tied = "two identifiers confirmed by Maria L.-TEST",
        .original = HASH,
        .overread = with_overread ? &overread : NULL,
    };
    struct label_drawer *drawer = NULL;
    enum error e;

    if (strcmp(format, "svg") == 0)
        return tracing_draw_svg(ecg, view, "MARLOWE-TEST, Iris J", out, why);
    e = label_draw_prepare(&drawer, why);
    if (e == ERROR_OK)
        e = tracing_draw_pdf(drawer, ecg, view, &report, out, why);
    label_draw_free(drawer);
    return e;
}

int main(int argc, char **argv)
{
    struct tracing_view view = tracing_view_usual();
    struct complaint why = { "" };
    struct arena arena;
    struct buffer out;
    struct ecg ecg;
    enum error e;
    FILE *file;

    if (argc < 4 || (argc > 4 && tracing_view_parse(argv[4], &view) != ERROR_OK)) {
        fprintf(stderr, "usage: draw_one svg|pdf FILE|synthetic OUT [VIEW [signed]]\n");
        return 2;
    }
    arena_init(&arena, LIMIT_ECG_ARENA + LIMIT_ECG_FILE);
    buffer_init(&out, TRACING_SVG_MAX);
    if (strcmp(argv[2], "synthetic") == 0)
        e = ecg_tracing_make(&arena, (struct ecg_tracing) { 500, 10, 8, false }, &ecg);
    else
        e = read_file(&arena, argv[2], &ecg, &why);
    if (e == ERROR_OK)
        e = draw(argv[1], &ecg, view, argc > 5, &out, &why);
    file = e == ERROR_OK ? fopen(argv[3], "wb") : NULL;
    if (!file || fwrite(out.at, 1, out.len, file) != out.len || fclose(file) != 0) {
        fprintf(stderr, "draw_one: %s %s\n", error_text(e), why.text);
        return 1;
    }
    buffer_free(&out);
    arena_free(&arena);
    return 0;
}
