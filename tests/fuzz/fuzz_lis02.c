/* Any text as LIS02: what is decoded is plain text, and composed again it decodes to the same. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/message.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA = 64 * 1024 * 1024, FIELDS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_field(const struct message_field *f)
{
    must(f->repeat_count > 0);
    for (size_t i = 0; i < f->repeat_count; i++) {
        must(f->repeats[i].component_count > 0);
        must(text_is_plain(span_text(f->repeats[i].whole)));
        for (size_t k = 0; k < f->repeats[i].component_count; k++)
            must(text_is_plain(span_text(f->repeats[i].components[k])));
    }
}

/* The first components of a record, composed and decoded once more. */
static void check_again(const struct message_record *r)
{
    struct lis02_delimiters d = lis02_delimiters_standard();
    const char *values[FIELDS], *header[] = { "H" };
    size_t count = r->field_count < FIELDS ? r->field_count : FIELDS, used;
    struct message again;
    struct buffer text;
    struct arena arena;

    for (size_t i = 0; i < count; i++)
        values[i] = message_at(r, (unsigned)i + 1, 1, 1);
    values[0] = "Z";
    buffer_init(&text, 8 * LIMIT_MESSAGE);
    arena_init(&arena, ARENA);
    must(lis02_put_record(&text, &d, header, 1) == ERROR_OK);
    must(lis02_put_record(&text, &d, values, count) == ERROR_OK);
    must(lis02_decode(buffer_span(&text), &arena, &again, &used, NULL) == ERROR_OK);
    must(again.record_count == 2 && used == text.len);
    for (size_t i = 1; i < count; i++)
        must(strcmp(message_at(&again.records[1], (unsigned)i + 1, 1, 1), values[i]) == 0);
    arena_free(&arena);
    buffer_free(&text);
}

static size_t check_message(struct span text)
{
    struct arena arena;
    struct message m;
    struct complaint why;
    size_t used = 0;

    arena_init(&arena, ARENA);
    if (lis02_decode(text, &arena, &m, &used, &why) == ERROR_OK) {
        must(used > 0 && used <= text.len);
        must(m.record_count > 0 && m.record_count <= LIMIT_RECORDS);
        for (size_t i = 0; i < m.record_count; i++) {
            for (size_t k = 0; k < m.records[i].field_count; k++)
                check_field(&m.records[i].fields[k]);
            if (i > 0 && i < 4)
                check_again(&m.records[i]);
        }
    }
    arena_free(&arena);
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    for (unsigned messages = 0; messages < 16; messages++) {
        size_t used = check_message(rest);
        if (used == 0)
            break;
        rest = span_of(rest.at + used, rest.len - used);
    }
    return 0;
}
