/* The demo's send-outs: a reference laboratory, and two specimens of patients of its own that it
 * has; one result is overdue. Everybody and everything is invented. */
#include "core/daemon/demo.h"

#include "core/daemon/core.h"
#include "core/store/sendouts.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, DEMO_DAYS = 2, DEMO_ARENA = 256 * 1024 };

#define DEMO_TEST "TSH"

static const struct {
    struct store_patient patient;
    int64_t days_ago;
} sent[] = {
    { { 0, "T-2001", "Lindqvist-TEST", "Astrid", "1957-04-30", "F" }, 4 },
    { { 0, "T-2002", "Baptiste-TEST", "Jean", "1949-12-02", "M" }, 1 },
};

struct demo_bag {
    struct store *store;
    struct arena arena;
    int64_t lab, test;
};

/* Ordered, identified, collected, labelled and scanned back, at that time. */
static enum error collect(struct demo_bag *bag, const struct store_actor *by,
                          const struct store_patient *who, int64_t *specimen)
{
    static const enum event steps[] = { EVENT_LABEL_PRINTED, EVENT_LABEL_VERIFIED };
    struct store_order order = { .provider = "dr.kay",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = &bag->test,
                                 .test_count = 1 };
    struct store_order_key key = { 0 };
    struct store_specimen_key made = { 0 };
    struct store_collect in = { .type = "serum",
                                .container = "serum gel",
                                .site = "L arm",
                                .collector = "maria",
                                .collected_at = by->at };
    int64_t id;
    enum error e = store_patient_add(bag->store, who, by->person, by->at, &order.patient);

    if (e == ERROR_OK)
        e = store_order_enter(bag->store, by, &order, &key);
    if (e == ERROR_OK)
        e = store_identify(bag->store, by, key.id, "name, birth date", "stated", &id);
    in.order = key.id;
    in.day = sitetime_day(by->at);
    if (e == ERROR_OK)
        e = store_collect(bag->store, by, &in, &made);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && e == ERROR_OK; i++) {
        const struct store_event event = { .type = steps[i], .specimen = made.id };
        e = store_event_add(bag->store, by, &event, NULL);
    }
    if (e == ERROR_OK)
        *specimen = made.id;
    return e;
}

static enum error send_one(struct demo_bag *bag, const struct store_actor *by,
                           const struct store_patient *who)
{
    struct store_manifest manifest;
    struct store_manifest_line line = { .packed = true, .days = DEMO_DAYS, .reason = "" };
    struct store_hand_over over = { .manifest = &manifest, .courier = "Rider-TEST" };
    char number[STORE_MANIFEST_NUMBER] = "";
    int64_t id;
    enum error e = collect(bag, by, who, &line.specimen);

    if (e == ERROR_OK)
        e = store_manifest_open(bag->store, by, bag->lab, "cold", sitetime_day(by->at), number,
                                &line.manifest);
    line.number = over.scanned = number;
    if (e == ERROR_OK)
        e = store_manifest_line_add(bag->store, by, &line, &id);
    if (e == ERROR_OK)
        e = store_manifest_by_number(bag->store, &bag->arena, number, &manifest);
    if (e == ERROR_OK)
        e = store_manifest_count_add(bag->store, by, manifest.id, 1, 1, over.courier, &over.count);
    return e == ERROR_OK ? store_hand_over_add(bag->store, by, &over, &id) : e;
}

static enum error add_lab(struct demo_bag *bag, const struct store_actor *by)
{
    const struct store_lab_test test = { DEMO_TEST, DEMO_DAYS };
    const struct store_lab lab = { .name = "Faraway Reference Laboratory-TEST",
                                   .address = "77 Invented Avenue, Elsewhere, NY 10002",
                                   .clia = "99D0000001",
                                   .phone = "555-0100",
                                   .active = true,
                                   .tests = &test,
                                   .test_count = 1 };
    return store_lab_add(bag->store, by, &lab, &bag->lab);
}

enum error demo_sendouts(struct store *store, const char *login, int64_t now)
{
    struct demo_bag bag = { .store = store };
    struct store_person person = { 0 };
    struct store_test test = { 0 };
    struct store_actor by = { .role = role_id(ROLE_LAB_LEAD), .workstation = "demo", .at = now };
    enum error e;

    arena_init(&bag.arena, DEMO_ARENA);
    e = store_person_by_login(store, &bag.arena, login, &person);
    if (e == ERROR_OK)
        e = store_test_by_code(store, &bag.arena, DEMO_TEST, &test);
    if (e == ERROR_OK) {
        by.person = person.id;
        bag.test = test.id;
        e = add_lab(&bag, &by);
    }
    for (size_t i = 0; i < sizeof sent / sizeof sent[0] && e == ERROR_OK; i++) {
        by.at = now - sent[i].days_ago * DAY_MS;
        by.zone_offset = sitetime_offset(by.at);
        e = send_one(&bag, &by, &sent[i].patient);
    }
    arena_free(&bag.arena);
    return e;
}
