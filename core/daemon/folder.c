/* The data folder's lock and database; see folder.h. */
#include "core/daemon/folder.h"

#include "core/base/text.h"
#include "core/catalogue/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SALT_DIGITS = 8, SITE_ARENA = 64 * 1024 };

enum error folder_make(const char *folder, char absolute[FOLDER_PATH], struct complaint *why)
{
    char *found;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return complain(why, ERROR_IO, "The data folder %s cannot be made: %s.", folder,
                        strerror(errno));
    found = realpath(folder, NULL);
    if (!found || text_copy(absolute, FOLDER_PATH, found) != ERROR_OK) {
        free(found);
        return complain(why, ERROR_IO, "The data folder %s cannot be opened: %s.", folder,
                        strerror(errno));
    }
    free(found);
    return ERROR_OK;
}

enum error folder_path(const char *folder, const char *name, char out[FOLDER_PATH])
{
    return snprintf(out, FOLDER_PATH, "%s/%s", folder, name) < FOLDER_PATH ? ERROR_OK
                                                                           : ERROR_TOO_BIG;
}

enum error folder_lock(const char *folder, int *fd, struct complaint *why)
{
    char path[FOLDER_PATH];
    int lock = -1;

    if (folder_path(folder, "lock", path) == ERROR_OK)
        lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return complain(why, ERROR_IO, "The data folder %s cannot be written: %s.", folder,
                        strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        (void)close(lock);
        return complain(why, ERROR_BUSY,
                        "Another Phial works on %s. Stop it first, or give another folder with "
                        "--data.",
                        folder);
    }
    *fd = lock;
    return ERROR_OK;
}

/* One file, by its folder's descriptor; never one that has a second name elsewhere. */
static bool give_file(int folder, const char *name, const struct stat *owner)
{
    struct stat at;
    int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    bool given = true;

    if (fd < 0)
        return false;
    if (fstat(fd, &at) == 0 && S_ISREG(at.st_mode) && at.st_nlink == 1 && at.st_uid == 0)
        given = fchownat(fd, "", owner->st_uid, owner->st_gid, AT_EMPTY_PATH) == 0;
    (void)close(fd);
    return given;
}

enum error folder_give_to_owner(const char *folder, struct complaint *why)
{
    DIR *entries = geteuid() == 0 ? opendir(folder) : NULL;
    const struct dirent *entry;
    struct stat owner;
    bool given = true;

    if (entries && fstat(dirfd(entries), &owner) == 0 && owner.st_uid != 0)
        while ((entry = readdir(entries)) != NULL)
            given = give_file(dirfd(entries), entry->d_name, &owner) && given;
    if (entries)
        (void)closedir(entries);
    return given ? ERROR_OK
                 : complain(why, ERROR_IO,
                            "Files in %s could not be given to the folder's owner: do `chown -R` "
                            "before Phial is started.",
                            folder);
}

static void new_salt(const struct entropy *entropy, char salt[16])
{
    uint8_t bytes[SALT_DIGITS];
    entropy->fill(entropy->context, bytes, sizeof bytes);
    for (size_t i = 0; i < SALT_DIGITS; i++)
        salt[i] = (char)('0' + bytes[i] % 10);
    salt[SALT_DIGITS] = '\0';
}

/* What a new site starts with: a test menu, and example limits that judge nothing until a person
 * approves them. */
static enum error fill_new_site(struct store *store, int64_t at, struct complaint *why)
{
    int64_t set;
    enum error e = catalogue_add_menu(store, at, why);
    return e == ERROR_OK ? catalogue_add_limits(store, at, &set, why) : e;
}

/* The site's row: made at the first start, renewed when the configuration names it otherwise. */
enum error folder_set_site(struct store *store, const struct config *config,
                           const struct entropy *entropy, char salt[16], struct complaint *why)
{
    struct clock clock = clock_system();
    struct store_site site;
    struct arena arena;
    enum error found, e;

    arena_init(&arena, SITE_ARENA);
    found = e = store_site_find(store, &arena, &site);
    if (found == ERROR_NOT_FOUND)
        new_salt(entropy, salt);
    else if (found == ERROR_OK)
        e = text_copy(salt, 16, site.salt);
    if (e == ERROR_OK || e == ERROR_NOT_FOUND) {
        site = (struct store_site) { .name = config->site_name,
                                     .salt = salt,
                                     .zone = config->zone,
                                     .address = config->address,
                                     .clia = config->clia,
                                     .certificate = config->clia_certificate,
                                     .director = config->director };
        e = store_begin(store);
    }
    if (e == ERROR_OK)
        e = store_site_set(store, &site);
    if (e == ERROR_OK && found == ERROR_NOT_FOUND)
        e = fill_new_site(store, clock_now(&clock), why);
    if (e == ERROR_OK && found == ERROR_OK)
        e = catalogue_complete_menu(store, clock_now(&clock), why);
    if (e == ERROR_OK && found == ERROR_OK)
        e = catalogue_complete_limits(store, clock_now(&clock), why);
    if (e == ERROR_OK)
        e = store_commit(store, why);
    else
        store_rollback(store);
    arena_free(&arena);
    return e;
}

/* The database, and what SQLite lays beside it with the same rights, is its owner's alone. */
static void keep_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return; /* store_open says why */
    (void)fchmod(fd, 0600);
    (void)close(fd);
}

enum error folder_open_store(const char *folder, struct store **store, struct complaint *why)
{
    char path[FOLDER_PATH];
    enum error e = folder_path(folder, FOLDER_DATABASE, path);

    if (e == ERROR_OK) {
        keep_private(path);
        e = store_open(path, store, why);
    }
    if (e != ERROR_OK && why && !why->text[0])
        (void)complain(why, e, "The database in %s cannot be opened: %s.", folder, error_text(e));
    return e;
}
