/*
 * M26: a health record is down for three days. Results are signed meanwhile; the attempts stay few;
 * the page of the day says that something waits; and when it is back everything arrives once, in
 * the order in which it was signed, corrections behind what they correct.
 */
#include "tests/must/ehr.h"

#include "core/rules/outbox.h"

static const int64_t minute = 60 * 1000, hour = 60 * 60 * 1000;

enum { SIGNED = 36, DAY = 24 * 60 * 60 * 1000 };

/* Over 72 hours, every two a result is signed. */
static void sign_one(struct ehr *e, struct store_specimen *out)
{
    *out = ehr_result(e, "5.1");
    ehr_sign(e, out);
}

static void corrected(struct ehr *e, const struct store_specimen *p, const char *value)
{
    char result[24], version[STORE_VERSION_SIZE], sql[128];

    (void)snprintf(sql, sizeof sql, "SELECT max(id) FROM result WHERE orders = %lld",
                   (long long)p->order);
    (void)snprintf(result, sizeof result, "%lld", (long long)hands_number(e->h, sql));
    WORLD_MUST(store_order_version(e->h->world.store, p->order, version));
    if (hands_ask(e->h, e->h->lead, ROLE_LAB_LEAD, WIRE_CORRECT, WIRE_F_ORDER, p->order_number,
                  WIRE_F_VERSION, version, WIRE_F_RESULT_ID, result, WIRE_F_KIND, "value",
                  WIRE_F_VALUE, value, WIRE_F_UNIT, "%", WIRE_F_REASON_CODE, "typing",
                  WIRE_F_REASON, "misread", WIRE_F_PIN, "1", WIRE_FIELD_COUNT) != ERROR_OK)
        fail_msg("%s", e->h->why.text);
}

/* What waits is called out on the page of the day after the minutes that the site chose. */
static int64_t late(struct ehr *e)
{
    const struct store_params params = { .now = e->h->world.now };
    char *text = world_read(&e->h->world, READ_HUDDLE, &params);
    const char *line = strstr(text, "\"what\":\"outbox\"");
    int64_t count;

    assert_non_null(line);
    count = strtoll(strstr(line, "\"count\":") + 8, NULL, 10);
    free(text);
    return count;
}

static void each_arrived_once_in_order(const struct ehr *e, const struct store_specimen *orders)
{
    size_t message = e->count;

    for (size_t i = SIGNED + 1; i > 0; i--) {
        char mrn[80];
        const struct store_specimen *p = &orders[i - 1 == SIGNED ? 0 : i - 1];
        (void)snprintf(mrn, sizeof mrn, "%s^", p->patient.mrn);
        message--;
        assert_int_equal(
            strncmp(ehr_field(e, message, "PID", 1, 3, (char[256]) { "" }), mrn, strlen(mrn)), 0);
    }
}

/* It cannot even be connected to: nothing is tried, and everything waits. */
static void a_record_that_is_off(void **state)
{
    struct ehr *e = *state;
    struct store_specimen orders[SIGNED];

    e->up = false;
    for (int i = 0; i < SIGNED; i++) {
        sign_one(e, &orders[i]);
        for (int64_t passed = 0; passed < 2 * hour; passed += 10 * minute)
            ehr_pass(e, 10 * minute);
    }
    corrected(e, &orders[0], "6.1");
    assert_int_equal(e->count, 0);
    assert_int_equal(late(e), SIGNED);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_state"), 0);
    e->up = true;
    ehr_pass(e, 0);
    ehr_take_all(e);
    assert_int_equal(e->count, SIGNED + 1);
    each_arrived_once_in_order(e, orders);
    ehr_said(e, 0, "OBX", 1, 5, "5.1");
    ehr_said(e, SIGNED, "OBX", 1, 5, "6.1");
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 0);
    assert_int_equal(late(e), 0);
    hands_verify(e->h);
}

/* It takes connections and never answers: the attempts become rare, and the bytes stay the same. */
static void a_record_that_is_silent(void **state)
{
    struct ehr *e = *state;
    struct store_specimen order;
    int64_t end;

    sign_one(e, &order);
    end = e->h->world.now + DAY;
    while (e->h->world.now < end) {
        size_t before = e->count;
        e->h->world.now += 30 * 1000;
        ehr_answer(e, "", "The health record did not answer within 30 seconds.");
        ehr_pass(e, hands_number(e->h, "SELECT due FROM outbox_queue") - 1 - e->h->world.now);
        assert_int_equal(e->count, before);
        ehr_pass(e, 1);
        assert_int_equal(e->count, before + 1);
    }
    assert_in_range(e->count, 24 * 10, 24 * 12 + 12);
    for (size_t i = 1; i < e->count; i++)
        assert_string_equal(e->sent[i].text, e->sent[0].text);
    assert_int_equal(late(e), 1);
    ehr_answer(e, "AA", "");
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 0);
}

static void the_wait_doubles_up_to_five_minutes(void **state)
{
    (void)state;
    assert_int_equal(outbox_delay(1), 5000);
    assert_int_equal(outbox_delay(2), 10000);
    assert_int_equal(outbox_delay(7), 300000);
    assert_int_equal(outbox_delay(100000), 300000);
    assert_int_equal(outbox_judge("AA"), OUTBOX_TAKEN);
    assert_int_equal(outbox_judge("CR"), OUTBOX_REFUSED);
    assert_int_equal(outbox_judge("XX"), OUTBOX_AGAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_that_is_off, ehr_open, ehr_close),
        cmocka_unit_test_setup_teardown(a_record_that_is_silent, ehr_open, ehr_close),
        cmocka_unit_test(the_wait_doubles_up_to_five_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
