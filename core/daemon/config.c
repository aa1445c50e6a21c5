/* Reading and judging phial.conf; see config.h. */
#include "core/daemon/config.h"

#include "core/base/text.h"
#include "core/daemon/config_parts.h"
#include "core/daemon/tls.h"
#include "core/rules/urgency.h"
#include "core/rules/waiver.h"
#include "instruments/scanner/commands.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_ARENA = 256 * 1024, CONFIG_PATH = 4096, CONFIG_LINE = 198 };
enum {
    RETENTION_LEAST = 10,
    RETENTION_MOST = 100
}; /* years; domain.md 2.6: longer, never shorter */

/* What the handler of inih gets. */
struct reading {
    struct config *config;
    struct complaint why;
    bool failed;
};

void config_init(struct config *c)
{
    *c = (struct config) { .site_name = "",
                           .zone = "America/New_York",
                           .profile_folder = "",
                           .address = "",
                           .clia = "",
                           .clia_certificate = "",
                           .director = "",
                           .idle_lock_seconds = 180,
                           .retention_years = RETENTION_LEAST,
                           .listen = "127.0.0.1:8080",
                           .certificate = "",
                           .key = "",
                           .ekg_urgent = URGENCY_PHRASES };
    arena_init(&c->arena, CONFIG_ARENA);
}

void config_free(struct config *c)
{
    arena_free(&c->arena);
}

const char *config_keep(struct config *c, const char *text)
{
    const char *copy = arena_text(&c->arena, span_text(text));
    return copy ? copy : "";
}

enum error config_number(unsigned *out, const char *name, const char *value, unsigned low,
                         unsigned high, struct complaint *why)
{
    uint64_t number;
    if (text_to_u64(value, &number) != ERROR_OK || number < low || number > high)
        return complain(why, ERROR_BAD_INPUT, "%s must be a number from %u to %u, not \"%s\"", name,
                        low, high, value);
    *out = (unsigned)number;
    return ERROR_OK;
}

enum error config_text(struct config *c, const struct text_setting *table, size_t count,
                       const char *name, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0) {
            *table[i].place = config_keep(c, value);
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

#define SETTING_COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum error unknown(const char *section, const char *name, struct complaint *why)
{
    return complain(why, ERROR_BAD_INPUT, "there is no setting %s in [%s]", name, section);
}

static enum error set_certificate(struct config *c, const char *value, struct complaint *why)
{
    if (!waiver_certificate_known(value))
        return complain(why, ERROR_BAD_INPUT,
                        "certificate is CW (waiver), PPM (microscopy), COC (compliance) or COA "
                        "(accreditation), not \"%s\"",
                        value);
    c->clia_certificate = config_keep(c, value);
    return ERROR_OK;
}

static enum error set_site(struct config *c, const char *name, const char *value,
                           struct complaint *why)
{
    const struct text_setting table[] = {
        { "name", &c->site_name },  { "zone", &c->zone }, { "profiles", &c->profile_folder },
        { "address", &c->address }, { "clia", &c->clia }, { "director", &c->director }
    };
    if (strcmp(name, "certificate") == 0)
        return set_certificate(c, value, why);
    if (strcmp(name, "retention") == 0)
        return config_number(&c->retention_years, name, value, RETENTION_LEAST, RETENTION_MOST,
                             why);
    if (strcmp(name, "idle_lock") == 0)
        return config_number(&c->idle_lock_seconds, name, value, 30, 3600, why);
    if (strcmp(name, "demo") == 0) {
        c->demo = strcmp(value, "yes") == 0;
        return ERROR_OK;
    }
    if (strcmp(name, "practice") == 0) {
        c->practice = strcmp(value, "yes") == 0;
        return ERROR_OK;
    }
    return config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK
               ? ERROR_OK
               : unknown("site", name, why);
}

static enum error set_web(struct config *c, const char *name, const char *value,
                          struct complaint *why)
{
    const struct text_setting table[] = { { "listen", &c->listen },
                                          { "certificate", &c->certificate },
                                          { "key", &c->key } };
    return config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK
               ? ERROR_OK
               : unknown("web", name, why);
}

static enum error set_ekg(struct config *c, const char *name, const char *value,
                          struct complaint *why)
{
    const struct text_setting table[] = { { "urgent", &c->ekg_urgent } };
    return config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK
               ? ERROR_OK
               : unknown("ekg", name, why);
}

/* The instrument of that name, made on its first mention; NULL when there are too many. */
static struct config_instrument *find_instrument(struct config *c, const char *name)
{
    for (size_t i = 0; i < c->instrument_count; i++)
        if (strcmp(c->instruments[i].name, name) == 0)
            return &c->instruments[i];
    if (c->instrument_count == LIMIT_CHILDREN)
        return NULL;
    c->instruments[c->instrument_count] =
        (struct config_instrument) { config_keep(c, name), "", "", { NULL }, 0 };
    return &c->instruments[c->instrument_count++];
}

/* A further setting, kept as "name=value" for the driver. */
static enum error add_setting(struct config *c, const char **settings, size_t *count,
                              const char *name, const char *value, struct complaint *why)
{
    char setting[LIMIT_TEXT];

    if (*count == CONFIG_SETTINGS)
        return complain(why, ERROR_TOO_BIG, "there are more than %d settings", CONFIG_SETTINGS);
    if (snprintf(setting, sizeof setting, "%s=%s", name, value) >= (int)sizeof setting)
        return complain(why, ERROR_TOO_BIG, "the setting %s is too long", name);
    settings[(*count)++] = config_keep(c, setting);
    return ERROR_OK;
}

static enum error set_instrument(struct config *c, const char *who, const char *name,
                                 const char *value, struct complaint *why)
{
    struct config_instrument *instrument = find_instrument(c, who);

    if (!instrument)
        return complain(why, ERROR_TOO_BIG, "there are more than %d instruments", LIMIT_CHILDREN);
    const struct text_setting table[] = { { "profile", &instrument->profile },
                                          { "port", &instrument->port } };
    if (config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK)
        return ERROR_OK;
    return add_setting(c, instrument->settings, &instrument->setting_count, name, value, why);
}

static struct config_printer *find_printer(struct config *c, const char *name)
{
    for (size_t i = 0; i < c->printer_count; i++)
        if (strcmp(c->printers[i].name, name) == 0)
            return &c->printers[i];
    if (c->printer_count == LIMIT_CHILDREN)
        return NULL;
    c->printers[c->printer_count] =
        (struct config_printer) { config_keep(c, name), "", "", "2x1", { NULL }, 0 };
    return &c->printers[c->printer_count++];
}

static enum error set_printer(struct config *c, const char *who, const char *name,
                              const char *value, struct complaint *why)
{
    struct config_printer *printer = find_printer(c, who);

    if (!printer)
        return complain(why, ERROR_TOO_BIG, "there are more than %d printers", LIMIT_CHILDREN);
    const struct text_setting table[] = { { "kind", &printer->kind },
                                          { "port", &printer->port },
                                          { "stock", &printer->stock } };
    if (config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK)
        return ERROR_OK;
    return add_setting(c, printer->settings, &printer->setting_count, name, value, why);
}

static struct config_scanner *find_scanner(struct config *c, const char *name)
{
    for (size_t i = 0; i < c->scanner_count; i++)
        if (strcmp(c->scanners[i].name, name) == 0)
            return &c->scanners[i];
    if (c->scanner_count == LIMIT_SCANNERS)
        return NULL;
    c->scanners[c->scanner_count] =
        (struct config_scanner) { config_keep(c, name), "", "", { NULL }, 0 };
    return &c->scanners[c->scanner_count++];
}

static enum error set_scanner(struct config *c, const char *who, const char *name,
                              const char *value, struct complaint *why)
{
    struct config_scanner *scanner = find_scanner(c, who);

    if (!scanner)
        return complain(why, ERROR_TOO_BIG, "there are more than %d scanners", LIMIT_SCANNERS);
    const struct text_setting table[] = { { "port", &scanner->port },
                                          { "workstation", &scanner->workstation } };
    if (config_text(c, table, SETTING_COUNT(table), name, value) == ERROR_OK)
        return ERROR_OK;
    return add_setting(c, scanner->settings, &scanner->setting_count, name, value, why);
}

static enum error set(struct config *c, const char *section, const char *name, const char *value,
                      struct complaint *why)
{
    if (strcmp(section, "site") == 0)
        return set_site(c, name, value, why);
    if (strcmp(section, "web") == 0)
        return set_web(c, name, value, why);
    if (strcmp(section, "ekg") == 0)
        return set_ekg(c, name, value, why);
    if (strncmp(section, "instrument ", 11) == 0)
        return set_instrument(c, section + 11, name, value, why);
    if (strncmp(section, "printer ", 8) == 0)
        return set_printer(c, section + 8, name, value, why);
    if (strncmp(section, "scanner ", 8) == 0)
        return set_scanner(c, section + 8, name, value, why);
    if (strncmp(section, "exchange ", 9) == 0)
        return config_set_exchange(c, section + 9, name, value, why);
    return complain(why, ERROR_BAD_INPUT, "there is no section [%s]", section);
}

/* inih calls this for each setting; 0 says that the line is wrong. */
static int take_setting(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    if (!r->failed && set(r->config, section, name, value, &r->why) != ERROR_OK)
        r->failed = true;
    return r->failed ? 0 : 1;
}

bool config_is_local(const char *listen)
{
    static const char *const local[] = { "127.0.0.1:", "localhost:", "[::1]:" };
    for (size_t i = 0; i < SETTING_COUNT(local); i++)
        if (strncmp(listen, local[i], strlen(local[i])) == 0)
            return true;
    return false;
}

/* A site without a certificate has the one that was made at installation, if others are to reach
 * the page. */
static void use_own_certificate(struct config *c, const char *data)
{
    char certificate[CONFIG_PATH], key[CONFIG_PATH];

    if (config_is_local(c->listen) || !text_empty(c->certificate) || !text_empty(c->key))
        return;
    if (snprintf(certificate, sizeof certificate, "%s/" TLS_CERTIFICATE, data) >=
            (int)sizeof certificate ||
        snprintf(key, sizeof key, "%s/" TLS_KEY, data) >= (int)sizeof key)
        return;
    if (access(certificate, R_OK) == 0 && access(key, R_OK) == 0) {
        c->certificate = config_keep(c, certificate);
        c->key = config_keep(c, key);
    }
}

/* inih cuts longer lines in two without a word. */
static enum error check_lines(FILE *file, const char *path, struct complaint *why)
{
    char line[CONFIG_LINE];
    unsigned number = 1;

    while (fgets(line, sizeof line, file)) {
        if (!strchr(line, '\n') && strlen(line) == sizeof line - 1)
            return complain(why, ERROR_BAD_INPUT,
                            "%s:%u: the line has more than %d characters. Make it shorter: a path "
                            "may be relative to the data folder.",
                            path, number, CONFIG_LINE - 2);
        number++;
    }
    rewind(file);
    return ERROR_OK;
}

enum error config_read(struct config *c, const char *data, struct complaint *why)
{
    struct reading reading = { c, { "the line is not understood" }, false };
    char path[CONFIG_PATH];
    FILE *file;
    enum error e;
    int line;

    if (snprintf(path, sizeof path, "%s/phial.conf", data) >= (int)sizeof path)
        return complain(why, ERROR_TOO_BIG, "The path of the data folder is too long.");
    file = fopen(path, "re");
    if (!file && errno != ENOENT)
        return complain(why, ERROR_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (!file) {
        use_own_certificate(c, data);
        return config_check(c, why);
    }
    e = check_lines(file, path, why);
    line = e == ERROR_OK ? ini_parse_file(file, take_setting, &reading) : 0;
    (void)fclose(file);
    if (e != ERROR_OK)
        return e;
    if (line != 0)
        return complain(why, ERROR_BAD_INPUT, "%s:%d: %s. Correct it, then try again.", path, line,
                        reading.why.text);
    use_own_certificate(c, data);
    return config_check(c, why);
}

enum error config_printer_folder(const struct config_printer *p, const char *data, char *out,
                                 size_t size)
{
    int len = p->port[0] == '/' ? snprintf(out, size, "%s", p->port)
                                : snprintf(out, size, "%s/%s", data, p->port);
    return len >= 0 && (size_t)len < size ? ERROR_OK : ERROR_TOO_BIG;
}

enum error config_printer(const struct config_printer *p, struct printer_setup *out,
                          struct complaint *why)
{
    const struct printer_words words = { p->name,  p->kind,     p->port,
                                         p->stock, p->settings, p->setting_count };
    return printer_read(&words, out, why);
}

bool config_in_clear(const char *port)
{
    static const char *const lines[] = { "tcp:", "tcp-listen:" };

    for (size_t i = 0; i < SETTING_COUNT(lines); i++)
        if (strncmp(port, lines[i], strlen(lines[i])) == 0)
            return !config_is_local(port + strlen(lines[i]));
    return false;
}

static enum error check_web(const struct config *c, struct complaint *why)
{
    const char *colon = strrchr(c->listen, ':');
    uint64_t port;

    if (!colon || text_to_u64(colon + 1, &port) != ERROR_OK || port > 65535)
        return complain(why, ERROR_BAD_INPUT,
                        "[web] listen= must be an address and a port such as 127.0.0.1:8080, not "
                        "\"%s\".",
                        c->listen);
    if (text_empty(c->certificate) != text_empty(c->key))
        return complain(why, ERROR_BAD_INPUT,
                        "[web] needs both certificate= and key=, or neither.");
    if (!config_is_local(c->listen) && text_empty(c->certificate))
        return complain(why, ERROR_BAD_INPUT,
                        "[web] listen=%s can be reached from other machines, and patients' data "
                        "may not travel unprotected: `phial tls make` makes a certificate; or give "
                        "certificate= and key=, or listen on 127.0.0.1.",
                        c->listen);
    return ERROR_OK;
}

static enum error check_printer(const struct config_printer *p, struct complaint *why)
{
    struct printer_setup setup;

    if (text_empty(p->port))
        return complain(why, ERROR_BAD_INPUT,
                        "[printer %s] needs port=: a folder for kind=file, HOST:9100 for kind=tcp, "
                        "VVVV:PPPP for kind=usb, a queue's name for kind=cups.",
                        p->name);
    return config_printer(p, &setup, why);
}

static enum error check_scanner(const struct config_scanner *s, struct complaint *why)
{
    struct complaint inner = { "" };

    if (text_empty(s->name) || text_empty(s->port) || text_empty(s->workstation))
        return complain(why, ERROR_BAD_INPUT,
                        "[scanner %s] needs a name, port= and workstation= (the name that people "
                        "give their workstation when they sign in).",
                        s->name);
    if (scanner_check(s->port, s->settings, s->setting_count, &inner) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "[scanner %s] %s", s->name, inner.text);
    return ERROR_OK;
}

enum error config_check(const struct config *c, struct complaint *why)
{
    enum error e = check_web(c, why);
    for (size_t i = 0; e == ERROR_OK && i < c->instrument_count; i++) {
        const struct config_instrument *at = &c->instruments[i];
        if (text_empty(at->name) || text_empty(at->profile) || text_empty(at->port))
            e = complain(why, ERROR_BAD_INPUT, "[instrument %s] needs a name, profile= and port=.",
                         at->name);
    }
    for (size_t i = 0; e == ERROR_OK && i < c->printer_count; i++)
        e = check_printer(&c->printers[i], why);
    for (size_t i = 0; e == ERROR_OK && i < c->scanner_count; i++)
        e = check_scanner(&c->scanners[i], why);
    return e == ERROR_OK ? config_check_exchanges(c, why) : e;
}
