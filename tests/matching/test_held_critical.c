/* A critical value that is held starts the clock at its receipt, whosever it is (domain.md 5.3,
 * M17): the bench is told, and when it has its place the clock goes on. */
#include "core/catalogue/catalogue.h"
#include "core/store/correct.h"
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char *const bmp[] = { "BMP" };
static const int64_t minute = 60 * 1000;

static void limits_live(struct world *w)
{
    struct complaint why = { "" };
    int64_t set = 0, id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    if (catalogue_add_limits(w->store, w->now, &set, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    world_turn(w);
}

/* A potassium for that number, with that comparator and flag of the device. */
static void send(struct device *d, const char *number, const char *comparator, const char *value,
                 const char *flag)
{
    static int sent;
    struct record_result result;
    struct record record = world_record(number, &result);
    char text[64];

    result.code = "2823-3", result.loinc = "2823-3", result.name = "Potassium";
    result.value = result.number = value;
    result.comparator = comparator;
    result.unit = result.ucum = "mmol/L";
    if (*flag)
        result.flags = (struct text_list) { &flag, 1 };
    (void)snprintf(text, sizeof text, "%s %d", value, ++sent);
    device_session(d, &record, text, SESSION_END_NORMAL);
}

/* The same of nobody known, by a code of the device. */
static void send_as(struct device *d, const char *code, const char *loinc, const char *value)
{
    static int sent;
    struct record_result result;
    struct record record = world_record("", &result);
    char text[64];

    result.code = result.name = code, result.loinc = loinc;
    result.value = result.number = value;
    result.unit = result.ucum = "mmol/L";
    (void)snprintf(text, sizeof text, "own code %d", ++sent);
    device_session(d, &record, text, SESSION_END_NORMAL);
}

static int64_t waiting(struct world *w)
{
    return world_count(w, "SELECT count(*) FROM critical_held");
}

static void whosever_it_is_the_bench_is_told(void **state)
{
    struct world *w = *state;
    struct device d;

    limits_live(w);
    device_attach(&d, w, "chem-1");
    send(&d, "", "", "6.9", "");
    assert_int_equal(waiting(w), 1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM held_critical WHERE name = 'Potassium' "
                                    "AND value = '6.9' AND unit = 'mmol/L' AND flag = 'HH'"),
                     1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM critical_held c JOIN message m ON m.id = "
                                    "c.message WHERE c.since = m.received_at"),
                     1);
    send(&d, "A0017", "", "4.1", "");
    send(&d, "A0018", "", "5.9", "");
    assert_int_equal(waiting(w), 1);
    send(&d, "A0019", "", "4.2", "HH");
    assert_int_equal(waiting(w), 2);
    send(&d, "A0020", ">", "5.5", "");
    assert_int_equal(waiting(w), 3);
}

/* Limits of men, women, children: nobody knows which counts, so each does. */
static void the_limits_of_anybody_count(void **state)
{
    struct world *w = *state;
    struct complaint why = { "" };
    struct device d;
    int64_t set, id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_set_add(w->store, "site", "", w->now, &set), ERROR_OK);
    assert_int_equal(catalogue_read_limits(w->store, set,
                                           "2823-3,,,18,3,6,2,8,,mmol/L\n"
                                           "2823-3,,18,,3,5,2,6,,mmol/L\n",
                                           &why),
                     ERROR_OK);
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, "", "", "6.5", "");
    assert_int_equal(waiting(w), 1);
    send(&d, "", "", "5.5", "");
    assert_int_equal(waiting(w), 1);
}

/* One limit for each year of life, and the last one says that it is critical. */
static void every_row_of_the_limits_counts(void **state)
{
    enum { YEARS = 150 };
    struct world *w = *state;
    struct complaint why = { "" };
    struct device d;
    char lines[YEARS * 48];
    size_t len = 0;
    int64_t set, id;

    for (int year = 0; year < YEARS; year++)
        len += (size_t)snprintf(lines + len, sizeof lines - len, "2823-3,,%d,%d,3,5,2,%d,,mmol/L\n",
                                year, year + 1, year == YEARS - 1 ? 6 : 9);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_set_add(w->store, "site", "", w->now, &set), ERROR_OK);
    if (catalogue_read_limits(w->store, set, lines, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, "", "", "6.5", "");
    assert_int_equal(waiting(w), 1);
}

/* An analyzer that sends its own codes: the menu says what may be meant, and the most severe
 * counts. */
static void a_code_without_loinc_is_whatever_the_menu_calls_so(void **state)
{
    struct world *w = *state;
    struct store_analyte whole_blood = { "K", "75940-7", "Potassium, whole blood", "mmol/L",
                                         false },
                         serum = { "K", "2823-3", "Potassium", "mmol/L", false };
    struct store_test tests[] = { { .code = "K-BLOOD",
                                    .name = "Potassium, whole blood",
                                    .specimen_type = "blood",
                                    .container = "tube",
                                    .active = true,
                                    .analytes = &whole_blood,
                                    .analyte_count = 1 },
                                  { .code = "K-SERUM",
                                    .name = "Potassium",
                                    .specimen_type = "serum",
                                    .container = "tube",
                                    .active = true,
                                    .analytes = &serum,
                                    .analyte_count = 1 } };
    struct device d;

    limits_live(w);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        assert_int_equal(store_test_add(w->store, &tests[i], w->now, NULL), ERROR_OK);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send_as(&d, "K", "", "4.1");
    send_as(&d, "OTHER", "", "6.9");
    send_as(&d, "", "", "6.9");
    assert_int_equal(waiting(w), 0);
    send_as(&d, "K", "", "6.9");
    assert_int_equal(waiting(w), 1);
    send_as(&d, "K", "99999-9", "6.9");
    assert_int_equal(waiting(w), 2);
}

static void with_its_place_the_clock_goes_on(void **state)
{
    static const char *const identifiers[] = { "name", "birth date" };
    struct world *w = *state;
    struct store_critical *open;
    struct store_order_key order;
    struct complaint why = { "" };
    struct store_actor by;
    struct accession tube;
    struct device d;
    struct arena a;
    size_t count;
    int64_t received;

    limits_live(w);
    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, &tube);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, "", "", "6.9", "");
    received = world_count(w, "SELECT since FROM critical_held");
    w->now += 20 * minute;
    by = world_actor(w);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(
        ingest_resolve(w->ingest,
                       &(struct ingest_resolve) { .message = world_count(w, "SELECT message FROM "
                                                                            "held"),
                                                  .kind = RESOLUTION_LINK,
                                                  .accession = tube.digits,
                                                  .reason = "the tube stands in the analyzer",
                                                  .identifiers = identifiers,
                                                  .identifier_count = 2,
                                                  .by = &by },
                       &order, &why),
        ERROR_OK);
    world_turn(w);
    assert_int_equal(waiting(w), 0);
    arena_init(&a, 65536);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_criticals_open(w->store, &a, &open, &count), ERROR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(open[0].since, received);
    world_turn(w);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(whosever_it_is_the_bench_is_told),
        IN_WORLD(the_limits_of_anybody_count),
        IN_WORLD(every_row_of_the_limits_counts),
        IN_WORLD(a_code_without_loinc_is_whatever_the_menu_calls_so),
        IN_WORLD(with_its_place_the_clock_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
