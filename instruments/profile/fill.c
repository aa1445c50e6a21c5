/* A record's own texts, its kind and its comments, out of the records that stand around it. */
#include "instruments/profile/decoder.h"
#include "instruments/profile/result.h"

/* The first place that says something wins. */
enum text_kind { AS_SENT, A_NAME, A_TIME };
static const struct {
    size_t offset;
    enum profile_place place;
    enum text_kind kind;
} record_texts[] = {
    { offsetof(struct record, model), PROFILE_PLACE_MODEL, AS_SENT },
    { offsetof(struct record, serial), PROFILE_PLACE_SERIAL, AS_SENT },
    { offsetof(struct record, software), PROFILE_PLACE_SOFTWARE, AS_SENT },
    { offsetof(struct record, sent_at), PROFILE_PLACE_SENT_AT, A_TIME },
    { offsetof(struct record, specimen), PROFILE_PLACE_SPECIMEN, AS_SENT },
    { offsetof(struct record, patient_id), PROFILE_PLACE_PATIENT_ID, AS_SENT },
    { offsetof(struct record, patient_name), PROFILE_PLACE_PATIENT_NAME, A_NAME },
    { offsetof(struct record, patient_birth_date), PROFILE_PLACE_PATIENT_BIRTH_DATE, A_TIME },
    { offsetof(struct record, patient_sex), PROFILE_PLACE_PATIENT_SEX, AS_SENT },
    { offsetof(struct record, operator_id), PROFILE_PLACE_OPERATOR, AS_SENT },
    { offsetof(struct record, run), PROFILE_PLACE_RUN, AS_SENT },
};

static const char **record_text(struct record *r, size_t offset)
{
    return (const char **)(void *)((char *)r + offset);
}

/* Without the blanks around it, where the device fills fields to their width. */
static const char *unpadded(struct decoder *d, const char *text)
{
    size_t len;
    const char *copy;

    if (!(d->p->quirks & PROFILE_QUIRK_PADDED_FIELDS))
        return text;
    text += strspn(text, " ");
    for (len = strlen(text); len && text[len - 1] == ' ';)
        len--;
    copy = text[len] ? arena_text(d->arena, span_of(text, len)) : text;
    return copy ? copy : "";
}

const char *decoder_text(struct decoder *d, enum profile_place place)
{
    return unpadded(d, profile_place_text(d->p, place, &d->context, d->arena));
}

void decoder_fill(struct decoder *d, struct record *r)
{
    for (size_t i = 0; i < sizeof record_texts / sizeof record_texts[0]; i++) {
        const char **text = record_text(r, record_texts[i].offset);
        enum profile_place place = record_texts[i].place;
        if (**text)
            continue;
        if (record_texts[i].kind == A_TIME)
            *text = profile_place_time(d->p, place, &d->context, d->arena, &r->complaints);
        else if (record_texts[i].kind == A_NAME)
            *text = profile_place_name(d->p, place, &d->context, d->arena);
        else
            *text = decoder_text(d, place);
    }
}

void decoder_judge(struct decoder *d)
{
    for (size_t i = 0; i < d->p->kind_count && i < d->kind; i++)
        if (profile_condition_holds(d->p, &d->p->kinds[i], &d->context, d->arena))
            d->kind = i;
}

/* Whether a path leads to nothing but delimiters: `^^`. */
static bool is_empty(const struct profile_path *path, const struct profile_context *context)
{
    const struct message_field *field = profile_path_field(path, context);

    for (size_t i = 0; field && i < field->repeat_count; i++)
        for (size_t k = 0; k < field->repeats[i].component_count; k++)
            if (!profile_blank(field->repeats[i].components[k]))
                return false;
    return true;
}

struct text_list decoder_remarks(struct decoder *d, const struct message_record *record,
                                 size_t type)
{
    const struct profile_paths *paths = &d->p->places[PROFILE_PLACE_COMMENT];
    struct profile_context own = { .first = d->context.first };
    struct text_list list = { NULL, 0 };

    if (type == PROFILE_TYPES_MAX)
        return list;
    own.at[type] = record;
    for (size_t i = 0; i < paths->count; i++) {
        const char *text;
        if (paths->at[i].type != type || is_empty(&paths->at[i], &own))
            continue;
        text = profile_path_text(&paths->at[i], &own, d->arena);
        if (!profile_blank(text))
            profile_list_add(&list, text, d->arena);
    }
    return list;
}

void decoder_move_list(struct text_list *from, struct text_list *to, struct arena *arena)
{
    for (size_t i = 0; i < from->count; i++)
        profile_list_add(to, from->at[i], arena);
    *from = (struct text_list) { NULL, 0 };
}

void decoder_settle_waiting(struct decoder *d, struct record *r)
{
    if (r->result_count) {
        struct text_list own = r->results[0].comments;
        r->results[0].comments = (struct text_list) { NULL, 0 };
        decoder_move_list(&d->waiting, &r->results[0].comments, d->arena);
        decoder_move_list(&own, &r->results[0].comments, d->arena);
        return;
    }
    for (size_t i = 0; i < d->waiting.count; i++)
        profile_complain(&r->complaints, d->arena, "The instrument remarked: %.400s",
                         d->waiting.at[i]);
    d->waiting = (struct text_list) { NULL, 0 };
}

void decoder_drop_odd_operator(struct decoder *d, struct record *r)
{
    if (!(d->p->quirks & PROFILE_QUIRK_OPERATOR_REPEATS_PATIENT) || !*r->operator_id ||
        strcmp(r->operator_id, r->patient_id) != 0)
        return;
    r->operator_id = "";
    profile_complain(&r->complaints, d->arena,
                     "The operator's field repeats the patient's number, so that the operator is "
                     "not known.");
}
