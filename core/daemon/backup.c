/*
 * `phial backup` and `phial restore`.
 *
 * The seal is copied before the database: a backup may hold facts that its seal does not reach yet,
 * never a seal that speaks of facts which are missing. A restore skips accessions of its day: the
 * numbers between the backup and the loss are on tubes somewhere, and no number is issued twice. It
 * derives anew what is derived from the facts, so it also mends what verification finds wrong
 * there.
 */
#include "core/daemon/commands.h"

#include "core/custody/custody.h"
#include "core/daemon/core.h"
#include "core/daemon/folder.h"
#include "core/daemon/options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    SKIP_AT_LEAST = 5000, /* numbers of the day */
    SKIP_PER_MINUTE = 60, /* so that two restores of one day do not meet */
    MS_PER_MINUTE = 60000,
    MINUTES_PER_DAY = 1440,
};

static const char *const beside[] = { CUSTODY_SEAL_FILE, CUSTODY_KEY_FILE, CUSTODY_PUBLIC_FILE,
                                      "pins", "phial.conf" };

static bool copy_bytes(int from, int to)
{
    char chunk[65536];
    ssize_t got;

    while ((got = read(from, chunk, sizeof chunk)) > 0)
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(to, chunk + done, (size_t)(got - done));
            if (put < 0)
                return false;
            done += put;
        }
    return got == 0 && fsync(to) == 0;
}

/* A file that is not there is not copied. */
static enum error copy_file(const char *from, const char *to, const char *name,
                            struct complaint *why)
{
    char source[FOLDER_PATH], target[FOLDER_PATH];
    int in, out = -1;
    enum error e = ERROR_OK;

    if (folder_path(from, name, source) != ERROR_OK || folder_path(to, name, target) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The folder's name is too long.");
    in = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0 && errno == ENOENT)
        return ERROR_OK;
    if (in >= 0)
        out = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0 || !copy_bytes(in, out))
        e = complain(why, ERROR_IO, "%s cannot be copied to %s: %s.", source, target,
                     strerror(errno));
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    return e;
}

static enum error copy_beside(const char *from, const char *to, struct complaint *why)
{
    enum error e = ERROR_OK;
    for (size_t i = 0; e == ERROR_OK && i < sizeof beside / sizeof beside[0]; i++)
        e = copy_file(from, to, beside[i], why);
    return e;
}

static enum error backup_to(const char *data, const char *folder, struct complaint *why)
{
    char database[FOLDER_PATH], copy[FOLDER_PATH];
    struct store *store = NULL;
    enum error e;

    if (mkdir(folder, 0700) != 0)
        return complain(why, ERROR_IO, "The folder %s cannot be made: %s. Name a new one.", folder,
                        strerror(errno));
    if (folder_path(data, FOLDER_DATABASE, database) != ERROR_OK ||
        folder_path(folder, FOLDER_DATABASE, copy) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The folder's name is too long.");
    if (access(database, R_OK) != 0)
        return complain(why, ERROR_NOT_FOUND, "There is no database in %s.", data);
    e = copy_beside(data, folder, why);
    if (e == ERROR_OK)
        e = store_open(database, &store, why);
    if (e == ERROR_OK)
        e = store_backup(store, copy, why);
    store_close(store);
    return e;
}

/* The fact that says which numbers are never issued. */
static enum error skip_numbers(const char *data, struct store *store, struct complaint *why)
{
    struct clock clock = clock_system();
    int64_t now = clock_now(&clock);
    int64_t minute = (now / MS_PER_MINUTE + sitetime_offset(now)) % MINUTES_PER_DAY;
    uint32_t running = (uint32_t)(SKIP_AT_LEAST + minute * SKIP_PER_MINUTE);
    struct custody *custody = NULL;
    enum error e = custody_open(data, store, clock, entropy_system(), &custody, why);

    if (e == ERROR_OK)
        e = store_begin(store);
    if (e == ERROR_OK)
        e = store_projections_rebuild(store);
    if (e == ERROR_OK)
        e = store_accession_skip(store, sitetime_day(now), running, now, "restored from a backup");
    if (e == ERROR_OK)
        e = store_commit(store, why);
    if (e == ERROR_OK)
        e = custody_seal(custody, store, why);
    if (e == ERROR_OK)
        (void)printf("Restored. Today's accession numbers up to %u are skipped.\n", running);
    custody_close(custody);
    return e;
}

static enum error restore_open(const char *data, struct complaint *why)
{
    struct config config;
    struct store *store = NULL;
    enum error e;

    config_init(&config);
    e = config_read(&config, data, why);
    if (e == ERROR_OK && setenv("TZ", config.zone, 1) != 0)
        e = ERROR_NO_MEMORY;
    tzset();
    if (e == ERROR_OK)
        e = folder_open_store(data, &store, why);
    if (e == ERROR_OK)
        e = skip_numbers(data, store, why);
    store_close(store);
    config_free(&config);
    return e;
}

static enum error restore_from(const char *folder, const char *data, struct complaint *why)
{
    char absolute[FOLDER_PATH], database[FOLDER_PATH];
    int lock = -1;
    enum error e = folder_make(data, absolute, why);

    if (e == ERROR_OK)
        e = folder_lock(absolute, &lock, why);
    if (e == ERROR_OK)
        e = folder_path(absolute, FOLDER_DATABASE, database);
    if (e == ERROR_OK && access(database, F_OK) == 0)
        e = complain(why, ERROR_CONFLICT, "%s holds a database already. Restore into a new folder.",
                     data);
    if (e == ERROR_OK)
        e = folder_path(folder, FOLDER_DATABASE, database);
    if (e == ERROR_OK && access(database, R_OK) != 0)
        e = complain(why, ERROR_NOT_FOUND, "There is no backup in %s.", folder);
    if (e == ERROR_OK)
        e = copy_beside(folder, absolute, why);
    if (e == ERROR_OK)
        e = copy_file(folder, absolute, FOLDER_DATABASE, why);
    if (e == ERROR_OK)
        e = restore_open(absolute, why);
    if (e == ERROR_OK)
        e = folder_give_to_owner(absolute, why);
    if (lock >= 0)
        (void)close(lock);
    return e;
}

static int run(int argc, char **argv,
               enum error (*act)(const char *data, const char *folder, struct complaint *why))
{
    const char *data = OPTIONS_DATA;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    enum error e = options_parse(argc, argv, specs, 1, &words, &why);

    if (e != ERROR_OK || words.count != 1) {
        (void)fprintf(stderr, "phial %s: %s\n", argv[0],
                      e == ERROR_OK ? "Name one folder; see --help." : why.text);
        return COMMAND_USAGE;
    }
    (void)umask(077);
    e = act(data, words.at[0], &why);
    if (e == ERROR_OK)
        return COMMAND_DONE;
    (void)fprintf(stderr, "phial %s: %s\n", argv[0], why.text[0] ? why.text : error_text(e));
    return e == ERROR_NOT_FOUND || e == ERROR_CONFLICT ? COMMAND_NO : COMMAND_ENVIRONMENT;
}

int command_backup(int argc, char **argv)
{
    return run(argc, argv, backup_to);
}

static enum error restore_into(const char *data, const char *folder, struct complaint *why)
{
    return restore_from(folder, data, why);
}

int command_restore(int argc, char **argv)
{
    return run(argc, argv, restore_into);
}
