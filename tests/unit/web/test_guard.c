/* Who may talk to the server at all. */
#include "tests/unit/test.h"
#include "web/guard.h"

#include <string.h>

static void loopback_answers_only_to_its_own_names(void **state)
{
    static const struct {
        const char *listen, *host;
        enum error expected;
    } cases[] = {
        { "127.0.0.1:8080", "127.0.0.1:8080", ERROR_OK },
        { "127.0.0.1:8080", "localhost:8080", ERROR_OK },
        { "127.0.0.1:8080", "LOCALHOST:8080", ERROR_OK },
        { "127.0.0.1:8080", "127.0.0.1:9090", ERROR_DENIED },
        { "127.0.0.1:8080", "evil.example:8080", ERROR_DENIED },
        { "127.0.0.1:8080", "localhost.evil.example:8080", ERROR_DENIED },
        { "127.0.0.1:8080", NULL, ERROR_BAD_INPUT },
        { "0.0.0.0:8443", "phial.clinic.example:8443", ERROR_OK },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guard_headers headers = { .host = cases[i].host };
        struct complaint why;
        assert_int_equal(guard_host(cases[i].listen, &headers, &why), cases[i].expected);
    }
}

static void another_sites_page_cannot_show_a_picture(void **state)
{
    static const struct {
        const char *from;
        enum error expected;
    } cases[] = {
        { NULL, ERROR_OK }, /* an older browser, or none */
        { "same-origin", ERROR_OK },
        { "none", ERROR_OK }, /* a person opened the address */
        { "same-site", ERROR_DENIED },
        { "cross-site", ERROR_DENIED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guard_headers headers = { .host = "127.0.0.1:8080", .fetch_site = cases[i].from };
        struct complaint why;
        assert_int_equal(guard_get(&headers, &why), cases[i].expected);
    }
}

static void another_sites_page_cannot_post(void **state)
{
    const struct guard_headers good = { "127.0.0.1:8080", "http://127.0.0.1:8080", "1",
                                        "application/json", NULL };
    struct guard_headers h = good;
    struct complaint why;
    (void)state;
    assert_int_equal(guard_post(false, &h, &why), ERROR_OK);
    h.origin = NULL; /* not a browser */
    assert_int_equal(guard_post(false, &h, &why), ERROR_OK);
    h.origin = "http://evil.example";
    assert_int_equal(guard_post(false, &h, &why), ERROR_DENIED);
    h.origin = "https://127.0.0.1:8080";
    assert_int_equal(guard_post(false, &h, &why), ERROR_DENIED);
    h.origin = "null";
    assert_int_equal(guard_post(false, &h, &why), ERROR_DENIED);
    h = good;
    h.marker = NULL;
    assert_int_equal(guard_post(false, &h, &why), ERROR_DENIED);
    h = good;
    h.content_type = "text/plain";
    assert_int_equal(guard_post(false, &h, &why), ERROR_BAD_INPUT);
}

static void a_token_is_sixty_four_digits_or_nothing(void **state)
{
    static const char good[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    char token[GUARD_TOKEN_SIZE], cookie[GUARD_COOKIE_SIZE];
    (void)state;
    guard_token(good, token);
    assert_string_equal(token, good);
    guard_token("0123", token);
    assert_string_equal(token, "");
    guard_token(NULL, token);
    assert_string_equal(token, "");
    guard_token("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", token);
    assert_string_equal(token, "");
    guard_set_cookie(good, true, cookie);
    assert_non_null(strstr(cookie, good));
    assert_non_null(strstr(cookie, "; HttpOnly"));
    assert_non_null(strstr(cookie, "; SameSite=Strict"));
    assert_non_null(strstr(cookie, "; Secure"));
    guard_set_cookie("", false, cookie);
    assert_non_null(strstr(cookie, "Max-Age=0"));
    assert_null(strstr(cookie, "Secure"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_answers_only_to_its_own_names),
        cmocka_unit_test(another_sites_page_cannot_show_a_picture),
        cmocka_unit_test(another_sites_page_cannot_post),
        cmocka_unit_test(a_token_is_sixty_four_digits_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
