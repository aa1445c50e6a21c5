/* Invented reports; patients end in -TEST, NPI and CLIA numbers are made up. */
#include "tests/exchange/cases.h"

static const int64_t taken = 1773499320000; /* 2026-03-14T14:42:00Z: 09:42 Central daylight time */
static const int64_t minute = 60000;

static int central(int64_t at)
{
    (void)at;
    return -300;
}

static const struct exchange_place clinic = { .name = "Example Family Clinic",
                                              .address = "1 Main St, Town, WI 00000",
                                              .clia = "99D9999999",
                                              .director = "Robin Director-TEST" };
static const struct exchange_place reference = { .name = "Far Reference Laboratory",
                                                 .address = "PO Box 7, Farville",
                                                 .clia = "99D8888888",
                                                 .director = "" };

struct exchange_envelope exchange_case_envelope(void)
{
    return (struct exchange_envelope) { .sending_application = "PHIAL",
                                        .sending_facility = "",
                                        .receiving_application = "EHR",
                                        .receiving_facility = "CLINIC1",
                                        .assigner = "CLINIC1",
                                        .control_id = "M000123",
                                        .at = taken + 13 * minute + 12000,
                                        .zone_offset = central,
                                        .production = true };
}

static struct exchange_result result(const char *code, const char *loinc, const char *name,
                                     const char *value, const char *number, const char *unit)
{
    return (struct exchange_result) { .id = 1,
                                      .code = code,
                                      .loinc = loinc,
                                      .name = name,
                                      .value = value,
                                      .comparator = "",
                                      .number = number,
                                      .unit = unit,
                                      .ucum = unit,
                                      .range = "",
                                      .flag = "",
                                      .status = EXCHANGE_FINAL,
                                      .observed_at = "2026-03-14T09:54:00",
                                      .operator_name = "MA07",
                                      .model = "Afinion 2 Analyzer",
                                      .serial = "AF0012345",
                                      .comments = "",
                                      .performed_by = clinic,
                                      .correction_reason = "",
                                      .correction_by = "" };
}

static struct exchange_panel panel(const char *code, const char *loinc, const char *name,
                                   const char *type)
{
    return (struct exchange_panel) { .code = code,
                                     .loinc = loinc,
                                     .name = name,
                                     .place = 1,
                                     .accession = "260314000423",
                                     .specimen_type = type,
                                     .specimen_site = "Left arm",
                                     .container = "EDTA",
                                     .condition = "",
                                     .collector = "MA07",
                                     .fasting = "yes",
                                     .collection_note = "",
                                     .collected_at = taken,
                                     .received_at = taken + 6 * minute,
                                     .rejected = "",
                                     .cancelled = "" };
}

static void begin(struct exchange_case *c)
{
    c->report = (struct exchange_report) {
        .mrn = "00123456",
        .family = "DOE-TEST",
        .given = "JANE Q",
        .birth_date = "1981-03-14",
        .sex = "F",
        .order = "O260314-7",
        .placer = "EHR-778812",
        .priority = "routine",
        .reason = "",
        .icd10 = "E11.9",
        .provider = { "1234567893", "smith", "Alex Smith-TEST", "MD" },
        .site = clinic,
        .reported_at = taken + 13 * minute,
        .signer = { "1234567893", "smith", "Alex Smith-TEST", "MD" },
        .signature = "reviewed",
    };
    c->panels[0] = panel("A1C", "4548-4", "Hemoglobin A1c", "whole blood");
    c->panels[0].results = c->results;
    c->panels[0].result_count = 1;
    c->results[0] = result("A1C", "4548-4", "Hemoglobin A1c", "7.4", "7.4", "%");
    c->results[0].range = "4.0-5.6";
    c->results[0].flag = "H";
    c->report.panels = c->panels;
    c->report.panel_count = 1;
    c->report.calls = c->calls;
}

/* ---- The cases ---- */

static void final(struct exchange_case *c)
{
    begin(c);
}

static void preliminary(struct exchange_case *c)
{
    begin(c);
    c->report.signer = (struct exchange_person) { "", "", "", "" };
    c->results[0].status = EXCHANGE_PRELIMINARY;
}

/* Nobody has signed it since. */
static void correct(struct exchange_case *c, enum exchange_status status)
{
    struct exchange_result *r = &c->results[0];

    c->report.signer = (struct exchange_person) { "", "", "", "" };
    c->report.reported_at = taken + 70 * minute;
    r->status = status;
    r->correction_reason = "typed or read wrongly";
    r->correction_by = "Lee Lead-TEST";
    r->corrected_at = taken + 70 * minute;
}

/* One of two values was corrected; the other goes again as it was. */
static void corrected(struct exchange_case *c)
{
    begin(c);
    correct(c, EXCHANGE_CORRECTED);
    c->results[0].value = c->results[0].number = "6.4";
    c->results[0].previous[0] = (struct exchange_previous) { "7.4", "%", taken + 13 * minute };
    c->results[0].previous_count = 1;
    c->results[1] = result("CRP", "48421-2", "C-reactive protein", "<5", "5", "mg/L");
    c->results[1].comparator = "<";
    c->panels[0].result_count = 2;
}

/* What was sent was never this patient's. */
static void wrong(struct exchange_case *c)
{
    begin(c);
    correct(c, EXCHANGE_WRONG);
    c->results[0].correction_reason = "wrong patient";
}

/* ... and where it belongs. */
static void right(struct exchange_case *c)
{
    begin(c);
    c->report.mrn = "00777001";
    c->report.family = "ROE-TEST";
    c->report.given = "RICHARD";
    c->report.birth_date = "1959-11-02";
    c->report.sex = "X";
    c->report.order = "O260314-9";
    c->report.placer = "";
    c->report.icd10 = "";
    c->report.reason = "Weight loss";
    c->panels[0].accession = "260314000514";
}

static void withdrawn(struct exchange_case *c)
{
    begin(c);
    correct(c, EXCHANGE_NOT_DONE);
    c->results[0].value = "cancelled";
    c->results[0].number = c->results[0].unit = c->results[0].ucum = "";
    c->results[0].previous[0] = (struct exchange_previous) { "7.4", "%", taken + 13 * minute };
    c->results[0].previous_count = 1;
}

static void rejected(struct exchange_case *c)
{
    begin(c);
    c->report.signer = (struct exchange_person) { "", "", "", "" };
    c->panels[0].result_count = 0;
    c->panels[0].rejected = "hemolysed";
    c->panels[0].condition = "red plasma";
}

/* Comparators, words, texts, a critical value that was told, signs that HL7 uses itself. */
static void urine(struct exchange_case *c)
{
    struct exchange_result *r = c->results;

    begin(c);
    c->report.priority = "stat";
    c->report.family = "O'NEIL|^~\\&-TEST";
    c->report.given = "Zoë";
    c->report.call_count = 1;
    c->calls[0] = (struct exchange_call) { "Alex Smith-TEST", "MD", ">1000", "Maria Hand-TEST",
                                           taken + 20 * minute };
    c->panels[0] = panel("UA", "", "Urinalysis, strip", "urine");
    c->panels[0].results = r;
    c->panels[0].result_count = 6;
    c->panels[0].specimen_site = "";
    c->panels[0].container = "urine cup";
    c->panels[0].collection_note = "Clean catch & midstream";
    r[0] = result("GLU", "5792-7", "Glucose, urine", ">1000", "1000", "mg/dL");
    r[0].comparator = ">";
    r[0].flag = "HH";
    r[0].comments = "Repeated: the same.\nDiluted 1:1 | see the log ~ page 4";
    r[1] = result("SG", "5811-5", "Specific gravity, urine", "1.020", "1.020", "");
    r[2] = result("BLO", "5794-3", "Blood, urine", "Trace-lysed", "", "");
    r[3] = result("NIT", "5802-4", "Nitrite, urine", "Positive", "", "");
    r[3].flag = "A";
    r[4] = result("KET", "5797-6", "Ketones, urine", "---", "", "");
    r[4].flag = "?";
    r[5] = result("PH", "5803-2", "pH, urine", "6,5", "6.5", "");
}

/* Two tests of one order; the second was measured elsewhere, twice. */
static void two(struct exchange_case *c)
{
    begin(c);
    c->panels[1] = panel("TSH", "", "Thyrotropin", "serum");
    c->panels[1].place = 2;
    c->panels[1].accession = "260314000431";
    c->panels[1].results = &c->results[1];
    c->panels[1].result_count = 2;
    for (size_t i = 1; i < 3; i++) {
        c->results[i] = result("TSH", "3016-3", "Thyrotropin", i == 1 ? "2.1" : "2.2",
                               i == 1 ? "2.1" : "2.2", "mU/L");
        c->results[i].performed_by = reference;
        c->results[i].model = c->results[i].serial = c->results[i].operator_name = "";
    }
    c->report.panel_count = 2;
}

/* An overread with its measurements. */
static void ekg(struct exchange_case *c)
{
    begin(c);
    c->panels[0] = panel("EKG", "11524-6", "12-lead EKG", "");
    c->panels[0].ekg = true;
    c->panels[0].accession = c->panels[0].specimen_site = c->panels[0].container = "";
    c->panels[0].collector = c->panels[0].fasting = "";
    c->panels[0].collected_at = c->panels[0].received_at = 0;
    c->panels[0].recorded_at = taken;
    c->panels[0].results = c->results;
    c->panels[0].result_count = 2;
    c->results[0] = result("EKG-READING", "18844-1", "EKG reading",
                           "Sinus rhythm. No acute change against 2025.", "", "");
    c->results[0].text = true;
    c->results[0].comments = "Device interpretation, unconfirmed: ATRIAL FIBRILLATION";
    c->results[1] = result("heart_rate", "8867-4", "Heart rate", "82", "82", "/min");
    for (size_t i = 0; i < 2; i++) {
        c->results[i].model = "Invented cart";
        c->results[i].serial = "EC01";
        c->results[i].operator_name = "";
        c->results[i].observed_at = "2026-03-14T09:42:11";
    }
}

/* The instrument's own code is a LOINC; nobody knows the orderer's NPI. */
static void sodium(struct exchange_case *c)
{
    begin(c);
    c->report.provider = (struct exchange_person) { "", "reyes", "Kim Reyes-TEST", "" };
    c->panels[0] = panel("BMP", "", "Basic metabolic panel", "whole blood");
    c->panels[0].results = c->results;
    c->panels[0].result_count = 1;
    c->results[0] = result("2951-2", "2951-2", "Sodium", "141", "141", "mmol/L");
}

static const struct {
    const char *name;
    void (*build)(struct exchange_case *c);
} table[] = { { "final", final },
              { "preliminary", preliminary },
              { "corrected", corrected },
              { "wrong", wrong },
              { "right", right },
              { "withdrawn", withdrawn },
              { "rejected", rejected },
              { "urine", urine },
              { "two", two },
              { "ekg", ekg },
              { "sodium", sodium } };

const char *const exchange_cases[] = { "final", "preliminary", "corrected", "wrong",
                                       "right", "withdrawn",   "rejected",  "urine",
                                       "two",   "ekg",         "sodium",    NULL };

bool exchange_case_build(const char *name, struct exchange_case *out)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(name, table[i].name) == 0) {
            *out = (struct exchange_case) { .panels = { { 0 } } };
            table[i].build(out);
            return true;
        }
    return false;
}
