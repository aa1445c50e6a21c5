/* The files of the page: found by their exact path only, complete, and built of text and nodes. */
#include "tests/unit/test.h"

#include "web/pages.h"

#include <stdio.h>
#include <string.h>

static void a_page_is_found_by_its_exact_path_only(void **state)
{
    static const char *const others[] = { "",          "index.html",  "/../web/pages/index.html",
                                          "/app.js/",  "/app.js%00",  "//app.js",
                                          "/APP.JS",   "/phial.conf", "/.",
                                          "/app.js?x", "/index.htm",  "\\app.js" };
    (void)state;
    assert_non_null(page_find("/"));
    assert_ptr_equal(page_find("/"), page_find("/index.html"));
    assert_non_null(page_find("/app.js"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(page_find(others[i]));
}

static void every_page_has_its_type_and_its_own_tag(void **state)
{
    (void)state;
    assert_true(pages_count > 5);
    for (size_t i = 0; i < pages_count; i++) {
        assert_int_equal(pages_all[i].path[0], '/');
        assert_true(strlen(pages_all[i].type) > 0);
        assert_int_equal(strlen(pages_all[i].tag), PAGE_TAG_SIZE - 2);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(pages_all[i].tag, pages_all[j].tag);
    }
}

/* Whatever a script imports is served. */
static void nothing_that_is_imported_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < pages_count; i++) {
        const char *at = (const char *)pages_all[i].bytes;
        while ((at = strstr(at, " from './")) != NULL) {
            char path[64];
            at += strlen(" from '.");
            (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "'"), at);
            if (!page_find(path))
                fail_msg("%s imports %s", pages_all[i].path, path);
        }
    }
}

static void nothing_becomes_markup_script_or_style(void **state)
{
    static const char *const never[] = { "innerHTML",      "outerHTML",   "insertAdjacentHTML",
                                         "document.write", "eval(",       " style=\"",
                                         "new Function",   "javascript:", "http://fonts",
                                         "https://" };
    (void)state;
    for (size_t i = 0; i < pages_count; i++)
        for (size_t n = 0; n < sizeof never / sizeof never[0]; n++)
            if (strstr((const char *)pages_all[i].bytes, never[n]))
                fail_msg("%s holds %s", pages_all[i].path, never[n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_found_by_its_exact_path_only),
        cmocka_unit_test(every_page_has_its_type_and_its_own_tag),
        cmocka_unit_test(nothing_that_is_imported_is_missing),
        cmocka_unit_test(nothing_becomes_markup_script_or_style),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
