/* Profiles of the site's folder are read before confinement, because afterwards no file is. */
#include "instruments/worker/profiles.h"

#include "core/base/log.h"

#include <dirent.h>
#include <stdio.h>

#define SUFFIX ".profile"

static void load_one(struct worker_profiles *ps, const char *file, const char *folder,
                     const char *who)
{
    struct complaint why;
    char id[128];
    size_t len = strlen(file);
    if (len <= strlen(SUFFIX) || strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0 ||
        ps->count == WORKER_PROFILES)
        return;
    (void)snprintf(id, sizeof id, "%.*s", (int)(len - strlen(SUFFIX)), file);
    if (profile_load(id, folder, &ps->at[ps->count], &why) == ERROR_OK)
        ps->count++;
    else
        log_line(LOG_FRAME_REFUSED, who, "profile left out: %s", why.text);
}

void worker_profiles_load(struct worker_profiles *ps, const char *folder, const char *who)
{
    DIR *d = *folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL)
        load_one(ps, entry->d_name, folder, who);
    if (d)
        (void)closedir(d);
}

void worker_profiles_free(struct worker_profiles *ps)
{
    while (ps->count)
        profile_free(ps->at[--ps->count]);
}

const struct profile *worker_profiles_find(struct worker_profiles *ps, const char *id,
                                           struct complaint *why)
{
    for (size_t i = 0; i < ps->count; i++)
        if (strcmp(profile_id(ps->at[i]), id) == 0)
            return ps->at[i];
    if (ps->count == WORKER_PROFILES)
        profile_free(ps->at[--ps->count]);
    if (profile_load(id, NULL, &ps->at[ps->count], why) != ERROR_OK)
        return NULL;
    return ps->at[ps->count++];
}
