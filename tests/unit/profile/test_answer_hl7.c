/* What the host says to an HL7 query: addressed back, with the query's own words. */
#include "tests/unit/profile/answer_sample.h"

#define MSH                                                                                        \
    "MSH|^~\\&|Meter|Ward|LIS|Lab|20260312||QBP^Q11^QBP_Q11|Q^7|P|2.5.1|||NE|AL||UNICODE UTF-8\r"
#define QPD "QPD|WOS^Work Order Step^IHELAW|T&7|260312000013\r"

static const char *const codes[] = { "4548-4", "4548-4", "LOCAL" };

static struct profile_answer full(void)
{
    return answer_sample("M\xc3\x9cLLER-TEST^ANA", codes, sizeof codes / sizeof codes[0]);
}

static enum error encode(struct profile_answer answer, const char *question, char *out, size_t size)
{
    answer.question = span_text(question);
    return answer_encode("generic-hl7", &answer, out, size);
}

static void test_orders(void **state)
{
    char text[4096];
    (void)state;
    assert_int_equal(encode(full(), MSH QPD "RCP|I\r", text, sizeof text), ERROR_OK);
    assert_string_equal(text, "MSH|^~\\&|LIS|Lab|Meter|Ward|20260312094102+0000||RSP^K11^RSP_K11|"
                              "PA19CE16BC3B0|P|2.5.1|||NE|NE||UNICODE UTF-8\r"
                              "MSA|AA|Q^7\r"
                              "QAK|T&7|OK|WOS^Work Order Step^IHELAW\r" QPD
                              "PID|1||MRN\\F\\1||M\xc3\x9cLLER-TEST^ANA||19850607|F\r"
                              "SPM|1|260312000013|||||||||P\r"
                              "ORC|NW|260312000013\r"
                              "TQ1|1||||||||S\r"
                              "OBR|1|260312000013||4548-4^^LN\r"
                              "ORC|NW|260312000013\r"
                              "TQ1|1||||||||S\r"
                              "OBR|2|260312000013||LOCAL\r");
}

/* Nothing open, and a specimen that is not ours: the same answer, without a patient. */
static void test_nothing(void **state)
{
    struct profile_answer answer = full();
    char text[4096];
    (void)state;
    answer.code_count = 0;
    assert_int_equal(encode(answer, MSH QPD, text, sizeof text), ERROR_OK);
    assert_non_null(strstr(text, "QAK|T&7|NF|"));
    assert_null(strstr(text, "PID"));
    answer = full();
    answer.found = false;
    assert_int_equal(encode(answer, MSH QPD, text, sizeof text), ERROR_OK);
    assert_non_null(strstr(text, "QAK|T&7|NF|"));
    assert_null(strstr(text, "TEST"));
}

static void test_delimiters_and_charset(void **state)
{
    char text[4096];
    (void)state;
    assert_int_equal(encode(full(), "MSH#*!?%#M####1##QBP*Q11#7#P#2.4######8859/1\rQPD#A*B#T#9\r",
                            text, sizeof text),
                     ERROR_OK);
    assert_non_null(
        strstr(text, "##RSP*K11*RSP_K11#PA19CE16BC3B0#P#2.4###NE#NE##8859/1\rMSA#AA#7\r"));
    assert_non_null(strstr(text, "PID#1##MRN|1##M\xdcLLER-TEST*ANA##19850607#F\r"));
    assert_int_equal(
        encode(full(), "MSH|^~\\&|M||||1||QBP^Q11|7|P|2.4\rQPD|A|T|9\r", text, sizeof text),
        ERROR_OK);
    assert_non_null(strstr(text, "M?LLER-TEST^ANA")); /* said nothing: ASCII */
}

static void test_no_question(void **state)
{
    char text[4096];
    (void)state;
    assert_int_equal(encode(full(), "", text, sizeof text), ERROR_BAD_INPUT);
    assert_int_equal(encode(full(), MSH "RCP|I\r", text, sizeof text), ERROR_BAD_INPUT);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_orders),
                                        cmocka_unit_test(test_nothing),
                                        cmocka_unit_test(test_delimiters_and_charset),
                                        cmocka_unit_test(test_no_question) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
