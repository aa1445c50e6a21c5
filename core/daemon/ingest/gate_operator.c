/* The rule "operator": whether the operator is known and certified. */
#include "core/daemon/ingest/gate.h"

#include "core/rules/operator.h"
#include "core/store/staff.h"

#include <stdio.h>
#include <time.h>

/* The site's day of that time, as certificates name it. */
static void site_day(const struct ingest *in, int64_t at, char out[STORE_DATE])
{
    time_t seconds =
        (time_t)((at + in->port->zone_offset(in->port->context, at) * (int64_t)60000) / 1000);
    struct tm tm = { 0 };

    out[0] = '\0';
    if (gmtime_r(&seconds, &tm))
        (void)strftime(out, STORE_DATE, "%Y-%m-%d", &tm);
}

static enum error judge_test(struct ingest *in, struct ingest_case *c,
                             const struct store_test *test, struct gate_verdict *out)
{
    struct operator_case o = {
        .test = test->name, .told = c->record.operator_id, .from = "", .until = ""
    };
    struct store_certificate certificate = { .valid = false };
    struct store_person person = { .id = 0 };
    char day[STORE_DATE];
    int64_t root;
    enum error e = store_certificates_kept(in->store, test->code, &o.kept);

    site_day(in, c->tested_at, day);
    o.day = day;
    if (e == ERROR_OK && o.kept && *o.told)
        e = store_operator_find(in->store, &c->arena, o.told, &person);
    else if (e == ERROR_OK)
        e = ERROR_NOT_FOUND;
    if (e == ERROR_OK) {
        o.known = true;
        o.active = person.active;
        e = store_person_root(in->store, person.id, &root);
    }
    if (e == ERROR_OK)
        e = store_certificate_find(in->store, &c->arena, root, test->code, &certificate);
    if (e == ERROR_OK && certificate.valid) {
        o.certified = true;
        o.from = certificate.trained_on;
        o.until = certificate.valid_until;
    }
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    operator_judge(&o, out);
    return ERROR_OK;
}

/* Of several tests in one record, the worst finding counts. */
enum error gate_check_operator(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < c->specimen.test_count; i++) {
        struct gate_verdict found = *out;
        if (!gate_measures(c, c->specimen.tests[i].id))
            continue;
        e = judge_test(in, c, &c->specimen.tests[i], &found);
        if (e == ERROR_OK && found.finding > out->finding)
            *out = found;
    }
    return e;
}
