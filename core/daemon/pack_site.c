/* Custody's word, and what the database knows of the site; see the header. */
#include "core/daemon/pack_site.h"

#include "core/custody/custody.h"
#include "core/daemon/folder.h"

enum { SITE_TEXT = 64 * 1024 };

void pack_custody(const char *data, struct complaint *out)
{
    char database[FOLDER_PATH], seal[FOLDER_PATH];
    struct custody_report report;
    struct complaint why = { "" };

    if (folder_path(data, FOLDER_DATABASE, database) != ERROR_OK ||
        folder_path(data, CUSTODY_SEAL_FILE, seal) != ERROR_OK ||
        custody_verify(database, seal, NULL, &report, &why) != ERROR_OK)
        (void)complain(out, ERROR_OK, "could not be verified: %s", why.text);
    else if (report.finding != CUSTODY_WHOLE)
        (void)complain(out, ERROR_OK, "BROKEN: %s", report.what);
    else
        (void)complain(
            out, ERROR_OK,
            "whole: %lld rows were recomputed, sealed up to row %lld, %lld rows after it",
            (long long)report.rows, (long long)report.sealed_to, (long long)report.unsealed);
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

enum error pack_site(struct store_reader *reader, struct pack_about *about, json_t **out,
                     struct complaint *why)
{
    const struct store_params none = { .key = "" };
    struct buffer text;
    json_t *site = NULL;

    buffer_init(&text, SITE_TEXT);
    if (store_read_json(reader, READ_SITE, &none, &text) == ERROR_OK)
        site = json_loadb((const char *)text.at, text.len, 0, NULL);
    buffer_free(&text);
    if (!site)
        return complain(why, ERROR_IO, "The site cannot be read from the database.");
    about->site = member(site, "name");
    about->address = member(site, "address");
    about->clia = member(site, "clia");
    about->certificate = member(site, "certificate");
    about->director = member(site, "director");
    about->practice = json_integer_value(json_object_get(site, "practice")) != 0;
    *out = site;
    return ERROR_OK;
}
