/*
 * Bringing files of EKG carts from a stick or a folder to core: recognised by what is in them,
 * copied into the folder that core's instrument watches, left untouched where they came from.
 *
 * Nothing here tells a file's name or content to anybody: only counts.
 */
#ifndef PHIAL_INSTRUMENTS_IMPORT_H
#define PHIAL_INSTRUMENTS_IMPORT_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct import;

struct import_counts {
    size_t files;      /* that are there */
    size_t looked_at;  /* so far */
    size_t brought;    /* EKG files that were put into the folder now */
    size_t before;     /* EKG files that had been brought before */
    size_t left_alone; /* anything else */
    size_t unreadable; /* by the disk or the stick */
    bool more;         /* there are more, or deeper ones, than one import looks at */
};

struct import_events {
    void *context;
    /* After each file. */
    void (*progress)(void *context, const struct import_counts *counts);
};

/* `folder` is the instrument's. With `again`, files that were brought before are brought too. */
enum error import_open(const char *folder, bool again, const struct import_events *events,
                       struct import **out, struct complaint *why);
void import_close(struct import *i);
/* Counts what is there, for the progress. Errors as import_walk. */
enum error import_count(struct import *i, const char *path, struct complaint *why);
/* Brings what is there. */
enum error import_bring(struct import *i, const char *path, struct complaint *why);
const struct import_counts *import_counts(const struct import *i);
/* Everything was brought: how many files core has not taken yet. Ask again later. */
size_t import_waiting(struct import *i);

#endif
