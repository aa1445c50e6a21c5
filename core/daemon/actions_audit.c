/*
 * Auditors see no names until they ask, and asking is on record (domain.md 4, minimum necessary).
 * Core decides of each view whether its names are covered; who reads the database then reads it
 * through a connection in which they are not there.
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/daemon/permit.h"
#include "core/store/audit.h"

enum error view_is_covered(struct request *r, bool *out)
{
    bool revealed = false;
    enum error e = ERROR_OK;

    *out = false;
    if (r->who->role != ROLE_AUDITOR || r->who->emergency)
        return ERROR_OK;
    e = store_reveal_covers(r->core->store, r->actor.person, request_text(r, WIRE_F_WHAT),
                            request_text(r, WIRE_F_KEY), r->actor.at, &revealed);
    *out = !revealed;
    return e;
}

enum error action_reveal(struct request *r, struct answer *answer, struct complaint *why)
{
    const struct store_reveal reveal = { .what = request_text(r, WIRE_F_WHAT),
                                         .key = request_text(r, WIRE_F_KEY),
                                         .reason = request_text(r, WIRE_F_REASON) };
    const struct permit_view *row = permit_view(reveal.what);
    int64_t id;
    enum error e;

    if (!row)
        return complain(why, ERROR_NOT_FOUND, "There is nothing called \"%s\" to look at.",
                        reveal.what);
    if (text_empty(reveal.reason))
        return complain(why, ERROR_BAD_INPUT,
                        "Say why you need the names: the reason is on record with your own.");
    e = store_reveal_add(r->core->store, &r->actor, &reveal, &id);
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->sentence = "The names are shown for an hour. That you asked, and why, is on record.";
    return ERROR_OK;
}
