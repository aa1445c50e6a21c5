/* People in the store: roles held, badges, operators' names, certificates, emergency access. */
#include "tests/unit/test.h"

#include "tests/unit/store/staff_world.h"

#include <string.h>

static struct store_actor director(const struct world *w)
{
    return (struct store_actor) {
        .person = w->provider, .role = "director", .workstation = "office", .at = w->now
    };
}

static struct store_person assistant(struct world *w, struct arena *a)
{
    struct store_person person;
    int64_t root;

    WORLD_MUST(store_person_root(w->store, w->assistant, &root));
    WORLD_MUST(store_person_by_root(w->store, a, root, &person));
    return person;
}

static void roles_are_held_beside_the_own_one(void **state)
{
    struct store_actor by;
    struct store_person person;
    struct world w;
    struct arena a;
    role_set roles;
    int64_t count;

    (void)state;
    world_open(&w);
    arena_init(&a, 64 * 1024);
    by = director(&w);
    person = assistant(&w, &a);
    WORLD_MUST(store_roles(w.store, &person, &roles));
    assert_int_equal(roles, role_bit(ROLE_MEDICAL_ASSISTANT));
    WORLD_MUST(store_begin(w.store));
    WORLD_MUST(store_roles_set(w.store, &by, &person,
                               role_bit(ROLE_LAB_LEAD) | role_bit(ROLE_ADMINISTRATOR), "for now"));
    WORLD_MUST(store_roles(w.store, &person, &roles));
    assert_int_equal(roles, role_bit(ROLE_MEDICAL_ASSISTANT) | role_bit(ROLE_LAB_LEAD) |
                                role_bit(ROLE_ADMINISTRATOR));
    WORLD_MUST(store_person_count(w.store, ROLE_LAB_LEAD, &count));
    assert_int_equal(count, 1);
    WORLD_MUST(store_roles_set(w.store, &by, &person, role_bit(ROLE_LAB_LEAD), "no longer"));
    WORLD_MUST(store_roles(w.store, &person, &roles));
    assert_int_equal(roles, role_bit(ROLE_MEDICAL_ASSISTANT) | role_bit(ROLE_LAB_LEAD));
    WORLD_MUST(store_commit(w.store, NULL));
    arena_free(&a);
    world_close(&w);
}

static void a_badge_is_one_persons_until_the_next(void **state)
{
    struct store_actor by;
    struct store_person person;
    struct world w;
    struct arena a;
    int64_t root, other, id;

    (void)state;
    world_open(&w);
    arena_init(&a, 64 * 1024);
    by = director(&w);
    WORLD_MUST(store_person_root(w.store, w.assistant, &root));
    WORLD_MUST(store_person_root(w.store, w.provider, &other));
    WORLD_MUST(store_begin(w.store));
    WORLD_MUST(store_badge_add(w.store, &by, root, "ID-A", "", &id));
    assert_int_equal(store_badge_add(w.store, &by, other, "ID-A", "", &id), ERROR_CONFLICT);
    WORLD_MUST(store_badge_find(w.store, &a, "ID-A", &person));
    assert_int_equal(person.id, w.assistant);
    WORLD_MUST(store_badge_add(w.store, &by, root, "ID-B", "lost", &id));
    assert_int_equal(store_badge_find(w.store, &a, "ID-A", &person), ERROR_NOT_FOUND);
    WORLD_MUST(store_badge_add(w.store, &by, root, "", "left", &id));
    assert_int_equal(store_badge_find(w.store, &a, "ID-B", &person), ERROR_NOT_FOUND);
    assert_int_equal(store_badge_find(w.store, &a, "", &person), ERROR_NOT_FOUND);
    assert_int_equal(store_badge_add(w.store, &by, other, "ID-A", "", &id), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w.store, NULL));
    arena_free(&a);
    world_close(&w);
}

static void an_operator_is_known_by_name_or_login(void **state)
{
    struct store_person person;
    struct store_actor by;
    struct world w;
    struct arena a;
    char login[65];
    int64_t root, id;

    (void)state;
    world_open(&w);
    arena_init(&a, 64 * 1024);
    by = director(&w);
    person = assistant(&w, &a);
    (void)snprintf(login, sizeof login, "%s", person.login);
    login[0] = (char)(login[0] - 'a' + 'A');
    WORLD_MUST(store_person_root(w.store, w.provider, &root));
    WORLD_MUST(store_operator_find(w.store, &a, login, &person));
    assert_int_equal(person.id, w.assistant);
    assert_int_equal(store_operator_find(w.store, &a, "Op7", &person), ERROR_NOT_FOUND);
    WORLD_MUST(store_begin(w.store));
    WORLD_MUST(store_operator_name_add(w.store, &by, "OP7", root, &id));
    WORLD_MUST(store_operator_find(w.store, &a, "op7", &person));
    assert_int_equal(person.id, w.provider);
    WORLD_MUST(store_operator_name_add(w.store, &by, "op7", 0, &id));
    assert_int_equal(store_operator_find(w.store, &a, "OP7", &person), ERROR_NOT_FOUND);
    /* What is said to be nobody's is not taken for a login of that name. */
    WORLD_MUST(store_operator_name_add(w.store, &by, login, 0, &id));
    assert_int_equal(store_operator_find(w.store, &a, login, &person), ERROR_NOT_FOUND);
    WORLD_MUST(store_commit(w.store, NULL));
    arena_free(&a);
    world_close(&w);
}

static void an_emergency_is_reviewed_once(void **state)
{
    struct store_emergency found;
    struct store_actor by;
    struct world w;
    int64_t emergency, id;

    (void)state;
    world_open(&w);
    by = director(&w);
    WORLD_MUST(store_begin(w.store));
    WORLD_MUST(store_emergency_add(w.store, &by, "nobody else", w.now + 1, &emergency));
    WORLD_MUST(store_emergency_by_id(w.store, emergency, &found));
    assert_false(found.reviewed);
    WORLD_MUST(store_emergency_review_add(w.store, &by, emergency, false, "not so", &id));
    assert_int_equal(store_emergency_review_add(w.store, &by, emergency, true, "so", &id),
                     ERROR_CONFLICT);
    assert_int_equal(store_emergency_by_id(w.store, 1, &found), ERROR_NOT_FOUND);
    WORLD_MUST(store_commit(w.store, NULL));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_held_beside_the_own_one),
        cmocka_unit_test(a_badge_is_one_persons_until_the_next),
        cmocka_unit_test(an_operator_is_known_by_name_or_login),
        cmocka_unit_test(an_emergency_is_reviewed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
