/* Writing and reading seals; the format stands in the header. */
#include "core/custody/seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char magic[] = "phial-seal-1\n";
enum { MAGIC = sizeof magic - 1, AT_COUNT = 8, AT_LATE = 12, AT_TIME = 13, AT_PREVIOUS = 21 };

static void put_number(uint8_t *out, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_number(const uint8_t *at, int size)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

enum error seal_put_head(struct buffer *out, const uint8_t public_key[SEAL_PUBLIC])
{
    enum error e = buffer_put(out, span_of(magic, MAGIC));
    return e == ERROR_OK ? buffer_put(out, span_of(public_key, SEAL_PUBLIC)) : e;
}

/* What is signed: the magic, the key, the seal without its signature. */
static void sign_begin(crypto_sign_state *state, const uint8_t public_key[SEAL_PUBLIC],
                       struct span body)
{
    crypto_sign_init(state);
    crypto_sign_update(state, (const uint8_t *)magic, MAGIC);
    crypto_sign_update(state, public_key, SEAL_PUBLIC);
    crypto_sign_update(state, body.at, body.len);
}

enum error seal_put(struct buffer *out, struct seal *seal, const uint8_t secret[SEAL_SECRET])
{
    size_t body = SEAL_FRONT + (size_t)seal->count * SEAL_MARK;
    size_t whole = body + SEAL_SIGNATURE + 4;
    uint8_t *room = malloc(whole), *at;
    crypto_sign_state state;
    enum error e;

    if (!room)
        return ERROR_NO_MEMORY;
    put_number(room, (uint64_t)seal->first, 8);
    put_number(room + AT_COUNT, seal->count, 4);
    room[AT_LATE] = seal->late;
    put_number(room + AT_TIME, (uint64_t)seal->at, 8);
    memcpy(room + AT_PREVIOUS, seal->signature, SEAL_SIGNATURE);
    at = room + SEAL_FRONT;
    for (uint32_t i = 0; i < seal->count; i++, at += SEAL_MARK) {
        at[0] = seal->marks[i].table;
        memcpy(at + 1, seal->marks[i].link, CHAIN_MARK);
    }
    sign_begin(&state, secret + SEAL_SECRET - SEAL_PUBLIC, span_of(room, body));
    crypto_sign_final_create(&state, at, NULL, secret);
    put_number(at + SEAL_SIGNATURE, whole, 4);
    e = buffer_put(out, span_of(room, whole));
    if (e == ERROR_OK)
        memcpy(seal->signature, at, SEAL_SIGNATURE);
    free(room);
    return e;
}

enum error seal_reader_open(struct seal_reader *r, const char *path, const uint8_t *trusted,
                            struct complaint *why)
{
    uint8_t head[SEAL_FILE_HEAD];
    struct stat about;
    enum error e = ERROR_OK;

    *r = (struct seal_reader) { .next = 1, .whole = SEAL_FILE_HEAD };
    r->file = fopen(path, "rbe");
    r->room = malloc(SEAL_MAX);
    if (!r->file)
        e = complain(why, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_IO,
                     "The seal %s cannot be opened: %s.", path, strerror(errno));
    else if (!r->room)
        e = complain(why, ERROR_NO_MEMORY, "There is no memory to read the seal.");
    else if (fread(head, 1, sizeof head, r->file) != sizeof head || memcmp(head, magic, MAGIC) != 0)
        e = complain(why, ERROR_BAD_INPUT, "The file %s is not a seal of Phial.", path);
    else if (trusted && memcmp(head + MAGIC, trusted, SEAL_PUBLIC) != 0)
        e = complain(why, ERROR_BAD_INPUT, "The seal %s was made with another key.", path);
    if (e != ERROR_OK) {
        seal_reader_close(r);
        return e;
    }
    memcpy(r->public_key, head + MAGIC, SEAL_PUBLIC);
    r->size = fstat(fileno(r->file), &about) == 0 ? about.st_size : 0;
    return ERROR_OK;
}

void seal_reader_close(struct seal_reader *r)
{
    if (r->file)
        (void)fclose(r->file);
    free(r->room);
    *r = (struct seal_reader) { 0 };
}

/* Whether the whole seal in the room is what was signed. */
static bool seal_signed(struct seal_reader *r, size_t whole)
{
    size_t body = whole - SEAL_SIGNATURE - 4;
    crypto_sign_state state;

    if (get_number(r->room + whole - 4, 4) != whole)
        return false;
    sign_begin(&state, r->public_key, span_of(r->room, body));
    return crypto_sign_final_verify(&state, r->room + body, r->public_key) == 0;
}

static void seal_take(struct seal_reader *r, uint32_t count, struct seal *out)
{
    const uint8_t *at = r->room + SEAL_FRONT;

    out->first = (int64_t)get_number(r->room, 8);
    out->count = count;
    out->late = r->room[AT_LATE] != 0;
    out->at = (int64_t)get_number(r->room + AT_TIME, 8);
    for (uint32_t i = 0; i < count; i++, at += SEAL_MARK) {
        out->marks[i].table = at[0];
        memcpy(out->marks[i].link, at + 1, CHAIN_MARK);
    }
    memcpy(out->signature, at, SEAL_SIGNATURE);
}

enum error seal_next(struct seal_reader *r, struct seal *out, struct complaint *why)
{
    size_t got, whole;
    uint64_t count;

    if (r->size - r->whole < SEAL_FIXED)
        return ERROR_NOT_FOUND;
    got = fread(r->room, 1, SEAL_FRONT, r->file);
    if (got < SEAL_FRONT)
        return ferror(r->file) ? complain(why, ERROR_IO, "The seal cannot be read.")
                               : ERROR_NOT_FOUND;
    count = get_number(r->room + AT_COUNT, 4);
    if (count == 0 || count > CHAIN_WINDOW)
        return complain(why, ERROR_BAD_INPUT, "The seal after row %lld is damaged.",
                        (long long)r->next - 1);
    whole = SEAL_FIXED + (size_t)count * SEAL_MARK;
    if (r->size - r->whole < (int64_t)whole)
        return ERROR_NOT_FOUND;
    got += fread(r->room + SEAL_FRONT, 1, whole - SEAL_FRONT, r->file);
    if (got < whole)
        return ERROR_NOT_FOUND;
    if (!seal_signed(r, whole) || get_number(r->room, 8) != (uint64_t)r->next ||
        memcmp(r->room + AT_PREVIOUS, r->previous, SEAL_SIGNATURE) != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The seal after row %lld is not what was signed, or not in its place.",
                        (long long)r->next - 1);
    seal_take(r, (uint32_t)count, out);
    memcpy(r->previous, out->signature, SEAL_SIGNATURE);
    r->next = out->first + out->count;
    r->whole += (int64_t)whole;
    return ERROR_OK;
}

enum error seal_last(struct seal_reader *r, struct seal *out)
{
    uint8_t tail[4];
    uint64_t whole;
    long size;

    if (fseek(r->file, 0, SEEK_END) != 0 || (size = ftell(r->file)) < SEAL_FILE_HEAD + SEAL_FIXED ||
        fseek(r->file, size - 4, SEEK_SET) != 0 || fread(tail, 1, 4, r->file) != 4)
        return ERROR_NOT_FOUND;
    whole = get_number(tail, 4);
    if (whole <= SEAL_FIXED || whole > SEAL_MAX || (whole - SEAL_FIXED) % SEAL_MARK != 0 ||
        (long)whole > size - SEAL_FILE_HEAD || fseek(r->file, size - (long)whole, SEEK_SET) != 0 ||
        fread(r->room, 1, (size_t)whole, r->file) != whole || !seal_signed(r, (size_t)whole))
        return ERROR_NOT_FOUND;
    if (get_number(r->room + AT_COUNT, 4) != (whole - SEAL_FIXED) / SEAL_MARK)
        return ERROR_NOT_FOUND;
    seal_take(r, (uint32_t)((whole - SEAL_FIXED) / SEAL_MARK), out);
    memcpy(r->previous, out->signature, SEAL_SIGNATURE);
    r->next = out->first + out->count;
    r->whole = size;
    return ERROR_OK;
}
