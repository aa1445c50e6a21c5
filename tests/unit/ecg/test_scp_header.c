/* Who, when and with what an SCP-ECG file was made, as its header says. */
#include "tests/unit/ecg/scp_case.h"

static void everything_that_was_said_is_read(void **state)
{
    struct scp_case *c = *state;
    scp_case_take(c);
    assert_string_equal(c->e.patient_name, "INVENTED-TEST^ADA");
    assert_string_equal(c->e.patient_id, "MRN-0042");
    assert_string_equal(c->e.patient_birth_date, "1957-03-09");
    assert_string_equal(c->e.patient_sex, "F");
    assert_string_equal(c->e.patient_age, "67 a");
    assert_string_equal(c->e.recorded_at, "2024-06-20T11:23:52");
    assert_string_equal(c->e.maker, "Synthetic");
    assert_string_equal(c->e.model, "SY-12");
    assert_string_equal(c->e.serial, "S0001");
    assert_string_equal(c->e.software, "1.4");
    assert_string_equal(c->e.operator_id, "MA-7");
    assert_int_equal(c->e.complaints.count, 0);
}

static void what_was_not_said_stays_empty(void **state)
{
    struct scp_case *c = *state;
    struct ecg_scp_file *f = &c->f;
    f->family = f->given = f->patient_id = f->operator_id = "";
    f->maker = f->model = f->serial = f->software = "";
    f->birth_year = f->age = f->sex = f->year = f->hour = -1;
    f->high_pass_centihertz = f->low_pass_hertz = f->filter_bits = -1;
    scp_case_take(c);
    assert_string_equal(c->e.patient_name, "");
    assert_string_equal(c->e.patient_id, "");
    assert_string_equal(c->e.patient_birth_date, "");
    assert_string_equal(c->e.patient_sex, "");
    assert_string_equal(c->e.patient_age, "");
    assert_string_equal(c->e.recorded_at, "");
    assert_string_equal(c->e.maker, "");
    assert_string_equal(c->e.model, "");
    assert_string_equal(c->e.serial, "");
    assert_string_equal(c->e.software, "");
    assert_string_equal(c->e.operator_id, "");
    assert_int_equal(c->e.filters.count, 0);
}

static void a_name_has_the_parts_that_the_file_has(void **state)
{
    struct scp_case *c = *state;
    static const struct {
        const char *family, *second, *given, *name;
    } names[] = {
        { "ONLY-TEST", "", "", "ONLY-TEST" },
        { "FIRST-TEST", "SECOND-TEST", "ANA", "FIRST-TEST SECOND-TEST^ANA" },
        { "", "", "ANA", "^ANA" },
        { "  PADDED-TEST  ", "", " BO ", "PADDED-TEST^BO" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        c->f.family = names[i].family;
        c->f.second_family = names[i].second;
        c->f.given = names[i].given;
        scp_case_take(c);
        assert_string_equal(c->e.patient_name, names[i].name);
    }
}

static void sexes_and_ages_are_as_the_standard_numbers_them(void **state)
{
    struct scp_case *c = *state;
    static const struct {
        int sex, age, unit;
        const char *is_sex, *is_age;
    } rows[] = { { 0, 5, 2, "U", "5 mo" }, { 1, 3, 3, "M", "3 wk" }, { 2, 0, 4, "F", "0 d" },
                 { 9, 12, 5, "", "12 h" }, { 7, 67, 0, "7", "67" },  { 1, 0, 1, "M", "" },
                 { 1, 0, 0, "M", "" },     { 1, 30, 77, "M", "" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        c->f.sex = rows[i].sex;
        c->f.age = rows[i].age;
        c->f.age_unit = rows[i].unit;
        scp_case_take(c);
        assert_string_equal(c->e.patient_sex, rows[i].is_sex);
        assert_string_equal(c->e.patient_age, rows[i].is_age);
    }
}

static void a_birth_date_that_is_no_whole_date_stays_as_it_is(void **state)
{
    struct scp_case *c = *state;
    c->f.birth_day = 0;
    scp_case_take(c);
    assert_string_equal(c->e.patient_birth_date, "1957-03");
    c->f.birth_month = 0;
    scp_case_take(c);
    assert_string_equal(c->e.patient_birth_date, "1957");
    c->f.birth_year = 0;
    scp_case_take(c);
    assert_string_equal(c->e.patient_birth_date, "");
}

static void a_zone_is_told_only_when_it_was_sent(void **state)
{
    struct scp_case *c = *state;
    static const struct {
        int minutes;
        const char *at;
    } zones[] = { { -300, "2024-06-20T11:23:52-05:00" },
                  { 330, "2024-06-20T11:23:52+05:30" },
                  { 0, "2024-06-20T11:23:52+00:00" },
                  { 0x7fff, "2024-06-20T11:23:52" },
                  { 5000, "2024-06-20T11:23:52" } };
    c->f.zone_sent = 1;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        c->f.zone_minutes = zones[i].minutes;
        scp_case_take(c);
        assert_string_equal(c->e.recorded_at, zones[i].at);
    }
    c->f.hour = -1;
    scp_case_take(c);
    assert_string_equal(c->e.recorded_at, "2024-06-20");
}

static void check_filters(struct scp_case *c, int high, int low, int bits, const char *first,
                          size_t count)
{
    c->f.high_pass_centihertz = high;
    c->f.low_pass_hertz = low;
    c->f.filter_bits = bits;
    scp_case_take(c);
    assert_int_equal(c->e.filters.count, count);
    if (count)
        assert_string_equal(c->e.filters.at[0], first);
}

static void filters_are_named_as_the_file_names_them(void **state)
{
    struct scp_case *c = *state;
    check_filters(c, 5, 150, 1, "0.05-150 Hz", 2);
    assert_string_equal(c->e.filters.at[1], "60 Hz notch");
    check_filters(c, 50, 40, 2, "0.5-40 Hz", 2);
    assert_string_equal(c->e.filters.at[1], "50 Hz notch");
    check_filters(c, 100, -1, 0, "from 1 Hz", 1);
    check_filters(c, -1, 35, 12, "to 35 Hz", 3);
    assert_string_equal(c->e.filters.at[1], "artifact filter");
    assert_string_equal(c->e.filters.at[2], "baseline filter");
    check_filters(c, 0, 0, 0, "", 0);
}

/* Tag 14 byte 17 (EN 1064, annex A). */
static void letters_are_read_in_the_code_that_the_file_names(void **state)
{
    struct scp_case *c = *state;
    static const struct {
        uint8_t language;
        const char *written, *read;
    } texts[] = {
        { 0x00, "M\xdcLLER-TEST", "M\xc3\x9cLLER-TEST" },
        { 0x01, "M\xdcLLER-TEST", "M\xc3\x9cLLER-TEST" },
        { 0x37, "M\xc3\x9cLLER-TEST", "M\xc3\x9cLLER-TEST" },
        { 0x07, "M\xc3\x9cLLER-TEST", "M\xc3\x9cLLER-TEST" },
        { 0x03, "M\xdcLLER-TEST", "M\xef\xbf\xbdLLER-TEST" },
        { 0x00, "TWO\nLINES-TEST", "TWO LINES-TEST" },
    };
    c->f.given = "";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        c->f.language = texts[i].language;
        c->f.family = texts[i].written;
        scp_case_take(c);
        assert_string_equal(c->e.patient_name, texts[i].read);
        assert_int_equal(scp_case_complains(c, "not read here (03)"), texts[i].language == 3);
    }
}

/* Two bytes a letter: the first tag's text is put there by hand. */
static void letters_of_two_bytes_are_read(void **state)
{
    static const uint8_t wide[] = {
        'Z', 0, 0xfc, 0, 0x3d, 0xd8, 0x00, 0xde, 0, 0xd8, '!', 0, 0, 0
    };
    struct scp_case *c = *state;
    c->f.language = 0x07;
    c->f.family = "0123456789abc";
    c->f.given = "";
    scp_case_write(c);
    memcpy(scp_case_section(c, 1) + 3, wide, sizeof wide);
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_string_equal(c->e.patient_name, "Z\xc3\xbc\xf0\x9f\x98\x80\xef\xbf\xbd!");
}

static void a_tag_beyond_the_section_ends_the_reading(void **state)
{
    struct scp_case *c = *state;
    scp_case_write(c);
    scp_case_section(c, 1)[2] = 0x40; /* the family name's length */
    scp_case_repair(c);
    scp_case_refuse(c, ERROR_BAD_INPUT, "tag 0 of its header");
}

static void a_maker_without_a_name_is_told_by_its_number(void **state)
{
    struct scp_case *c = *state;
    uint8_t *device;
    c->f.family = c->f.given = c->f.patient_id = c->f.maker = "";
    c->f.age = c->f.birth_year = c->f.sex = -1;
    scp_case_write(c);
    device = scp_case_section(c, 1) + 3;
    device[7] = 17;
    scp_case_repair(c);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    assert_string_equal(c->e.maker, "Schiller");
    assert_string_equal(c->e.serial, "S0001");
}

/* A number once more: harmless when it is the same, else the file is of two patients. */
static enum error read_with_second_id(struct scp_case *c, const char *id)
{
    uint8_t *at;

    c->f.second_family = id;
    scp_case_write(c);
    at = memmem(scp_case_section(c, 1), 200, (const uint8_t[]) { 3, 9, 0 }, 3);
    assert_non_null(at);
    *at = 2;
    scp_case_repair(c);
    return scp_case_read(c);
}

static void a_header_of_two_patients_is_nobodys(void **state)
{
    struct scp_case *c = *state;

    assert_int_equal(read_with_second_id(c, "MRN-0042"), ERROR_OK);
    assert_int_equal(read_with_second_id(c, "MRN-0099"), ERROR_BAD_INPUT);
    assert_non_null(strstr(c->why.text, "twice"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scp_case_test(everything_that_was_said_is_read),
        scp_case_test(what_was_not_said_stays_empty),
        scp_case_test(a_name_has_the_parts_that_the_file_has),
        scp_case_test(sexes_and_ages_are_as_the_standard_numbers_them),
        scp_case_test(a_birth_date_that_is_no_whole_date_stays_as_it_is),
        scp_case_test(a_zone_is_told_only_when_it_was_sent),
        scp_case_test(filters_are_named_as_the_file_names_them),
        scp_case_test(letters_are_read_in_the_code_that_the_file_names),
        scp_case_test(letters_of_two_bytes_are_read),
        scp_case_test(a_tag_beyond_the_section_ends_the_reading),
        scp_case_test(a_maker_without_a_name_is_told_by_its_number),
        scp_case_test(a_header_of_two_patients_is_nobodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
