/*
 * One result: its texts as sent, and beside them what the profile's maps and plain reading make of
 * them. Nothing is guessed: a code, unit or marker that the maps do not know stays as sent.
 */
#include "instruments/profile/result.h"

#include "core/base/limits.h"
#include "instruments/profile/value.h"

#include <stdarg.h>
#include <stdio.h>

/* A list's room is the next power of two above its count. */
void profile_list_add(struct text_list *list, const char *text, struct arena *arena)
{
    bool full = (list->count & (list->count - 1)) == 0;

    if (list->count >= LIMIT_LIST)
        return;
    if (full) {
        size_t room = list->count ? 2 * list->count : 1;
        const char **at = arena_take(arena, room * sizeof *at);
        if (!at)
            return;
        if (list->count)
            memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
    }
    list->at[list->count++] = text;
}

void profile_complain(struct text_list *list, struct arena *arena, const char *format, ...)
{
    char sentence[512];
    const char *text;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    text = arena_text(arena, span_text(sentence));
    if (text)
        profile_list_add(list, profile_plain(text, arena), arena);
}

const char *profile_place_time(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena,
                               struct text_list *complaints)
{
    const char *text = profile_place_text(p, place, context, arena), *time = "";
    enum error e = *text ? value_time(text, arena, &time) : ERROR_OK;

    for (size_t i = 0; e == ERROR_BAD_INPUT && i < p->time_count; i++)
        e = value_time_by(p->times[i], text, arena, &time);
    if (e == ERROR_BAD_INPUT)
        profile_complain(complaints, arena, "The time \"%.64s\" cannot be read.", text);
    return time;
}

/* By the map; a unit that the map or the analytes have as UCUM is UCUM already. */
static const char *ucum_of(const struct profile *p, const char *unit)
{
    for (size_t i = 0; i < p->unit_count; i++)
        if (strcmp(p->units[i].vendor, unit) == 0)
            return p->units[i].ucum;
    for (size_t i = 0; *unit && i < p->unit_count; i++)
        if (strcmp(p->units[i].ucum, unit) == 0)
            return p->units[i].ucum;
    for (size_t i = 0; *unit && i < p->analyte_count; i++)
        if (strcmp(p->analytes[i].ucum, unit) == 0)
            return p->analytes[i].ucum;
    return "";
}

/* A line of the map fits when it has the unit that was sent, or no unit at all; a result that is
 * no number may come without one (`--- `). */
static bool analyte_fits(const struct profile_analyte *a, const struct record_result *r)
{
    return !*a->ucum || strcmp(a->ucum, r->ucum) == 0 || (!*r->unit && !*r->number);
}

/* Sets LOINC and name from the map. A known code in a unit the map does not have gets its name but
 * no LOINC: most codes name a unit's dimension, and units are a setting of the device (devices.md
 * 7, trap 11). */
static bool map_analyte(const struct profile *p, struct record_result *r, struct arena *arena,
                        struct text_list *complaints)
{
    const struct profile_analyte *known = NULL;

    for (size_t i = 0; i < p->analyte_count; i++) {
        const struct profile_analyte *a = &p->analytes[i];
        if (strcmp(a->code, r->code) != 0)
            continue;
        known = a;
        if (analyte_fits(a, r))
            break;
    }
    if (!known)
        return false;
    r->name = arena_text(arena, span_text(known->name));
    if (!r->name)
        r->name = "";
    if (!analyte_fits(known, r))
        profile_complain(complaints, arena,
                         "%.64s came in the unit \"%.64s\", which the profile has no code for.",
                         r->code, r->unit);
    else if ((r->loinc = arena_text(arena, span_text(known->loinc))) == NULL)
        r->loinc = "";
    return true;
}

/* What the device itself sent as LOINC and name (LIS02-A2 6.6.1: universal test ID). */
static void take_sent_analyte(const struct profile *p, const struct profile_context *context,
                              struct arena *arena, struct record_result *r)
{
    const struct profile_paths *paths = &p->places[PROFILE_PLACE_LOINC];

    r->name = profile_place_text(p, PROFILE_PLACE_NAME, context, arena);
    for (size_t i = 0; i < paths->count && !*r->loinc; i++) {
        const char *text = profile_path_text(&paths->at[i], context, arena);
        if (value_is_loinc(text))
            r->loinc = text;
    }
}

/* Delimiters around nothing are structure, not value: of `40^^` and `^3.5` the only component that
 * says something is the value; of `3+^3+^45` all of it, as sent. */
static const char *sent_value(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena)
{
    const struct message_field *field = profile_path_field(path, context);
    const struct message_repeat *repeat;
    const char *only = NULL;
    size_t said = 0;

    if (path->component || path->field_name || path->pattern || !field || field->repeat_count != 1)
        return profile_path_text(path, context, arena);
    repeat = &field->repeats[0];
    for (size_t i = 0; i < repeat->component_count; i++)
        if (!profile_blank(repeat->components[i])) {
            only = repeat->components[i];
            said++;
        }
    return said == 1 ? profile_plain(only, arena) : profile_path_text(path, context, arena);
}

static void read_value(const struct profile *p, const struct profile_context *context,
                       struct arena *arena, struct record_result *r)
{
    const struct profile_paths *paths = &p->places[PROFILE_PLACE_VALUE];
    const char *number = profile_place_text(p, PROFILE_PLACE_NUMBER, context, arena);
    struct value_reading reading;

    for (size_t i = 0; i < paths->count && !*r->value; i++)
        r->value = sent_value(&paths->at[i], context, arena);
    reading = value_read(*number ? number : r->value, arena);
    r->comparator = reading.comparator;
    r->number = reading.number;
}

static const struct profile_flag *flag_meaning(const struct profile *p, const char *marker)
{
    for (size_t i = 0; i < p->flag_count; i++)
        if (strcmp(p->flags[i].vendor, marker) == 0)
            return &p->flags[i];
    return NULL;
}

/* Without a section [flags] every marker is a flag as sent. With one, a marker it does not know is
 * kept as a comment, so that it is seen but never judged. */
static void read_flags(const struct profile *p, const struct profile_context *context,
                       struct arena *arena, struct record_result *r)
{
    const struct profile_paths *paths = &p->places[PROFILE_PLACE_FLAGS];
    struct text_list sent = { NULL, 0 };

    for (size_t i = 0; i < paths->count && sent.count == 0; i++)
        sent = profile_place_list(p, &paths->at[i], context, arena);
    for (size_t i = 0; i < sent.count; i++) {
        const struct profile_flag *meaning = flag_meaning(p, sent.at[i]);
        if (!p->flag_count)
            profile_list_add(&r->flags, sent.at[i], arena);
        else if (!meaning)
            profile_complain(&r->comments, arena, "Marker %.64s", sent.at[i]);
        else if (meaning->flag)
            profile_complain(&r->flags, arena, "%s", meaning->flag);
        else
            profile_complain(&r->comments, arena, "%s", meaning->comment);
    }
}

void profile_read_result(const struct profile *p, const struct profile_context *context,
                         struct arena *arena, struct record_result *out,
                         struct text_list *complaints)
{
    record_result_init(out);
    out->code = profile_place_text(p, PROFILE_PLACE_CODE, context, arena);
    read_value(p, context, arena, out);
    out->unit = profile_place_text(p, PROFILE_PLACE_UNIT, context, arena);
    out->ucum = arena_text(arena, span_text(ucum_of(p, out->unit)));
    if (!out->ucum)
        out->ucum = "";
    out->range = profile_place_text(p, PROFILE_PLACE_RANGE, context, arena);
    out->status = profile_place_text(p, PROFILE_PLACE_STATUS, context, arena);
    out->lot = profile_place_text(p, PROFILE_PLACE_LOT, context, arena);
    out->observed_at = profile_place_time(p, PROFILE_PLACE_OBSERVED_AT, context, arena, complaints);
    read_flags(p, context, arena, out);
    if (!map_analyte(p, out, arena, complaints))
        take_sent_analyte(p, context, arena, out);
    if (!*out->code)
        profile_complain(complaints, arena, "A result came without the code of its test.");
}
