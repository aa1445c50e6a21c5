/*
 * The right tube (acceptance 4): 10,000 live specimens with numbers in a row, 100,000 numbers that
 * went wrong on the way. None may link to a specimen that it does not name; each must be held, with
 * its reason.
 *
 * Damm's check digit finds every wrong digit and every swap of neighbours, so those are invalid
 * without exception. A missing digit, a doubled one and a blank have no 12 digits. A number of
 * another site has another salt in its check digit; for one in ten the digit is by chance the same:
 * that is then, to the digit, the number of one of our specimens, and names it. Those are left out.
 */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

#include <sqlite3.h>

enum { SPECIMENS = 10000, MUTATIONS = 100000, PER_TURN = 5000, KINDS = 8 };

struct tubes {
    struct world w;
    struct accession *live;
    uint64_t seed;
};

/* xorshift64*: the same numbers in each run. */
static uint32_t roll(struct tubes *t, uint32_t below)
{
    t->seed ^= t->seed >> 12;
    t->seed ^= t->seed << 25;
    t->seed ^= t->seed >> 27;
    return (uint32_t)((t->seed * 2685821657736338717u >> 33) % below);
}

static void wrong_digit(struct tubes *t, char *number)
{
    char *at = number + roll(t, ACCESSION_DIGITS);
    *at = (char)('0' + (unsigned)(*at - '0' + 1 + (int)roll(t, 9)) % 10);
}

static void swapped(struct tubes *t, char *number)
{
    uint32_t at = roll(t, ACCESSION_DIGITS - 1);
    char first = number[at];

    number[at] = number[at + 1];
    number[at + 1] = first;
    if (number[at] == number[at + 1]) /* no change: make one */
        wrong_digit(t, number);
}

static void missing(struct tubes *t, char *number)
{
    uint32_t at = roll(t, ACCESSION_DIGITS);
    memmove(number + at, number + at + 1, strlen(number + at));
}

static void doubled(struct tubes *t, char *number)
{
    uint32_t at = roll(t, ACCESSION_DIGITS);
    memmove(number + at + 1, number + at, strlen(number + at) + 1);
}

static void blank_before(struct tubes *t, char *number)
{
    (void)t;
    memmove(number + 1, number, strlen(number) + 1);
    number[0] = ' ';
}

static void blank_behind(struct tubes *t, char *number)
{
    size_t len = strlen(number), blanks = 1 + roll(t, 4);
    memset(number + len, ' ', blanks);
    number[len + blanks] = '\0';
}

static void blank_within(struct tubes *t, char *number)
{
    doubled(t, number);
    number[6] = ' ';
}

/* The same day and running number, as another site would have issued it. */
static void other_site(struct tubes *t, char *number)
{
    struct accession other;
    char salt[8];
    uint32_t day, running;

    assert_int_equal(sscanf(number, "%6u%5u", &day, &running), 2);
    do {
        (void)snprintf(salt, sizeof salt, "%u", 1000 + roll(t, 9000));
        assert_int_equal(accession_make(&other, day, running, salt), ERROR_OK);
    } while (strcmp(other.digits, number) == 0);
    memcpy(number, other.digits, sizeof other.digits);
}

static unsigned running_of(const char *number)
{
    unsigned day, running;

    assert_int_equal(sscanf(number, "%6u%5u", &day, &running), 2);
    return running;
}

static void collect(struct tubes *t)
{
    for (size_t i = 0; i < SPECIMENS; i++) {
        char mrn[16];
        (void)snprintf(mrn, sizeof mrn, "M%05zu", i);
        world_specimen(&t->w, mrn, "Doe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &t->live[i]);
    }
    world_turn(&t->w);
    for (unsigned i = 0; i < SPECIMENS; i++) /* in a row: the dense case */
        assert_int_equal(running_of(t->live[i].digits), running_of(t->live[0].digits) + i);
}

static void send_wrong_numbers(struct tubes *t)
{
    static void (*const ways[KINDS])(struct tubes *, char *) = {
        wrong_digit,  swapped,      missing,      doubled,
        blank_before, blank_behind, blank_within, other_site,
    };
    struct record_result result;
    struct device d;

    device_attach(&d, &t->w, "a1c-1");
    for (unsigned i = 0; i < MUTATIONS; i++) {
        char number[32], text[32];
        struct record r;
        if (i % PER_TURN == 0) {
            device_begin(&d);
            assert_int_equal(device_keep(&d, "frame"), ERROR_OK);
        }
        (void)snprintf(number, sizeof number, "%s", t->live[roll(t, SPECIMENS)].digits);
        ways[i % KINDS](t, number);
        r = world_record(number, &result);
        (void)snprintf(text, sizeof text, "%u", i);
        assert_int_equal(device_send(&d, &r, text), ERROR_OK);
        if (i % PER_TURN == PER_TURN - 1) {
            assert_int_equal(device_end(&d, SESSION_END_NORMAL), ERROR_OK);
            world_turn(&t->w);
        }
    }
}

static void count_reasons(struct tubes *t)
{
    struct world *w = &t->w;

    assert_int_equal(world_count(w, "SELECT count(*) FROM result"), 0);
    assert_int_equal(world_count(w, "SELECT count(*) FROM message WHERE disposition<>'held'"), 0);
    assert_int_equal(world_count(w, "SELECT count(*) FROM held JOIN message ON "
                                    "message.id=held.message WHERE reason<>''"),
                     MUTATIONS);
    assert_int_equal(world_count(w, "SELECT count(*) FROM message WHERE reason_code='check-digit'"),
                     MUTATIONS / KINDS * 3);
    assert_int_equal(world_count(w, "SELECT count(*) FROM message WHERE reason_code='blanks'"),
                     MUTATIONS / KINDS * 3);
    assert_int_equal(
        world_count(w, "SELECT count(*) FROM message WHERE reason_code='not-accession'"),
        MUTATIONS / KINDS * 2);
}

/* The positive control: a right number links, in the midst of ten thousand like it. */
static void send_right_numbers(struct tubes *t)
{
    struct record_result result;
    struct device d;

    device_attach(&d, &t->w, "a1c-2");
    for (unsigned i = 0; i < 100; i++) {
        struct record r = world_record(t->live[roll(t, SPECIMENS)].digits, &result);
        char text[32];
        (void)snprintf(text, sizeof text, "right %u", i);
        if (i == 0) {
            device_begin(&d);
            assert_int_equal(device_keep(&d, "frame"), ERROR_OK);
        }
        assert_int_equal(device_send(&d, &r, text), ERROR_OK);
    }
    world_turn(&t->w);
    assert_int_equal(world_count(&t->w, "SELECT count(*) FROM result"), 100);
    assert_int_equal(world_count(&t->w, "SELECT count(*) FROM result JOIN specimen ON "
                                        "specimen.id=result.specimen JOIN message ON "
                                        "message.id=result.message WHERE "
                                        "accession<>specimen_text"),
                     0);
}

static void a_wrong_number_never_finds_a_tube(void **state)
{
    static struct accession live[SPECIMENS];
    struct tubes t = { .live = live, .seed = 0x9e3779b97f4a7c15u };

    (void)state;
    world_open(&t.w);
    collect(&t);
    send_wrong_numbers(&t);
    count_reasons(&t);
    send_right_numbers(&t);
    world_close(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_wrong_number_never_finds_a_tube) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
