/* Making and reading the key of the backups. */
#include "core/daemon/backup_key.h"

#include "core/base/text.h"
#include "core/daemon/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char title[] = "phial backup key";

enum {
    KEY = crypto_box_PUBLICKEYBYTES, /* of either half */
    HEX = 2 * KEY,
    FILE_ROOM = 256,
};
_Static_assert(crypto_box_SECRETKEYBYTES == KEY, "both halves are as long");

static enum error write_new(const char *path, mode_t mode, const char *text, struct complaint *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    ssize_t len = (ssize_t)strlen(text);
    enum error e = ERROR_OK;

    if (fd < 0 || write(fd, text, (size_t)len) != len || fsync(fd) != 0)
        e = complain(why, ERROR_IO, "%s cannot be written: %s.", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    if (fd >= 0 && e != ERROR_OK)
        (void)unlink(path);
    return e;
}

static enum error read_small(const char *path, char out[FILE_ROOM])
{
    FILE *file = fopen(path, "re");
    size_t got;

    if (!file)
        return errno == ENOENT ? ERROR_NOT_FOUND : ERROR_IO;
    got = fread(out, 1, FILE_ROOM - 1, file);
    out[got] = '\0';
    (void)fclose(file);
    return ERROR_OK;
}

/* The hexadecimal digits after the word, to the end of their line. */
static bool read_half(const char *text, const char *word, uint8_t out[KEY])
{
    const char *at = strstr(text, word);
    char digits[HEX + 1] = "";

    if (!at)
        return false;
    at += strlen(word);
    at += strspn(at, " ");
    if (strcspn(at, " \r\n") != HEX)
        return false;
    memcpy(digits, at, HEX);
    return text_unhex(out, KEY, digits) == ERROR_OK;
}

enum error backup_key_make(const char *data, const char *path, struct complaint *why)
{
    uint8_t public_key[KEY], secret_key[KEY];
    char public_text[HEX + 1], secret_text[HEX + 1], text[FILE_ROOM], beside[FOLDER_PATH];
    enum error e;

    if (folder_path(data, BACKUP_PUBLIC_FILE, beside) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The folder's name is too long.");
    if (access(beside, F_OK) == 0)
        return complain(why, ERROR_CONFLICT,
                        "%s has a backup key. Its secret half opens the backups made so far; keep "
                        "it as long as they. To begin a new one, move %s away first.",
                        data, beside);
    crypto_box_keypair(public_key, secret_key);
    text_hex(public_text, span_of(public_key, KEY));
    text_hex(secret_text, span_of(secret_key, KEY));
    (void)snprintf(text, sizeof text, "%s\npublic %s\nsecret %s\n", title, public_text,
                   secret_text);
    e = write_new(path, 0400, text, why);
    (void)snprintf(text, sizeof text, "%s\npublic %s\n", title, public_text);
    if (e == ERROR_OK) {
        e = write_new(beside, 0644, text, why);
        if (e != ERROR_OK)
            (void)unlink(path);
    }
    if (e == ERROR_OK)
        e = folder_give_to_owner(data, why);
    sodium_memzero(secret_key, sizeof secret_key);
    sodium_memzero(secret_text, sizeof secret_text);
    if (e == ERROR_OK)
        (void)printf("%s opens every backup from now on, and nothing else does. Take it off this "
                     "machine: a copy on a stick in the safe, and one printed on paper.\n",
                     path);
    return e;
}

enum error backup_key_public(const char *data, uint8_t out[crypto_box_PUBLICKEYBYTES],
                             struct complaint *why)
{
    char path[FOLDER_PATH], text[FILE_ROOM];
    enum error e = folder_path(data, BACKUP_PUBLIC_FILE, path);

    if (e == ERROR_OK)
        e = read_small(path, text);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e,
                        "There is no backup key yet: a backup is encrypted. Make one with `phial "
                        "backup key FILE`, and keep FILE away from this machine.");
    if (e == ERROR_OK && !read_half(text, "public", out))
        e = ERROR_BAD_INPUT;
    return e == ERROR_OK ? e : complain(why, e, "The key %s cannot be read.", path);
}

enum error backup_key_read(const char *path, struct archive_opener *out, struct complaint *why)
{
    char text[FILE_ROOM];
    struct archive_opener found = { .own = false };
    enum error e = read_small(path, text);

    if (e == ERROR_OK &&
        (strncmp(text, title, strlen(title)) != 0 || !read_half(text, "public", found.public_key) ||
         !read_half(text, "secret", found.secret_key)))
        e = ERROR_BAD_INPUT;
    sodium_memzero(text, sizeof text);
    if (e != ERROR_OK)
        return complain(why, e,
                        "%s is not the key of a backup: it is the file that `phial backup key` "
                        "wrote.",
                        path);
    *out = found;
    return ERROR_OK;
}
