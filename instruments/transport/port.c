/* Reading the text that names a port. */
#include "core/base/text.h"
#include "instruments/transport/transport.h"

#include <stdlib.h>

enum { PORT_HIGHEST = 65535 };

static enum error parse_folder(const char *rest, struct transport_port *out, struct complaint *why)
{
    if (rest[0] != '/' || text_copy(out->path, sizeof out->path, rest) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "A folder is named by its whole path, such as folder:/srv/leadcare.");
    return ERROR_OK;
}

/* "host:port", "[::1]:port" or ":port". */
static enum error parse_address(const char *rest, struct transport_port *out, struct complaint *why)
{
    const char *colon = strrchr(rest, ':');
    char host[sizeof out->path];
    size_t len = colon ? (size_t)(colon - rest) : 0;
    uint64_t number;
    if (!colon || text_to_u64(colon + 1, &number) != ERROR_OK || number > PORT_HIGHEST ||
        len >= sizeof host || text_copy(out->service, sizeof out->service, colon + 1) != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "A network port is named as HOST:PORT, such as 192.168.1.20:5000.");
    if (len >= 2 && rest[0] == '[' && rest[len - 1] == ']') {
        rest++;
        len -= 2;
    }
    memcpy(host, rest, len);
    host[len] = '\0';
    return text_copy(out->path, sizeof out->path, len ? host : "127.0.0.1");
}

/* Exactly four hexadecimal digits. */
static bool parse_id(const char *text, unsigned *out)
{
    uint8_t bytes[2];
    char digits[5];
    if (strlen(text) < 4)
        return false;
    memcpy(digits, text, 4);
    digits[4] = '\0';
    if (text_unhex(bytes, sizeof bytes, digits) != ERROR_OK)
        return false;
    *out = (unsigned)(bytes[0] << 8 | bytes[1]);
    return true;
}

/* "@1-1.2" and "#NUMBER", in this order, both may be missing. */
static bool parse_which(const char *text, struct transport_port *out)
{
    size_t len = *text == '@' ? strcspn(text + 1, "#") : 0;
    const char *rest = *text == '@' ? text + 1 + len : text;
    if (*text == '@' && (len == 0 || len >= sizeof out->path))
        return false;
    memcpy(out->path, text + (*text == '@'), len);
    out->path[len] = '\0';
    if (*rest == '\0')
        return true;
    return rest[0] == '#' && rest[1] != '\0' &&
           text_copy(out->serial, sizeof out->serial, rest + 1) == ERROR_OK;
}

static enum error parse_usb(const char *rest, struct transport_port *out, struct complaint *why)
{
    out->by_usb = true;
    if (!parse_id(rest, &out->vendor) || rest[4] != ':' || !parse_id(rest + 5, &out->product) ||
        !parse_which(rest + 9, out))
        return complain(why, ERROR_BAD_INPUT,
                        "A USB device is named by its ids, such as usb:1a79:7800, and @BUS-PORTS "
                        "or #SERIAL when there are several alike.");
    return ERROR_OK;
}

static enum error parse_serial(const char *rest, struct transport_port *out, struct complaint *why)
{
    static const char by_usb[] = "usb:";
    if (strncmp(rest, by_usb, sizeof by_usb - 1) == 0)
        return parse_usb(rest + sizeof by_usb - 1, out, why);
    if (rest[0] != '/' || text_copy(out->path, sizeof out->path, rest) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "A serial port is named by its whole path, such as serial:/dev/ttyUSB0, or "
                        "by its USB ids, such as serial:usb:10c4:ea60@1-1.2.");
    return ERROR_OK;
}

static enum error parse_none(const char *rest, struct transport_port *out, struct complaint *why)
{
    (void)out;
    return *rest ? complain(why, ERROR_BAD_INPUT, "Nothing follows \"decode:\".") : ERROR_OK;
}

static const struct {
    const char *prefix;
    enum transport_kind kind;
    enum error (*parse)(const char *rest, struct transport_port *out, struct complaint *why);
} prefixes[] = {
    { "serial:", TRANSPORT_SERIAL, parse_serial },
    { "tcp-listen:", TRANSPORT_TCP_LISTEN, parse_address },
    { "tcp:", TRANSPORT_TCP, parse_address },
    { "usb:", TRANSPORT_USB, parse_usb },
    { "folder:", TRANSPORT_FOLDER, parse_folder },
    { "decode:", TRANSPORT_NONE, parse_none },
};

enum error transport_parse(const char *text, struct transport_port *out, struct complaint *why)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i].prefix);
        if (strncmp(text, prefixes[i].prefix, len) == 0) {
            struct transport_port port = { .kind = prefixes[i].kind };
            enum error e = prefixes[i].parse(text + len, &port, why);
            if (e == ERROR_OK)
                *out = port;
            return e;
        }
    }
    return complain(why, ERROR_BAD_INPUT,
                    "A port begins with serial:, tcp-listen:, tcp:, usb: or folder:, this one does "
                    "not.");
}
