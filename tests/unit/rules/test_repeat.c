/* The decision between retransmission, correction and second result, without a store. */
#include "core/rules/repeat.h"
#include "tests/unit/test.h"

struct pair {
    struct record_result old_result, new_result;
    struct record old_record, new_record;
    struct repeat_twin twin;
};

static void set_up(struct pair *p)
{
    record_init(&p->old_record);
    record_result_init(&p->old_result);
    p->old_record.kind = RECORD_PATIENT;
    p->old_record.run = "17";
    p->old_record.results = &p->old_result;
    p->old_record.result_count = 1;
    p->old_result.code = "HbA1c";
    p->old_result.value = "5.9";
    p->old_result.status = "F";
    p->new_record = p->old_record;
    p->new_result = p->old_result;
    p->new_record.results = &p->new_result;
    p->twin = (struct repeat_twin) { .message = 4, .record = &p->old_record };
}

static struct repeat_decision decide(const struct pair *p)
{
    struct repeat_decision out;

    repeat_decide(&p->new_record, &p->twin, 1, &out);
    return out;
}

static void by_run(void **state)
{
    struct pair p;

    (void)state;
    set_up(&p);
    p.twin.run = true;
    assert_int_equal(decide(&p).kind, REPEAT_RUN);
    assert_int_equal(decide(&p).of, 4);
    p.twin.taken = true; /* a third transmission of the run: a repeat still, but of another */
    assert_int_equal(decide(&p).kind, REPEAT_RUN);
    assert_int_equal(decide(&p).of, 0);
    p.new_result.value = "6.4";
    assert_int_equal(decide(&p).kind, REPEAT_CONFLICT);
    p.new_result.status = "C";
    assert_int_equal(decide(&p).kind, REPEAT_NEWS);
    assert_int_equal(decide(&p).change[0], REPEAT_CORRECTS);
    p.new_result.code = "CRP";
    assert_int_equal(decide(&p).change[0], REPEAT_NEW);
}

static void preliminary_gives_way_to_final(void **state)
{
    (void)state;
    assert_true(repeat_corrects("C", "F"));
    assert_true(repeat_corrects("F", "P"));
    assert_true(repeat_corrects("F", "I"));
    assert_false(repeat_corrects("F", "F"));
    assert_false(repeat_corrects("P", "P"));
    assert_false(repeat_corrects("P", "F"));
    assert_false(repeat_corrects("", ""));
}

static void by_bytes(void **state)
{
    struct pair p;

    (void)state;
    set_up(&p);
    p.new_record.run = "";
    p.twin.bytes = true;
    assert_int_equal(decide(&p).kind, REPEAT_NEWS);
    assert_true(decide(&p).identical);
    p.twin.broken = true;
    assert_int_equal(decide(&p).kind, REPEAT_BYTES);
    p.twin.taken = true;
    assert_int_equal(decide(&p).kind, REPEAT_NEWS);
    assert_true(decide(&p).identical);
    p.twin.bytes = false;
    assert_false(decide(&p).identical);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_run),
        cmocka_unit_test(preliminary_gives_way_to_final),
        cmocka_unit_test(by_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
