/* The decision on one record: its kind, its number, its specimen, its header, its results. */
#include "core/rules/match.h"

#include "core/model/accession.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* `detail` follows the reason's sentence: what the device sent beside what we have. */
__attribute__((format(printf, 4, 5))) static void settle(struct match_decision *out,
                                                         enum disposition disposition,
                                                         enum reason reason, const char *detail,
                                                         ...)
{
    char more[256] = "";
    va_list args;

    va_start(args, detail);
    (void)vsnprintf(more, sizeof more, detail, args);
    va_end(args);
    out->disposition = disposition;
    out->reason = reason;
    (void)complain(&out->sentence, ERROR_OK, "%s%s%s", reason_text(reason), *more ? " " : "", more);
}

static bool has_blank(const char *text)
{
    for (; *text; text++)
        if (isspace((unsigned char)*text))
            return true;
    return false;
}

/* Why the text names no specimen of ours. It is compared as sent: blanks are not cut off, digits
 * not completed, because a number that has to be repaired is a number that may be another's. */
static void hold_number(const char *sent, const char *salt, struct match_decision *out)
{
    size_t digits = strspn(sent, "0123456789");

    if (!*sent)
        settle(out, DISPOSITION_HELD, REASON_NO_SPECIMEN, "Find out whose it is.");
    else if (has_blank(sent))
        settle(out, DISPOSITION_HELD, REASON_BLANKS, "Compare it with the label.");
    else if (digits != ACCESSION_DIGITS || sent[digits])
        settle(out, DISPOSITION_HELD, REASON_NOT_ACCESSION,
               "A label has 12 digits. Compare it with the label.");
    else if (!accession_valid(sent, salt))
        settle(out, DISPOSITION_HELD, REASON_CHECK_DIGIT, "Compare it with the label.");
    else
        settle(out, DISPOSITION_HELD, REASON_UNKNOWN, "Compare it with the label.");
}

/* Copies what matters of a name: letters and digits, in lower case; U+00C0 to U+00DE and the rest
 * of Latin-1 are folded, other letters stand for themselves. Words are separated by one blank. */
static void fold(char *out, size_t size, const char *text)
{
    size_t len = 0;
    bool gap = false;

    for (const unsigned char *at = (const unsigned char *)text; *at && len + 3 < size; at++) {
        unsigned char byte = *at;
        bool word = isalnum(byte) || byte >= 0x80;

        if (!word) {
            gap = byte != '\'' && byte != '-' && byte != '.' && len > 0;
            continue;
        }
        if (gap)
            out[len++] = ' ';
        gap = false;
        out[len++] = (char)tolower(byte);
        if (byte == 0xc3 && at[1] >= 0x80 && at[1] <= 0x9e && at[1] != 0x97) {
            out[len++] = (char)(at[1] + 0x20);
            at++;
        }
    }
    out[len] = '\0';
}

/* Whether `sent` is the whole of `full` or its first words. */
static bool first_words(const char *sent, const char *full)
{
    size_t len = strlen(sent);

    return strncmp(sent, full, len) == 0 && (full[len] == '\0' || full[len] == ' ');
}

/* Family and given name in parts of their own: `DOE^JANE^Q` or `Doe, Jane`. */
static bool match_split_name(const char *sent, size_t cut, const char *family, const char *given)
{
    char text[LIMIT_NAME], part[LIMIT_NAME], whole[LIMIT_NAME];

    (void)snprintf(text, sizeof text, "%.*s", (int)cut, sent);
    fold(part, sizeof part, text);
    fold(whole, sizeof whole, family);
    if (strcmp(part, whole) != 0)
        return false;
    fold(part, sizeof part, sent + cut);
    fold(whole, sizeof whole, given);
    return !*part || first_words(part, whole);
}

bool match_name(const char *sent, const char *family, const char *given)
{
    size_t cut = strcspn(sent, "^,");
    char name[LIMIT_NAME * 2], both[LIMIT_NAME * 2], folded[LIMIT_NAME * 2];

    if (strlen(sent) >= LIMIT_NAME || strlen(family) >= LIMIT_NAME || strlen(given) >= LIMIT_NAME)
        return false;
    if (sent[cut])
        return match_split_name(sent, cut, family, given);
    fold(name, sizeof name, sent);
    fold(folded, sizeof folded, family);
    if (strcmp(name, folded) == 0)
        return true;
    (void)snprintf(both, sizeof both, "%s %s", family, given);
    fold(folded, sizeof folded, both);
    if (first_words(name, folded) && strlen(name) > strlen(family))
        return true;
    (void)snprintf(both, sizeof both, "%s %s", given, family);
    fold(folded, sizeof folded, both);
    return strcmp(name, folded) == 0;
}

/* The first eight digits of a date, or false when there are not eight in the usual places. */
static bool date_digits(const char *text, char digits[9])
{
    size_t len = 0;

    for (size_t at = 0; text[at] && len < 8; at++) {
        if (text[at] == '-' && (at == 4 || at == 7))
            continue;
        if (!isdigit((unsigned char)text[at]))
            return false;
        digits[len++] = text[at];
    }
    digits[len] = '\0';
    return len == 8;
}

bool match_birth_date(const char *sent, const char *birth_date)
{
    char a[9], b[9];

    return date_digits(sent, a) && date_digits(birth_date, b) && strcmp(a, b) == 0;
}

bool match_text(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (isspace((unsigned char)*a))
            a++;
        while (isspace((unsigned char)*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (!*a)
            return true;
    }
}

/* M and F contradict each other; anything else is no statement. */
static bool sex_contradicts(const char *sent, const char *ours)
{
    int a = toupper((unsigned char)sent[0]), b = toupper((unsigned char)ours[0]);

    return (a == 'M' && b == 'F') || (a == 'F' && b == 'M');
}

/* Only what the device sent can disagree. Some instruments repeat the specimen's number in the
 * patient's place: that names this very tube. */
static enum reason header_against(const struct record *r, const char *accession,
                                  const struct store_patient *p)
{
    if (*r->patient_id && !match_text(r->patient_id, p->mrn) &&
        strcmp(r->patient_id, accession) != 0)
        return REASON_PATIENT_ID;
    if (*r->patient_name && !match_name(r->patient_name, p->family, p->given))
        return REASON_PATIENT_NAME;
    if (*r->patient_birth_date && !match_birth_date(r->patient_birth_date, p->birth_date))
        return REASON_BIRTH_DATE;
    return sex_contradicts(r->patient_sex, p->sex) ? REASON_SEX : REASON_NONE;
}

/* A header that bears the number of a version, and nothing against it: a name alone may be anybody
 * else's by now. */
static bool is_of(const struct record *r, const char *accession, const struct store_patient *told)
{
    return *r->patient_id && match_text(r->patient_id, told->mrn) &&
           header_against(r, accession, told) == REASON_NONE;
}

/* The header is of who the patient is, or, whole, of what the tube itself says: data that were put
 * right after its label was printed do not make it another's. Half of each is nobody's. */
static bool header_agrees(const struct record *r, const struct match_specimen *s,
                          struct match_decision *out)
{
    const struct store_patient stands = { .mrn = s->mrn,
                                          .family = s->family,
                                          .given = s->given,
                                          .birth_date = s->birth_date,
                                          .sex = s->sex };
    enum reason reason = header_against(r, s->accession, &stands);

    for (size_t i = 0; i < s->told_count && reason != REASON_NONE; i++)
        if (is_of(r, s->accession, &s->told[i]))
            return true;
    if (reason != REASON_NONE)
        settle(out, DISPOSITION_HELD, reason,
               "Find out which of the two is right before you link it.");
    return reason == REASON_NONE;
}

const struct match_analyte *match_analyte_find(const struct match_specimen *specimen,
                                               const struct record_result *result)
{
    for (size_t i = 0; i < specimen->analyte_count; i++) {
        const struct match_analyte *a = &specimen->analytes[i];
        if (*result->loinc ? strcmp(a->loinc, result->loinc) == 0
                           : *result->code && strcmp(a->code, result->code) == 0)
            return a;
    }
    return NULL;
}

/* A number means nothing without its unit; units are a setting of the instrument, never assumed
 * (devices.md 7.11). Words need none. A unit that the profile does not map fits when it is written
 * as UCUM writes it. */
static enum reason judge_unit(const struct record_result *result, const char *expected)
{
    const char *unit = *result->ucum ? result->ucum : result->unit;

    if (!*expected || strcmp(unit, expected) == 0)
        return REASON_NONE;
    if (!*unit)
        return *result->number ? REASON_UNIT_MISSING : REASON_NONE;
    return REASON_UNIT;
}

static bool result_belongs(const struct record_result *result, const struct match_specimen *s,
                           const struct match_analyte **out, struct match_decision *decision)
{
    const struct match_analyte *analyte = match_analyte_find(s, result);
    const char *called = *result->name ? result->name : result->code;
    enum reason reason;

    if (!analyte) {
        settle(decision, DISPOSITION_HELD, *result->loinc ? REASON_NOT_ORDERED : REASON_UNMAPPED,
               "Result: %.80s. Compare the specimen with the order.", called);
        return false;
    }
    reason = judge_unit(result, analyte->ucum);
    if (reason != REASON_NONE) {
        settle(decision, DISPOSITION_HELD, reason, "%.80s: expected %.40s, sent %.40s.", called,
               analyte->ucum, *result->unit ? result->unit : "none");
        return false;
    }
    *out = analyte;
    return true;
}

static void decide_patient(const struct record *r, const char *salt, const struct match_specimen *s,
                           struct match_decision *out)
{
    if (!s || strcmp(s->accession, r->specimen) != 0 || !accession_valid(r->specimen, salt)) {
        hold_number(r->specimen, salt, out);
        return;
    }
    if (!specimen_testable(s->state)) {
        settle(out, DISPOSITION_HELD, REASON_STATE, "It is %s.", specimen_state_text(s->state));
        return;
    }
    if (!header_agrees(r, s, out))
        return;
    if (r->result_count == 0 || r->result_count > LIMIT_RESULTS) {
        settle(out, DISPOSITION_HELD, REASON_NO_RESULTS, "Look at the instrument.");
        return;
    }
    for (size_t i = 0; i < r->result_count; i++)
        if (!result_belongs(&r->results[i], s, &out->analyte[i], out))
            return;
    settle(out, DISPOSITION_LINKED, REASON_NONE, "%s", "");
}

void match_decide(const struct record *record, const char *salt,
                  const struct match_specimen *specimen, struct match_decision *out)
{
    static const enum disposition by_kind[RECORD_KIND_COUNT] = {
        [RECORD_QC] = DISPOSITION_QC,
        [RECORD_CALIBRATION] = DISPOSITION_CALIBRATION,
        [RECORD_QUERY] = DISPOSITION_QUERY,
        [RECORD_SERVICE] = DISPOSITION_SERVICE,
        [RECORD_INCOMPLETE] = DISPOSITION_INCOMPLETE,
    };

    memset(out, 0, sizeof *out);
    if (*record->looks_like)
        settle(out, DISPOSITION_HELD, REASON_OTHER_INSTRUMENT,
               "It looks like %.200s. Are two cables swapped? Put them right and send it again.",
               record->looks_like);
    else if (record->kind == RECORD_PATIENT)
        decide_patient(record, salt, specimen, out);
    else if (record->kind == RECORD_INCOMPLETE)
        settle(out, DISPOSITION_INCOMPLETE, REASON_INCOMPLETE,
               "What arrived is kept. Send it again from the instrument, or take what is here.");
    else if (record->kind == RECORD_QC && specimen)
        settle(out, DISPOSITION_QC, REASON_QC_NAMES_SPECIMEN,
               "It is filed as quality control. Repeat the test if it was the patient's.");
    else
        settle(out, by_kind[record->kind], REASON_NONE, "%s", "");
}
