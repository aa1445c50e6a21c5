/* The code of the first start, in memory and in its file; see setup_code.h. */
#include "core/daemon/setup_code.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CODE_FILE "setup-code"

/* A file that was left by a core that was killed is not written over but replaced. */
static enum error write_file(const struct core *core, struct complaint *why)
{
    char path[FOLDER_PATH];
    enum error e = folder_path(core->data, CODE_FILE, path);
    size_t len = strlen(core->setup_code);
    int fd = -1;
    bool written;

    if (e != ERROR_OK)
        return e;
    if (unlink(path) == 0 || errno == ENOENT)
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    written = fd >= 0 && write(fd, core->setup_code, len) == (ssize_t)len;
    if (fd >= 0)
        (void)close(fd);
    return written ? ERROR_OK
                   : complain(why, ERROR_IO, "%s cannot be written: %s.", path, strerror(errno));
}

static void remove_file(const char *data)
{
    char path[FOLDER_PATH];

    if (folder_path(data, CODE_FILE, path) == ERROR_OK)
        (void)unlink(path);
}

enum error setup_code_make(struct core *core, struct complaint *why)
{
    uint8_t bytes[SETUP_CODE - 1];
    int64_t count = 0;
    enum error e = store_person_count(core->store, ROLE_ADMINISTRATOR, &count);

    if (e != ERROR_OK)
        return e;
    if (count > 0) {
        remove_file(core->data);
        return ERROR_OK;
    }
    core->entropy.fill(core->entropy.context, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        core->setup_code[i] = (char)('0' + bytes[i] % 10);
    log_line(LOG_FIRST_START, "core",
             "nobody is administrator yet: sign in as \"setup\" with the one-time code %s and add "
             "the first one, or use `phial user add`",
             core->setup_code);
    return write_file(core, why);
}

void setup_code_forget(struct core *core)
{
    if (!core->setup_code[0])
        return;
    sodium_memzero(core->setup_code, sizeof core->setup_code);
    remove_file(core->data);
}

static enum error read_file(const char *data, char code[SETUP_CODE], struct complaint *why)
{
    char path[FOLDER_PATH];
    enum error e = folder_path(data, CODE_FILE, path);
    FILE *file;
    size_t len;

    if (e != ERROR_OK)
        return e;
    file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return complain(why, ERROR_NOT_FOUND,
                        "There is no first sign-in on %s: it has an administrator already, or no "
                        "Phial runs on it.",
                        data);
    if (!file)
        return complain(why, ERROR_IO, "%s cannot be read: %s.", path, strerror(errno));
    len = fread(code, 1, SETUP_CODE - 1, file);
    code[len] = '\0';
    (void)fclose(file);
    return ERROR_OK;
}

/* "0.0.0.0:8443" is reached by this machine's name. */
static void print_address(const struct config *config)
{
    static const char *const anywhere[] = { "0.0.0.0:", "[::]:" };
    char host[256] = "localhost";
    const char *scheme = text_empty(config->certificate) ? "http" : "https";

    for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++)
        if (strncmp(config->listen, anywhere[i], strlen(anywhere[i])) == 0) {
            (void)gethostname(host, sizeof host - 1);
            (void)printf("%s://%s:%s", scheme, host, config->listen + strlen(anywhere[i]));
            return;
        }
    (void)printf("%s://%s", scheme, config->listen);
}

enum error setup_code_tell(const char *data, struct complaint *why)
{
    char code[SETUP_CODE] = "";
    struct config config;
    enum error e;

    config_init(&config);
    e = config_read(&config, data, why);
    if (e == ERROR_OK)
        e = read_file(data, code, why);
    if (e == ERROR_OK) {
        (void)fputs("Phial runs: open ", stdout);
        print_address(&config);
        (void)printf(" in a browser and sign in as \"setup\" with the one-time code %s, then add "
                     "the first administrator.\n",
                     code);
    }
    config_free(&config);
    return e;
}
