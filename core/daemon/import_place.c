/* Where imported files go; see the header. */
#include "core/daemon/import_place.h"

#include "core/base/text.h"
#include "core/daemon/carts.h"
#include "core/daemon/folder.h"
#include "instruments/transport/transport.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char folder_prefix[] = "folder:";

static const struct config_instrument *find(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->instrument_count; i++)
        if (strcmp(c->instruments[i].name, name) == 0)
            return &c->instruments[i];
    return NULL;
}

void import_place_add(struct config *c, const char *data)
{
    char path[FOLDER_PATH], text[FOLDER_PATH + sizeof folder_prefix];
    struct transport_port port;
    const char *kept;

    if (find(c, IMPORT_INSTRUMENT) || c->instrument_count == LIMIT_CHILDREN ||
        folder_path(data, IMPORT_INSTRUMENT, path) != ERROR_OK)
        return;
    (void)snprintf(text, sizeof text, "%s%s", folder_prefix, path);
    kept = transport_parse(text, &port, NULL) == ERROR_OK ? arena_text(&c->arena, span_text(text))
                                                          : NULL;
    if (!kept)
        return;
    (void)mkdir(path, 0700); /* the driver says what is wrong with it */
    c->instruments[c->instrument_count++] =
        (struct config_instrument) { IMPORT_INSTRUMENT, IMPORT_PROFILE, kept, { NULL }, 0 };
}

enum error import_place_find(const struct config *c, const char *data, const char *name,
                             char out[IMPORT_PATH], struct complaint *why)
{
    const struct config_instrument *at = find(c, name);
    struct transport_port port = { .kind = TRANSPORT_NONE };
    bool live;

    if (!at && strcmp(name, IMPORT_INSTRUMENT) == 0)
        return folder_path(data, IMPORT_INSTRUMENT, out);
    if (!at)
        return complain(why, ERROR_NOT_FOUND,
                        "phial.conf has no [instrument %s]. Leave --instrument out to bring the "
                        "files to \"" IMPORT_INSTRUMENT "\".",
                        name);
    if (transport_parse(at->port, &port, NULL) != ERROR_OK || port.kind != TRANSPORT_FOLDER ||
        !cart_is(c, at, &live) || live)
        return complain(why, ERROR_NOT_FOUND,
                        "[instrument %s] takes no EKG files from a folder: files can be brought to "
                        "an instrument with port = folder:... and a profile such as " IMPORT_PROFILE
                        ".",
                        name);
    return text_copy(out, IMPORT_PATH, port.path);
}
