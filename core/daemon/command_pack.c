/* `phial pack`: the inspector's pack into a folder, with the chain of custody verified. */
#include "core/daemon/commands.h"

#include "core/base/text.h"
#include "core/daemon/cli.h"
#include "core/daemon/folder.h"
#include "core/daemon/options.h"
#include "core/daemon/pack_site.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY_SIZE = 32 };

struct pack_options {
    const char *data, *as, *from, *to, *out;
    bool names;
};

static enum error write_file(void *context, const char *name, struct span bytes)
{
    const char *folder = context;
    char path[FOLDER_PATH];
    FILE *file;
    bool done;
    enum error e = folder_path(folder, name, path);

    if (e != ERROR_OK)
        return e;
    file = fopen(path, "wxe");
    if (!file)
        return ERROR_IO;
    done = fwrite(bytes.at, 1, bytes.len, file) == bytes.len;
    return fclose(file) == 0 && done ? ERROR_OK : ERROR_IO;
}

/* Core has allowed and recorded it. */
static enum error make(const struct pack_options *o, bool covered, struct complaint *why)
{
    struct clock clock = clock_system();
    struct store_reader *reader = NULL;
    struct complaint custody = { "" };
    const struct pack_sink sink = { write_file, (void *)(uintptr_t)o->out };
    struct pack_about about = { .now = clock_now(&clock),
                                .from = o->from,
                                .to = o->to,
                                .by = o->as,
                                .covered = covered,
                                .custody = custody.text };
    char path[FOLDER_PATH];
    json_t *site = NULL;
    enum error e = folder_path(o->data, FOLDER_DATABASE, path);

    if (e == ERROR_OK)
        e = covered ? store_open_covered(path, &reader, why) : store_open_read(path, &reader, why);
    if (e == ERROR_OK)
        e = pack_site(reader, &about, &site, why);
    if (e == ERROR_OK) {
        if (setenv("TZ", json_string_value(json_object_get(site, "zone")), 1) == 0)
            tzset();
        pack_custody(o->data, &custody);
        e = pack_day_begins(o->from, 0, &about.since) && pack_day_begins(o->to, 1, &about.until)
                ? pack_make(reader, &about, &sink, why)
                : complain(why, ERROR_BAD_INPUT, "Give --from and --to as 2026-03-14.");
    }
    json_decref(site);
    store_close_read(reader);
    return e;
}

/* With names: an auditor says why, and that is on record before anything is read. */
static enum error ask_names(struct client *c, const struct input *in, const char *key,
                            struct complaint *why)
{
    struct wire_writer w;

    client_begin(c, &w, WIRE_REVEAL);
    wire_put_text(&w, WIRE_F_WHAT, "pack");
    wire_put_text(&w, WIRE_F_KEY, key);
    wire_put_text(&w, WIRE_F_REASON, input_find(in, "reason"));
    return client_call(c, &w, NULL, why);
}

static enum error ask_core(struct client *c, const struct pack_options *o, const struct input *in,
                           bool *covered, struct complaint *why)
{
    struct wire_message reply;
    struct wire_writer w;
    char key[KEY_SIZE];
    enum error e = ERROR_OK;

    (void)snprintf(key, sizeof key, "%.10s..%.10s", o->from, o->to);
    if (o->names)
        e = ask_names(c, in, key, why);
    if (e != ERROR_OK)
        return e;
    client_begin(c, &w, WIRE_VIEW);
    wire_put_text(&w, WIRE_F_WHAT, "pack");
    wire_put_text(&w, WIRE_F_KEY, key);
    e = client_call(c, &w, &reply, why);
    if (e == ERROR_OK)
        *covered = wire_number(&reply, WIRE_F_COVERED) != 0;
    return e;
}

static enum error run(const struct pack_options *o, struct complaint *why)
{
    struct client *c = calloc(1, sizeof *c);
    struct input in = { .count = 0 };
    char pin[65] = "";
    bool covered = true;
    enum error e = ERROR_OK;

    if (!c)
        return ERROR_NO_MEMORY;
    c->fd = -1;
    if (mkdir(o->out, 0700) != 0)
        e = complain(why, ERROR_CONFLICT, "The folder %s cannot be made: %s. Name a new one.",
                     o->out, strerror(errno));
    if (e == ERROR_OK)
        e = client_open(o->data, c, why);
    if (e == ERROR_OK && (o->names || !isatty(STDIN_FILENO)))
        e = input_read(&in, STDIN_FILENO, why);
    if (e == ERROR_OK)
        e = cli_ask_pin(&in, "PIN", pin, sizeof pin, why);
    if (e == ERROR_OK)
        e = client_sign_in(c, o->as, pin, why);
    if (e == ERROR_OK) {
        e = ask_core(c, o, &in, &covered, why);
        client_sign_out(c);
    }
    if (e == ERROR_OK)
        e = make(o, covered, why);
    memset(pin, 0, sizeof pin);
    input_free(&in);
    client_close(c);
    free(c);
    return e;
}

int command_pack(int argc, char **argv)
{
    struct pack_options o = { .data = OPTIONS_DATA, .as = "", .from = "", .to = "", .out = "" };
    const struct option_spec specs[] = {
        { "data", &o.data, NULL, NULL }, { "as", &o.as, NULL, NULL },
        { "from", &o.from, NULL, NULL }, { "to", &o.to, NULL, NULL },
        { "out", &o.out, NULL, NULL },   { "names", NULL, &o.names, NULL }
    };
    struct option_words words;
    struct complaint why = { "" };
    enum error e = options_parse(argc, argv, specs, sizeof specs / sizeof specs[0], &words, &why);

    if (e == ERROR_OK && (words.count || !*o.as || !*o.from || !*o.to || !*o.out))
        e = complain(&why, ERROR_BAD_INPUT,
                     "Give --from DAY, --to DAY, --out FOLDER and --as LOGIN, and no words.");
    if (e == ERROR_OK)
        e = run(&o, &why);
    if (e == ERROR_OK)
        (void)printf("The pack is in %s: open index.html.\n", o.out);
    else
        (void)fprintf(stderr, "phial pack: %s\n", why.text[0] ? why.text : error_text(e));
    return e == ERROR_OK ? COMMAND_DONE : cli_exit(e);
}
