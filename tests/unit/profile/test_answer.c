/* What the host says to a query, as the instrument reads it. */
#include "tests/unit/profile/answer_sample.h"

static const char *const codes[] = { "4548-4", "14957-5", "4548-4", "718-7", "LOCAL" };

static struct profile_answer full(void)
{
    return answer_sample("RIVERA-TEST^ANA", codes, sizeof codes / sizeof codes[0]);
}

static void encode(const struct profile_answer *answer, char *out, size_t size)
{
    assert_int_equal(answer_encode("siemens-dca-vantage", answer, out, size), ERROR_OK);
}

/* One O for each test the profile knows, none twice; a LOINC without a code of the maker is left
 * out, and a delimiter in data is escaped. */
static void test_orders(void **state)
{
    const struct profile_answer answer = full();
    char text[4096];

    (void)state;
    encode(&answer, text, sizeof text);
    assert_string_equal(text, "H|\\^&|||Phial|||||||P|LIS2-A2|20260312094102\r"
                              "P|1|MRN&F&1|||RIVERA-TEST^ANA||19850607|F\r"
                              "O|1|260312000013||^^^HbA1c|S||||||N||||||||||||||Q\r"
                              "O|2|260312000013||^^^Alb|S||||||N||||||||||||||Q\r"
                              "O|3|260312000013||^^^LOCAL|S||||||N||||||||||||||Q\r"
                              "L|1|F\r");
}

static void test_nothing(void **state)
{
    struct profile_answer answer = full();
    char text[4096];

    (void)state;
    answer.found = false;
    encode(&answer, text, sizeof text);
    assert_string_equal(text, "H|\\^&|||Phial|||||||P|LIS2-A2|20260312094102\rL|1|I\r");
    answer.found = true;
    answer.code_count = 0;
    encode(&answer, text, sizeof text);
    assert_non_null(strstr(text, "\rL|1|I\r"));
}

/* Nothing that LIS01 forbids leaves the house, whatever the data are. */
static void test_control_characters(void **state)
{
    struct profile_answer answer = full();
    char text[4096];

    (void)state;
    answer.patient_id = "A\x02\x03\rO|9|fake";
    encode(&answer, text, sizeof text);
    assert_null(strchr(text, 0x02));
    assert_null(strchr(text, 0x03));
    assert_null(strstr(text, "\rO|9"));
}

static void test_no_room(void **state)
{
    const struct profile_answer answer = full();
    struct profile *p = NULL;
    struct buffer text;

    (void)state;
    assert_int_equal(profile_load("siemens-dca-vantage", NULL, &p, NULL), ERROR_OK);
    buffer_init(&text, 40);
    assert_int_equal(profile_encode_answer(p, &answer, &text), ERROR_TOO_BIG);
    assert_int_equal(text.len, 0);
    buffer_free(&text);
    profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
