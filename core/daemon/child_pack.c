/*
 * `phial child-pack`: makes one inspector's pack for the page, as an archive, with the chain of
 * custody verified, and hands it over in parts.
 *
 * Custody is verified and the database opened first; then the process gives up what it does not
 * need, and only then it is told what to make (DESIGN 1).
 */
#include "core/base/confine.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/commands.h"
#include "core/daemon/folder.h"
#include "core/daemon/pack_site.h"
#include "core/daemon/zip.h"
#include "core/model/channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { CORE_DESCRIPTOR = 3, BEHIND = 10 /* nice */ };
enum { EXIT_DONE = 0, EXIT_SETUP = 2, EXIT_ENVIRONMENT = 3 };
enum { ARCHIVE_MAX = 256 * 1024 * 1024, PART = 60000, WAIVERS = 512, DAY_TEXT = 11 };
_Static_assert((int)PART <= (int)LIMIT_FRAME, "a part fits its field");

struct packer {
    uv_loop_t loop;
    struct channel *core;
    struct store_reader *open, *covered;
    struct complaint custody;
    char *waivers[WAIVERS];
    size_t waiver_count;
    struct buffer archive;
    size_t sent;
    uint64_t id;
    int status;
};

static void end(struct packer *p, int status, const char *sentence)
{
    if (*sentence)
        log_line(LOG_CHILD_ENDED, "pack", "%s", sentence);
    p->status = status;
    uv_stop(&p->loop);
}

static enum error open_store(struct packer *p, const char *data, struct complaint *why)
{
    char path[FOLDER_PATH];
    enum error e = folder_path(data, FOLDER_DATABASE, path);

    if (e == ERROR_OK)
        e = store_open_read(path, &p->open, why);
    if (e == ERROR_OK)
        e = store_open_covered(path, &p->covered, why);
    return e == ERROR_OK ? store_weaken_log(path) : e;
}

/* `instrument | test | ...`: as the pack shows it. */
static void take_setting(struct packer *p, const char *setting, const char **data)
{
    if (strncmp(setting, "data=", 5) == 0)
        *data = setting + 5;
    else if (strncmp(setting, "zone=", 5) == 0 && setting[5])
        (void)setenv("TZ", setting + 5, 1);
    else if (strncmp(setting, "waiver=", 7) == 0 && p->waiver_count < WAIVERS)
        p->waivers[p->waiver_count] = strdup(setting + 7);
    p->waiver_count += p->waiver_count < WAIVERS && p->waivers[p->waiver_count];
}

static void set_up(struct packer *p, const struct wire_message *m)
{
    struct complaint why = { "" };
    struct wire_writer w;
    const char *data = "";
    struct span setting;
    size_t at = 0;
    enum error e;

    while (wire_next(m, WIRE_F_SETTINGS, &at, &setting))
        take_setting(p, (const char *)setting.at, &data);
    tzset();
    pack_custody(data, &p->custody);
    e = open_store(p, data, &why);
    if (e == ERROR_OK)
        e = confine_child(CONFINE_READER);
    if (e != ERROR_OK) {
        end(p, EXIT_ENVIRONMENT, why.text[0] ? why.text : error_text(e));
        return;
    }
    wire_begin(&w, WIRE_READY);
    (void)channel_send(p->core, &w);
}

static enum error add_file(void *context, const char *name, struct span bytes)
{
    return zip_add(context, name, bytes);
}

/* `days`: 2026-03-01..2026-03-14 */
static enum error make(struct packer *p, const struct wire_message *m, struct complaint *why)
{
    bool covered = wire_number(m, WIRE_F_COVERED) != 0;
    struct store_reader *reader = covered ? p->covered : p->open;
    const char *days = wire_text(m, WIRE_F_KEY);
    char from[DAY_TEXT] = "", to[DAY_TEXT] = "";
    struct clock clock = clock_system();
    struct pack_about about = { .now = clock_now(&clock),
                                .from = from,
                                .to = to,
                                .by = wire_text(m, WIRE_F_NAME),
                                .custody = p->custody.text,
                                .covered = covered,
                                .waivers = (const char *const *)p->waivers,
                                .waiver_count = p->waiver_count };
    struct zip zip;
    const struct pack_sink sink = { add_file, &zip };
    json_t *site = NULL;
    enum error e = strlen(days) == 22 ? ERROR_OK : ERROR_BAD_INPUT;

    if (e == ERROR_OK) {
        (void)snprintf(from, sizeof from, "%.10s", days);
        (void)snprintf(to, sizeof to, "%.10s", days + 12);
        e = pack_day_begins(from, 0, &about.since) && pack_day_begins(to, 1, &about.until)
                ? pack_site(reader, &about, &site, why)
                : ERROR_BAD_INPUT;
    }
    zip_begin(&zip, &p->archive);
    if (e == ERROR_OK)
        e = pack_make(reader, &about, &sink, why);
    if (e == ERROR_OK)
        e = zip_end(&zip);
    json_decref(site);
    return e;
}

static void send_part(struct packer *p, enum error e, const char *sentence)
{
    size_t left = e == ERROR_OK ? p->archive.len - p->sent : 0;
    size_t len = left < PART ? left : PART;
    struct wire_writer w;

    wire_begin(&w, WIRE_PART);
    wire_put_number(&w, WIRE_F_ID, p->id);
    wire_put_number(&w, WIRE_F_STATUS, (uint64_t)e);
    wire_put_number(&w, WIRE_F_LAST, len == left);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    wire_put_bytes(&w, WIRE_F_BYTES, span_of(len ? p->archive.at + p->sent : NULL, len));
    p->sent += len;
    (void)channel_send(p->core, &w);
}

static void begin(struct packer *p, const struct wire_message *m)
{
    struct complaint why = { "" };
    enum error e;

    p->id = wire_number(m, WIRE_F_ID);
    p->sent = 0;
    buffer_clear(&p->archive);
    e = make(p, m, &why);
    if (e != ERROR_OK && !why.text[0])
        (void)complain(&why, e, "The pack cannot be made. Ask for fewer days.");
    send_part(p, e, e == ERROR_OK ? "" : why.text);
}

static void on_message(void *context, const struct wire_message *m)
{
    struct packer *p = context;

    if (m->type == WIRE_SETUP)
        set_up(p, m);
    else if (m->type == WIRE_PACK && p->open)
        begin(p, m);
    else if (m->type == WIRE_MORE && wire_number(m, WIRE_F_ID) == p->id)
        send_part(p, ERROR_OK, "");
}

static void on_closed(void *context, enum error how, const struct complaint *why)
{
    end(context, how == ERROR_CLOSED ? EXIT_DONE : EXIT_SETUP,
        how == ERROR_CLOSED ? "" : why->text);
}

int command_child_pack(int argc, char **argv)
{
    struct packer *p = confine_descriptors(0) == ERROR_OK ? calloc(1, sizeof *p) : NULL;
    struct channel_events events = { p, on_message, on_closed, NULL };

    (void)argc;
    (void)argv;
    if (!p || uv_loop_init(&p->loop) != 0)
        return EXIT_ENVIRONMENT;
    (void)setpriority(PRIO_PROCESS, 0, BEHIND);
    buffer_init(&p->archive, ARCHIVE_MAX);
    if (channel_open(&p->loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &p->core) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&p->loop, UV_RUN_DEFAULT);
    /* The process ends here: the system takes back what is left. */
    return p->status;
}
