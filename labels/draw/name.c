/* A patient's name on one line (domain.md 3.4: truncate FIRST before LAST, mark with "…"). */
#include "labels/draw/layout.h"

struct fitting {
    const struct label_drawer *drawer;
    enum font_use use;
    bool bold;
    double em, width;
};

static char *join(const char *family, const char *given)
{
    if (!*given)
        return g_strdup(family);
    return g_strconcat(family, ", ", given, NULL);
}

/* A layout of the text when it fits; else NULL. Frees the text. */
static PangoLayout *try_text(const struct fitting *f, char *text)
{
    PangoLayout *layout = font_layout(f->drawer, f->use, text, f->bold, f->em);
    g_free(text);
    if (layout_width(layout) > f->width + 0.01)
        g_clear_object(&layout);
    return layout;
}

/* Byte offsets behind each character as a reader counts them (letter with its marks). */
static GArray *reader_characters(const struct fitting *f, const char *text)
{
    PangoLayout *layout = font_layout(f->drawer, f->use, text, f->bold, f->em);
    GArray *ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    int count = 0;
    const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly(layout, &count);
    const char *at = text;

    for (int i = 1; i < count && *at; i++) {
        size_t end;
        at = g_utf8_next_char(at);
        end = (size_t)(at - text);
        if (attrs[i].is_cursor_position)
            g_array_append_val(ends, end);
    }
    g_object_unref(layout);
    return ends;
}

static char *cut_at(const char *text, size_t end)
{
    char *head = g_strndup(text, end);
    char *cut = g_strconcat(g_strchomp(head), "\u2026", NULL);
    g_free(head);
    return cut;
}

/* Only scripts with capitals have initials a reader understands. */
static bool has_initial(const char *word)
{
    gunichar first = g_utf8_get_char(word);
    return g_unichar_isupper(first) || g_unichar_islower(first);
}

static void add_initial(const struct fitting *f, GString *out, const char *word)
{
    GArray *ends = reader_characters(f, word);
    size_t end = ends->len && has_initial(word) ? g_array_index(ends, size_t, 0) : strlen(word);
    g_string_append_c(out, ' ');
    g_string_append_len(out, word, (gssize)end);
    g_array_free(ends, TRUE);
}

/* "Jane Quinn Mary" to "Jane Q M": the first name, then one character of each other. */
static char *with_initials(const struct fitting *f, const char *given)
{
    char **words = g_strsplit(given, " ", -1);
    GString *out = g_string_new(words[0]);
    for (size_t i = 1; words[0] && words[i]; i++)
        if (*words[i])
            add_initial(f, out, words[i]);
    g_strfreev(words);
    return g_string_free(out, FALSE);
}

/* The longest beginning of one part, marked as cut, that fits beside the other; NULL when not even
 * one character does. `cut_family` says which part is cut. */
static PangoLayout *longest_cut(const struct fitting *f, const char *family, const char *given,
                                bool cut_family)
{
    const char *whole = cut_family ? family : given;
    GArray *ends = reader_characters(f, whole);
    PangoLayout *best = NULL;
    unsigned low = 1, high = ends->len;

    while (low <= high && high > 0) {
        unsigned middle = low + (high - low) / 2;
        char *cut = cut_at(whole, g_array_index(ends, size_t, middle - 1));
        char *text = cut_family ? join(cut, given) : join(family, cut);
        PangoLayout *layout = try_text(f, text);
        g_free(cut);
        if (layout) {
            g_clear_object(&best);
            best = layout;
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    g_array_free(ends, TRUE);
    return best;
}

/* The family name is cut; the given name keeps its first character. */
static PangoLayout *cut_family(const struct fitting *f, const char *family, const char *given)
{
    GArray *ends = reader_characters(f, given);
    char *initial = ends->len > 1 ? cut_at(given, g_array_index(ends, size_t, 0)) : g_strdup(given);
    PangoLayout *layout = longest_cut(f, family, initial, true);
    g_array_free(ends, TRUE);
    g_free(initial);
    return layout;
}

/* Even one character of each does not fit: Pango cuts wherever it must. */
static PangoLayout *cut_anywhere(const struct fitting *f, const char *family, const char *given)
{
    char *text = join(family, given);
    PangoLayout *layout = font_layout(f->drawer, f->use, text, f->bold, f->em);
    pango_layout_set_width(layout, (int)(f->width * PANGO_SCALE));
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    g_free(text);
    return layout;
}

PangoLayout *name_fit(const struct label_drawer *drawer, enum font_use use, const char *family,
                      const char *given, bool bold, double em, double width)
{
    const struct fitting f = { drawer, use, bold, em, width };
    char *initials = with_initials(&f, given);
    PangoLayout *layout = try_text(&f, join(family, given));

    if (!layout)
        layout = try_text(&f, join(family, initials));
    if (!layout && *given)
        layout = longest_cut(&f, family, initials, false);
    if (!layout)
        layout = cut_family(&f, family, initials);
    if (!layout)
        layout = cut_anywhere(&f, family, given);
    g_free(initials);
    return layout;
}
