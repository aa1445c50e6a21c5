/* Reading what the configuration says about a printer. */
#include "labels/print/printer.h"

#include "core/base/text.h"

#include <string.h>

static enum error bad_port(const char *port, struct complaint *why)
{
    return complain(why, ERROR_BAD_INPUT,
                    "A printer's port is file:FOLDER or tcp:HOST:9100, not \"%s\": correct "
                    "phial.conf and start again.",
                    port);
}

static enum error copy_part(char *out, size_t size, struct span part)
{
    if (!part.len || part.len >= size)
        return ERROR_BAD_INPUT;
    memcpy(out, part.at, part.len);
    out[part.len] = '\0';
    return ERROR_OK;
}

/* HOST:PORT; an IPv6 address stands in brackets. */
static enum error parse_address(const char *address, struct printer_setup *out)
{
    const char *colon = strrchr(address, ':');
    struct span host;

    if (!colon)
        return ERROR_BAD_INPUT;
    host = span_of(address, (size_t)(colon - address));
    if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
        host = span_of(host.at + 1, host.len - 2);
    if (copy_part(out->host, sizeof out->host, host) != ERROR_OK)
        return ERROR_BAD_INPUT;
    return copy_part(out->service, sizeof out->service, span_text(colon + 1));
}

enum error printer_port_parse(const char *port, struct printer_setup *out, struct complaint *why)
{
    struct printer_setup setup = *out;
    enum error e = ERROR_BAD_INPUT;

    setup.folder[0] = setup.host[0] = setup.service[0] = '\0';
    if (strncmp(port, "file:", 5) == 0)
        e = copy_part(setup.folder, sizeof setup.folder, span_text(port + 5));
    else if (strncmp(port, "tcp:", 4) == 0)
        e = parse_address(port + 4, &setup);
    if (e != ERROR_OK)
        return bad_port(port, why);
    *out = setup;
    return ERROR_OK;
}

static enum error bad_setting(const char *setting, struct complaint *why)
{
    return complain(why, ERROR_BAD_INPUT,
                    "A printer does not know the setting \"%s\"; it knows dpi=203, 300 or 600, "
                    "format=pdf, png, svg or zpl, and answers=yes or no.",
                    setting);
}

enum error printer_setting_parse(const char *setting, struct printer_setup *out,
                                 struct complaint *why)
{
    uint64_t number;

    if (strncmp(setting, "dpi=", 4) == 0 && text_to_u64(setting + 4, &number) == ERROR_OK &&
        (number == 203 || number == 300 || number == 600)) {
        out->dpi = (unsigned)number;
        return ERROR_OK;
    }
    if (strncmp(setting, "format=", 7) == 0 &&
        label_format_parse(setting + 7, &out->format) == ERROR_OK)
        return ERROR_OK;
    if (strcmp(setting, "answers=yes") == 0 || strcmp(setting, "answers=no") == 0) {
        out->answers = setting[8] == 'y';
        return ERROR_OK;
    }
    return bad_setting(setting, why);
}
