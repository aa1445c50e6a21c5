/* Templates of text reports: read and filled in; see the header. */
#include "instruments/profile/template.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/value.h"

#include <stddef.h>
#include <stdio.h>

/* What a text of the template may be called. */
enum source { FROM_RECORD, FROM_RESULT };
static const struct field {
    const char *name;
    size_t offset;
    enum source source;
    bool time;
} fields[] = {
    { "specimen", offsetof(struct record, specimen), FROM_RECORD, false },
    { "patient_id", offsetof(struct record, patient_id), FROM_RECORD, false },
    { "patient_name", offsetof(struct record, patient_name), FROM_RECORD, false },
    { "patient_sex", offsetof(struct record, patient_sex), FROM_RECORD, false },
    { "patient_birth_date", offsetof(struct record, patient_birth_date), FROM_RECORD, true },
    { "operator", offsetof(struct record, operator_id), FROM_RECORD, false },
    { "run", offsetof(struct record, run), FROM_RECORD, false },
    { "model", offsetof(struct record, model), FROM_RECORD, false },
    { "serial", offsetof(struct record, serial), FROM_RECORD, false },
    { "software", offsetof(struct record, software), FROM_RECORD, false },
    { "sent_at", offsetof(struct record, sent_at), FROM_RECORD, true },
    { "code", offsetof(struct record_result, code), FROM_RESULT, false },
    { "name", offsetof(struct record_result, name), FROM_RESULT, false },
    { "value", offsetof(struct record_result, value), FROM_RESULT, false },
    { "unit", offsetof(struct record_result, unit), FROM_RESULT, false },
    { "range", offsetof(struct record_result, range), FROM_RESULT, false },
    { "lot", offsetof(struct record_result, lot), FROM_RESULT, false },
    { "observed_at", offsetof(struct record_result, observed_at), FROM_RESULT, true },
    { "flag", offsetof(struct record_result, flags), FROM_RESULT, false },
};

enum { OPEN = 0x01, CLOSE = 0x02, NAME_SIZE = 32, FORM_SIZE = 64, TEXT_SIZE = LIMIT_TEXT + 1 };

/* `name:form` between the braces. */
struct request {
    const struct field *field;
    char form[FORM_SIZE];
};

static enum error read_request(struct span body, struct request *out)
{
    const uint8_t *colon = body.len ? memchr(body.at, ':', body.len) : NULL;
    size_t name = colon ? (size_t)(colon - body.at) : body.len;
    size_t form = colon ? body.len - name - 1 : 0;

    out->field = NULL;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (span_equal(span_of(body.at, name), span_text(fields[i].name)))
            out->field = &fields[i];
    if (!out->field || form >= sizeof out->form)
        return ERROR_BAD_INPUT;
    if (form)
        memcpy(out->form, colon + 1, form);
    out->form[form] = '\0';
    if (form && out->field->time != (out->form[0] == '%'))
        return ERROR_BAD_INPUT;
    return ERROR_OK;
}

/* Reading. Braces that ask for something become two control characters, so that those of the text
 * stay what they are. */

static size_t take_escape(const char *at, char *out)
{
    static const char names[] = "rnt\\{}", bytes[] = "\r\n\t\\{}";
    const char *known = at[1] ? strchr(names, at[1]) : NULL;
    uint8_t byte;

    if (known) {
        *out = bytes[known - names];
        return 2;
    }
    if (at[1] == 'x' && at[2] && at[3]) {
        char digits[3] = { at[2], at[3], '\0' };
        if (text_unhex(&byte, 1, digits) == ERROR_OK && byte > CLOSE) {
            *out = (char)byte;
            return 4;
        }
    }
    return 0;
}

static enum error resolve(const char *text, char *out, struct complaint *why)
{
    size_t len = 0;

    while (*text) {
        size_t took = 1;
        out[len] = *text == '{' ? OPEN : *text == '}' ? CLOSE : *text;
        if (*text == '\\') {
            took = take_escape(text, &out[len]);
            if (took == 0)
                return complain(why, ERROR_BAD_INPUT, "After a backslash stands r, n, t or x1e");
        }
        len++;
        text += took;
    }
    out[len] = '\0';
    return ERROR_OK;
}

static enum error check_requests(const struct profile_template *t, struct complaint *why)
{
    for (const char *at = t->text; (at = strchr(at, OPEN)) != NULL; at++) {
        const char *end = strchr(at, CLOSE);
        struct request request;
        if (!end || read_request(span_of(at + 1, (size_t)(end - at - 1)), &request) != ERROR_OK)
            return complain(why, ERROR_BAD_INPUT, "A template knows no such text in braces");
        if (request.field->source == FROM_RESULT && t->when != PROFILE_TEMPLATE_RESULT)
            return complain(why, ERROR_BAD_INPUT, "Only a line \"result:\" may ask for this");
    }
    return ERROR_OK;
}

enum error template_parse(const char *line, struct arena *arena, struct profile_template *out,
                          struct complaint *why)
{
    static const char *const words[] = { "once:", "patient:", "qc:", "result:" };
    char *text = arena_take(arena, strlen(line) + 1);
    enum error e;

    if (!text)
        return ERROR_NO_MEMORY;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = strlen(words[i]);
        if (strncmp(line, words[i], len) != 0)
            continue;
        out->when = (enum profile_template_when)i;
        out->text = text;
        e = resolve(line + len + (line[len] == ' '), text, why);
        return e == ERROR_OK ? check_requests(out, why) : e;
    }
    return complain(why, ERROR_BAD_INPUT,
                    "A line of a template begins with once:, patient:, qc: or result:");
}

/* Writing */

struct writer {
    const struct profile *p;
    const struct record *record;
    const struct record_result *result; /* NULL outside of one */
    struct buffer *out;
};

/* The device's sign for the result's first flag. */
static const char *vendor_flag(const struct profile *p, const struct record_result *result)
{
    if (!result->flags.count)
        return "";
    for (size_t i = 0; i < p->flag_count; i++)
        if (p->flags[i].flag && strcmp(p->flags[i].flag, result->flags.at[0]) == 0)
            return p->flags[i].vendor;
    return result->flags.at[0];
}

static const char *text_of(const struct writer *w, const struct field *field)
{
    const char *base =
        field->source == FROM_RECORD ? (const char *)w->record : (const char *)w->result;
    if (!base)
        return ""; /* a line that is not of a result asks for nothing of one */
    if (field->offset == offsetof(struct record_result, flags) && field->source == FROM_RESULT)
        return vendor_flag(w->p, w->result);
    return *(const char *const *)(const void *)(base + field->offset);
}

static enum error write_request(struct writer *w, struct span body)
{
    struct request request;
    char text[TEXT_SIZE] = "";
    const char *value;
    enum error e = read_request(body, &request);
    uint64_t width = 0;
    bool before;

    if (e != ERROR_OK || !request.field)
        return e;
    value = text_of(w, request.field);
    if (request.field->time && *request.form) {
        value_time_as(request.form, value, text, sizeof text);
        return buffer_put_text(w->out, text);
    }
    before = request.form[0] == '-';
    (void)text_to_u64(request.form + before, &width);
    (void)snprintf(text, sizeof text, before ? "%*s" : "%-*s",
                   (int)(width < FORM_SIZE ? width : FORM_SIZE), value);
    return buffer_put_text(w->out, text);
}

static enum error write_line(struct writer *w, const char *text)
{
    enum error e = ERROR_OK;

    while (*text && e == ERROR_OK) {
        size_t len = strcspn(text, "\x01");
        const char *end = text[len] ? strchr(text + len, CLOSE) : NULL;
        e = buffer_put(w->out, span_of(text, len));
        if (e == ERROR_OK && end)
            e = write_request(w, span_of(text + len + 1, (size_t)(end - text) - len - 1));
        text = end ? end + 1 : text + len;
    }
    return e;
}

static enum error write_results(struct writer *w, const struct profile_template *first,
                                size_t lines)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < w->record->result_count && e == ERROR_OK; i++) {
        w->result = &w->record->results[i];
        for (size_t k = 0; k < lines && e == ERROR_OK; k++)
            e = write_line(w, first[k].text);
    }
    w->result = NULL;
    return e;
}

static bool is_meant(const struct record *record, enum profile_template_when when)
{
    if (when == PROFILE_TEMPLATE_QC)
        return record->kind == RECORD_QC;
    return when != PROFILE_TEMPLATE_PATIENT || record->kind == RECORD_PATIENT;
}

enum error template_write(const struct profile *p, const struct record *record, struct buffer *out)
{
    struct writer w = { p, record, NULL, out };
    enum error e = ERROR_OK;

    for (size_t i = 0; i < p->template_count && e == ERROR_OK;) {
        const struct profile_template *t = &p->template[i];
        size_t lines = 1;
        if (t->when == PROFILE_TEMPLATE_RESULT) {
            while (i + lines < p->template_count && t[lines].when == t->when)
                lines++;
            e = write_results(&w, t, lines);
        } else if (is_meant(record, t->when)) {
            e = write_line(&w, t->text);
        }
        i += lines;
    }
    return e;
}
