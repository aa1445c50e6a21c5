/* What an instrument sent as a control becomes a run in the quality control book, as far as it says
 * which control it is; the rest waits there for a person. */
#include "core/daemon/ingest/parts.h"
#include "core/rules/qcbook.h"

enum error ingest_take_control(struct ingest *in, struct ingest_case *c, int64_t message,
                               const struct store_actor *by)
{
    const struct store_qc_level *found[LIMIT_LIST];
    struct store_qc_level *levels;
    size_t count, used;
    enum error e = store_qc_levels(in->store, &c->arena, c->instrument, &levels, &count);

    if (e != ERROR_OK || count == 0)
        return e;
    used = qcbook_match(&c->record, levels, count, found, LIMIT_LIST);
    for (size_t i = 0; i < used && e == ERROR_OK; i++) {
        struct qcbook_outcome outcome;
        e = qcbook_enter_record(in->store, &c->arena, by, found[i], &c->record, message, &outcome);
    }
    return e == ERROR_OK ? ingest_after_change(in, "qc", "") : e;
}
