/*
 * A message that broke off and came again whole leaves the unmatched list: nothing is in it that
 * is not in the whole one. The proof is the bytes: every frame of the broken session, in order, is
 * the beginning of what the new session holds. Nothing less counts, not even the same specimen.
 */
#include "core/daemon/ingest/parts.h"

/* All bytes from the instrument, joined. */
static enum error join_frames(struct ingest *in, struct arena *a, int64_t session, struct span *out)
{
    struct store_frame *frames;
    size_t count, len = 0;
    uint8_t *bytes;
    enum error e = store_frames(in->store, a, session, &frames, &count);

    if (e != ERROR_OK)
        return e;
    for (size_t i = 0; i < count; i++)
        len += frames[i].direction == WIRE_FROM_INSTRUMENT ? frames[i].bytes.len : 0;
    bytes = arena_take(a, len + 1);
    if (!bytes)
        return ERROR_NO_MEMORY;
    len = 0;
    for (size_t i = 0; i < count; i++)
        if (frames[i].direction == WIRE_FROM_INSTRUMENT) {
            memcpy(bytes + len, frames[i].bytes.at, frames[i].bytes.len);
            len += frames[i].bytes.len;
        }
    *out = span_of(bytes, len);
    return ERROR_OK;
}

static bool is_beginning(struct span part, struct span whole)
{
    return part.len > 0 && part.len <= whole.len && memcmp(part.at, whole.at, part.len) == 0;
}

static enum error compare_one(struct ingest *in, struct arena *a, const struct store_twin *broken,
                              struct span whole)
{
    struct store_resolution resolution = { .message = broken->id,
                                           .kind = RESOLUTION_SUPERSEDED,
                                           .reason = reason_text(REASON_SUPERSEDED),
                                           .at = clock_now(in->clock) };
    struct span part;
    int64_t id;
    enum error e = join_frames(in, a, broken->session, &part);

    if (e != ERROR_OK || !is_beginning(part, whole))
        return e;
    e = store_resolution_add(in->store, &resolution, &id);
    return e == ERROR_OK ? ingest_after_change(in, "held", "") : e;
}

enum error ingest_supersede(struct ingest *in, struct ingest_case *c)
{
    struct store_twin *broken;
    struct span whole;
    size_t count;
    enum error e = store_twins_incomplete(in->store, &c->arena, c->session->row, c->record.specimen,
                                          LIMIT_INGEST_TWINS, &broken, &count);

    if (e != ERROR_OK || count == 0)
        return e;
    e = join_frames(in, &c->arena, c->session->row, &whole);
    for (size_t i = 0; e == ERROR_OK && i < count; i++)
        e = compare_one(in, &c->arena, &broken[i], whole);
    /* Too large to compare is no proof: the broken one stays in the list. */
    return e == ERROR_NO_MEMORY ? ERROR_OK : e;
}
