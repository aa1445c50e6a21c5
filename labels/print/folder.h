/*
 * A folder as a printer: each label a file of its own, never over another one.
 *
 * The folder is opened before the process confines itself; afterwards only new files can be made
 * (O_EXCL), so a file gets its own name at once, is written whole by one call, and is synced with
 * its folder before it counts as printed.
 */
#ifndef PHIAL_LABELS_PRINT_FOLDER_H
#define PHIAL_LABELS_PRINT_FOLDER_H

#include "labels/print/printer.h"

/* `*folder` receives a descriptor the caller closes. */
enum error folder_open(const char *path, int *folder, struct complaint *why);
/* Writes "<accession>[-copy-N].<ending>", with "-2", "-3" ... when that is taken. */
enum print_status folder_print(int folder, const struct label *label, const char *ending,
                               struct span picture, struct complaint *why);

#endif
