/*
 * Finding a USB device in sysfs.
 *
 * libusb could enumerate too, but then it keeps a thread and a netlink socket for the life of the
 * process, which a confined process is better without.
 */
#include "instruments/transport/usb_find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVICES "/sys/bus/usb/devices"

/* An attribute that is one number in `base`; false when it is not there. */
static bool read_number(const char *device, const char *attribute, int base, unsigned *out)
{
    char path[512], text[32];
    char *end;
    ssize_t len;
    int fd;
    if (snprintf(path, sizeof path, DEVICES "/%s/%s", device, attribute) >= (int)sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    len = read(fd, text, sizeof text - 1);
    (void)close(fd);
    if (len <= 0)
        return false;
    text[len] = '\0';
    *out = (unsigned)strtoul(text, &end, base);
    return end != text;
}

static bool fits(const char *device, const struct transport_port *port)
{
    unsigned vendor, product;
    return read_number(device, "idVendor", 16, &vendor) &&
           read_number(device, "idProduct", 16, &product) && vendor == port->vendor &&
           product == port->product && (!port->path[0] || strcmp(port->path, device) == 0);
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

enum error usb_find_open(const struct transport_port *port, int *fd, struct complaint *why)
{
    DIR *devices = opendir(DEVICES);
    const struct dirent *entry;
    char found[256] = "";
    bool several = false;
    while (devices && (entry = readdir(devices)) != NULL)
        if (entry->d_name[0] != '.' && fits(entry->d_name, port)) {
            several = found[0] != '\0';
            (void)snprintf(found, sizeof found, "%s", entry->d_name);
        }
    if (devices)
        (void)closedir(devices);
    if (several)
        return complain(why, ERROR_CONFLICT,
                        "Several devices %04x:%04x are plugged in. Say which one by @BUS-PORTS "
                        "(phial doctor lists them).",
                        port->vendor, port->product);
    if (!found[0])
        return complain(why, ERROR_NOT_FOUND,
                        "No device %04x:%04x is plugged in. Plug it in, or switch it on.",
                        port->vendor, port->product);
    return open_node(found, fd, why);
}
