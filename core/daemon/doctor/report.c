/* What the doctor says of one device after the other; see doctor.h. */
#include "core/daemon/doctor/doctor.h"

#include "core/daemon/doctor/devices.h"
#include "core/daemon/doctor/facts.h"
#include "core/daemon/doctor/lines.h"
#include "core/daemon/doctor/processes.h"
#include "instruments/profile/profile.h"

#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CANDIDATES_MAX = 32 };

/* What a device may be, by its USB ids. */
struct candidates {
    struct {
        char id[DEVICE_TEXT], model[DEVICE_TEXT], link[32];
        bool bridge;   /* its cable has such a chip */
        bool numbered; /* told by its serial number, as its ids are those of many devices */
    } at[CANDIDATES_MAX];
    size_t count;
    bool exact; /* the ids are that instrument's own */
};

static void __attribute__((format(printf, 3, 0)))
write_line(struct doctor *d, const char *mark, const char *format, va_list args)
{
    (void)fputs(mark, d->out);
    (void)vfprintf(d->out, format, args);
    (void)fputs("\n", d->out);
}

void doctor_say(struct doctor *d, bool well, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line(d, well ? "ok    " : "WRONG ", format, args);
    va_end(args);
    d->ill += well ? 0 : 1;
}

void doctor_tell(struct doctor *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line(d, "      ", format, args);
    va_end(args);
}

void doctor_user_of(const char *data, struct doctor_user *out)
{
    struct stat at;
    const struct passwd *user;

    *out = (struct doctor_user) { .uid = stat(data, &at) == 0 ? at.st_uid : geteuid() };
    out->group_count = DOCTOR_GROUPS;
    user = getpwuid(out->uid);
    if (!user) {
        (void)snprintf(out->name, sizeof out->name, "user %lu", (unsigned long)out->uid);
        out->group_count = 0;
        return;
    }
    (void)snprintf(out->name, sizeof out->name, "%s", user->pw_name);
    if (getgrouplist(user->pw_name, user->pw_gid, out->groups, &out->group_count) < 0)
        out->group_count = 0;
}

/* ---- What it may be ---- */

static void add_candidate(struct candidates *c, const struct profile *p,
                          const struct profile_usb_id *id)
{
    size_t at = c->count;

    if (at == CANDIDATES_MAX)
        return;
    (void)snprintf(c->at[at].id, sizeof c->at[at].id, "%s", profile_id(p));
    (void)snprintf(c->at[at].model, sizeof c->at[at].model, "%.60s %.60s", profile_maker(p),
                   profile_model(p));
    (void)snprintf(c->at[at].link, sizeof c->at[at].link, "%s", profile_link(p));
    c->at[at].bridge = id->bridge;
    c->at[at].numbered = id->serial[0] != '\0';
    c->exact = c->exact || !id->bridge;
    c->count++;
}

static void find_candidates(const struct doctor *d, const struct device *dev, struct candidates *c)
{
    const char *const *ids = profile_builtin_ids();
    const char *folder = *d->profile_folder ? d->profile_folder : NULL;

    *c = (struct candidates) { .count = 0 };
    for (size_t i = 0; dev->vendor && ids[i]; i++) {
        struct profile *p = NULL;
        const struct profile_usb_id *usb;
        size_t count;
        if (profile_load(ids[i], folder, &p, NULL) != ERROR_OK)
            continue;
        usb = profile_usb_ids(p, &count);
        for (size_t k = 0; k < count; k++)
            if (usb[k].vendor == dev->vendor && usb[k].product == dev->product &&
                (!usb[k].serial[0] || strcmp(usb[k].serial, dev->serial) == 0))
                add_candidate(c, p, &usb[k]);
        profile_free(p);
    }
}

static void tell_candidates(struct doctor *d, const struct candidates *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->exact == !c->at[i].bridge)
            doctor_tell(d, "%s %s: %s.", c->exact ? "Profile" : "It may be profile", c->at[i].id,
                        c->at[i].model);
    if (!c->exact)
        doctor_tell(d, "The cable does not say which instrument is at its end: any with a serial "
                       "line may be.");
}

/* ---- What to write ---- */

/* Whether libusb reaches it and no serial driver is asked. */
static bool by_libusb(const struct candidates *c, const struct device *dev)
{
    return !dev->tty && c->count > 0;
}

static void write_port(const struct device *dev, bool numbered, char out[DEVICE_PATH])
{
    if (dev->tty)
        (void)snprintf(out, DEVICE_PATH, "serial:%s", *dev->by_path ? dev->by_path : dev->node);
    else
        (void)snprintf(out, DEVICE_PATH, "usb:%04x:%04x@%s%s%s", dev->vendor, dev->product,
                       dev->usb_port, numbered ? "#" : "", numbered ? dev->serial : "");
}

static void tell_section(struct doctor *d, const struct device *dev, const struct candidates *c)
{
    char port[DEVICE_PATH];

    write_port(dev, c->exact && c->at[0].numbered, port);
    doctor_tell(d,
                "Write into phial.conf%s:", c->exact ? "" : ", with the profile of the instrument");
    doctor_tell(d, "    [instrument NAME]");
    doctor_tell(d, "    profile = %s", c->exact ? c->at[0].id : "PROFILE");
    doctor_tell(d, "    port = %s", port);
    if (dev->tty && !*dev->by_path && *dev->usb_port)
        doctor_tell(d, "That name changes when cables are plugged in another order: install "
                       "Phial's udev rules for one that does not.");
}

/* ---- Which instrument of phial.conf has it ---- */

/* VVVV:PPPP, and behind it @SOCKET and #NUMBER where several are alike. */
static bool is_usb_port(const char *text, const struct device *dev)
{
    char ids[16];
    size_t len;

    (void)snprintf(ids, sizeof ids, "%04x:%04x", dev->vendor, dev->product);
    if (strncasecmp(text, ids, strlen(ids)) != 0)
        return false;
    text += strlen(ids);
    if (*text == '@') {
        len = strcspn(++text, "#");
        if (len != strlen(dev->usb_port) || strncmp(text, dev->usb_port, len) != 0)
            return false;
        text += len;
    }
    return *text != '#' || strcmp(text + 1, dev->serial) == 0;
}

static bool is_serial_port(const struct doctor *d, const char *text, const struct device *dev)
{
    char whole[DEVICE_PATH], *resolved;
    bool same;

    if (strncmp(text, "serial:/", 8) != 0 || !dev->tty)
        return false;
    if (snprintf(whole, sizeof whole, "%s%s", d->root, text + 7) >= (int)sizeof whole)
        return false;
    resolved = realpath(whole, NULL);
    same = resolved && strlen(resolved) >= strlen(dev->node) &&
           strcmp(resolved + strlen(resolved) - strlen(dev->node), dev->node) == 0;
    free(resolved);
    return same;
}

static const struct doctor_bound *bound_to(const struct doctor *d, const struct device *dev)
{
    static const char *const by_ids[] = { "usb:", "serial:usb:" };

    for (size_t i = 0; i < d->bound_count; i++) {
        const char *port = d->bound[i].port;
        if (is_serial_port(d, port, dev) ||
            (d->bound[i].role == DOCTOR_PRINTER && is_usb_port(port, dev)))
            return &d->bound[i];
        for (size_t k = 0; k < sizeof by_ids / sizeof by_ids[0]; k++)
            if (strncmp(port, by_ids[k], strlen(by_ids[k])) == 0 &&
                is_usb_port(port + strlen(by_ids[k]), dev))
                return &d->bound[i];
    }
    return NULL;
}

/* ---- Permission ---- */

static bool in_group(const struct doctor_user *user, gid_t group)
{
    for (int i = 0; i < user->group_count; i++)
        if (user->groups[i] == group)
            return true;
    return false;
}

static bool may_use(const struct doctor_user *user, const struct stat *at)
{
    if (user->uid == 0)
        return true;
    if (at->st_uid == user->uid)
        return (at->st_mode & 0600) == 0600;
    if (in_group(user, at->st_gid))
        return (at->st_mode & 0060) == 0060;
    return (at->st_mode & 0006) == 0006;
}

bool doctor_may_enter(const struct doctor *d, const char *path)
{
    char whole[DEVICE_PATH];
    struct stat at;

    return snprintf(whole, sizeof whole, "%s%s", d->root, path) < (int)sizeof whole &&
           stat(whole, &at) == 0 && S_ISDIR(at.st_mode) && may_use(&d->user, &at);
}

static void judge_permission(struct doctor *d, const struct device *dev)
{
    char whole[DEVICE_PATH];
    const struct group *group;
    struct stat at;

    if (snprintf(whole, sizeof whole, "%s%s", d->root, dev->node) >= (int)sizeof whole ||
        stat(whole, &at) != 0) {
        doctor_say(d, false,
                   "%s is not there although the kernel knows it: unplug it and plug it "
                   "in again.",
                   dev->node);
        return;
    }
    group = getgrgid(at.st_gid);
    if (may_use(&d->user, &at))
        doctor_say(d, true, "%s may use %s (group %s).", d->user.name, dev->node,
                   group ? group->gr_name : "without a name");
    else if ((at.st_mode & 0060) == 0060 && at.st_gid != 0 && group)
        doctor_say(d, false, "%s may not use %s: do `adduser %s %s`, then start Phial again.",
                   d->user.name, dev->node, d->user.name, group->gr_name);
    else
        doctor_say(d, false,
                   "%s may not use %s, as Phial's udev rules do not apply to it: install "
                   "60-phial.rules, then do `udevadm control --reload` and plug it in again.",
                   d->user.name, dev->node);
}

/* ---- Who else wants it ---- */

static void judge_programs(struct doctor *d, const struct device *dev)
{
    struct holder holder;
    bool held = processes_find_holder(d->root, dev->node, &holder);
    const struct fact_program *p;

    for (unsigned i = 0; (p = fact_program(i)) != NULL; i++) {
        if (held && strcmp(holder.name, p->name) == 0) {
            doctor_say(d, false, "%s has taken %s (process %lu): %s.", p->name, dev->node,
                       holder.pid, p->sentence);
            return;
        }
        if (p->asked && !dev->ignored_by_modem_manager && processes_run(d->root, p->name))
            doctor_say(d, false, "%s runs and may take %s at any time: %s.", p->name, dev->node,
                       p->sentence);
    }
    if (held && strcmp(holder.name, "phial") != 0)
        doctor_say(d, false,
                   "%s has %s open (process %lu): two programs take each other's bytes. End it.",
                   holder.name, dev->node, holder.pid);
}

/* ---- One device ---- */

static void tell_heading(struct doctor *d, const struct device *dev, const char *name)
{
    (void)fprintf(d->out, "found %s: %s", dev->node, name);
    if (dev->vendor)
        (void)fprintf(d->out, " (USB %04x:%04x", dev->vendor, dev->product);
    if (*dev->model)
        (void)fprintf(d->out, ", \"%s\"", dev->model);
    if (*dev->serial)
        (void)fprintf(d->out, ", serial number %s", dev->serial);
    if (dev->vendor)
        (void)fputs(")", d->out);
    if (*dev->usb_port)
        (void)fprintf(d->out, ", plugged into USB port %s", dev->usb_port);
    (void)fputs("\n", d->out);
}

static const char *name_of(const struct device *dev, const struct candidates *c,
                           const struct fact *fact)
{
    if (c->exact)
        return c->at[0].model;
    if (fact)
        return fact->name;
    if (dev->printer)
        return "a printer";
    return dev->vendor ? "a device with a serial port" : "a serial port of this machine";
}

/* A port of the machine's own that something else uses is its owner's business, unless phial.conf
 * names it. */
static bool is_taken(struct doctor *d, const struct device *dev, bool bound)
{
    struct holder holder;

    if (dev->console) {
        doctor_tell(d, "It is this machine's console: its messages would go to the instrument.");
        if (bound)
            doctor_say(d, false,
                       "Take another port than %s, or take console=%s off the kernel's command "
                       "line.",
                       dev->node, strrchr(dev->node, '/') + 1);
        return true;
    }
    if (bound || *dev->usb_port || !processes_find_holder(d->root, dev->node, &holder))
        return false;
    doctor_tell(d, "%s uses it (process %lu).", holder.name, holder.pid);
    return true;
}

static void tell_bound(struct doctor *d, const struct doctor_bound *bound)
{
    static const char *const roles[] = { "instrument", "printer", "scanner" };

    doctor_tell(d, "It is the %s \"%s\"%s%s%s of phial.conf.", roles[bound->role], bound->name,
                *bound->profile ? " (" : "", bound->profile, *bound->profile ? ")" : "");
}

static void tell_scanner(struct doctor *d, const struct device *dev)
{
    char port[DEVICE_PATH];

    write_port(dev, false, port);
    doctor_tell(d, "Write into phial.conf, with the workstation's name on the page:");
    doctor_tell(d, "    [scanner NAME]");
    doctor_tell(d, "    port = %s", port);
    doctor_tell(d, "    workstation = WORKSTATION");
}

static void report_port(struct doctor *d, const struct device *dev, const struct candidates *c,
                        bool scanner)
{
    const struct doctor_bound *bound = bound_to(d, dev);

    if (is_taken(d, dev, bound != NULL))
        return;
    if (bound) {
        tell_bound(d, bound);
    } else if (scanner) {
        tell_scanner(d, dev);
    } else {
        tell_candidates(d, c);
        tell_section(d, dev, c);
    }
    judge_permission(d, dev);
    if (dev->tty) {
        judge_programs(d, dev);
        if (d->lines)
            lines_look(d, dev);
    }
}

static void report_printer(struct doctor *d, const struct device *dev)
{
    const struct doctor_bound *bound = bound_to(d, dev);

    if (bound) {
        tell_bound(d, bound);
    } else {
        doctor_tell(d, "Write into phial.conf, with the labels that are in it (phial-serve(1)):");
        doctor_tell(d, "    [printer NAME]");
        doctor_tell(d, "    kind = usb");
        doctor_tell(d, "    port = %04x:%04x@%s", dev->vendor, dev->product, dev->usb_port);
    }
    judge_permission(d, dev);
}

static void report(struct doctor *d, const struct device *dev)
{
    const struct fact *fact = fact_find(dev->vendor, dev->product);
    struct candidates c;

    find_candidates(d, dev, &c);
    if (!dev->tty && !fact && !c.count && !dev->printer)
        return; /* a mouse, a disk, a camera */
    tell_heading(d, dev, name_of(dev, &c, fact));
    if (fact && fact->kind == FACT_WRONG)
        doctor_say(d, false, "%s", fact->sentence);
    else if (fact && fact->sentence)
        doctor_tell(d, "%s", fact->sentence);
    if (dev->tty ? !fact || fact->kind == FACT_BRIDGE || fact->kind == FACT_SCANNER || c.exact
                 : by_libusb(&c, dev) && c.exact)
        report_port(d, dev, &c, fact && fact->kind == FACT_SCANNER);
    else if (!dev->tty && fact && fact->kind == FACT_BRIDGE)
        doctor_say(d, false,
                   "No serial driver of the kernel has taken it, so that there is no port: is it "
                   "held by brltty? Take that off (apt remove brltty) and plug the cable in "
                   "again.");
    else if (!fact ? dev->printer : fact->kind == FACT_PRINTER)
        report_printer(d, dev);
}

/* A program that takes a cable in the moment that it is plugged in. */
static void judge_starters(struct doctor *d)
{
    const struct fact_program *p;

    for (unsigned i = 0; (p = fact_program(i)) != NULL; i++) {
        char path[DEVICE_PATH];
        if (p->starter &&
            snprintf(path, sizeof path, "%s%s", d->root, p->starter) < (int)sizeof path &&
            access(path, F_OK) == 0)
            doctor_say(d, false, "%s is installed: %s.", p->name, p->sentence);
    }
}

void doctor_look_at_devices(struct doctor *d)
{
    struct devices *found = malloc(sizeof *found);

    if (!found)
        return;
    devices_scan(d->root, found);
    for (size_t i = 0; i < found->count; i++)
        report(d, &found->at[i]);
    if (!found->count)
        doctor_tell(d, "No serial port and no USB device was found.");
    judge_starters(d);
    free(found);
}
