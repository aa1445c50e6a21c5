/*
 * The key of the backups: its public half lies in the data folder and makes them, its secret half
 * opens them and is kept away from the machine.
 *
 * The secret half is a text file of three lines that a person can print and type in again. Without
 * it nobody reads a backup, Phial's makers included.
 */
#ifndef PHIAL_CORE_DAEMON_BACKUP_KEY_H
#define PHIAL_CORE_DAEMON_BACKUP_KEY_H

#include "core/daemon/archive.h"

#define BACKUP_PUBLIC_FILE "backup.pub"

/* Draws a new pair: the secret half becomes the new file `path`, the public one a file of the data
 * folder. ERROR_CONFLICT when the folder has a key: the backups made so far need its other half. */
enum error backup_key_make(const char *data, const char *path, struct complaint *why);
/* The folder's public half. ERROR_NOT_FOUND with what to do when there is none. */
enum error backup_key_public(const char *data, uint8_t out[crypto_box_PUBLICKEYBYTES],
                             struct complaint *why);
/* What opens archives, from the file of the secret half. */
enum error backup_key_read(const char *path, struct archive_opener *out, struct complaint *why);

#endif
