/*
 * The profile's text, and any text as a message for each built-in profile.
 *
 * The first byte chooses: a profile's text to be parsed, with a message behind a NUL that it then
 * reads and that is composed again; a maker's sheet of codes; or a text to be decoded by one of the
 * built-in profiles, whole or broken off. What comes out must be plain text without exception.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/compose.h"
#include "instruments/profile/livd.h"
#include "instruments/profile/profile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_plain(const char *text)
{
    if (!text || !text_is_plain(span_text(text)) || strlen(text) > LIMIT_TEXT)
        abort();
}

static void check_list(const struct text_list *list)
{
    if (list->count > LIMIT_LIST)
        abort();
    for (size_t i = 0; i < list->count; i++)
        must_be_plain(list->at[i]);
}

static void check_result(const struct record_result *r)
{
    const char *const texts[] = { r->code, r->loinc, r->name,  r->value,  r->comparator,  r->number,
                                  r->unit, r->ucum,  r->range, r->status, r->observed_at, r->lot };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        must_be_plain(texts[i]);
    check_list(&r->flags);
    check_list(&r->comments);
}

static void check_record(const struct record *r)
{
    const char *const texts[] = { r->profile,      r->model,       r->serial,
                                  r->software,     r->specimen,    r->patient_id,
                                  r->patient_name, r->run,         r->patient_birth_date,
                                  r->patient_sex,  r->operator_id, r->sent_at };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        must_be_plain(texts[i]);
    if (r->result_count > LIMIT_RESULTS)
        abort();
    for (size_t i = 0; i < r->result_count; i++)
        check_result(&r->results[i]);
    check_list(&r->complaints);
}

/* What was read is sent again by the simulator, as far as the profile has places for it. */
static void compose(const struct profile *p, const struct record *r)
{
    struct buffer text;

    buffer_init(&text, LIMIT_MESSAGE);
    (void)profile_compose(p, r, &text);
    buffer_free(&text);
}

static void decode_by(const struct profile *p, struct span text, bool whole)
{
    struct record *records = NULL;
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    (void)profile_decode(p, text, whole, &arena, &records, &count, NULL);
    for (size_t i = 0; i < count; i++)
        check_record(&records[i]);
    if (count)
        compose(p, &records[0]);
    arena_free(&arena);
}

static void decode(const char *id, struct span text, bool whole)
{
    struct profile *p = NULL;

    if (profile_load(id, NULL, &p, NULL) != ERROR_OK)
        abort();
    decode_by(p, text, whole);
    profile_free(p);
}

static void parse(struct span text)
{
    const uint8_t *nul = text.len ? memchr(text.at, 0, text.len) : NULL;
    size_t len = nul ? (size_t)(nul - text.at) : text.len;
    struct complaint why = { "" };
    struct profile *p = NULL;

    if (profile_parse("fuzz", span_of(text.at, len), &p, &why) == ERROR_OK) {
        decode_by(p, span_of(text.at + len, text.len - len), true);
        profile_free(p);
    } else if (!*why.text) {
        abort();
    }
}

/* What the sheet makes must be a section that a profile can have. */
static void convert(const char *id, struct span sheet)
{
    struct complaint why = { "" };
    struct livd_summary summary;
    struct profile *p = NULL;
    struct buffer lines;

    if (profile_load(id, NULL, &p, NULL) != ERROR_OK)
        abort();
    buffer_init(&lines, LIMIT_MESSAGE);
    if (livd_convert("fuzz", sheet, p, &lines, &summary, &why) != ERROR_OK && !*why.text)
        abort();
    buffer_free(&lines);
    profile_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *const *ids = profile_builtin_ids();
    size_t count = 0;
    struct span text;

    if (size < 1)
        return 0;
    while (ids[count])
        count++;
    text = span_of(data + 1, size - 1);
    if (data[0] % 8 == 7)
        parse(text);
    else if (data[0] % 8 == 6)
        convert(ids[0], text);
    else
        decode(ids[data[0] % count], text, data[0] < 0xc0);
    return 0;
}
