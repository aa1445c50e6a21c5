/* The two tables of who may ask what, and the recording of a look. */
#include "core/daemon/permit.h"

#include <string.h>

static const struct permit_action actions[] = {
    { WIRE_VIEW, RIGHT_COUNT, PIN_NONE, false, action_view },
    { WIRE_ORDER_ENTER, RIGHT_ENTER_ORDER, PIN_NONE, false, action_order_enter },
    { WIRE_IDENTIFY, RIGHT_COLLECT, PIN_NONE, false, action_identify },
    { WIRE_COLLECT, RIGHT_COLLECT, PIN_NONE, false, action_collect },
    { WIRE_LABEL_PRINT, RIGHT_COLLECT, PIN_NONE, false, action_label_print },
    { WIRE_LABEL_VERIFY, RIGHT_COLLECT, PIN_NONE, false, action_label_verify },
    { WIRE_RECEIVE, RIGHT_COLLECT, PIN_NONE, false, action_receive },
    { WIRE_STORE, RIGHT_COLLECT, PIN_NONE, false, action_store },
    { WIRE_REJECT, RIGHT_DISPOSE, PIN_NONE, false, action_reject },
    { WIRE_DISPOSE, RIGHT_DISPOSE, PIN_NONE, false, action_dispose },
    { WIRE_RESOLVE, RIGHT_RESOLVE, PIN_NONE, false, action_resolve },
    { WIRE_SIGN, RIGHT_SIGN, PIN_OWN, false, action_sign },
    { WIRE_RETURN, RIGHT_SIGN, PIN_NONE, false, action_return },
    { WIRE_CRITICAL_TOLD, RIGHT_COLLECT, PIN_NONE, false, action_critical_told },
    { WIRE_EKG_OPEN, RIGHT_COLLECT, PIN_NONE, false, action_ekg_open },
    { WIRE_EKG_CLOSE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_close },
    { WIRE_EKG_RUN, RIGHT_COLLECT, PIN_NONE, false, action_ekg_run },
    { WIRE_EKG_TIE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_tie },
    { WIRE_EKG_UNTIE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_untie },
    { WIRE_EKG_CHOOSE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_choose },
    { WIRE_OVERREAD, RIGHT_SIGN, PIN_OWN, false, action_overread },
    { WIRE_APPROVE, RIGHT_APPROVE_LIMITS, PIN_OWN, false, action_approve },
    { WIRE_USER_ADD, RIGHT_MANAGE_PEOPLE, PIN_NEW, true, action_user_add },
    { WIRE_USER_PIN, RIGHT_COUNT, PIN_CHANGE, false, action_user_pin },
};

static const struct permit_view views[] = {
    { "inbox", RIGHT_VIEW_RESULTS, true },     { "order", RIGHT_VIEW_RESULTS, true },
    { "order_list", RIGHT_ENTER_ORDER, true }, { "specimen", RIGHT_VIEW_CUSTODY, true },
    { "label", RIGHT_COLLECT, true },          { "unmatched", RIGHT_VIEW_RESULTS, true },
    { "message", RIGHT_VIEW_RESULTS, true },   { "search", RIGHT_VIEW_RESULTS, true },
    { "people", RIGHT_MANAGE_PEOPLE, false },  { "providers", RIGHT_COUNT, false },
    { "tests", RIGHT_COUNT, false },           { "today", RIGHT_COUNT, false },
    { "instruments", RIGHT_COUNT, false },     { "instrument", RIGHT_VIEW_CUSTODY, true },
    { "ekgs", RIGHT_VIEW_RESULTS, true },      { "ekg", RIGHT_VIEW_RESULTS, true },
    { "tracing", RIGHT_VIEW_RESULTS, true },
};

const struct permit_action *permit_action(enum wire_type type)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (actions[i].type == type)
            return &actions[i];
    return NULL;
}

const struct permit_view *permit_view(const char *what)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        if (strcmp(views[i].what, what) == 0)
            return &views[i];
    return NULL;
}

enum error action_view(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *what = request_text(r, WIRE_F_WHAT);
    const struct permit_view *row = permit_view(what);
    const struct store_view view = { .person = r->actor.person,
                                     .workstation = r->actor.workstation,
                                     .what = what,
                                     .key = request_text(r, WIRE_F_KEY),
                                     .at = r->actor.at };
    int64_t id;

    (void)answer;
    if (!row)
        return complain(why, ERROR_NOT_FOUND, "There is nothing called \"%s\" to look at.", what);
    if (row->right != RIGHT_COUNT && !role_may(r->who->role, row->right))
        return complain(why, ERROR_DENIED, "As %s you may not %s.", role_text(r->who->role),
                        right_text(row->right));
    return row->recorded ? store_view_add(r->core->store, &view, &id) : ERROR_OK;
}
