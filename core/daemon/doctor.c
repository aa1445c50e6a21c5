/* `phial doctor`: what Phial needs of this machine, and whether it is there. */
#include "core/daemon/commands.h"
#include "core/daemon/core.h"
#include "core/daemon/endpoint.h"
#include "core/daemon/options.h"
#include "core/daemon/visit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DISK_LEAST_MB = 500 };

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
    if (at.st_uid != geteuid() && geteuid() != 0)
        say(v, false, "It belongs to %s: run this as that user, or as root.", v->doctor.user.name);
    if (statvfs(v->data, &disk) == 0) {
        uint64_t free_mb = (uint64_t)disk.f_bavail * disk.f_frsize / (1024 * 1024);
        say(v, free_mb >= DISK_LEAST_MB, "%llu MB are free on its disk.",
            (unsigned long long)free_mb);
    }
}

static void look_at_clock(struct visit *v)
{
    struct clock clock = clock_system();

    if (!sitetime_unset(clock_now(&clock)))
        say(v, true, "The clock is set.");
    else if (sitetime_battery())
        say(v, false,
            "The clock shows a time before Phial was made: set it (timedatectl set-time), "
            "or connect a time server.");
    else
        say(v, false,
            "Nobody vouches for the clock: this machine has no battery clock, and no time server "
            "has set it. Every event says so until one does (timedatectl set-ntp true).");
}

static void look_at_devices(struct visit *v, const struct config *config)
{
    struct doctor_bound bound[2 * LIMIT_CHILDREN + LIMIT_SCANNERS];
    size_t count = 0;

    for (size_t i = 0; i < config->instrument_count; i++) {
        const struct config_instrument *at = &config->instruments[i];
        bound[count++] =
            (struct doctor_bound) { at->name, at->profile, at->port, DOCTOR_INSTRUMENT };
    }
    for (size_t i = 0; i < config->printer_count; i++) {
        const struct config_printer *at = &config->printers[i];
        if (strcmp(at->kind, "usb") == 0)
            bound[count++] = (struct doctor_bound) { at->name, "", at->port, DOCTOR_PRINTER };
    }
    for (size_t i = 0; i < config->scanner_count; i++) {
        const struct config_scanner *at = &config->scanners[i];
        bound[count++] = (struct doctor_bound) { at->name, "", at->port, DOCTOR_SCANNER };
    }
    v->doctor.bound = bound;
    v->doctor.bound_count = count;
    v->doctor.profile_folder = config->profile_folder;
    doctor_look_at_devices(&v->doctor);
}

static void look_at_all(struct visit *v, const struct config *config)
{
    const struct clock clock = clock_system();

    look_at_folder(v);
    look_at_clock(v);
    visit_listener(v, "The page", config->listen);
    visit_safety(v, config, clock_now(&clock));
    for (size_t i = 0; i < config->instrument_count; i++)
        visit_port(v, config->instruments[i].name, config->instruments[i].port);
    for (size_t i = 0; i < config->scanner_count; i++)
        visit_port(v, config->scanners[i].name, config->scanners[i].port);
    for (size_t i = 0; i < config->printer_count; i++)
        visit_printer(v, &config->printers[i]);
    visit_sticks(v);
    visit_silent(v, config);
    look_at_devices(v, config);
}

int command_doctor(int argc, char **argv)
{
    const char *data = OPTIONS_DATA;
    bool lines = false;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "lines", NULL, &lines, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    struct config config;
    struct visit v;
    int fd = -1;
    enum error e = options_parse(argc, argv, specs, 2, &words, &why);

    if (e != ERROR_OK || words.count) {
        (void)fprintf(stderr, "phial doctor: %s\n", e == ERROR_OK ? "See --help." : why.text);
        return COMMAND_USAGE;
    }
    v = (struct visit) { .doctor = { .root = "", .out = stdout, .lines = lines }, .data = data };
    doctor_user_of(data, &v.doctor.user);
    v.running = endpoint_connect(data, &fd, NULL) == ERROR_OK;
    if (fd >= 0)
        (void)close(fd);
    config_init(&config);
    if (config_read(&config, data, &why) == ERROR_OK)
        look_at_all(&v, &config);
    else
        say(&v, false, "%s", why.text);
    config_free(&config);
    return v.doctor.ill ? COMMAND_NO : COMMAND_DONE;
}
