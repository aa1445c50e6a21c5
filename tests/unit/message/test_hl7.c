/* HL7 texts and their dialects: what a profile finds where, and what is written back. */
#include "core/base/text.h"
#include "instruments/message/hl7.h"
#include "tests/unit/message/decoded.h"

#include <stdio.h>

#define CR "\r"
#define MSH "MSH|^~\\&|Meter|Ward|Phial|Lab|20260312141235||ORU^R01^ORU_R01|M-1|P|2.5.1"

static void decode_bytes(struct decoded *d, struct span text)
{
    decoded_read(d, hl7_decode, text);
}

static void decode(struct decoded *d, const char *text)
{
    decode_bytes(d, span_text(text));
}

static const struct message_record *find(const struct decoded *d, const char *type)
{
    return decoded_find(d, type, 1);
}

static const char *at(const struct decoded *d, const char *type, unsigned field, unsigned repeat,
                      unsigned component)
{
    return message_at(find(d, type), field, repeat, component);
}

static void fields_have_the_numbers_of_the_standard(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, MSH CR "PID|1||900^^^FAC^MR~901^^^FAC^AN||ROE-TEST^RICHARD||19700101|F" CR
                      "OBX|1|NM|WBC^White^L||7.2|10*9/L|4-11|N~A|||F" CR "PV1" CR);
    assert_int_equal(d.message.record_count, 4);
    assert_int_equal(d.used, d.len);
    assert_string_equal(at(&d, "MSH", 1, 1, 1), "|");
    assert_string_equal(at(&d, "MSH", 2, 1, 1), "^~\\&");
    assert_string_equal(at(&d, "MSH", 3, 1, 1), "Meter");
    assert_string_equal(at(&d, "MSH", 9, 1, 3), "ORU_R01");
    assert_string_equal(at(&d, "MSH", 12, 1, 1), "2.5.1");
    assert_string_equal(at(&d, "MSH", 13, 1, 1), "");
    assert_string_equal(at(&d, "PID", 1, 1, 1), "1");
    assert_string_equal(at(&d, "PID", 2, 1, 1), "");
    assert_string_equal(at(&d, "PID", 3, 2, 1), "901");
    assert_string_equal(at(&d, "PID", 3, 1, 0), "900^^^FAC^MR");
    assert_string_equal(at(&d, "PID", 3, 1, 5), "MR");
    assert_string_equal(at(&d, "PID", 5, 1, 2), "RICHARD");
    assert_string_equal(at(&d, "OBX", 8, 2, 1), "A");
    assert_string_equal(at(&d, "OBX", 11, 1, 1), "F");
    assert_int_equal(find(&d, "PV1")->field_count, 0);
    assert_true(span_equal(find(&d, "PID")->fields[2].raw, span_text("900^^^FAC^MR~901^^^FAC^AN")));
    forget(&d);
}

static void other_delimiters(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "MSH#*!?%#Meter#x*y#a!b" CR "PID###1*2!3?S?4" CR);
    assert_string_equal(at(&d, "MSH", 2, 1, 1), "*!?%");
    assert_string_equal(at(&d, "MSH", 4, 1, 2), "y");
    assert_string_equal(at(&d, "MSH", 5, 2, 1), "b");
    assert_string_equal(at(&d, "PID", 3, 1, 2), "2");
    assert_string_equal(at(&d, "PID", 3, 2, 1), "3*4");
    forget(&d);
    decode(&d, "MSH|^~\\&#|Meter" CR "PID|1#2" CR); /* 2.7 names a fifth */
    assert_string_equal(at(&d, "PID", 1, 1, 1), "1#2");
    forget(&d);
}

static void escapes_are_resolved_after_splitting(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d,
           MSH CR "NTE|1||a\\F\\b\\S\\c\\R\\d\\E\\e\\T\\f|x\\X41\\y\\X0D0A\\z\\.br\\w\\H\\v\\N\\"
                  "|\\Zq\\|\\~|1^2\\S\\3" CR);
    assert_string_equal(at(&d, "NTE", 3, 1, 1), "a|b^c~d\\e&f");
    assert_string_equal(at(&d, "NTE", 4, 1, 1), "xAy  z wv");
    assert_string_equal(at(&d, "NTE", 5, 1, 1), "\\Zq\\"); /* the maker's own: as sent */
    /* PixCell's flag: an escape character alone, then a repeat delimiter */
    assert_string_equal(at(&d, "NTE", 6, 1, 1), "\\");
    assert_int_equal(find(&d, "NTE")->fields[5].repeat_count, 2);
    assert_true(span_equal(find(&d, "NTE")->fields[5].raw, span_text("\\~")));
    assert_string_equal(at(&d, "NTE", 7, 1, 2), "2^3");
    assert_string_equal(at(&d, "NTE", 7, 1, 0), "1^2\\S\\3"); /* the whole is as sent */
    forget(&d);
}

static void null_is_empty_and_raw_keeps_it(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, MSH CR "OBR|\"\"||a\"\"|\"\"^\"\"" CR);
    assert_string_equal(at(&d, "OBR", 1, 1, 1), "");
    assert_string_equal(at(&d, "OBR", 1, 1, 0), "");
    assert_true(span_equal(find(&d, "OBR")->fields[0].raw, span_text("\"\"")));
    assert_string_equal(at(&d, "OBR", 3, 1, 1), "a\"\"");
    forget(&d);
}

static void subcomponents(void **state)
{
    struct decoded d;
    const struct message_record *msh, *spm;
    (void)state;
    decode(&d, MSH CR "SPM|1|140799&BARCODE^x&y|a\\T\\b&c||\"\"" CR);
    msh = find(&d, "MSH");
    spm = find(&d, "SPM");
    assert_string_equal(message_at(spm, 2, 1, 1), "140799&BARCODE");
    assert_string_equal(hl7_subcomponent(msh, spm, 2, 1, 1, 1, &d.arena), "140799");
    assert_string_equal(hl7_subcomponent(msh, spm, 2, 1, 1, 2, &d.arena), "BARCODE");
    assert_string_equal(hl7_subcomponent(msh, spm, 2, 1, 2, 2, &d.arena), "y");
    assert_string_equal(hl7_subcomponent(msh, spm, 2, 1, 1, 3, &d.arena), "");
    assert_string_equal(hl7_subcomponent(msh, spm, 2, 2, 1, 1, &d.arena), "");
    assert_string_equal(hl7_subcomponent(msh, spm, 3, 1, 1, 1, &d.arena), "a&b");
    assert_string_equal(hl7_subcomponent(msh, spm, 5, 1, 1, 1, &d.arena), "");
    assert_string_equal(hl7_subcomponent(msh, spm, 99, 1, 1, 1, &d.arena), "");
    forget(&d);
}

static void segments_end_in_cr_and_lf_is_forgiven(void **state)
{
    static const char *const texts[] = { MSH "\rPID|1\rNTE|2", MSH "\nPID|1\nNTE|2\n",
                                         MSH "\r\nPID|1\r\nNTE|2\r\n",
                                         "\r\n" MSH "\r\r\nPID|1\n\nNTE|2\r\r",
                                         "\xef\xbb\xbf" MSH "\rPID|1\rNTE|2\r" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct decoded d;
        decode(&d, texts[i]);
        assert_int_equal(d.message.record_count, 3);
        assert_string_equal(at(&d, "MSH", 12, 1, 1), "2.5.1");
        assert_string_equal(at(&d, "PID", 1, 1, 1), "1");
        assert_string_equal(at(&d, "NTE", 1, 1, 1), "2");
        assert_int_equal(d.used, d.len);
        forget(&d);
    }
}

static void one_message_at_a_time(void **state)
{
    static const char first[] = "FHS|^~\\&|x" CR "BHS|^~\\&|x" CR MSH CR "PID|1" CR;
    static const char second[] = "MSH|^~\\&|Other" CR "PID|2" CR "BTS|2" CR "FTS|1" CR;
    struct decoded d;
    struct buffer both;
    (void)state;
    buffer_init(&both, 4096);
    assert_int_equal(buffer_put_text(&both, first), ERROR_OK);
    assert_int_equal(buffer_put_text(&both, second), ERROR_OK);
    decode_bytes(&d, buffer_span(&both));
    assert_int_equal(d.used, strlen(first));
    assert_int_equal(d.message.record_count, 2);
    assert_string_equal(at(&d, "PID", 1, 1, 1), "1");
    forget(&d);
    decode(&d, second);
    assert_int_equal(d.used, d.len);
    assert_int_equal(d.message.record_count, 2);
    assert_string_equal(at(&d, "PID", 1, 1, 1), "2");
    forget(&d);
    buffer_free(&both);
}

static void character_sets(void **state)
{
    static const struct {
        const char *name, *sent, *read;
    } cases[] = {
        { "", "H\xe4mo \xc3\xa4", "H\xc3\xa4mo \xc3\xa4" }, /* nothing said: whatever it is */
        { "8859/1", "H\xe4mo \xb5", "H\xc3\xa4mo \xc2\xb5" },
        { "8859/1", "\xe4\xc3\xa4", "\xc3\xa4\xc3\x83\xc2\xa4" },
        { "8859/1~UNICODE UTF-8", "\xe4", "\xc3\xa4" },
        { "8859/1", "H\xc3\xa4mo", "H\xc3\xa4mo" }, /* all of it is UTF-8: so it was meant */
        { "8859/15", "\xa4 \xe4", "\xe2\x82\xac \xc3\xa4" },
        { "8859/9", "\xfd\xf0", "\xc4\xb1\xc4\x9f" },
        { "UNICODE UTF-8", "H\xe4mo \xc2\xb5", "H\xef\xbf\xbdmo \xc2\xb5" },
        { "ASCII", "H\xe4mo", "H\xef\xbf\xbdmo" },
        { "8859/5", "\xe4", "\xef\xbf\xbd" },
        { "UNICODE UTF-8", "\x07z\x7f", "\xef\xbf\xbdz\xef\xbf\xbd" },
        { "8859/1", "\\XE4\\\\X01\\", "\xc3\xa4\xef\xbf\xbd" },
        { "UNICODE UTF-8", "\\XC3A4\\", "\xc3\xa4" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decoded d;
        char text[256];
        (void)snprintf(text, sizeof text, MSH "||||||%s" CR "OBX|%s|1^%s|" CR, cases[i].name,
                       cases[i].sent, cases[i].sent);
        decode(&d, text);
        assert_string_equal(at(&d, "OBX", 1, 1, 1), cases[i].read);
        assert_string_equal(at(&d, "OBX", 2, 1, 2), cases[i].read);
        assert_true(text_is_plain(span_text(at(&d, "OBX", 2, 1, 0))));
        assert_true(span_equal(find(&d, "OBX")->fields[0].raw, span_text(cases[i].sent)));
        forget(&d);
    }
}

static void what_is_no_message_is_refused(void **state)
{
    static const char *const texts[] = { "",           "\r\n",       "PID|1\r",    "MSH",
                                         "MSH|",       "MSHX^~\\&|", "MSH|^^\\&|", "MSH|^~a&|",
                                         "FHS|^~\\&|", "H|\\^&|||x", "<OBS.R01/>" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct decoded d;
        decode(&d, texts[i]);
        assert_int_equal(d.error, ERROR_BAD_INPUT);
        assert_int_equal(d.used, 12345);
        assert_true(strlen(d.why.text) > 20);
        forget(&d);
    }
}

static void sizes_are_bounded(void **state)
{
    struct buffer text;
    struct decoded d;
    (void)state;
    buffer_init(&text, 4 * LIMIT_MESSAGE);
    assert_int_equal(buffer_put_text(&text, MSH CR), ERROR_OK);
    for (int i = 1; i < LIMIT_RECORDS; i++)
        assert_int_equal(buffer_put_text(&text, "NTE|1" CR), ERROR_OK);
    decode_bytes(&d, buffer_span(&text));
    assert_int_equal(d.error, ERROR_OK);
    assert_int_equal(d.message.record_count, LIMIT_RECORDS);
    forget(&d);
    assert_int_equal(buffer_put_text(&text, "NTE|1" CR), ERROR_OK);
    decode_bytes(&d, buffer_span(&text));
    assert_int_equal(d.error, ERROR_TOO_BIG);
    forget(&d);
    text.len = strlen(MSH CR);
    while (text.len < LIMIT_MESSAGE)
        assert_int_equal(buffer_put_text(&text, "~~^^\\"), ERROR_OK);
    decode_bytes(&d, buffer_span(&text));
    assert_int_equal(d.error, ERROR_OK);
    forget(&d);
    buffer_free(&text);
}

static void written_segments(void **state)
{
    static const char *const msh[] = { "MSH", NULL, NULL, "Phial", NULL, "a|b" };
    static const char *const pid[] = {
        "PID",  "1", "a" HL7_NEXT_COMPONENT "b^c" HL7_NEXT_REPEAT "d" HL7_NEXT_SUBCOMPONENT "e&\\~",
        "x\ry", "",  NULL
    };
    struct hl7_delimiters d = hl7_delimiters_standard();
    struct buffer out;
    (void)state;
    buffer_init(&out, 4096);
    assert_int_equal(hl7_put_segment(&out, &d, msh, 6), ERROR_OK);
    assert_int_equal(hl7_put_segment(&out, &d, pid, 6), ERROR_OK);
    assert_true(span_equal(buffer_span(&out),
                           span_text("MSH|^~\\&|Phial||a\\F\\b" CR
                                     "PID|1|a^b\\S\\c~d&e\\T\\\\E\\\\R\\|x\\X0D\\y" CR)));
    buffer_free(&out);
}

/* What is written from a tree reads as the same tree. */
static void a_tree_is_written_back(void **state)
{
    static const char text[] =
        "MSH#*!?%#Meter*1##x!y" CR "PID#1##a?F?b?S?*c!d?E?#" CR "OBX#1#NM#WBC##7.2##*" CR "PV1" CR;
    struct decoded once, again;
    struct buffer out;
    (void)state;
    buffer_init(&out, 4096);
    decode(&once, text);
    assert_int_equal(hl7_encode(&once.message, &out), ERROR_OK);
    decode_bytes(&again, buffer_span(&out));
    assert_int_equal(again.message.record_count, once.message.record_count);
    assert_string_equal(at(&again, "PID", 3, 1, 1), "a#b*");
    assert_string_equal(at(&again, "PID", 3, 1, 2), "c");
    assert_string_equal(at(&again, "PID", 3, 2, 1), "d?");
    assert_string_equal(at(&again, "MSH", 5, 2, 1), "y");
    assert_string_equal(at(&again, "OBX", 5, 1, 1), "7.2");
    forget(&once);
    forget(&again);
    buffer_free(&out);
}

static void text_for_the_other_side(void **state)
{
    static const struct {
        enum hl7_charset charset;
        bool ascii;
        const char *written;
    } cases[] = { { HL7_CHARSET_UTF8, false, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
                  { HL7_CHARSET_8859_1, false, "\xe4??" },
                  { HL7_CHARSET_8859_15, false, "\xe4\xa4?" },
                  { HL7_CHARSET_UNSAID, true, "???" } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out;
        buffer_init(&out, 64);
        assert_int_equal(hl7_from_utf8(cases[i].charset, cases[i].ascii,
                                       span_text("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), &out),
                         ERROR_OK);
        assert_true(span_equal(buffer_span(&out), span_text(cases[i].written)));
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_have_the_numbers_of_the_standard),
        cmocka_unit_test(other_delimiters),
        cmocka_unit_test(escapes_are_resolved_after_splitting),
        cmocka_unit_test(null_is_empty_and_raw_keeps_it),
        cmocka_unit_test(subcomponents),
        cmocka_unit_test(segments_end_in_cr_and_lf_is_forgiven),
        cmocka_unit_test(one_message_at_a_time),
        cmocka_unit_test(character_sets),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(written_segments),
        cmocka_unit_test(a_tree_is_written_back),
        cmocka_unit_test(text_for_the_other_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
