/* Reading claims and holding a result against them; see the header. */
#include "core/rules/waiver.h"

#include "core/rules/judge.h"

#include <stdio.h>
#include <string.h>

enum { PART = 96, MAX_YEARS = 150 };

static const char insert[] = "insert";

bool waiver_certificate_known(const char *text)
{
    static const char *const known[] = { "CW", "PPM", "COC", "COA" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(text, known[i]) == 0)
            return true;
    return false;
}

/* The next part of a list before `;`, without the blanks around it; false at its end. */
static bool next_part(const char **at, char out[PART])
{
    size_t len;

    *at += strspn(*at, ", ");
    len = strcspn(*at, ",;");
    if (!len)
        return false;
    (void)snprintf(out, PART, "%.*s", (int)(len < PART ? len : 0), *at);
    *at += len;
    for (len = strlen(out); len && out[len - 1] == ' ';)
        out[--len] = '\0';
    return true;
}

/* ---- Specimens ---- */

/* "whole blood (EDTA)" into its two halves; false when it is neither that nor "whole blood". */
static bool cut_specimen(char *part, const char **container)
{
    char *open = strstr(part, " (");
    size_t len = strlen(part);

    *container = "";
    if (!open)
        return len && !strpbrk(part, "()");
    if (open == part || part[len - 1] != ')' || open + 3 > part + len)
        return false;
    part[len - 1] = *open = '\0';
    *container = open + 2;
    return **container && !strpbrk(*container, "()");
}

/* People write "LAV EDTA" or "EDTA tube"; one that nobody has told is taken for the right one. */
static bool same_container(const char *told, const char *wanted)
{
    return !*told || !*wanted || strcasestr(told, wanted) || strcasestr(wanted, told);
}

static bool covers_specimen(const struct waiver_claim *claim, const struct waiver_case *c)
{
    const char *at = claim->specimen, *container;
    char part[PART];

    if (strcmp(claim->specimen, insert) == 0)
        return true;
    while (next_part(&at, part))
        if (cut_specimen(part, &container) && strcmp(part, c->specimen_type) == 0 &&
            same_container(c->container, container))
            return true;
    return false;
}

/* ---- Populations ---- */

/* "from 2 years": 2. */
static bool read_years(const char *part, const char *word, int64_t *years)
{
    size_t len = strlen(word), digits;

    if (strncmp(part, word, len) != 0 || part[len] != ' ')
        return false;
    part += len + 1;
    digits = strspn(part, "0123456789");
    if (digits < 1 || digits > 3 || strcmp(part + digits, " years") != 0)
        return false;
    *years = 0;
    for (size_t i = 0; i < digits; i++)
        *years = *years * 10 + (part[i] - '0');
    return *years <= MAX_YEARS;
}

struct ages {
    int64_t from, to; /* days; `to` is the first that is not covered, 0: no end */
};

static bool read_population(const char *text, struct ages *out)
{
    char part[PART];
    int64_t years;
    bool any = false;

    *out = (struct ages) { 0, 0 };
    while (next_part(&text, part)) {
        any = true;
        if (read_years(part, "from", &years))
            out->from = judge_years(years);
        else if (read_years(part, "to", &years))
            out->to = judge_years(years + 1);
        else if (strcmp(part, "all") != 0 && strcmp(part, insert) != 0)
            return false;
    }
    return any;
}

bool waiver_claim_readable(const struct waiver_claim *claim)
{
    const char *at = claim->specimen, *container;
    char part[PART];
    struct ages ages;
    bool any = false;

    while (next_part(&at, part)) {
        any = true;
        if (!cut_specimen(part, &container))
            return false;
    }
    return any && read_population(claim->population, &ages);
}

/* ---- Judging ---- */

static bool names(const struct waiver_claim *claim, const struct waiver_case *c)
{
    return (*c->code && strcmp(claim->test, c->code) == 0) ||
           (*c->loinc && strcmp(claim->test, c->loinc) == 0);
}

static bool certificate_covers_all(const char *certificate)
{
    return strcmp(certificate, "COC") == 0 || strcmp(certificate, "COA") == 0;
}

/* Outside of the waiver for that reason. */
static enum gate_finding outside(const struct waiver_case *c, struct complaint *sentence,
                                 const char *reason)
{
    bool told = *c->certificate != '\0';

    (void)complain(sentence, ERROR_OK, "%s on the %s is outside the CLIA waiver: %s. %s", c->name,
                   c->system, reason,
                   told
                       ? "This laboratory's certificate does not cover it. Ask the director before "
                         "anybody uses the result."
                       : "Whether this laboratory may do it depends on its certificate: an "
                         "administrator writes certificate= into phial.conf.");
    return told ? GATE_AGAINST : GATE_UNKNOWN;
}

/* What one claim says; NOTHING: the waiver covers it. */
static enum gate_finding judge_one(const struct waiver_claim *claim, const struct waiver_case *c,
                                   struct complaint *sentence)
{
    char reason[4 * PART];
    struct ages ages;

    if (strcmp(claim->category, "waived") != 0) {
        (void)snprintf(reason, sizeof reason, "it is a test of %.16s complexity", claim->category);
        return outside(c, sentence, reason);
    }
    if (!covers_specimen(claim, c)) {
        (void)snprintf(reason, sizeof reason,
                       "it is waived with %.90s only, and this is %.60s%s%.60s", claim->specimen,
                       *c->specimen_type ? c->specimen_type : "of no known type",
                       *c->container ? ", " : "", c->container);
        return outside(c, sentence, reason);
    }
    if (!read_population(claim->population, &ages) || (!ages.from && !ages.to))
        return GATE_NOTHING;
    if (c->age < 0) {
        (void)complain(
            sentence, ERROR_OK,
            "%s on the %s is waived for some ages only (%.60s), and the patient's age is "
            "not known. Complete the birth date.",
            c->name, c->system, claim->population);
        return GATE_UNKNOWN;
    }
    if (c->age < ages.from || (ages.to && c->age >= ages.to)) {
        (void)snprintf(reason, sizeof reason,
                       "it is waived %.90s, and the patient is %lld years old", claim->population,
                       (long long)(c->age * 4 / 1461));
        return outside(c, sentence, reason);
    }
    return GATE_NOTHING;
}

enum gate_finding waiver_judge(const struct waiver_claim *claims, size_t count,
                               const struct waiver_case *c, struct complaint *sentence)
{
    enum gate_finding found = GATE_NOTHING;
    bool special = false, any = false;

    if (certificate_covers_all(c->certificate))
        return GATE_NOTHING;
    for (size_t i = 0; i < count; i++)
        special = special || names(&claims[i], c);
    for (size_t i = 0; i < count; i++) {
        if (special ? !names(&claims[i], c) : strcmp(claims[i].test, "*") != 0)
            continue;
        any = true;
        found = judge_one(&claims[i], c, sentence);
        if (found == GATE_NOTHING) {
            *sentence = (struct complaint) { "" };
            return GATE_NOTHING;
        }
    }
    if (any || !*c->certificate)
        return found;
    (void)complain(
        sentence, ERROR_OK,
        "Nobody has looked up whether %s on the %s is waived. Ask the director; what the "
        "waiver covers is kept with the instrument's profile.",
        c->name, c->system);
    return GATE_UNKNOWN;
}
