/* The file of PIN hashes; see pins.h for what holds. */
#include "core/daemon/pins.h"

#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIN_LOGIN = 65, PIN_PATH = 4096, PIN_LINE = PIN_LOGIN + 2 * PIN_HASH_SIZE + 24 };

struct pin_row {
    char login[PIN_LOGIN];
    char hash[PIN_HASH_SIZE];
    int64_t fact;               /* what it waits for; 0: it is settled */
    char before[PIN_HASH_SIZE]; /* while it waits; "": there was none */
};

static const char nothing[] = "-";

struct pins {
    char folder[PIN_PATH], path[PIN_PATH], beside[PIN_PATH];
    struct pin_row *rows;
    size_t count;
};

static struct pin_row *find_row(const struct pins *p, const char *login)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->rows[i].login, login) == 0)
            return &p->rows[i];
    return NULL;
}

static bool put_row(struct pins *p, const char *login, const char *hash)
{
    struct pin_row *row = find_row(p, login);
    if (!row && p->count == PIN_PEOPLE)
        return false;
    if (strlen(login) >= PIN_LOGIN || strlen(hash) >= PIN_HASH_SIZE || text_empty(login))
        return false;
    if (!row)
        row = &p->rows[p->count++];
    (void)text_copy(row->login, sizeof row->login, login);
    (void)text_copy(row->hash, sizeof row->hash, hash);
    row->fact = 0;
    row->before[0] = '\0';
    return true;
}

/* The word up to the next blank, and what follows it; NULL when the line is over. */
static char *take_word(char **line)
{
    char *word = *line, *blank = word ? strchr(word, ' ') : NULL;
    if (blank)
        *blank = '\0';
    *line = blank ? blank + 1 : NULL;
    return word;
}

/* "login hash", or "login hash row before". */
static bool read_row(struct pins *p, char *line)
{
    const char *login = take_word(&line), *hash = take_word(&line);
    const char *fact = take_word(&line), *before = take_word(&line);
    struct pin_row *row;
    uint64_t number = 0;

    if (!hash || line || !fact != !before || !put_row(p, login, hash))
        return false;
    row = find_row(p, login);
    if (!fact)
        return true;
    if (text_to_u64(fact, &number) != ERROR_OK || number == 0 || number > INT64_MAX)
        return false;
    row->fact = (int64_t)number;
    return strcmp(before, nothing) == 0 ||
           text_copy(row->before, sizeof row->before, before) == ERROR_OK;
}

static enum error read_file(struct pins *p, struct complaint *why)
{
    char line[PIN_LINE];
    FILE *file = fopen(p->path, "re");
    enum error e = ERROR_OK;

    if (!file)
        return errno == ENOENT
                   ? ERROR_OK
                   : complain(why, ERROR_IO, "%s cannot be read: %s.", p->path, strerror(errno));
    while (e == ERROR_OK && fgets(line, sizeof line, file)) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (!end || !read_row(p, line))
            e = complain(why, ERROR_BAD_INPUT,
                         "%s is damaged. Restore it from a backup, or remove it and set every PIN "
                         "again with `phial user pin`.",
                         p->path);
    }
    (void)fclose(file);
    return e;
}

enum error pins_open(const char *data, struct pins **out, struct complaint *why)
{
    struct pins *p = calloc(1, sizeof *p);
    enum error e = ERROR_NO_MEMORY;

    if (p)
        p->rows = calloc(PIN_PEOPLE, sizeof *p->rows);
    if (!p || !p->rows)
        goto out;
    e = ERROR_TOO_BIG;
    if (text_copy(p->folder, sizeof p->folder, data) != ERROR_OK ||
        snprintf(p->path, sizeof p->path, "%s/pins", data) >= (int)sizeof p->path ||
        snprintf(p->beside, sizeof p->beside, "%s/pins.new", data) >= (int)sizeof p->beside)
        goto out;
    e = read_file(p, why);
out:
    if (e != ERROR_OK) {
        pins_close(p);
        return e;
    }
    *out = p;
    return ERROR_OK;
}

void pins_close(struct pins *p)
{
    if (!p)
        return;
    free(p->rows);
    free(p);
}

const char *pins_find(const struct pins *p, const char *login)
{
    const struct pin_row *row = find_row(p, login);
    const char *hash = row ? row->fact ? row->before : row->hash : "";
    return hash[0] ? hash : NULL;
}

static bool write_rows(const struct pins *p, int fd)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct pin_row *row = &p->rows[i];
        char waits[PIN_HASH_SIZE + 24] = "";
        if (row->fact)
            (void)snprintf(waits, sizeof waits, " %lld %s", (long long)row->fact,
                           row->before[0] ? row->before : nothing);
        if (dprintf(fd, "%s %s%s\n", row->login, row->hash, waits) < 0)
            return false;
    }
    return fsync(fd) == 0;
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return done;
}

static bool write_file(const struct pins *p)
{
    int fd = open(p->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = fd >= 0 && fchmod(fd, 0600) == 0 && write_rows(p, fd);
    if (fd >= 0 && close(fd) != 0)
        done = false;
    return done && rename(p->beside, p->path) == 0 && sync_folder(p->folder);
}

enum error pins_propose(struct pins *p, const char *login, const char *hash, int64_t fact,
                        struct complaint *why)
{
    struct pin_row *row = find_row(p, login);
    const struct pin_row before = row ? *row : (struct pin_row) { "", "", 0, "" };
    size_t count = p->count;

    if (!put_row(p, login, hash))
        return complain(why, ERROR_TOO_BIG, "There is no room for another PIN.");
    row = find_row(p, login);
    row->fact = fact;
    if (fact) /* what stood before all that waits: two changes may come in one turn */
        (void)text_copy(row->before, sizeof row->before, before.fact ? before.before : before.hash);
    if (write_file(p))
        return ERROR_OK;
    *row = before;
    p->count = count;
    return complain(why, ERROR_IO, "The PIN could not be written to the disk: %s.",
                    strerror(errno));
}

enum error pins_set(struct pins *p, const char *login, const char *hash, struct complaint *why)
{
    return pins_propose(p, login, hash, 0, why);
}

bool pins_wait(const struct pins *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].fact)
            return true;
    return false;
}

static enum error settle_row(struct pin_row *row, pins_stands *stands, void *context)
{
    bool stood = false;
    enum error e = stands(context, row->fact, &stood);

    if (e != ERROR_OK)
        return e;
    if (!stood)
        (void)text_copy(row->hash, sizeof row->hash, row->before);
    row->fact = 0;
    row->before[0] = '\0';
    return ERROR_OK;
}

/* Writes these rows, and has them in memory once the disk has. */
static bool replace_rows(struct pins *p, struct pin_row *rows, size_t count)
{
    struct pin_row *old = p->rows;
    size_t old_count = p->count;
    bool done;

    p->rows = rows;
    p->count = count;
    done = write_file(p);
    if (!done) {
        p->rows = old;
        p->count = old_count;
    }
    free(done ? old : rows);
    return done;
}

enum error pins_settle(struct pins *p, pins_stands *stands, void *context, struct complaint *why)
{
    enum error unknown = ERROR_OK;
    struct pin_row *rows;
    size_t kept = 0;
    bool known = false;

    if (!pins_wait(p))
        return ERROR_OK;
    rows = calloc(PIN_PEOPLE, sizeof *rows);
    if (!rows)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < p->count; i++) {
        struct pin_row row = p->rows[i];
        enum error e = row.fact ? settle_row(&row, stands, context) : ERROR_OK;
        if (e != ERROR_OK)
            unknown = e;
        known = known || (p->rows[i].fact && e == ERROR_OK);
        if (row.hash[0])
            rows[kept++] = row;
    }
    if (!known)
        free(rows);
    else if (!replace_rows(p, rows, kept))
        return complain(why, ERROR_IO, "The PINs could not be written to the disk: %s.",
                        strerror(errno));
    return unknown == ERROR_OK
               ? ERROR_OK
               : complain(why, unknown,
                          "Whether a new PIN is on record cannot be read; the old one counts.");
}

/* Whether each digit follows the one before by the same step: 111111, 123456, 654321. */
static bool is_run(const char *pin)
{
    int step = pin[1] - pin[0];
    if (step < -1 || step > 1)
        return false;
    for (size_t i = 1; pin[i + 1]; i++)
        if (pin[i + 1] - pin[i] != step)
            return false;
    return true;
}

enum error pin_acceptable(const char *pin, struct complaint *why)
{
    size_t len = strlen(pin);
    if (len != strspn(pin, "0123456789") || len < PIN_DIGITS_LEAST || len > PIN_DIGITS_MOST)
        return complain(why, ERROR_BAD_INPUT, "A PIN has %d to %d digits. Choose another.",
                        PIN_DIGITS_LEAST, PIN_DIGITS_MOST);
    if (is_run(pin))
        return complain(why, ERROR_BAD_INPUT,
                        "That PIN is too easy to guess. Choose digits that are not in a row.");
    return ERROR_OK;
}
