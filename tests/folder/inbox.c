/* The folder of a test: see the header. */
#include "tests/folder/inbox.h"

#include "tests/unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 400 };

static void join(const struct inbox *i, const char *name, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", i->path, name);
}

void inbox_make(struct inbox *i)
{
    (void)snprintf(i->path, sizeof i->path, "/tmp/phial-inbox-XXXXXX");
    assert_non_null(mkdtemp(i->path));
    assert_int_equal(chmod(i->path, 0777), 0);
    (void)snprintf(i->port, sizeof i->port, "folder:%s", i->path);
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s;
    (void)kind;
    (void)where;
    return remove(path);
}

void inbox_remove(struct inbox *i)
{
    (void)nftw(i->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int inbox_open(const struct inbox *i, const char *name)
{
    char path[PATH_SIZE];
    int fd;
    join(i, name, path);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0666), 0);
    return fd;
}

void inbox_write(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

void inbox_drop(const struct inbox *i, const char *name, const char *text)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    int fd = inbox_open(i, ".in-work");
    inbox_write(fd, text);
    (void)close(fd);
    join(i, ".in-work", from);
    join(i, name, to);
    assert_int_equal(rename(from, to), 0);
}

bool inbox_has(const struct inbox *i, const char *name)
{
    char path[PATH_SIZE];
    struct stat s;
    join(i, name, path);
    return lstat(path, &s) == 0;
}

size_t inbox_count(const struct inbox *i, const char *folder)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    size_t count = 0;
    DIR *d;
    join(i, folder, path);
    d = opendir(path);
    while (d && (entry = readdir(d)) != NULL)
        count += entry->d_type != DT_DIR;
    if (d)
        (void)closedir(d);
    return count;
}

bool inbox_holds(const struct inbox *i, const char *name, const char *text)
{
    char path[PATH_SIZE], found[4096];
    size_t len;
    FILE *f;
    join(i, name, path);
    f = fopen(path, "re");
    if (!f)
        return false;
    len = fread(found, 1, sizeof found, f);
    (void)fclose(f);
    return len == strlen(text) && memcmp(found, text, len) == 0;
}
