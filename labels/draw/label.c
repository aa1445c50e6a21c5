/* Checking a label's description, and choosing its writer. */
#include "labels/draw/label.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "labels/draw/picture.h"

#include "core/model/accession.h"

enum { COPY_MAX = 999 };

struct format {
    const char *id;
    enum font_use use;
    enum error (*write)(const struct scene *scene, struct buffer *out);
};

static const struct format formats[] = {
    [LABEL_SVG] = { "svg", FONT_AS_SHAPES, picture_svg },
    [LABEL_PNG] = { "png", FONT_ON_DOTS, picture_png },
    [LABEL_PDF] = { "pdf", FONT_AS_SHAPES, picture_pdf },
};

const char *label_format_id(enum label_format format)
{
    return (unsigned)format < LABEL_FORMAT_COUNT ? formats[format].id : "";
}

enum error label_format_parse(const char *id, enum label_format *out)
{
    for (unsigned i = 0; i < LABEL_FORMAT_COUNT; i++)
        if (strcmp(id, formats[i].id) == 0) {
            *out = (enum label_format)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

/* Whether the text begins like the pattern, where 0 stands for any digit. */
static bool looks_like(const char *text, const char *pattern)
{
    for (; *pattern; pattern++, text++)
        if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return true;
}

static enum error check_texts(const struct label *label, struct complaint *why)
{
    const char *const texts[] = { label->family,    label->given,         label->mrn,
                                  label->sex,       label->container,     label->priority,
                                  label->collector, label->specimen_type, label->site };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i])
            continue;
        if (strlen(texts[i]) > LIMIT_TEXT || !text_is_plain(span_text(texts[i])))
            return complain(why, ERROR_BAD_INPUT,
                            "A field of the label is too long or is no plain text: correct the "
                            "order, then print the label again.");
    }
    return ERROR_OK;
}

static bool is_local_time(const char *text)
{
    if (!looks_like(text, "0000-00-00T00:00"))
        return false;
    text += sizeof "0000-00-00T00:00" - 1;
    return !*text || (looks_like(text, ":00") && text[strspn(text, ":.0123456789")] == '\0');
}

enum error label_check(const struct label *label, struct complaint *why)
{
    if (text_empty(label->accession) || !looks_like(label->accession, "000000000000") ||
        strlen(label->accession) != ACCESSION_DIGITS)
        return complain(why, ERROR_BAD_INPUT, "A label needs an accession of twelve digits.");
    if (text_empty(label->family) || text_empty(label->mrn))
        return complain(why, ERROR_BAD_INPUT,
                        "A label needs the patient's family name and record number.");
    if (text_empty(label->birth_date) || strlen(label->birth_date) != 10 ||
        !looks_like(label->birth_date, "0000-00-00"))
        return complain(why, ERROR_BAD_INPUT,
                        "A label needs the patient's birth date as year-month-day.");
    if (!text_empty(label->collected_at) && !is_local_time(label->collected_at))
        return complain(why, ERROR_BAD_INPUT,
                        "The time of collection must be the site's own, without a zone.");
    if (label->copy > COPY_MAX)
        return complain(why, ERROR_BAD_INPUT, "No more than %d copies of one label.", COPY_MAX);
    return check_texts(label, why);
}

/* Checks and lays out; the caller frees the scene in any case. */
static enum error make_scene(struct label_drawer *drawer, const struct label *label,
                             struct label_medium medium, enum font_use use, struct scene *scene,
                             struct complaint *why)
{
    enum error e = label_check(label, why);

    if (e != ERROR_OK)
        return e;
    if ((unsigned)medium.stock >= LABEL_STOCK_COUNT ||
        (medium.dpi != 203 && medium.dpi != 300 && medium.dpi != 600))
        return complain(why, ERROR_UNSUPPORTED,
                        "Labels are drawn for printers of 203, 300 and 600 dots an inch.");
    e = scene_lay_out(scene, drawer, use, label, medium, why);
    if (e == ERROR_OK && !scene_drawable(scene))
        e = complain(why, ERROR_IO, "The label could not be drawn: a font cannot be used.");
    return e;
}

static enum error drawn(enum error e, const struct scene *scene, unsigned *unknown,
                        struct complaint *why)
{
    if (e != ERROR_OK)
        return complain(why, e, "The label could not be drawn: %s.", error_text(e));
    if (unknown)
        *unknown = scene_unknown(scene);
    return ERROR_OK;
}

enum error label_draw(struct label_drawer *drawer, const struct label *label,
                      struct label_medium medium, enum label_format format, struct buffer *out,
                      unsigned *unknown, struct complaint *why)
{
    struct scene scene = { 0 };
    enum error e;

    if ((unsigned)format >= LABEL_FORMAT_COUNT)
        return complain(why, ERROR_UNSUPPORTED, "There is no such format of a label.");
    e = make_scene(drawer, label, medium, formats[format].use, &scene, why);
    if (e == ERROR_OK)
        e = drawn(formats[format].write(&scene, out), &scene, unknown, why);
    scene_free(&scene);
    return e;
}

enum error label_draw_bitmap(struct label_drawer *drawer, const struct label *label,
                             struct label_medium medium, struct bitmap *out, unsigned *unknown,
                             struct complaint *why)
{
    struct scene scene = { 0 };
    enum error e = make_scene(drawer, label, medium, FONT_ON_DOTS, &scene, why);

    if (e == ERROR_OK)
        e = drawn(picture_bitmap(&scene, out), &scene, unknown, why);
    scene_free(&scene);
    return e;
}
