/*
 * `phial backup` and `phial restore`.
 *
 * A backup is one encrypted file (archive.h). It is made while core runs: the seal is copied before
 * the database, so that a backup may hold facts that its seal does not reach yet, never a seal that
 * speaks of facts which are missing. Before it counts as made it is read back, unpacked and
 * verified as a restored folder would be; only then does it get its name.
 *
 * A restore skips accessions of its day: the numbers between the backup and the loss are on tubes
 * somewhere, and no number is issued twice. It derives anew what is derived from the facts, so it
 * also mends what verification finds wrong there.
 */
#include "core/daemon/commands.h"

#include "core/custody/custody.h"
#include "core/daemon/archive.h"
#include "core/daemon/backup_key.h"
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

/* What a backup holds: the database, and what lies beside it. */
static const char *const files[] = { CUSTODY_SEAL_FILE,   CUSTODY_KEY_FILE,
                                     CUSTODY_PUBLIC_FILE, "pins",
                                     "phial.conf",        BACKUP_PUBLIC_FILE,
                                     FOLDER_DATABASE };
enum { FILE_COUNT = sizeof files / sizeof files[0] };

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
    for (size_t i = 0; e == ERROR_OK && i < FILE_COUNT; i++)
        if (strcmp(files[i], FOLDER_DATABASE) != 0)
            e = copy_file(from, to, files[i], why);
    return e;
}

/* ---- Making one ---- */

/* A folder of this backup alone, beside the database and as private as it. */
static enum error scratch_make(const char *data, char out[FOLDER_PATH], struct complaint *why)
{
    if (folder_path(data, "backup-XXXXXX", out) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The folder's name is too long.");
    return mkdtemp(out) ? ERROR_OK
                        : complain(why, ERROR_IO, "Nothing can be written to %s: %s.", data,
                                   strerror(errno));
}

static void scratch_remove(const char *folder)
{
    static const char *const ends[] = { "", "-journal", "-wal", "-shm" };
    char path[FOLDER_PATH], name[64];

    for (size_t i = 0; i < FILE_COUNT; i++)
        for (size_t j = 0; j < sizeof ends / sizeof ends[0]; j++) {
            (void)snprintf(name, sizeof name, "%s%s", files[i], ends[j]);
            if (folder_path(folder, name, path) == ERROR_OK)
                (void)unlink(path);
        }
    (void)rmdir(folder);
}

static enum error copy_all(const char *data, const char *folder, struct complaint *why)
{
    char database[FOLDER_PATH], copy[FOLDER_PATH];
    struct store *store = NULL;
    enum error e;

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

/* Verifies the folder that an archive was unpacked into. What is derived from the facts is derived
 * anew by a restore and is not asked for. */
static enum error verify_unpacked(const char *folder, struct custody_report *report,
                                  struct complaint *why)
{
    char database[FOLDER_PATH], seal[FOLDER_PATH];
    enum error e = folder_path(folder, FOLDER_DATABASE, database);

    if (e == ERROR_OK)
        e = folder_path(folder, CUSTODY_SEAL_FILE, seal);
    if (e == ERROR_OK)
        e = custody_verify(database, seal, NULL, report, why);
    if (e != ERROR_OK)
        return e;
    if (report->finding == CUSTODY_WHOLE || report->finding == CUSTODY_BROKEN_PROJECTION)
        return ERROR_OK;
    return complain(why, ERROR_CONFLICT,
                    "What the backup holds does not verify (%.200s): run `phial custody verify` on "
                    "the data folder.",
                    report->what);
}

/* Restores the archive into a folder of its own, looks at it, and takes it away again. */
static enum error try_archive(const char *data, const char *archive,
                              const struct archive_opener *opener, struct complaint *why)
{
    char folder[FOLDER_PATH];
    struct custody_report report = { .finding = CUSTODY_WHOLE };
    enum error e = scratch_make(data, folder, why);

    if (e != ERROR_OK)
        return e;
    e = archive_unpack(archive, opener, folder, files, FILE_COUNT, why);
    if (e == ERROR_OK)
        e = verify_unpacked(folder, &report, why);
    if (e == ERROR_OK)
        (void)printf("%s was read back and restored for a try: %lld facts, sealed up to %lld, all "
                     "as they were written.\n",
                     archive, (long long)report.rows, (long long)report.sealed_to);
    scratch_remove(folder);
    return e;
}

static enum error backup_to(const char *data, const char *archive, struct complaint *why)
{
    char folder[FOLDER_PATH], part[FOLDER_PATH];
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    struct archive_opener opener;
    enum error e;

    if (access(archive, F_OK) == 0)
        return complain(why, ERROR_CONFLICT, "%s is there already. Name a new file.", archive);
    if (snprintf(part, sizeof part, "%s.part", archive) >= (int)sizeof part)
        return complain(why, ERROR_TOO_BIG, "The file's name is too long.");
    e = backup_key_public(data, public_key, why);
    if (e == ERROR_OK)
        e = scratch_make(data, folder, why);
    if (e != ERROR_OK)
        return e;
    e = copy_all(data, folder, why);
    if (e == ERROR_OK)
        e = archive_pack(part, public_key, folder, files, FILE_COUNT, &opener, why);
    scratch_remove(folder);
    if (e != ERROR_OK)
        return e;
    e = try_archive(data, part, &opener, why);
    sodium_memzero(&opener, sizeof opener);
    if (e == ERROR_OK && rename(part, archive) != 0)
        e = complain(why, ERROR_IO, "%s cannot be named %s: %s.", part, archive, strerror(errno));
    return e;
}

/* Another machine has no data folder: one is made, private as it is, and goes when it is empty. */
static enum error look_at(const char *data, const char *archive, const char *key,
                          struct complaint *why)
{
    bool found = access(data, F_OK) == 0;
    char absolute[FOLDER_PATH];
    struct archive_opener opener;
    enum error e = backup_key_read(key, &opener, why);

    if (e == ERROR_OK)
        e = folder_make(data, absolute, why);
    if (e == ERROR_OK)
        e = try_archive(absolute, archive, &opener, why);
    if (!found)
        (void)rmdir(data);
    sodium_memzero(&opener, sizeof opener);
    return e;
}

/* ---- Restoring ---- */

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

static enum error restore_from(const char *data, const char *archive, const char *key,
                               struct complaint *why)
{
    char absolute[FOLDER_PATH], database[FOLDER_PATH];
    struct archive_opener opener;
    int lock = -1;
    enum error e = backup_key_read(key, &opener, why);

    if (e == ERROR_OK)
        e = folder_make(data, absolute, why);
    if (e == ERROR_OK)
        e = folder_lock(absolute, &lock, why);
    if (e == ERROR_OK)
        e = folder_path(absolute, FOLDER_DATABASE, database);
    if (e == ERROR_OK && access(database, F_OK) == 0)
        e = complain(why, ERROR_CONFLICT, "%s holds a database already. Restore into a new folder.",
                     data);
    if (e == ERROR_OK)
        e = archive_unpack(archive, &opener, absolute, files, FILE_COUNT, why);
    sodium_memzero(&opener, sizeof opener);
    if (e == ERROR_OK)
        e = restore_open(absolute, why);
    if (e == ERROR_OK)
        e = folder_give_to_owner(absolute, why);
    if (lock >= 0)
        (void)close(lock);
    return e;
}

/* ---- The commands ---- */

static enum error backup_words(const struct option_words *words, const char *data, const char *key,
                               struct complaint *why)
{
    bool verb = words->count == 2;

    if (verb && strcmp(words->at[0], "key") == 0)
        return backup_key_make(data, words->at[1], why);
    if (verb && strcmp(words->at[0], "verify") == 0 && *key)
        return look_at(data, words->at[1], key, why);
    if (words->count == 1 && !*key)
        return backup_to(data, words->at[0], why);
    return ERROR_UNSUPPORTED;
}

static enum error restore_words(const struct option_words *words, const char *data, const char *key,
                                struct complaint *why)
{
    return words->count == 1 && *key ? restore_from(data, words->at[0], key, why)
                                     : ERROR_UNSUPPORTED;
}

static int run(int argc, char **argv,
               enum error (*act)(const struct option_words *words, const char *data,
                                 const char *key, struct complaint *why))
{
    const char *data = OPTIONS_DATA, *key = "";
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "key", &key, NULL, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    enum error e = options_parse(argc, argv, specs, sizeof specs / sizeof specs[0], &words, &why);

    (void)umask(077);
    if (e == ERROR_OK)
        e = act(&words, data, key, &why);
    else
        e = ERROR_UNSUPPORTED;
    if (e == ERROR_OK)
        return COMMAND_DONE;
    if (e == ERROR_UNSUPPORTED) {
        (void)fprintf(stderr, "phial %s: %s\n", argv[0],
                      why.text[0] ? why.text : "That is not how it is asked; see --help.");
        return COMMAND_USAGE;
    }
    (void)fprintf(stderr, "phial %s: %s\n", argv[0], why.text[0] ? why.text : error_text(e));
    return e == ERROR_NOT_FOUND || e == ERROR_CONFLICT || e == ERROR_BAD_INPUT
               ? COMMAND_NO
               : COMMAND_ENVIRONMENT;
}

int command_backup(int argc, char **argv)
{
    return run(argc, argv, backup_words);
}

int command_restore(int argc, char **argv)
{
    return run(argc, argv, restore_words);
}
