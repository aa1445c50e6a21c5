/* From profiles to rules; see the header. */
#include "udev/rules.h"

#include "instruments/profile/profile.h"

enum { FTDI_VENDOR = 0x0403 };

static const char head[] =
    "# Ports of laboratory instruments for Phial. Made by print_rules out of the profiles; do not\n"
    "# edit it here: a file of the same name in /etc/udev/rules.d replaces it.\n"
    "#\n"
    "# Group: dialout for serial ports, plugdev for what is reached by libusb. No modem manager "
    "may\n"
    "# open such a port: opening toggles lines and can reset an instrument. brltty takes some of\n"
    "# these cables for Braille displays by rules that come later and that nothing here can stop:\n"
    "# take the package off a machine that runs Phial.\n"
    "# /dev/phial/by-path/ names a port by where it is plugged in: two alike cables differ only "
    "by\n"
    "# that.\n"
    "\n"
    "ACTION==\"remove\", GOTO=\"phial_end\"\n"
    "SUBSYSTEM==\"tty\", SUBSYSTEMS==\"usb\", GOTO=\"phial_tty\"\n"
    "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", GOTO=\"phial_usb\"\n"
    "GOTO=\"phial_end\"\n";

static const char tty_head[] = "\n"
                               "LABEL=\"phial_tty\"\n"
                               "IMPORT{builtin}=\"path_id\"\n";

static const char tty_foot[] = "GOTO=\"phial_end\"\n"
                               "\n"
                               "LABEL=\"phial_tty_found\"\n"
                               "GROUP=\"dialout\", MODE=\"0660\", ENV{ID_MM_DEVICE_IGNORE}=\"1\", "
                               "ENV{ID_MM_PORT_IGNORE}=\"1\"\n"
                               "ENV{ID_PATH}==\"?*\", SYMLINK+=\"phial/by-path/$env{ID_PATH}\"\n"
                               "GOTO=\"phial_end\"\n";

static const char usb_head[] = "\nLABEL=\"phial_usb\"\n";

static const char foot[] = "\nLABEL=\"phial_end\"\n";

static bool by_tty(const struct profile *p)
{
    return strcmp(profile_link(p), "contour-hid") != 0;
}

/* HID devices; and an FTDI chip under a maker's own number, which ftdi_sio does not know, so that
 * there is no tty: port usb:VVVV:PPPP reaches it (devices.md 3.9). */
static bool by_libusb(const struct profile *p, const struct profile_usb_id *id)
{
    return !by_tty(p) || (id->vendor == FTDI_VENDOR && !id->bridge);
}

static enum error write_tty(struct buffer *out, const struct profile *p,
                            const struct profile_usb_id *id)
{
    if (!by_tty(p))
        return ERROR_OK;
    return buffer_put_format(out,
                             "# %s\n"
                             "ATTRS{idVendor}==\"%04x\", ATTRS{idProduct}==\"%04x\", "
                             "ENV{PHIAL_%s}=\"%s\", GOTO=\"phial_tty_found\"\n",
                             id->bridge ? "a cable; the configuration says what is at its end"
                                        : profile_model(p),
                             id->vendor, id->product, id->bridge ? "CABLE" : "PROFILE",
                             id->bridge ? "1" : profile_id(p));
}

static enum error write_usb(struct buffer *out, const struct profile *p,
                            const struct profile_usb_id *id)
{
    enum error e = buffer_put_format(out, "ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", ",
                                     id->vendor, id->product);

    if (e == ERROR_OK)
        e = buffer_put_text(out, "ENV{ID_MM_DEVICE_IGNORE}=\"1\"");
    if (e == ERROR_OK && by_libusb(p, id))
        e = buffer_put_format(out,
                              ", GROUP=\"plugdev\", MODE=\"0660\", TAG+=\"uaccess\", "
                              "ENV{PHIAL_PROFILE}=\"%s\"",
                              profile_id(p));
    return e == ERROR_OK ? buffer_put_text(out, "\n") : e;
}

static enum error write_profile(struct buffer *out, const char *id,
                                enum error (*write)(struct buffer *, const struct profile *,
                                                    const struct profile_usb_id *),
                                struct complaint *why)
{
    struct profile *p = NULL;
    enum error e = profile_load(id, NULL, &p, why);
    const struct profile_usb_id *ids = NULL;
    size_t count = 0;

    if (e == ERROR_OK)
        ids = profile_usb_ids(p, &count);
    for (size_t i = 0; e == ERROR_OK && i < count; i++)
        e = write(out, p, &ids[i]);
    profile_free(p);
    return e;
}

static enum error write_ids(struct buffer *out, const char *before,
                            enum error (*write)(struct buffer *, const struct profile *,
                                                const struct profile_usb_id *),
                            const char *after, struct complaint *why)
{
    const char *const *ids = profile_builtin_ids();
    enum error e = buffer_put_text(out, before);

    for (size_t i = 0; e == ERROR_OK && ids[i]; i++)
        e = write_profile(out, ids[i], write, why);
    return e == ERROR_OK ? buffer_put_text(out, after) : e;
}

enum error rules_write(struct buffer *out, struct complaint *why)
{
    enum error e = buffer_put_text(out, head);

    if (e == ERROR_OK)
        e = write_ids(out, tty_head, write_tty, tty_foot, why);
    if (e == ERROR_OK)
        e = write_ids(out, usb_head, write_usb, foot, why);
    return e;
}
