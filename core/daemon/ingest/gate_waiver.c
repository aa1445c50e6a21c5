/* The rule "waiver": whether specimen, patient and test are within the waiver of the system. */
#include "core/daemon/ingest/gate.h"
#include "core/rules/judge.h"
#include "core/rules/waiver.h"

static enum error find_certificate(struct ingest *in, struct arena *a, const char **out)
{
    struct store_site site;
    enum error e = store_site_find(in->store, a, &site);

    *out = e == ERROR_OK ? site.certificate : "";
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* The worst of what the claims say of each result. */
static void judge_results(const struct ingest_case *c, const struct waiver_claim *claims,
                          size_t count, struct waiver_case *w, struct gate_verdict *out)
{
    for (size_t i = 0; i < c->record.result_count; i++) {
        const struct record_result *r = &c->record.results[i];
        const struct match_analyte *analyte = c->analytes[i];
        struct complaint sentence = { "" };
        enum gate_finding found;

        w->code = r->code;
        w->loinc = *r->loinc ? r->loinc : analyte ? analyte->loinc : "";
        w->name = *r->name ? r->name : analyte ? analyte->name : r->code;
        found = waiver_judge(claims, count, w, &sentence);
        if (found > out->finding) {
            out->finding = found;
            out->sentence = sentence;
        }
    }
}

enum error gate_check_waiver(struct ingest *in, struct ingest_case *c, struct gate_verdict *out)
{
    int zone = in->port->zone_offset(in->port->context, c->received_at);
    struct waiver_claim *claims;
    struct waiver_case w = {
        .system = *c->record.model ? c->record.model : c->record.profile,
        .specimen_type = c->specimen.type,
        .container = c->specimen.container,
        .age = judge_age_days(c->specimen.patient.birth_date, c->received_at, zone),
    };
    size_t count;
    enum error e;

    if (!in->port->waivers || !*c->record.profile)
        return ERROR_OK;
    e = in->port->waivers(in->port->context, c->record.profile, &c->arena, &claims, &count);
    if (e == ERROR_NOT_FOUND) /* by hand: no system, no claims */
        return ERROR_OK;
    if (e == ERROR_OK)
        e = find_certificate(in, &c->arena, &w.certificate);
    if (e == ERROR_OK)
        judge_results(c, claims, count, &w, out);
    return e;
}
