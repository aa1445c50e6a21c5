/*
 * A database that was furnished once, for the further worlds of the same test program: to make one
 * anew, with every migration, takes longer than most of what is then asked of it.
 */
#ifndef PHIAL_TESTS_SUPPORT_KEPT_DATABASE_H
#define PHIAL_TESTS_SUPPORT_KEPT_DATABASE_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct kept_database {
    uint8_t *bytes; /* NULL: none is kept */
    size_t len;
};

/* Keeps the database at `path`, which nobody has open. */
static inline void database_keep(struct kept_database *kept, const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fstat(file, &about) != 0 || !(kept->bytes = malloc((size_t)about.st_size)) ||
        read(file, kept->bytes, (size_t)about.st_size) != about.st_size) {
        perror(path);
        abort();
    }
    kept->len = (size_t)about.st_size;
    (void)close(file);
}

/* Puts a copy of it at `path`, where there is nothing. */
static inline void database_lay(const struct kept_database *kept, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0 || write(file, kept->bytes, kept->len) != (ssize_t)kept->len) {
        perror(path);
        abort();
    }
    (void)close(file);
}

#endif
