/* Asks the rules one after the other and looks up how far each reaches. */
#include "core/daemon/ingest/gate.h"

#include "core/store/gate.h"

#include <stdio.h>
#include <time.h>

static gate_check *const checks[GATE_COUNT] = {
    [GATE_LIMITS] = gate_check_limits,
    [GATE_WAIVER] = gate_check_waiver,
    [GATE_LOT] = gate_check_lot,
    [GATE_STORAGE] = gate_check_storage,
    [GATE_QC] = gate_check_qc,
    [GATE_OPERATOR] = gate_check_operator,
    [GATE_STABILITY] = gate_check_stability,
    [GATE_CLOCK] = gate_check_clock,
};

static const char *finding_id(enum gate_finding finding)
{
    return finding == GATE_AGAINST ? "against" : "unknown";
}

static enum error find_level(struct ingest *in, const struct gate_verdict *v, enum gate_level *out)
{
    char level[STORE_GATE_LEVEL];
    enum error e = store_rule_level(in->store, gate_id(v->rule), finding_id(v->finding), level);

    if (e == ERROR_OK && gate_level_parse(level, out) != ERROR_OK)
        e = ERROR_NOT_FOUND;
    if (e == ERROR_NOT_FOUND) {
        *out = gate_first_level(v->rule, v->finding);
        e = ERROR_OK;
    }
    return e;
}

enum error ingest_gates_ask(struct ingest *in, struct ingest_case *c, struct ingest_gates *out)
{
    enum error e = ERROR_OK;

    for (unsigned i = 0; i < GATE_COUNT && e == ERROR_OK; i++) {
        struct gate_verdict *v = &out->found[i];
        *v = (struct gate_verdict) { .rule = (enum gate)i };
        out->level[i] = GATE_ALLOW;
        e = checks[i](in, c, v);
        if (e == ERROR_OK && v->finding != GATE_NOTHING)
            e = find_level(in, v, &out->level[i]);
    }
    return e;
}

const struct gate_verdict *ingest_gates_lock(const struct ingest_gates *gates)
{
    for (unsigned i = 0; i < GATE_COUNT; i++)
        if (gates->level[i] == GATE_LOCKOUT)
            return &gates->found[i];
    return NULL;
}

unsigned ingest_gates_locks(const struct ingest_gates *gates)
{
    unsigned rules = 0;

    for (unsigned i = 0; i < GATE_COUNT; i++)
        if (gates->level[i] == GATE_LOCKOUT)
            rules |= 1U << i;
    return rules;
}

void ingest_gates_sentence(const struct ingest_gates *gates, unsigned rules, struct complaint *out)
{
    size_t len = 0;

    out->text[0] = '\0';
    for (unsigned i = 0; i < GATE_COUNT && len < sizeof out->text; i++)
        if (gates->level[i] == GATE_LOCKOUT && rules & 1U << i)
            len += (size_t)snprintf(out->text + len, sizeof out->text - len, "%s%s", len ? " " : "",
                                    gates->found[i].sentence.text);
}

enum error ingest_gates_keep(struct ingest *in, const struct ingest_gates *gates, unsigned rules,
                             int64_t message)
{
    enum error e = ERROR_OK;

    for (unsigned i = 0; i < GATE_COUNT && e == ERROR_OK; i++) {
        const struct gate_verdict *v = &gates->found[i];
        const struct store_gate_warning warning = { .message = message,
                                                    .rule = gate_id(v->rule),
                                                    .finding = finding_id(v->finding),
                                                    .level = gate_level_id(gates->level[i]),
                                                    .sentence = v->sentence.text,
                                                    .at = clock_now(in->clock) };
        int64_t id;
        if (gates->level[i] != GATE_ALLOW && rules & 1U << i)
            e = store_gate_warning_add(in->store, &warning, &id);
    }
    return e;
}

bool gate_measures(const struct ingest_case *c, int64_t test)
{
    for (size_t i = 0; i < c->record.result_count; i++)
        if (c->analytes[i] && c->analytes[i]->test == test)
            return true;
    return false;
}

void gate_day(struct ingest *in, const struct ingest_case *c, char out[DATE_SIZE])
{
    int zone = in->port->zone_offset(in->port->context, c->tested_at);
    time_t seconds = (time_t)(c->tested_at / 1000 + (int64_t)zone * 60);
    struct tm tm = { 0 };

    if (!gmtime_r(&seconds, &tm) || strftime(out, DATE_SIZE, "%Y-%m-%d", &tm) == 0)
        memcpy(out, "1970-01-01", DATE_SIZE);
}
