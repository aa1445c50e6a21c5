/* Profiles of health records: what stands in them is what goes out; each mistake has its line. */
#include "core/base/limits.h"
#include "tests/exchange/cases.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "[endpoint]\nid = mine\n[message]\nversion = 2.5.1\ncodes = local loinc\n"

static struct exchange_endpoint *read_endpoint(const char *text)
{
    struct exchange_endpoint *p = NULL;
    struct complaint why = { "" };

    if (exchange_endpoint_read("mine.endpoint", span_text(text), &p, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return p;
}

/* The message of a case, segments ended by line feeds; the caller frees it. */
static char *message_of(const char *endpoint, const char *name)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *p = read_endpoint(endpoint);
    struct complaint why = { "" };
    static struct exchange_case c;
    struct buffer out;

    assert_true(exchange_case_build(name, &c));
    buffer_init(&out, LIMIT_MESSAGE);
    if (exchange_compose(p, &envelope, &c.report, &out, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    for (size_t i = 0; i < out.len; i++)
        if (out.at[i] == '\r')
            out.at[i] = '\n';
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    exchange_endpoint_free(p);
    return (char *)out.at;
}

static void has(const char *endpoint, const char *name, const char *wanted)
{
    char *text = message_of(endpoint, name);

    if (!strstr(text, wanted))
        fail_msg("\"%s\" is not in\n%s", wanted, text);
    free(text);
}

static void the_record_says_how(void **state)
{
    (void)state;
    has(HEAD, "final", "|A1C^Hemoglobin A1c^L^4548-4^Hemoglobin A1c^LN|");
    has("[endpoint]\nid = m\n[message]\nversion = 2.4\ncodes = loinc local\n", "final",
        "|4548-4^Hemoglobin A1c^LN^A1C^Hemoglobin A1c^L|");
    has("[endpoint]\nid = m\n[message]\nversion = 2.3\ncodes = loinc\n", "final",
        "|4548-4^Hemoglobin A1c^LN||7.4|");
    has("[endpoint]\nid = m\n[message]\nversion = 2.3\ncodes = local\n", "final",
        "|A1C^Hemoglobin A1c^L||7.4|");
    has(HEAD "accept = AL\napplication = NE\nprofile = LRI^HL7\n", "final",
        "|P|2.5.1|||AL|NE|||||LRI^HL7\n");
    has(HEAD "patient class = O\n", "final", "\nPV1|1|O\n");
    has(HEAD "[specimens]\nwhole blood = 119297000^Blood^SCT\n", "final", "||119297000^Blood^SCT|");
    has(HEAD, "final", "||^whole blood|");
    has(HEAD "[words]\nPositive = 10828004^Positive^SCT\n", "urine",
        "|CWE|NIT^Nitrite, urine^L^5802-4^Nitrite, urine^LN||10828004^Positive^SCT^^^^^^Positive|");
    has("[endpoint]\nid = m\n[message]\nversion = 2.3.1\ncodes = local\n[words]\nPOSITIVE = "
        "P^Positive^99X\n",
        "urine", "|CE|NIT^Nitrite, urine^L||P^Positive^99X|");
}

/* Whose NPI is not known here has it from the profile, else goes by login. */
static void orderers_have_their_npi(void **state)
{
    (void)state;
    has(HEAD, "sodium", "|reyes^Kim Reyes-TEST|");
    has(HEAD "[orderers]\nreyes = 1234567893\n", "sodium", "|1234567893^Kim Reyes-TEST^^^^^^^NPI|");
}

/* A vendor's code that is a LOINC is not called a local one; what has no LOINC has its own. */
static void codes_are_named_for_what_they_are(void **state)
{
    static const char *const orders[] = { "local loinc", "loinc local", "local", "loinc" };
    char endpoint[160];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(endpoint, sizeof endpoint,
                       "[endpoint]\nid = m\n[message]\nversion = 2.5.1\ncodes = %s\n", orders[i]);
        has(endpoint, "sodium", "|NM|2951-2^Sodium^LN||141|");
        has(endpoint, "two", "|TSH^Thyrotropin^L|");
    }
}

/* Notes are cut between words, a value never. */
static void lengths_are_kept(void **state)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *p = read_endpoint(HEAD "longest note = 40\nlongest value = 20\n");
    static struct exchange_case c;
    struct complaint why = { "" };
    struct buffer out;

    (void)state;
    has(HEAD "longest note = 40\n", "final",
        "NTE|1|L|Signed by Alex Smith-TEST, 03/14/2026\nNTE|2|L|09:55: reviewed.\n");
    assert_true(exchange_case_build("urine", &c));
    c.results[2].value = "Trace-lysed, and more than there is room for";
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(exchange_compose(p, &envelope, &c.report, &out, &why), ERROR_TOO_BIG);
    assert_non_null(strstr(why.text, "nothing is cut off"));
    assert_int_equal(out.len, 0);
    buffer_free(&out);
    exchange_endpoint_free(p);
}

/* What the character set lacks is said, not silently lost. */
static void lost_signs_are_said(void **state)
{
    static const char said[] = "NTE|1|L|Signs that this connection cannot carry are written as ?.";
    char *text;

    (void)state;
    has(HEAD "charset = ASCII\n", "urine", "^Zo?|");
    has(HEAD "charset = ASCII\n", "urine", said);
    text = message_of(HEAD "charset = ASCII\n", "final");
    assert_null(strstr(text, "cannot carry"));
    free(text);
    text = message_of(HEAD "charset = UNICODE UTF-8\n", "urine");
    assert_null(strstr(text, "cannot carry"));
    assert_non_null(strstr(text, "^Zoë|"));
    free(text);
}

static void training_is_never_production(void **state)
{
    struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *p = read_endpoint(HEAD);
    static struct exchange_case c;
    struct complaint why = { "" };
    struct buffer out;

    (void)state;
    envelope.production = false;
    assert_true(exchange_case_build("final", &c));
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(exchange_compose(p, &envelope, &c.report, &out, &why), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_non_null(strstr((char *)out.at, "|M000123|T|2.5.1"));
    buffer_free(&out);
    exchange_endpoint_free(p);
}

static void acknowledgements(void **state)
{
    static const struct {
        const char *lines;
        enum exchange_ack ack;
    } table[] = { { "", EXCHANGE_ACK_ORIGINAL },
                  { "accept = NE\napplication = AL\n", EXCHANGE_ACK_ORIGINAL },
                  { "accept = AL\napplication = NE\n", EXCHANGE_ACK_ENHANCED },
                  { "accept = AL\napplication = AL\n", EXCHANGE_ACK_BOTH } };
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct exchange_endpoint *p;
        (void)snprintf(text, sizeof text, HEAD "%s", table[i].lines);
        p = read_endpoint(text);
        assert_int_equal(exchange_endpoint_ack(p), table[i].ack);
        exchange_endpoint_free(p);
    }
}

static void mistakes_have_a_line(void **state)
{
    static const struct {
        const char *text, *said;
    } table[] = {
        { "[endpoint]\nid = Mine\n", "mine.endpoint:2: an id is made of" },
        { "[endpoint]\ncolour = red\n", "mine.endpoint:2: this section has no key" },
        { "[message]\nversion = 2.6\n", "mine.endpoint:2: a version is" },
        { "\n[massage]\nversion = 2.4\n", "mine.endpoint:3: there is no section [massage]" },
        { "[message]\ncharset = EBCDIC\n", "mine.endpoint:2: a charset is" },
        { "[message]\naccept = YES\n", "mine.endpoint:2: an acknowledgement" },
        { "[message]\nlongest value = 2\n", "mine.endpoint:2: a length is" },
        { "[message]\ncodes = both\n", "mine.endpoint:2: codes are" },
        { "[message]\npatient class = OUT\n", "mine.endpoint:2: a patient class" },
        { "[orderers]\nkay = 1234567890\n", "mine.endpoint:2: an NPI has" },
        { "[orderers]\nkay = 12345\n", "mine.endpoint:2: an NPI has" },
        { "[endpoint]\nid = a\n", "it needs [endpoint] id" },
        { "[endpoint]\nid = a\x01\n", "mine.endpoint:2: a line is plain" },
        { "[endpoint]\nid = \xff\n", "mine.endpoint:2: a line is plain" },
        { "no\n", "mine.endpoint:1: the line is not understood" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct exchange_endpoint *p = NULL;
        struct complaint why = { "" };
        assert_int_not_equal(
            exchange_endpoint_read("mine.endpoint", span_text(table[i].text), &p, &why), ERROR_OK);
        assert_null(p);
        if (!strstr(why.text, table[i].said))
            fail_msg("\"%s\" for \"%s\"", why.text, table[i].text);
    }
}

static void an_unknown_name_names_the_known(void **state)
{
    struct exchange_endpoint *p = NULL;
    struct complaint why = { "" };

    (void)state;
    assert_int_equal(exchange_endpoint_builtin("epic", &p, &why), ERROR_NOT_FOUND);
    assert_non_null(strstr(why.text, "generic-231, generic-251"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_says_how),
        cmocka_unit_test(orderers_have_their_npi),
        cmocka_unit_test(codes_are_named_for_what_they_are),
        cmocka_unit_test(lengths_are_kept),
        cmocka_unit_test(lost_signs_are_said),
        cmocka_unit_test(training_is_never_production),
        cmocka_unit_test(acknowledgements),
        cmocka_unit_test(mistakes_have_a_line),
        cmocka_unit_test(an_unknown_name_names_the_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
