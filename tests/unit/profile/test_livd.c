/* A maker's LIVD sheet as lines of a profile: what maps, what waits for a person, what is left. */
#include "tests/unit/command.h"

#include "core/base/limits.h"
#include "instruments/profile/commands.h"
#include "instruments/profile/livd.h"

#include <stdlib.h>

static const char profile_text[] = "[profile]\n"
                                   "id = maker-model\n"
                                   "maker = Maker\n"
                                   "model = Model\n"
                                   "[connection]\n"
                                   "link = lis01\n"
                                   "[message]\n"
                                   "format = lis02\n"
                                   "[paths]\n"
                                   "code = R.3.4\n"
                                   "value = R.4\n"
                                   "unit = R.5\n"
                                   "[units]\n"
                                   "mg/dl = mg/dL\n"
                                   "mmol/l = mmol/L\n"
                                   "[analytes]\n"
                                   "NA | 2947-0 | Sodium, blood | mmol/L | 0\n";

#define HEADER                                                                                     \
    "Manufacturer,Model,Vendor Analyte Code,Vendor Analyte Name,Vendor Specimen Description,"      \
    "Vendor Unit,LOINC Code,LOINC Long Name\n"

static struct profile *load(const char *text)
{
    struct complaint why = { "" };
    struct profile *p = NULL;
    if (profile_parse("x.profile", span_text(text), &p, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return p;
}

/* The section as a text; the caller's buffer is terminated. */
static struct livd_summary convert(const char *sheet, char *out, size_t size)
{
    struct profile *p = load(profile_text);
    struct livd_summary summary;
    struct complaint why = { "" };
    struct buffer lines;

    buffer_init(&lines, LIMIT_MESSAGE);
    if (livd_convert("x.csv", span_text(sheet), p, &lines, &summary, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    (void)snprintf(out, size, "%.*s", (int)lines.len, (const char *)lines.at);
    buffer_free(&lines);
    profile_free(p);
    return summary;
}

static void test_one_to_one(void **state)
{
    char out[4096];
    struct livd_summary s = convert(
        HEADER
        "Maker,Model,GLU,Glucose,Serum or Plasma,mg/dl,2345-7,Glucose [Mass/volume]\n"
        "Maker,Model,\"CREA, enz.\",\"Creatinine \"\"enzymatic\"\"\",Serum,mg/dL,2160-0,x\r\n",
        out, sizeof out);

    (void)state;
    assert_int_equal(s.lines, 2);
    assert_int_equal(s.choices, 0);
    assert_non_null(strstr(out, "\nGLU | 2345-7 | Glucose | mg/dL | -\n"));
    assert_non_null(strstr(out, "\nCREA, enz. | 2160-0 | Creatinine \"enzymatic\" | mg/dL | -\n"));
}

/* Several LOINC codes in one unit: nothing is mapped until a person takes one. */
static void test_choice(void **state)
{
    char out[4096], text[8192];
    struct livd_summary s =
        convert(HEADER "M,M,GLU,Glucose,Serum or Plasma,mg/dl,2345-7,Glucose in Serum or Plasma\n"
                       "M,M,GLU,Glucose,Whole blood,mg/dl,2339-0,Glucose in Blood\n",
                out, sizeof out);
    struct profile *p;
    size_t count;

    (void)state;
    assert_int_equal(s.lines, 0);
    assert_int_equal(s.choices, 1);
    assert_non_null(strstr(out, "# CHOOSE: GLU"));
    assert_non_null(strstr(out, "#   Whole blood, mg/dl: Glucose in Blood\n"));
    assert_non_null(strstr(out, "\n# GLU | 2339-0 | Glucose | mg/dL | -\n"));
    (void)snprintf(text, sizeof text, "%s%s", profile_text, out);
    p = load(text);
    (void)profile_analytes(p, &count);
    assert_int_equal(count, 1);
    profile_free(p);
    *strstr(out, "# GLU | 2339-0") = ' ';
    (void)snprintf(text, sizeof text, "%s%s", profile_text, out);
    p = load(text);
    assert_string_equal(profile_code_for_loinc(p, "2339-0"), "GLU");
    profile_free(p);
}

/* The unit of the result tells these apart. */
static void test_units_tell(void **state)
{
    char out[4096];
    struct livd_summary s = convert(HEADER "M,M,GLU,Glucose,Serum,mg/dl,2345-7,a\n"
                                           "M,M,GLU,Glucose,Serum,mmol/l,14749-6,b\n",
                                    out, sizeof out);

    (void)state;
    assert_int_equal(s.choices, 0);
    assert_int_equal(s.lines, 2);
    assert_non_null(strstr(out, "GLU | 14749-6 | Glucose | mmol/L | -\n"));
}

/* Without units nothing tells them apart. */
static void test_no_units(void **state)
{
    char out[4096];
    struct livd_summary s =
        convert("\xef\xbb\xbfVendor Analyte Code;Vendor Analyte Name;LOINC Code\n"
                "GLU;Glucose;2345-7\nGLU;Glucose;14749-6\nK;Potassium;2823-3\n",
                out, sizeof out);

    (void)state;
    assert_int_equal(s.choices, 1);
    assert_int_equal(s.lines, 1);
    assert_non_null(strstr(out, "\nK | 2823-3 | Potassium | - | -\n"));
}

static void test_remarks(void **state)
{
    char out[4096];
    struct livd_summary s = convert(HEADER "M,M,NA,Sodium,Serum,mmol/l,2951-2,Sodium in Serum\n"
                                           "M,M,CRP,C-reactive protein,Serum,ug/ml,1988-5,CRP\n"
                                           "M,M,BAD,Bad digit,Serum,mg/dl,2345-6,x\n"
                                           "M,M,,No code,Serum,mg/dl,2345-7,x\n",
                                    out, sizeof out);

    (void)state;
    assert_int_equal(s.lines, 2);
    assert_int_equal(s.refused, 2);
    assert_null(strstr(out, "2345-6"));
    assert_non_null(strstr(out, "# NA is 2947-0 in the profile maker-model.\n"
                                "NA | 2951-2 | Sodium | mmol/L | 0\n"));
    assert_non_null(strstr(out, "# CRP: the unit \"ug/ml\" is not in [units]"));
}

static void test_refused(void **state)
{
    static const struct {
        const char *sheet, *says;
    } cases[] = {
        { "", "holds no table" },
        { "a,b\n1,2\n", "x.csv:1: this is no LIVD sheet" },
        { HEADER "M,M,GLU,\"Glucose\n", "x.csv:3: this row cannot be read" },
        { HEADER "M,M,GLU,Glucose,Serum,mg/dl,none,\n", "maps no code" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct profile *p = load(profile_text);
        struct livd_summary summary;
        struct complaint why = { "" };
        struct buffer out;
        buffer_init(&out, LIMIT_MESSAGE);
        assert_int_equal(livd_convert("x.csv", span_text(cases[i].sheet), p, &out, &summary, &why),
                         ERROR_BAD_INPUT);
        assert_int_equal(out.len, 0);
        if (!strstr(why.text, cases[i].says))
            fail_msg("case %zu: %s", i, why.text);
        buffer_free(&out);
        profile_free(p);
    }
}

static int run(size_t count, const char *const *given, char *out, size_t size)
{
    return command_run(command_livd, count, given, out, size);
}

static void write_sheet(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void test_command(void **state)
{
    char path[] = "/tmp/phial-livd-XXXXXX", out[4096];
    int file = mkstemp(path);
    const char *const words[] = { "livd", path, "--profile", "generic-lis02" };
    const char *const unknown[] = { "livd", path, "--profile", "nobody" };
    const char *const nowhere[] = { "livd", "/nowhere/at/all", "--profile", "generic-lis02" };

    (void)state;
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    write_sheet(path, HEADER "M,M,GLU,Glucose,Serum,mg/dl,2345-7,a\n");
    assert_int_equal(run(4, words, out, sizeof out), 0);
    assert_string_equal(out, "[analytes]\nGLU | 2345-7 | Glucose | mg/dL | -\n");
    write_sheet(path, "no sheet\n");
    assert_int_equal(run(4, words, out, sizeof out), 1);
    assert_string_equal(out, "");
    assert_int_equal(run(2, words, out, sizeof out), 2);
    assert_int_equal(run(1, words, out, sizeof out), 2);
    assert_int_equal(run(4, unknown, out, sizeof out), 2);
    assert_int_equal(run(4, nowhere, out, sizeof out), 3);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_to_one), cmocka_unit_test(test_choice),
        cmocka_unit_test(test_units_tell), cmocka_unit_test(test_no_units),
        cmocka_unit_test(test_command),    cmocka_unit_test(test_remarks),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
