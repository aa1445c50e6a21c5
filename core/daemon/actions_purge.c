/* Retention: one person proposes what is past it, another approves, and it goes. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/purge.h"

#include <stdio.h>
#include <time.h>

/* The same day and time, that many years before. */
static int64_t years_before(int64_t now, unsigned years)
{
    time_t seconds = (time_t)(now / 1000);
    struct tm t;

    if (!gmtime_r(&seconds, &t))
        return 0;
    t.tm_year -= (int)years;
    return (int64_t)timegm(&t) * 1000;
}

static enum error read_before(const struct request *r, int64_t *out, struct complaint *why)
{
    char midnight[32];
    unsigned years = r->core->config.retention_years;
    const char *date = request_text(r, WIRE_F_BEFORE);

    if (snprintf(midnight, sizeof midnight, "%sT00:00", date) >= (int)sizeof midnight ||
        sitetime_parse(midnight, out) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "Give the day as 2016-01-01.");
    if (*out > years_before(r->actor.at, years))
        return complain(why, ERROR_BAD_INPUT,
                        "Records are kept for %u years here. Give a day that is longer ago.",
                        years);
    return ERROR_OK;
}

enum error action_purge_propose(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_purge purge;
    int64_t before = 0;
    char said[96];
    enum error e = read_before(r, &before, why);

    if (e == ERROR_OK && text_empty(reason))
        e = complain(why, ERROR_BAD_INPUT, "Give a reason: it stays when the records are gone.");
    if (e == ERROR_OK)
        e = store_purge_propose(r->core->store, &r->actor, before, reason, &purge);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "Nothing that is closed is older than that day.");
    if (e != ERROR_OK)
        return e;
    (void)snprintf(said, sizeof said, "%lld orders with %lld rows wait for a second person.",
                   (long long)purge.orders, (long long)purge.facts);
    answer->sentence = request_keep(r, said);
    turn_changed(r->core, "purges", "");
    return ERROR_OK;
}

enum error action_purge_approve(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_purge purge;
    int64_t proposer = 0, own = 0;
    enum error e =
        store_purge_by_id(r->core->store, (int64_t)wire_number(r->m, WIRE_F_PURGE), &purge);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such proposal.");
    if (e == ERROR_OK && purge.approved)
        return complain(why, ERROR_CONFLICT, "That was approved already, and is gone.");
    /* A change of name or role gives a person a new row: the same person all the same. */
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, purge.person, &proposer);
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &own);
    if (e == ERROR_OK && proposer == own)
        return complain(why, ERROR_DENIED,
                        "You proposed it. A second person looks at it and approves.");
    if (e == ERROR_OK)
        e = store_purge_approve(r->core->store, &r->actor, &purge);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "What would go is no longer what was proposed. Propose it anew, and look "
                        "at it again.");
    if (e != ERROR_OK)
        return e;
    answer->sentence = "Gone. A tombstone with its hash stands for every row.";
    turn_changed(r->core, "purges", "");
    return ERROR_OK;
}
