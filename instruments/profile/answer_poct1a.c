/*
 * What the host says to a POCT1-A request for a patient (REQ.R01 RPAT): a patient list of one, or
 * an empty one (devices.md 5.3). The link makes a conversation of it.
 */
#include "instruments/profile/answer.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/xml.h"

#include <stdio.h>
#include <time.h>

struct answer_writer {
    struct buffer *out;
    enum error error; /* the first */
};

static void put(struct answer_writer *w, const char *text)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put_text(w->out, text);
}

/* An element with a value; nothing for what is not known. */
static void put_field(struct answer_writer *w, const char *name, const char *value)
{
    if (text_empty(value))
        return;
    put(w, "<");
    put(w, name);
    put(w, " V=\"");
    if (w->error == ERROR_OK)
        w->error = xml_put_text(w->out, value);
    put(w, "\"/>");
}

static void put_header(struct answer_writer *w, int64_t now)
{
    char text[40];
    time_t seconds = (time_t)(now / 1000);
    struct tm tm = { .tm_year = 0 };

    put(w, "<HDR>");
    put_field(w, "HDR.message_type", "PTL.R01");
    (void)snprintf(text, sizeof text, "PA%011llX", (unsigned long long)now);
    put_field(w, "HDR.control_id", text);
    put_field(w, "HDR.version_id", "POCT1");
    (void)gmtime_r(&seconds, &tm);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &tm);
    put_field(w, "HDR.creation_dttm", text);
    put(w, "</HDR>");
}

/* `FAMILY^Given` */
static void put_name(struct answer_writer *w, const char *name)
{
    char family[LIMIT_NAME + 1];
    const char *caret = text_empty(name) ? NULL : strchr(name, '^');
    size_t len = caret ? (size_t)(caret - name) : 0;

    if (text_empty(name))
        return;
    if (!caret || len > LIMIT_NAME) {
        put_field(w, "PT.name", name);
        return;
    }
    memcpy(family, name, len);
    family[len] = '\0';
    put(w, "<PT.name>");
    put_field(w, "FAM", family);
    put_field(w, "GIV", caret + 1);
    put(w, "</PT.name>");
}

enum error profile_answer_poct1a(const struct profile *p, const struct profile_answer *answer,
                                 struct buffer *text)
{
    struct answer_writer w = { text, ERROR_OK };
    size_t before = text->len;

    (void)p;
    put(&w, "<PTL.R01>");
    put_header(&w, answer->now);
    if (answer->found) {
        put(&w, "<PT>");
        put_field(&w, "PT.patient_id", answer->specimen);
        put_name(&w, answer->patient_name);
        put_field(&w, "PT.birth_date", answer->patient_birth_date);
        put_field(&w, "PT.gender_cd", answer->patient_sex);
        put(&w, "</PT>");
    }
    put(&w, "</PTL.R01>\n");
    if (w.error != ERROR_OK)
        text->len = before;
    return w.error;
}
