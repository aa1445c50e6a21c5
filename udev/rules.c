/* From profiles to rules; see the header. */
#include "udev/rules.h"

#include "instruments/profile/profile.h"

#include <stdio.h>

enum { FTDI_VENDOR = 0x0403, KEY_SIZE = 128 };

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
    "SUBSYSTEM==\"block\", ENV{ID_BUS}==\"usb\", ENV{ID_FS_USAGE}==\"filesystem\", "
    "GOTO=\"phial_stick\"\n"
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

/* ID_BUS and ID_FS_USAGE are of 60-persistent-storage.rules, which stands before us. */
static const char stick[] =
    "GOTO=\"phial_end\"\n"
    "\n"
    "LABEL=\"phial_stick\"\n"
    "# A file system of a stick or card, perhaps an EKG cart's: its files are looked at, "
    "read-only, by\n"
    "# phial-stick@.service. A desktop does not mount it by itself, as that would write to it.\n"
    "ENV{UDISKS_AUTO}=\"0\", TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"phial-stick@%k.service\"\n";

static const char foot[] = "\nLABEL=\"phial_end\"\n";

/* Bar-code scanners that are serial ports (devices.md 1c): no modem manager may open them. */
static const struct {
    const char *vendor, *product, *name;
} scanners[] = { { "05e0", "1701", "Zebra, Symbol" },
                 { "0c2e", "0720", "Honeywell, Metrologic" },
                 { "05f9", "*", "Datalogic" },
                 { "080c", "*", "Datalogic" },
                 { "1eab", "*06", "Newland" } };

static enum error write_scanners(struct buffer *out, bool tty)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < sizeof scanners / sizeof scanners[0]; i++)
        if (tty)
            e = buffer_put_format(out,
                                  "# a scanner: %s\nATTRS{idVendor}==\"%s\", "
                                  "ATTRS{idProduct}==\"%s\", ENV{PHIAL_SCANNER}=\"1\", "
                                  "GOTO=\"phial_tty_found\"\n",
                                  scanners[i].name, scanners[i].vendor, scanners[i].product);
        else
            e = buffer_put_format(out,
                                  "ATTR{idVendor}==\"%s\", ATTR{idProduct}==\"%s\", "
                                  "ENV{ID_MM_DEVICE_IGNORE}=\"1\"\n",
                                  scanners[i].vendor, scanners[i].product);
    return e;
}

static bool by_tty(const struct profile *p)
{
    static const char *const hid[] = { "contour-hid", "contec-ecg90a" };

    for (size_t i = 0; i < sizeof hid / sizeof hid[0]; i++)
        if (strcmp(profile_link(p), hid[i]) == 0)
            return false;
    return true;
}

/* HID devices; and an FTDI chip under a maker's own number, which ftdi_sio does not know, so that
 * there is no tty: port usb:VVVV:PPPP reaches it (devices.md 3.9). */
static bool by_libusb(const struct profile *p, const struct profile_usb_id *id)
{
    return !by_tty(p) || (id->vendor == FTDI_VENDOR && !id->bridge);
}

/* How a rule names a device; several instruments share one kind of cable, which needs one rule. */
static bool write_key(char *key, const char *attribute, const struct profile_usb_id *id,
                      const struct buffer *out)
{
    (void)snprintf(key, KEY_SIZE, "%s{idVendor}==\"%04x\", %s{idProduct}==\"%04x\", ", attribute,
                   id->vendor, attribute, id->product);
    if (id->serial[0])
        (void)snprintf(key + strlen(key), KEY_SIZE - strlen(key), "%s{serial}==\"%s\", ", attribute,
                       id->serial);
    return !out->len || !memmem(out->at, out->len, key, strlen(key));
}

static enum error write_tty(struct buffer *out, const struct profile *p,
                            const struct profile_usb_id *id)
{
    char key[KEY_SIZE];

    if (!by_tty(p) || !write_key(key, "ATTRS", id, out))
        return ERROR_OK;
    return buffer_put_format(
        out, "# %s\n%sENV{PHIAL_%s}=\"%s\", GOTO=\"phial_tty_found\"\n",
        id->bridge ? "a cable; the configuration says what is at its end" : profile_model(p), key,
        id->bridge ? "CABLE" : "PROFILE", id->bridge ? "1" : profile_id(p));
}

static enum error write_usb(struct buffer *out, const struct profile *p,
                            const struct profile_usb_id *id)
{
    char key[KEY_SIZE];
    enum error e;

    if (!write_key(key, "ATTR", id, out))
        return ERROR_OK;
    e = buffer_put_format(out, "%sENV{ID_MM_DEVICE_IGNORE}=\"1\"", key);
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

static enum error write_ids(struct buffer *out, const char *before, bool tty,
                            enum error (*write)(struct buffer *, const struct profile *,
                                                const struct profile_usb_id *),
                            const char *after, struct complaint *why)
{
    const char *const *ids = profile_builtin_ids();
    enum error e = buffer_put_text(out, before);

    for (size_t i = 0; e == ERROR_OK && ids[i]; i++)
        e = write_profile(out, ids[i], write, why);
    if (e == ERROR_OK)
        e = write_scanners(out, tty);
    return e == ERROR_OK ? buffer_put_text(out, after) : e;
}

enum error rules_write(struct buffer *out, struct complaint *why)
{
    enum error e = buffer_put_text(out, head);

    if (e == ERROR_OK)
        e = write_ids(out, tty_head, true, write_tty, tty_foot, why);
    if (e == ERROR_OK)
        e = write_ids(out, usb_head, false, write_usb, stick, why);
    return e == ERROR_OK ? buffer_put_text(out, foot) : e;
}
