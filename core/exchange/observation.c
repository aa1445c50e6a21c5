/* The results of an ordered test as OBX segments, with what is to be read beside each as NTE. */
#include "core/exchange/endpoint.h"

#include "core/base/text.h"

/* ---- The value ---- */

/* What HL7 calls a number: a sign, digits, a point. */
static bool is_number(const char *text)
{
    size_t sign = *text == '+' || *text == '-';
    size_t whole = strspn(text + sign, "0123456789");
    const char *rest = text + sign + whole;

    if (!whole)
        return false;
    return !*rest || (*rest == '.' && rest[1] && !rest[1 + strspn(rest + 1, "0123456789")]);
}

struct shown {
    const char *type, *value; /* OBX-2, OBX-5 */
    bool verbatim;            /* OBX-5 says all that the instrument said */
};

/* Prose in lines that fit: TX repeats. */
static const char *prose(struct writing *w, const char *text)
{
    const char *all = "";

    while (*text) {
        size_t len = strlen(text), most = w->to->longest_value;
        const char *pair[2] = { all };

        for (len = len > most ? most : len; len == most && len && text[len] != ' ' && text[len];)
            len--;
        pair[1] = writing_say(w, "%.*s", (int)(len ? len : most), text);
        all = *all ? writing_join(w, HL7_NEXT_REPEAT, pair, 2) : pair[1];
        text += strlen(pair[1]) ? strlen(pair[1]) : strlen(text);
        text += strspn(text, " \n");
    }
    return all;
}

static const char *coded(struct writing *w, const char *text, const char *code)
{
    bool wide = strcmp(w->to->version->coded, "CWE") == 0;
    const char *parts[9] = { "" };
    size_t used = 0;

    if (text_empty(code))
        return COMPONENTS(w, "", text);
    parts[0] = writing_given(w, code);
    for (const char *c = parts[0]; *c; c++)
        used += *c == HL7_NEXT_COMPONENT[0];
    if (!wide || used > 7)
        return parts[0];
    parts[8 - used] = text; /* CWE-9: the words as they stood */
    return writing_join(w, HL7_NEXT_COMPONENT, parts, 9 - used);
}

static bool same_but_blanks(const char *a, const char *b)
{
    while (*a || *b) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b)
            return false;
        a += *a != '\0';
        b += *b != '\0';
    }
    return true;
}

static struct shown value_of(struct writing *w, const struct exchange_result *r)
{
    const char *code = exchange_code_of(&w->to->words, r->value);

    if (r->status == EXCHANGE_NOT_DONE)
        return (struct shown) { "", "", true };
    if (r->text)
        return (struct shown) { "TX", prose(w, r->value), true };
    if (code)
        return (struct shown) { w->to->version->coded, coded(w, r->value, code), true };
    if (is_number(r->number) && !text_empty(r->comparator))
        return (struct shown) { "SN", COMPONENTS(w, r->comparator, r->number),
                                same_but_blanks(r->value,
                                                writing_say(w, "%s%s", r->comparator, r->number)) };
    if (is_number(r->number))
        return (struct shown) { "NM", r->number, strcmp(r->number, r->value) == 0 };
    return (struct shown) { "ST", r->value, true };
}

/* ---- The other fields ---- */

static const char *unit_of(struct writing *w, const struct exchange_result *r)
{
    if (!text_empty(r->ucum))
        return COMPONENTS(w, r->ucum, text_empty(r->unit) ? r->ucum : r->unit, "UCUM");
    return text_empty(r->unit) ? "" : COMPONENTS(w, r->unit, r->unit, "L");
}

/* HL7 table 0078, as far as anything here gives such flags. */
static const char *flag_of(const struct exchange_result *r)
{
    static const char *const known[] = { "L", "H", "LL", "HH", "<", ">", "N", "A", "AA" };

    for (size_t i = 0; i < FIELD_COUNT(known); i++)
        if (strcmp(r->flag, known[i]) == 0)
            return r->flag;
    return "";
}

static bool same_name(const struct exchange_result *a, const struct exchange_result *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->loinc, b->loinc) == 0;
}

/* Which one of several of the same name it is (OBX-4), "" when it is alone. */
static const char *run_of(struct writing *w, const struct exchange_panel *p, size_t at)
{
    unsigned all = 0, before = 0;

    for (size_t i = 0; i < p->result_count; i++)
        if (same_name(&p->results[i], &p->results[at])) {
            all++;
            before += i <= at;
        }
    return all > 1 ? writing_say(w, "%u", before) : "";
}

/* OBX-23 as domain.md 6.1 lays it out. */
static const char *laboratory(struct writing *w, const struct exchange_place *place)
{
    if (text_empty(place->clia))
        return COMPONENTS(w, place->name, "L");
    return COMPONENTS(w, place->name, "L", "", "", "", "CLIA", "XX", "", "", place->clia);
}

static void put_places(struct writing *w, const struct exchange_result *r, const char **fields)
{
    const struct exchange_place *lab = &r->performed_by;

    if (w->to->version->devices) {
        fields[18] = COMPONENTS(w, r->model, "", r->serial);
        fields[19] = writing_device_time(w, r->observed_at);
    }
    if (w->to->version->laboratories) {
        fields[23] = laboratory(w, lab);
        fields[24] = writing_address(w, lab->address);
        fields[25] = text_empty(lab->director) ? "" : COMPONENTS(w, "", lab->director);
    } else {
        fields[15] = COMPONENTS(w, lab->clia, lab->name, text_empty(lab->clia) ? "" : "CLIA");
    }
}

static void put_result(struct writing *w, const struct exchange_panel *p, size_t at,
                       const struct shown *shown, unsigned number)
{
    const struct exchange_result *r = &p->results[at];
    char status[2] = { exchange_status_letter(r->status), '\0' };
    const char *fields[26] = { "OBX",
                               writing_say(w, "%u", number),
                               shown->type,
                               writing_code(w, r->code, r->loinc, r->name),
                               run_of(w, p, at),
                               shown->value };

    if (r->status != EXCHANGE_NOT_DONE) {
        fields[6] = unit_of(w, r);
        fields[7] = r->range;
        fields[8] = flag_of(r);
    }
    fields[11] = status;
    fields[14] = writing_taken(w, p);
    fields[16] = r->operator_name;
    put_places(w, r, fields);
    writing_segment(w, fields, FIELD_COUNT(fields));
}

/* ---- What is to be read beside it ---- */

static const char *valued(struct writing *w, const char *value, const char *unit)
{
    return text_empty(unit) ? value : writing_say(w, "%s %s", value, unit);
}

static void put_correction(struct writing *w, const struct exchange_result *r, unsigned *number)
{
    static const char wrong[] = "WRONG PATIENT: this result is not this patient's and was sent by "
                                "mistake. Disregard it.";
    static const char *const begin[EXCHANGE_STATUS_COUNT] = {
        [EXCHANGE_PRELIMINARY] = "CHANGED since the preliminary report.",
        [EXCHANGE_FINAL] = "CHANGED since the preliminary report.",
        [EXCHANGE_NOT_DONE] = "WITHDRAWN: there is no result.",
        [EXCHANGE_CORRECTED] = "CORRECTED.",
        [EXCHANGE_WRONG] = wrong,
    };

    if (r->status != EXCHANGE_WRONG && !r->previous_count)
        return;
    writing_notes(w, begin[r->status], number);
    for (size_t i = 0; r->status != EXCHANGE_WRONG && i < r->previous_count; i++)
        writing_notes(w,
                      writing_say(w, "Previous value: %s, reported %s.",
                                  valued(w, r->previous[i].value, r->previous[i].unit),
                                  writing_moment(w, r->previous[i].at)),
                      number);
    if (r->corrected_at)
        writing_notes(w,
                      writing_say(w, "Changed %s by %s%s%s.", writing_moment(w, r->corrected_at),
                                  *r->correction_by ? r->correction_by : "the instrument",
                                  *r->correction_reason ? ": " : "", r->correction_reason),
                      number);
}

/* What the endpoint's version has no field for. */
static void put_told(struct writing *w, const struct exchange_panel *p, size_t at, unsigned *number)
{
    const struct exchange_result *r = &p->results[at];
    const struct exchange_place *lab = &r->performed_by;
    const struct exchange_result *before = at ? r - 1 : NULL;
    bool again = before && strcmp(lab->name, before->performed_by.name) == 0;
    bool same_run = before && strcmp(r->model, before->model) == 0 &&
                    strcmp(r->serial, before->serial) == 0 &&
                    strcmp(r->observed_at, before->observed_at) == 0;

    if (!w->to->version->devices && *r->model && !same_run)
        writing_notes(w,
                      writing_say(w, "Measured by %s%s%s%s%s.", r->model,
                                  *r->serial ? ", serial number " : "", r->serial,
                                  *r->observed_at ? ", its own time " : "", r->observed_at),
                      number);
    if (!w->to->version->laboratories && !again)
        writing_notes(w,
                      writing_say(w, "Performed by %s, %s%s%s%s%s.", lab->name, lab->address,
                                  *lab->clia ? ", CLIA " : "", lab->clia,
                                  *lab->director ? ", director " : "", lab->director),
                      number);
}

static void put_notes(struct writing *w, const struct exchange_panel *p, size_t at,
                      const struct shown *shown)
{
    const struct exchange_result *r = &p->results[at];
    unsigned number = 0;

    put_correction(w, r, &number);
    if (!shown->verbatim)
        writing_notes(w, writing_say(w, "As the instrument sent it: %s", r->value), &number);
    if (r->status != EXCHANGE_NOT_DONE && *r->flag && !*flag_of(r))
        writing_notes(w, writing_say(w, "Flag of the instrument: %s", r->flag), &number);
    writing_notes(w, r->comments, &number);
    put_told(w, p, at, &number);
}

void writing_results(struct writing *w, const struct exchange_panel *panel, unsigned *number)
{
    for (size_t i = 0; i < panel->result_count; i++) {
        const struct shown shown = value_of(w, &panel->results[i]);

        put_result(w, panel, i, &shown, ++*number);
        put_notes(w, panel, i, &shown);
    }
}
