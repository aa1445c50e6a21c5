/* What follows a result: whose it is, who covers whom, tasks, the answer to what was sent back. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/review.h"

#include <stdio.h>
#include <string.h>

enum { DAY_TEXT = 11, YEAR_MS_DAYS = 366 };

static const int64_t day_ms = 86400000;

static void day_of(int64_t at, char out[DAY_TEXT])
{
    char text[17] = "";

    sitetime_text(at, text);
    (void)snprintf(out, DAY_TEXT, "%.10s", text);
}

/* A day of the calendar that is not over, and not more than a year away. */
static enum error request_day(const struct request *r, enum wire_field field, struct complaint *why)
{
    const char *text = request_text(r, field);
    char noon[17], back[DAY_TEXT], today[DAY_TEXT], last[DAY_TEXT];
    int64_t at = 0;

    (void)snprintf(noon, sizeof noon, "%.10sT12:00", text);
    day_of(r->actor.at, today);
    day_of(r->actor.at + YEAR_MS_DAYS * day_ms, last);
    if (sitetime_parse(noon, &at) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "Give the day as year, month and day: 2026-03-14.");
    day_of(at, back);
    if (strcmp(back, text) != 0)
        return complain(why, ERROR_BAD_INPUT, "%.10s is no day of the calendar. Choose another.",
                        text);
    if (strcmp(text, today) < 0 || strcmp(text, last) > 0)
        return complain(why, ERROR_BAD_INPUT,
                        "%.10s is over, or more than a year away. Choose another day.", text);
    return ERROR_OK;
}

/* Somebody active who holds that right, or a sentence. */
static enum error check_login(struct request *r, const char *login, enum right right,
                              struct complaint *why)
{
    bool may = false;
    enum error e = store_login_may(r->core->store, login, right, &may);

    if (e == ERROR_OK && !may)
        e = complain(why, ERROR_BAD_INPUT,
                     "\"%s\" is nobody here who may %s. Choose somebody of the list.", login,
                     right_text(right));
    return e;
}

/* ---- Whose a result is ---- */

static enum error not_yours(struct request *r, const struct store_owner *owner,
                            struct complaint *why)
{
    bool signer = false;
    enum error e = store_login_may(r->core->store, owner->login, RIGHT_SIGN, &signer);

    if (e != ERROR_OK)
        return e;
    if (!signer)
        return complain(why, ERROR_DENIED,
                        "No provider of this practice has this order: \"%s\" does not sign here. "
                        "Take it first; then it is yours.",
                        owner->login);
    return complain(why, ERROR_DENIED,
                    "This order is %s's. To sign it, have it handed to you, or let the cover for "
                    "%s be set and accept it.",
                    owner->login, owner->login);
}

/* domain.md 5.6, rule 9 */
enum error request_owns(struct request *r, const struct store_order_found *order,
                        struct complaint *why)
{
    struct store_owner owner;
    char today[DAY_TEXT];
    bool stands = false;
    enum error e = store_order_owner(r->core->store, r->arena, order->id, &owner);

    if (e != ERROR_OK || strcmp(owner.login, r->who->login) == 0)
        return e;
    day_of(r->actor.at, today);
    e = store_cover_stands(r->core->store, owner.login, r->who->login, today, &stands);
    if (e != ERROR_OK || stands)
        return e;
    return not_yours(r, &owner, why);
}

/* Whoever holds several roles says yes and no to results in one that signs. */
static enum error in_a_signing_role(const struct request *r, struct complaint *why)
{
    if (role_may(r->who->role, RIGHT_SIGN))
        return ERROR_OK;
    return complain(why, ERROR_DENIED,
                    "You are here as %s, who signs no results. Sign in in the role in which you "
                    "sign, and say it there.",
                    role_text(r->who->role));
}

static enum error own_offer(struct request *r, const struct store_order_found *order,
                            struct complaint *why)
{
    const char *to = request_text(r, WIRE_F_OWNER);
    enum error e = in_a_signing_role(r, why);

    if (e == ERROR_OK)
        e = request_owns(r, order, why);
    if (e == ERROR_OK && strcmp(to, r->who->login) == 0)
        e = complain(why, ERROR_BAD_INPUT, "It is yours already. Choose a colleague.");
    return e == ERROR_OK ? check_login(r, to, RIGHT_SIGN, why) : e;
}

static enum error own_answer(struct request *r, const struct store_owner *owner,
                             struct complaint *why)
{
    if (strcmp(owner->offered, r->who->login) == 0)
        return in_a_signing_role(r, why);
    return complain(why, ERROR_CONFLICT, "This order is not offered to you (any more).");
}

static enum error own_take(struct request *r, const struct store_owner *owner,
                           struct complaint *why)
{
    bool signer = false;
    enum error e = store_login_may(r->core->store, owner->login, RIGHT_SIGN, &signer);

    if (e == ERROR_OK && !role_may(r->who->role, RIGHT_SIGN))
        e = complain(why, ERROR_DENIED, "Only who signs results may take one.");
    if (e == ERROR_OK && signer)
        e = complain(why, ERROR_CONFLICT, "This order has an owner: %s. Ask for it.", owner->login);
    return e;
}

static enum error own_assign(struct request *r, struct complaint *why)
{
    if (!role_may(r->who->role, RIGHT_RESOLVE))
        return complain(why, ERROR_DENIED,
                        "Only the lab lead or the director says whose a result is. Ask them.");
    if (text_blank(request_text(r, WIRE_F_NOTE)))
        return complain(why, ERROR_BAD_INPUT, "Say why the order changes hands.");
    return check_login(r, request_text(r, WIRE_F_OWNER), RIGHT_SIGN, why);
}

/* What the message asks; `*to` receives the login that it is about. */
static enum error own_check(struct request *r, const struct store_order_found *order,
                            const char **to, struct complaint *why)
{
    const char *outcome = request_text(r, WIRE_F_OUTCOME);
    struct store_owner owner;
    enum error e = store_order_owner(r->core->store, r->arena, order->id, &owner);

    if (e != ERROR_OK)
        return e;
    *to = r->who->login;
    if (strcmp(outcome, "accepted") == 0 || strcmp(outcome, "declined") == 0)
        return own_answer(r, &owner, why);
    if (strcmp(outcome, "taken") == 0)
        return own_take(r, &owner, why);
    *to = request_text(r, WIRE_F_OWNER);
    if (strcmp(outcome, "offered") == 0)
        return own_offer(r, order, why);
    if (strcmp(outcome, "assigned") == 0)
        return own_assign(r, why);
    return complain(why, ERROR_BAD_INPUT, "Offer it, take it, assign it, accept it or decline it.");
}

enum error action_own(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    const char *to = "";
    enum error e = request_order(r, &order, why);

    if (e == ERROR_OK)
        e = own_check(r, &order, &to, why);
    if (e == ERROR_OK)
        e = store_ownership_add(r->core->store, &r->actor, order.id,
                                request_text(r, WIRE_F_OUTCOME), to, request_text(r, WIRE_F_NOTE),
                                NULL);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}

/* ---- Cover ---- */

enum error action_cover_ask(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *provider = request_text(r, WIRE_F_PROVIDER);
    struct store_cover cover = { .provider = text_empty(provider) ? r->who->login : provider,
                                 .deputy = request_text(r, WIRE_F_DEPUTY),
                                 .from_day = request_text(r, WIRE_F_FROM_DAY),
                                 .until_day = request_text(r, WIRE_F_UNTIL_DAY),
                                 .reason = request_text(r, WIRE_F_REASON) };
    bool own = strcmp(cover.provider, r->who->login) == 0;
    enum error e = ERROR_OK;

    if (!role_may(r->who->role, own ? RIGHT_SIGN : RIGHT_RESOLVE))
        return complain(why, ERROR_DENIED,
                        "A provider asks for cover for herself or himself; for somebody else the "
                        "lab lead or the director does.");
    if (strcmp(cover.provider, cover.deputy) == 0)
        return complain(why, ERROR_BAD_INPUT, "Nobody covers for oneself. Choose a colleague.");
    e = check_login(r, cover.provider, RIGHT_SIGN, why);
    if (e == ERROR_OK)
        e = check_login(r, cover.deputy, RIGHT_SIGN, why);
    if (e == ERROR_OK)
        e = request_day(r, WIRE_F_FROM_DAY, why);
    if (e == ERROR_OK)
        e = request_day(r, WIRE_F_UNTIL_DAY, why);
    if (e == ERROR_OK && strcmp(cover.until_day, cover.from_day) < 0)
        e = complain(why, ERROR_BAD_INPUT, "The last day of the cover is before its first.");
    if (e == ERROR_OK && text_blank(cover.reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why: a holiday, a day off, illness.");
    if (e == ERROR_OK)
        e = store_cover_add(r->core->store, &r->actor, &cover, &cover.id);
    if (e != ERROR_OK)
        return e;
    (void)answer;
    turn_changed(r->core, "covers", "");
    return ERROR_OK;
}

/* Only the deputy accepts or declines; whoever is concerned, or the lab lead, ends it. */
static enum error cover_may(const struct request *r, const struct store_cover *cover,
                            const char *outcome, struct complaint *why)
{
    bool deputy = strcmp(cover->deputy, r->who->login) == 0;
    bool theirs = deputy || strcmp(cover->provider, r->who->login) == 0;
    bool concerned =
        (theirs && role_may(r->who->role, RIGHT_SIGN)) || role_may(r->who->role, RIGHT_RESOLVE);
    bool asked = strcmp(cover->state, "asked") == 0;

    if (strcmp(outcome, "accepted") == 0 || strcmp(outcome, "declined") == 0) {
        if (!deputy)
            return complain(why, ERROR_DENIED, "Only %s can accept or decline that.",
                            cover->deputy);
        return asked ? in_a_signing_role(r, why)
                     : complain(why, ERROR_CONFLICT, "That was answered already: it is %s.",
                                cover->state);
    }
    if (strcmp(outcome, "ended") != 0)
        return complain(why, ERROR_BAD_INPUT, "Accept it, decline it or end it.");
    if (!concerned)
        return complain(why, ERROR_DENIED,
                        "Only the two providers, the lab lead and the director can end that.");
    return strcmp(cover->state, "ended") != 0
               ? ERROR_OK
               : complain(why, ERROR_CONFLICT, "That cover has ended already.");
}

enum error action_cover_answer(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *outcome = request_text(r, WIRE_F_OUTCOME);
    struct store_cover cover;
    enum error e = store_cover_by_id(r->core->store, r->arena,
                                     (int64_t)wire_number(r->m, WIRE_F_COVER), &cover);

    (void)answer;
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such cover. Load the page again.");
    if (e == ERROR_OK)
        e = cover_may(r, &cover, outcome, why);
    if (e == ERROR_OK)
        e = store_cover_step_add(r->core->store, &r->actor, cover.id, outcome,
                                 request_text(r, WIRE_F_NOTE), NULL);
    if (e != ERROR_OK)
        return e;
    turn_changed(r->core, "covers", "");
    turn_changed(r->core, "inbox", "");
    return ERROR_OK;
}

/* ---- Tasks ---- */

static enum error add_task(struct request *r, const struct store_order_found *order,
                           struct complaint *why)
{
    const struct store_task task = { .order = order->id,
                                     .version = order->version,
                                     .kind = request_text(r, WIRE_F_DISPOSITION),
                                     .instruction = request_text(r, WIRE_F_INSTRUCTION),
                                     .owner = request_text(r, WIRE_F_OWNER),
                                     .due = request_text(r, WIRE_F_DUE) };
    enum error e = ERROR_OK;

    if (text_blank(task.instruction))
        return complain(why, ERROR_BAD_INPUT, "Write what is to be done.");
    e = check_login(r, task.owner, RIGHT_FOLLOW_UP, why);
    if (e == ERROR_OK)
        e = request_day(r, WIRE_F_DUE, why);
    if (e == ERROR_OK)
        e = store_task_add(r->core->store, &r->actor, &task, NULL);
    if (e == ERROR_OK)
        turn_changed(r->core, "tasks", order->number);
    return e;
}

/* domain.md 5.6, rules 7 and 8: "call patient" and "repeat" are a task with owner and date. */
enum error request_task(struct request *r, const struct store_order_found *order,
                        struct complaint *why)
{
    const char *disposition = request_text(r, WIRE_F_DISPOSITION);
    bool must = strcmp(disposition, "call-patient") == 0 || strcmp(disposition, "repeat") == 0;

    if (text_empty(request_text(r, WIRE_F_OWNER)) && text_empty(request_text(r, WIRE_F_DUE)))
        return must ? complain(why, ERROR_BAD_INPUT,
                               "Say who does it and by when: it stays open until the outcome is "
                               "written down.")
                    : ERROR_OK;
    return add_task(r, order, why);
}

enum error action_task_add(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    enum error e = request_seen_order(r, &order, why);

    if (e == ERROR_OK)
        e = request_owns(r, &order, why);
    if (e == ERROR_OK)
        e = add_task(r, &order, why);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}

static enum error check_step(struct request *r, const struct store_task_step *step,
                             struct complaint *why)
{
    bool handed = strcmp(step->kind, "handed") == 0;
    enum error e;

    if (!handed && strcmp(step->kind, "attempt") != 0 && strcmp(step->kind, "done") != 0 &&
        strcmp(step->kind, "not-needed") != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "Choose what became of the task: tried, done, not needed, handed on.");
    if (text_blank(step->note))
        return complain(why, ERROR_BAD_INPUT, "Write down what happened.");
    if (strcmp(step->kind, "not-needed") == 0 && !role_may(r->who->role, RIGHT_SIGN))
        return complain(why, ERROR_DENIED,
                        "Only a provider says that a task is not needed any more. Ask the one who "
                        "set it.");
    if (!handed)
        return ERROR_OK;
    e = check_login(r, step->owner, RIGHT_FOLLOW_UP, why);
    return e == ERROR_OK ? request_day(r, WIRE_F_DUE, why) : e;
}

enum error action_task_step(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *kind = request_text(r, WIRE_F_OUTCOME);
    bool handed = strcmp(kind, "handed") == 0;
    const struct store_task_step step = { .task = (int64_t)wire_number(r->m, WIRE_F_TASK),
                                          .kind = kind,
                                          .note = request_text(r, WIRE_F_NOTE),
                                          .owner = handed ? request_text(r, WIRE_F_OWNER) : "",
                                          .due = handed ? request_text(r, WIRE_F_DUE) : "" };
    struct store_task_found task;
    enum error e = store_task_by_id(r->core->store, r->arena, step.task, &task);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such task. Load the page again.");
    if (e == ERROR_OK && !task.open)
        return complain(why, ERROR_CONFLICT, "Somebody has written down its outcome already.");
    if (e == ERROR_OK)
        e = check_step(r, &step, why);
    if (e == ERROR_OK)
        e = store_task_step_add(r->core->store, &r->actor, &step, NULL);
    if (e != ERROR_OK)
        return e;
    answer->order = task.number;
    turn_changed(r->core, "tasks", task.number);
    turn_changed(r->core, "inbox", task.number);
    return ERROR_OK;
}

/* ---- Sent back ---- */

enum error action_return_answer(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    enum error e = request_seen_order(r, &order, why);

    if (e == ERROR_OK && text_blank(request_text(r, WIRE_F_NOTE)))
        e = complain(why, ERROR_BAD_INPUT, "Write what was done about the provider's note.");
    if (e == ERROR_OK)
        e = store_return_answer_add(r->core->store, &r->actor, order.id,
                                    request_text(r, WIRE_F_NOTE), NULL);
    if (e == ERROR_CONFLICT && !why->text[0])
        return complain(why, e, "Nothing was sent back here, or it is answered already.");
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}
