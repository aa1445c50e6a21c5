/* A table with open places: a hash stands at the place its first bytes name, or soon behind it. */
#include "instruments/import/import_known.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { HASH = 32, MOST = LIMIT_IMPORT_KNOWN + LIMIT_IMPORT_FILES, PLACES = 2 * MOST };

struct place {
    uint8_t hash[HASH];
    bool used;
};

struct import_known {
    struct place *places;
    size_t count;
};

struct import_known *import_known_new(void)
{
    struct import_known *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->places = calloc(PLACES, sizeof *k->places);
    if (k->places)
        return k;
    free(k);
    return NULL;
}

void import_known_free(struct import_known *k)
{
    if (!k)
        return;
    free(k->places);
    free(k);
}

/* Where it stands, or would. At least half of the places are free. */
static struct place *find(const struct import_known *k, const uint8_t hash[HASH])
{
    uint64_t first;
    size_t at;

    memcpy(&first, hash, sizeof first);
    for (at = (size_t)(first % PLACES); k->places[at].used; at = (at + 1) % PLACES)
        if (memcmp(k->places[at].hash, hash, HASH) == 0)
            break;
    return &k->places[at];
}

bool import_known_has(const struct import_known *k, const uint8_t hash[HASH])
{
    return find(k, hash)->used;
}

enum error import_known_add(struct import_known *k, const uint8_t hash[HASH])
{
    struct place *p = find(k, hash);

    if (p->used)
        return ERROR_OK;
    if (k->count == MOST)
        return ERROR_FULL;
    memcpy(p->hash, hash, HASH);
    p->used = true;
    k->count++;
    return ERROR_OK;
}
