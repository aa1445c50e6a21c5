/*
 * The lint of messages (M20): whatever a report must say, a message without it is refused; and what
 * a health record answers.
 *
 * Every field of every golden case that the rules name is emptied in turn.
 */
#include "core/base/limits.h"
#include "instruments/message/hl7.h"
#include "tests/exchange/cases.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static struct exchange_endpoint *endpoint(const char *id)
{
    struct exchange_endpoint *p = NULL;
    struct complaint why = { "" };

    if (exchange_endpoint_builtin(id, &p, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return p;
}

static void compose(const struct exchange_endpoint *p, const char *name, struct buffer *out)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    static struct exchange_case c;
    struct complaint why = { "" };

    assert_true(exchange_case_build(name, &c));
    buffer_init(out, LIMIT_MESSAGE);
    if (exchange_compose(p, &envelope, &c.report, out, &why) != ERROR_OK)
        fail_msg("%s: %s", name, why.text);
}

/* Where field `field` of the first segment `segment` begins, and how long it is. */
static bool find_field(struct span text, const char *segment, unsigned field, size_t *at,
                       size_t *len)
{
    bool header = strcmp(segment, "MSH") == 0;

    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && text.at[end] != '\r')
            end++;
        if (end - i > 3 && memcmp(text.at + i, segment, 3) == 0) {
            for (unsigned f = header ? 1 : 0; i < end && f < field; i++)
                f += text.at[i] == '|';
            *at = i;
            while (i < end && text.at[i] != '|')
                i++;
            *len = i - *at;
            return *len > 0;
        }
        i = end + 1;
    }
    return false;
}

/* The message with that field changed. */
static void change(struct span text, const char *segment, unsigned field, const char *to,
                   struct buffer *out)
{
    size_t at = 0, len = 0;

    if (!find_field(text, segment, field, &at, &len))
        fail_msg("%s-%u is not there", segment, field);
    buffer_init(out, LIMIT_MESSAGE);
    assert_int_equal(buffer_put(out, span_of(text.at, at)), ERROR_OK);
    assert_int_equal(buffer_put_text(out, to), ERROR_OK);
    assert_int_equal(buffer_put(out, span_of(text.at + at + len, text.len - at - len)), ERROR_OK);
}

struct damage {
    const char *endpoint, *name, *segment;
    unsigned field;
    const char *to, *said;
};

static void each_damage_is_found(void **state)
{
    static const struct damage table[] = {
        { "generic-251", "final", "MSH", 3, "", "MSH-3" },
        { "generic-251", "final", "MSH", 4, "", "MSH-4" },
        { "generic-251", "final", "MSH", 7, "", "MSH-7" },
        { "generic-251", "final", "MSH", 9, "ORM^O01", "MSH-9" },
        { "generic-251", "final", "MSH", 10, "", "MSH-10" },
        { "generic-251", "final", "MSH", 10, "M00000000000000000001", "MSH-10" },
        { "generic-251", "final", "MSH", 11, "D", "MSH-11" },
        { "generic-251", "final", "MSH", 12, "2.3.1", "MSH-12" },
        { "generic-231", "final", "MSH", 12, "2.5.1", "MSH-12" },
        { "generic-251", "final", "PID", 3, "^^^CLINIC1^MR", "PID-3" },
        { "generic-251", "final", "PID", 5, "^JANE", "PID-5" },
        { "generic-251", "final", "PID", 7, "", "PID-7" },
        { "generic-251", "final", "PID", 8, "", "PID-8" },
        { "generic-251", "final", "ORC", 3, "", "ORC-3" },
        { "generic-251", "final", "OBR", 1, "2", "OBR number 1" },
        { "generic-251", "final", "OBR", 3, "", "OBR-3" },
        { "generic-251", "final", "OBR", 4, "^name", "OBR-4" },
        { "generic-251", "final", "OBR", 4, "code", "OBR-4" },
        { "generic-251", "final", "OBR", 7, "", "OBR-7" },
        { "generic-231", "final", "OBR", 15, "", "OBR-15" },
        { "generic-251", "final", "OBR", 16, "", "OBR-16" },
        { "generic-251", "final", "OBR", 22, "", "OBR-22" },
        { "generic-251", "final", "OBR", 25, "Z", "OBR-25" },
        { "generic-251", "final", "OBX", 1, "2", "OBX number 1" },
        { "generic-251", "final", "OBX", 2, "", "OBX-2" },
        { "generic-251", "final", "OBX", 2, "SN", "comparison" },
        { "generic-251", "final", "OBX", 2, "RP", "OBX-2" },
        { "generic-251", "final", "OBX", 3, "^name", "OBX-3" },
        { "generic-251", "final", "OBX", 5, "", "OBX-5" },
        { "generic-251", "final", "OBX", 5, "7,4", "no number" },
        { "generic-251", "final", "OBX", 5, "7.", "no number" },
        { "generic-251", "final", "OBX", 8, "HI", "OBX-8" },
        { "generic-251", "final", "OBX", 11, "", "OBX-11" },
        { "generic-251", "final", "OBX", 11, "X", "has a value" },
        { "generic-251", "final", "OBX", 23, "", "[site] name" },
        { "generic-251", "final", "OBX", 24, "", "[site] address" },
        { "generic-251", "final", "SPM", 4, "", "SPM-4" },
        { "generic-251", "final", "NTE", 1, "2", "NTE number 1" },
        { "generic-251", "final", "NTE", 3, "", "NTE-3" },
        { "generic-251", "ekg", "OBR", 24, "LAB", "SPM" },
        { "generic-251", "rejected", "OBR", 25, "F", "OBX" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct damage *d = &table[i];
        struct exchange_endpoint *p = endpoint(d->endpoint);
        struct complaint why = { "" };
        struct buffer whole, damaged;
        compose(p, d->name, &whole);
        change(buffer_span(&whole), d->segment, d->field, d->to, &damaged);
        if (exchange_lint(p, buffer_span(&damaged), &why) == ERROR_OK)
            fail_msg("%s-%u as \"%s\" was not found", d->segment, d->field, d->to);
        if (!strstr(why.text, d->said))
            fail_msg("%s-%u as \"%s\": %s", d->segment, d->field, d->to, why.text);
        buffer_free(&whole);
        buffer_free(&damaged);
        exchange_endpoint_free(p);
    }
}

static void a_broken_message_is_refused(void **state)
{
    static const char *const texts[] = { "", "hello", "MSH|^~\\&|A\r", "PID|1\rMSH|^~\\&\r" };
    struct exchange_endpoint *p = endpoint("generic-251");
    struct complaint why = { "" };
    struct buffer whole;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_not_equal(exchange_lint(p, span_text(texts[i]), &why), ERROR_OK);
    compose(p, "final", &whole);
    assert_int_equal(exchange_lint(p, buffer_span(&whole), &why), ERROR_OK);
    assert_int_equal(buffer_put_text(&whole, "ZXX|1\r"), ERROR_OK);
    assert_int_not_equal(exchange_lint(p, buffer_span(&whole), &why), ERROR_OK);
    buffer_free(&whole);
    exchange_endpoint_free(p);
}

/* What cannot be reported is refused before it is written anywhere. */
static void a_site_without_address_cannot_send(void **state)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *p = endpoint("generic-251");
    static struct exchange_case c;
    struct complaint why = { "" };
    struct buffer out;

    (void)state;
    assert_true(exchange_case_build("final", &c));
    c.results[0].performed_by.address = "";
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(exchange_compose(p, &envelope, &c.report, &out, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "[site] address"));
    c.report.panel_count = 0;
    assert_int_equal(exchange_compose(p, &envelope, &c.report, &out, &why), ERROR_BAD_INPUT);
    assert_int_equal(out.len, 0);
    buffer_free(&out);
    exchange_endpoint_free(p);
}

/* An address that begins with its only comma is one line like any other. */
static void an_address_of_one_comma_is_one_line(void **state)
{
    const struct exchange_envelope envelope = exchange_case_envelope();
    struct exchange_endpoint *p = endpoint("generic-251");
    static struct exchange_case c;
    struct complaint why = { "" };
    struct buffer out;

    (void)state;
    assert_true(exchange_case_build("final", &c));
    c.results[0].performed_by.address = ",TX 78701";
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(exchange_compose(p, &envelope, &c.report, &out, &why), ERROR_OK);
    buffer_free(&out);
    exchange_endpoint_free(p);
}

static void answers(void **state)
{
    static const struct {
        const char *text, *code, *control, *words;
    } table[] = {
        { "MSH|^~\\&|EHR|C|PHIAL||20260314||ACK^R01|1|P|2.5.1\rMSA|AA|M000123\r", "AA", "M000123",
          "" },
        { "MSH|^~\\&|EHR\rMSA|AE|M000123|Unknown \\T\\ closed patient\r", "AE", "M000123",
          "Unknown & closed patient" },
        { "MSH|^~\\&|EHR\rMSA|AR|M1\rERR||PID^1^3|204^Unknown key "
          "identifier^HL70357|E||||No chart 00123456\r",
          "AR", "M1", "No chart 00123456; Unknown key identifier; PID^1^3" },
        { "\nMSH|^~\\&|EHR\nMSA|CA|M1\n", "CA", "M1", "" },
    };
    static const char *const bad[] = { "", "MSH|^~\\&|EHR\r", "MSH|^~\\&|EHR\rMSA|OK|M1\r",
                                       "MSH|^~\\&|EHR\rMSA|AA\r", "MSA|AA|M1\r" };
    struct exchange_answer answer;
    struct complaint why;

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(exchange_answer_read(span_text(table[i].text), &answer, &why), ERROR_OK);
        assert_string_equal(answer.code, table[i].code);
        assert_string_equal(answer.control, table[i].control);
        assert_string_equal(answer.text, table[i].words);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why.text[0] = '\0';
        assert_int_not_equal(exchange_answer_read(span_text(bad[i]), &answer, &why), ERROR_OK);
        assert_string_not_equal(why.text, "");
    }
}

/* How the whole stands follows from its parts. */
static void statuses(void **state)
{
    static const struct {
        const char *name;
        char letter;
    } table[] = { { "final", 'F' }, { "preliminary", 'P' }, { "corrected", 'C' }, { "wrong", 'W' },
                  { "right", 'F' }, { "withdrawn", 'C' },   { "rejected", 'X' },  { "urine", 'F' },
                  { "two", 'F' },   { "ekg", 'F' } };
    static struct exchange_case c;

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_true(exchange_case_build(table[i].name, &c));
        assert_int_equal(exchange_status_letter(exchange_report_status(&c.report)),
                         table[i].letter);
    }
    assert_true(exchange_case_build("two", &c));
    c.results[1].status = EXCHANGE_PRELIMINARY;
    assert_int_equal(exchange_report_status(&c.report), EXCHANGE_PRELIMINARY);
    c.results[0].status = EXCHANGE_WRONG;
    assert_int_equal(exchange_report_status(&c.report), EXCHANGE_CORRECTED);
    c.results[0].status = EXCHANGE_CORRECTED;
    assert_int_equal(exchange_report_status(&c.report), EXCHANGE_CORRECTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_damage_is_found),
        cmocka_unit_test(a_broken_message_is_refused),
        cmocka_unit_test(a_site_without_address_cannot_send),
        cmocka_unit_test(an_address_of_one_comma_is_one_line),
        cmocka_unit_test(answers),
        cmocka_unit_test(statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
