/*
 * Inside instruments/import: the folder that core's instrument takes files from, and which files
 * have been put there before.
 *
 * Invariants:
 *   - a file appears under its own name only when all of it is on disk: it is written under a
 *     hidden name, synced, renamed, and the folder is synced (instruments/transport/folder_watch.h
 *     takes what was moved in as whole);
 *   - its name is the SHA-256 of its bytes, so that no name of a patient gets here, and the same
 *     file is put once;
 *   - a hash stands in `.imported` only after its file has been renamed: who is killed in between
 *     brings the file again, and core knows it by its hash; nothing is lost;
 *   - what core has taken is in its database: our copy in `taken` is removed.
 * One import at a time: the list is locked until import_spool_done.
 */
#ifndef PHIAL_INSTRUMENTS_IMPORT_SPOOL_H
#define PHIAL_INSTRUMENTS_IMPORT_SPOOL_H

#include "core/base/error.h"
#include "core/base/span.h"

enum { IMPORT_HASH = 32 };

struct import_spool;

/* Makes the folder (0700) when it is not there. ERROR_DENIED, ERROR_IO with a sentence. */
enum error import_spool_open(const char *folder, struct import_spool **out, struct complaint *why);
void import_spool_close(struct import_spool *s);
bool import_spool_knows(const struct import_spool *s, const uint8_t hash[IMPORT_HASH]);
enum error import_spool_put(struct import_spool *s, const uint8_t hash[IMPORT_HASH],
                            struct span file, struct complaint *why);
/* Nothing more is put: another import may begin. */
void import_spool_done(struct import_spool *s);
/* How many of the files that wait in the folder, of any import, core has not taken yet. */
size_t import_spool_waiting(struct import_spool *s);

#endif
