/*
 * The data folder: one folder, one core (DESIGN 4).
 *
 * Whoever writes the database, the PINs or the seal holds the folder's lock.
 */
#ifndef PHIAL_CORE_DAEMON_FOLDER_H
#define PHIAL_CORE_DAEMON_FOLDER_H

#include "core/base/clock.h"
#include "core/daemon/config.h"
#include "core/store/store.h"

#define FOLDER_DATABASE "phial.db"

enum { FOLDER_PATH = 4096 };

/* Makes the folder (0700) when it is not there and writes its absolute path. */
enum error folder_make(const char *folder, char absolute[FOLDER_PATH], struct complaint *why);
/* ERROR_BUSY when another core holds it. The lock goes with the descriptor. */
enum error folder_lock(const char *folder, int *fd, struct complaint *why);
/* What root wrote into a folder of another user becomes that user's: the installed service must be
 * able to open what was made at the console. */
enum error folder_give_to_owner(const char *folder, struct complaint *why);
/* folder/name */
enum error folder_path(const char *folder, const char *name, char out[FOLDER_PATH]);
/* Opens the database, or makes it. */
enum error folder_open_store(const char *folder, struct store **store, struct complaint *why);
/* What the site is: at its first start a salt, a test menu and example limits; later its name and
 * zone as configured. The salt is written to `salt`. Open custody before: what is written here is
 * to be sealed in time. */
enum error folder_set_site(struct store *store, const struct config *config,
                           const struct entropy *entropy, char salt[16], struct complaint *why);

#endif
