/* What a profile says, and where it is read from: the built-in table or a folder of the site. */
#include "instruments/profile/parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/text.h"
#include "instruments/profile/builtin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void profile_free(struct profile *p)
{
    if (!p)
        return;
    profile_patterns_free(p);
    text_patterns_free(p->patterns);
    arena_free(&p->arena);
    free(p);
}

const char *const *profile_builtin_ids(void)
{
    return profile_builtin_names;
}

/* Reads a whole file of at most LIMIT_PROFILE_FILE bytes. */
static enum error read_file(const char *path, struct buffer *out, struct complaint *why)
{
    uint8_t piece[4096];
    FILE *f = fopen(path, "rbe");
    enum error e = ERROR_OK;
    size_t got;

    if (!f)
        return errno == ENOENT
                   ? ERROR_NOT_FOUND
                   : complain(why, ERROR_IO, "%s cannot be opened; check its permissions.", path);
    while (e == ERROR_OK && (got = fread(piece, 1, sizeof piece, f)) > 0)
        e = buffer_put(out, span_of(piece, got));
    if (e != ERROR_OK)
        e = complain(why, e, "%s is larger than a profile may be.", path);
    else if (ferror(f))
        e = complain(why, ERROR_IO, "%s cannot be read.", path);
    (void)fclose(f);
    return e;
}

/* ERROR_NOT_FOUND when the folder has no such file. */
static enum error load_from_folder(const char *id, const char *folder, struct profile **out,
                                   struct complaint *why)
{
    char path[LIMIT_TEXT];
    struct buffer text;
    enum error e;
    int len = snprintf(path, sizeof path, "%s/%s.profile", folder, id);

    if (len < 0 || (size_t)len >= sizeof path)
        return complain(why, ERROR_TOO_BIG, "The name of the folder of profiles is too long.");
    buffer_init(&text, LIMIT_PROFILE_FILE);
    e = read_file(path, &text, why);
    if (e == ERROR_OK)
        e = profile_parse(path, buffer_span(&text), out, why);
    buffer_free(&text);
    return e;
}

static enum error load_builtin(const char *id, struct profile **out, struct complaint *why)
{
    for (size_t i = 0; i < profile_builtin_count; i++) {
        const struct profile_builtin *b = &profile_builtins[i];
        if (strcmp(b->id, id) == 0)
            return profile_parse(b->file, span_of(b->text, b->len), out, why);
    }
    return complain(why, ERROR_NOT_FOUND,
                    "There is no profile \"%s\"; see the list in the manual page of phial decode.",
                    id);
}

enum error profile_load(const char *id, const char *folder, struct profile **out,
                        struct complaint *why)
{
    size_t len = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
    enum error e = ERROR_NOT_FOUND;

    if (len == 0 || len >= 64 || id[len])
        return complain(why, ERROR_BAD_INPUT,
                        "A profile's id is made of small letters, digits and hyphens.");
    if (!text_empty(folder))
        e = load_from_folder(id, folder, out, why);
    return e == ERROR_NOT_FOUND ? load_builtin(id, out, why) : e;
}

const char *profile_id(const struct profile *p)
{
    return p->id;
}

const char *profile_maker(const struct profile *p)
{
    return p->maker;
}

const char *profile_model(const struct profile *p)
{
    return p->model;
}

enum profile_maturity profile_maturity(const struct profile *p)
{
    return p->maturity;
}

const char *profile_link(const struct profile *p)
{
    return p->link;
}

const char *profile_message(const struct profile *p)
{
    return p->message;
}

bool profile_reads(const struct profile *p, const char *format)
{
    for (size_t i = 0; i < p->format_count; i++)
        if (strcmp(p->formats[i]->name, format) == 0)
            return true;
    return false;
}

bool profile_is_ekg(const struct profile *p)
{
    return p->formats[0]->elsewhere;
}

const struct link_options *profile_link_options(const struct profile *p)
{
    return &p->link_options;
}

const struct profile_line_settings *profile_line(const struct profile *p)
{
    return &p->line;
}

const struct profile_usb_id *profile_usb_ids(const struct profile *p, size_t *count)
{
    *count = p->usb_count;
    return p->usb;
}

const struct profile_analyte *profile_analytes(const struct profile *p, size_t *count)
{
    *count = p->analyte_count;
    return p->analytes;
}

const char *profile_code_for_loinc(const struct profile *p, const char *loinc)
{
    for (size_t i = 0; i < p->analyte_count; i++)
        if (*loinc && strcmp(p->analytes[i].loinc, loinc) == 0)
            return p->analytes[i].code;
    return NULL;
}

const struct profile_waiver *profile_waivers(const struct profile *p, size_t *count)
{
    *count = p->waiver_count;
    return p->waivers;
}

size_t profile_type_index(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->type_count; i++)
        if (strcmp(p->types[i].name, name) == 0)
            return i;
    return PROFILE_TYPES_MAX;
}
