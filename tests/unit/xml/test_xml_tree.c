/* XML documents as trees: what is in them, what is refused, and that nothing grows by being read.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/xml/xml_tree.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <time.h>

static const struct xml_rules strict = { 64 * 1024, 64, 4, false, false };
static const struct xml_rules lenient = { 16 * 1024 * 1024, 100000, 32, true, true };

static const struct xml_node *read(struct arena *a, const struct xml_rules *rules, const char *text)
{
    struct complaint why = { "" };
    struct xml_node *root = NULL;
    arena_init(a, LIMIT_ECG_ARENA);
    if (xml_tree_read(span_text(text), rules, a, &root, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return root;
}

static void refused(const struct xml_rules *rules, const char *text, enum error error,
                    const char *says)
{
    struct complaint why = { "" };
    struct xml_node *root = NULL;
    struct arena a;
    arena_init(&a, LIMIT_ECG_ARENA);
    assert_int_equal(xml_tree_read(span_text(text), rules, &a, &root, &why), error);
    assert_null(root);
    if (!strstr(why.text, says))
        fail_msg("\"%s\" does not say \"%s\"", why.text, says);
    arena_free(&a);
}

static void elements_are_found_by_path(void **state)
{
    struct arena a;
    const struct xml_node *root =
        read(&a, &lenient,
             "<h:r xmlns:h='x'><a><b/></a><a k='1'><b><c x:k='v' xmlns:x='y'>one</c></b></a>"
             "<z/><a k='2'>two</a></h:r>");
    const struct xml_node *node;
    size_t count = 0;
    (void)state;
    assert_string_equal(root->name, "r");
    assert_string_equal(xml_text(root, "a/b/c"), "one"); /* not in the first a */
    assert_string_equal(xml_value(root, "a/b/c", "k"), "v");
    assert_ptr_equal(xml_find(root, ""), root);
    assert_null(xml_find(root, "a/c"));
    assert_null(xml_find(root, "ab"));
    assert_null(xml_find(NULL, "a"));
    assert_string_equal(xml_text(NULL, "a"), "");
    assert_string_equal(xml_value(root, "a", "k"), "");
    node = xml_next(xml_find(root, "a"));
    assert_string_equal(xml_value(node, "", "k"), "1");
    node = xml_next(node);
    assert_string_equal(xml_value(node, "", "k"), "2");
    assert_null(xml_next(node));
    for (node = root; (node = xml_walk(root, node)) != NULL;)
        count++;
    assert_int_equal(count, 7);
    node = xml_find(root, "a");
    assert_string_equal(xml_walk(node, node)->name, "b");
    assert_null(xml_walk(node, xml_find(node, "b"))); /* not beyond the top */
    assert_null(xml_walk(xml_find(root, "z"), xml_find(root, "z")));
    arena_free(&a);
}

static void an_element_has_only_its_own_text(void **state)
{
    struct arena a;
    const struct xml_node *root =
        read(&a, &lenient, "<r> a<b>inner</b>&amp; c <![CDATA[<d>]]><!-- no --></r>");
    (void)state;
    assert_string_equal(root->text, "a& c <d>");
    assert_string_equal(xml_text(root, "b"), "inner");
    arena_free(&a);
}

static void text_is_folded_when_asked_for(void **state)
{
    static const char text[] = "<r>\n  one  two\r\n   three\tfour\n</r>";
    struct arena a;
    (void)state;
    assert_string_equal(read(&a, &lenient, text)->text, "one  two three four");
    arena_free(&a);
    assert_string_equal(read(&a, &strict, text)->text, "one  two\xef\xbf\xbd   three\xef\xbf\xbd"
                                                       "four");
    arena_free(&a);
    assert_string_equal(read(&a, &strict, "<r> blanks </r>")->text, " blanks ");
    arena_free(&a);
    assert_string_equal(read(&a, &lenient, "<r> \n </r>")->text, "");
    arena_free(&a);
}

static void limits_hold(void **state)
{
    char deep[4096] = "";
    (void)state;
    for (size_t i = 0; i < LIMIT_XML_DEPTH + 1; i++)
        memcpy(deep + 3 * i, "<a>", 4);
    refused(&lenient, deep, ERROR_TOO_BIG, "nested too deep");
    refused(&strict, "<a b='' c='' d='' e='' f=''/>", ERROR_TOO_BIG, "too many attributes");
    memcpy(deep, "<a>", 4);
    for (size_t i = 0; i < 64; i++)
        memcpy(deep + 3 + 4 * i, "<b/>", 5);
    refused(&strict, deep, ERROR_TOO_BIG, "too many elements");
    refused(&strict, "", ERROR_BAD_INPUT, "is empty");
    refused(&(struct xml_rules) { 3, 1, 1, false, false }, "<a/>", ERROR_TOO_BIG,
            "larger than 3 bytes");
}

static void nothing_is_declared_and_nothing_loaded(void **state)
{
    static const char dtd[] = "<!DOCTYPE r SYSTEM 'r.dtd'>";
    char text[256];
    struct arena a;
    (void)state;
    refused(&strict, "<!DOCTYPE r SYSTEM 'r.dtd'><r/>", ERROR_BAD_INPUT, "not allowed");
    refused(&lenient, "<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>", ERROR_BAD_INPUT,
            "declarations of its own");
    refused(&lenient, "<r>&a;</r>", ERROR_BAD_INPUT, "undefined entity");
    refused(&lenient, "<!DOCTYPE r SYSTEM 'r.dtd'><r>&a;</r>", ERROR_BAD_INPUT, "refers to an");
    refused(&lenient, "<!DOCTYPE r SYSTEM 'r.dtd'><r k='x&a;'/>", ERROR_BAD_INPUT, "refers to an");
    refused(&lenient, "<!DOCTYPE r SYSTEM 'r.dtd'><r k='&ampl;'/>", ERROR_BAD_INPUT,
            "refers to an");
    (void)snprintf(text, sizeof text, "%s<r k='&lt;&amp;&#65;&quot;'>&gt;&apos;</r>", dtd);
    assert_string_equal(xml_value(read(&a, &lenient, text), "", "k"), "<&A\"");
    arena_free(&a);
}

/* In UTF-16; `?` stands for U+2600 and `%` for U+0126, of each of which a half looks like `&`. */
static size_t put_wide(const char *text, bool big, uint8_t *out)
{
    size_t len = 0;
    out[len++] = big ? 0xfe : 0xff;
    out[len++] = big ? 0xff : 0xfe;
    for (; *text; text++) {
        unsigned code = *text == '?' ? 0x2600 : *text == '%' ? 0x0126 : (uint8_t)*text;
        out[len++] = (uint8_t)(big ? code >> 8 : code);
        out[len++] = (uint8_t)(big ? code : code >> 8);
    }
    return len;
}

static void entities_in_utf_16(void **state)
{
    static const struct {
        const char *text, *value; /* NULL: refused */
    } rows[] = { { "<!DOCTYPE r SYSTEM 'r'><r k='?%&amp;a'/>", "\u2600\u0126&a" },
                 { "<!DOCTYPE r SYSTEM 'r'><r k='?%&a;'/>", NULL } };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *value = rows[i / 2].value;
        uint8_t wide[128];
        struct xml_node *root = NULL;
        struct arena a;
        size_t len = put_wide(rows[i / 2].text, i % 2, wide);
        arena_init(&a, LIMIT_DECODE_ARENA);
        assert_int_equal(xml_tree_read(span_of(wide, len), &lenient, &a, &root, NULL),
                         value ? ERROR_OK : ERROR_BAD_INPUT);
        if (value)
            assert_string_equal(xml_value(root, "", "k"), value);
        arena_free(&a);
    }
}

static void encodings(void **state)
{
    static const struct {
        const char *text, *reads;
    } rows[] = {
        { "<r>J\xc3\xb6rg</r>", "J\u00f6rg" },
        { "\xef\xbb\xbf<r>J\xc3\xb6rg</r>", "J\u00f6rg" },
        { "<?xml version='1.0' encoding='iso-8859-1'?><r>J\xf6rg</r>", "J\u00f6rg" },
        { "<?xml version='1.0' encoding='windows-1252'?><r>\x80 J\xf6rg</r>", "\u20ac J\u00f6rg" },
        { "<?xml version='1.0' encoding='ISO-8859-15'?><r>\xa4</r>", "\u20ac" },
        { "<?xml version='1.0' encoding='x-nobody'?><r>J\xf6rg</r>", "J\u00f6rg" },
        { "<?xml version='1.0' encoding='UTF-16'?><r>J\xc3\xb6rg</r>", "J\u00f6rg" },
        { "<r>J\xf6rg</r>", "J\u00f6rg" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a;
        assert_string_equal(read(&a, &lenient, rows[i].text)->text, rows[i].reads);
        arena_free(&a);
    }
}

static void the_root_is_told_from_the_beginning(void **state)
{
    static const struct {
        const char *text, *root;
    } rows[] = {
        { "<r", NULL },
        { "<r>", "r" },
        { "\xef\xbb\xbf<?xml version='1.0'?><!-- <x> --><!DOCTYPE r SYSTEM 'x'>\n<h:r a='b'>",
          "r" },
        { "<?xml version='1.0' encoding='x-nobody'?><r \xf6='1'/>", "r" },
        { "<?xml version='1.0' encoding='x-nobody'?><r/>", "r" },
        { "r", NULL },
        { "", NULL },
        { "%PDF-1.4", NULL },
        { "<\x01>", NULL },
        { " \n<r/>", "r" },
    };
    char name[XML_ROOT_NAME];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(xml_root_name(span_text(rows[i].text), name), rows[i].root != NULL);
        if (rows[i].root)
            assert_string_equal(name, rows[i].root);
    }
    assert_true(xml_root_name(span_of("\xff\xfe<\0r\0/\0>\0", 10), name));
    assert_string_equal(name, "r");
}

/* 16 MB of one text, and of very many pieces of one text. */
static void large_documents_take_little_time(void **state)
{
    static const char *const pieces[] = { "1234567 ", "&lt;&gt;", "1\n2\r\n3\t", "<!--..-->" };
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer text;
        struct arena a;
        clock_t start = clock();
        buffer_init(&text, 16 * 1024 * 1024);
        assert_int_equal(buffer_put_text(&text, "<r>"), ERROR_OK);
        for (size_t n = 0; n < 500000; n++)
            assert_int_equal(buffer_put_text(&text, pieces[i]), ERROR_OK);
        assert_int_equal(buffer_put(&text, span_of("</r>", 5)), ERROR_OK);
        (void)read(&a, &lenient, (const char *)text.at);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        assert_true(a.used < 5 * (size_t)1024 * 1024);
        arena_free(&a);
        buffer_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_found_by_path),
        cmocka_unit_test(an_element_has_only_its_own_text),
        cmocka_unit_test(text_is_folded_when_asked_for),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(nothing_is_declared_and_nothing_loaded),
        cmocka_unit_test(entities_in_utf_16),
        cmocka_unit_test(encodings),
        cmocka_unit_test(the_root_is_told_from_the_beginning),
        cmocka_unit_test(large_documents_take_little_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
