/*
 * What the host says to an HL7 query: RSP^K11 (devices.md 5.4).
 *
 * Graded R: no instrument of ours was seen to ask in HL7. The query's own name, tag and parameters
 * are repeated to the byte; the tests follow as orders, the specimen's number standing where
 * results carry it (SPM-2, OBR-2).
 */
#include "instruments/profile/answer.h"
#include "instruments/profile/parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/hl7.h"

#include <stdio.h>

enum { ID_SIZE = 24 };

struct answer_writer {
    const struct profile *p;
    const struct profile_answer *answer;
    struct hl7_header asked;
    struct span query; /* its QPD segment */
    struct buffer *out;
    struct buffer body; /* in UTF-8, until the end */
    enum error error;   /* the first */
};

static void put_segment(struct answer_writer *w, const char *const *values, size_t count)
{
    if (w->error == ERROR_OK)
        w->error = hl7_put_segment(&w->body, &w->asked.delimiters, values, count);
}

static void put_header(struct answer_writer *w)
{
    char id[ID_SIZE], time[HL7_TIME_SIZE], type[] = "RSP^K11^RSP_K11";
    struct hl7_reply head = {
        .to = &w->asked, .type = span_text(type), .control = id, .time = time, .wants_nothing = true
    };

    for (char *c = type; *c; c++)
        *c = *c == '^' ? w->asked.delimiters.component : *c;
    (void)snprintf(id, sizeof id, "PA%011llX", (unsigned long long)w->answer->now);
    hl7_format_time(w->answer->now, 0, time);
    if (w->error == ERROR_OK)
        w->error = hl7_put_reply_header(w->out, &head);
    if (w->error == ERROR_OK)
        w->error = hl7_put_acknowledgement(w->out, &w->asked, "AA");
}

/* Field `number` of the query's segment, raw. */
static struct span query_field(const struct answer_writer *w, unsigned number)
{
    struct span rest = w->query;
    while (rest.len) {
        const uint8_t *end = memchr(rest.at, w->asked.delimiters.field, rest.len);
        size_t len = end ? (size_t)(end - rest.at) : rest.len;
        if (number-- == 0)
            return span_of(rest.at, len);
        if (!end)
            break;
        rest = span_of(end + 1, rest.len - len - 1);
    }
    return span_of(NULL, 0);
}

static void put_raw(struct answer_writer *w, struct span raw)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put(w->out, raw);
}

/* QAK: the query's tag, whether there is something, its name; then the query itself. */
static void put_query(struct answer_writer *w, size_t tests)
{
    char separator = w->asked.delimiters.field;
    const char *state = tests ? "OK" : "NF";

    put_raw(w, span_text("QAK"));
    put_raw(w, span_of(&separator, 1));
    put_raw(w, query_field(w, 2));
    put_raw(w, span_of(&separator, 1));
    put_raw(w, span_text(state));
    put_raw(w, span_of(&separator, 1));
    put_raw(w, query_field(w, 1));
    put_raw(w, span_text("\r"));
    put_raw(w, w->query);
    put_raw(w, span_text("\r"));
}

static void put_patient(struct answer_writer *w)
{
    const struct profile_answer *a = w->answer;
    char name[LIMIT_TEXT], birth_date[PROFILE_ANSWER_DATE];
    const char *pid[] = { "PID", "1",  NULL,       a->patient_id, NULL,
                          name,  NULL, birth_date, a->patient_sex };
    const char *spm[] = { "SPM", "1",  a->specimen, NULL, NULL, NULL,
                          NULL,  NULL, NULL,        NULL, NULL, "P" };

    profile_answer_name(a->patient_name, HL7_NEXT_COMPONENT[0], name, sizeof name);
    profile_answer_date(a->patient_birth_date, birth_date);
    put_segment(w, pid, sizeof pid / sizeof pid[0]);
    put_segment(w, spm, sizeof spm / sizeof spm[0]);
}

static void put_order(struct answer_writer *w, const char *code, size_t sequence)
{
    char number[16];
    const char *orc[] = { "ORC", "NW", w->answer->specimen };
    const char *tq1[] = {
        "TQ1", "1",  NULL, NULL, NULL,
        NULL,  NULL, NULL, NULL, text_empty(w->answer->priority) ? "R" : w->answer->priority
    };
    const char *obr[] = { "OBR", number, w->answer->specimen, NULL, code };

    (void)snprintf(number, sizeof number, "%zu", sequence);
    put_segment(w, orc, sizeof orc / sizeof orc[0]);
    put_segment(w, tq1, sizeof tq1 / sizeof tq1[0]);
    put_segment(w, obr, sizeof obr / sizeof obr[0]);
}

/* A profile without a map knows no code of the maker: there the LOINC code goes out as one. */
static const char *test_code(const struct answer_writer *w, size_t index, char *out)
{
    const struct profile_answer *a = w->answer;
    const char *code = profile_answer_code(w->p, a, index);

    if (code || w->p->analyte_count)
        return code;
    for (size_t i = 0; i < index; i++)
        if (strcmp(a->codes[i], a->codes[index]) == 0)
            return NULL;
    (void)snprintf(out, LIMIT_TEXT, "%s" HL7_NEXT_COMPONENT HL7_NEXT_COMPONENT "LN",
                   a->codes[index]);
    return out;
}

static size_t put_orders(struct answer_writer *w)
{
    const struct profile_answer *a = w->answer;
    char loinc[LIMIT_TEXT];
    size_t count = 0;

    for (size_t i = 0; a->found && i < a->code_count; i++) {
        const char *code = test_code(w, i, loinc);
        if (!code)
            continue;
        if (count == 0)
            put_patient(w);
        put_order(w, code, ++count);
    }
    return count;
}

/* The body goes out in the character set of the query; without one that is ASCII. */
static void put_body(struct answer_writer *w)
{
    bool ascii = w->asked.charset == HL7_CHARSET_UNSAID ||
                 span_equal(w->asked.field[18], span_text("ASCII"));
    if (w->error == ERROR_OK)
        w->error = hl7_from_utf8(w->asked.charset, ascii, buffer_span(&w->body), w->out);
}

static enum error read_question(struct answer_writer *w)
{
    struct span rest = w->answer->question, segment;

    if (!rest.len || hl7_header_read(rest, &w->asked) != ERROR_OK)
        return ERROR_BAD_INPUT;
    while (hl7_take_segment(&rest, &segment))
        if (hl7_segment_is(segment, "QPD") || hl7_segment_is(segment, "QRD")) {
            w->query = segment;
            return ERROR_OK;
        }
    return ERROR_BAD_INPUT;
}

enum error profile_answer_hl7(const struct profile *p, const struct profile_answer *answer,
                              struct buffer *text)
{
    struct answer_writer w = { .p = p, .answer = answer, .out = text };
    size_t before = text->len;

    w.error = read_question(&w);
    if (w.error != ERROR_OK)
        return w.error;
    buffer_init(&w.body, LIMIT_MESSAGE);
    put_header(&w);
    put_query(&w, put_orders(&w));
    put_body(&w);
    buffer_free(&w.body);
    if (w.error != ERROR_OK)
        text->len = before;
    return w.error;
}
