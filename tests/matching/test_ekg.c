/*
 * Whose file is it: headers as carts write them, each against the order that is open at the cart,
 * through the whole of ingest. Those of another patient, or of nobody, are held with what differs;
 * the ordered patient's, in the spellings that carts use, are not (domain.md 5.7).
 */
#include "tests/unit/test.h"

#include "tests/matching/ekg.h"

#include <stdlib.h>

enum who { JANE, MUNOZ, NGUYEN, OBRIEN, GARCIA, MULLER, LONG, JUNIOR, VAN_DYKE };

static const struct ekg_patient patients[] = {
    [JANE] = { "00012", "Doe-TEST", "Jane Quinn", "1981-03-14", "F" },
    [MUNOZ] = { "00100", "Muñoz-TEST", "José", "1972-11-05", "M" },
    [NGUYEN] = { "00200", "Nguyễn-TEST", "Thị Hà", "1990-06-30", "F" },
    [OBRIEN] = { "00300", "O'Brien-TEST", "Anne-Marie", "1965-01-09", "F" },
    [GARCIA] = { "00400", "García Márquez-TEST", "María del Carmen", "1958-08-21", "F" },
    [MULLER] = { "00500", "Müller-TEST", "Jürgen", "1944-12-24", "M" },
    [LONG] = { "00600", "Featherstonehaugh-TEST", "Christopher", "1979-07-07", "M" },
    [JUNIOR] = { "00700", "Roe-TEST Jr", "John", "1950-12-01", "M" },
    [VAN_DYKE] = { "00800", "Van Dyke-TEST", "Mary Ann", "1985-02-28", "F" },
};

static const char order_number[] = "the order's number";

struct variant {
    const char *name;
    enum who who;
    struct ekg_header header;
    const char *differs; /* NULL: not held; "": nobody is named */
};

#define RIGHT(name, who, ...)                                                                      \
    {                                                                                              \
        name, who, { __VA_ARGS__ }, NULL                                                           \
    }
#define WRONG(name, who, differs, ...)                                                             \
    {                                                                                              \
        name, who, { __VA_ARGS__ }, differs                                                        \
    }

static const struct variant right[] = {
    RIGHT("as ordered", JANE, "00012", "Doe-TEST^Jane^Quinn", "1981-03-14", "F", NULL),
    RIGHT("upper case", JANE, "00012", "DOE-TEST^JANE", "1981-03-14", "F", NULL),
    RIGHT("middle initial", JANE, "00012", "DOE-TEST^JANE^Q", "1981-03-14", "F", NULL),
    RIGHT("middle name", JANE, "", "DOE-TEST^JANE^QUINN", "1981-03-14", "", NULL),
    RIGHT("comma", JANE, "", "DOE-TEST, JANE", "1981-03-14", "F", NULL),
    RIGHT("comma without a blank", JANE, "", "Doe-TEST,Jane Q", "1981-03-14", "F", NULL),
    RIGHT("given name first", JANE, "", "Jane Doe-TEST", "1981-03-14", "F", NULL),
    RIGHT("given name first, middle initial", JANE, "", "JANE Q. DOE-TEST", "", "", NULL),
    RIGHT("family name first", JANE, "", "DOE-TEST JANE", "1981-03-14", "F", NULL),
    RIGHT("given initial beside the birth date", JANE, "", "DOE-TEST^J", "1981-03-14", "F", NULL),
    RIGHT("given initial beside the id", JANE, "12", "Doe-TEST, J.", "", "", NULL),
    RIGHT("both initials", JANE, "12", "DOE-TEST J Q", "", "", NULL),
    RIGHT("hyphen lost", JANE, "", "DOETEST^JANE", "1981-03-14", "", NULL),
    RIGHT("hyphen blank", JANE, "", "DOE TEST^JANE", "1981-03-14", "", NULL),
    RIGHT("id without zeros", JANE, "12", "DOE-TEST^JANE", "", "", NULL),
    RIGHT("id filled with zeros", JANE, "0000000012", "DOE-TEST^JANE", "", "", NULL),
    RIGHT("id between blanks", JANE, "  00012 ", "DOE-TEST^JANE", "", "", NULL),
    RIGHT("id alone", JANE, "00012", "", "", "", NULL),
    RIGHT("the order's number as id", JANE, order_number, "DOE-TEST^JANE", "", "", NULL),
    RIGHT("family name alone beside the id", JANE, "00012", "DOE-TEST", "", "", NULL),
    RIGHT("the whole name alone", JANE, "", "DOE-TEST^JANE", "", "", NULL),
    RIGHT("a title behind", JANE, "", "DOE-TEST^JANE^^^MS", "1981-03-14", "", NULL),
    RIGHT("empty components", JANE, "", "DOE-TEST^JANE^^^", "1981-03-14", "", NULL),
    RIGHT("birth date in digits", JANE, "", "DOE-TEST^JANE", "19810314", "", NULL),
    RIGHT("birth date, month first", JANE, "", "DOE-TEST^JANE", "03/14/1981", "", NULL),
    RIGHT("birth date with dots", JANE, "", "DOE-TEST^JANE", "14.03.1981", "", NULL),
    RIGHT("birth date, month by name", JANE, "", "DOE-TEST^JANE", "14-MAR-1981", "", NULL),
    RIGHT("birth date with a time", JANE, "", "DOE-TEST^J", "1981-03-14T00:00:00", "", NULL),
    RIGHT("birth date, two digits", JANE, "", "DOE-TEST^JANE", "3/14/81", "", NULL),
    RIGHT("year of birth only", JANE, "12", "DOE-TEST^JANE", "1981", "", NULL),
    RIGHT("birth date of zeros", JANE, "12", "DOE-TEST^JANE", "00000000", "", NULL),
    RIGHT("sex in a word", JANE, "12", "DOE-TEST^JANE", "", "FEMALE", NULL),
    RIGHT("sex not known", JANE, "12", "DOE-TEST^JANE", "", "U", NULL),
    RIGHT("name not known", JANE, "12", "UNKNOWN", "1981-03-14", "F", NULL),
    RIGHT("accents lost", MUNOZ, "", "MUNOZ-TEST^JOSE", "1972-11-05", "M", NULL),
    RIGHT("accents in upper case", MUNOZ, "", "MUÑOZ-TEST^JOSÉ", "1972-11-05", "M", NULL),
    RIGHT("accents by themselves", MUNOZ, "", "Mun\xcc\x83oz-TEST^Jose\xcc\x81", "", "", NULL),
    RIGHT("accents lost, in a row", MUNOZ, "", "JOSE MUNOZ-TEST", "1972-11-05", "", NULL),
    RIGHT("Vietnamese accents lost", NGUYEN, "", "NGUYEN-TEST^THI HA", "1990-06-30", "F", NULL),
    RIGHT("given name in two parts", NGUYEN, "", "NGUYEN-TEST^THI^HA", "1990-06-30", "F", NULL),
    RIGHT("given name in one", NGUYEN, "", "NGUYEN-TEST^THIHA", "1990-06-30", "F", NULL),
    RIGHT("apostrophe lost", OBRIEN, "", "OBRIEN-TEST^ANNE MARIE", "1965-01-09", "F", NULL),
    RIGHT("apostrophe blank", OBRIEN, "", "O BRIEN-TEST^ANNEMARIE", "1965-01-09", "F", NULL),
    RIGHT("apostrophe of print", OBRIEN, "", "O’BRIEN-TEST^ANNE-MARIE", "", "", NULL),
    RIGHT("half of a joined given name", OBRIEN, "", "OBRIEN-TEST^ANNE", "1965-01-09", "F", NULL),
    RIGHT("two family names", GARCIA, "", "GARCIA MARQUEZ-TEST^MARIA", "1958-08-21", "F", NULL),
    RIGHT("two joined by a hyphen", GARCIA, "", "GARCIA-MARQUEZ-TEST^MARIA D", "", "", NULL),
    RIGHT("two in one", GARCIA, "", "GARCIAMARQUEZTEST^MARIA", "1958-08-21", "", NULL),
    RIGHT("the first of two", GARCIA, "", "GARCIA^MARIA", "1958-08-21", "F", NULL),
    RIGHT("umlaut in two letters", MULLER, "", "MUELLER-TEST^JUERGEN", "1944-12-24", "M", NULL),
    RIGHT("umlaut as its base letter", MULLER, "", "MULLER-TEST^JURGEN", "1944-12-24", "M", NULL),
    RIGHT("umlaut in upper case", MULLER, "", "MÜLLER-TEST^JÜRGEN", "1944-12-24", "M", NULL),
    RIGHT("cut at 15 and 10", LONG, "600", "FEATHERSTONEHAU^CHRISTOPHE", "", "", NULL),
    RIGHT("cut at 8 and 8", LONG, "", "FEATHERS^CHRISTOP", "1979-07-07", "M", NULL),
    RIGHT("one field, cut", LONG, "", "FEATHERSTONEHAUGH-TEST, CHRI", "1979-07-07", "M", NULL),
    RIGHT("one field in a row, cut", LONG, "600", "CHRISTOPHER FEATHERSTONE", "", "", NULL),
    RIGHT("suffix in its part", JUNIOR, "", "ROE-TEST^JOHN^^JR", "1950-12-01", "M", NULL),
    RIGHT("suffix behind the family name", JUNIOR, "", "ROE-TEST JR^JOHN", "1950-12-01", "", NULL),
    RIGHT("suffix behind the given name", JUNIOR, "", "ROE-TEST, JOHN JR.", "", "", NULL),
    RIGHT("suffix left out", JUNIOR, "", "ROE-TEST^JOHN", "1950-12-01", "M", NULL),
    RIGHT("blank lost in both", VAN_DYKE, "", "VANDYKE-TEST^MARYANN", "1985-02-28", "F", NULL),
    RIGHT("blanks as ordered", VAN_DYKE, "", "VAN DYKE-TEST^MARY ANN", "", "", NULL),
    RIGHT("the first given name", VAN_DYKE, "", "VAN DYKE-TEST^MARY", "1985-02-28", "F", NULL),
    RIGHT("a row of four words", VAN_DYKE, "", "MARY ANN VAN DYKE-TEST", "", "", NULL),
};

static const struct variant wrong[] = {
    WRONG("swapped parts", JANE, "name", "00012", "JANE^DOE-TEST", "1981-03-14", "F", NULL),
    WRONG("swapped parts, no id", JANE, "name", "", "Jane^Doe-TEST", "1981-03-14", "F", NULL),
    WRONG("swapped parts alone", JANE, "name", "", "JANE^DOE-TEST", "", "", NULL),
    WRONG("swapped around a comma", JANE, "name", "00012", "JANE, DOE-TEST", "", "F", NULL),
    WRONG("swapped, two given names", VAN_DYKE, "name", "", "MARY ANN^VAN DYKE-TEST", "1985-02-28",
          "F", NULL),
    WRONG("the last patient's header", JANE, "id, name, birth date, sex", "700", "ROE-TEST^JOHN",
          "1950-12-01", "M", NULL),
    WRONG("the last one's without id", JANE, "name, birth date, sex", "", "ROE-TEST^JOHN",
          "1950-12-01", "M", NULL),
    WRONG("the last one's name", JANE, "name", "00012", "ROE-TEST^JANE", "1981-03-14", "F", NULL),
    WRONG("the last one's id", JANE, "id", "700", "DOE-TEST^JANE", "1981-03-14", "F", NULL),
    WRONG("the last one's birth date", JANE, "birth date", "12", "DOE-TEST^JANE", "1950-12-01", "F",
          NULL),
    WRONG("the last one's id alone", JANE, "id", "00700", "", "", "", NULL),
    WRONG("the last one's order number", JANE, "id", "R000001", "DOE-TEST^JANE", "", "", NULL),
    WRONG("empty", JANE, "", "", "", "", "", NULL),
    WRONG("blanks", JANE, "", "   ", "  ", " ", " ", NULL),
    WRONG("carets", JANE, "", "", "^^^^", "", "", NULL),
    WRONG("a comma", JANE, "", "", ",", "", "", NULL),
    WRONG("zeros", JANE, "", "000000", "0000", "0000-00-00", "0", NULL),
    WRONG("unknown", JANE, "", "UNKNOWN", "UNKNOWN^UNKNOWN", "", "U", NULL),
    WRONG("anonymous", JANE, "", "", "Anonymous", "", "", NULL),
    WRONG("a test patient", JANE, "", "", "Patient^Test", "", "", NULL),
    WRONG("dashes", JANE, "", "-----", "-----", "--/--/----", "-", NULL),
    WRONG("one letter over and over", JANE, "", "", "XXXXXX", "", "", NULL),
    WRONG("birth date alone", JANE, "", "", "", "1981-03-14", "F", NULL),
    WRONG("sex alone", JANE, "", "", "", "", "F", NULL),
    WRONG("family name alone", JANE, "", "", "DOE-TEST", "", "", NULL),
    WRONG("family name and birth date", JANE, "", "", "DOE-TEST", "1981-03-14", "F", NULL),
    WRONG("given name and birth date", JANE, "", "", "^JANE", "1981-03-14", "F", NULL),
    WRONG("initial without birth date", JANE, "", "", "DOE-TEST^J", "", "F", NULL),
    WRONG("initial and year of birth", JANE, "", "", "DOE-TEST^J", "1981", "F", NULL),
    WRONG("twin, a letter less", JANE, "name", "", "DOE-TEST^JAN", "1981-03-14", "F", NULL),
    WRONG("twin, a letter more", JANE, "name", "", "DOE-TEST^JANET", "1981-03-14", "F", NULL),
    WRONG("twin, another letter", JANE, "name", "", "DOE-TEST^JUNE", "1981-03-14", "F", NULL),
    WRONG("twin, another initial", JANE, "name", "", "DOE-TEST^K", "1981-03-14", "F", NULL),
    WRONG("twin, another middle initial", JANE, "name", "", "DOE-TEST^JANE^R", "1981-03-14", "F",
          NULL),
    WRONG("twin, another middle name", JANE, "name", "", "DOE-TEST^JANE^ROSE", "1981-03-14", "F",
          NULL),
    WRONG("a letter of the family name", JANE, "name", "", "DOW-TEST^JANE", "1981-03-14", "F",
          NULL),
    WRONG("a letter added to it", JANE, "name", "12", "DOES-TEST^JANE", "", "", NULL),
    WRONG("the beginning of a short name", JANE, "name", "", "DO^JANE", "1981-03-14", "F", NULL),
    WRONG("another family name in a row", JANE, "name", "", "JANE ROE-TEST", "1981-03-14", "",
          NULL),
    WRONG("accents of another name", MUNOZ, "name", "", "MUNEZ-TEST^JOSE", "1972-11-05", "M", NULL),
    WRONG("umlaut of another name", MULLER, "name", "", "MOLLER-TEST^JURGEN", "1944-12-24", "M",
          NULL),
    WRONG("the other half of a given name", OBRIEN, "name", "", "OBRIEN-TEST^MARIE", "1965-01-09",
          "F", NULL),
    WRONG("another second family name", GARCIA, "name", "", "GARCIA LOPEZ-TEST^MARIA", "1958-08-21",
          "F", NULL),
    WRONG("the second family name alone", GARCIA, "name", "", "MARQUEZ-TEST^MARIA", "1958-08-21",
          "F", NULL),
    WRONG("the first of two alone", GARCIA, "", "", "GARCIA^MARIA", "", "", NULL),
    WRONG("cut too short", LONG, "name", "", "FEATHER^CHRISTOPHER", "1979-07-07", "M", NULL),
    WRONG("cut, and no other word on it", LONG, "", "", "FEATHERSTONEHAU^CHRISTOPHE", "", "", NULL),
    WRONG("cut behind another letter", LONG, "name", "", "FEATHERSTONEHEU^CHRISTOPHE", "1979-07-07",
          "M", NULL),
    WRONG("the father", JUNIOR, "name", "", "ROE-TEST^JOHN^^SR", "1950-12-01", "M", NULL),
    WRONG("the son", JUNIOR, "name", "700", "ROE-TEST III^JOHN", "", "M", NULL),
    WRONG("another day", JANE, "birth date", "", "DOE-TEST^JANE", "1981-03-15", "F", NULL),
    WRONG("another month", JANE, "birth date", "", "DOE-TEST^JANE", "1981-04-14", "F", NULL),
    WRONG("another year", JANE, "birth date", "12", "DOE-TEST^JANE", "1982-03-14", "F", NULL),
    WRONG("day and month swapped", MUNOZ, "birth date", "100", "MUNOZ-TEST^JOSE", "1972-05-11", "M",
          NULL),
    WRONG("another year in two digits", JANE, "birth date", "", "DOE-TEST^JANE", "3/14/82", "",
          NULL),
    WRONG("another year alone", JANE, "birth date", "12", "DOE-TEST^JANE", "1982", "F", NULL),
    WRONG("a birth date that is none", JANE, "birth date", "12", "DOE-TEST^JANE", "14th of March",
          "F", NULL),
    WRONG("a digit of the id", JANE, "id", "00013", "DOE-TEST^JANE", "1981-03-14", "F", NULL),
    WRONG("two digits of the id swapped", JANE, "id", "00021", "DOE-TEST^JANE", "", "", NULL),
    WRONG("a digit too many", JANE, "id", "000120", "DOE-TEST^JANE", "1981-03-14", "F", NULL),
    WRONG("a digit too few", JANE, "id", "0001", "DOE-TEST^JANE", "1981-03-14", "F", NULL),
    WRONG("the other sex", JANE, "sex", "00012", "DOE-TEST^JANE", "1981-03-14", "M", NULL),
    WRONG("the other sex in a word", JANE, "sex", "00012", "DOE-TEST^JANE", "", "Male", NULL),
};

enum { RIGHTS = sizeof right / sizeof right[0], WRONGS = sizeof wrong / sizeof wrong[0] };

_Static_assert((int)RIGHTS >= 50 && (int)WRONGS >= 50, "fifty of each kind");

/* A test's world, and the variant that it is about. */
struct stage {
    struct world world;
    const struct variant *variant;
};

static int set_up(void **state)
{
    struct stage *s = malloc(sizeof *s);

    assert_non_null(s);
    s->variant = *state;
    world_open(&s->world);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    world_close(&s->world);
    free(s);
    return 0;
}

/* The order is open at the cart, another patient's is to do, and the file comes. */
static void send_variant(struct stage *s, const struct variant *v)
{
    struct world *w = &s->world;
    struct store_order_key other, order;
    struct ekg_header header = v->header;
    struct device cart, reader;
    struct ecg ecg;

    other = ekg_order(w, &patients[v->who == JUNIOR ? JANE : JUNIOR]);
    order = ekg_order(w, &patients[v->who]);
    ekg_open(w, "cart-1", other.id);
    ekg_open(w, "cart-1", order.id);
    ekg_attach_cart(&cart, w, "cart-1");
    ekg_attach_reader(&reader, w);
    if (header.id == order_number)
        header.id = order.number;
    ekg_send_file(&cart, "a file", 0, SESSION_END_NORMAL);
    ekg_fill(&ecg, &header);
    ekg_answer(&reader, &ecg);
    assert_string_equal(ekg_told(w, "SELECT o.number FROM tracing x JOIN orders o ON o.id = "
                                    "x.proposed"),
                        order.number);
}

static void is_judged(void **state)
{
    struct stage *s = *state;
    const struct variant *v = s->variant;
    struct world *w = &s->world;

    send_variant(s, v);
    assert_string_equal(ekg_told(w, "SELECT differs FROM tracing"), v->differs ? v->differs : "");
    assert_string_equal(ekg_told(w, "SELECT reason_code FROM message WHERE kind = 'ecg'"),
                        !v->differs   ? "ekg-confirm"
                        : *v->differs ? "ekg-differs"
                                      : "ekg-unnamed");
    assert_int_equal(world_count(w, "SELECT count(*) FROM held"), 1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM tracing_tie"), 0);
}

int main(void)
{
    struct CMUnitTest tests[RIGHTS + WRONGS];

    for (size_t i = 0; i < RIGHTS + WRONGS; i++) {
        const struct variant *v = i < RIGHTS ? &right[i] : &wrong[i - RIGHTS];
        tests[i] =
            (struct CMUnitTest) { v->name, is_judged, set_up, tear_down, (void *)(uintptr_t)v };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
