/* Claims of profiles, kept; see the header. */
#include "core/daemon/waivers.h"

#include "core/base/text.h"
#include "instruments/profile/profile.h"

#include <string.h>

void waivers_init(struct waivers *w)
{
    *w = (struct waivers) { .count = 0 };
    arena_init(&w->arena, WAIVERS_TEXT);
}

void waivers_free(struct waivers *w)
{
    arena_free(&w->arena);
}

static enum error copy_claims(struct arena *a, const struct profile *profile,
                              struct waiver_claim **out, size_t *count)
{
    size_t found;
    const struct profile_waiver *from = profile_waivers(profile, &found);
    struct waiver_claim *claims = arena_take(a, (found + 1) * sizeof *claims);

    if (!claims)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < found; i++) {
        claims[i] =
            (struct waiver_claim) { .test = arena_text(a, span_text(from[i].test)),
                                    .specimen = arena_text(a, span_text(from[i].specimen)),
                                    .population = arena_text(a, span_text(from[i].population)),
                                    .category = arena_text(a, span_text(from[i].category)) };
        if (!claims[i].test || !claims[i].specimen || !claims[i].population || !claims[i].category)
            return ERROR_NO_MEMORY;
    }
    *out = claims;
    *count = found;
    return ERROR_OK;
}

static enum error load_claims(struct arena *a, const char *id, const char *folder,
                              struct waiver_claim **out, size_t *count)
{
    struct profile *profile = NULL;
    enum error e;

    if (profile_load(id, folder, &profile, NULL) != ERROR_OK)
        return ERROR_NOT_FOUND;
    e = copy_claims(a, profile, out, count);
    profile_free(profile);
    return e;
}

enum error waivers_of(struct waivers *w, const char *profile, const char *folder, struct arena *a,
                      struct waiver_claim **out, size_t *count)
{
    size_t i = 0;

    while (i < w->count && strcmp(w->kept[i].profile, profile) != 0)
        i++;
    if (i == LIMIT_CHILDREN)
        return load_claims(a, profile, folder, out, count);
    if (i == w->count) {
        enum error e =
            load_claims(&w->arena, profile, folder, &w->kept[i].claims, &w->kept[i].count);
        if ((e != ERROR_OK && e != ERROR_NOT_FOUND) ||
            text_copy(w->kept[i].profile, WAIVERS_ID, profile) != ERROR_OK)
            return load_claims(a, profile, folder, out, count);
        w->kept[i].error = e;
        w->count++;
    }
    if (w->kept[i].error == ERROR_OK) {
        *out = w->kept[i].claims;
        *count = w->kept[i].count;
    }
    return w->kept[i].error;
}
