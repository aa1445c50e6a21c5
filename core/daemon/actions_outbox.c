/* What a person does about a message that a health record refused, or that none is there for. */
#include "core/daemon/action.h"
#include "core/daemon/delivery.h"

#include "core/base/text.h"

#include <string.h>

static struct delivery_line *line_of(struct core *core, const char *name)
{
    for (size_t i = 0; i < core->delivery.count; i++)
        if (strcmp(core->delivery.lines[i].config->name, name) == 0)
            return &core->delivery.lines[i];
    return NULL;
}

/* Whether it waits for a health record that the configuration does not name any more. */
static bool waits_for_nobody(struct request *r, const struct store_outbox_found *found)
{
    return strcmp(found->state, "acked") != 0 && strcmp(found->state, "dropped") != 0 &&
           !line_of(r->core, found->endpoint);
}

/* The message that waits for a person, and that they say why. */
static enum error find_parked(struct request *r, struct store_outbox_found *out,
                              struct complaint *why)
{
    int64_t id = (int64_t)wire_number(r->m, WIRE_F_OUTBOX);
    enum error e = store_outbox_by_id(r->core->store, r->arena, id, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such message to a health record.");
    if (e != ERROR_OK)
        return request_failed(e, why);
    if (strcmp(out->state, "parked") != 0 && !waits_for_nobody(r, out))
        return complain(why, ERROR_CONFLICT,
                        "That message no longer waits for anybody: somebody else was quicker. "
                        "Look at the list again.");
    if (text_blank(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT, "Say why: it stays on record.");
    return ERROR_OK;
}

static enum error add_step(struct request *r, int64_t outbox, enum outbox_state state,
                           struct complaint *why)
{
    const struct store_outbox_step step = { .outbox = outbox,
                                            .state = state,
                                            .sentence = request_text(r, WIRE_F_REASON),
                                            .person = r->actor.person,
                                            .at = r->actor.at };
    enum error e = store_outbox_step_add(r->core->store, &step);
    return e == ERROR_OK ? e : request_failed(e, why);
}

/* It stood still: nobody was there to take it. */
static enum error park(struct request *r, int64_t outbox, struct complaint *why)
{
    const struct store_outbox_step step = { .outbox = outbox,
                                            .state = OUTBOX_PARKED,
                                            .sentence = "That health record is not connected any "
                                                        "more.",
                                            .at = r->actor.at };
    enum error e = store_outbox_step_add(r->core->store, &step);
    return e == ERROR_OK ? e : request_failed(e, why);
}

/* One that could not be written is written anew, if what it lacked is there now. */
static enum error write_anew(struct request *r, const struct store_outbox_found *found,
                             int64_t *written, struct complaint *why)
{
    struct complaint lacks = { "" };
    enum error e = add_step(r, found->id, OUTBOX_DROPPED, why);

    if (e == ERROR_OK)
        e = delivery_write(r->core, line_of(r->core, found->endpoint), found->order, found->cause,
                           written, &lacks);
    if (e == ERROR_OK && lacks.text[0])
        return complain(why, ERROR_CONFLICT, "It still cannot be sent: %s", lacks.text);
    return e == ERROR_OK ? e : request_failed(e, why);
}

static const char *what_becomes(struct request *r, const struct store_outbox_found *found,
                                bool written)
{
    if (!line_of(r->core, found->endpoint))
        return "It waits until that health record is connected again.";
    if (found->written || written)
        return "It is sent again.";
    return "There is nothing left to send: a later message of this order says what stands.";
}

enum error action_outbox_release(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_outbox_found found;
    int64_t written = 0;
    enum error e = find_parked(r, &found, why);

    if (e == ERROR_OK && !found.written && !line_of(r->core, found.endpoint))
        return complain(why, ERROR_CONFLICT,
                        "phial.conf names no health record \"%s\" any more: drop the message, or "
                        "let your administrator connect it again.",
                        found.endpoint);
    if (e == ERROR_OK && found.overtaken)
        return complain(why, ERROR_CONFLICT,
                        "A later message of this order has gone out already, and this one would "
                        "put the old value back. Drop it.");
    if (e == ERROR_OK && found.written && found.moved)
        return complain(why, ERROR_CONFLICT,
                        "It bears an MRN that the order has no more, and would go into that chart. "
                        "Drop it.");
    if (e == ERROR_OK && found.written)
        e = add_step(r, found.id, OUTBOX_RELEASED, why);
    else if (e == ERROR_OK)
        e = write_anew(r, &found, &written, why);
    if (e != ERROR_OK)
        return e;
    answer->order = found.number;
    answer->sentence = what_becomes(r, &found, written != 0);
    turn_changed(r->core, "outbox", found.number);
    return ERROR_OK;
}

enum error action_outbox_drop(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_outbox_found found;
    enum error e = find_parked(r, &found, why);

    if (e == ERROR_OK && strcmp(found.state, "parked") != 0)
        e = park(r, found.id, why);
    if (e == ERROR_OK)
        e = add_step(r, found.id, OUTBOX_DROPPED, why);
    if (e != ERROR_OK)
        return e;
    answer->order = found.number;
    answer->sentence =
        "It is not sent. The health record does not have it from Phial: see that it gets there by "
        "hand.";
    turn_changed(r->core, "outbox", found.number);
    return ERROR_OK;
}
