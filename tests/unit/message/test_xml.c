/* XML documents: where they end, what a profile finds where, and what is refused. */
#include "core/base/text.h"
#include "instruments/message/xml.h"
#include "instruments/message/xml_split.h"
#include "tests/unit/message/decoded.h"

static void decode(struct decoded *d, decode_function *function, const char *text)
{
    decoded_read(d, function, span_text(text));
}

static const char *at(const struct decoded *d, const char *type, const char *field,
                      const char *component)
{
    return message_named(decoded_find(d, type, 1), field, component);
}

static const char nova_hello[] = "<HEL.R01>\n<HDR>\n<HDR.control_id V=\"7135\" />\n</HDR>\n<DEV>\n"
                                 "<DEV.device_id V=\"\">WARD^3</DEV.device_id>\n"
                                 "<DEV.sw_version V=\"3.10.8.0\">3.10.8.0_it-IT</DEV.sw_version>\n"
                                 "<DSC><DSC.topics_supported_cd V=\"D_EV\" SN=\"POCT1\"/>"
                                 "<DSC.topics_supported_cd V=\"DTV\"/></DSC>\n</DEV>\n</HEL.R01>\n";

static void attributes_and_text_are_both_found(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode, nova_hello);
    assert_string_equal(at(&d, "XML", "root", NULL), "HEL.R01");
    assert_string_equal(at(&d, "HDR", "control_id", NULL), "7135");
    assert_string_equal(at(&d, "DEV", "device_id", NULL), "WARD^3");
    assert_string_equal(at(&d, "DEV", "device_id", "V"), "");
    assert_string_equal(at(&d, "DEV", "sw_version", NULL), "3.10.8.0");
    assert_string_equal(at(&d, "DEV", "sw_version", "text"), "3.10.8.0_it-IT");
    assert_string_equal(at(&d, "DSC", "topics_supported_cd", "SN"), "POCT1");
    assert_int_equal(decoded_find(&d, "DSC", 1)->field_count, 2);
    assert_string_equal(decoded_find(&d, "DSC", 1)->fields[1].repeats[0].whole, "DTV");
    assert_int_equal(d.used, strlen(nova_hello));
    forget(&d);
}

static void records_say_how_deep_they_stand(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode,
           "<OBS.R01><SVC><PT><PT.patient_id V='1'/><OBS><OBS.value V='2'/><NTE><NTE.text V='a'/>"
           "</NTE></OBS></PT><NTE><NTE.text V='b'/></NTE><SVC.role_cd V='OBS'/></SVC></OBS.R01>");
    assert_int_equal(decoded_find(&d, "SVC", 1)->depth, 1);
    assert_int_equal(decoded_find(&d, "OBS", 1)->depth, 3);
    assert_int_equal(decoded_find(&d, "NTE", 1)->depth, 4);
    assert_int_equal(decoded_find(&d, "NTE", 2)->depth, 2);
    assert_string_equal(at(&d, "SVC", "role_cd", NULL), "OBS"); /* behind what is nested */
    forget(&d);
}

static void names_may_be_elements(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode,
           "<OBS.R01><PT><PT.name><FAM V=\"INVENTED-TEST\"/><GIV V=\"Ann\"/></PT.name></PT>"
           "</OBS.R01>");
    assert_string_equal(at(&d, "PT", "name", NULL), "INVENTED-TEST^Ann");
    assert_string_equal(at(&d, "PT", "name", "GIV"), "Ann");
    assert_int_equal(d.message.record_count, 2);
    forget(&d);
}

static void a_missing_value_is_empty_and_says_why(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode, "<OBS.R01><OBS><OBS.value NULL=\"NI\" U=\"mg/dL\"/></OBS></OBS.R01>");
    assert_string_equal(at(&d, "OBS", "value", NULL), "");
    assert_string_equal(at(&d, "OBS", "value", "NULL"), "NI");
    assert_string_equal(at(&d, "OBS", "value", "U"), "mg/dL");
    forget(&d);
}

static void values_stay_as_sent(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode,
           "<OBS.R01><OBS><OBS.value V=\"&gt;=1000 \"/><OBS.b>--- </OBS.b><OBS.c>\n  x y\n </OBS.c>"
           "<OBS.d V=\"A &amp; B &#65;&quot;\"/></OBS></OBS.R01>");
    assert_string_equal(at(&d, "OBS", "value", NULL), ">=1000 ");
    assert_string_equal(at(&d, "OBS", "b", NULL), "--- ");
    assert_string_equal(at(&d, "OBS", "c", NULL), "x y");
    assert_string_equal(at(&d, "OBS", "d", NULL), "A & B A\"");
    forget(&d);
}

static void one_document_is_taken_at_a_time(void **state)
{
    static const char text[] = "<?xml version=\"1.0\"?><HEL.R01><HDR><HDR.control_id V='1'/></HDR>"
                               "</HEL.R01>\r\n<?xml version=\"1.0\"?><EOT.R01></EOT.R01>";
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode, text);
    assert_string_equal(at(&d, "XML", "root", NULL), "HEL.R01");
    assert_string_equal(text + d.used, "<?xml version=\"1.0\"?><EOT.R01></EOT.R01>");
    forget(&d);
    decode(&d, poct1a_decode, strstr(text, "<?xml version=\"1.0\"?><EOT"));
    assert_string_equal(at(&d, "XML", "root", NULL), "EOT.R01");
    forget(&d);
}

static void encodings_are_honoured(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode,
           "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><OBS.R01><PT><PT.n V=\"\xddzmir\xfe\"/>"
           "</PT></OBS.R01>");
    assert_string_equal(at(&d, "PT", "n", NULL), "\xc4\xb0zmir\xc5\x9f");
    forget(&d);
    decode(&d, xml_decode, "<?xml version=\"1.0\" encoding=\"windows-1252\"?><r><n>\x80 5</n></r>");
    assert_string_equal(at(&d, "r", "n", NULL), "\xe2\x82\xac 5");
    forget(&d);
}

static void wrong_bytes_are_read_as_from_any_device(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, poct1a_decode,
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OBS.R01><PT><PT.a V=\"M\xfcller\"/>"
           "<PT.b V=\"M\xc3\xbcller\"/></PT></OBS.R01>");
    assert_string_equal(at(&d, "PT", "a", NULL), "M\xc3\xbcller");
    assert_string_equal(at(&d, "PT", "b", NULL), "M\xc3\xbcller");
    forget(&d);
    decode(&d, poct1a_decode,
           "<?xml version=\"1.0\" encoding=\"X-WARD\"?><OBS.R01><PT><PT.a V=\"1 \xb5mol\"/></PT>"
           "</OBS.R01>");
    assert_string_equal(at(&d, "PT", "a", NULL), "1 \xc2\xb5mol");
    forget(&d);
}

static void wide_characters_are_read(void **state)
{
    static const char narrow[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><r><n>5.9</n></r>";
    uint8_t wide[2 + 2 * sizeof narrow] = { 0xff, 0xfe };
    struct decoded d;
    (void)state;
    for (size_t i = 0; i < sizeof narrow - 1; i++)
        wide[2 + 2 * i] = (uint8_t)narrow[i];
    decoded_read(&d, xml_decode, span_of(wide, 2 + 2 * (sizeof narrow - 1)));
    assert_string_equal(at(&d, "r", "n", NULL), "5.9");
    forget(&d);
}

static void any_document_becomes_records(void **state)
{
    struct decoded d;
    (void)state;
    decode(
        &d, xml_decode,
        "\xef\xbb\xbf<x:Report xmlns:x=\"urn:a\" id=\"7\"><Patient><Id>42</Id></Patient>"
        "<Result code=\"Pb\" value=\"5\"/><Result code=\"Hb\">12<!-- no --></Result></x:Report>");
    assert_string_equal(at(&d, "XML", "root", NULL), "Report");
    assert_string_equal(at(&d, "Report", "id", NULL), "7");
    assert_string_equal(at(&d, "Patient", "Id", NULL), "42");
    assert_string_equal(at(&d, "Result", "value", NULL), "5");
    assert_string_equal(message_named(decoded_find(&d, "Result", 2), "text", NULL), "12");
    assert_string_equal(at(&d, "Report", "Result", "code"), "Pb");
    forget(&d);
}

static void assert_refused(decode_function *function, const char *text, const char *because)
{
    struct decoded d;
    decode(&d, function, text);
    assert_int_not_equal(d.error, ERROR_OK);
    assert_int_equal(d.used, 12345);
    if (!strstr(d.why.text, because))
        fail_msg("\"%s\" does not say \"%s\"", d.why.text, because);
    forget(&d);
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    assert_refused(poct1a_decode, "", "empty");
    assert_refused(poct1a_decode, "H|\\^&|||", "cannot be read");
    assert_refused(poct1a_decode, "<OBS.R01><SVC></OBS.R01>", "mismatched tag");
    assert_refused(poct1a_decode, "<OBS.R01><SVC>", "ends before it is complete");
    assert_refused(poct1a_decode, "<OBS.R01><a V='1' V='2'/></OBS.R01>", "duplicate");
    assert_refused(poct1a_decode, "<OBS.R01>&nbsp;</OBS.R01>", "undefined entity");
    assert_refused(poct1a_decode, "<html><body/></html>", "called html");
}

static void a_document_type_is_refused(void **state)
{
    static const char bomb[] =
        "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><r>&b;</r>";
    static const char file[] =
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><r><n>&x;</n></r>";
    (void)state;
    assert_refused(xml_decode, bomb, "document type");
    assert_refused(xml_decode, file, "document type");
}

static void put_times(struct buffer *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        assert_int_equal(buffer_put_text(b, text), ERROR_OK);
}

static void limits_hold(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, LIMIT_CAPTURE_FILE);
    put_times(&b, "<a>", LIMIT_XML_DEPTH + 1);
    put_times(&b, "</a>", LIMIT_XML_DEPTH + 1);
    assert_int_equal(buffer_put_byte(&b, 0), ERROR_OK);
    assert_refused(xml_decode, (const char *)b.at, "too deep");
    buffer_clear(&b);
    put_times(&b, "<r>", 1);
    put_times(&b, "<a/>", LIMIT_XML_ELEMENTS);
    put_times(&b, "</r>", 1);
    assert_int_equal(buffer_put_byte(&b, 0), ERROR_OK);
    assert_refused(xml_decode, (const char *)b.at, "too many elements");
    buffer_clear(&b);
    put_times(&b, "<r", 1);
    for (int i = 0; i <= LIMIT_XML_ATTRIBUTES; i++)
        assert_int_equal(buffer_put_format(&b, " a%d=''", i), ERROR_OK);
    put_times(&b, "/>", 1);
    assert_int_equal(buffer_put_byte(&b, 0), ERROR_OK);
    assert_refused(xml_decode, (const char *)b.at, "too many attributes");
    buffer_clear(&b);
    put_times(&b, "<r>", 1);
    put_times(&b, "<a b=''/>", LIMIT_RECORDS);
    put_times(&b, "</r>", 1);
    assert_int_equal(buffer_put_byte(&b, 0), ERROR_OK);
    assert_refused(xml_decode, (const char *)b.at, "records");
    buffer_free(&b);
}

static void memory_is_limited(void **state)
{
    struct arena arena;
    struct message m;
    size_t used;
    (void)state;
    arena_init(&arena, 300);
    assert_int_equal(poct1a_decode(span_text(nova_hello), &arena, &m, &used, NULL),
                     ERROR_NO_MEMORY);
    arena_free(&arena);
}

static void assert_encodes_back(decode_function *function,
                                enum error (*encode)(const struct message *m, struct buffer *out),
                                const char *text)
{
    struct decoded d;
    struct buffer out;
    buffer_init(&out, LIMIT_MESSAGE);
    decode(&d, function, text);
    assert_int_equal(d.error, ERROR_OK);
    assert_int_equal(encode(&d.message, &out), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_string_equal((const char *)out.at, text);
    buffer_free(&out);
    forget(&d);
}

static void documents_are_written_back(void **state)
{
    (void)state;
    assert_encodes_back(poct1a_decode, poct1a_encode,
                        "<OBS.R01><HDR><HDR.control_id V=\"1\"/></HDR><SVC>"
                        "<SVC.role_cd V=\"OBS\"/><PT><PT.name><FAM V=\"A-TEST\"/>"
                        "<GIV V=\"B\"/></PT.name><OBS><OBS.value V=\"&lt;5 &amp; 6\" U=\"mg/dL\"/>"
                        "<NTE><NTE.text V=\"x\">y</NTE.text></NTE></OBS></PT><OPR>"
                        "<OPR.operator_id V=\"7\"/></OPR></SVC></OBS.R01>\n");
    assert_encodes_back(xml_decode, xml_encode,
                        "<r id=\"3\">t<n a=\"1\">5</n><n a=\"1\">5</n></r>\n");
}

/* A record that says no depth stands where POCT1-A has it. */
static void aggregates_find_their_place(void **state)
{
    static const char *const types[] = { "HDR", "SVC", "PT", "OBS", "NTE", "OBS", "OPR" };
    struct decoded d;
    struct message m;
    struct message_record records[8];
    struct buffer out;
    (void)state;
    decode(&d, poct1a_decode, "<OBS.R01></OBS.R01>");
    memset(records, 0, sizeof records);
    records[0] = d.message.records[0];
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(text_copy(records[i + 1].type, MESSAGE_TYPE_SIZE, types[i]), ERROR_OK);
    m = (struct message) { records, 8 };
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(poct1a_encode(&m, &out), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_string_equal((const char *)out.at,
                        "<OBS.R01><HDR></HDR><SVC><PT><OBS><NTE></NTE></OBS><OBS></OBS></PT><OPR>"
                        "</OPR></SVC></OBS.R01>\n");
    buffer_free(&out);
    forget(&d);
}

/* The splitter */

static size_t end_of(const char *text, enum xml_verdict expected)
{
    size_t len = 0;
    enum xml_verdict verdict = xml_split(span_text(text), &len);
    if (verdict != expected)
        fail_msg("verdict %d of: %s", (int)verdict, text);
    return len;
}

static void what_looks_like_an_end_is_not_taken_for_one(void **state)
{
    static const char *const documents[] = {
        "<a b=\">\"/>",
        "<a b='>/a>'></a>",
        "<a><!-- </a> --></a>",
        "<a><![CDATA[</a>]]]></a>",
        "<?xml version=\"1.0\"?><!-- <b/> --><a><?x </a>?></a>",
        " \r\n<a><a></a><a/></a>",
        "\xef\xbb\xbf<a/>",
        "<!DOCTYPE a [<!ENTITY b \"<a/>]>\">]><a></a>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        char text[200];
        assert_int_equal(end_of(documents[i], XML_WHOLE), strlen(documents[i]));
        assert_int_equal(text_copy(text, sizeof text, documents[i]), ERROR_OK);
        text[strlen(text) - 1] = '\0';
        (void)end_of(text, XML_MORE);
    }
}

static void a_broken_document_does_not_swallow_the_next(void **state)
{
    static const char *const broken[] = {
        "<OBS.R01><SVC><?xml version=\"1.0\"?>",
        "<OBS.R01><SVC><HEL.R01>",
        "<OBS.R01><SVC V=\"<",
        "<OBS.R01><SVC <",
        "x<a/>",
        "</a>",
        "<a><!DOCTYPE a>",
        "<a><![CDATX",
        "<a></a<",
        "<a/ >",
        "<1>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        (void)end_of(broken[i], XML_BAD);
}

static void the_next_document_is_found(void **state)
{
    struct span text = span_text("<OBS.value V=\"<OBS.R01><?xm");
    (void)state;
    assert_int_equal(xml_find_document(text, 0), 14);
    assert_int_equal(xml_find_document(text, 15), 23); /* perhaps */
    assert_int_equal(xml_find_document(span_text("<OBS.R0"), 0), 0);
    assert_int_equal(xml_find_document(span_text("<OBS.Rx1>"), 0), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_and_text_are_both_found),
        cmocka_unit_test(records_say_how_deep_they_stand),
        cmocka_unit_test(names_may_be_elements),
        cmocka_unit_test(a_missing_value_is_empty_and_says_why),
        cmocka_unit_test(values_stay_as_sent),
        cmocka_unit_test(one_document_is_taken_at_a_time),
        cmocka_unit_test(encodings_are_honoured),
        cmocka_unit_test(wrong_bytes_are_read_as_from_any_device),
        cmocka_unit_test(wide_characters_are_read),
        cmocka_unit_test(any_document_becomes_records),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(a_document_type_is_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(documents_are_written_back),
        cmocka_unit_test(aggregates_find_their_place),
        cmocka_unit_test(what_looks_like_an_end_is_not_taken_for_one),
        cmocka_unit_test(a_broken_document_does_not_swallow_the_next),
        cmocka_unit_test(the_next_document_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
