/* The words of readings. */
#include "core/model/reading.h"

#include <stddef.h>
#include <string.h>

#define PICK_ID(name, id) id,
#define PICK_END(name, id, text) id,
#define PICK_TEXT(name, id, text) text,
static const char *const kinds[] = { READING_KIND_TABLE(PICK_ID) };
static const char *const seconds[] = { READING_SECOND_TABLE(PICK_ID) };
static const char *const ends[] = { READING_END_TABLE(PICK_END) };
static const char *const end_texts[] = { READING_END_TABLE(PICK_TEXT) };
#undef PICK_ID
#undef PICK_END
#undef PICK_TEXT

static const char *word(const char *const *words, unsigned count, unsigned at)
{
    return at < count ? words[at] : "";
}

static enum error find(const char *const *words, unsigned count, const char *id, unsigned *out)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(words[i], id) == 0) {
            *out = i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

const char *reading_kind_id(enum reading_kind kind)
{
    return word(kinds, READING_KINDS, kind);
}

const char *reading_second_id(enum reading_second second)
{
    return word(seconds, READING_SECONDS, second);
}

const char *reading_end_id(enum reading_end how)
{
    return word(ends, READING_ENDS, how);
}

const char *reading_end_text(enum reading_end how)
{
    return word(end_texts, READING_ENDS, how);
}

enum error reading_kind_parse(const char *id, enum reading_kind *out)
{
    unsigned at = 0;
    enum error e = find(kinds, READING_KINDS, id, &at);

    if (e == ERROR_OK)
        *out = (enum reading_kind)at;
    return e;
}

enum error reading_second_parse(const char *id, enum reading_second *out)
{
    unsigned at = 0;
    enum error e = find(seconds, READING_SECONDS, id, &at);

    if (e == ERROR_OK)
        *out = (enum reading_second)at;
    return e;
}
