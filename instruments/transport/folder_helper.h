/*
 * Inside instruments/transport: the helper of a folder's reader, a process of its own.
 *
 * The reader decodes and may open nothing; the helper opens and reads nothing (confine_folder says
 * why). Names stay with the helper: they may hold a patient's name, and nobody else needs them.
 *
 * A file's way, each step a rename within the folder, so that a crash leaves it in one place:
 *
 *   FOLDER/name -> FOLDER/taking/name   it is whole, and it is in hand
 *               -> FOLDER/taken/name    it is safe; with .1, .2 ... when there is one of that name
 *               -> FOLDER/name          it was refused, or it changed: it comes again
 *
 * What is found in `taking` at the start was in hand when everything ended, and comes first, so
 * that core sees it next to the session that broke off and knows it by its bytes (DESIGN 3.4).
 *
 * Between the two: packets on a socket. The helper sends a struct folder_said, with the file's
 * descriptor when it offers one. The reader sends one byte of enum folder_wish. End of file on
 * either side: the other is gone, and so am I.
 */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_FOLDER_HELPER_H
#define PHIAL_INSTRUMENTS_TRANSPORT_FOLDER_HELPER_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Things to count: what the helper noticed, in words that name no file. */
#define FOLDER_NOTES(X)                                                                            \
    X(NONE, "")                                                                                    \
    X(LARGE, "file too large")                                                                     \
    X(UNREADABLE, "file not readable")                                                             \
    X(SPECIAL, "not a plain file")                                                                 \
    X(CHANGED, "file changed while it was read")                                                   \
    X(STUCK, "file cannot be moved")                                                               \
    X(MANY, "too many files")
#define FOLDER_NOTE_ENUM(name, text) FOLDER_NOTE_##name,
enum folder_note { FOLDER_NOTES(FOLDER_NOTE_ENUM) FOLDER_NOTE_COUNT };
#undef FOLDER_NOTE_ENUM

struct folder_said {
    uint32_t note; /* of enum folder_note; NONE: here is a file */
    uint64_t size;
};

enum folder_wish { FOLDER_BEGIN = 'B', FOLDER_TAKEN = 'T', FOLDER_STAYS = 'S' };

/* Opens the folder, makes `taking` and `taken` in it, and starts the helper, which takes no file of
 * more than `largest` bytes. `*fd` is the socket to it. ERROR_NOT_FOUND, ERROR_DENIED, ERROR_BUSY
 * or ERROR_IO with a sentence: try again later. */
enum error folder_helper_start(const char *path, size_t largest, int *fd, struct complaint *why);

/* What the helper is after it was started: the program of that process. Descriptors as enum
 * folder_descriptor has them; `events` is -1 where there is no inotify. Never returns. */
struct folder_places {
    int reader, folder, taking, taken, events;
    size_t largest; /* file that is taken */
};
_Noreturn void folder_helper_run(const struct folder_places *places);

#endif
