/* The rule "operator", without the looking up. */
#include "core/rules/operator.h"

#include <string.h>

const char *operator_method_id(enum operator_method method)
{
#define METHOD_ID(name, id, text) id,
    static const char *const ids[] = { OPERATOR_METHOD_TABLE(METHOD_ID) };
#undef METHOD_ID
    return (unsigned)method < OPERATOR_METHOD_COUNT ? ids[method] : "";
}

enum error operator_method_parse(const char *id, enum operator_method *out)
{
    for (unsigned i = 0; i < OPERATOR_METHOD_COUNT; i++)
        if (strcmp(id, operator_method_id((enum operator_method)i)) == 0) {
            *out = (enum operator_method)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

static void judge_days(const struct operator_case *c, struct gate_verdict *out)
{
    if (strcmp(c->day, c->until) > 0) {
        out->finding = GATE_AGAINST;
        (void)complain(
            &out->sentence, ERROR_OK,
            "The certificate of the operator \"%.64s\" for %.80s ended on %.10s. Renew it "
            "under Lab, Operators, or have somebody certified run the test again.",
            c->told, c->test, c->until);
    } else if (strcmp(c->day, c->from) < 0) {
        out->finding = GATE_AGAINST;
        (void)complain(
            &out->sentence, ERROR_OK,
            "The operator \"%.64s\" was trained for %.80s only on %.10s, after this test. "
            "Have somebody certified run the test again.",
            c->told, c->test, c->from);
    } else {
        out->finding = GATE_NOTHING;
    }
}

void operator_judge(const struct operator_case *c, struct gate_verdict *out)
{
    if (!c->kept) {
        out->finding = GATE_UNKNOWN;
        (void)complain(&out->sentence, ERROR_OK,
                       "Nobody is certified for %.80s yet. Enter who may run it under Lab, "
                       "Operators.",
                       c->test);
    } else if (!*c->told) {
        out->finding = GATE_UNKNOWN;
        (void)complain(
            &out->sentence, ERROR_OK,
            "The instrument did not say who ran %.80s. Ask at the bench, and have people "
            "give their operator number at the instrument.",
            c->test);
    } else if (!c->known) {
        out->finding = GATE_AGAINST;
        (void)complain(&out->sentence, ERROR_OK,
                       "Nobody here is known as operator \"%.64s\", who ran %.80s. Say under Lab, "
                       "Operators whose number that is.",
                       c->told, c->test);
    } else if (!c->active || !c->certified) {
        out->finding = GATE_AGAINST;
        (void)complain(
            &out->sentence, ERROR_OK,
            "The operator \"%.64s\" %s %.80s. Have somebody certified run the test again, "
            "or certify the operator under Lab, Operators.",
            c->told, c->active ? "is not certified for" : "no longer works here and ran", c->test);
    } else {
        judge_days(c, out);
    }
}
