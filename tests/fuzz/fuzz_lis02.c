/* Any text as LIS02: what is decoded is plain text, and composed again it decodes to the same. */
#include "tests/fuzz/message_check.h"

#include <string.h>

enum { FIELDS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    arena_init(&arena, LIMIT_DECODE_ARENA);
    must(lis02_put_record(&text, &d, header, 1) == ERROR_OK);
    must(lis02_put_record(&text, &d, values, count) == ERROR_OK);
    must(lis02_decode(buffer_span(&text), &arena, &again, &used, NULL) == ERROR_OK);
    must(again.record_count == 2 && used == text.len);
    for (size_t i = 1; i < count; i++)
        must(strcmp(message_at(&again.records[1], (unsigned)i + 1, 1, 1), values[i]) == 0);
    arena_free(&arena);
    buffer_free(&text);
}

static void check_message(const struct message *m, struct arena *arena)
{
    (void)arena;
    for (size_t i = 1; i < 4 && i < m->record_count; i++)
        check_again(&m->records[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_messages(span_of(data, size), lis02_decode, check_message);
    return 0;
}
