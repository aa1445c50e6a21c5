/* Limits judge only when a named person has approved them; both flags are kept. */
#include "core/catalogue/catalogue.h"
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char *const bmp[] = { "BMP" };

static int64_t add_limits(struct world *w)
{
    struct complaint why = { "" };
    int64_t set = 0;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    if (catalogue_add_limits(w->store, w->now, &set, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    world_turn(w);
    return set;
}

static void approve(struct world *w, int64_t set)
{
    int64_t id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    world_turn(w);
}

/* A potassium of that value, with that flag of the device. */
static void send(struct device *d, const char *accession, const char *value, const char *flag)
{
    struct record_result result;
    struct record record = world_record(accession, &result);

    result.code = "2823-3", result.loinc = "2823-3", result.name = "Potassium";
    result.value = result.number = value;
    result.unit = result.ucum = "mmol/L";
    if (*flag)
        result.flags = (struct text_list) { &flag, 1 };
    device_session(d, &record, value, SESSION_END_NORMAL);
}

static void dead_limits_do_not_judge(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;
    int64_t set = add_limits(w);

    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, &a);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, a.digits, "6.7", "");
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE site_flag='' AND flag='' "
                                    "AND severity=0 AND reference_range='' AND reference_limit IN "
                                    "(SELECT l.id FROM reference_limit l JOIN reference_set s ON "
                                    "s.id=l.reference_set WHERE s.name='none')"),
                     1);
    approve(w, set);
    send(&d, a.digits, "6.8", "");
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE site_flag='HH' AND "
                                    "flag='HH' AND flag_source='site' AND severity=2 AND "
                                    "reference_range='3.5-5.0'"),
                     1);
}

static void the_more_severe_flag_counts_and_both_are_kept(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;

    approve(w, add_limits(w));
    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, &a);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, a.digits, "4.1", "H");
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE device_flags='H' AND "
                                    "site_flag='N' AND flag='H' AND flag_source='device' AND "
                                    "severity=1"),
                     1);
    send(&d, a.digits, "6.0", "H"); /* at the critical limit */
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE device_flags='H' AND "
                                    "site_flag='HH' AND flag='HH' AND severity=2"),
                     1);
}

static void limits_know_age_and_sex(void **state)
{
    struct world *w = *state;
    struct complaint why = { "" };
    struct device d;
    struct accession a;
    int64_t set;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_set_add(w->store, "site", "", w->now, &set), ERROR_OK);
    assert_int_equal(catalogue_read_limits(w->store, set,
                                           "2823-3,M,18,,1,2,,,,mmol/L\n"
                                           "2823-3,F,,18,1,3,,,,mmol/L\n"
                                           "2823-3,F,18,,1,9,,,,mmol/L\n",
                                           &why),
                     ERROR_OK);
    world_turn(w);
    approve(w, set);
    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, &a); /* F, 44 years */
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send(&d, a.digits, "4.1", "");
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE reference_range='1-9' AND "
                                    "site_flag='N'"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(dead_limits_do_not_judge),
        IN_WORLD(the_more_severe_flag_counts_and_both_are_kept),
        IN_WORLD(limits_know_age_and_sex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
