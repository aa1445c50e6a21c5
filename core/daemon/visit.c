/* The ports of phial.conf: whether they are there, and whether anything ever came; see visit.h. */
#include "core/daemon/visit.h"

#include "core/daemon/core.h"
#include "core/daemon/folder.h"
#include "core/daemon/listener.h"
#include "core/store/read.h"
#include "core/usb/usb_find.h"
#include "instruments/transport/transport.h"

#include <errno.h>
#include <jansson.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_PATIENCE = 2000, HISTORY_MAX = 1024 * 1024 };

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

void visit_listener(struct visit *v, const char *who, const char *address)
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

/* A port that is named by a path: it must be there. Who may use it is judged with the devices. */
static void visit_path(struct visit *v, const char *name, const char *path)
{
    if (access(path, F_OK) == 0)
        say(v, true, "%s: %s is there.", name, path);
    else
        say(v, false, "%s: %s is not there: plug the cable in, or take the port's name from below.",
            name, path);
}

static void visit_usb(struct visit *v, const char *name, unsigned vendor, unsigned product)
{
    if (usb_find_present(vendor, product))
        say(v, true, "%s: a USB device %04x:%04x is plugged in.", name, vendor, product);
    else
        say(v, false, "%s: no USB device %04x:%04x is plugged in: plug it in and switch it on.",
            name, vendor, product);
}

/* The folder must be open to whom Phial runs as, and inside what the service may write. */
static void visit_folder(struct visit *v, const char *name, const char *path)
{
    if (doctor_may_enter(&v->doctor, path))
        say(v, true, "%s: files can be taken from %s.", name, path);
    else
        say(v, false,
            "%s: %s may not take files from %s: make the folder, let that user read and write "
            "there, and put it below /srv/phial if Phial runs as a service.",
            name, v->doctor.user.name, path);
}

void visit_port(struct visit *v, const char *name, const char *text)
{
    struct complaint why = { "" };
    struct transport_port port;

    if (transport_parse(text, &port, &why) != ERROR_OK) {
        say(v, false, "%s: %s", name, why.text);
        return;
    }
    switch (port.kind) {
    case TRANSPORT_SERIAL:
        if (port.by_usb)
            visit_usb(v, name, port.vendor, port.product);
        else
            visit_path(v, name, port.path);
        break;
    case TRANSPORT_USB:
        visit_usb(v, name, port.vendor, port.product);
        break;
    case TRANSPORT_TCP_LISTEN:
        visit_listener(v, name, text + strlen("tcp-listen:"));
        break;
    case TRANSPORT_TCP:
        say(v, v->running || answers(port.path, port.service), "%s: something answers at %s:%s.",
            name, port.path, port.service);
        break;
    case TRANSPORT_FOLDER:
        visit_folder(v, name, port.path);
        break;
    case TRANSPORT_NONE:
        break;
    }
}

/* Below the doctor's root; `target` receives what a link says. */
static bool is_there(const struct visit *v, const char *path, char *target, size_t size)
{
    char whole[FOLDER_PATH];
    ssize_t len;

    if (snprintf(whole, sizeof whole, "%s%s", v->doctor.root, path) >= (int)sizeof whole ||
        access(whole, F_OK) != 0)
        return false;
    len = readlink(whole, target, size - 1);
    target[len > 0 ? len : 0] = '\0';
    return true;
}

/* Without the unit nothing is wrong: somebody calls `phial import`. */
void visit_sticks(struct visit *v)
{
    static const char unit[] = "/systemd/system/phial-stick@.service";
    static const char *const folders[] = { "/etc", "/usr/lib", "/lib" };
    char path[sizeof unit + 16], target[16];

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        (void)snprintf(path, sizeof path, "%s%s", folders[i], unit);
        if (!is_there(v, path, target, sizeof target))
            continue;
        if (strcmp(target, "/dev/null") == 0)
            break;
        say(v, true, "A USB stick with EKG files that is put in is read by itself.");
        return;
    }
    doctor_tell(&v->doctor, "USB sticks are not read by themselves, as phial-stick@.service is not "
                            "installed, or masked: `phial import` brings their EKG files.");
}

void visit_printer(struct visit *v, const struct config_printer *printer)
{
    struct complaint why = { "" };
    struct printer_setup setup;
    const char *name = printer->name;
    char text[LIMIT_TEXT];

    if (config_printer(printer, &setup, &why) != ERROR_OK) {
        say(v, false, "%s", why.text);
        return;
    }
    switch (setup.kind) {
    case PRINTER_FILE:
        say(v,
            config_printer_folder(printer, v->data, text, sizeof text) == ERROR_OK &&
                doctor_may_enter(&v->doctor, text),
            "%s: labels can be written to %s.", name, printer->port);
        break;
    case PRINTER_TCP:
        say(v, answers(setup.host, setup.service), "%s: the printer answers at %s.", name,
            printer->port);
        break;
    case PRINTER_USB:
        visit_usb(v, name, setup.vendor, setup.product);
        break;
    case PRINTER_CUPS:
        doctor_tell(&v->doctor, "%s: `lpstat -p %s` tells how the queue is.", name, setup.queue);
        break;
    }
}

/* ---- What has never sent anything ---- */

/* The usual reasons, by what the instrument is connected with. */
static const char *usual_reasons(const char *text)
{
    struct transport_port port;

    if (transport_parse(text, &port, NULL) != ERROR_OK)
        return "";
    switch (port.kind) {
    case TRANSPORT_SERIAL:
        return "Is the cable a straight one where a null-modem (crossed) one is needed, or the "
               "other way round? Is the instrument set to send, to this port, at this speed? With "
               "Phial stopped, `phial doctor --lines` shows whether the cable is alive.";
    case TRANSPORT_TCP_LISTEN:
    case TRANSPORT_TCP:
        return "Is the instrument set to send, to this machine's address and this port number? Is "
               "its network cable in, and does no firewall stand between?";
    case TRANSPORT_FOLDER:
        return "Does the other program put its reports into this folder?";
    case TRANSPORT_USB:
    case TRANSPORT_NONE:
        break;
    }
    return "Is the instrument switched on, and set to send?";
}

static void tell_silent(struct visit *v, const struct config_instrument *instrument)
{
    doctor_tell(&v->doctor,
                "%s: nothing has ever come from it. Send a result; if nothing comes: %s",
                instrument->name, usual_reasons(instrument->port));
}

/* The database knows an instrument from its first session on. */
static bool has_sent(const json_t *rows, const char *name)
{
    size_t i;
    const json_t *row;

    json_array_foreach(rows, i, row)
    {
        const char *known = json_string_value(json_object_get(row, "name"));
        if (known && strcmp(known, name) == 0)
            return !json_is_null(json_object_get(row, "last_session"));
    }
    return false;
}

void visit_silent(struct visit *v, const struct config *config)
{
    const struct store_params all = { .limit = LIMIT_CHILDREN };
    struct store_reader *reader = NULL;
    char path[FOLDER_PATH];
    struct buffer text;
    json_t *found = NULL;

    if (!v->running || folder_path(v->data, FOLDER_DATABASE, path) != ERROR_OK ||
        store_open_read(path, &reader, NULL) != ERROR_OK)
        return;
    buffer_init(&text, HISTORY_MAX);
    if (store_read_json(reader, READ_INSTRUMENTS, &all, &text) == ERROR_OK)
        found = json_loadb((const char *)text.at, text.len, 0, NULL);
    for (size_t i = 0; found && i < config->instrument_count; i++)
        if (!has_sent(json_object_get(found, "rows"), config->instruments[i].name))
            tell_silent(v, &config->instruments[i]);
    json_decref(found);
    buffer_free(&text);
    store_close_read(reader);
}
