/* `phial import`: EKG files from a stick or a folder to the running core. */
#include "core/daemon/commands.h"
#include "core/daemon/endpoint.h"
#include "core/daemon/folder.h"
#include "core/daemon/import_place.h"
#include "core/daemon/options.h"
#include "instruments/import/import.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100, PATIENCE_LOOKS = 600 }; /* a minute in which core takes nothing */

struct command {
    const char *data, *instrument;
    bool json, again, terminal;
    char folder[IMPORT_PATH];
    time_t told;
    bool served;    /* a core takes the files */
    size_t waiting; /* files that it has not taken */
};

/* "12 of 40": to a terminal over and over in one line, elsewhere now and then. */
static void on_progress(void *context, const struct import_counts *c)
{
    struct command *command = context;
    time_t now = time(NULL);

    if (!command->terminal && now < command->told + 2 && c->looked_at != c->files)
        return;
    command->told = now;
    (void)fprintf(stderr, "%s%zu of %zu files looked at, %zu EKGs%s", command->terminal ? "\r" : "",
                  c->looked_at, c->files, c->brought + c->before, command->terminal ? "" : "\n");
    (void)fflush(stderr);
}

/* Until core has all of them, or takes none for a minute. */
static void wait_for_core(struct command *command, struct import *import)
{
    const struct timespec pause = { 0, LOOK_MS * 1000000L };
    unsigned looks = 0;
    int fd;

    command->waiting = import_waiting(import);
    command->served = endpoint_connect(command->data, &fd, NULL) == ERROR_OK;
    if (!command->served)
        return;
    (void)close(fd);
    while (command->waiting && looks++ < PATIENCE_LOOKS) {
        size_t before = command->waiting;
        (void)nanosleep(&pause, NULL);
        command->waiting = import_waiting(import);
        looks = command->waiting < before ? 0 : looks;
    }
}

static void tell_json(const struct command *command, const struct import_counts *c)
{
    json_t *said = json_pack(
        "{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:b}", "instrument", command->instrument, "files",
        (json_int_t)c->files, "brought", (json_int_t)c->brought, "before", (json_int_t)c->before,
        "left_alone", (json_int_t)c->left_alone, "unreadable", (json_int_t)c->unreadable, "waiting",
        (json_int_t)command->waiting, "core_runs", command->served, "more", c->more);
    (void)json_dumpf(said, stdout, JSON_COMPACT);
    (void)puts("");
    json_decref(said);
}

static const char *files(size_t count)
{
    return count == 1 ? "file" : "files";
}

static void tell_counts(const struct import_counts *c)
{
    (void)printf("%zu EKG %s brought in", c->brought, c->brought == 1 ? "file was" : "files were");
    if (c->before)
        (void)printf("; %zu had been brought in before", c->before);
    if (c->left_alone)
        (void)printf("; %zu other %s left alone", c->left_alone,
                     c->left_alone == 1 ? "file was" : "files were");
    (void)puts(".");
    if (c->unreadable)
        (void)printf("%zu %s could not be read: put the stick in again, and do not pull it before "
                     "this says that it is done.\n",
                     c->unreadable, files(c->unreadable));
    if (c->more)
        (void)puts("There is more there than one import looks at: name the folder that the cart "
                   "writes to.");
}

static void tell_waiting(const struct command *command)
{
    if (!command->waiting)
        return;
    if (command->served)
        (void)printf("Phial has not taken %zu %s yet; see `phial doctor`, and whether the disk is "
                     "full. They wait where they are safe.\n",
                     command->waiting, files(command->waiting));
    else
        (void)printf("Phial is not running: %zu %s kept and taken when it starts.\n",
                     command->waiting, command->waiting == 1 ? "file is" : "files are");
}

static enum error bring(struct command *command, const struct option_words *paths,
                        struct import *import, struct complaint *why)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < paths->count; i++)
        e = import_count(import, paths->at[i], why);
    for (size_t i = 0; e == ERROR_OK && i < paths->count; i++)
        e = import_bring(import, paths->at[i], why);
    if (command->terminal)
        (void)fputs("\n", stderr);
    wait_for_core(command, import);
    return e;
}

static int exit_of(const struct command *command, enum error e, const struct import_counts *c)
{
    if (e != ERROR_OK || c->unreadable || (command->served && command->waiting))
        return COMMAND_ENVIRONMENT;
    return c->brought + c->before ? COMMAND_DONE : COMMAND_NO;
}

static int run(struct command *command, const struct option_words *paths)
{
    const struct import_events events = { command, on_progress };
    struct complaint why = { "" };
    struct import *import = NULL;
    int status = COMMAND_ENVIRONMENT;
    enum error e = import_open(command->folder, command->again, &events, &import, &why);

    if (e == ERROR_OK) {
        e = bring(command, paths, import, &why);
        status = exit_of(command, e, import_counts(import));
        if (command->json)
            tell_json(command, import_counts(import));
        else if (e == ERROR_OK || import_counts(import)->looked_at)
            tell_counts(import_counts(import));
        if (!command->json)
            tell_waiting(command);
    }
    if (e != ERROR_OK)
        (void)fprintf(stderr, "phial import: %s\n", why.text);
    import_close(import);
    return status;
}

/* The data folder's absolute path and the settings in it say where the files go. */
static enum error find_folder(struct command *command, char absolute[FOLDER_PATH],
                              struct complaint *why)
{
    struct config config;
    enum error e = folder_make(command->data, absolute, why);

    config_init(&config);
    if (e == ERROR_OK)
        e = config_read(&config, absolute, why);
    if (e == ERROR_OK)
        e = import_place_find(&config, absolute, command->instrument, command->folder, why);
    config_free(&config);
    command->data = absolute;
    return e;
}

int command_import(int argc, char **argv)
{
    struct command command = { .data = OPTIONS_DATA, .instrument = IMPORT_INSTRUMENT };
    const struct option_spec specs[] = { { "data", &command.data, NULL, NULL },
                                         { "instrument", &command.instrument, NULL, NULL },
                                         { "again", NULL, &command.again, NULL },
                                         { "json", NULL, &command.json, NULL } };
    struct option_words paths;
    struct complaint why = { "" };
    char absolute[FOLDER_PATH];
    enum error e = options_parse(argc, argv, specs, 4, &paths, &why);

    if (e == ERROR_OK && !paths.count)
        e = complain(&why, ERROR_BAD_INPUT, "Name a file, a folder or a stick; see --help.");
    if (e != ERROR_OK) {
        (void)fprintf(stderr, "phial import: %s\n", why.text);
        return COMMAND_USAGE;
    }
    command.terminal = isatty(STDERR_FILENO) == 1;
    e = sodium_init() < 0 ? ERROR_IO : find_folder(&command, absolute, &why);
    if (e == ERROR_OK)
        return run(&command, &paths);
    (void)fprintf(stderr, "phial import: %s\n", why.text[0] ? why.text : error_text(e));
    return e == ERROR_NOT_FOUND ? COMMAND_USAGE : COMMAND_ENVIRONMENT;
}
