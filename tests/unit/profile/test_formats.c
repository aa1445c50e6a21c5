/* One engine for all formats: which records belong together in HL7, POCT1-A, XML and text reports,
 * and what else a profile can say of them. The profiles here are as short as can be. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/profile.h"

#include <stdio.h>
#include <string.h>

#define HEAD "[profile]\nid = maker-model\nmaker = Maker\nmodel = Model\n[connection]\nlink = x\n"

struct world {
    struct profile *p;
    struct arena arena;
    struct record *records;
    size_t count;
};

static void decode(struct world *w, const char *profile, const char *text)
{
    struct complaint why = { "" };
    char whole[8192];

    *w = (struct world) { .p = NULL };
    (void)snprintf(whole, sizeof whole, HEAD "%s", profile);
    if (profile_parse("x.profile", span_text(whole), &w->p, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    arena_init(&w->arena, LIMIT_DECODE_ARENA);
    if (profile_decode(w->p, span_text(text), true, &w->arena, &w->records, &w->count, &why) !=
        ERROR_OK)
        fail_msg("%s", why.text);
}

static void done(struct world *w)
{
    arena_free(&w->arena);
    profile_free(w->p);
}

static void assert_result(const struct record *r, size_t index, const char *code, const char *value)
{
    assert_true(index < r->result_count);
    assert_string_equal(r->results[index].code, code);
    assert_string_equal(r->results[index].value, value);
}

static void assert_comment(const struct record_result *r, size_t index, const char *text)
{
    assert_true(index < r->comments.count);
    assert_string_equal(r->comments.at[index], text);
}

/* HL7 */

#define HL7                                                                                        \
    "[message]\nformat = hl7\n[paths]\ncode = OBX.3.1\nvalue = OBX.5\nlot = SPM.27\n"              \
    "specimen = SPM.2.1.1 OBR.3.1\nrun = ORC.3.1\npatient_id = PID.3\ncomment = NTE.3\n"           \
    "operator = OBX.16.1\nsoftware = NTE.3/Version=([^;]*)/\nquery_specimen = QPD.3.1\n"           \
    "[kinds]\nqc = SPM.11.1 = Q\nservice = MSH.9.2 = R99\n[skip]\nOBX.2 = NM and OBX.5 = 0\n"
#define MSH(type) "MSH|^~\\&|A|B|||20260312140500||" type "|1|P|2.5.1\r"

/* ORC stands before its OBR, SPM behind the results: both belong to the OBR between them. */
static void test_orders(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("ORU^R01") "PID|1||P1\rORC|NW||RUN1\rOBR|1||A1|X\rOBX|1|ST|K||1\rNTE|1||first\r"
                          "SPM|1|S1&X\rORC|NW||RUN2\rOBR|2||A2|X\rOBX|1|ST|L||2\rSPM|2|S2||||||||"
                          "|Q\r");
    assert_int_equal(w.count, 2);
    assert_string_equal(w.records[0].specimen, "S1");
    assert_string_equal(w.records[0].run, "RUN1");
    assert_string_equal(w.records[0].patient_id, "P1");
    assert_result(&w.records[0], 0, "K", "1");
    assert_comment(&w.records[0].results[0], 0, "first");
    assert_int_equal(w.records[0].kind, RECORD_PATIENT);
    assert_string_equal(w.records[1].specimen, "S2");
    assert_string_equal(w.records[1].run, "RUN2");
    assert_int_equal(w.records[1].kind, RECORD_QC);
    done(&w);
}

/* OUL^R22: the specimen stands in front and opens; its orders are not records of their own. */
static void test_specimens(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("OUL^R22") "SPM|1|S1\rSAC|1\rOBR|1||A1|X\rORC|SC||R1\rOBX|1|ST|K||1\rOBR|2||A2|Y\r"
                          "OBX|2|ST|L||2\rSPM|2|S2\rOBR|1||A3|X\rORC|SC||R2\rOBX|1|ST|K||3\r");
    assert_int_equal(w.count, 2);
    assert_string_equal(w.records[0].specimen, "S1");
    assert_string_equal(w.records[0].run, "R1");
    assert_int_equal(w.records[0].result_count, 2);
    assert_string_equal(w.records[1].specimen, "S2");
    assert_string_equal(w.records[1].run, "R2");
    assert_result(&w.records[1], 0, "K", "3");
    done(&w);
}

/* A specimen without a number leaves it to its orders: another number is another record. */
static void test_orders_name_specimens(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("ORU^R01") "PID|1||P1\rSPM|1|||BLD\rOBR|1||A1|X\rOBX|1|ST|K||1\rOBR|2||A2|X\r"
                          "OBX|2|ST|K||2\rOBR|3|||X\rOBX|3|ST|L||3\r");
    assert_int_equal(w.count, 2);
    assert_string_equal(w.records[0].specimen, "A1");
    assert_int_equal(w.records[0].result_count, 1);
    assert_string_equal(w.records[1].specimen, "A2");
    assert_string_equal(w.records[1].patient_id, "P1");
    assert_result(&w.records[1], 0, "K", "2");
    assert_result(&w.records[1], 1, "L", "3");
    done(&w);
}

/* Two specimens behind one order: a person finds out which result is whose. */
static void test_two_specimens_of_one_order(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("ORU^R01") "OBR|1|||X\rOBX|1|ST|K||1\rSPM|1|S1\rOBX|2|ST|K||2\rSPM|2|S2\r"
                          "OBR|2||A2|X\rOBX|1|ST|K||3\r");
    assert_int_equal(w.count, 2);
    assert_int_equal(w.records[0].kind, RECORD_INCOMPLETE);
    assert_int_equal(w.records[0].complaints.count, 1);
    assert_int_equal(w.records[1].kind, RECORD_PATIENT);
    assert_string_equal(w.records[1].specimen, "A2");
    done(&w);
}

/* A result that [skip] means is none, nor are the comments behind it anybody's; a pattern takes a
 * part of a text; unknown segments are no complaint. */
static void test_skip_and_pattern(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("ORU^R30") "PID|1||P1\rZZZ|1\rOBR|1||A1|X\rNTE|1||Run=4;Version=2.1;Tube=X\r"
                          "OBX|1|ST|K||Not Detected||||||F|||||OP1\rOBX|2|NM|K||0\rNTE|1||of none\r"
                          "OBX|3|NM|L||5\r");
    assert_int_equal(w.count, 1);
    assert_int_equal(w.records[0].result_count, 2);
    assert_result(&w.records[0], 1, "L", "5");
    assert_string_equal(w.records[0].software, "2.1");
    assert_string_equal(w.records[0].operator_id, "OP1");
    assert_int_equal(w.records[0].results[0].comments.count, 1);
    assert_int_equal(w.records[0].results[1].comments.count, 0);
    assert_int_equal(w.records[0].complaints.count, 0);
    done(&w);
}

static void test_several_messages(void **state)
{
    struct world w;

    (void)state;
    decode(&w, HL7,
           MSH("ORU^R01") "OBR|1||A1|X\rOBX|1|ST|K||1\r" MSH("QBP^Q11") "QPD|WOS|1|S7\r" MSH(
               "ORU^R99") "\r");
    assert_int_equal(w.count, 3);
    assert_int_equal(w.records[1].kind, RECORD_QUERY);
    assert_string_equal(w.records[1].specimen, "S7");
    assert_int_equal(w.records[2].kind, RECORD_SERVICE);
    done(&w);
}

/* POCT1-A */

#define POCT                                                                                       \
    "[message]\nformat = poct1a\n[paths]\nmodel = DEV.device_name\nserial = DEV.serial_id\n"       \
    "code = OBS.observation_id\nvalue = OBS.value\nunit = OBS.value.U\n"                           \
    "specimen = ORD.order_id PT.patient_id\npatient_id = PT.patient_id\noperator = "               \
    "OPR.operator_id\n"                                                                            \
    "lot = RGT.lot_number\nobserved_at = SVC.observation_dttm\ncomment = NTE.text "                \
    "EVT.description\n"                                                                            \
    "[kinds]\nqc = XML.root = OBS.R02\nservice = XML.root = EVS.R01\n"                             \
    "incomplete = OBS.value is blank\n[units]\nmg/dL = mg/dL\n"
#define HEL "<HEL.R01><DEV><DEV.serial_id V=\"S9\"/><DEV.device_name V=\"Meter\"/></DEV></HEL.R01>"

/* Two patients in one service: a person finds out which result is whose. */
static void test_two_patients_of_one_service(void **state)
{
    struct world w;

    (void)state;
    decode(&w, POCT,
           "<OBS.R01><SVC><PT><PT.patient_id V=\"P1\"/><OBS><OBS.observation_id V=\"GLU\"/>"
           "<OBS.value V=\"145\"/></OBS></PT><PT><PT.patient_id V=\"P2\"/><OBS>"
           "<OBS.observation_id V=\"GLU\"/><OBS.value V=\"99\"/></OBS></PT></SVC></OBS.R01>");
    assert_int_equal(w.count, 1);
    assert_int_equal(w.records[0].kind, RECORD_INCOMPLETE);
    assert_int_equal(w.records[0].result_count, 2);
    done(&w);
}

/* Order, operator and reagent stand behind the results; the device said once who it is. */
static void test_services(void **state)
{
    struct world w;
    const struct record *r;

    (void)state;
    decode(&w, POCT,
           HEL "<OBS.R01><SVC><SVC.observation_dttm V=\"2026-03-12T14:05:00-05:00\"/>"
               "<PT><PT.patient_id V=\"P1\"/><OBS><OBS.observation_id V=\"GLU\"/>"
               "<OBS.value V=\"145\" U=\"mg/dL\"/><NTE><NTE.text V=\"of the result\"/></NTE></OBS>"
               "<OBS><OBS.observation_id V=\"KET\"/><OBS.value V=\"0.3\"/></OBS></PT>"
               "<OPR><OPR.operator_id V=\"OP1\"/></OPR><ORD><ORD.order_id V=\"A1\"/></ORD>"
               "<RGT><RGT.lot_number V=\"L1\"/></RGT><NTE><NTE.text V=\"of the run\"/></NTE></SVC>"
               "<SVC><PT><PT.patient_id V=\"P2\"/><OBS><OBS.observation_id V=\"GLU\"/>"
               "<OBS.value V=\"\"/></OBS></PT></SVC></OBS.R01>");
    assert_int_equal(w.count, 2);
    r = &w.records[0];
    assert_string_equal(r->model, "Meter");
    assert_string_equal(r->serial, "S9");
    assert_string_equal(r->specimen, "A1");
    assert_string_equal(r->operator_id, "OP1");
    assert_int_equal(r->kind, RECORD_PATIENT);
    assert_string_equal(r->results[0].lot, "L1");
    assert_string_equal(r->results[0].ucum, "mg/dL");
    assert_string_equal(r->results[0].observed_at, "2026-03-12T14:05:00-05:00");
    assert_comment(&r->results[0], 0, "of the run");
    assert_comment(&r->results[0], 1, "of the result");
    assert_int_equal(r->results[1].comments.count, 0);
    assert_string_equal(w.records[1].specimen, "P2");
    assert_string_equal(w.records[1].operator_id, "");
    assert_string_equal(w.records[1].model, "Meter");
    assert_int_equal(w.records[1].kind, RECORD_INCOMPLETE);
    done(&w);
}

/* What only keeps the conversation going is no record, unless there is nothing else. */
static void test_conversation(void **state)
{
    struct world w;

    (void)state;
    decode(&w, POCT, HEL "<DST.R01><DST/></DST.R01>");
    assert_int_equal(w.count, 1);
    assert_int_equal(w.records[0].kind, RECORD_SERVICE);
    assert_string_equal(w.records[0].serial, "S9");
    done(&w);
    decode(&w, POCT,
           HEL
           "\n<OBS.R02><SVC><CTC/><OBS><OBS.observation_id V=\"GLU\"/><OBS.value V=\"9\"/></OBS>"
           "</SVC></OBS.R02>\n<EVS.R01><EVT><EVT.description V=\"battery low\"/></EVT></EVS.R01>"
           "<EOT.R01><EOT/></EOT.R01>");
    assert_int_equal(w.count, 2);
    assert_int_equal(w.records[0].kind, RECORD_QC);
    assert_int_equal(w.records[1].kind, RECORD_SERVICE);
    assert_string_equal(w.records[1].complaints.at[0], "The instrument remarked: battery low");
    done(&w);
}

/* Any other XML: the profile says what its elements are. */
static void test_structure(void **state)
{
    struct world w;

    (void)state;
    decode(&w,
           "[message]\nformat = xml\n[structure]\norder = Sample\nresult = Result\n"
           "[times]\n%m/%d/%Y %I:%M %p\n[paths]\nspecimen = Sample.id\ncode = Result.name\n"
           "value = Result.value\nobserved_at = Sample.date+Sample.time\nmodel = Report.device\n",
           "<Report device=\"D\"><Sample><id>S1</id><date>3/12/2026</date><time>2:05 PM</time>"
           "<Result name=\"Pb\" value=\"&lt;3.3\"/></Sample><Sample><id>S2</id>"
           "<Result name=\"Pb\" value=\"High\"/></Sample></Report>");
    assert_int_equal(w.count, 2);
    assert_string_equal(w.records[0].specimen, "S1");
    assert_string_equal(w.records[0].model, "D");
    assert_result(&w.records[0], 0, "Pb", "<3.3");
    assert_string_equal(w.records[0].results[0].comparator, "<");
    assert_string_equal(w.records[0].results[0].observed_at, "2026-03-12T14:05");
    assert_result(&w.records[1], 0, "Pb", "High");
    assert_string_equal(w.records[1].results[0].observed_at, "");
    done(&w);
}

/* Text */

#define TEXT                                                                                       \
    "[message]\nformat = text\n[patterns]\norder = ID:(?<id>.*)\n"                                 \
    "result = (?<flag>\\*?)(?<code>[A-Z]{3}) +(?<grade>[-+0-9]+)? *(?<value>(?<n>\\S+) "           \
    "*(?<unit>\\S*))\n"                                                                            \
    "detail = Operator:(?<op>.*)\nskip = -+\n[paths]\nspecimen = order.id\ncode = result.code\n"   \
    "value = result.value\nnumber = result.n\nunit = result.unit\noperator = detail.op\n"          \
    "flags = result.flag\ncomment = result.grade\n[flags]\n* = flag A\n[kinds]\n"                  \
    "qc = order.id ~ ^QC\\d+$\n"

static void test_text(void **state)
{
    struct world w;
    const struct record *r;

    (void)state;
    decode(&w, TEXT, "ID:QC12\r----\r*LEU 3+ 500 Leu/uL\rNonsense line\rNIT - neg\rOperator:OP1\r");
    assert_int_equal(w.count, 1);
    r = &w.records[0];
    assert_int_equal(r->kind, RECORD_QC);
    assert_string_equal(r->operator_id, "OP1");
    assert_int_equal(r->result_count, 2);
    assert_result(r, 0, "LEU", "500 Leu/uL");
    assert_string_equal(r->results[0].number, "500");
    assert_string_equal(r->results[0].flags.at[0], "A");
    assert_comment(&r->results[0], 0, "3+");
    assert_string_equal(r->complaints.at[0], "This line is not known: \"Nonsense line\".");
    done(&w);
}

/* Two reports of a device that sends no numbers, one right behind the other. */
static void test_code_begins_record(void **state)
{
    struct world w;

    (void)state;
    decode(&w, TEXT "[message]\nquirk = code-begins-record\n",
           "LEU neg\rNIT pos\rLEU pos\rNIT neg\r");
    assert_int_equal(w.count, 2);
    assert_result(&w.records[0], 1, "NIT", "pos");
    assert_result(&w.records[1], 0, "LEU", "pos");
    done(&w);
    decode(&w, TEXT, "LEU neg\rLEU pos\r");
    assert_int_equal(w.count, 1);
    done(&w);
}

/* Results in another language, layout or structure are never filed away as a service message. */
static void test_not_understood_is_incomplete(void **state)
{
    static const char xml[] = "[message]\nformat = xml\n[structure]\norder = T\nresult = R\n"
                              "[paths]\ncode = R.c\nvalue = R.v\n";
    static const struct {
        const char *profile, *text;
        enum record_kind kind;
    } cases[] = {
        { TEXT, "Leukozyten = 500\r", RECORD_INCOMPLETE },
        { HL7, MSH("ORU^R01") "ZBX|1|5\r", RECORD_INCOMPLETE },
        { HL7, MSH("ACK") "MSA|AA|1\r", RECORD_SERVICE },
        { POCT, "<OBS.R01><HDR/><FOO V=\"5\"/></OBS.R01>", RECORD_INCOMPLETE },
        { POCT, "<EVS.R01><HDR/></EVS.R01>", RECORD_SERVICE },
        { xml, "<Other><Value>5</Value></Other>", RECORD_INCOMPLETE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world w;
        decode(&w, cases[i].profile, cases[i].text);
        assert_int_equal(w.count, 1);
        assert_int_equal(w.records[0].kind, cases[i].kind);
        done(&w);
    }
}

/* A device that can be set to either: what begins as LIS02 is LIS02. */
static void test_two_formats(void **state)
{
    static const char both[] =
        "[message]\nformat = text lis02\n[patterns]\norder = ID:(?<id>.*)\n"
        "result = (?<code>[A-Z]{3}) (?<value>.*)\n[paths]\nspecimen = order.id O.3\n"
        "code = result.code R.3.4\nvalue = result.value R.4\n";
    struct world w;

    (void)state;
    decode(&w, both, "ID:S1\rGLU 5\r");
    assert_string_equal(w.records[0].specimen, "S1");
    assert_result(&w.records[0], 0, "GLU", "5");
    done(&w);
    decode(&w, both, "H|\\^&\rP|1\rO|1|S2\rR|1|^^^GLU|6\rL|1|N\r");
    assert_string_equal(w.records[0].specimen, "S2");
    assert_result(&w.records[0], 0, "GLU", "6");
    assert_true(profile_reads(w.p, "lis02") && profile_reads(w.p, "text"));
    done(&w);
}

static void test_waivers(void **state)
{
    const struct profile_waiver *waivers;
    struct world w;
    size_t count;

    (void)state;
    decode(&w,
           HL7 "[waiver]\nK | fingerstick whole blood | all ages | waived | 2026-03-01\n"
               "* | - | - | moderate | -\n",
           MSH("ORU^R01"));
    waivers = profile_waivers(w.p, &count);
    assert_int_equal(count, 2);
    assert_string_equal(waivers[0].specimen, "fingerstick whole blood");
    assert_string_equal(waivers[0].checked, "2026-03-01");
    assert_string_equal(waivers[1].test, "*");
    assert_string_equal(waivers[1].checked, "");
    done(&w);
}

static void test_framing(void **state)
{
    const struct link_framing *f;
    struct world w;

    (void)state;
    decode(&w,
           TEXT "[framing]\nstart = STX\nend = ETX\nlast_line = ....\nidle = 500\nsum = mod256\n"
                "acknowledge = yes\n",
           "ID:1\r");
    f = &profile_link_options(w.p)->framing;
    assert_int_equal(f->start, 0x02);
    assert_int_equal(f->end, 0x03);
    assert_string_equal(f->last_line, "....");
    assert_int_equal(f->idle_ms, 500);
    assert_int_equal(f->sum, LINK_SUM_MOD256);
    assert_true(f->acknowledge);
    done(&w);
}

/* Texts are told apart by what they are, whatever profiles are at hand. */
static void test_fit(void **state)
{
    static const struct {
        const char *profile, *text;
        int fit;
    } cases[] = {
        { TEXT, "ID:1\rLEU 5 x\r", 0 },
        { TEXT, "H|\\^&\rID:1\rLEU 5 x\rL|1\r", -1 },
        { TEXT, MSH("ORU^R01"), -1 },
        { TEXT, HEL, -1 },
        { TEXT, "something else\rand more\rLEU 5 x\r", -1 },
        { HL7, MSH("ORU^R01"), 0 },
        { HL7, HEL, -1 },
        { POCT, HEL, 0 },
        { POCT "[message]\nrecognise = DEV.device_name = Meter and XML.root ~ ^HEL\n", HEL, 2 },
        { POCT "[message]\nrecognise = DEV.device_name = Other\n", HEL, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        struct profile *p = NULL;
        char whole[8192];
        (void)snprintf(whole, sizeof whole, HEAD "%s", cases[i].profile);
        if (profile_parse("x.profile", span_text(whole), &p, &why) != ERROR_OK)
            fail_msg("%s", why.text);
        if (profile_fit(p, span_text(cases[i].text)) != cases[i].fit)
            fail_msg("case %zu: fits with %d", i, profile_fit(p, span_text(cases[i].text)));
        profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_specimens),
        cmocka_unit_test(test_orders_name_specimens),
        cmocka_unit_test(test_two_specimens_of_one_order),
        cmocka_unit_test(test_two_patients_of_one_service),
        cmocka_unit_test(test_not_understood_is_incomplete),
        cmocka_unit_test(test_skip_and_pattern),
        cmocka_unit_test(test_several_messages),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_conversation),
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_code_begins_record),
        cmocka_unit_test(test_two_formats),
        cmocka_unit_test(test_waivers),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
