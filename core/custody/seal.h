/*
 * The seal file: an append-only list of signed seals.
 *
 * Head: "phial-seal-1\n", the 32 bytes of the public key. Then seals, each:
 *   u64 first row, u32 count, u8 how (0 in time, 1 late), i64 when (ms UTC),
 *   64 bytes: the signature of the seal before (zeros in the first),
 *   count times: u8 table, 16 bytes of the row's link,
 *   64 bytes: Ed25519 over "phial-seal-1\n", the public key and all of the seal before this,
 *   u32 the seal's whole length, so that the last one is found from the end.
 * Numbers are little-endian. The rows of one seal follow those of the seal before.
 */
#ifndef PHIAL_CORE_CUSTODY_SEAL_H
#define PHIAL_CORE_CUSTODY_SEAL_H

#include "core/base/buffer.h"
#include "core/store/chain.h"

#include <stdio.h>

enum {
    SEAL_PUBLIC = 32,
    SEAL_SECRET = 64,
    SEAL_SIGNATURE = 64,
    SEAL_MARK = 1 + CHAIN_MARK,
    SEAL_FRONT = 8 + 4 + 1 + 8 + SEAL_SIGNATURE,
    SEAL_FIXED = SEAL_FRONT + SEAL_SIGNATURE + 4,
    SEAL_FILE_HEAD = 13 + SEAL_PUBLIC,
    SEAL_MAX = SEAL_FIXED + CHAIN_WINDOW * SEAL_MARK
};

struct seal {
    int64_t first, at;
    uint32_t count;
    bool late;
    uint8_t signature[SEAL_SIGNATURE];
    struct chain_mark marks[CHAIN_WINDOW];
};

/* Appends the file's head, respectively the seal, signed; `seal->signature` is on entry that of the
 * seal before, on return the new one. */
enum error seal_put_head(struct buffer *out, const uint8_t public_key[SEAL_PUBLIC]);
enum error seal_put(struct buffer *out, struct seal *seal, const uint8_t secret[SEAL_SECRET]);

/* Reading from the front, one seal after the other. */
struct seal_reader {
    FILE *file;
    uint8_t public_key[SEAL_PUBLIC];
    uint8_t previous[SEAL_SIGNATURE];
    int64_t next;  /* the row that the next seal begins with */
    int64_t whole; /* bytes of the file that are head and good seals */
    int64_t size;  /* of the file when it was opened: what comes later is not read */
    uint8_t *room;
};

/* `trusted` NULL: the head's own key is taken. ERROR_BAD_INPUT with `why` when the head is none, or
 * names another key. */
enum error seal_reader_open(struct seal_reader *r, const char *path, const uint8_t *trusted,
                            struct complaint *why);
void seal_reader_close(struct seal_reader *r);
/* ERROR_NOT_FOUND at the end, also when a last seal is torn; ERROR_BAD_INPUT with `why` when a seal
 * is not what was signed. */
enum error seal_next(struct seal_reader *r, struct seal *out, struct complaint *why);

/* Sets the reader behind the last seal without reading the others: ERROR_NOT_FOUND when the file's
 * end is not a good seal (then read from the front). `out` receives that last seal. */
enum error seal_last(struct seal_reader *r, struct seal *out);

#endif
