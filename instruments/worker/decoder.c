/*
 * Decoding what was acknowledged and not decoded: core sends a session's kept frames, this sends
 * its records, as if live (DESIGN 3.1).
 *
 * Profiles of the site's folder are read before confinement, because afterwards no file is.
 */
#include "core/base/limits.h"
#include "core/base/log.h"
#include "instruments/worker/internal.h"

#include <dirent.h>
#include <stdio.h>

#define SUFFIX ".profile"

static void load_one(struct worker *w, const char *file, const char *folder)
{
    struct complaint why;
    char id[128];
    size_t len = strlen(file);
    if (len <= strlen(SUFFIX) || strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0 ||
        w->decoder.profile_count == WORKER_PROFILES)
        return;
    (void)snprintf(id, sizeof id, "%.*s", (int)(len - strlen(SUFFIX)), file);
    if (profile_load(id, folder, &w->decoder.profiles[w->decoder.profile_count], &why) == ERROR_OK)
        w->decoder.profile_count++;
    else
        log_line(LOG_FRAME_REFUSED, w->name, "profile left out: %s", why.text);
}

void worker_decoder_load(struct worker *w, const char *folder)
{
    DIR *d = *folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    buffer_init(&w->decoder.joined.text, LIMIT_MESSAGE);
    while (d && (entry = readdir(d)) != NULL)
        load_one(w, entry->d_name, folder);
    if (d)
        (void)closedir(d);
}

void worker_decoder_free(struct worker *w)
{
    while (w->decoder.profile_count)
        profile_free(w->decoder.profiles[--w->decoder.profile_count]);
    buffer_free(&w->decoder.joined.text);
}

/* The profile of that id: the site's own, else a built-in one, which is kept for the next time. */
static const struct profile *find_profile(struct worker *w, const char *id, struct complaint *why)
{
    struct worker_decoder *d = &w->decoder;
    for (size_t i = 0; i < d->profile_count; i++)
        if (strcmp(profile_id(d->profiles[i]), id) == 0)
            return d->profiles[i];
    if (d->profile_count == WORKER_PROFILES)
        profile_free(d->profiles[--d->profile_count]);
    if (profile_load(id, NULL, &d->profiles[d->profile_count], why) != ERROR_OK)
        return NULL;
    return d->profiles[d->profile_count++];
}

static void take_frame(struct worker *w, const struct profile *profile, const struct link *link,
                       struct span frame)
{
    struct worker_decoder *d = &w->decoder;
    bool whole = false;
    if (link->join(profile_link_options(profile), frame, &d->joined, &whole) != ERROR_OK) {
        worker_note(w, "frame not readable");
        whole = false;
    }
    if (whole) {
        worker_decode(w, profile, d->session, buffer_span(&d->joined.text), true);
        link_text_next(&d->joined);
    }
}

static void end_session(struct worker *w, const struct profile *profile)
{
    struct worker_decoder *d = &w->decoder;
    bool broken = d->joined.text.len > d->joined.head;
    if (broken && profile)
        worker_decode(w, profile, d->session, buffer_span(&d->joined.text), false);
    link_text_clear(&d->joined);
    d->open = false;
    worker_end_session(w, d->session, broken ? SESSION_END_CHILD_LOST : SESSION_END_NORMAL);
    worker_log_notes(w);
}

void worker_on_decode(struct worker *w, const struct wire_message *m)
{
    struct worker_decoder *d = &w->decoder;
    struct complaint why = { "" };
    const struct profile *profile = find_profile(w, wire_text(m, WIRE_F_PROFILE), &why);
    const struct link *link = profile ? link_find(profile_link(profile)) : NULL;
    struct span frame;
    size_t at = 0;
    if (!d->open || d->session != wire_number(m, WIRE_F_SESSION)) {
        link_text_clear(&d->joined);
        d->session = wire_number(m, WIRE_F_SESSION);
        d->open = true;
        w->session = (struct worker_session) { d->session, 0 };
    }
    if (!link)
        log_line(LOG_FRAME_REFUSED, w->name, "session not decoded: %s", why.text);
    while (link && !w->ending && wire_next(m, WIRE_F_BYTES, &at, &frame))
        take_frame(w, profile, link, frame);
    if (wire_number(m, WIRE_F_LAST))
        end_session(w, profile);
}
