/* The rule "storage": whether the kits were kept within their range, on record. */
#include "core/daemon/ingest/gate.h"
#include "core/rules/lot.h"

enum error gate_check_storage(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    char day[DATE_SIZE];
    enum error e = ERROR_OK;

    gate_day(in, c, day);
    for (size_t i = 0; i < c->specimen.test_count && e == ERROR_OK; i++) {
        struct store_keeping *keeping;
        size_t count;
        if (!gate_measures(c, c->specimen.tests[i].id))
            continue;
        e = store_keeping_of_test(in->store, &c->arena, c->specimen.tests[i].code, c->instrument,
                                  day, &keeping, &count);
        if (e == ERROR_OK)
            keeping_judge(keeping, count, day, out);
    }
    return e;
}
