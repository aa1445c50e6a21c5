/* A message that looks like another instrument's is held, whoever it is about (DESIGN 5: two cables
 * that were swapped). */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char held_sql[] = "SELECT count(*) FROM held JOIN message ON message.id=held.message "
                               "WHERE reason_code='other-instrument' AND "
                               "reason LIKE '%Siemens DCA Vantage%cables swapped%'";

static void what_would_link_is_held(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.looks_like = "Siemens DCA Vantage (siemens-dca-vantage)";
    device_session(&s.device, &s.record, "swapped", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 0);
    assert_int_equal(world_count(s.w, held_sql), 1);
    assert_int_equal(s.w->kept, 1); /* and its frame was acknowledged */
    s.record.looks_like = "";
    device_session(&s.device, &s.record, "put right", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 1);
}

static void a_control_is_held_too(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.kind = RECORD_QC;
    s.record.looks_like = "Siemens DCA Vantage (siemens-dca-vantage)";
    device_session(&s.device, &s.record, "swapped", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, held_sql), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { IN_WORLD(what_would_link_is_held),
                                        IN_WORLD(a_control_is_held_too) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
