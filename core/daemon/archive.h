/*
 * One encrypted file for a whole data folder: what `phial backup` writes and `phial restore` reads.
 *
 * Whoever writes it needs only the site's public key; only the secret key, which does not lie on
 * the machine, reads it. The file: "phial-backup-1\n"; the file's own key, sealed for the public
 * key (crypto_box_seal); the head of libsodium's secretstream; then chunks, each a u32 (little-
 * endian) of how long it is, and that many bytes of the stream. The first byte of a chunk says what
 * follows: 'n' the name of the next file, 'b' bytes of it. The last chunk is marked as such within
 * the encryption, so that a file which was cut off, at whatever place, is not taken for whole; nor
 * is one of which a bit was changed, or chunks were swapped.
 */
#ifndef PHIAL_CORE_DAEMON_ARCHIVE_H
#define PHIAL_CORE_DAEMON_ARCHIVE_H

#include "core/base/error.h"

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

/* What opens an archive: its own key, known while it is being made, or the site's pair. */
struct archive_opener {
    bool own;
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES]; /* when `own` */
    uint8_t public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
};

/* Writes the files `names` of `folder`, those that are there, to the new file `path` (0600, on the
 * disk when this returns). `out` receives what reads it back at once. On failure nothing is left of
 * it. */
enum error archive_pack(const char *path, const uint8_t public_key[crypto_box_PUBLICKEYBYTES],
                        const char *folder, const char *const *names, size_t count,
                        struct archive_opener *out, struct complaint *why);

/* Writes what the archive holds into `folder`, as new files (0600). ERROR_BAD_INPUT when it is no
 * archive, is damaged or not whole, names a file that is not among `names`, or the key is not its
 * own: files that were written by then stay, and are not to be used. */
enum error archive_unpack(const char *path, const struct archive_opener *opener, const char *folder,
                          const char *const *names, size_t count, struct complaint *why);

#endif
