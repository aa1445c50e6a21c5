/* A row in each table of people: a role beside the own one, a badge, an operator's name, a
 * certificate, an emergency access and its review. */
#ifndef PHIAL_TESTS_UNIT_STORE_STAFF_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_STAFF_WORLD_H

#include "core/store/staff.h"
#include "tests/unit/store/world.h"

static inline void staff_world_fill(struct world *w)
{
    const struct store_actor by = {
        .person = w->provider, .role = "director", .workstation = "office", .at = w->now
    };
    struct store_certificate certificate = { .test = "HbA1c",
                                             .valid = true,
                                             .trained_on = "2026-03-14",
                                             .valid_until = "2027-03-14",
                                             .methods = "observation quiz",
                                             .evidence = "binder 3" };
    struct store_person person;
    int64_t root, id, emergency;
    struct arena a;

    arena_init(&a, 64 * 1024);
    WORLD_MUST(store_person_root(w->store, w->assistant, &root));
    WORLD_MUST(store_person_by_root(w->store, &a, root, &person));
    WORLD_MUST(store_roles_set(w->store, &by, &person, role_bit(ROLE_LAB_LEAD), "leads the bench"));
    WORLD_MUST(store_badge_add(w->store, &by, root, "ID-TEST222222", "", &id));
    WORLD_MUST(store_operator_name_add(w->store, &by, "4711", root, &id));
    certificate.root = root;
    WORLD_MUST(store_certificate_add(w->store, &by, &certificate, &id));
    WORLD_MUST(
        store_emergency_add(w->store, &by, "nobody else is here", w->now + 1000, &emergency));
    WORLD_MUST(store_emergency_review_add(w->store, &by, emergency, true, "it was so", &id));
    arena_free(&a);
}

#endif
