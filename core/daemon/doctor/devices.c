/* Reading /sys/bus/usb/devices, /sys/class/tty, udev's database and its links; see devices.h. */
#include "core/daemon/doctor/devices.h"

#include "core/base/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLASS_HID = 0x03, CLASS_PRINTER = 0x07, CLASS_STORAGE = 0x08, CLASS_HUB = 0x09 };
enum { PROTOCOL_KEYBOARD = 1 };

bool devices_read(const char *root, const char *path, char out[DEVICE_TEXT])
{
    char whole[DEVICE_PATH], line[DEVICE_TEXT];
    FILE *file = NULL;
    bool read;

    if (snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole)
        file = fopen(whole, "re");
    if (!file)
        return false;
    read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    if (!read)
        return false;
    line[strcspn(line, "\n")] = '\0';
    for (char *c = line; *c; c++) /* a device may call itself anything */
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
            *c = '?';
    return text_copy(out, DEVICE_TEXT, line) == ERROR_OK;
}

/* A file of a folder in sysfs. */
static bool read_in(const char *root, const char *folder, const char *name, char out[DEVICE_TEXT])
{
    char path[DEVICE_PATH];
    return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
           devices_read(root, path, out);
}

static unsigned read_number(const char *root, const char *folder, const char *name, int base)
{
    char text[DEVICE_TEXT];
    return read_in(root, folder, name, text) ? (unsigned)strtoul(text, NULL, base) : 0;
}

/* Calls for each entry of a folder below the root, in the order of their names. */
static void each_entry(const char *root, const char *folder,
                       void (*take)(void *context, const char *name), void *context)
{
    char whole[DEVICE_PATH];
    struct dirent **entries = NULL;
    int count = 0;

    if (snprintf(whole, sizeof whole, "%s%s", root, folder) < (int)sizeof whole)
        count = scandir(whole, &entries, NULL, versionsort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            take(context, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

struct scan {
    const char *root;
    struct devices *out;
    struct device *usb; /* the device whose interfaces are looked at */
    const char *links;  /* the folder of links that is looked at */
};

#define USB_DEVICES "/sys/bus/usb/devices"
#define TTYS "/sys/class/tty"

static void note_interface(void *context, const char *name)
{
    struct scan *scan = context;
    size_t len = strlen(scan->usb->usb_port);
    char folder[DEVICE_PATH];
    unsigned class;

    if (strncmp(name, scan->usb->usb_port, len) != 0 || name[len] != ':')
        return;
    (void)snprintf(folder, sizeof folder, USB_DEVICES "/%s", name);
    class = read_number(scan->root, folder, "bInterfaceClass", 16);
    scan->usb->printer = scan->usb->printer || class == CLASS_PRINTER;
    scan->usb->storage = scan->usb->storage || class == CLASS_STORAGE;
    if (class == CLASS_HID &&
        read_number(scan->root, folder, "bInterfaceProtocol", 16) == PROTOCOL_KEYBOARD)
        scan->usb->keyboard = true;
}

static void add_usb(void *context, const char *name)
{
    struct scan *scan = context;
    char folder[DEVICE_PATH];
    struct device *d = &scan->out->at[scan->out->count];

    if (scan->out->count == DEVICES_MAX || strchr(name, ':'))
        return;
    (void)snprintf(folder, sizeof folder, USB_DEVICES "/%s", name);
    *d = (struct device) { .vendor = read_number(scan->root, folder, "idVendor", 16),
                           .product = read_number(scan->root, folder, "idProduct", 16) };
    if (d->vendor == 0 || read_number(scan->root, folder, "bDeviceClass", 16) == CLASS_HUB ||
        text_copy(d->usb_port, sizeof d->usb_port, name) != ERROR_OK)
        return;
    (void)read_in(scan->root, folder, "manufacturer", d->maker);
    (void)read_in(scan->root, folder, "product", d->model);
    (void)read_in(scan->root, folder, "serial", d->serial);
    (void)snprintf(d->node, sizeof d->node, "/dev/bus/usb/%03u/%03u",
                   read_number(scan->root, folder, "busnum", 10),
                   read_number(scan->root, folder, "devnum", 10));
    scan->usb = d;
    each_entry(scan->root, USB_DEVICES, note_interface, scan);
    scan->out->count++;
}

/* The USB device that a port of this sysfs folder is an interface of, or NULL. */
static struct device *owner_of(const struct scan *scan, const char *folder)
{
    for (size_t i = 0; i < scan->out->count; i++) {
        struct device *d = &scan->out->at[i];
        char part[DEVICE_TEXT + 2];
        (void)snprintf(part, sizeof part, "/%s:", d->usb_port);
        if (*d->usb_port && strstr(folder, part))
            return d;
    }
    return NULL;
}

static void note_link(void *context, const char *name)
{
    struct scan *scan = context;
    char whole[DEVICE_PATH], target[DEVICE_PATH];
    const char *node = strrchr(scan->usb->node, '/');
    const char *end;
    ssize_t len = -1;

    if (*scan->usb->by_path || !node)
        return;
    if (snprintf(whole, sizeof whole, "%s%s/%s", scan->root, scan->links, name) < (int)sizeof whole)
        len = readlink(whole, target, sizeof target - 1);
    if (len <= 0)
        return;
    target[len] = '\0';
    end = strrchr(target, '/');
    if (strcmp(end ? end : target, node) == 0)
        (void)snprintf(scan->usb->by_path, sizeof scan->usb->by_path, "%.60s/%.60s", scan->links,
                       name);
}

static void find_links(struct scan *scan, struct device *d)
{
    static const char *const folders[] = { "/dev/phial/by-path", "/dev/serial/by-path" };

    scan->usb = d;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        scan->links = folders[i];
        each_entry(scan->root, folders[i], note_link, scan);
    }
}

/* udev's own notes of a device: lines "E:NAME=value". */
static void read_udev(const char *root, const char *number, struct device *d)
{
    char path[DEVICE_PATH], line[DEVICE_PATH];
    FILE *file = NULL;

    if (snprintf(path, sizeof path, "%s/run/udev/data/c%s", root, number) < (int)sizeof path)
        file = fopen(path, "re");
    if (!file)
        return;
    d->in_udev = true;
    while (fgets(line, sizeof line, file))
        if (strcmp(line, "E:ID_MM_DEVICE_IGNORE=1\n") == 0 ||
            strcmp(line, "E:ID_MM_PORT_IGNORE=1\n") == 0)
            d->ignored_by_modem_manager = true;
    (void)fclose(file);
}

/* "ttyS0 tty0": the machine writes its messages there, and may offer a sign-in. */
static bool is_console(const char *root, const char *name)
{
    char active[DEVICE_TEXT];
    size_t len = strlen(name);
    const char *at = active;

    if (!devices_read(root, TTYS "/console/active", active))
        return false;
    while ((at = strstr(at, name)) != NULL) {
        if ((at == active || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
            return true;
        at += len;
    }
    return false;
}

/* Whether there is hardware behind such a port: the kernel lists ttyS0 to ttyS3 on any machine. */
static bool is_real(const char *root, const char *folder)
{
    char type[DEVICE_TEXT];
    return read_in(root, folder, "type", type) ? strcmp(type, "0") != 0 : true;
}

/* A port of a USB device takes that device's place; further ones stand beside it. */
static struct device *place_for(struct scan *scan, const char *resolved)
{
    struct device *owner = owner_of(scan, resolved);
    struct device *d = &scan->out->at[scan->out->count];

    if (owner && !owner->tty)
        return owner;
    if (scan->out->count == DEVICES_MAX)
        return NULL;
    *d = owner ? *owner : (struct device) { .vendor = 0 };
    d->by_path[0] = '\0';
    scan->out->count++;
    return d;
}

static void add_tty(void *context, const char *name)
{
    struct scan *scan = context;
    char folder[DEVICE_PATH], whole[DEVICE_PATH], number[DEVICE_TEXT], *resolved;
    struct device *d;

    (void)snprintf(folder, sizeof folder, TTYS "/%s", name);
    if (snprintf(whole, sizeof whole, "%s%s/device", scan->root, folder) >= (int)sizeof whole)
        return;
    resolved = realpath(whole, NULL);
    d = resolved && is_real(scan->root, folder) ? place_for(scan, resolved) : NULL;
    free(resolved);
    if (!d)
        return;
    d->tty = true;
    d->console = is_console(scan->root, name);
    (void)snprintf(d->node, sizeof d->node, "/dev/%.100s", name);
    if (read_in(scan->root, folder, "dev", number))
        read_udev(scan->root, number, d);
    find_links(scan, d);
}

void devices_scan(const char *root, struct devices *out)
{
    struct scan scan = { .root = root, .out = out };

    out->count = 0;
    each_entry(root, USB_DEVICES, add_usb, &scan);
    each_entry(root, TTYS, add_tty, &scan);
}
