/*
 * The PIN hashes: DATA/pins, a file of its own that the page's process cannot open (DESIGN 1).
 *
 * One line a person: the login, a blank, the Argon2id hash in libsodium's text form. The file is
 * always whole: it is written beside and renamed, and both the file and its folder are synced
 * before a change counts. Mode 0600.
 *
 * A PIN and the row that says who set it lie in two files, and power may fail between them. So the
 * line of a PIN whose row is not yet known to be on the disk also holds the row's number and the
 * hash that was there before ("-": none), which counts as long as it waits: nobody signs with a PIN
 * that is not on record. Once it is known, and written, whether the row stands, one of both
 * remains.
 */
#ifndef PHIAL_CORE_DAEMON_PINS_H
#define PHIAL_CORE_DAEMON_PINS_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { PIN_HASH_SIZE = 128, PIN_DIGITS_LEAST = 6, PIN_DIGITS_MOST = 32, PIN_PEOPLE = 1024 };

struct pins;

/* Reads the file; one that is not there is empty. ERROR_BAD_INPUT when it is damaged. */
enum error pins_open(const char *data, struct pins **out, struct complaint *why);
void pins_close(struct pins *p);
/* What counts now; NULL when that login has no PIN. Valid until the next call that changes one. */
const char *pins_find(const struct pins *p, const char *login);
/* Sets or replaces, and returns when the disk has it. */
enum error pins_set(struct pins *p, const char *login, const char *hash, struct complaint *why);
/* The same, if row `fact` stands: it waits until pins_settle lets it count or takes it back. */
enum error pins_propose(struct pins *p, const char *login, const char *hash, int64_t fact,
                        struct complaint *why);
/* Whether a PIN waits to be settled. */
bool pins_wait(const struct pins *p);
/* Lets each PIN count that waits and whose row stands, and takes back those whose row does not. On
 * an error (of `stands`: for that PIN; of the disk: for all) it waits on, for the next call. */
typedef enum error pins_stands(void *context, int64_t fact, bool *out);
enum error pins_settle(struct pins *p, pins_stands *stands, void *context, struct complaint *why);

/* Whether a PIN may be chosen: digits, long enough, not all alike, no run such as 123456. */
enum error pin_acceptable(const char *pin, struct complaint *why);

#endif
