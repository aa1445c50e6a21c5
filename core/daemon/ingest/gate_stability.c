/* The rule "stability": whether the specimen was still good for each test that was measured. */
#include "core/daemon/ingest/gate.h"

#include "core/rules/stability.h"
#include "core/store/bench.h"

static void say(const struct store_test *test, const struct stability_judgement *j,
                struct gate_verdict *out)
{
    const char *where = stability_temperature_text(j->temperature);

    out->finding = j->finding;
    if (j->finding == GATE_AGAINST)
        (void)complain(&out->sentence, ERROR_OK,
                       "The specimen was too old for %s: %lld minutes %s or warmer, and it is good "
                       "for %lld. Reject it and collect another one.",
                       test->name, (long long)j->used, where, (long long)j->limit);
    else
        (void)complain(&out->sentence, ERROR_OK,
                       "It is not on record how long a specimen is good for %s %s. Have the "
                       "director set it under Lab, Reading and stability.",
                       test->name, where);
}

enum error gate_check_stability(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    struct stability_stay stays[STORE_STAYS];
    size_t count = 0;
    enum error e = store_stays(in->store, c->specimen.id, stays, &count);

    for (size_t i = 0; e == ERROR_OK && i < c->specimen.test_count; i++) {
        const struct store_test *test = &c->specimen.tests[i];
        struct stability_book book;
        struct stability_judgement j;
        if (!gate_measures(c, test->id))
            continue;
        e = store_stability_of(in->store, test->code, &book);
        if (e != ERROR_OK)
            break;
        stability_judge(&book, c->specimen.collected_at, stays, count, c->tested_at, &j);
        if (j.finding > out->finding)
            say(test, &j, out);
    }
    return e;
}
