/* Patients without an order: entered, as by an import, and two records of one patient merged. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/bench.h"

#include <string.h>

enum error action_patient_add(struct request *r, struct answer *answer, struct complaint *why)
{
    bool fresh = false;
    int64_t id;
    enum error e = request_patient(r, &id, &fresh, why);

    if (e != ERROR_OK)
        return e;
    answer->key = fresh ? "added" : "known";
    answer->sentence =
        fresh ? "The patient was added." : "The patient is on file with exactly these data.";
    turn_changed(r->core, "patients", "");
    return ERROR_OK;
}

static enum error find(struct request *r, enum wire_field field, struct store_patient *out,
                       struct complaint *why)
{
    const char *mrn = request_text(r, field);
    enum error e = store_patient_by_mrn(r->core->store, r->arena, mrn, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "No patient has that MRN. Compare it with the record.");
    return e;
}

enum error action_patient_merge(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT] = "";
    struct store_patient kept, merged;
    struct store_merge merge = { .identifiers = identifiers,
                                 .reason = request_text(r, WIRE_F_REASON) };
    int64_t id;
    enum error e = find(r, WIRE_F_MRN, &kept, why);

    if (e == ERROR_OK)
        e = find(r, WIRE_F_MERGED_MRN, &merged, why);
    if (e == ERROR_OK && kept.id == merged.id)
        e = complain(why, ERROR_BAD_INPUT, "That is one record. Choose two.");
    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e == ERROR_OK && text_empty(merge.reason))
        e = complain(why, ERROR_BAD_INPUT, "Say how you know that both are one patient.");
    if (e != ERROR_OK)
        return e;
    merge.kept = kept.id;
    merge.merged = merged.id;
    e = store_patient_merge(r->core->store, &r->actor, &merge, &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "One of the two has been merged already. Undo that merge first, or keep "
                        "the record that the other was merged into.");
    answer->sentence = "Merged. Both histories are kept and shown together; it can be undone.";
    turn_changed(r->core, "patients", "");
    turn_changed(r->core, "inbox", "");
    return e;
}

enum error action_patient_unmerge(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    enum error e;

    if (text_empty(reason))
        return complain(why, ERROR_BAD_INPUT, "Say why they are two patients after all.");
    e = store_patient_unmerge(r->core->store, &r->actor, (int64_t)wire_number(r->m, WIRE_F_MERGE),
                              reason);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "This merge does not stand any more. Load the list.");
    answer->sentence = "Undone. Each record shows its own history again.";
    turn_changed(r->core, "patients", "");
    turn_changed(r->core, "inbox", "");
    return e;
}
