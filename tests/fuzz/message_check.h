/* What holds for every decoded message, whatever the format. */
#ifndef PHIAL_TESTS_FUZZ_MESSAGE_CHECK_H
#define PHIAL_TESTS_FUZZ_MESSAGE_CHECK_H

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/message.h"
#include "tests/fuzz/must.h"

/* Plain text everywhere, and no part without at least one below it. */
static inline void check_field(const struct message_field *f)
{
    must(f->repeat_count > 0);
    for (size_t i = 0; i < f->repeat_count; i++) {
        const struct message_repeat *r = &f->repeats[i];
        must(r->component_count > 0 && text_is_plain(span_text(r->whole)));
        for (size_t k = 0; k < r->component_count; k++)
            must(text_is_plain(span_text(r->components[k])));
    }
}

static inline void check_fields(const struct message *m)
{
    must(m->record_count > 0 && m->record_count <= LIMIT_RECORDS);
    for (size_t i = 0; i < m->record_count; i++)
        for (size_t k = 0; k < m->records[i].field_count; k++)
            check_field(&m->records[i].fields[k]);
}

typedef enum error check_decoder(struct span text, struct arena *arena, struct message *out,
                                 size_t *used, struct complaint *why);

/* Decodes one message after the other; `more` is what else holds for each in this format. */
static inline void check_messages(struct span text, check_decoder *decode,
                                  void (*more)(const struct message *m, struct arena *arena))
{
    for (unsigned messages = 0; messages < 16 && text.len; messages++) {
        struct arena arena;
        struct message m;
        struct complaint why;
        size_t used = 0;

        arena_init(&arena, LIMIT_DECODE_ARENA);
        if (decode(text, &arena, &m, &used, &why) == ERROR_OK) {
            must(used > 0 && used <= text.len);
            check_fields(&m);
            more(&m, &arena);
        }
        arena_free(&arena);
        if (used == 0)
            break;
        text = span_of(text.at + used, text.len - used);
    }
}

#endif
