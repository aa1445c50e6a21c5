/* termios' marks are undone the same over any cut, and no damaged byte is data. */
#include "instruments/transport/parmrk.h"
#include "tests/unit/test.h"

#include <string.h>

static const uint8_t marked[] = { 'A',  0xff, 0xff, 'B', 0xff, 0,    'C', 'D',
                                  0xff, 0,    0,    'E', 0,    0xff, 0,   0xff };
static const uint8_t clean[] = { 'A', 0xff, 'B', 0, 'D', 0, 'E', 0, 0 };

static void every_cut_gives_the_same(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= sizeof marked; cut++) {
        enum parmrk_state s = PARMRK_DATA;
        uint8_t out[sizeof marked];
        struct parmrk_result a = parmrk_undo(&s, marked, cut, out);
        struct parmrk_result b = parmrk_undo(&s, marked + cut, sizeof marked - cut, out + a.len);
        assert_int_equal(a.len + b.len, sizeof clean);
        assert_memory_equal(out, clean, sizeof clean);
        assert_int_equal(a.damaged + b.damaged, 3);
        assert_int_equal(a.breaks + b.breaks, 1);
    }
}

static void it_works_in_place(void **state)
{
    enum parmrk_state s = PARMRK_DATA;
    uint8_t bytes[sizeof marked];
    struct parmrk_result r;
    (void)state;
    memcpy(bytes, marked, sizeof marked);
    r = parmrk_undo(&s, bytes, sizeof bytes, bytes);
    assert_int_equal(r.len, sizeof clean);
    assert_memory_equal(bytes, clean, sizeof clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_gives_the_same),
        cmocka_unit_test(it_works_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
