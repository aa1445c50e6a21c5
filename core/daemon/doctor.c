/* `phial doctor`: what Phial needs of this machine, and whether it is there. */
#include "core/daemon/commands.h"
#include "core/daemon/core.h"
#include "core/daemon/endpoint.h"
#include "core/daemon/folder.h"
#include "core/daemon/listener.h"
#include "core/daemon/options.h"
#include "instruments/transport/transport.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DISK_LEAST_MB = 500, CONNECT_PATIENCE = 2000 };

struct visit {
    const char *data;
    bool running; /* a core serves the folder */
    unsigned ill;
};

__attribute__((format(printf, 3, 4))) static void say(struct visit *v, bool well,
                                                      const char *format, ...)
{
    va_list args;
    (void)fputs(well ? "ok    " : "WRONG ", stdout);
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    (void)fputs("\n", stdout);
    v->ill += well ? 0 : 1;
}

static void look_at_folder(struct visit *v)
{
    struct stat at;
    struct statvfs disk;

    if (stat(v->data, &at) != 0) {
        say(v, false, "The data folder %s is not there: `phial serve` makes it.", v->data);
        return;
    }
    say(v, (at.st_mode & 077) == 0, "Nobody else may enter the data folder %s%s", v->data,
        at.st_mode & 077 ? ": do `chmod 700` on it." : ".");
    say(v, access(v->data, W_OK) == 0, "This user may write it.");
    if (statvfs(v->data, &disk) == 0) {
        uint64_t free_mb = (uint64_t)disk.f_bavail * disk.f_frsize / (1024 * 1024);
        say(v, free_mb >= DISK_LEAST_MB, "%llu MB are free on its disk.",
            (unsigned long long)free_mb);
    }
}

static void look_at_clock(struct visit *v)
{
    struct clock clock = clock_system();
    bool unset = sitetime_unset(clock_now(&clock));
    say(v, !unset,
        unset ? "Nobody vouches for the clock: this machine has no battery clock and no time "
                "server has set it."
              : "The clock is set.");
}

/* Whether somebody answers there. */
static bool answers(const char *host, const char *service)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    struct pollfd ready = { .fd = -1, .events = POLLOUT };
    int failed = 1;
    socklen_t len = sizeof failed;

    if (getaddrinfo(host, service, &hints, &found) != 0)
        return false;
    ready.fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (ready.fd >= 0 && (connect(ready.fd, found->ai_addr, found->ai_addrlen) == 0 ||
                          (errno == EINPROGRESS && poll(&ready, 1, CONNECT_PATIENCE) == 1)))
        (void)getsockopt(ready.fd, SOL_SOCKET, SO_ERROR, &failed, &len);
    freeaddrinfo(found);
    if (ready.fd >= 0)
        (void)close(ready.fd);
    return failed == 0;
}

static void look_at_listener(struct visit *v, const char *who, const char *address)
{
    struct complaint why = { "" };
    int fd;

    if (v->running) {
        say(v, true, "%s: a running Phial listens on %s.", who, address);
        return;
    }
    if (listener_open(address, &fd, &why) != ERROR_OK) {
        say(v, false, "%s: %s", who, why.text);
        return;
    }
    (void)close(fd);
    say(v, true, "%s: %s is free to listen on.", who, address);
}

static void look_at_instrument(struct visit *v, const struct config_instrument *instrument)
{
    struct complaint why = { "" };
    struct transport_port port;
    const char *name = instrument->name;

    if (transport_parse(instrument->port, &port, &why) != ERROR_OK) {
        say(v, false, "%s: %s", name, why.text);
        return;
    }
    switch (port.kind) {
    case TRANSPORT_SERIAL:
        say(v, access(port.path, R_OK | W_OK) == 0,
            "%s: %s is there and may be used (else plug it in, and see udev/60-phial.rules).", name,
            port.path);
        break;
    case TRANSPORT_TCP_LISTEN:
        look_at_listener(v, name, instrument->port + strlen("tcp-listen:"));
        break;
    case TRANSPORT_TCP:
        say(v, v->running || answers(port.path, port.service), "%s: the instrument at %s:%s.", name,
            port.path, port.service);
        break;
    case TRANSPORT_USB:
        say(v, access("/dev/bus/usb", R_OK | X_OK) == 0, "%s: USB devices can be seen.", name);
        break;
    case TRANSPORT_NONE:
        break;
    }
}

static void look_at_printer(struct visit *v, const struct config_printer *printer)
{
    struct transport_port port;
    char text[LIMIT_TEXT];

    if (strcmp(printer->kind, "file") == 0) {
        bool there = config_printer_folder(printer, v->data, text, sizeof text) == ERROR_OK &&
                     access(text, W_OK | X_OK) == 0;
        say(v, there, "%s: labels can be written to %s.", printer->name, printer->port);
        return;
    }
    if (snprintf(text, sizeof text, "tcp:%s", printer->port) < (int)sizeof text &&
        transport_parse(text, &port, NULL) == ERROR_OK)
        say(v, answers(port.path, port.service), "%s: the printer answers at %s.", printer->name,
            printer->port);
    else
        say(v, false, "%s: \"%s\" is no address and port.", printer->name, printer->port);
}

static void look_at_all(struct visit *v, const struct config *config)
{
    look_at_folder(v);
    look_at_clock(v);
    look_at_listener(v, "The page", config->listen);
    for (size_t i = 0; i < config->instrument_count; i++)
        look_at_instrument(v, &config->instruments[i]);
    for (size_t i = 0; i < config->printer_count; i++)
        look_at_printer(v, &config->printers[i]);
}

int command_doctor(int argc, char **argv)
{
    const char *data = OPTIONS_DATA;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    struct config config;
    struct visit v;
    int fd = -1;
    enum error e = options_parse(argc, argv, specs, 1, &words, &why);

    if (e != ERROR_OK || words.count) {
        (void)fprintf(stderr, "phial doctor: %s\n", e == ERROR_OK ? "See --help." : why.text);
        return COMMAND_USAGE;
    }
    v = (struct visit) { .data = data };
    v.running = endpoint_connect(data, &fd, NULL) == ERROR_OK;
    if (fd >= 0)
        (void)close(fd);
    config_init(&config);
    if (config_read(&config, data, &why) == ERROR_OK)
        look_at_all(&v, &config);
    else
        say(&v, false, "%s", why.text);
    config_free(&config);
    return v.ill ? COMMAND_NO : COMMAND_DONE;
}
