/*
 * Which profile a text fits: by what its recognise lines ask of the first record of each type.
 *
 * Formats cannot be confused: all but `text` are told by how a message begins, and a profile of
 * format text fits none that is of another. A text is decoded once in each format, whatever the
 * number of profiles.
 */
#include "instruments/profile/recognise.h"

#include "core/base/limits.h"
#include "instruments/profile/parts.h"

#include <stdlib.h>

enum { MESSAGES_MAX = 16, FORMATS_MAX = 8, RESULT_COUNTS = 4 };

/* The first messages of a text, in one format. */
struct sample {
    const struct profile_format *format;
    struct message messages[MESSAGES_MAX];
    size_t count;
};

struct recogniser {
    struct span text;
    struct arena arena;
    struct sample samples[FORMATS_MAX]; /* of the formats that are told by their beginning */
    size_t count;
    bool strict; /* the text is of one of them */
};

static void read_sample(struct recogniser *r, const struct profile *p,
                        const struct profile_format *format, struct sample *out)
{
    struct span text = r->text;

    *out = (struct sample) { .format = format };
    while (out->count < MESSAGES_MAX) {
        struct message *message = &out->messages[out->count];
        size_t used = 0;
        text = format->blanks_matter ? text : profile_format_skip_gap(text);
        if (!text.len || format->decode(p, text, &r->arena, message, &used, NULL) != ERROR_OK ||
            !message->record_count || !used)
            return;
        out->count++;
        text = span_of(text.at + used, text.len - used);
    }
}

struct recogniser *recogniser_open(struct span text)
{
    struct recogniser *r = calloc(1, sizeof *r);
    const struct profile_format *format;

    if (!r)
        return NULL;
    r->text = text;
    arena_init(&r->arena, LIMIT_DECODE_ARENA);
    for (size_t i = 0; r->count < FORMATS_MAX && (format = profile_format_at(i)) != NULL; i++) {
        if (format->needs_patterns)
            continue;
        read_sample(r, NULL, format, &r->samples[r->count]);
        r->strict = r->strict || r->samples[r->count].count;
        r->count++;
    }
    return r;
}

void recogniser_close(struct recogniser *r)
{
    if (!r)
        return;
    arena_free(&r->arena);
    free(r);
}

static const struct sample *find_sample(struct recogniser *r, const struct profile *p,
                                        const struct profile_format *format, struct sample *own)
{
    if (format->needs_patterns) {
        read_sample(r, p, format, own);
        return own;
    }
    for (size_t i = 0; i < r->count; i++)
        if (r->samples[i].format == format)
            return &r->samples[i];
    return NULL;
}

/* The terms of the alternative that holds with the most of them, or RECOGNISER_NO_FIT. */
static int fit_context(const struct profile *p, const struct profile_context *context,
                       struct arena *arena)
{
    int fit = p->recognise_count ? RECOGNISER_NO_FIT : 0;

    for (size_t i = 0; i < p->recognise_count; i++) {
        const struct profile_condition *c = &p->recognise[i];
        if ((int)c->count > fit && profile_condition_holds(p, c, context, arena))
            fit = (int)c->count;
    }
    return fit;
}

static void note_first(const struct profile *p, const struct message *message,
                       struct profile_context *context)
{
    for (size_t i = 0; i < message->record_count; i++) {
        size_t type = profile_type_index(p, message->records[i].type);
        if (type < PROFILE_TYPES_MAX && !context->at[type])
            context->at[type] = &message->records[i];
    }
}

/* How the lines of a text report are read. */
struct reading {
    size_t known, unknown, results;
};

static struct reading read_lines(const struct profile *p, const struct sample *sample)
{
    struct reading r = { 0, 0, 0 };

    for (size_t i = 0; i < sample->messages[0].record_count; i++) {
        const char *type = sample->messages[0].records[i].type;
        enum profile_role role = profile_role_of(p, sample->format, type);
        r.unknown += role == PROFILE_ROLE_LINE;
        r.known += role != PROFILE_ROLE_LINE;
        r.results += role == PROFILE_ROLE_RESULT;
    }
    return r;
}

/* A text report is taken for this device's when it holds a result and no more lines that are not
 * known than lines that are. */
static bool reads_as_text(const struct profile *p, const struct sample *sample)
{
    struct reading r = read_lines(p, sample);
    return r.known > 0 && (p->recognise_count || (r.results > 0 && r.unknown <= r.known));
}

static int fit_sample(struct recogniser *r, const struct profile *p, const struct sample *sample)
{
    struct profile_context context = { .query_repeat = 0 };

    if (!sample || !sample->count)
        return RECOGNISER_NO_FIT;
    if (sample->format->needs_patterns && !reads_as_text(p, sample))
        return RECOGNISER_NO_FIT;
    context.first = sample->messages[0].records;
    for (size_t i = 0; i < sample->count; i++)
        note_first(p, &sample->messages[i], &context);
    return fit_context(p, &context, &r->arena);
}

int recogniser_fit(struct recogniser *r, const struct profile *p)
{
    int best = RECOGNISER_NO_FIT;

    for (size_t i = 0; i < p->format_count; i++) {
        const struct profile_format *format = p->formats[i];
        struct sample own;
        int fit;
        if (format->needs_patterns && r->strict)
            continue;
        fit = fit_sample(r, p, find_sample(r, p, format, &own));
        best = fit > best ? fit : best;
    }
    return best;
}

int recogniser_reads(struct recogniser *r, const struct profile *p)
{
    struct reading reading;
    struct sample own;

    if (r->strict || !p->formats[0]->needs_patterns)
        return RECOGNISER_NO_FIT;
    read_sample(r, p, p->formats[0], &own);
    if (!own.count)
        return RECOGNISER_NO_FIT;
    reading = read_lines(p, &own);
    if (reading.results < 2 || 2 * reading.unknown > reading.known)
        return RECOGNISER_NO_FIT;
    return (int)(RESULT_COUNTS * reading.results + reading.known - reading.unknown);
}

int profile_fit(const struct profile *p, struct span text)
{
    struct recogniser *r = recogniser_open(text);
    int fit = r ? recogniser_fit(r, p) : RECOGNISER_NO_FIT;

    recogniser_close(r);
    return fit;
}
