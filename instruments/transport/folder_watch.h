/*
 * Inside instruments/transport: when is a file in a watched folder whole, and whose turn is it.
 *
 * Pure: the caller looks (names, sizes, times, the kernel's events) and asks. A file is whole when
 * it has something in it and
 *   - it was moved in by its writer under this name, or
 *   - whoever wrote it has closed it, and then nothing changed for a second, or
 *   - nobody was seen to write (it stood there before we came, or it lies on another machine, whose
 *     writers the kernel does not see), and it did not change for ten seconds.
 * While a writer has it open it is never whole, however slow the writer is. Names that programs
 * give to what is not finished (hidden, `~`, .tmp, .part ...) are no files; renaming makes them so.
 *
 * Turns go by age. A file that was refused stands behind those that were not.
 */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_FOLDER_WATCH_H
#define PHIAL_INSTRUMENTS_TRANSPORT_FOLDER_WATCH_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { FOLDER_CLOSED_MS = 1000, FOLDER_UNSEEN_MS = 10000, FOLDER_NEVER_MS = 0x7fffffff };

/* What tells one state of a file from another. */
struct folder_facts {
    uint64_t inode, size;
    int64_t modified; /* ns */
};

enum folder_event {
    FOLDER_WRITTEN, /* somebody writes into it */
    FOLDER_CLOSED,  /* whoever wrote has closed it */
    FOLDER_ARRIVED, /* it was moved here */
    FOLDER_UNSURE   /* it is back, and somebody may still write into it */
};

struct folder_watch;

/* NULL when memory is out. */
struct folder_watch *folder_watch_new(void);
void folder_watch_free(struct folder_watch *w);

/* One look at the folder: begin, see for each file, end. Times are ms of a clock that never goes
 * back. ERROR_FULL: there are more than LIMIT_FOLDER_FILES, this one waits. */
void folder_watch_begin(struct folder_watch *w);
enum error folder_watch_see(struct folder_watch *w, const char *name,
                            const struct folder_facts *facts, uint64_t now);
void folder_watch_end(struct folder_watch *w);
/* The kernel said so. Of a name that was not seen yet it is remembered when it is seen. */
void folder_watch_event(struct folder_watch *w, const char *name, enum folder_event event,
                        uint64_t now);
/* Events were lost: what is being written is not known any more. */
void folder_watch_confused(struct folder_watch *w, uint64_t now);

/* Whose turn it is, valid until the next call; NULL: nobody's, and `*wait` says how many ms nothing
 * can become whole without an event. `*facts` are those that it was whole with. */
const char *folder_watch_next(struct folder_watch *w, uint64_t now, struct folder_facts *facts,
                              unsigned *wait);
/* It was refused, now. */
void folder_watch_refused(struct folder_watch *w, const char *name);
/* Says a thing about a file for the first time: true, once for each state of it. */
bool folder_watch_first_word(struct folder_watch *w, const char *name);

/* Whether the name is one of a file that is not finished. */
bool folder_name_is_temporary(const char *name);

#endif
