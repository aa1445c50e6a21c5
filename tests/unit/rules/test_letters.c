/* The letters of names, as carts lose and change them. */
#include "tests/unit/test.h"

#include "core/rules/letters.h"

#include <stdio.h>
#include <string.h>

/* The words with a blank or, where a hyphen joined them, a hyphen between. */
static const char *folded(const char *text, enum letters_form form)
{
    static char out[LETTERS_SIZE + LETTERS_WORDS];
    struct letters l;
    size_t len = 0;

    if (!letters_fold(&l, text, strlen(text), form))
        return "(too long)";
    out[0] = '\0';
    for (size_t i = 0; i < l.count; i++)
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%s",
                                i == 0        ? ""
                                : l.joined[i] ? "-"
                                              : " ",
                                l.word[i]);
    return out;
}

static void names_lose_their_marks(void **state)
{
    static const struct {
        const char *text, *base, *two;
    } rows[] = {
        { "Doe", "doe", "doe" },
        { "  DOE   JANE ", "doe jane", "doe jane" },
        { "O'Brien", "obrien", "obrien" },
        { "O’Brien", "obrien", "obrien" },
        { "Anne-Marie", "anne-marie", "anne-marie" },
        { "Anne - Marie", "anne marie", "anne marie" },
        { "Muñoz", "munoz", "munoz" },
        { "MUÑOZ", "munoz", "munoz" },
        { "Mun\xcc\x83oz", "munoz", "munoz" },
        { "Nguyễn Thị", "nguyen thi", "nguyen thi" },
        { "Müller", "muller", "mueller" },
        { "Ångström", "angstrom", "aangstroem" },
        { "Sørensen", "sorensen", "soerensen" },
        { "Strauß", "strauss", "strauss" },
        { "Æsop Œdipus", "aesop oedipus", "aesop oedipus" },
        { "Łukasz Đặng", "lukasz dang", "lukasz dang" },
        { "Șerban Žižek", "serban zizek", "serban zizek" },
        { "J. Q.", "j q", "j q" },
        { "Doe,Jane", "doe jane", "doe jane" },
        { "3rd", "3rd", "3rd" },
        { "Иванов", "Иванов", "Иванов" },
        { "山田", "山田", "山田" },
        { "^^- ,", "", "" },
        { "", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(folded(rows[i].text, LETTERS_BASE), rows[i].base);
        assert_string_equal(folded(rows[i].text, LETTERS_TWO), rows[i].two);
    }
}

static void what_is_too_long_is_refused_whole(void **state)
{
    char text[LETTERS_SIZE + 64];

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_string_equal(folded(text, LETTERS_BASE), "(too long)");
    for (size_t i = 1; i < 80; i += 2)
        text[i] = ' ';
    text[80] = '\0';
    assert_string_equal(folded(text, LETTERS_BASE), "(too long)"); /* forty words */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_their_marks),
        cmocka_unit_test(what_is_too_long_is_refused_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
