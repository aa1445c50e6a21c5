/* The codes that ship, and tables of a site that are not well made. */
#include "core/catalogue/catalogue.h"
#include "core/store/limits.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void a_loinc_has_its_check_digit(void **state)
{
    (void)state;
    assert_true(catalogue_is_loinc("4548-4"));
    assert_true(catalogue_is_loinc("2823-3"));
    assert_true(catalogue_is_loinc("78012-2"));
    assert_false(catalogue_is_loinc("6557-7")); /* found in public code for rapid strep */
    assert_false(catalogue_is_loinc("4548-5"));
    assert_false(catalogue_is_loinc("5448-4"));
    assert_false(catalogue_is_loinc("4548"));
    assert_false(catalogue_is_loinc("4548-44"));
    assert_false(catalogue_is_loinc("-4"));
    assert_false(catalogue_is_loinc(""));
}

struct room {
    char folder[64], path[96];
    struct store *store;
};

static void room_open(struct room *r)
{
    struct complaint why;

    (void)snprintf(r->folder, sizeof r->folder, "/tmp/phial-catalogue-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    (void)snprintf(r->path, sizeof r->path, "%s/phial.db", r->folder);
    assert_int_equal(store_open(r->path, &r->store, &why), ERROR_OK);
    assert_int_equal(store_begin(r->store), ERROR_OK);
}

static void room_close(struct room *r)
{
    store_close(r->store);
    (void)unlink(r->path);
    assert_int_equal(rmdir(r->folder), 0);
}

static void the_menu_ships_whole(void **state)
{
    struct room r;
    struct complaint why = { "" };
    struct store_test test;
    const struct store_limit_wanted wanted = { "2823-3", "F", "", 16000, 2, 0 };
    static const char *const codes[] = { "HbA1c", "CRP", "CMP", "UA",  "CBC",
                                         "LEAD",  "FIT", "HCG", "EKG", "COVID-NAAT" };
    const struct store_person person = {
        .login = "dana", .name = "Dana Invented", .role = ROLE_DIRECTOR, .active = true
    };
    const struct store_analyte *dead;
    int64_t director;
    struct store_limit limit;
    struct arena arena;
    int64_t set = 0;

    (void)state;
    room_open(&r);
    arena_init(&arena, 65536);
    if (catalogue_add_menu(r.store, 1, &why) != ERROR_OK ||
        catalogue_add_limits(r.store, 1, &set, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(store_test_by_code(r.store, &arena, "CMP", &test), ERROR_OK);
    assert_int_equal(test.analyte_count, 14);
    assert_string_equal(test.analytes[3].name, "Carbon dioxide, total");
    assert_int_equal(store_limit_look(r.store, &arena, &wanted, &limit), ERROR_NOT_FOUND);
    assert_int_equal(store_person_add(r.store, &person, 1, &director), ERROR_OK);
    assert_int_equal(store_reference_approve(r.store, set, director, 1, NULL), ERROR_OK);
    assert_int_equal(store_limit_look(r.store, &arena, &wanted, &limit), ERROR_OK);
    assert_string_equal(limit.critical_high, "6.0");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(store_test_by_code(r.store, &arena, codes[i], &test), ERROR_OK);
        assert_int_equal(store_test_dead(r.store, &test, 2, &dead), ERROR_NOT_FOUND);
    }
    arena_free(&arena);
    room_close(&r);
}

static void a_bad_table_is_refused_with_its_line(void **state)
{
    static const char *const menus[] = {
        "test,X\n",
        "analyte,a,4548-4,A1c,%\n",
        "test,X,Name,blood,tube\nanalyte,a,4548-5,A1c,%\n",
        "test,X,Name,blood,tube\nanalyte,a,4548-4,\"A1c,%\n",
        "dog,X\n",
    };
    static const char *const limits[] = {
        "4548-4,,18,,4.0,5.6,,,\n",    "4548-5,,18,,4.0,5.6,,,,%\n", "4548-4,,18,,4.0x,5.6,,,,%\n",
        "4548-4,,old,,4.0,5.6,,,,%\n", "1,2,3,4,5,6,7,8,9,10,11\n",
    };
    struct room r;

    (void)state;
    room_open(&r);
    for (size_t i = 0; i < sizeof menus / sizeof menus[0]; i++) {
        struct complaint why = { "" };
        assert_int_equal(catalogue_read_menu(r.store, menus[i], 1, &why), ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, "Line "));
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct complaint why = { "" };
        assert_int_equal(catalogue_read_limits(r.store, 1, limits[i], &why), ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, "Line "));
    }
    room_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loinc_has_its_check_digit),
        cmocka_unit_test(the_menu_ships_whole),
        cmocka_unit_test(a_bad_table_is_refused_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
