/* Any text as HL7: what is decoded is plain text, and encoded again it decodes to the same. */
#include "instruments/message/hl7.h"
#include "tests/fuzz/message_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_subcomponents(const struct message *m, struct arena *arena)
{
    const struct message_record *r = &m->records[m->record_count - 1];
    for (unsigned field = 0; field <= r->field_count && field < 40; field++)
        for (unsigned sub = 0; sub < 3; sub++)
            must(text_is_plain(
                span_text(hl7_subcomponent(&m->records[0], r, field, 1, 1, sub, arena))));
}

/* The components of one tree, one behind the other; trailing empty ones do not count. */
static bool same(const struct message *a, const struct message *b)
{
    if (a->record_count != b->record_count)
        return false;
    for (size_t i = 0; i < a->record_count; i++)
        for (unsigned field = 3; field <= a->records[i].field_count; field++)
            for (unsigned repeat = 1; repeat <= a->records[i].fields[field - 1].repeat_count;
                 repeat++)
                for (unsigned component = 1; component < 8; component++)
                    if (strcmp(message_at(&a->records[i], field, repeat, component),
                               message_at(&b->records[i], field, repeat, component)) != 0)
                        return false;
    return true;
}

/* Segments without a name, or with one that is no name, cannot be written. */
static bool can_be_written(const struct message *m)
{
    for (size_t i = 0; i < m->record_count; i++)
        if (!*m->records[i].type || strchr(m->records[i].type, '?') ||
            (i && strcmp(m->records[i].type, "MSH") == 0))
            return false;
    return strlen(message_at(&m->records[0], 2, 1, 1)) == 4;
}

static void check_again(const struct message *m, struct arena *arena)
{
    struct message again;
    struct buffer text;
    size_t used;

    if (!can_be_written(m))
        return;
    buffer_init(&text, 64 * LIMIT_MESSAGE);
    must(hl7_encode(m, &text) == ERROR_OK);
    if (hl7_decode(buffer_span(&text), arena, &again, &used, NULL) != ERROR_NO_MEMORY)
        must(used == text.len && same(m, &again));
    buffer_free(&text);
}

static void check_message(const struct message *m, struct arena *arena)
{
    check_subcomponents(m, arena);
    check_again(m, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_messages(span_of(data, size), hl7_decode, check_message);
    return 0;
}
