/* What the host says to a query: H, P, one O for each test, L (LIS02-A2; devices.md 5.2). */
#include "instruments/profile/answer.h"
#include "instruments/profile/parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/value.h"

#include <stdio.h>
#include <time.h>

enum { FIELDS = 26 };

struct answer_writer {
    const struct profile *p;
    const struct profile_answer *answer;
    struct lis02_delimiters delimiters;
    struct buffer *out;
    enum error error; /* the first */
};

static void put_record(struct answer_writer *w, const char *const *values, size_t count)
{
    if (w->error == ERROR_OK)
        w->error = lis02_put_record(w->out, &w->delimiters, values, count);
}

static const char *or_null(const char *text)
{
    return text_empty(text) ? NULL : text;
}

/* UTC without a zone: instruments do not judge it, and few can read one. */
static void format_now(int64_t now, char *out)
{
    time_t seconds = (time_t)(now / 1000);
    struct tm tm;

    if (!gmtime_r(&seconds, &tm) || strftime(out, PROFILE_ANSWER_DATE, "%Y%m%d%H%M%S", &tm) == 0)
        out[0] = '\0';
}

void profile_answer_date(const char *date, char *out)
{
    size_t len = 0;
    for (; date && *date && len < PROFILE_ANSWER_DATE - 1; date++)
        if (*date >= '0' && *date <= '9')
            out[len++] = *date;
    out[len] = '\0';
}

void profile_answer_name(const char *name, char separator, char *out, size_t size)
{
    size_t len = 0;
    for (; name && *name && len < size - 1; name++)
        out[len++] = *name == '^' ? separator : *name;
    out[len] = '\0';
}

static void put_header(struct answer_writer *w)
{
    char now[PROFILE_ANSWER_DATE];
    const char *values[14] = { "H", [4] = "Phial", [11] = "P", [12] = "LIS2-A2", [13] = now };

    format_now(w->answer->now, now);
    put_record(w, values, 14);
}

static void put_patient(struct answer_writer *w)
{
    const struct profile_answer *a = w->answer;
    char name[LIMIT_TEXT], birth_date[PROFILE_ANSWER_DATE];
    const char *values[9] = { "P", "1", or_null(a->patient_id), [8] = or_null(a->patient_sex) };

    profile_answer_name(a->patient_name, LIS02_NEXT_COMPONENT[0], name, sizeof name);
    profile_answer_date(a->patient_birth_date, birth_date);
    values[5] = or_null(name);
    values[7] = or_null(birth_date);
    put_record(w, values, 9);
}

/* O-12 N: a new order for this specimen; O-26 Q: in answer to a query. */
static void put_order(struct answer_writer *w, const char *code, unsigned sequence)
{
    char number[16], test[LIMIT_TEXT];
    const char *priority = w->answer->priority;
    const char *values[FIELDS] = { "O",        number,    or_null(w->answer->specimen),
                                   NULL,       test,      text_empty(priority) ? "R" : priority,
                                   [11] = "N", [25] = "Q" };

    (void)snprintf(number, sizeof number, "%u", sequence);
    (void)snprintf(test, sizeof test,
                   LIS02_NEXT_COMPONENT LIS02_NEXT_COMPONENT LIS02_NEXT_COMPONENT "%s", code);
    put_record(w, values, FIELDS);
}

/* The instrument's own code: by the map, or as given when it is not a LOINC at all. */
static const char *vendor_code(const struct profile *p, const char *code)
{
    const char *mapped = profile_code_for_loinc(p, code);
    if (mapped)
        return mapped;
    return value_is_loinc(code) ? NULL : code;
}

const char *profile_answer_code(const struct profile *p, const struct profile_answer *a,
                                size_t index)
{
    const char *code = vendor_code(p, a->codes[index]);
    for (size_t i = 0; code && i < index; i++) {
        const char *earlier = vendor_code(p, a->codes[i]);
        if (earlier && strcmp(earlier, code) == 0)
            return NULL;
    }
    return code;
}

static unsigned put_orders(struct answer_writer *w)
{
    const struct profile_answer *a = w->answer;
    unsigned count = 0;

    for (size_t i = 0; a->found && i < a->code_count; i++) {
        const char *code = profile_answer_code(w->p, a, i);
        if (!code)
            continue;
        if (count == 0)
            put_patient(w);
        put_order(w, code, ++count);
    }
    return count;
}

/* L-3 F: the last request is processed; I: there is nothing for it. */
enum error profile_answer_lis02(const struct profile *p, const struct profile_answer *answer,
                                struct buffer *text)
{
    struct answer_writer w = { p,
                               answer,
                               { p->delimiters[0], p->delimiters[1], p->delimiters[2],
                                 p->delimiters[3] },
                               text,
                               ERROR_OK };
    const char *end[3] = { "L", "1", NULL };
    size_t before = text->len;

    put_header(&w);
    end[2] = put_orders(&w) ? "F" : "I";
    put_record(&w, end, 3);
    if (w.error != ERROR_OK)
        text->len = before;
    return w.error;
}

enum error profile_encode_answer(const struct profile *p, const struct profile_answer *answer,
                                 struct buffer *text)
{
    for (size_t i = 0; i < p->format_count; i++)
        if (p->formats[i]->answer)
            return p->formats[i]->answer(p, answer, text);
    return ERROR_NOT_FOUND;
}
