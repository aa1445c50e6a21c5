/* `phial tls`: the page's own certificate. */
#include "core/daemon/cli.h"
#include "core/daemon/commands.h"
#include "core/daemon/options.h"
#include "core/daemon/tls.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static enum error show(const char *folder, struct complaint *why)
{
    char path[FOLDER_PATH], day[16] = "";
    struct tls_shown shown;
    time_t until;
    struct tm tm;
    enum error e = folder_path(folder, TLS_CERTIFICATE, path);

    if (e == ERROR_OK)
        e = tls_show(path, &shown, why);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "%s has no certificate of its own: `phial tls make` makes one.",
                        folder);
    if (e != ERROR_OK)
        return e;
    until = (time_t)(shown.until / 1000);
    if (gmtime_r(&until, &tm))
        (void)strftime(day, sizeof day, "%Y-%m-%d", &tm);
    (void)printf("certificate: %s\nfor: %s\nuntil: %s\nfingerprint (SHA-256): %s\n", path,
                 shown.names, day, shown.fingerprint);
    return ERROR_OK;
}

static enum error make(const char *folder, const struct option_words *given, bool again,
                       struct complaint *why)
{
    const char *names[TLS_NAMES];
    struct clock clock = clock_system();
    struct arena arena;
    size_t count = 0;
    enum error e;

    arena_init(&arena, 64 * 1024);
    for (size_t i = 1; i < given->count; i++)
        names[count++] = given->at[i];
    if (count == 0)
        count = tls_own_names(&arena, names, TLS_NAMES - 2);
    e = tls_make(folder, names, count, again, clock_now(&clock), why);
    arena_free(&arena);
    return e == ERROR_OK ? show(folder, why) : e;
}

int command_tls(int argc, char **argv)
{
    const char *data = OPTIONS_DATA;
    bool again = false;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "again", NULL, &again, NULL } };
    struct option_words given;
    struct complaint why = { "" };
    char folder[FOLDER_PATH];
    enum error e = options_parse(argc, argv, specs, 2, &given, &why);
    const char *word = e == ERROR_OK && given.count ? given.at[0] : "";

    (void)umask(077);
    if (e == ERROR_OK)
        e = folder_make(data, folder, &why);
    if (e == ERROR_OK && strcmp(word, "make") == 0)
        e = make(folder, &given, again, &why);
    else if (e == ERROR_OK && strcmp(word, "show") == 0 && given.count == 1)
        e = show(folder, &why);
    else if (e == ERROR_OK)
        e = complain(&why, ERROR_BAD_INPUT, "Say what to do: see `phial tls --help`.");
    if (e != ERROR_OK)
        (void)fprintf(stderr, "phial tls: %s\n", why.text[0] ? why.text : error_text(e));
    return cli_exit(e);
}
