/*
 * Decoding what was acknowledged and not decoded: core sends a session's kept frames, this sends
 * its records, as if live (DESIGN 3.1).
 */
#include "core/base/limits.h"
#include "core/base/log.h"
#include "instruments/worker/internal.h"

void worker_decoder_load(struct worker *w, const char *folder)
{
    buffer_init(&w->decoder.joined.text, LIMIT_MESSAGE);
    worker_profiles_load(&w->decoder.profiles, folder, w->name);
}

void worker_decoder_free(struct worker *w)
{
    worker_profiles_free(&w->decoder.profiles);
    buffer_free(&w->decoder.joined.text);
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
    const struct profile *profile =
        worker_profiles_find(&d->profiles, wire_text(m, WIRE_F_PROFILE), &why);
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
