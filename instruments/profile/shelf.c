/* The built-in profiles and a folder's; see the header. */
#include "instruments/profile/shelf.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/recognise.h"

#include <dirent.h>
#include <stdlib.h>

struct profile_shelf {
    struct profile *at[LIMIT_PROFILES];
    size_t count, builtin; /* how many of them are built in: the first */
};

static enum error put(struct profile_shelf *shelf, const char *id, const char *folder,
                      struct complaint *why)
{
    if (shelf->count == LIMIT_PROFILES)
        return complain(why, ERROR_TOO_BIG, "There are more profiles than %d.", LIMIT_PROFILES);
    if (profile_load(id, folder, &shelf->at[shelf->count], why) != ERROR_OK)
        return ERROR_BAD_INPUT;
    shelf->count++;
    return ERROR_OK;
}

/* The id that a file's name says; false when it is no profile. */
static bool id_of(const char *file, char *id, size_t size)
{
    static const char suffix[] = ".profile";
    size_t len = strlen(file), end = sizeof suffix - 1;

    if (len <= end || len - end >= size || strcmp(file + len - end, suffix) != 0)
        return false;
    memcpy(id, file, len - end);
    id[len - end] = '\0';
    return true;
}

static void drop_builtin(struct profile_shelf *shelf, const char *id)
{
    for (size_t i = 0; i < shelf->builtin; i++) {
        if (strcmp(profile_id(shelf->at[i]), id) != 0)
            continue;
        profile_free(shelf->at[i]);
        shelf->count--;
        shelf->builtin--;
        for (; i < shelf->count; i++)
            shelf->at[i] = shelf->at[i + 1];
        return;
    }
}

static enum error read_folder(struct profile_shelf *shelf, const char *folder,
                              struct complaint *why)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    enum error e = ERROR_OK;
    char id[64];

    if (count < 0)
        return complain(why, ERROR_IO, "The folder %s cannot be read.", folder);
    for (int i = 0; i < count; i++) {
        if (e == ERROR_OK && id_of(entries[i]->d_name, id, sizeof id)) {
            drop_builtin(shelf, id);
            e = put(shelf, id, folder, why);
        }
        free(entries[i]);
    }
    free(entries);
    return e;
}

enum error profile_shelf_open(const char *folder, struct profile_shelf **out, struct complaint *why)
{
    const char *const *ids = profile_builtin_ids();
    struct profile_shelf *shelf = calloc(1, sizeof *shelf);
    enum error e = ERROR_OK;

    if (!shelf)
        return complain(why, ERROR_NO_MEMORY, "There is no memory left for the profiles.");
    for (size_t i = 0; ids[i] && e == ERROR_OK; i++)
        e = put(shelf, ids[i], NULL, why);
    shelf->builtin = shelf->count;
    if (e == ERROR_OK && !text_empty(folder))
        e = read_folder(shelf, folder, why);
    if (e != ERROR_OK) {
        profile_shelf_close(shelf);
        return e;
    }
    *out = shelf;
    return ERROR_OK;
}

void profile_shelf_close(struct profile_shelf *shelf)
{
    if (!shelf)
        return;
    while (shelf->count)
        profile_free(shelf->at[--shelf->count]);
    free(shelf);
}

const struct profile *profile_shelf_find(const struct profile_shelf *shelf, const char *id)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (strcmp(profile_id(shelf->at[i]), id) == 0)
            return shelf->at[i];
    return NULL;
}

const struct profile *profile_shelf_recognise(const struct profile_shelf *shelf, struct span text,
                                              int *fit)
{
    struct recogniser *r = recogniser_open(text);
    const struct profile *best = NULL;
    int best_fit = RECOGNISER_NO_FIT;

    for (size_t i = 0; r && i < shelf->count; i++) {
        int own = recogniser_fit(r, shelf->at[i]);
        if (own > best_fit || (own == best_fit && own > 0 && i >= shelf->builtin)) {
            best = shelf->at[i];
            best_fit = own;
        }
    }
    recogniser_close(r);
    *fit = best_fit;
    return best;
}

const struct profile *profile_shelf_nearest(const struct profile_shelf *shelf, struct span text)
{
    struct recogniser *r = recogniser_open(text);
    const struct profile *best = NULL;
    int most = RECOGNISER_NO_FIT;

    for (size_t i = 0; r && i < shelf->count; i++) {
        int own = recogniser_reads(r, shelf->at[i]);
        if (own < most || own == RECOGNISER_NO_FIT)
            continue;
        best = own > most ? shelf->at[i] : NULL;
        most = own;
    }
    recogniser_close(r);
    return best;
}

size_t profile_shelf_count(const struct profile_shelf *shelf)
{
    return shelf->count;
}

const struct profile *profile_shelf_at(const struct profile_shelf *shelf, size_t index)
{
    return shelf->at[index];
}

const char *profile_recognise(struct span text)
{
    const char *const *ids = profile_builtin_ids();
    struct profile_shelf *shelf = NULL;
    const struct profile *best;
    const char *id = NULL;
    int fit;

    if (profile_shelf_open(NULL, &shelf, NULL) != ERROR_OK || !shelf)
        return NULL;
    best = profile_shelf_recognise(shelf, text, &fit);
    for (size_t i = 0; best && ids[i] && !id; i++)
        if (strcmp(ids[i], profile_id(best)) == 0)
            id = ids[i];
    profile_shelf_close(shelf);
    return id;
}
