/* The elements of 42 CFR 493.1291(c) and (d) that no report may lack. */
#include "labels/draw/lab_report.h"

#include "core/base/text.h"

/* What may be missing, the paragraph that lists it, what to do. */
#define ELEMENT_TABLE(X)                                                                           \
    X(NAME, "the patient's name", "(c)(1)", "Complete the patient's record")                       \
    X(NUMBER, "the patient's number (MRN)", "(c)(1)", "Complete the patient's record")             \
    X(LAB_NAME, "the name of the laboratory that did the test", "(c)(2)",                          \
      "An administrator writes name= into [site] of phial.conf; a reference laboratory's stands "  \
      "with its send-outs")                                                                        \
    X(LAB_ADDRESS, "the address of the laboratory that did the test", "(c)(2)",                    \
      "An administrator writes address= into [site] of phial.conf; a reference laboratory's "      \
      "stands with its send-outs")                                                                 \
    X(DATE, "the date of the report", "(c)(3)", "Tell your administrator")                         \
    X(TEST, "the test that was done", "(c)(4)", "Complete the test menu")                          \
    X(SOURCE, "the specimen's source", "(c)(5)", "Complete the specimen's record")                 \
    X(RESULT, "a result", "(c)(6)", "Wait for the result, or correct it")                          \
    X(UNIT, "the unit of a result", "(c)(6)", "Correct the result with its unit")                  \
    X(CONDITION, "the condition of a specimen", "(c)(7)", "Complete the specimen's record")        \
    X(INTERVAL, "a reference interval", "(d)",                                                     \
      "Have the director sign limits, or that there are "                                          \
      "none")

#define ELEMENT_ENUM(name, text, paragraph, advice) ELEMENT_##name,
enum element { ELEMENT_TABLE(ELEMENT_ENUM) ELEMENT_COUNT };
#undef ELEMENT_ENUM

static enum error lacks(enum element element, const char *of, struct complaint *why)
{
    static const struct {
        const char *text, *paragraph, *advice;
    } rows[] = {
#define ELEMENT_ROW(name, text, paragraph, advice) { text, paragraph, advice },
        ELEMENT_TABLE(ELEMENT_ROW)
#undef ELEMENT_ROW
    };

    return complain(why, ERROR_BAD_INPUT,
                    "The report cannot be made: it would lack %s%s%.60s%s (42 CFR 493.1291%s). %s.",
                    rows[element].text, *of ? " (" : "", of, *of ? ")" : "",
                    rows[element].paragraph, rows[element].advice);
}

static enum error check_place(const struct lab_report_place *p, struct complaint *why)
{
    if (text_empty(p->name))
        return lacks(ELEMENT_LAB_NAME, "", why);
    return text_empty(p->address) ? lacks(ELEMENT_LAB_ADDRESS, p->name, why) : ERROR_OK;
}

static enum error check_specimen(const struct lab_report_specimen *s, struct complaint *why)
{
    if (text_empty(s->source))
        return lacks(ELEMENT_SOURCE, s->number, why);
    return text_empty(s->condition) ? lacks(ELEMENT_CONDITION, s->number, why) : ERROR_OK;
}

static enum error check_result(const struct lab_report *r, const struct lab_report_result *result,
                               struct complaint *why)
{
    if (text_empty(result->name))
        return lacks(ELEMENT_TEST, "", why);
    if (text_empty(result->value))
        return lacks(ELEMENT_RESULT, result->name, why);
    if (result->needs_unit && text_empty(result->unit))
        return lacks(ELEMENT_UNIT, result->name, why);
    if (text_empty(result->reference))
        return lacks(ELEMENT_INTERVAL, result->name, why);
    if (result->specimen >= r->specimen_count)
        return lacks(ELEMENT_SOURCE, result->name, why);
    return result->place < r->place_count ? ERROR_OK : lacks(ELEMENT_LAB_NAME, result->name, why);
}

enum error lab_report_lint(const struct lab_report *r, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (text_empty(r->family))
        return lacks(ELEMENT_NAME, "", why);
    if (text_empty(r->mrn))
        return lacks(ELEMENT_NUMBER, "", why);
    if (text_empty(r->reported))
        return lacks(ELEMENT_DATE, "", why);
    if (!r->place_count)
        return lacks(ELEMENT_LAB_NAME, "", why);
    if (!r->result_count)
        return lacks(ELEMENT_RESULT, "", why);
    for (size_t i = 0; e == ERROR_OK && i < r->place_count; i++)
        e = check_place(&r->places[i], why);
    for (size_t i = 0; e == ERROR_OK && i < r->specimen_count; i++)
        e = check_specimen(&r->specimens[i], why);
    for (size_t i = 0; e == ERROR_OK && i < r->result_count; i++)
        e = check_result(r, &r->results[i], why);
    return e;
}
