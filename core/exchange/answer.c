/* What a health record answers: the MSA segment, and in whose words it refused (HL7 2.9.2). */
#include "core/exchange/exchange.h"

#include "core/base/text.h"
#include "instruments/message/hl7.h"

#include <stdio.h>

enum { ANSWER_ARENA = 4 * 1024 * 1024 };

static const struct message_record *find(const struct message *m, const char *type)
{
    for (size_t i = 0; i < m->record_count; i++)
        if (strcmp(m->records[i].type, type) == 0)
            return &m->records[i];
    return NULL;
}

/* Adds words that are not there yet. */
static void add(struct exchange_answer *answer, const char *words)
{
    size_t used = strlen(answer->text);

    if (text_blank(words) || strstr(answer->text, words))
        return;
    (void)snprintf(answer->text + used, sizeof answer->text - used, "%s%s", used ? "; " : "",
                   words);
    text_drop_halves(answer->text);
}

/* MSA-3, then what ERR says: its text for people, for programs, its code's, and where. */
static void take_words(const struct message *m, const struct message_record *msa,
                       struct exchange_answer *out)
{
    const struct message_record *err = find(m, "ERR");

    add(out, message_at(msa, 3, 1, 0));
    if (!err)
        return;
    add(out, message_at(err, 8, 1, 0));
    add(out, message_at(err, 7, 1, 0));
    add(out, message_at(err, 3, 1, 2));
    add(out, message_at(err, 5, 1, 2));
    add(out, message_at(err, 2, 1, 0));
    add(out, message_at(err, 1, 1, 0));
}

static enum error take(const struct message *m, struct exchange_answer *out, struct complaint *why)
{
    static const char *const codes[] = { "AA", "AE", "AR", "CA", "CE", "CR" };
    const struct message_record *msa = find(m, "MSA");
    struct exchange_answer answer = { "", "", "" };

    if (!msa)
        return complain(why, ERROR_BAD_INPUT, "What came is no acknowledgement: it has no MSA.");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(message_at(msa, 1, 1, 1), codes[i]) == 0)
            (void)text_copy(answer.code, sizeof answer.code, codes[i]);
    if (text_empty(answer.code))
        return complain(why, ERROR_BAD_INPUT,
                        "The acknowledgement says neither yes nor no (MSA-1).");
    if (text_copy(answer.control, sizeof answer.control, message_at(msa, 2, 1, 0)) != ERROR_OK ||
        text_empty(answer.control))
        return complain(why, ERROR_BAD_INPUT,
                        "The acknowledgement does not say of which message it is (MSA-2).");
    take_words(m, msa, &answer);
    *out = answer;
    return ERROR_OK;
}

enum error exchange_answer_read(struct span message, struct exchange_answer *out,
                                struct complaint *why)
{
    struct message tree = { NULL, 0 };
    struct arena arena;
    size_t used;
    enum error e;

    arena_init(&arena, ANSWER_ARENA);
    e = hl7_decode(message, &arena, &tree, &used, why);
    if (e == ERROR_OK)
        e = take(&tree, out, why);
    arena_free(&arena);
    return e;
}
