/* A folder that a maker's program would write reports into, and ways of writing there. */
#ifndef PHIAL_TESTS_FOLDER_INBOX_H
#define PHIAL_TESTS_FOLDER_INBOX_H

#include <stdbool.h>
#include <stddef.h>

struct inbox {
    char path[64], port[80]; /* "folder:" and the path */
};

/* Usable by every user, because the child runs as nobody when the test runs as root. */
void inbox_make(struct inbox *i);
void inbox_remove(struct inbox *i);

/* In one go: made under a hidden name and renamed. */
void inbox_drop(const struct inbox *i, const char *name, const char *text);
/* Opens a file for writing and keeps it open: its descriptor. */
int inbox_open(const struct inbox *i, const char *name);
void inbox_write(int fd, const char *text);

/* Whether there is such a file: "name", "taking/name", "taken/name". */
bool inbox_has(const struct inbox *i, const char *name);
/* How many files there are in "", "taking" or "taken" (folders not counted). */
size_t inbox_count(const struct inbox *i, const char *folder);
/* Whether that file holds exactly this. */
bool inbox_holds(const struct inbox *i, const char *name, const char *text);

#endif
