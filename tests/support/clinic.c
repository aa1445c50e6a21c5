/* Filling a database with invented people and specimens. */
#include "tests/support/clinic.h"

#include "core/base/clock.h"
#include "core/store/limits.h"

#include <stdio.h>
#include <stdlib.h>

static void must(enum error e, const char *what)
{
    if (e == ERROR_OK)
        return;
    fprintf(stderr, "clinic: %s: %s\n", what, error_text(e));
    exit(1);
}

void clinic_sign(struct store *store, const struct clinic *clinic, const char *loinc,
                 const char *code)
{
    char key[STORE_ANALYTE_KEY];
    const struct store_limit none = { .loinc = key, .sex = "" };
    int64_t set;

    store_analyte_key(loinc, code, key);
    must(store_reference_set_add(store, key, "invented", clinic->now, &set), "set");
    must(store_reference_limit_add(store, set, &none, NULL), "limit");
    must(store_reference_approve(store, set, clinic->provider, clinic->now, NULL), "approval");
}

struct store *clinic_open(const char *data, struct clinic *clinic)
{
    static struct store_analyte a1c = { "HbA1c", "4548-4", "Hemoglobin A1c", "%", false };
    const struct store_site site = { .name = "Test clinic (invented)",
                                     .salt = CLINIC_SALT,
                                     .zone = "America/Chicago" };
    const struct store_person lead = { 0,    "lead", "Lead (invented)", ROLE_LAB_LEAD, true, NULL,
                                       NULL, NULL };
    const struct store_person provider = {
        0, "provider", "Provider (invented)", ROLE_PROVIDER, true, NULL, NULL, NULL
    };
    const struct store_test test = {
        0, "A1C", "Hemoglobin A1c", "whole blood", "capillary", true, &a1c, 1
    };
    struct complaint why = { "" };
    struct store *store = NULL;
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/phial.db", data);
    const struct clock clock = clock_system();
    *clinic = (struct clinic) { .now = clock_now(&clock) };
    must(store_open(path, &store, &why), why.text);
    must(store_begin(store), "begin");
    must(store_site_set(store, &site), "site");
    must(store_person_add(store, &lead, clinic->now, &clinic->lead), "lead");
    must(store_person_add(store, &provider, clinic->now, &clinic->provider), "provider");
    must(store_test_add(store, &test, clinic->now, &clinic->test), "test");
    clinic_sign(store, clinic, a1c.loinc, a1c.code);
    must(store_commit(store, &why), why.text);
    return store;
}

static void step(struct store *store, const struct store_actor *by, int64_t specimen,
                 enum event type)
{
    const struct store_event event = { .type = type, .specimen = specimen };
    int64_t id;
    must(store_event_add(store, by, &event, &id), event_text(type));
}

struct accession clinic_specimen(struct store *store, const struct clinic *clinic, unsigned number)
{
    char mrn[32], family[32];
    const struct store_actor by = { .person = clinic->lead,
                                    .role = role_id(ROLE_LAB_LEAD),
                                    .workstation = "bench",
                                    .at = clinic->now };
    struct store_patient patient = { 0, mrn, family, "Invented", "1980-01-02", "F" };
    struct store_order order = { .provider = "provider",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = &clinic->test,
                                 .test_count = 1 };
    struct store_collect collect = { .type = "whole blood",
                                     .container = "capillary",
                                     .site = "finger",
                                     .collector = "lead",
                                     .collected_at = clinic->now };
    struct store_order_key key;
    struct store_specimen_key specimen;
    int64_t id;

    (void)snprintf(mrn, sizeof mrn, "%08u", 900000 + number);
    (void)snprintf(family, sizeof family, "FAULT%u-TEST", number);
    /* 260312 .. : one day holds 100,000 numbers */
    collect.day = 260312 + number / ACCESSION_PER_DAY;
    must(store_patient_add(store, &patient, clinic->lead, clinic->now, &order.patient), "patient");
    must(store_order_enter(store, &by, &order, &key), "order");
    collect.order = key.id;
    must(store_identify(store, &by, key.id, "name, birth date", "stated", &id), "identify");
    must(store_collect(store, &by, &collect, &specimen), "collect");
    step(store, &by, specimen.id, EVENT_LABEL_PRINTED);
    step(store, &by, specimen.id, EVENT_LABEL_VERIFIED);
    return specimen.accession;
}

void clinic_fill(const char *data, unsigned count, struct accession *out)
{
    struct clinic clinic;
    struct complaint why = { "" };
    struct store *store = clinic_open(data, &clinic);

    must(store_begin(store), "begin");
    for (unsigned i = 0; i < count; i++)
        out[i] = clinic_specimen(store, &clinic, i);
    must(store_commit(store, &why), why.text);
    store_close(store);
}
