/* Critical values: who was told and read back, who was sought in vain, and the clock behind both.
 */
#include "core/daemon/criticals.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/action.h"
#include "core/rules/critical.h"
#include "core/store/correct.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(const char *text)
{
    return text_empty(text) || text[strspn(text, " \t\r\n")] == '\0';
}

static enum error check_told(const struct store_critical_notice *n, struct complaint *why)
{
    if (is_blank(n->told_to) || is_blank(n->method))
        return complain(why, ERROR_BAD_INPUT, "Say whom you told, and how.");
    if (is_blank(n->credential))
        return complain(why, ERROR_BAD_INPUT,
                        "Say as what that person may act on it: MD, DO, NP, PA or RN.");
    if (is_blank(n->value_read))
        return complain(why, ERROR_BAD_INPUT, "Write down the value as you read it out.");
    if (is_blank(n->read_back))
        return complain(why, ERROR_BAD_INPUT,
                        "Ask for the value to be read back, and write down what was read back. If "
                        "it was not, record the attempt instead.");
    return ERROR_OK;
}

enum error action_critical_told(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_order_found order;
    struct store_critical_notice notice = { .told_to = request_text(r, WIRE_F_TOLD_TO),
                                            .credential = request_text(r, WIRE_F_CREDENTIAL),
                                            .contact = request_text(r, WIRE_F_CONTACT),
                                            .method = request_text(r, WIRE_F_METHOD),
                                            .value_read = request_text(r, WIRE_F_VALUE_READ),
                                            .read_back = request_text(r, WIRE_F_READ_BACK),
                                            .note = request_text(r, WIRE_F_NOTE) };
    int64_t id;
    enum error e = request_seen_order(r, &order, why);

    if (e == ERROR_OK)
        e = check_told(&notice, why);
    if (e != ERROR_OK)
        return e;
    notice.order = order.id;
    notice.version = order.version;
    e = store_critical_notice_add(r->core->store, &r->actor, &notice, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "critical", order.number);
    turn_changed(r->core, "inbox", order.number);
    return ERROR_OK;
}

enum error action_critical_attempt(struct request *r, struct answer *answer, struct complaint *why)
{
    static const char *const outcomes[] = { "no-answer", "busy", "message-left", "not-there",
                                            "no-read-back" };
    struct store_order_found order;
    struct store_critical_attempt in = { .outcome = request_text(r, WIRE_F_OUTCOME),
                                         .sought = request_text(r, WIRE_F_TOLD_TO),
                                         .credential = request_text(r, WIRE_F_CREDENTIAL),
                                         .contact = request_text(r, WIRE_F_CONTACT),
                                         .method = request_text(r, WIRE_F_METHOD),
                                         .value_read = request_text(r, WIRE_F_VALUE_READ),
                                         .note = request_text(r, WIRE_F_NOTE) };
    bool known = false;
    int64_t id;
    enum error e = request_seen_order(r, &order, why);

    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        known = known || strcmp(in.outcome, outcomes[i]) == 0;
    if (e == ERROR_OK && !known)
        e = complain(why, ERROR_BAD_INPUT, "Choose what came of the call.");
    if (e == ERROR_OK && is_blank(in.sought))
        e = complain(why, ERROR_BAD_INPUT, "Say whom you tried to reach.");
    if (e != ERROR_OK)
        return e;
    in.order = order.id;
    in.version = order.version;
    e = store_critical_attempt_add(r->core->store, &r->actor, &in, &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "critical", order.number);
    return ERROR_OK;
}

/* ---- The clock ---- */

static void day_text(int64_t at, char out[11])
{
    char text[17];
    sitetime_text(at, text);
    (void)snprintf(out, 11, "%.10s", text);
}

/* Who is called at that step. Nobody left is a step all the same: the notice says so. */
static enum error find_whom(struct core *core, struct arena *a, const struct store_critical *c,
                            unsigned step, int64_t now, struct store_surrogate *out)
{
    struct store_surrogate surrogates[CRITICAL_SURROGATES];
    size_t count = 0;
    char day[11];
    enum error e;
    int which;

    day_text(now, day);
    e = c->order ? store_surrogates(core->store, a, c->provider, day, CRITICAL_SURROGATES,
                                    surrogates, &count)
                 : store_leads(core->store, a, CRITICAL_SURROGATES, surrogates, &count);
    if (e != ERROR_OK)
        return e;
    which = critical_whom(step, count);
    if (which != CRITICAL_DIRECTOR) {
        *out = surrogates[which];
        return ERROR_OK;
    }
    e = store_director(core->store, a, out);
    if (e == ERROR_NOT_FOUND)
        *out = count ? surrogates[count - 1] : (struct store_surrogate) { "", "" };
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* The newest step that has come, if it is not on record. After a time without power the steps
 * between are passed over: nobody could have called then. */
static enum error take_further(struct core *core, struct arena *a, const struct store_critical *c,
                               int64_t now)
{
    const struct store_actor by = { .role = "",
                                    .workstation = "",
                                    .at = now,
                                    .zone_offset = sitetime_offset(now),
                                    .clock_unset = sitetime_unset(now) };
    unsigned due = critical_steps_due(c->since, now);
    struct store_surrogate whom;
    int64_t id;
    enum error e;

    if (due <= c->steps)
        return ERROR_OK;
    e = turn_begin(core);
    if (e == ERROR_OK)
        e = find_whom(core, a, c, due, now, &whom);
    if (e == ERROR_OK)
        e = store_critical_step_add(core->store, &by, c, due, &whom, &id);
    if (e != ERROR_OK)
        return e;
    if (c->order)
        log_line(LOG_CRITICAL_LATE, "core",
                 "a critical value of order %s was told to nobody for %u minutes", c->number,
                 due * (CRITICAL_STEP_MS / 60000));
    else
        log_line(LOG_CRITICAL_LATE, "core",
                 "a critical value of message %lld was placed by nobody for %u minutes",
                 (long long)c->anchor, due * (CRITICAL_STEP_MS / 60000));
    turn_changed(core, "critical", c->number);
    return ERROR_OK;
}

static void look_through(struct core *core, int64_t now,
                         enum error (*list)(struct store *, struct arena *,
                                            struct store_critical **, size_t *))
{
    struct store_critical *found;
    size_t count = 0;
    struct arena a;
    enum error e;

    arena_init(&a, CRITICALS_ARENA);
    e = list(core->store, &a, &found, &count);
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = take_further(core, &a, &found[i], now);
    if (e != ERROR_OK)
        log_line(LOG_STORE_FAILED, "core", "critical values could not be looked through");
    arena_free(&a);
}

/* Neither list waits for the other. */
void criticals_look(struct core *core, int64_t now)
{
    look_through(core, now, store_criticals_open);
    look_through(core, now, store_criticals_held);
}
