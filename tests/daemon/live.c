/*
 * A live EKG's way: an order is opened at a Contec 8000G, the cart is told to record, and what it
 * streams over its line proposes itself to that order. The cart is a thread at the far end of a
 * pseudo-terminal.
 */
#include "tests/daemon/site.h"

#include "core/base/limits.h"
#include "tests/support/contec_live.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { FRAMES = 12000, START = 5 };

static const char pin_ada[] = "314159", pin_maria[] = "271828";

struct way {
    struct site site;
    int line; /* the cart's end */
    char slave[64];
    char order[65], tracing[32];
    pthread_t cart;
    atomic_uint starts, stops;
};

/* ---- The cart ---- */

static void stream(const struct way *way)
{
    struct buffer bytes;
    size_t at = 0;

    buffer_init(&bytes, LIMIT_ECG_FILE);
    if (contec_8000g_write(&bytes, FRAMES) == ERROR_OK)
        while (at < bytes.len) {
            ssize_t sent =
                write(way->line, bytes.at + at, bytes.len - at < 512 ? bytes.len - at : 512);
            if (sent < 0)
                break;
            at += (size_t)sent;
        }
    buffer_free(&bytes);
}

/* Obeys its commands of two bytes each, as they come. */
static void *play_cart(void *context)
{
    struct way *way = context;
    uint8_t command[2];
    size_t len = 0;

    for (;;) {
        ssize_t got = read(way->line, command + len, 1);
        if (got < 0) { /* nobody has the line open */
            site_sleep(10);
            continue;
        }
        len += (size_t)got;
        if (len < sizeof command)
            continue;
        len = 0;
        way->stops += command[0] == 0x90 && command[1] == 0;
        if (command[0] == 0x90 && command[1] == START) {
            way->starts++;
            stream(way);
        }
    }
    return NULL;
}

static void plug_cart_in(struct way *way)
{
    struct termios raw;
    int slave;

    assert_int_equal(openpty(&way->line, &slave, way->slave, NULL, NULL), 0);
    assert_int_equal(tcgetattr(slave, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
    assert_int_equal(chmod(way->slave, 0666), 0);
    assert_int_equal(fcntl(way->line, F_SETFD, FD_CLOEXEC), 0);
    (void)close(slave);
    assert_int_equal(pthread_create(&way->cart, NULL, play_cart, way), 0);
}

/* ---- The way ---- */

static void there_are_people_and_an_order(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    const char *first[] = { "user", "add", "--data", s->data, NULL };

    assert_int_equal(site_run(first, "login: ada\nname: Ada Invented\nnew_pin: 314159\n"), 0);
    site_start(s);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, i ? "dr.kay" : "maria",
                                  WIRE_F_NAME, "Somebody Invented", WIRE_F_ROLE,
                                  i ? "provider" : "medical-assistant", WIRE_F_NEW_PIN,
                                  i ? "161803" : pin_maria, SITE_END),
                         ERROR_OK);
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_ORDER_ENTER, WIRE_F_ORDER, way->order, WIRE_F_MRN, "T-1",
                              WIRE_F_FAMILY, "Doe-TEST", WIRE_F_GIVEN, "Jane", WIRE_F_BIRTH_DATE,
                              "1981-03-14", WIRE_F_SEX, "F", WIRE_F_PROVIDER, "dr.kay", WIRE_F_TEST,
                              "EKG", SITE_END),
                     ERROR_OK);
}

static enum error run_cart(struct site *s)
{
    return site_ask(s, WIRE_EKG_RUN, 0, NULL, WIRE_F_INSTRUMENT, "cart-live", SITE_END);
}

static void a_cart_without_an_open_order_is_not_started(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_true(site_log_wait(s, "instrument cart-live: the link is up", 1));
    assert_int_equal(run_cart(s), ERROR_CONFLICT);
    site_said(s, "No order is open");
    assert_int_equal(way->starts, 0);
}

/* The member of the newest tracing that waits, when there is one. */
static bool find_waiting(struct way *way)
{
    json_t *ekgs = site_look(&way->site, READ_EKGS, "");
    const json_t *tracing =
        json_object_get(json_array_get(json_object_get(ekgs, "waiting"), 0), "tracing");
    bool found = json_is_integer(tracing);

    if (found)
        (void)snprintf(way->tracing, sizeof way->tracing, "%lld",
                       (long long)json_integer_value(tracing));
    json_decref(ekgs);
    return found;
}

static void it_records_and_proposes_itself_to_the_order(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    json_t *row;

    assert_int_equal(site_ask(s, WIRE_EKG_OPEN, 0, NULL, WIRE_F_INSTRUMENT, "cart-live",
                              WIRE_F_ORDER, way->order, SITE_END),
                     ERROR_OK);
    assert_int_equal(run_cart(s), ERROR_OK);
    for (int i = 0; i < 400 && !find_waiting(way); i++)
        site_sleep(50);
    assert_int_equal(way->starts, 1);
    row = site_look(s, READ_TRACING, way->tracing);
    assert_string_equal(json_string_value(json_object_get(row, "format")), "contec-live");
    /* Its bytes name nobody by nature, and that is no doubt here. */
    assert_string_equal(json_string_value(json_object_get(row, "reason_code")), "ekg-confirm");
    assert_string_equal(json_string_value(json_object_get(row, "differs")), "");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(row, "proposed"), "order")), way->order);
    json_decref(row);
}

static void every_sample_is_in_its_lead(void **state)
{
    static const char *const order[] = { "I", "II", "V1", "V2", "V3", "V4", "V5", "V6" };
    struct way *way = *state;
    json_t *row = site_look(&way->site, READ_TRACING, way->tracing);
    const json_t *leads = json_object_get(json_object_get(row, "facts"), "leads"), *lead;
    size_t found = 0, i;

    json_array_foreach(leads, i, lead)
    {
        json_int_t samples = json_integer_value(json_object_get(lead, "samples"));
        assert_in_range(samples, 10000, FRAMES); /* ten seconds, at least */
        for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
            found += strcmp(json_string_value(json_object_get(lead, "name")), order[k]) == 0 &&
                     json_is_false(json_object_get(lead, "derived"));
    }
    assert_int_equal(found, sizeof order / sizeof order[0]);
    json_decref(row);
}

static enum error tie(struct way *way, const char *second)
{
    return site_ask(&way->site, WIRE_EKG_TIE, 0, NULL, WIRE_F_TRACING, way->tracing, WIRE_F_ORDER,
                    way->order, WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, second, SITE_END);
}

static void it_is_tied_by_two_identifiers_and_no_more(void **state)
{
    struct way *way = *state;
    json_t *row;

    assert_int_equal(tie(way, "name"), ERROR_BAD_INPUT);
    assert_int_equal(tie(way, "birth date"), ERROR_OK);
    row = site_look(&way->site, READ_TRACING, way->tracing);
    assert_string_equal(json_string_value(json_object_get(row, "order")), way->order);
    json_decref(row);
    assert_int_equal(way->stops, 2); /* before the script, and behind the recording */
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_people_and_an_order),
        cmocka_unit_test(a_cart_without_an_open_order_is_not_started),
        cmocka_unit_test(it_records_and_proposes_itself_to_the_order),
        cmocka_unit_test(every_sample_is_in_its_lead),
        cmocka_unit_test(it_is_tied_by_two_identifiers_and_no_more),
    };
    static struct way way;
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    site_make(&way.site, "");
    plug_cart_in(&way);
    site_configure(&way.site, "[instrument cart-live]\nprofile = contec-8000g\nport = serial:%s\n",
                   way.slave);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tests[i].initial_state = &way;
    return site_over(&way.site, cmocka_run_group_tests(tests, NULL, NULL));
}
