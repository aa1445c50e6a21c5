/* The rule "limits": whether the test is live, by limits that the director signed. */
#include "core/daemon/ingest/gate.h"
#include "core/store/limits.h"

static enum error is_live(struct ingest *in, const struct match_analyte *analyte, int64_t at,
                          bool *live)
{
    char key[STORE_ANALYTE_KEY];

    store_analyte_key(analyte->loinc, analyte->code, key);
    return store_limit_live(in->store, key, at, live);
}

enum error gate_check_limits(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    int64_t now = clock_now(in->clock);

    for (size_t i = 0; i < c->record.result_count; i++) {
        bool live = true;
        enum error e = ERROR_OK;
        if (c->analytes[i])
            e = is_live(in, c->analytes[i], now, &live);
        if (e != ERROR_OK)
            return e;
        if (live)
            continue;
        out->finding = GATE_AGAINST;
        (void)complain(&out->sentence, ERROR_OK,
                       "%s is not live: the laboratory director has not signed its limits. Have "
                       "them signed on Lab \u203a Limits, then release the result.",
                       c->analytes[i]->name);
        return ERROR_OK;
    }
    return ERROR_OK;
}
