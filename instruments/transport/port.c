/* Reading the text that names a port. */
#include "core/base/text.h"
#include "instruments/transport/transport.h"

#include <stdlib.h>

enum { PORT_HIGHEST = 65535 };

static enum error parse_path(const char *rest, struct transport_port *out, struct complaint *why)
{
    if (rest[0] != '/' || text_copy(out->path, sizeof out->path, rest) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "A serial port is named by its whole path, such as serial:/dev/ttyUSB0.");
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

static enum error parse_usb(const char *rest, struct transport_port *out, struct complaint *why)
{
    if (!parse_id(rest, &out->vendor) || rest[4] != ':' || !parse_id(rest + 5, &out->product) ||
        (rest[9] != '\0' && rest[9] != '@') ||
        text_copy(out->path, sizeof out->path, rest[9] ? rest + 10 : "") != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "A USB device is named by its ids, such as usb:1a79:7800, and @BUS-PORTS "
                        "when there are several alike.");
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
    { "serial:", TRANSPORT_SERIAL, parse_path },
    { "tcp-listen:", TRANSPORT_TCP_LISTEN, parse_address },
    { "tcp:", TRANSPORT_TCP, parse_address },
    { "usb:", TRANSPORT_USB, parse_usb },
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
                    "A port begins with serial:, tcp-listen:, tcp: or usb:, this one does not.");
}
