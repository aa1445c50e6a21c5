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
    { WIRE_CRITICAL_ATTEMPT, RIGHT_COLLECT, PIN_NONE, false, action_critical_attempt },
    { WIRE_CORRECT, RIGHT_CORRECT, PIN_OWN, false, action_correct },
    { WIRE_UNDO, RIGHT_CORRECT, PIN_NONE, false, action_undo },
    { WIRE_PROPOSAL_END, RIGHT_COLLECT, PIN_NONE, false, action_proposal_end },
    { WIRE_NOTICE_SEEN, RIGHT_VIEW_RESULTS, PIN_NONE, false, action_notice_seen },
    { WIRE_EKG_OPEN, RIGHT_COLLECT, PIN_NONE, false, action_ekg_open },
    { WIRE_EKG_CLOSE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_close },
    { WIRE_EKG_RUN, RIGHT_COLLECT, PIN_NONE, false, action_ekg_run },
    { WIRE_EKG_TIE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_tie },
    { WIRE_EKG_UNTIE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_untie },
    { WIRE_EKG_CHOOSE, RIGHT_COLLECT, PIN_NONE, false, action_ekg_choose },
    { WIRE_QC_LEVEL, RIGHT_KEEP_LOTS, PIN_NONE, false, action_qc_level },
    { WIRE_QC_TRIGGER, RIGHT_KEEP_LOTS, PIN_NONE, false, action_qc_trigger },
    { WIRE_QC_ENTER, RIGHT_RUN_TEST, PIN_NONE, false, action_qc_enter },
    { WIRE_QC_PLACE, RIGHT_RUN_TEST, PIN_NONE, false, action_qc_place },
    { WIRE_QC_ACTION, RIGHT_RUN_TEST, PIN_NONE, false, action_qc_action },
    { WIRE_QC_REVIEW, RIGHT_KEEP_LOTS, PIN_NONE, false, action_qc_review },
    { WIRE_QC_VOID, RIGHT_KEEP_LOTS, PIN_NONE, false, action_qc_void },
    { WIRE_QC_LOOK, RIGHT_KEEP_LOTS, PIN_NONE, false, action_qc_look },
    { WIRE_MAINTENANCE, RIGHT_RUN_TEST, PIN_NONE, false, action_maintenance },
    { WIRE_OVERREAD, RIGHT_SIGN, PIN_OWN, false, action_overread },
    { WIRE_APPROVE, RIGHT_APPROVE_LIMITS, PIN_OWN, false, action_approve },
    { WIRE_LIMITS_PROPOSE, RIGHT_COUNT, PIN_NONE, false, action_limits_propose },
    { WIRE_LIMITS_WITHDRAW, RIGHT_COUNT, PIN_NONE, false, action_limits_withdraw },
    { WIRE_USER_ADD, RIGHT_MANAGE_PEOPLE, PIN_NEW, true, action_user_add },
    { WIRE_USER_PIN, RIGHT_COUNT, PIN_CHANGE, false, action_user_pin },
    { WIRE_USER_CHANGE, RIGHT_MANAGE_PEOPLE, PIN_OWN, false, action_user_change },
    { WIRE_BADGE_ISSUE, RIGHT_MANAGE_PEOPLE, PIN_NONE, false, action_badge_issue },
    { WIRE_BADGE_WITHDRAW, RIGHT_MANAGE_PEOPLE, PIN_NONE, false, action_badge_withdraw },
    { WIRE_OPERATOR_NAME, RIGHT_CERTIFY, PIN_NONE, false, action_operator_name },
    { WIRE_CERTIFY, RIGHT_CERTIFY, PIN_OWN, false, action_certify },
    { WIRE_CERTIFY_END, RIGHT_CERTIFY, PIN_OWN, false, action_certify_end },
    { WIRE_EMERGENCY_BEGIN, RIGHT_COUNT, PIN_OWN, false, action_emergency_begin },
    { WIRE_EMERGENCY_REVIEW, RIGHT_COUNT, PIN_NONE, false, action_emergency_review },
    { WIRE_RELEASE, RIGHT_OVERRIDE, PIN_NONE, false, action_release },
    { WIRE_RULE_SET, RIGHT_DIRECT, PIN_OWN, false, action_rule_set },
    { WIRE_ITEM_SET, RIGHT_KEEP_LOTS, PIN_NONE, false, action_item_set },
    { WIRE_LOT_RECEIVE, RIGHT_RUN_TEST, PIN_NONE, false, action_lot_receive },
    { WIRE_LOT_OPEN, RIGHT_RUN_TEST, PIN_NONE, false, action_lot_open },
    { WIRE_LOT_MARK, RIGHT_RUN_TEST, PIN_NONE, false, action_lot_mark },
    { WIRE_PLACE_SET, RIGHT_KEEP_LOTS, PIN_NONE, false, action_place_set },
    { WIRE_TEMPERATURE_ADD, RIGHT_RUN_TEST, PIN_NONE, false, action_temperature_add },
    { WIRE_OUTBOX_RELEASE, RIGHT_RESOLVE, PIN_NONE, false, action_outbox_release },
    { WIRE_OUTBOX_DROP, RIGHT_RESOLVE, PIN_NONE, false, action_outbox_drop },
    { WIRE_LAB_SET, RIGHT_KEEP_LOTS, PIN_NONE, false, action_lab_set },
    { WIRE_MANIFEST_OPEN, RIGHT_SEND_OUT, PIN_NONE, false, action_manifest_open },
    { WIRE_MANIFEST_PACK, RIGHT_SEND_OUT, PIN_NONE, false, action_manifest_pack },
    { WIRE_MANIFEST_UNPACK, RIGHT_SEND_OUT, PIN_NONE, false, action_manifest_unpack },
    { WIRE_HAND_OVER, RIGHT_SEND_OUT, PIN_NONE, false, action_hand_over },
    { WIRE_REFERENCE_RESULT, RIGHT_SEND_OUT, PIN_NONE, false, action_reference_result },
    { WIRE_SENDOUT_CLOSE, RIGHT_SEND_OUT, PIN_NONE, false, action_sendout_close },
    { WIRE_REVEAL, RIGHT_AUDIT, PIN_NONE, false, action_reveal },
    { WIRE_PURGE_PROPOSE, RIGHT_PURGE, PIN_NONE, false, action_purge_propose },
    { WIRE_PURGE_APPROVE, RIGHT_PURGE, PIN_OWN, false, action_purge_approve },
    { WIRE_SIGN_BATCH, RIGHT_SIGN, PIN_OWN, false, action_sign_batch },
    { WIRE_TASK_ADD, RIGHT_SIGN, PIN_NONE, false, action_task_add },
    { WIRE_TASK_STEP, RIGHT_FOLLOW_UP, PIN_NONE, false, action_task_step },
    { WIRE_RETURN_ANSWER, RIGHT_FOLLOW_UP, PIN_NONE, false, action_return_answer },
    { WIRE_COVER_ASK, RIGHT_COUNT, PIN_NONE, false, action_cover_ask },
    { WIRE_COVER_ANSWER, RIGHT_COUNT, PIN_NONE, false, action_cover_answer },
    { WIRE_OWN, RIGHT_COUNT, PIN_NONE, false, action_own },
    { WIRE_PATIENT_ADD, RIGHT_ENTER_ORDER, PIN_NONE, false, action_patient_add },
    { WIRE_PATIENT_CORRECT, RIGHT_ENTER_ORDER, PIN_NONE, false, action_patient_correct },
    { WIRE_PATIENT_MERGE, RIGHT_MERGE, PIN_NONE, false, action_patient_merge },
    { WIRE_PATIENT_UNMERGE, RIGHT_MERGE, PIN_NONE, false, action_patient_unmerge },
    { WIRE_ORDER_CANCEL, RIGHT_ENTER_ORDER, PIN_NONE, false, action_order_cancel },
    { WIRE_ORAL_AUTHORISE, RIGHT_ENTER_ORDER, PIN_NONE, false, action_oral_authorise },
    { WIRE_ADD_ON, RIGHT_ENTER_ORDER, PIN_NONE, false, action_add_on },
    { WIRE_ALIQUOT, RIGHT_COLLECT, PIN_NONE, false, action_aliquot },
    { WIRE_MOVE, RIGHT_COLLECT, PIN_NONE, false, action_move },
    { WIRE_REJECTION_SEEN, RIGHT_SIGN, PIN_NONE, false, action_rejection_seen },
    { WIRE_STABILITY_SET, RIGHT_DIRECT, PIN_NONE, false, action_stability_set },
    { WIRE_READING_SET, RIGHT_DIRECT, PIN_NONE, false, action_reading_set },
    { WIRE_READING_BEGIN, RIGHT_RUN_TEST, PIN_NONE, false, action_reading_begin },
    { WIRE_READING_LOOK, RIGHT_RUN_TEST, PIN_NONE, false, action_reading_look },
    { WIRE_READING_VOID, RIGHT_RUN_TEST, PIN_NONE, false, action_reading_void },
    { WIRE_PAPER_RESERVE, RIGHT_COLLECT, PIN_NONE, false, action_paper_reserve },
    { WIRE_PAPER_ENTER, RIGHT_COLLECT, PIN_NONE, false, action_paper_enter },
    { WIRE_PAPER_VOID, RIGHT_COLLECT, PIN_NONE, false, action_paper_void },
    { WIRE_BILLING_SET, RIGHT_KEEP_LOTS, PIN_NONE, false, action_billing_set },
};

static const struct permit_view views[] = {
    { "qc", RIGHT_VIEW_CUSTODY, false },
    { "qc_level", RIGHT_VIEW_CUSTODY, false },
    { "qc_look_back", RIGHT_VIEW_RESULTS, true },
    { "inbox", RIGHT_VIEW_RESULTS, true },
    { "order", RIGHT_VIEW_RESULTS, true },
    { "order_list", RIGHT_ENTER_ORDER, true },
    { "specimen", RIGHT_VIEW_RESULTS, true },
    { "label", RIGHT_COLLECT, true },
    { "unmatched", RIGHT_VIEW_RESULTS, true },
    { "message", RIGHT_VIEW_RESULTS, true },
    { "search", RIGHT_VIEW_RESULTS, true },
    { "people", RIGHT_MANAGE_PEOPLE, false },
    { "providers", RIGHT_COUNT, false },
    { "export", RIGHT_VIEW_RESULTS, true },
    { "limits", RIGHT_VIEW_CUSTODY, false },
    { "tests", RIGHT_COUNT, false },
    { "today", RIGHT_COUNT, false },
    { "instruments", RIGHT_COUNT, false },
    { "instrument", RIGHT_VIEW_RESULTS, true },
    { "ekgs", RIGHT_VIEW_RESULTS, true },
    { "ekg", RIGHT_VIEW_RESULTS, true },
    { "tracing", RIGHT_VIEW_RESULTS, true },
    { "staff", RIGHT_MANAGE_PEOPLE, false },
    { "operators", RIGHT_VIEW_CUSTODY, false },
    { "access", RIGHT_AUDIT, true },
    { "access_by", RIGHT_AUDIT, true },
    { "emergencies", RIGHT_MANAGE_PEOPLE, false },
    { "emergencies_audit", RIGHT_AUDIT, false },
    { "purges", RIGHT_PURGE, false },
    { "inbox_index", RIGHT_VIEW_RESULTS, false },
    { "tasks", RIGHT_FOLLOW_UP, true },
    { "overdue", RIGHT_VIEW_RESULTS, true },
    { "covers", RIGHT_VIEW_RESULTS, false },
    { "sendouts", RIGHT_SEND_OUT, true },
    { "find", RIGHT_SEE_STATUS, true },
    { "huddle", RIGHT_COUNT, false },
    { "metrics", RIGHT_VIEW_CUSTODY, false },
    { "trace", RIGHT_AUDIT, true },
    { "pack", RIGHT_AUDIT, true },
    { "lots", RIGHT_COUNT, false },
    { "lot", RIGHT_VIEW_RESULTS, true },
    { "lot_scan", RIGHT_RUN_TEST, false },
    { "temperatures", RIGHT_COUNT, false },
    { "rules", RIGHT_VIEW_CUSTODY, false },
    { "by_hand", RIGHT_RUN_TEST, true },
    { "readings", RIGHT_COUNT, false },
    { "oral", RIGHT_ENTER_ORDER, true },
    { "paper", RIGHT_COLLECT, false },
    { "paper_sheet", RIGHT_COLLECT, false },
    { "rejections", RIGHT_VIEW_RESULTS, true },
    { "patients", RIGHT_MERGE, true },
    { "patient", RIGHT_VIEW_RESULTS, true },
    { "criticals", RIGHT_COLLECT, true },
    { "notices", RIGHT_VIEW_RESULTS, true },
    { "proposals", RIGHT_VIEW_RESULTS, true },
    { "outbox", RIGHT_VIEW_RESULTS, true },
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

/* The emergency access without which that look would be refused, or would show no names; or 0. */
static int64_t under_emergency(const struct request *r, const struct permit_view *row)
{
    bool own = !row || row->right == RIGHT_COUNT || role_may(r->who->role, row->right);
    return own && r->who->role != ROLE_AUDITOR ? 0 : r->who->emergency;
}

enum error action_view(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *what = request_text(r, WIRE_F_WHAT);
    const struct permit_view *row = permit_view(what);
    const struct store_view view = { .person = r->actor.person,
                                     .workstation = r->actor.workstation,
                                     .what = what,
                                     .key = request_text(r, WIRE_F_KEY),
                                     .at = r->actor.at,
                                     .role = r->actor.role,
                                     .emergency = under_emergency(r, row),
                                     .list = request_text(r, WIRE_F_LIST) };
    int64_t id;

    enum error e;

    if (!row)
        return complain(why, ERROR_NOT_FOUND, "There is nothing called \"%s\" to look at.", what);
    if (row->right != RIGHT_COUNT && !signin_may(r->who, row->right, r->actor.at))
        return complain(why, ERROR_DENIED, "As %s you may not %s.", role_text(r->who->role),
                        right_text(row->right));
    e = view_is_covered(r, &answer->covered);
    if (e == ERROR_OK && strcmp(what, "pack") == 0)
        e = packs_ask(r, answer->covered, why);
    if (e == ERROR_OK && row->recorded)
        e = store_view_add(r->core->store, &view, &id);
    return e;
}
