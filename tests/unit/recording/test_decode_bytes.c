/* Files as people have them: framed, unframed, with lost line ends or written-out control
 * characters, damaged. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/recording/decode.h"

#include <stdio.h>
#include <string.h>

struct seen {
    size_t records, results;
    enum record_kind kind;
    char profile[64], specimen[64], code[64];
    bool guess;
};

static enum error see(void *context, const struct record *r)
{
    struct seen *seen = context;
    seen->records++;
    seen->results += r->result_count;
    seen->kind = r->kind;
    (void)snprintf(seen->profile, sizeof seen->profile, "%s", r->profile);
    (void)snprintf(seen->specimen, sizeof seen->specimen, "%s", r->specimen);
    for (size_t i = 0; i < r->complaints.count; i++)
        seen->guess = seen->guess || strstr(r->complaints.at[i], "No profile recognises");
    if (r->result_count)
        (void)snprintf(seen->code, sizeof seen->code, "%s", r->results[0].code);
    return ERROR_OK;
}

static enum error decode(struct span bytes, struct seen *seen, struct complaint *why)
{
    const struct decode_options options = { NULL, NULL, 0 };
    const struct decode_sink sink = { seen, see, NULL };
    *seen = (struct seen) { .records = 0 };
    return decode_bytes("x", bytes, &options, &sink, why);
}

#define RECORDS                                                                                    \
    "H|\\^&|||Example\r", "P|1|A\r", "O|1|260312000013||^^^X\r", "R|1|^^^X|5.9|%\r", "L|1|N\r"

/* What lies between the characters of a frame, to write it in many ways. */
struct style {
    const char *enq, *stx, *etx, *crlf, *eot;
};

static void put_frames(struct buffer *out, const struct style *style, bool spoil)
{
    static const char *const records[] = { RECORDS };

    assert_int_equal(buffer_put_text(out, style->enq), ERROR_OK);
    for (unsigned i = 0; i < 5; i++) {
        unsigned sum = '1' + i + 3;
        for (const char *at = records[i]; *at; at++)
            sum += (unsigned char)*at;
        if (spoil && i == 2)
            sum++;
        assert_int_equal(buffer_put_format(out, "%s%u", style->stx, i + 1), ERROR_OK);
        for (const char *at = records[i]; *at; at++)
            assert_int_equal(*at == '\r' && *style->stx != '\x02'
                                 ? buffer_put_text(out, *style->stx == '[' ? "[CR]" : "<CR>")
                                 : buffer_put_byte(out, (uint8_t)*at),
                             ERROR_OK);
        assert_int_equal(buffer_put_format(out, "%s%02X%s", style->etx, sum & 255, style->crlf),
                         ERROR_OK);
    }
    assert_int_equal(buffer_put_text(out, style->eot), ERROR_OK);
}

static void test_framed_styles(void **state)
{
    static const struct style styles[] = {
        { "\x05", "\x02", "\x03", "\r\n", "\x04" },
        { "", "\x02", "\x03", "\n", "" },
        { "", "\x02", "\x03", "", "" },
        { "\x05", "\x02", "\x03", "\r", "" },
        { "<ENQ>\n", "<STX>", "<ETX>", "<CR><LF>\n", "<EOT>\n" },
        { "", "[STX]", "[ETX]", "\r\n", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        struct complaint why = { "" };
        struct buffer bytes;
        struct seen seen;
        buffer_init(&bytes, LIMIT_MESSAGE);
        put_frames(&bytes, &styles[i], false);
        if (decode(buffer_span(&bytes), &seen, &why) != ERROR_OK)
            fail_msg("style %zu: %s", i, why.text);
        assert_int_equal(seen.records, 1);
        assert_int_equal(seen.results, 1);
        assert_int_equal(seen.kind, RECORD_PATIENT);
        assert_string_equal(seen.specimen, "260312000013");
        buffer_free(&bytes);
    }
}

static void test_damaged_frame(void **state)
{
    static const struct style style = { "\x05", "\x02", "\x03", "\r\n", "\x04" };
    struct complaint why = { "" };
    struct buffer bytes;
    struct seen seen;

    (void)state;
    buffer_init(&bytes, LIMIT_MESSAGE);
    put_frames(&bytes, &style, true);
    assert_int_equal(decode(buffer_span(&bytes), &seen, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "is damaged"));
    assert_true(seen.records == 0 || seen.kind == RECORD_INCOMPLETE);
    buffer_free(&bytes);
}

static void test_lines(void **state)
{
    static const char *const texts[] = {
        "H|\\^&|||Example\rP|1|A\rO|1|260312000013||^^^X\rR|1|^^^X|5.9|%\rL|1|N\r",
        "H|\\^&|||Example\nP|1|A\nO|1|260312000013||^^^X\nR|1|^^^X|5.9|%\nL|1|N",
        "H|\\^&|||Example\r\n\r\nP|1|A\r\nO|1|260312000013||^^^X\r\nR|1|^^^X|5.9|%\r\nL|1|N\r\n",
        "\xef\xbb\xbfH|\\^&|||Example\nP|1|A\nO|1|260312000013||^^^X\nR|1|^^^X|5.9|%\nL|1|N\n",
        "H|\\\\^&|||Example\nP|1|A\nO|1|260312000013||^^^X\\\\^^^Y\nR|1|^^^X|5.9|%\nL|1|N\n",
        "1H|\\^&|||Example\n2P|1|A\n3O|1|260312000013||^^^X\n4R|1|^^^X|5.9|%\n5L|1|N\n",
        "1H|\\^&|||ExampleB7\n2P|1|A53\n3O|1|260312000013||^^^X\n4R|1|^^^X|5.9|%\n5L|1|N08\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct complaint why = { "" };
        struct seen seen;
        if (decode(span_text(texts[i]), &seen, &why) != ERROR_OK)
            fail_msg("text %zu: %s", i, why.text);
        assert_int_equal(seen.results, 1);
        assert_int_equal(seen.kind, RECORD_PATIENT);
        assert_string_equal(seen.specimen, "260312000013");
        assert_string_equal(seen.profile, "generic-lis02");
        assert_string_equal(seen.code, "X");
    }
}

static void test_recognises(void **state)
{
    struct seen seen;

    (void)state;
    assert_int_equal(decode(span_text("H|\\^&|||DCA VANTAGE^1^S\rP|1\rO|1||1^2\rR|1|^^^HbA1c|6|%\r"
                                      "L|1|N\r"),
                            &seen, NULL),
                     ERROR_OK);
    assert_string_equal(seen.profile, "siemens-dca-vantage");
}

static void test_not_a_message(void **state)
{
    static const char *const texts[] = { "",           "hello\n",  "MS|^~\\&|A|B\r",
                                         "<xml/>",     "<xml>",    "\x02STX but no frame\x03",
                                         "\x02no end", "{\"a\":1}" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct complaint why = { "" };
        struct seen seen;
        assert_int_equal(decode(span_text(texts[i]), &seen, &why), ERROR_BAD_INPUT);
        assert_int_equal(seen.records, 0);
        assert_true(strlen(why.text) > 10);
    }
}

#define HL7(id)                                                                                    \
    "MSH|^~\\&|A|B|||20260312140500||ORU^R01|" id "|P|2.5.1\rPID|1||P1\rOBR|1||260312000013\r"     \
    "OBX|1|NM|X||5.9|%\r"
#define HEL "<HEL.R01><HDR/><DEV><DEV.device_name V=\"M\"/></DEV></HEL.R01>"
#define OBS                                                                                        \
    "<OBS.R01><SVC><PT><PT.patient_id V=\"260312000013\"/><OBS><OBS.observation_id V=\"X\"/>"      \
    "<OBS.value V=\"5.9\" U=\"%\"/></OBS></PT></SVC></OBS.R01>"
#define EOT "<EOT.R01><EOT/></EOT.R01>"
#define STRIP                                                                                      \
    " ID:260312000013\r\n Date:12-03-2026 02:05 pm\r\n Operator: 100\r\n No. 000002\r\n*LEU      " \
    "3+     "                                                                                      \
    "  500 Leu/uL\r\n NIT       -              neg\r\n"

/* The other forms that bytes of a device have, each with what it holds. */
static void test_forms(void **state)
{
    static const struct {
        const char *text, *profile;
        size_t records, results;
    } cases[] = {
        { "\x0b" HL7("1") "\x1c\r", "generic-hl7", 1, 1 },
        { "\x0b" HL7("1") "\x1c\r\x0b" HL7("2") "\x1c", "generic-hl7", 2, 2 },
        { "<VT>" HL7("1") "<FS><CR>\n", "generic-hl7", 1, 1 },
        { HL7("1"), "generic-hl7", 1, 1 },
        { "\xef\xbb\xbf\r\n" HL7("1") HL7("2"), "generic-hl7", 2, 2 },
        { "FHS|^~\\&|A\rBHS|^~\\&|A\r" HL7("1") HL7("2") "BTS|2\rFTS|1\r", "generic-hl7", 2, 2 },
        { "<?xml version=\"1.0\"?>\n" HEL "\n" OBS "\n" EOT, "generic-poct1a", 1, 1 },
        { OBS OBS, "generic-poct1a", 2, 2 },
        { "\x0b" HEL "\x1c\r\x0b" OBS "\x1c\r\x0b" EOT "\x1c\r", "generic-poct1a", 1, 1 },
        { "\x02" STRIP "\x03", "acon-mission-u120", 1, 2 },
        { "\x02" STRIP "\x03\x02" STRIP "\x03", "acon-mission-u120", 2, 4 },
        { "<STX>" STRIP "<ETX>", "acon-mission-u120", 1, 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        struct seen seen;
        if (decode(span_text(cases[i].text), &seen, &why) != ERROR_OK)
            fail_msg("form %zu: %s", i, why.text);
        if (seen.records != cases[i].records || seen.results != cases[i].results)
            fail_msg("form %zu: %zu records, %zu results", i, seen.records, seen.results);
        assert_string_equal(seen.profile, cases[i].profile);
        assert_string_equal(seen.specimen, "260312000013");
    }
}

/* A report in another language, which no profile recognises: the one that reads most of it, and
 * says that it is a guess; of a report that none reads nothing is said. */
static void test_nearest(void **state)
{
    static const char report[] =
        "\x02 ID:260312000013\r\n Datum:12-03-2026 14:05\r\n Benutzer:\r\n LEU       -             "
        " neg\r\n*NIT       +              pos\r\n PRO      1+      0.30    g/L\r\n pH           "
        "6.0\r\n"
        " SG         1.030\r\n ASC       -        0  mmol/L\r\n\x03";
    struct seen seen;

    (void)state;
    assert_int_equal(decode(span_text(report), &seen, NULL), ERROR_OK);
    assert_string_equal(seen.profile, "acon-mission-u120");
    assert_int_equal(seen.results, 6);
    assert_true(seen.guess);
    assert_int_equal(decode(span_text("\x02" STRIP "\x03"), &seen, NULL), ERROR_OK);
    assert_false(seen.guess);
    assert_int_equal(decode(span_text("\x02Weight 81.5 kg\rHeight 180 cm\r\x03"), &seen, NULL),
                     ERROR_BAD_INPUT);
    assert_int_equal(seen.records, 0);
}

/* A damaged document costs itself, not the ones around it, and is said. */
static void test_damaged_document(void **state)
{
    static const char *const texts[] = { HEL OBS "<OBS.R01><SVC></OBS.R01>" OBS,
                                         HEL OBS OBS "<OBS.R01><SVC>" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct complaint why = { "" };
        struct seen seen;
        assert_int_equal(decode(span_text(texts[i]), &seen, &why), ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, "is damaged"));
        if (seen.results != 2)
            fail_msg("text %zu: %zu results", i, seen.results);
    }
}

/* Reports of a meter, one behind the other, in a file: three frames in its own packing. */
static void test_reports(void **state)
{
    static const char *const records[] = { "H|\\^&||x|Contour7800^1^S\r",
                                           "R|1|^^^Glucose|93|mg/dL^P||||202603120702\r",
                                           "L||N\r" };
    uint8_t bytes[3 * 64] = { 0 };
    struct seen seen;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        uint8_t *report = bytes + (size_t)64 * i;
        unsigned sum = '1' + i + 0x17;
        for (const char *at = records[i]; *at; at++)
            sum += (unsigned char)*at;
        report[3] = (uint8_t)snprintf((char *)report + 4, 60, "\x02%u%s\x17%02X\r\n", i + 1,
                                      records[i], sum & 255);
    }
    assert_int_equal(decode(span_of(bytes, sizeof bytes), &seen, NULL), ERROR_OK);
    assert_string_equal(seen.profile, "ascensia-contour-next");
    assert_int_equal(seen.kind, RECORD_PATIENT);
    assert_int_equal(seen.results, 1);
}

/* An instrument that only asks whether anybody is there has said nothing, and that is no damage. */
static void test_empty_session(void **state)
{
    struct seen seen;

    (void)state;
    assert_int_equal(decode(span_of("\x05\x04", 2), &seen, NULL), ERROR_OK);
    assert_int_equal(seen.records, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_framed_styles), cmocka_unit_test(test_damaged_frame),
        cmocka_unit_test(test_lines),         cmocka_unit_test(test_recognises),
        cmocka_unit_test(test_forms),         cmocka_unit_test(test_damaged_document),
        cmocka_unit_test(test_nearest),       cmocka_unit_test(test_not_a_message),
        cmocka_unit_test(test_empty_session), cmocka_unit_test(test_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
