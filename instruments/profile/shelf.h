/*
 * All profiles at hand, parsed once: the built-in ones and those of a site's folder.
 *
 * A profile of the folder replaces the built-in one of its id, and wins where it fits a text as
 * well as a built-in one does.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_SHELF_H
#define PHIAL_INSTRUMENTS_PROFILE_SHELF_H

#include "instruments/profile/profile.h"

struct profile_shelf; /* owned by the caller until profile_shelf_close */

/* `folder` may be NULL or "". A profile there that cannot be read is an error, with file:line. */
enum error profile_shelf_open(const char *folder, struct profile_shelf **out,
                              struct complaint *why);
void profile_shelf_close(struct profile_shelf *shelf);
/* The profile of that id, or NULL. It belongs to the shelf. */
const struct profile *profile_shelf_find(const struct profile_shelf *shelf, const char *id);
/* The one that fits a text best, or NULL; `*fit` is how well. */
const struct profile *profile_shelf_recognise(const struct profile_shelf *shelf, struct span text,
                                              int *fit);
/* Of the text profiles the one whose patterns read most of a report that none recognises: the same
 * kind of device in another language, say. NULL when none does, or several do so equally. It is a
 * guess, for a person to judge. */
const struct profile *profile_shelf_nearest(const struct profile_shelf *shelf, struct span text);
/* All of them, in order of their ids, the folder's behind the built-in ones. */
size_t profile_shelf_count(const struct profile_shelf *shelf);
const struct profile *profile_shelf_at(const struct profile_shelf *shelf, size_t index);

#endif
