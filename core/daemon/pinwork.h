/*
 * Argon2id off the loop, one at a time (DESIGN 1).
 *
 * A job hashes a PIN or compares it with a hash, on a thread of libuv's pool, and its answer comes
 * back on the loop. Only one job runs at any time, so that the memory is bounded by one Argon2id
 * (64 MB); at most PINWORK_WAITING wait, more are refused as ERROR_BUSY. PINs are wiped when the
 * job is over.
 */
#ifndef PHIAL_CORE_DAEMON_PINWORK_H
#define PHIAL_CORE_DAEMON_PINWORK_H

#include "core/daemon/pins.h"

#include <uv.h>

enum { PINWORK_WAITING = 16 };

struct pinwork;

/* `right`: the PIN fits the hash, or was hashed. `hash` is the new hash of a hashing job, else "".
 */
typedef void pinwork_done(void *context, bool right, const char *hash);

enum error pinwork_open(uv_loop_t *loop, struct pinwork **out);
/* Waits for the job that runs; no answer comes after this. */
void pinwork_close(struct pinwork *w);
/* Compares; a NULL hash takes as long as a real one and is never right, so that the time does not
 * tell which logins exist. */
enum error pinwork_check(struct pinwork *w, const char *pin, const char *hash, pinwork_done *done,
                         void *context);
enum error pinwork_hash(struct pinwork *w, const char *pin, pinwork_done *done, void *context);
/* The same at once, for the command line that has no loop. */
enum error pinwork_hash_now(const char *pin, char hash[PIN_HASH_SIZE]);

#endif
