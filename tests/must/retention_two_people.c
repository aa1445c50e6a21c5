/*
 * Retention (domain.md 2.6) on a running core: what is eleven years old goes when one person has
 * proposed it and another has approved it; what is younger cannot be proposed; custody verifies.
 */
#include "tests/daemon/site.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

#include "core/store/purge.h"

#include <signal.h>
#include <time.h>

#define PIN_ADA "314159"
#define PIN_BOB "271828"

static const int64_t year = INT64_C(365) * 24 * 3600 * 1000;

/* One order of long ago, closed, put into the site's own database while nobody serves it. */
static void add_old_order(const struct site *s)
{
    struct world w = { .now = (int64_t)time(NULL) * 1000 - 11 * year };
    struct store_review review = {
        .signed_off = true, .meaning = "REVIEWED", .disposition = "no-action", .note = ""
    };
    struct store_order_found found;
    struct store_specimen specimen;
    struct complaint why;
    struct store_actor by;
    struct arena a;
    int64_t id;

    arena_init(&a, 1 << 20);
    assert_true(snprintf(w.path, sizeof w.path, "%s/phial.db", s->data) < (int)sizeof w.path);
    assert_int_equal(store_open(w.path, &w.store, &why), ERROR_OK);
    WORLD_MUST(store_begin(w.store));
    world_people(&w);
    world_menu(&w);
    specimen = world_specimen(&w, &a);
    (void)world_result(&w, &specimen, "5.4", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_commit(w.store, &why));
    WORLD_MUST(store_begin(w.store));
    WORLD_MUST(store_order_by_number(w.store, &a, specimen.order_number, &found));
    review.order = found.id;
    review.version = found.version;
    by = world_actor(&w);
    WORLD_MUST(store_review_add(w.store, &by, &review, &id));
    WORLD_MUST(store_commit(w.store, &why));
    store_close(w.store);
    arena_free(&a);
}

static int open_site(void **state)
{
    static struct site s;
    const char *ada[] = { "user", "add", "--data", s.data, NULL };

    site_make(&s, "");
    assert_int_equal(
        site_run(ada,
                 "login: ada\nname: Ada Invented\nrole: administrator\nnew_pin: " PIN_ADA "\n"),
        0);
    add_old_order(&s);
    site_start(&s);
    assert_int_equal(site_sign_in(&s, "ada", PIN_ADA), ERROR_OK);
    assert_int_equal(site_ask(&s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "bob", WIRE_F_NAME,
                              "Bob Invented", WIRE_F_ROLE, "director", WIRE_F_NEW_PIN, PIN_BOB,
                              SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(&s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "mia", WIRE_F_NAME,
                              "Mia Invented", WIRE_F_ROLE, "medical-assistant", WIRE_F_NEW_PIN,
                              PIN_BOB, SITE_END),
                     ERROR_OK);
    *state = &s;
    return 0;
}

static int close_site(void **state)
{
    return site_over(*state, 0);
}

static enum error propose(struct site *s, const char *before)
{
    return site_ask(s, WIRE_PURGE_PROPOSE, 0, NULL, WIRE_F_BEFORE, before, WIRE_F_REASON,
                    "yearly clean-up", SITE_END);
}

static enum error approve(struct site *s, const char *purge, const char *pin)
{
    return site_ask(s, WIRE_PURGE_APPROVE, 0, NULL, WIRE_F_PURGE, purge, WIRE_F_PIN, pin, SITE_END);
}

static void day_before(char out[16], int years)
{
    time_t at = time(NULL) - (time_t)years * 365 * 24 * 3600;
    struct tm t;
    (void)strftime(out, 16, "%Y-%m-%d", gmtime_r(&at, &t));
}

static json_int_t count_found(struct site *s)
{
    json_t *found = site_look(s, READ_SEARCH, "Nr1-TEST");
    json_int_t count = (json_int_t)json_array_size(json_object_get(found, "rows"));
    json_decref(found);
    return count;
}

static void what_is_old_goes_by_two_people(void **state)
{
    struct site *s = *state;
    const char *verify[] = { "custody", "verify", "--data", s->data, NULL };
    char young[16], old[16], purge[24];
    json_t *list, *row;

    day_before(young, 9);
    day_before(old, 10);
    old[9] = '1'; /* a few days more than ten years */
    old[8] = '0';
    assert_int_equal(count_found(s), 1);
    assert_int_equal(propose(s, young), ERROR_BAD_INPUT);
    site_said(s, "kept for 10 years");
    assert_int_equal(propose(s, "soon"), ERROR_BAD_INPUT);
    assert_int_equal(propose(s, old), ERROR_OK);
    list = site_look(s, READ_PURGES, "");
    row = json_array_get(json_object_get(list, "rows"), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "orders")), 1);
    (void)snprintf(purge, sizeof purge, "%lld",
                   (long long)json_integer_value(json_object_get(row, "id")));
    json_decref(list);
    assert_int_equal(approve(s, purge, PIN_ADA), ERROR_DENIED);
    site_said(s, "A second person");
    assert_int_equal(site_ask(s, WIRE_USER_CHANGE, 0, NULL, WIRE_F_LOGIN, "ada", WIRE_F_NAME,
                              "Ada Renamed", WIRE_F_ROLE, "administrator", WIRE_F_ACTIVE, "1",
                              WIRE_F_REASON, "a new name", WIRE_F_PIN, PIN_ADA, SITE_END),
                     ERROR_OK);
    assert_int_equal(site_sign_in(s, "ada", PIN_ADA), ERROR_OK);
    assert_int_equal(approve(s, purge, PIN_ADA), ERROR_DENIED); /* by another name, no second one */
    site_said(s, "A second person");
    assert_int_equal(site_sign_in(s, "mia", PIN_BOB), ERROR_OK);
    assert_int_equal(approve(s, purge, PIN_BOB), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "bob", PIN_BOB), ERROR_OK);
    assert_int_equal(count_found(s), 1);
    assert_int_equal(approve(s, purge, PIN_BOB), ERROR_OK);
    assert_int_equal(count_found(s), 0);
    assert_int_equal(approve(s, purge, PIN_BOB), ERROR_CONFLICT);
    (void)site_stop(s, SIGTERM);
    assert_int_equal(site_run(verify, ""), 0);
}

int main(int argc, char **argv)
{
    int status = site_child(argc, argv);
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_old_goes_by_two_people) };

    return status >= 0 ? status : cmocka_run_group_tests(tests, open_site, close_site);
}
