/* Finding a USB device in sysfs. */
#include "core/usb/usb_find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICES "/sys/bus/usb/devices"

enum { NAME_SIZE = 256 };

static bool read_text(const char *device, const char *attribute, char *text, size_t size)
{
    char path[512];
    ssize_t len;
    int fd;
    if (snprintf(path, sizeof path, DEVICES "/%s/%s", device, attribute) >= (int)sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    len = read(fd, text, size - 1);
    (void)close(fd);
    if (len <= 0)
        return false;
    text[len] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return true;
}

/* An attribute that is one number in `base`; false when it is not there. */
static bool read_number(const char *device, const char *attribute, int base, unsigned *out)
{
    char text[32], *end;
    if (!read_text(device, attribute, text, sizeof text))
        return false;
    *out = (unsigned)strtoul(text, &end, base);
    return end != text;
}

static bool has_ids(const char *device, unsigned of_vendor, unsigned of_product)
{
    unsigned vendor, product;
    return read_number(device, "idVendor", 16, &vendor) &&
           read_number(device, "idProduct", 16, &product) && vendor == of_vendor &&
           product == of_product;
}

static bool fits(const char *device, const struct usb_wanted *wanted)
{
    char serial[sizeof wanted->serial] = "";
    if (!has_ids(device, wanted->vendor, wanted->product) ||
        (wanted->path[0] && strcmp(wanted->path, device) != 0))
        return false;
    return !wanted->serial[0] || (read_text(device, "serial", serial, sizeof serial) &&
                                  strcmp(wanted->serial, serial) == 0);
}

static enum error open_node(const char *device, int *fd, struct complaint *why)
{
    unsigned bus, number;
    char node[64];
    if (!read_number(device, "busnum", 10, &bus) || !read_number(device, "devnum", 10, &number))
        return complain(why, ERROR_NOT_FOUND, "The USB device went away. Plug it in again.");
    (void)snprintf(node, sizeof node, "/dev/bus/usb/%03u/%03u", bus, number);
    *fd = open(node, O_RDWR | O_CLOEXEC);
    if (*fd >= 0)
        return ERROR_OK;
    if (errno == EACCES)
        return complain(why, ERROR_DENIED,
                        "This user may not use the USB device. Install the udev rules and plug it "
                        "in again.");
    return complain(why, ERROR_NOT_FOUND, "The USB device went away. Plug it in again.");
}

bool usb_find_present(unsigned vendor, unsigned product)
{
    DIR *devices = opendir(DEVICES);
    const struct dirent *entry;
    bool found = false;
    while (devices && !found && (entry = readdir(devices)) != NULL)
        found = entry->d_name[0] != '.' && has_ids(entry->d_name, vendor, product);
    if (devices)
        (void)closedir(devices);
    return found;
}

/* The name in sysfs of the one device that is wanted. */
static enum error find_device(const struct usb_wanted *wanted, char found[NAME_SIZE],
                              struct complaint *why)
{
    DIR *devices = opendir(DEVICES);
    const struct dirent *entry;
    bool several = false;
    found[0] = '\0';
    while (devices && (entry = readdir(devices)) != NULL)
        if (entry->d_name[0] != '.' && fits(entry->d_name, wanted)) {
            several = found[0] != '\0';
            (void)snprintf(found, NAME_SIZE, "%s", entry->d_name);
        }
    if (devices)
        (void)closedir(devices);
    if (several)
        return complain(why, ERROR_CONFLICT,
                        "Several devices %04x:%04x are plugged in. Say which one by @BUS-PORTS "
                        "(phial doctor lists them).",
                        wanted->vendor, wanted->product);
    if (!found[0])
        return complain(why, ERROR_NOT_FOUND,
                        "No device %04x:%04x is plugged in. Plug it in, or switch it on.",
                        wanted->vendor, wanted->product);
    return ERROR_OK;
}

enum error usb_find_open(const struct usb_wanted *wanted, int *fd, struct complaint *why)
{
    char found[NAME_SIZE];
    enum error e = find_device(wanted, found, why);
    return e == ERROR_OK ? open_node(found, fd, why) : e;
}

/* The first entry of a folder of sysfs that begins so. */
static bool find_entry(const char *folder, const char *begins, char found[NAME_SIZE])
{
    DIR *d = opendir(folder);
    const struct dirent *entry;
    bool any = false;
    while (d && !any && (entry = readdir(d)) != NULL)
        if (strncmp(entry->d_name, begins, strlen(begins)) == 0) {
            (void)snprintf(found, NAME_SIZE, "%s", entry->d_name);
            any = true;
        }
    if (d)
        (void)closedir(d);
    return any;
}

/* usb-serial hangs ttyUSB0 below the interface, cdc_acm tty/ttyACM0. */
static bool find_tty_of(const char *device, const char *interface, char name[NAME_SIZE])
{
    char folder[2 * NAME_SIZE + sizeof DEVICES + 8];
    (void)snprintf(folder, sizeof folder, DEVICES "/%s/%s", device, interface);
    if (find_entry(folder, "ttyUSB", name))
        return true;
    (void)snprintf(folder, sizeof folder, DEVICES "/%s/%s/tty", device, interface);
    return find_entry(folder, "ttyACM", name);
}

/* Of whichever of its interfaces has one. */
static bool find_tty(const char *device, char name[NAME_SIZE])
{
    char folder[NAME_SIZE + sizeof DEVICES + 8];
    const struct dirent *entry;
    size_t len = strlen(device);
    bool found = false;
    DIR *d;
    (void)snprintf(folder, sizeof folder, DEVICES "/%s", device);
    d = opendir(folder);
    while (d && !found && (entry = readdir(d)) != NULL)
        found = strncmp(entry->d_name, device, len) == 0 && entry->d_name[len] == ':' &&
                find_tty_of(device, entry->d_name, name);
    if (d)
        (void)closedir(d);
    return found;
}

enum error usb_find_serial(const struct usb_wanted *wanted, char *path, size_t size,
                           struct complaint *why)
{
    char found[NAME_SIZE], name[NAME_SIZE];
    enum error e = find_device(wanted, found, why);
    if (e != ERROR_OK)
        return e;
    if (!find_tty(found, name) || snprintf(path, size, "/dev/%s", name) >= (int)size)
        return complain(why, ERROR_NOT_FOUND,
                        "The USB device %04x:%04x is plugged in, and the kernel made no serial "
                        "port of it. Name it as usb:%04x:%04x instead.",
                        wanted->vendor, wanted->product, wanted->vendor, wanted->product);
    return ERROR_OK;
}
