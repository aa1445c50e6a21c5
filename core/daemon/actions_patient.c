/* Patients: entered without an order, their data put right, two records of one merged. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/bench.h"
#include "core/store/patients.h"

#include <stdio.h>
#include <stdlib.h>
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

/* What there is to do after the data that hold for the patient's orders are others: `done`, and
 * what of it touches tubes, results and who could be taken for whom. */
static enum error tell_rest(struct request *r, int64_t patient, const char *done,
                            const struct ingest_rejudged *judged, struct answer *answer)
{
    struct store_patient_tubes tubes = { 0, 0 };
    struct store_patient stands;
    bool twin = false;
    char text[LIMIT_TEXT];
    enum error e = store_patient_by_id(r->core->store, r->arena, patient, &stands);

    if (e == ERROR_OK)
        e = store_patient_labels(r->core->store, patient, &tubes);
    if (e == ERROR_OK)
        e = store_patient_has_twin(r->core->store, &stands, &twin);
    if (e != ERROR_OK)
        return e;
    (void)snprintf(
        text, sizeof text, "%s%s%s%s%s", done,
        judged->critical  ? " By the right limits a result is critical: look at the orders now."
        : judged->results ? " Other limits judge some results now: the provider reviews them again."
                          : "",
        tubes.here ? " Tubes bear the old data: print their labels again." : "",
        tubes.away ? " A reference laboratory has a tube under the old data: tell it." : "",
        twin ? " Another patient has this family name and birth date: compare the MRN." : "");
    answer->sentence = request_keep(r, text);
    turn_changed(r->core, "patients", "");
    turn_changed(r->core, "inbox", "");
    turn_changed(r->core, "orders", "");
    return ERROR_OK;
}

/* ---- Two records of one patient ---- */

static enum error read_merge(struct request *r, struct store_patient *kept,
                             struct store_patient *merged, char *identifiers, const char *reason,
                             struct complaint *why)
{
    enum error e = find(r, WIRE_F_MRN, kept, why);

    if (e == ERROR_OK)
        e = find(r, WIRE_F_MERGED_MRN, merged, why);
    if (e == ERROR_OK && kept->id == merged->id)
        e = complain(why, ERROR_BAD_INPUT, "That is one record. Choose two.");
    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e == ERROR_OK && text_empty(reason))
        e = complain(why, ERROR_BAD_INPUT, "Say how you know that both are one patient.");
    return e;
}

enum error action_patient_merge(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT] = "";
    struct store_patient kept, merged;
    struct store_merge merge = { .identifiers = identifiers,
                                 .reason = request_text(r, WIRE_F_REASON) };
    struct ingest_rejudge job = { .reason = "The patient's record was merged into another: the "
                                            "limits for that birth date and sex hold",
                                  .by = &r->actor };
    struct ingest_rejudged judged;
    int64_t id;
    enum error e = read_merge(r, &kept, &merged, identifiers, merge.reason, why);

    if (e != ERROR_OK)
        return e;
    merge.kept = kept.id;
    merge.merged = job.patient = merged.id;
    e = store_patient_merge(r->core->store, &r->actor, &merge, &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e,
                        "One of the two has been merged already. Undo that merge first, or keep "
                        "the record that the other was merged into.");
    if (e == ERROR_OK)
        e = ingest_rejudge(r->core->ingest, &job, &judged);
    if (e != ERROR_OK)
        return e;
    return tell_rest(r, kept.id,
                     "Merged. Both histories are kept and shown together; it can be undone.",
                     &judged, answer);
}

enum error action_patient_unmerge(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct ingest_rejudge job = { .reason = "The merge of the patient's record was undone: the "
                                            "limits for its own birth date and sex hold",
                                  .by = &r->actor };
    struct ingest_rejudged judged;
    enum error e;

    if (text_empty(reason))
        return complain(why, ERROR_BAD_INPUT, "Say why they are two patients after all.");
    e = store_patient_unmerge(r->core->store, &r->actor, (int64_t)wire_number(r->m, WIRE_F_MERGE),
                              reason, &job.patient);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "This merge does not stand any more. Load the list.");
    if (e == ERROR_OK)
        e = ingest_rejudge(r->core->ingest, &job, &judged);
    if (e != ERROR_OK)
        return e;
    return tell_rest(r, job.patient, "Undone. Each record shows its own history again.", &judged,
                     answer);
}

/* ---- A patient's data put right ---- */

/* Which of what tells people apart differ. */
struct difference {
    bool name, birth_date, sex, mrn;
};

static struct difference compare(const struct store_patient *a, const struct store_patient *b)
{
    return (struct difference) {
        .name = strcmp(a->family, b->family) != 0 || strcmp(a->given, b->given) != 0,
        .birth_date = strcmp(a->birth_date, b->birth_date) != 0,
        .sex = strcmp(a->sex, b->sex) != 0,
        .mrn = strcmp(a->mrn, b->mrn) != 0,
    };
}

static void name_difference(const struct difference *d, char *out, size_t size)
{
    const char *words[] = { d->name ? "name" : "", d->birth_date ? "birth date" : "",
                            d->sex ? "sex" : "", d->mrn ? "MRN" : "" };
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0] && used < size; i++)
        if (*words[i])
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", words[i]);
}

/* The new MRN is on somebody's record. */
static enum error refuse_mrn(struct request *r, int64_t patient, int64_t other,
                             struct complaint *why)
{
    int64_t shown = 0;
    enum error e = store_patient_current(r->core->store, other, &shown);

    if (e == ERROR_OK && shown == patient)
        return complain(why, ERROR_CONFLICT,
                        "That MRN is of the record that was merged into this one, and finds the "
                        "patient already. To show it on labels and reports, undo that merge under "
                        "Records, Patients, and merge the other way round.");
    if (e == ERROR_OK)
        e = complain(why, ERROR_CONFLICT,
                     "Another patient has that MRN. If both are one person, merge the two "
                     "records; if not, find out whose number it is.");
    return e;
}

/* What may become of the data that stand: not somebody else's, and not under somebody's hands. */
static enum error check_change(struct request *r, const struct store_patient *from,
                               const struct store_patient *to, const struct difference *d,
                               struct complaint *why)
{
    struct store_patient other;
    int64_t version = 0;
    enum error e = store_patient_version(r->core->store, from->id, &version);

    if (e != ERROR_OK)
        return e;
    if (strtoll(request_text(r, WIRE_F_VERSION), NULL, 10) != version)
        return complain(why, ERROR_CONFLICT,
                        "Somebody has changed these data meanwhile. Load them, and compare again.");
    if (!d->name && !d->birth_date && !d->sex && !d->mrn)
        return complain(why, ERROR_BAD_INPUT, "Nothing differs from what stands.");
    if (d->name && d->birth_date && d->mrn)
        return complain(why, ERROR_BAD_INPUT,
                        "With another name, birth date and MRN it would be another patient. If "
                        "results are another patient's, correct the results; enter that patient "
                        "by an order of their own.");
    if (!d->mrn)
        return ERROR_OK;
    e = store_patient_by_mrn(r->core->store, r->arena, to->mrn, &other);
    if (e == ERROR_OK)
        return refuse_mrn(r, from->id, other.id, why);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* Before anything bears them, whoever enters orders puts the data right; afterwards it touches
 * labels and reports. */
static enum error check_right(struct request *r, int64_t patient, struct complaint *why)
{
    bool settled = true;
    enum error e = store_patient_settled(r->core->store, patient, &settled);

    if (e == ERROR_OK && settled && !signin_may(r->who, RIGHT_CORRECT_PATIENT, r->actor.at))
        return complain(why, ERROR_DENIED,
                        "This patient has specimens or results already. The lab lead or the "
                        "laboratory director corrects the data then.");
    return e;
}

/* The data that stand, and those that shall. */
static enum error find_change(struct request *r, struct store_patient *from,
                              struct store_patient *to, struct complaint *why)
{
    enum error e = request_patient_data(r, why);

    if (e == ERROR_OK)
        e = find(r, WIRE_F_MRN, from, why);
    if (e == ERROR_OK)
        e = request_not_merged(r, from->id, why);
    if (e != ERROR_OK)
        return e;
    *to = request_patient_told(r);
    to->id = from->id;
    if (!text_empty(request_text(r, WIRE_F_NEW_MRN)))
        to->mrn = request_text(r, WIRE_F_NEW_MRN);
    return ERROR_OK;
}

enum error action_patient_correct(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT] = "", changed[64] = "";
    struct store_patient from, to;
    struct ingest_rejudge job = { .by = &r->actor };
    struct ingest_rejudged judged = { 0, false };
    struct store_patient_change change = { &to, changed, request_text(r, WIRE_F_REASON),
                                           identifiers };
    struct difference differs = { 0 };
    enum error e = find_change(r, &from, &to, why);

    if (e == ERROR_OK) {
        differs = compare(&from, &to);
        e = check_change(r, &from, &to, &differs, why);
    }
    if (e == ERROR_OK)
        e = check_right(r, from.id, why);
    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e == ERROR_OK && text_empty(change.reason))
        e = complain(why, ERROR_BAD_INPUT, "Say what was wrong and how you know what is right.");
    if (e != ERROR_OK)
        return e;
    name_difference(&differs, changed, sizeof changed);
    e = store_patient_correct(r->core->store, &r->actor, &change);
    job.patient = from.id;
    job.reason = differs.birth_date && differs.sex
                     ? "The patient's birth date and sex were corrected: other limits hold"
                 : differs.sex ? "The patient's sex was corrected: other limits hold"
                               : "The patient's birth date was corrected: other limits hold";
    if (e == ERROR_OK && (differs.birth_date || differs.sex))
        e = ingest_rejudge(r->core->ingest, &job, &judged);
    if (e == ERROR_OK)
        e = tell_rest(r, to.id, "Corrected; what stood before is kept.", &judged, answer);
    if (e == ERROR_OK)
        answer->key = to.mrn;
    return e;
}
