/* The rule "qc": whether quality control has passed and is not overdue. The time that counts is
 * when the result came: an instrument's own clock cannot make an old control count. */
#include "core/daemon/ingest/gate.h"
#include "core/rules/qcbook.h"

#include <stdio.h>

/* The lot that the test's results name; "" when they name none. */
static const char *lot_of(const struct ingest_case *c, int64_t test)
{
    for (size_t i = 0; i < c->record.result_count; i++)
        if (c->analytes[i] && c->analytes[i]->test == test && *c->record.results[i].lot)
            return c->record.results[i].lot;
    return "";
}

static void when_due(const struct store_qc_verdict *v, char out[64])
{
    if (qc_trigger_counts(v->kind))
        (void)snprintf(out, 64, "%s (%lld)", qc_trigger_text(v->kind), (long long)v->every);
    else
        (void)snprintf(out, 64, "%s", qc_trigger_text(v->kind));
}

static void say(const struct store_test *test, const struct store_qc_verdict *v,
                struct gate_verdict *out)
{
    struct complaint *s = &out->sentence;
    char due[64];

    when_due(v, due);
    out->finding = GATE_AGAINST;
    switch (v->standing) {
    case STORE_QC_GOOD:
        out->finding = GATE_NOTHING;
        break;
    case STORE_QC_NO_BOOK:
        out->finding = GATE_UNKNOWN;
        (void)complain(s, ERROR_OK,
                       "No quality control is kept for %.60s on this instrument. Set it up in Lab "
                       "> Quality control.",
                       test->name);
        break;
    case STORE_QC_NO_LEVEL:
        (void)complain(s, ERROR_OK,
                       "Quality control of %.60s has rules and no control level that could pass. "
                       "Add one in Lab > Quality control.",
                       test->name);
        break;
    case STORE_QC_FAILED:
        (void)complain(s, ERROR_OK,
                       "The last control of %.60s did not pass (%.60s, %.40s: %.120s). Find the "
                       "cause, run it again, then release this result or repeat it.",
                       test->name, v->control, v->level, v->finding);
        break;
    case STORE_QC_RECOMMENDED:
        out->finding = GATE_UNKNOWN; /* falls through */
    case STORE_QC_DUE:
        (void)complain(s, ERROR_OK,
                       "A control of %.60s is due: %.60s, %.40s, %s. Run it, then release this "
                       "result or repeat it.",
                       test->name, v->control, v->level, due);
        break;
    }
}

enum error gate_check_qc(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    int zone = in->port->zone_offset(in->port->context, c->received_at);
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < c->specimen.test_count; i++) {
        const struct store_test *test = &c->specimen.tests[i];
        const struct store_qc_moment moment = { .test = test->code,
                                                .instrument = c->instrument,
                                                .lot = lot_of(c, test->id),
                                                .operator_text = c->record.operator_id,
                                                .now = c->received_at,
                                                .day_start =
                                                    qcbook_day_start(c->received_at, zone) };
        struct gate_verdict verdict = *out;
        struct store_qc_verdict found;
        if (!gate_measures(c, test->id))
            continue;
        e = store_qc_judge(in->store, &c->arena, &moment, &found);
        if (e != ERROR_OK)
            break;
        say(test, &found, &verdict);
        if (verdict.finding > out->finding)
            *out = verdict;
    }
    return e;
}
