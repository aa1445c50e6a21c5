/* Opening the fonts of labels; see fonts.h for what it promises. */
#include "labels/draw/fonts.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#define FAMILY "DejaVu Sans, Noto Sans"

struct label_drawer {
    FcConfig *config;
    PangoFontMap *map;
    PangoContext *contexts[FONT_USES];
    cairo_scaled_font_t **faces; /* each locked */
    size_t face_count;
};

/* DejaVu's condensed faces carry everything Latin, Vietnamese, Greek and Cyrillic, and are hinted
 * for few dots; Noto adds a bold face for each script people write their names in, Micro
 * Hei the Chinese, Japanese and Korean ones. The caches spare reading every file at the start. */
static const char configuration[] =
    "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
    "<dir>/usr/share/fonts/truetype/dejavu</dir>"
    "<dir>/usr/share/fonts/truetype/noto</dir>"
    "<dir>/usr/share/fonts/truetype/wqy</dir>"
    "<cachedir>/var/cache/fontconfig</cachedir>"
    "<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>"
    "<glob>*/DejaVuSansCondensed.ttf</glob>"
    "<glob>*/DejaVuSansCondensed-Bold.ttf</glob>"
    "<glob>*/NotoSans*-Bold.ttf</glob>"
    "<glob>*/NotoSansMongolian-Regular.ttf</glob>"
    "<glob>*/NotoSansNKo-Regular.ttf</glob>"
    "<glob>*/NotoSansSyriac-Regular.ttf</glob>"
    "<glob>*/NotoSerifTibetan-Bold.ttf</glob>"
    "<glob>*/wqy-microhei.ttc</glob>"
    "</acceptfont></selectfont></fontconfig>";

/* Text that makes the libraries below Pango load what they load on first use: Thai the dictionary
 * of word ends, a private character the small font of the boxes for unknown characters. */
static const char *const first_texts[] = {
    "Nguy\u1ec5n, \u0110\u1eb7ng Th\u1ecb \u2026",
    "\u0639\u0628\u062f \u0627\u0644\u0644\u0647",
    "\u0e2a\u0e21\u0e0a\u0e32\u0e22\u0e43\u0e08\u0e14\u0e35",
    "\u0928\u093f\u0924\u093f\u0928",
    "\ub0a8\uad81 \u6b50\u967d",
    "\ue000",
};

static bool has_family(const FcFontSet *set, const char *family, const char *file_end)
{
    for (int i = 0; set && i < set->nfont; i++) {
        FcChar8 *name = NULL, *file = NULL;
        if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &name) == FcResultMatch &&
            FcPatternGetString(set->fonts[i], FC_FILE, 0, &file) == FcResultMatch &&
            g_str_equal(name, family) && g_str_has_suffix((const char *)file, file_end))
            return true;
    }
    return false;
}

static enum error configure(struct label_drawer *d, struct complaint *why)
{
    const FcFontSet *set;
    d->config = FcConfigCreate();
    if (!d->config)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the label's fonts.");
    if (!FcConfigParseAndLoadFromMemory(d->config, (const FcChar8 *)configuration, FcTrue) ||
        !FcConfigBuildFonts(d->config))
        return complain(why, ERROR_BUG, "Phial's own font configuration is refused.");
    set = FcConfigGetFonts(d->config, FcSetSystem);
    if (!has_family(set, "DejaVu Sans", "Condensed.ttf") ||
        !has_family(set, "DejaVu Sans", "Condensed-Bold.ttf"))
        return complain(why, ERROR_NOT_FOUND,
                        "The fonts of labels are missing: install the Debian packages "
                        "fonts-dejavu-extra, fonts-noto-core and fonts-wqy-microhei.");
    /* Pango asks for the process's current configuration, and would load the machine's. */
    if (!FcConfigSetCurrent(d->config))
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the label's fonts.");
    return ERROR_OK;
}

static PangoContext *make_context(PangoFontMap *map, enum font_use use)
{
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, use == FONT_ON_DOTS ? CAIRO_ANTIALIAS_NONE
                                                                  : CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, use == FONT_ON_DOTS ? CAIRO_HINT_STYLE_FULL
                                                                   : CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string("en"));
    return context;
}

/* Opens one face, maps its tables (hb) and locks it in cairo. */
static bool open_face(struct label_drawer *d, const FcPattern *pattern)
{
    PangoFontDescription *description =
        pango_fc_font_description_from_pattern((FcPattern *)pattern, FALSE);
    PangoFont *font;
    cairo_scaled_font_t *face = NULL;

    pango_font_description_set_absolute_size(description, 20.0 * PANGO_SCALE);
    font = pango_font_map_load_font(d->map, d->contexts[FONT_ON_DOTS], description);
    pango_font_description_free(description);
    if (font && pango_font_get_hb_font(font))
        face = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
    if (face && cairo_ft_scaled_font_lock_face(face))
        d->faces[d->face_count++] = cairo_scaled_font_reference(face);
    else
        face = NULL;
    g_clear_object(&font);
    return face != NULL;
}

static enum error open_faces(struct label_drawer *d, struct complaint *why)
{
    const FcFontSet *set = FcConfigGetFonts(d->config, FcSetSystem);
    d->faces = g_new0(cairo_scaled_font_t *, (gsize)set->nfont);
    for (int i = 0; i < set->nfont; i++)
        if (!open_face(d, set->fonts[i])) {
            FcChar8 *file = NULL;
            FcPatternGetString(set->fonts[i], FC_FILE, 0, &file);
            return complain(why, ERROR_IO, "The font %s cannot be opened: install it again.",
                            file ? (const char *)file : "of a label");
        }
    return ERROR_OK;
}

static void draw_once(const struct label_drawer *d)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 64, 64);
    cairo_t *cr = cairo_create(surface);
    for (size_t i = 0; i < sizeof first_texts / sizeof *first_texts; i++)
        for (int use = 0; use < FONT_USES; use++) {
            PangoLayout *layout = font_layout(d, (enum font_use)use, first_texts[i], i & 1, 20);
            pango_layout_set_width(layout, 60 * PANGO_SCALE);
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
            pango_cairo_show_layout(cr, layout);
            g_object_unref(layout);
        }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

enum error label_draw_prepare(struct label_drawer **out, struct complaint *why)
{
    struct label_drawer *d = g_new0(struct label_drawer, 1);
    enum error e = configure(d, why);

    if (e != ERROR_OK)
        goto out;
    d->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    for (int use = 0; use < FONT_USES; use++)
        d->contexts[use] = make_context(d->map, (enum font_use)use);
    e = open_faces(d, why);
    if (e != ERROR_OK)
        goto out;
    draw_once(d);
    *out = d;
    d = NULL;
out:
    label_draw_free(d);
    return e;
}

void label_draw_free(struct label_drawer *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->face_count; i++) {
        cairo_ft_scaled_font_unlock_face(d->faces[i]);
        cairo_scaled_font_destroy(d->faces[i]);
    }
    g_free(d->faces);
    for (int use = 0; use < FONT_USES; use++)
        g_clear_object(&d->contexts[use]);
    g_clear_object(&d->map);
    if (d->config)
        FcConfigDestroy(d->config);
    g_free(d);
}

PangoLayout *font_layout(const struct label_drawer *d, enum font_use use, const char *text,
                         bool bold, double em)
{
    PangoLayout *layout = pango_layout_new(d->contexts[use]);
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);
    pango_font_description_set_stretch(font, PANGO_STRETCH_SEMI_CONDENSED);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, em * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static bool is_directional(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Unicode 23.7: no text has them, and cairo refuses them. */
static bool is_noncharacter(gunichar c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

char *font_clean(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029)
            g_string_append_c(out, ' ');
        else if (is_noncharacter(c))
            g_string_append_unichar(out, 0xfffd);
        else if (!is_directional(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

bool font_drawable(PangoLayoutLine *line)
{
    for (const GSList *at = line->runs; at; at = at->next) {
        const PangoGlyphItem *run = at->data;
        PangoFont *font = run->item->analysis.font;
        cairo_scaled_font_t *scaled =
            font ? pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font)) : NULL;
        if (!scaled || cairo_scaled_font_status(scaled) != CAIRO_STATUS_SUCCESS)
            return false;
    }
    return true;
}
