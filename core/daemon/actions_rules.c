/* The laboratory's rules: the director says how far each reaches. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/gate.h"
#include "core/store/gate.h"

#include <string.h>

enum error rules_register(struct core *core, struct complaint *why)
{
    enum error e = store_begin(core->store);

    for (unsigned i = 0; i < GATE_COUNT && e == ERROR_OK; i++) {
        enum gate rule = (enum gate)i;
        const struct store_rule_type row = {
            .id = gate_id(rule),
            .text = gate_text(rule),
            .against = gate_level_id(gate_first_level(rule, GATE_AGAINST)),
            .unknown = gate_level_id(gate_first_level(rule, GATE_UNKNOWN)),
            .position = (int)i,
        };
        e = store_rule_type_put(core->store, &row);
    }
    if (e == ERROR_OK)
        return store_commit(core->store, why);
    store_rollback(core->store);
    return complain(why, e, "The list of rules could not be written.");
}

static const char *rule_find(const char *id)
{
    for (unsigned i = 0; i < GATE_COUNT; i++)
        if (strcmp(id, gate_id((enum gate)i)) == 0)
            return gate_id((enum gate)i);
    return NULL;
}

static enum error check_rule(const struct request *r, struct complaint *why)
{
    const char *finding = request_text(r, WIRE_F_FINDING);
    enum gate_level level;

    if (!rule_find(request_text(r, WIRE_F_RULE)))
        return complain(why, ERROR_NOT_FOUND, "There is no rule \"%s\". Reload the page.",
                        request_text(r, WIRE_F_RULE));
    if (strcmp(finding, "against") != 0 && strcmp(finding, "unknown") != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "Say whether the level is for what the books speak against, or for what "
                        "they do not know.");
    if (gate_level_parse(request_text(r, WIRE_F_LEVEL), &level) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "Choose allow, warn or lockout.");
    if (text_blank(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT,
                        "Say why the rule changes: an inspector will ask for the reason.");
    return ERROR_OK;
}

enum error action_rule_set(struct request *r, struct answer *answer, struct complaint *why)
{
    const struct store_rule_setting setting = { .rule = request_text(r, WIRE_F_RULE),
                                                .finding = request_text(r, WIRE_F_FINDING),
                                                .level = request_text(r, WIRE_F_LEVEL),
                                                .reason = request_text(r, WIRE_F_REASON) };
    int64_t id;
    enum error e = check_rule(r, why);

    if (e == ERROR_OK)
        e = store_rule_setting_add(r->core->store, &r->actor, &setting, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = setting.rule;
    turn_changed(r->core, "rules", setting.rule);
    return ERROR_OK;
}
