/* Limits: proposed by whoever keeps the laboratory's books, signed by the director (domain.md 7.1).
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/catalogue/catalogue.h"
#include "core/store/limits.h"

#include <stdio.h>
#include <string.h>

/* Who keeps the books proposes; who directs may do it for himself. */
static enum error check_proposer(const struct request *r, struct complaint *why)
{
    if (role_may(r->who->role, RIGHT_KEEP_LOTS) || role_may(r->who->role, RIGHT_APPROVE_LIMITS))
        return ERROR_OK;
    return complain(why, ERROR_DENIED,
                    "As %s you may not propose limits. Ask the lab lead or the director.",
                    role_text(r->who->role));
}

/* A day is meant from its beginning at the site; nothing, from the signature on. */
static enum error read_effective(const struct request *r, int64_t *out, struct complaint *why)
{
    const char *text = request_text(r, WIRE_F_EFFECTIVE);
    char whole[32];

    if (text_empty(text)) {
        *out = 0;
        return ERROR_OK;
    }
    (void)snprintf(whole, sizeof whole, "%.10sT00:00", text);
    if (strlen(text) == 10 && sitetime_parse(whole, out) == ERROR_OK)
        return ERROR_OK;
    return complain(why, ERROR_BAD_INPUT,
                    "The day from which they count is written as 2026-03-31, or left out.");
}

/* A proposal under a name that waits for its signature: one at a time. */
static enum error check_name(struct request *r, const char *name, struct complaint *why)
{
    struct store_set_found found;
    enum error e = store_set_find(r->core->store, name, &found);

    if (e == ERROR_OK && !found.approved && !found.withdrawn)
        return complain(why, ERROR_CONFLICT,
                        "\"%s\" waits for the director's signature already. Take it back first, or "
                        "give yours another name.",
                        name);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error action_limits_propose(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_proposal set = { .name = request_text(r, WIRE_F_REFERENCE_SET),
                                  .source = request_text(r, WIRE_F_REASON),
                                  .person = r->actor.person,
                                  .at = r->actor.at };
    const char *limits = request_text(r, WIRE_F_LIMITS);
    int64_t id;
    enum error e = check_proposer(r, why);

    if (e == ERROR_OK && (text_empty(set.name) || text_empty(limits)))
        e = complain(why, ERROR_BAD_INPUT, "A proposal has a name and at least one line.");
    if (e == ERROR_OK && text_empty(set.source))
        e = complain(why, ERROR_BAD_INPUT,
                     "Say where the limits come from, such as the package insert and its date.");
    if (e == ERROR_OK)
        e = read_effective(r, &set.effective, why);
    if (e == ERROR_OK)
        e = check_name(r, set.name, why);
    if (e == ERROR_OK)
        e = store_proposal_add(r->core->store, &set, &id);
    if (e == ERROR_OK)
        e = catalogue_read_limits(r->core->store, id, limits, why);
    if (e != ERROR_OK)
        return e;
    answer->key = request_keep(r, set.name);
    turn_changed(r->core, "tests", answer->key);
    return ERROR_OK;
}

/* The set that waits under that name, or a sentence. */
static enum error find_waiting(struct request *r, int64_t *id, struct complaint *why)
{
    const char *name = request_text(r, WIRE_F_REFERENCE_SET);
    const char *seen = request_text(r, WIRE_F_VERSION);
    struct store_set_found found;
    char present[24];
    enum error e = store_set_find(r->core->store, name, &found);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no reference set \"%s\".", name);
    if (e != ERROR_OK)
        return e;
    if (found.approved)
        return complain(why, ERROR_CONFLICT, "The reference set \"%s\" is approved already.", name);
    if (found.withdrawn)
        return complain(why, ERROR_CONFLICT, "The proposal \"%s\" was taken back.", name);
    (void)snprintf(present, sizeof present, "%lld", (long long)found.id);
    if (!text_empty(seen) && strcmp(seen, present) != 0)
        return complain(why, ERROR_CONFLICT,
                        "\"%s\" was proposed anew while you read it. Read it again.", name);
    *id = found.id;
    return ERROR_OK;
}

enum error action_limits_withdraw(struct request *r, struct answer *answer, struct complaint *why)
{
    int64_t set = 0, id;
    enum error e = check_proposer(r, why);

    if (e == ERROR_OK && text_empty(request_text(r, WIRE_F_REASON)))
        e = complain(why, ERROR_BAD_INPUT, "Say why the proposal is taken back.");
    if (e == ERROR_OK)
        e = find_waiting(r, &set, why);
    if (e == ERROR_OK)
        e = store_proposal_withdraw(r->core->store, set, r->actor.person,
                                    request_text(r, WIRE_F_REASON), r->actor.at, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = request_keep(r, request_text(r, WIRE_F_REFERENCE_SET));
    turn_changed(r->core, "tests", answer->key);
    return ERROR_OK;
}

enum error action_approve(struct request *r, struct answer *answer, struct complaint *why)
{
    int64_t set = 0, id;
    enum error e = find_waiting(r, &set, why);

    if (e == ERROR_OK)
        e = store_reference_approve(r->core->store, set, r->actor.person, r->actor.at, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = request_keep(r, request_text(r, WIRE_F_REFERENCE_SET));
    turn_changed(r->core, "tests", answer->key);
    return ERROR_OK;
}

enum error request_test_live(struct request *r, const struct store_test *test,
                             struct complaint *why)
{
    const struct store_analyte *dead = NULL;
    enum error e = store_test_dead(r->core->store, test, r->actor.at, &dead);

    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    return complain(why, ERROR_CONFLICT,
                    "%s cannot be ordered yet: the laboratory director has not signed the limits "
                    "of %s. The director signs them on Lab \u203a Limits.",
                    test->name, dead->name);
}
