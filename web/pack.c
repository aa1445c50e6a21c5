/* Gathering what the inspector's pack says of itself, and the archive around it. */
#include "web/pack.h"

#include "core/store/pack.h"
#include "web/view.h"
#include "web/zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARCHIVE_MAX = 256 * 1024 * 1024, DAY_TEXT = 11, WAIVERS = 512, WAIVER_TEXT = 600 };

static const char custody[] = "not verified here: `phial pack` on the box verifies it and says so, "
                              "and so does `phial custody "
                              "verify`";

enum error pack_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why)
{
    const char *from = view_member(body, "from"), *to = view_member(body, "to");
    char key[2 * DAY_TEXT + 2];
    int64_t since, until;

    if (!pack_day_begins(from, 0, &since) || !pack_day_begins(to, 1, &until))
        return complain(why, ERROR_BAD_INPUT, "Give the first and the last day as 2026-03-14.");
    if (until <= since)
        return complain(why, ERROR_BAD_INPUT, "The last day lies before the first.");
    r->view = json_incref(body);
    (void)snprintf(key, sizeof key, "%.10s..%.10s", from, to);
    *for_core = json_pack("{s:s,s:s}", "what", "pack", "key", key);
    return *for_core ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error add_file(void *context, const char *name, struct span bytes)
{
    return zip_add(context, name, bytes);
}

/* One line of a profile's [waiver]. */
static size_t waivers_of(const struct web *web, char (*texts)[WAIVER_TEXT], const char **lines)
{
    static const char *const names[] = { "test", "specimen", "population", "category", "checked" };
    size_t i;
    json_t *row;

    json_array_foreach(web->settings.waivers, i, row)
    {
        size_t at = 0;
        if (i == WAIVERS)
            return i;
        at = (size_t)snprintf(texts[i], WAIVER_TEXT, "%.90s", view_member(row, "instrument"));
        for (size_t n = 0; n < sizeof names / sizeof names[0] && at < WAIVER_TEXT; n++)
            at += (size_t)snprintf(texts[i] + at, WAIVER_TEXT - at, " | %.90s",
                                   view_member(row, names[n]));
        lines[i] = texts[i];
    }
    return json_array_size(web->settings.waivers);
}

static enum error make(struct request *r, json_t *site, struct complaint *why)
{
    char(*texts)[WAIVER_TEXT] = calloc(WAIVERS, sizeof *texts);
    const char **lines = calloc(WAIVERS, sizeof *lines);
    struct pack_about about = { .now = clock_now(&r->web->clock),
                                .from = view_member(r->view, "from"),
                                .to = view_member(r->view, "to"),
                                .by = "whom the access log names",
                                .site = view_member(site, "name"),
                                .address = view_member(site, "address"),
                                .clia = view_member(site, "clia"),
                                .certificate = view_member(site, "certificate"),
                                .director = view_member(site, "director"),
                                .custody = custody,
                                .covered = r->web->reader == r->web->covered,
                                .practice = view_number(site, "practice") != 0,
                                .waivers = lines };
    struct zip zip;
    const struct pack_sink sink = { add_file, &zip };
    enum error e = texts && lines ? ERROR_OK : ERROR_NO_MEMORY;

    r->answer.max = ARCHIVE_MAX;
    zip_begin(&zip, &r->answer);
    if (e == ERROR_OK && (!pack_day_begins(about.from, 0, &about.since) ||
                          !pack_day_begins(about.to, 1, &about.until)))
        e = ERROR_BUG; /* pack_parse has read them */
    if (e == ERROR_OK) {
        about.waiver_count = waivers_of(r->web, texts, lines);
        e = pack_make(r->web->reader, &about, &sink, why);
    }
    if (e == ERROR_OK)
        e = zip_end(&zip);
    free(texts);
    free(lines);
    return e;
}

void pack_answer(struct request *r)
{
    struct complaint why = { "" };
    json_t *site = NULL;
    enum error e = view_object(r->web, READ_SITE, "", &site);

    if (e == ERROR_OK)
        e = make(r, site, &why);
    json_decref(site);
    if (e != ERROR_OK) {
        request_refuse(r, e,
                       why.text[0] ? why.text : "The pack cannot be made. Ask for fewer days.");
        return;
    }
    r->type = "application/zip";
    (void)snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"pack-%.10s.zip\"",
                   view_member(r->view, "from"));
}
