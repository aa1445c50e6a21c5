/*
 * What `phial doctor` says of the devices of this machine: of each serial port and USB device what
 * it may be, on which physical port, with which permission, and what to write into phial.conf; and
 * the usual mistakes, each in a sentence.
 *
 * It only reads what the kernel and udev have put into files. No device is opened: opening a serial
 * port raises its DTR line, which resets some instruments (devices.md section 7, trap 14). Only
 * with `lines` is each port that nobody uses opened, for its modem lines; nothing is ever written.
 *
 * All paths are looked up below `root`, which is "" on a real machine.
 */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_H
#define PHIAL_CORE_DAEMON_DOCTOR_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum { DOCTOR_GROUPS = 64 };

/* For whom a device must be open: the user that Phial runs as. */
struct doctor_user {
    char name[64];
    uid_t uid;
    gid_t groups[DOCTOR_GROUPS];
    int group_count;
};

/* What phial.conf sets up. Only an instrument has a profile; the port of a USB printer is its ids
 * alone. */
enum doctor_role { DOCTOR_INSTRUMENT, DOCTOR_PRINTER, DOCTOR_SCANNER };
struct doctor_bound {
    const char *name, *profile, *port;
    enum doctor_role role;
};

struct doctor {
    const char *root;
    FILE *out;
    struct doctor_user user;
    const char *profile_folder; /* the site's own, or "" */
    const struct doctor_bound *bound;
    size_t bound_count;
    bool lines;
    unsigned ill; /* what was WRONG */
};

/* The owner of the data folder, or whoever asks when there is none. */
void doctor_user_of(const char *data, struct doctor_user *out);

/* One line: "ok    ..." or "WRONG ...", which is counted. */
void doctor_say(struct doctor *d, bool well, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One line of what was found, neither good nor bad. */
void doctor_tell(struct doctor *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether the user may read and write in a folder. */
bool doctor_may_enter(const struct doctor *d, const char *path);

/* All devices, and the programs that take ports away. */
void doctor_look_at_devices(struct doctor *d);

#endif
