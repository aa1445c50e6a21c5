/* The process of the page: setup, opening, confinement, then the first request (DESIGN 1). */
#include "core/base/confine.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "web/commands.h"
#include "web/events.h"
#include "web/pack.h"
#include "web/server.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CORE_DESCRIPTOR = 3, LISTEN_DESCRIPTOR = 4, PEM_MAX = 256 * 1024 };
enum { EXIT_DONE = 0, EXIT_SETUP = 2, EXIT_ENVIRONMENT = 3 };
enum { BEHIND = 5 }; /* nice */

static void end(struct web *web, int status, const char *sentence)
{
    if (*sentence)
        log_line(LOG_WEB, "web", "%s", sentence);
    web->status = status;
    uv_stop(&web->loop);
}

static void add_printer(struct web_settings *s, const char *value)
{
    const char *name = strchr(value, ' ');
    size_t i = s->printer_count;

    if (!name || i == WEB_PRINTERS || name - value >= (ptrdiff_t)sizeof s->printers[i].stock)
        return;
    memcpy(s->printers[i].stock, value, (size_t)(name - value));
    if (text_copy(s->printers[i].name, WEB_TEXT, name + 1) == ERROR_OK)
        s->printer_count++;
}

/* `instrument | test | specimen | population | category | checked`. */
static void add_waiver(struct web_settings *s, const char *text)
{
    static const char *const names[] = { "instrument", "test",     "specimen",
                                         "population", "category", "checked" };
    static const char bar[] = " | ";
    json_t *row = json_object();

    for (size_t i = 0; row && text && i < sizeof names / sizeof names[0]; i++) {
        const char *end = strstr(text, bar);
        size_t len = end ? (size_t)(end - text) : strlen(text);
        (void)json_object_set_new(row, names[i], json_stringn(text, len));
        text = end ? end + strlen(bar) : NULL;
    }
    if (!s->waivers)
        s->waivers = json_array();
    if (json_array_append_new(s->waivers, row) != 0)
        log_line(LOG_BUG, "web", "a waiver's row cannot be kept");
}

static void take_setting(struct web_settings *s, const char *setting)
{
    const struct {
        const char *name;
        char *out;
        size_t size;
    } texts[] = {
        { "data", s->data, sizeof s->data },
        { "certificate", s->certificate, sizeof s->certificate },
        { "key", s->key, sizeof s->key },
        { "site", s->site, sizeof s->site },
        { "zone", s->zone, sizeof s->zone },
        { "clock", s->clock, sizeof s->clock },
        { "idle_lock", s->idle_lock, sizeof s->idle_lock },
    };
    const char *value = strchr(setting, '=');
    size_t len = value ? (size_t)(value - setting) : 0;

    for (size_t i = 0; value && i < sizeof texts / sizeof texts[0]; i++)
        if (strlen(texts[i].name) == len && strncmp(texts[i].name, setting, len) == 0)
            (void)text_copy(texts[i].out, texts[i].size, value + 1);
    if (strncmp(setting, "printer=", 8) == 0)
        add_printer(s, setting + 8);
    if (strncmp(setting, "waiver=", 7) == 0)
        add_waiver(s, setting + 7);
    if (strncmp(setting, "draft=", 6) == 0 && s->draft_count < LIMIT_CHILDREN &&
        text_copy(s->drafts[s->draft_count], WEB_TEXT, setting + 6) == ERROR_OK)
        s->draft_count++;
    if (strcmp(setting, "demo=yes") == 0)
        s->demo = true;
    if (strcmp(setting, "practice=yes") == 0)
        s->practice = true;
}

static void take_setup(struct web_settings *s, const struct wire_message *m)
{
    size_t at = 0;
    struct span setting;

    (void)text_copy(s->listen, sizeof s->listen, wire_text(m, WIRE_F_PORT));
    while (wire_next(m, WIRE_F_SETTINGS, &at, &setting))
        take_setting(s, (const char *)setting.at);
}

/* The whole file as a terminated text, or NULL. */
static char *read_file(const char *path)
{
    char *text = calloc(1, PEM_MAX);
    FILE *file = text ? fopen(path, "re") : NULL;
    size_t len = file ? fread(text, 1, PEM_MAX - 1, file) : 0;

    if (file)
        (void)fclose(file);
    if (len > 0)
        return text;
    free(text);
    return NULL;
}

static enum error open_tls(struct web *web, struct complaint *why)
{
    if (!*web->settings.certificate)
        return ERROR_OK;
    web->certificate = read_file(web->settings.certificate);
    web->key = read_file(web->settings.key);
    if (web->certificate && web->key)
        return ERROR_OK;
    return complain(why, ERROR_IO, "The certificate %s or its key cannot be read.",
                    web->settings.certificate);
}

static enum error open_store(struct web *web, struct complaint *why)
{
    char path[LIMIT_TEXT + 16];
    enum error e;

    (void)snprintf(path, sizeof path, "%s/phial.db", web->settings.data);
    e = store_open_read(path, &web->open, why);
    if (e == ERROR_OK)
        e = store_open_covered(path, &web->covered, why);
    if (e != ERROR_OK)
        return e;
    web->reader = web->covered;
    return store_weaken_log(path);
}

static void set_zone(const struct web_settings *s)
{
    if (*s->zone)
        (void)setenv("TZ", s->zone, 1);
    tzset();
}

/* Everything that needs a path or an address, then the filter, then the first byte. */
static enum error set_up(struct web *web, struct complaint *why)
{
    enum error e = open_store(web, why);

    if (e == ERROR_OK)
        e = label_draw_prepare(&web->drawer, why);
    if (e == ERROR_OK)
        e = open_tls(web, why);
    if (e != ERROR_OK)
        return e;
    set_zone(&web->settings);
    e = confine_child(CONFINE_WEB);
    if (e != ERROR_OK)
        return complain(why, e, "The process cannot give up what it does not need.");
    e = events_open(web, &web->events);
    return e == ERROR_OK ? server_start(web, LISTEN_DESCRIPTOR, why) : e;
}

static void begin(struct web *web, const struct wire_message *m)
{
    struct complaint why = { "" };
    struct wire_writer w;
    enum error e;

    if (web->daemon) {
        end(web, EXIT_SETUP, "Core sent the setup twice.");
        return;
    }
    take_setup(&web->settings, m);
    e = set_up(web, &why);
    if (e != ERROR_OK) {
        end(web, EXIT_ENVIRONMENT, why.text[0] ? why.text : error_text(e));
        return;
    }
    wire_begin(&w, WIRE_READY);
    (void)channel_send(web->core, &w);
}

static struct web_device *find_device(struct web *web, const char *name, const char *kind)
{
    struct web_device *d;
    for (d = web->devices; d; d = d->next)
        if (strcmp(d->name, name) == 0 && strcmp(d->kind, kind) == 0)
            return d;
    d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    (void)text_copy(d->name, sizeof d->name, name);
    (void)text_copy(d->kind, sizeof d->kind, kind);
    d->next = web->devices;
    web->devices = d;
    return d;
}

static void take_notes(struct web_device *d, const struct wire_message *m)
{
    size_t at = 0;
    struct span note;

    json_decref(d->noticed);
    d->noticed = json_array();
    while (d->noticed && wire_next(m, WIRE_F_NOTE, &at, &note))
        (void)json_array_append_new(d->noticed, json_string((const char *)note.at));
}

static void take_status(struct web *web, const struct wire_message *m)
{
    struct web_device *d = find_device(web, wire_text(m, WIRE_F_NAME), wire_text(m, WIRE_F_KIND));
    if (!d)
        return;
    d->state = wire_number(m, WIRE_F_STATE);
    d->at = wire_number(m, WIRE_F_AT);
    (void)snprintf(d->sentence, sizeof d->sentence, "%s", wire_text(m, WIRE_F_SENTENCE));
    take_notes(d, m);
    if (web->events)
        events_tell(web->events, "status", device_json(d));
}

static void on_message(void *context, const struct wire_message *m)
{
    struct web *web = context;

    if (m->type == WIRE_SETUP)
        begin(web, m);
    else if (m->type == WIRE_REPLY)
        request_reply(web, m);
    else if (m->type == WIRE_PART)
        pack_part(web, m);
    else if (m->type == WIRE_STATUS)
        take_status(web, m);
    else if (m->type == WIRE_SCANNED && web->events)
        events_tell_one(web->events, wire_bytes(m, WIRE_F_HASH), "scan",
                        json_pack("{s:s}", "text", wire_text(m, WIRE_F_SCANNED)));
    else if (m->type == WIRE_CHANGED && web->events)
        events_tell(web->events, "changed",
                    json_pack("{s:s,s:s}", "topic", wire_text(m, WIRE_F_TOPIC), "key",
                              wire_text(m, WIRE_F_KEY)));
}

static void on_closed(void *context, enum error how, const struct complaint *why)
{
    end(context, how == ERROR_CLOSED ? EXIT_DONE : EXIT_SETUP,
        how == ERROR_CLOSED ? "" : why->text);
}

int command_child_web(int argc, char **argv)
{
    struct web *web = confine_descriptors(0) == ERROR_OK ? calloc(1, sizeof *web) : NULL;
    struct channel_events events = { web, on_message, on_closed, NULL };
    int status;

    (void)argc;
    (void)argv;
    if (!web || uv_loop_init(&web->loop) != 0)
        return EXIT_ENVIRONMENT;
    /* Whatever the network asks of us, core and the instruments go first. */
    (void)setpriority(PRIO_PROCESS, 0, BEHIND);
    web->clock = clock_system();
    if (channel_open(&web->loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &web->core) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&web->loop, UV_RUN_DEFAULT);
    status = web->status;
    /* The process ends here: the system takes back what is left, the connections' ends included. */
    return status;
}
