/*
 * Health records: their profiles as text, what they answer, and messages out of any texts.
 *
 * The first byte chooses. What is composed must pass the lint, say what it was given (the parser of
 * instruments reads it back), and be the same when it is composed again; a refusal has a sentence.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/hl7.h"
#include "tests/exchange/cases.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXTS = 8, TEXT = 512 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void endpoint(struct span text)
{
    struct complaint why = { "" };
    struct exchange_endpoint *p = NULL;

    if (exchange_endpoint_read("fuzz", text, &p, &why) != ERROR_OK)
        must(*why.text && !p);
    exchange_endpoint_free(p);
}

static void answer(struct span text)
{
    struct exchange_answer a = { "", "", "" };
    struct complaint why = { "" };

    if (exchange_answer_read(text, &a, &why) != ERROR_OK)
        must(*why.text != '\0');
    else
        must(strlen(a.code) == 2 && *a.control && text_is_utf8(span_text(a.text)));
}

/* Plain texts between line feeds: those that Phial's store could hold. */
static void take_texts(struct span text, char out[TEXTS][TEXT])
{
    struct buffer plain;
    size_t row = 0, at = 0;

    for (size_t i = 0; i < TEXTS; i++)
        out[i][0] = '\0';
    buffer_init(&plain, TEXT - 1);
    for (size_t i = 0; i <= text.len && row < TEXTS; i++)
        if (i == text.len || text.at[i] == '\n') {
            buffer_clear(&plain);
            if (text_from_device(&plain, span_of(text.at + at, i - at)) == ERROR_OK && plain.len)
                memcpy(out[row], plain.at, plain.len);
            out[row++][plain.len] = '\0';
            at = i + 1;
        }
    buffer_free(&plain);
}

static const struct message_record *find(const struct message *m, const char *type)
{
    for (size_t i = 0; i < m->record_count; i++)
        if (strcmp(m->records[i].type, type) == 0)
            return &m->records[i];
    abort();
}

/* In UTF-8 nothing is lost: blanks at the ends apart, the parser gives back what went in. */
static void read_back(struct span message, const struct exchange_report *r)
{
    struct message tree;
    struct arena a;
    size_t used;

    arena_init(&a, LIMIT_DECODE_ARENA);
    must(hl7_decode(message, &a, &tree, &used, NULL) == ERROR_OK && used == message.len);
    must(strcmp(message_at(find(&tree, "PID"), 5, 1, 1), r->family) == 0);
    must(strcmp(message_at(find(&tree, "PID"), 5, 1, 2), r->given) == 0);
    must(strcmp(message_at(find(&tree, "ORC"), 2, 1, 1), r->placer) == 0);
    must(strcmp(message_at(find(&tree, "OBX"), 2, 1, 1), "ST") != 0 ||
         strcmp(message_at(find(&tree, "OBX"), 5, 1, 1), r->panels[0].results[0].value) == 0);
    arena_free(&a);
}

static void compose(const char *id, struct span text)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    static char texts[TEXTS][TEXT];
    static struct exchange_case c;
    struct exchange_endpoint *p = NULL;
    struct complaint why = { "" };
    struct buffer one, two;

    take_texts(text, texts);
    must(exchange_endpoint_builtin(id, &p, NULL) == ERROR_OK && exchange_case_build("final", &c));
    c.report.family = texts[0];
    c.report.given = texts[1];
    c.report.placer = texts[2];
    c.results[0].value = texts[3];
    c.results[0].number = texts[4];
    c.results[0].comparator = texts[5];
    c.results[0].comments = texts[6];
    c.results[0].flag = texts[7];
    buffer_init(&one, LIMIT_MESSAGE);
    buffer_init(&two, LIMIT_MESSAGE);
    if (exchange_compose(p, &envelope, &c.report, &one, &why) != ERROR_OK) {
        must(*why.text && !one.len);
    } else {
        must(exchange_compose(p, &envelope, &c.report, &two, &why) == ERROR_OK);
        must(span_equal(buffer_span(&one), buffer_span(&two)));
        must(exchange_lint(p, buffer_span(&one), &why) == ERROR_OK);
        if (strcmp(id, "generic-251") == 0)
            read_back(buffer_span(&one), &c.report);
    }
    buffer_free(&one);
    buffer_free(&two);
    exchange_endpoint_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text;

    if (size < 1)
        return 0;
    text = span_of(data + 1, size - 1);
    if (data[0] % 4 == 0)
        endpoint(text);
    else if (data[0] % 4 == 1)
        answer(text);
    else
        compose(data[0] % 4 == 2 ? "generic-251" : "generic-231", text);
    return 0;
}
