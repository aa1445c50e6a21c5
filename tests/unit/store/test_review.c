/* Whose a result is, cover by its days, tasks and their outcomes, what was sent back and answered;
 * and the worklist that is derived from them, which a rebuild gives again. */
#include "tests/unit/test.h"

#include "tests/unit/store/review_world.h"

/* An order of dana's with a normal result. */
static struct store_specimen resulted(struct world *w, struct arena *a)
{
    struct store_specimen specimen = world_specimen(w, a);
    (void)world_result(w, &specimen, "5.1", SEVERITY_NORMAL, 0);
    return specimen;
}

static void cover_stands_on_its_days_once_accepted(void **state)
{
    static const struct {
        const char *day;
        bool stands;
    } days[] = { { "2026-03-11", false },
                 { "2026-03-12", true },
                 { "2026-03-13", true },
                 { "2026-03-14", false } };
    const struct store_cover cover = { 0,           "dana", "dora", "2026-03-12", "2026-03-13",
                                       "a holiday", "" };
    struct world *w = *state;
    struct store_actor by = world_actor(w);
    int64_t id;
    bool stands = true;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_cover_add(w->store, &by, &cover, &id));
    WORLD_MUST(store_cover_stands(w->store, "dana", "dora", "2026-03-12", &stands));
    assert_false(stands);
    WORLD_MUST(store_cover_step_add(w->store, &by, id, "accepted", "", NULL));
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        WORLD_MUST(store_cover_stands(w->store, "dana", "dora", days[i].day, &stands));
        assert_int_equal(stands, days[i].stands);
    }
    WORLD_MUST(store_cover_stands(w->store, "dora", "dana", "2026-03-12", &stands));
    assert_false(stands);
    assert_int_equal(store_cover_step_add(w->store, &by, id, "accepted", "", NULL), ERROR_CONFLICT);
    WORLD_MUST(store_cover_step_add(w->store, &by, id, "ended", "", NULL));
    WORLD_MUST(store_cover_stands(w->store, "dana", "dora", "2026-03-12", &stands));
    assert_false(stands);
    WORLD_MUST(store_commit(w->store, NULL));
}

static void outcome_closes_a_task_once(void **state)
{
    struct world *w = *state;
    struct store_actor by = world_actor(w);
    char version[STORE_VERSION_SIZE];
    struct store_task task = { .version = version,
                               .kind = "",
                               .instruction = "Call.",
                               .owner = "maria",
                               .due = "2026-03-13" };
    struct store_task_step step = {
        .kind = "handed", .note = "off", .owner = "lena", .due = "2026-03-14"
    };
    struct store_task_found found;
    struct arena a;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    task.order = resulted(w, &a).order;
    WORLD_MUST(store_order_version(w->store, task.order, version));
    WORLD_MUST(store_task_add(w->store, &by, &task, &step.task));
    WORLD_MUST(store_task_step_add(w->store, &by, &step, NULL));
    WORLD_MUST(store_task_by_id(w->store, &a, step.task, &found));
    assert_string_equal(found.owner, "lena");
    assert_true(found.open);
    step.kind = "done";
    step.owner = step.due = "";
    WORLD_MUST(store_task_step_add(w->store, &by, &step, NULL));
    WORLD_MUST(store_task_by_id(w->store, &a, step.task, &found));
    assert_false(found.open);
    assert_int_equal(store_task_step_add(w->store, &by, &step, NULL), ERROR_CONFLICT);
    version[0] = version[0] == '0' ? '1' : '0';
    assert_int_equal(store_task_add(w->store, &by, &task, NULL), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

static void order_changes_hands_only_when_accepted(void **state)
{
    struct world *w = *state;
    struct store_actor by = world_actor(w);
    struct store_owner owner;
    struct arena a;
    int64_t order;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    order = resulted(w, &a).order;
    WORLD_MUST(store_ownership_add(w->store, &by, order, "offered", "dora", "", NULL));
    WORLD_MUST(store_order_owner(w->store, &a, order, &owner));
    assert_string_equal(owner.login, "dana");
    assert_string_equal(owner.offered, "dora");
    WORLD_MUST(store_ownership_add(w->store, &by, order, "accepted", "dora", "", NULL));
    WORLD_MUST(store_order_owner(w->store, &a, order, &owner));
    assert_string_equal(owner.login, "dora");
    assert_string_equal(owner.offered, "");
    WORLD_MUST(store_projections_rebuild(w->store));
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

static void signed_version_is_neither_signed_again_nor_sent_back(void **state)
{
    struct world *w = *state;
    struct store_actor by = world_actor(w);
    char version[STORE_VERSION_SIZE];
    struct store_review review = { .version = version,
                                   .signed_off = false,
                                   .note = "why?",
                                   .meaning = "REVIEWED",
                                   .disposition = "no-action" };
    struct store_signature signature;
    struct arena a;

    arena_init(&a, 256 * 1024);
    by.person = w->provider;
    WORLD_MUST(store_begin(w->store));
    review.order = resulted(w, &a).order;
    WORLD_MUST(store_order_version(w->store, review.order, version));
    assert_int_equal(store_return_answer_add(w->store, &by, review.order, "yes", NULL),
                     ERROR_CONFLICT);
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    WORLD_MUST(store_return_answer_add(w->store, &by, review.order, "yes", NULL));
    assert_int_equal(store_return_answer_add(w->store, &by, review.order, "yes", NULL),
                     ERROR_CONFLICT);
    review.signed_off = true;
    assert_int_equal(store_order_signature(w->store, &a, review.order, &signature),
                     ERROR_NOT_FOUND);
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    WORLD_MUST(store_order_signature(w->store, &a, review.order, &signature));
    assert_string_equal(signature.name, "Dana W-TEST");
    assert_int_equal(store_review_add(w->store, &by, &review, NULL), ERROR_CONFLICT);
    review.signed_off = false;
    assert_int_equal(store_review_add(w->store, &by, &review, NULL), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cover_stands_on_its_days_once_accepted, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(outcome_closes_a_task_once, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(order_changes_hands_only_when_accepted, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(signed_version_is_neither_signed_again_nor_sent_back,
                                        world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
