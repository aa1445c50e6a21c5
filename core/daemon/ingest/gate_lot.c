/* The rule "lot": whether the lot is in the book, open, within its date and not recalled. */
#include "core/daemon/ingest/gate.h"
#include "core/rules/lot.h"

/* The lot told for that test: the first of its results that names one. */
static const char *told_lot(const struct ingest_case *c, int64_t test)
{
    for (size_t i = 0; i < c->record.result_count; i++)
        if (c->analytes[i] && c->analytes[i]->test == test && *c->record.results[i].lot)
            return c->record.results[i].lot;
    return "";
}

/* What a person links without an order for it: the books are kept by the tests of the order, so
 * neither this rule nor those of controls, operator and stability could look anything up. */
static void say_unordered(const struct ingest_case *c, struct gate_verdict *out)
{
    for (size_t i = 0; i < c->record.result_count; i++) {
        const struct record_result *r = &c->record.results[i];
        if (c->analytes[i] || out->finding != GATE_NOTHING)
            continue;
        out->finding = GATE_UNKNOWN;
        (void)complain(&out->sentence, ERROR_OK,
                       "%.80s is not ordered on this specimen, so its lot, its controls and its "
                       "operator were not looked up. Add the test, or ask whoever ordered.",
                       *r->name ? r->name : r->code);
    }
}

enum error gate_check_lot(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    char day[DATE_SIZE];
    enum error e = ERROR_OK;

    gate_day(in, c, day);
    for (size_t i = 0; i < c->specimen.test_count && e == ERROR_OK; i++) {
        const struct store_test *test = &c->specimen.tests[i];
        struct store_supplies supplies;
        if (!gate_measures(c, test->id))
            continue;
        e = store_supplies_of_test(in->store, &c->arena, test->code, "kit", c->instrument, day,
                                   &supplies);
        if (e == ERROR_OK)
            lot_judge(&(struct lot_question) { .test = test->name,
                                               .told = told_lot(c, test->id),
                                               .supplies = &supplies,
                                               .day = day,
                                               .at = c->tested_at },
                      out);
    }
    if (e == ERROR_OK)
        say_unordered(c, out);
    return e;
}
