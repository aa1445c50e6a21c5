/* Writing; see the header. */
#include "instruments/link/poct1a_write.h"

#include "instruments/message/xml.h"

#include <stdio.h>
#include <time.h>

enum { MS_PER_SECOND = 1000, SECONDS_PER_MINUTE = 60, MINUTES_PER_HOUR = 60 };

void poct1a_time(char out[POCT1A_TIME], struct link_time now)
{
    time_t local = (time_t)(now.utc / MS_PER_SECOND) + (time_t)now.offset * SECONDS_PER_MINUTE;
    unsigned minutes = (unsigned)(now.offset < 0 ? -now.offset : now.offset);
    struct tm tm = { .tm_year = 0 };
    size_t len;

    (void)gmtime_r(&local, &tm);
    len = strftime(out, POCT1A_TIME, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(out + len, POCT1A_TIME - len, "%c%02u:%02u", now.offset < 0 ? '-' : '+',
                   minutes / MINUTES_PER_HOUR % 100, minutes % MINUTES_PER_HOUR);
}

struct writer {
    struct buffer *out;
    enum error error;
};

static void put(struct writer *w, const char *before, const char *text, const char *behind)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put_format(w->out, "%s%s%s", before, text, behind);
}

struct place {
    char outer[8], inner[8]; /* inner "" outside a nested aggregate */
};

static struct place place_of(const char *aggregate)
{
    struct place p = { "", "" };
    const char *slash = strchr(aggregate, '/');
    (void)snprintf(p.outer, sizeof p.outer, "%.*s",
                   slash ? (int)(slash - aggregate) : (int)strlen(aggregate), aggregate);
    (void)snprintf(p.inner, sizeof p.inner, "%s", slash ? slash + 1 : "");
    return p;
}

/* Ends and begins aggregates, so that the next field stands where it belongs. */
static void move(struct writer *w, struct place *at, struct place to)
{
    bool leaves = strcmp(at->outer, to.outer) != 0;
    bool changes = leaves || strcmp(at->inner, to.inner) != 0;
    if (changes && *at->inner)
        put(w, "</", at->inner, ">");
    if (leaves && *at->outer)
        put(w, "</", at->outer, ">");
    if (leaves && *to.outer)
        put(w, "<", to.outer, ">");
    if (changes && *to.inner)
        put(w, "<", to.inner, ">");
    *at = to;
}

static void put_items(struct writer *w, const struct poct1a_item *items, size_t count)
{
    struct place at = { "", "" };
    for (size_t i = 0; i < count; i++) {
        move(w, &at, place_of(items[i].aggregate));
        put(w, "<", *at.inner ? at.inner : at.outer, ".");
        put(w, "", items[i].field, " V=\"");
        if (w->error == ERROR_OK)
            w->error = xml_put_text(w->out, items[i].value);
        put(w, "", "", "\"/>");
    }
    move(w, &at, (struct place) { "", "" });
}

enum error poct1a_write(struct buffer *out, const char *root, uint64_t control_id,
                        struct link_time now, const struct poct1a_item *items, size_t count)
{
    char time[POCT1A_TIME], id[24];
    struct writer w = { out, ERROR_OK };
    size_t before = out->len;

    poct1a_time(time, now);
    (void)snprintf(id, sizeof id, "%llu", (unsigned long long)control_id);
    put(&w, "<", root, "><HDR><HDR.message_type V=\"");
    put(&w, "", root, "\" SN=\"POCT1\" SV=\"1\"/>");
    put(&w, "<HDR.control_id V=\"", id, "\"/><HDR.version_id V=\"POCT1\"/>");
    put(&w, "<HDR.creation_dttm V=\"", time, "\"/></HDR>");
    put_items(&w, items, count);
    put(&w, "</", root, ">");
    if (w.error != ERROR_OK)
        out->len = before;
    return w.error;
}
