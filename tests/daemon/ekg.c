/*
 * An EKG's way by the control socket: ordered, opened at the cart, sent as a file, tied with two
 * identifiers, read and signed; with everything that must be refused on the way. The steps build on
 * each other; each test is one part of the way.
 */
#include "tests/daemon/site.h"

#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"
#include "tests/unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char pin_ada[] = "314159", pin_maria[] = "271828", pin_kay[] = "161803";
static const char some_picture[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/* What the tests hand on. */
struct way {
    struct site site;
    char lab[65], order[65], other[65];
    char first[32], second[32], pdf[32]; /* tracings */
    unsigned files;
};

/* Whose a file is. */
struct whose {
    const char *id, *name, *birth_date, *sex;
};
static const struct whose jane = { "T-1", "DOE-TEST^JANE", "1981-03-14", "F" };
static const struct whose john = { "T-2", "ROE-TEST^JOHN", "1950-12-01", "M" };

static void add(struct site *s, const char *login, const char *role, const char *pin)
{
    assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, login, WIRE_F_NAME,
                              "Somebody Invented", WIRE_F_ROLE, role, WIRE_F_NEW_PIN, pin,
                              SITE_END),
                     ERROR_OK);
}

static void there_are_people(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    const char *first[] = { "user", "add", "--data", s->data, NULL };

    assert_int_equal(site_run(first, "login: ada\nname: Ada Invented\nnew_pin: 314159\n"), 0);
    site_start(s);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
    add(s, "maria", "medical-assistant", pin_maria);
    add(s, "dr.kay", "provider", pin_kay);
    site_sign_limits(s, "dr.kay", pin_kay);
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
}

static enum error enter(struct site *s, char *order, const char *mrn, const char *family,
                        const char *given, const char *birth_date, const char *sex,
                        const char *test, const char *more)
{
    return site_ask(s, WIRE_ORDER_ENTER, WIRE_F_ORDER, order, WIRE_F_MRN, mrn, WIRE_F_FAMILY,
                    family, WIRE_F_GIVEN, given, WIRE_F_BIRTH_DATE, birth_date, WIRE_F_SEX, sex,
                    WIRE_F_PROVIDER, "dr.kay", WIRE_F_TEST, test, WIRE_F_TEST, more, SITE_END);
}

static void an_ekg_is_an_order_of_its_own_without_a_specimen(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_int_equal(enter(s, NULL, "T-1", "Doe-TEST", "Jane", "1981-03-14", "F", "EKG", "HbA1c"),
                     ERROR_BAD_INPUT);
    site_said(s, "order of its own");
    assert_int_equal(
        enter(s, way->order, "T-1", "Doe-TEST", "Jane", "1981-03-14", "F", "EKG", "EKG"), ERROR_OK);
    assert_int_equal(
        enter(s, way->other, "T-2", "Roe-TEST", "John", "1950-12-01", "M", "EKG", "EKG"), ERROR_OK);
    assert_int_equal(
        enter(s, way->lab, "T-1", "Doe-TEST", "Jane", "1981-03-14", "F", "HbA1c", "HbA1c"),
        ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_IDENTIFY, 0, NULL, WIRE_F_ORDER, way->order,
                              WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "birth date",
                              WIRE_F_METHOD, "stated", SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_COLLECT, 0, NULL, WIRE_F_ORDER, way->order,
                              WIRE_F_SPECIMEN_TYPE, "whole blood", SITE_END),
                     ERROR_CONFLICT);
    site_said(s, "no specimen");
}

static enum error open_at(struct site *s, const char *cart, const char *order)
{
    return site_ask(s, WIRE_EKG_OPEN, 0, NULL, WIRE_F_INSTRUMENT, cart, WIRE_F_ORDER, order,
                    SITE_END);
}

static enum error open_instead(struct site *s, const char *cart, const char *order,
                               const char *instead)
{
    return site_ask(s, WIRE_EKG_OPEN, 0, NULL, WIRE_F_INSTRUMENT, cart, WIRE_F_ORDER, order,
                    WIRE_F_INSTEAD, instead, SITE_END);
}

static void it_is_opened_at_a_cart(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    json_t *ekgs;

    assert_int_equal(open_at(s, "afinion", way->order), ERROR_NOT_FOUND);
    site_said(s, "no EKG cart");
    assert_int_equal(open_at(s, "cart-1", way->lab), ERROR_CONFLICT);
    site_said(s, "not for an EKG");
    assert_int_equal(site_ask(s, WIRE_EKG_RUN, 0, NULL, WIRE_F_INSTRUMENT, "cart-1", SITE_END),
                     ERROR_UNSUPPORTED);
    site_said(s, "only gives files");
    assert_int_equal(site_ask(s, WIRE_EKG_CLOSE, 0, NULL, WIRE_F_INSTRUMENT, "cart-1", SITE_END),
                     ERROR_CONFLICT);
    assert_int_equal(open_at(s, "cart-1", way->other), ERROR_OK);
    assert_int_equal(open_at(s, "cart-1", way->other), ERROR_OK);
    assert_int_equal(open_at(s, "cart-1", way->order), ERROR_CONFLICT);
    site_said(s, way->other);
    site_said(s, "open this one instead of it");
    assert_int_equal(open_instead(s, "cart-1", way->order, way->order), ERROR_CONFLICT);
    assert_int_equal(open_instead(s, "cart-1", way->order, way->other), ERROR_OK);
    assert_int_equal(open_at(s, "import", way->order), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_EKG_CLOSE, 0, NULL, WIRE_F_INSTRUMENT, "import", SITE_END),
                     ERROR_OK);
    ekgs = site_look(s, READ_EKGS, "");
    assert_string_equal(
        json_string_value(json_object_get(
            json_object_get(json_array_get(json_object_get(ekgs, "carts"), 0), "open"), "order")),
        way->order);
    json_decref(ekgs);
}

/* A file into the cart's folder, as another program would put it there. */
static void put_file(struct way *way, const struct ecg *ecg)
{
    char path[160], place[192];
    struct buffer bytes;
    FILE *file;

    buffer_init(&bytes, LIMIT_ECG_FILE);
    assert_int_equal(ecg_write(ecg, ecg->format, &bytes), ERROR_OK);
    (void)snprintf(path, sizeof path, "%s/a file", way->site.folder);
    (void)snprintf(place, sizeof place, "%s/cart/ekg-%u", way->site.folder, ++way->files);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(path, place), 0);
    buffer_free(&bytes);
}

/* The cart sends an EKG of that person, recorded now; the tracing that waits goes to `out`. */
static void send_as(struct way *way, const struct whose *p, enum ecg_format format, char out[32])
{
    const struct ecg_tracing how = { .rate = ecg_write_rate(format), .seconds = 10 };
    time_t now = time(NULL);
    char recorded_at[32];
    struct arena a;
    struct ecg ecg;
    struct tm tm;

    arena_init(&a, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_tracing_make(&a, how, &ecg), ERROR_OK);
    assert_non_null(gmtime_r(&now, &tm));
    (void)strftime(recorded_at, sizeof recorded_at, "%Y-%m-%dT%H:%M:%S", &tm);
    ecg.format = format;
    ecg.patient_id = p->id;
    ecg.patient_name = p->name;
    ecg.patient_birth_date = p->birth_date;
    ecg.patient_sex = p->sex;
    ecg.recorded_at = recorded_at;
    put_file(way, &ecg);
    arena_free(&a);
    for (int i = 0; i < 200; i++) {
        json_t *ekgs = site_look(&way->site, READ_EKGS, "");
        json_t *row = json_array_get(json_object_get(ekgs, "waiting"), 0);
        bool there = json_is_integer(json_object_get(row, "tracing"));
        if (there)
            (void)snprintf(out, 32, "%lld",
                           (long long)json_integer_value(json_object_get(row, "tracing")));
        json_decref(ekgs);
        if (there)
            return;
        site_sleep(50);
    }
    fail_msg("the tracing did not arrive");
}

/* A text of the tracing's row. */
static void assert_row(struct way *way, const char *tracing, const char *member, const char *text)
{
    json_t *row = site_look(&way->site, READ_TRACING, tracing);

    assert_string_equal(json_string_value(json_object_get(row, member)), text);
    json_decref(row);
}

static enum error tie(struct site *s, const char *tracing, const char *order, const char *second,
                      const char *reason)
{
    return site_ask(s, WIRE_EKG_TIE, 0, NULL, WIRE_F_TRACING, tracing, WIRE_F_ORDER, order,
                    WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, second, WIRE_F_REASON, reason,
                    SITE_END);
}

static void the_tracing_proposes_itself_and_is_tied_by_two_identifiers(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    send_as(way, &jane, ECG_FORMAT_SCP, way->first);
    assert_row(way, way->first, "reason_code", "ekg-confirm");
    assert_row(way, way->first, "format", "scp-ecg");
    assert_int_equal(open_at(s, "cart-1", way->other), ERROR_OK); /* hers has come */
    assert_int_equal(open_at(s, "cart-1", way->order), ERROR_CONFLICT);
    assert_int_equal(open_instead(s, "cart-1", way->order, way->other), ERROR_OK);
    assert_int_equal(tie(s, way->first, way->order, "name", ""), ERROR_BAD_INPUT);
    site_said(s, "two different identifiers");
    assert_int_equal(tie(s, way->first, way->lab, "birth date", ""), ERROR_CONFLICT);
    site_said(s, "not for an EKG");
    assert_int_equal(tie(s, "999999", way->order, "birth date", ""), ERROR_NOT_FOUND);
    assert_int_equal(tie(s, way->first, way->order, "birth date", ""), ERROR_OK);
    assert_row(way, way->first, "order", way->order);
    assert_int_equal(tie(s, way->first, way->order, "birth date", ""), ERROR_CONFLICT);
    site_said(s, "tied to an order already");
}

static void another_patients_tracing_needs_a_reason_to_be_tied(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    send_as(way, &john, ECG_FORMAT_SCP, way->second);
    assert_row(way, way->second, "reason_code", "ekg-differs");
    assert_row(way, way->second, "differs", "id, name, birth date, sex");
    assert_int_equal(tie(s, way->second, way->order, "birth date", ""), ERROR_CONFLICT);
    site_said(s, "id, name, birth date, sex");
    assert_int_equal(tie(s, way->second, way->order, "birth date", "it is hers"), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_EKG_UNTIE, 0, NULL, WIRE_F_TRACING, way->second,
                              WIRE_F_REASON, "", SITE_END),
                     ERROR_BAD_INPUT);
    assert_int_equal(site_ask(s, WIRE_EKG_UNTIE, 0, NULL, WIRE_F_TRACING, way->second,
                              WIRE_F_REASON, "it is his after all", SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_EKG_UNTIE, 0, NULL, WIRE_F_TRACING, way->second,
                              WIRE_F_REASON, "again", SITE_END),
                     ERROR_CONFLICT);
    /* the file agrees with the order that it belongs to */
    assert_int_equal(tie(s, way->second, way->other, "birth date", ""), ERROR_OK);
}

static void version_of(struct way *way, const char *order, char out[65])
{
    json_t *ekg = site_look(&way->site, READ_EKG, order);

    (void)snprintf(out, 65, "%s", json_string_value(json_object_get(ekg, "version")));
    json_decref(ekg);
}

static enum error overread(struct way *way, const char *tracing, const char *opinion,
                           const char *reading, const char *picture, const char *pin)
{
    char version[65];

    version_of(way, way->order, version);
    return site_ask(&way->site, WIRE_OVERREAD, 0, NULL, WIRE_F_ORDER, way->order, WIRE_F_VERSION,
                    version, WIRE_F_TRACING, tracing, WIRE_F_OPINION, opinion, WIRE_F_READING,
                    reading, WIRE_F_PICTURE, picture, WIRE_F_LAYOUT, "3x4 standard 25 10",
                    WIRE_F_DISPOSITION, "no-action", WIRE_F_PIN, pin, SITE_END);
}

static enum error choose(struct way *way, const char *order, const char *version,
                         const char *tracing, const char *reason)
{
    return site_ask(&way->site, WIRE_EKG_CHOOSE, 0, NULL, WIRE_F_ORDER, order, WIRE_F_VERSION,
                    version, WIRE_F_TRACING, tracing, WIRE_F_REASON, reason, SITE_END);
}

static void a_repeat_keeps_both_and_says_which_is_for_review(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    char before[65], version[65], others[65];

    version_of(way, way->order, before);
    version_of(way, way->other, others);
    send_as(way, &jane, ECG_FORMAT_DICOM, way->second);
    assert_row(way, way->second, "reason_code", "ekg-confirm");
    assert_int_equal(tie(s, way->second, way->order, "birth date", ""), ERROR_OK);
    assert_int_equal(site_sign_in(s, "dr.kay", pin_kay), ERROR_OK);
    assert_int_equal(overread(way, way->second, "agree", "", some_picture, pin_kay),
                     ERROR_CONFLICT);
    site_said(s, "which of them is for review");
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
    version_of(way, way->order, version);
    assert_int_equal(choose(way, way->other, others, way->second, "x"), ERROR_CONFLICT);
    site_said(s, "not tied to order");
    assert_int_equal(choose(way, way->order, version, way->second, ""), ERROR_BAD_INPUT);
    /* one that came while somebody was choosing is not put aside unseen */
    assert_int_equal(choose(way, way->order, before, way->second, "noisy"), ERROR_CONFLICT);
    site_said(s, "have changed");
    assert_int_equal(choose(way, way->order, version, way->second, "she moved in the first"),
                     ERROR_OK);
}

static void an_assistant_cannot_overread_and_a_provider_must_say_what(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    char version[65];

    assert_int_equal(overread(way, way->second, "agree", "", some_picture, pin_maria),
                     ERROR_DENIED);
    site_said(s, "may not sign");
    assert_int_equal(site_sign_in(s, "dr.kay", pin_kay), ERROR_OK);
    version_of(way, way->order, version);
    assert_int_equal(site_ask(s, WIRE_SIGN, 0, NULL, WIRE_F_ORDER, way->order, WIRE_F_VERSION,
                              version, WIRE_F_MEANING, "REVIEWED", WIRE_F_PIN, pin_kay, SITE_END),
                     ERROR_BAD_INPUT);
    site_said(s, "on its own page");
    assert_int_equal(overread(way, way->second, "", "", some_picture, pin_kay), ERROR_BAD_INPUT);
    site_said(s, "agree with the cart");
    assert_int_equal(overread(way, way->second, "change", "", some_picture, pin_kay),
                     ERROR_BAD_INPUT);
    site_said(s, "Write what you read");
    assert_int_equal(overread(way, way->first, "agree", "", some_picture, pin_kay), ERROR_CONFLICT);
    site_said(s, "not the EKG for review");
    assert_int_equal(overread(way, way->second, "agree", "", "abc", pin_kay), ERROR_BAD_INPUT);
    assert_int_equal(overread(way, way->second, "agree", "", some_picture, "000000"), ERROR_DENIED);
    assert_int_equal(
        overread(way, way->second, "change", "Sinus rhythm, normal.", some_picture, pin_kay),
        ERROR_OK);
}

static void what_was_signed_stands_on_record(void **state)
{
    struct way *way = *state;
    json_t *ekg = site_look(&way->site, READ_EKG, way->order);
    json_t *review = json_array_get(json_object_get(ekg, "reviews"), 0);
    json_t *read = json_object_get(review, "overread");

    assert_string_equal(json_string_value(json_object_get(ekg, "state")), "signed");
    assert_string_equal(json_string_value(json_object_get(review, "meaning")), "OVERREAD_CHANGED");
    assert_string_equal(json_string_value(json_object_get(read, "reading")),
                        "Sinus rhythm, normal.");
    assert_string_equal(json_string_value(json_object_get(read, "picture")), some_picture);
    assert_non_null(strstr(json_string_value(json_object_get(read, "renderer")), "phial"));
    json_decref(ekg);
    assert_int_equal(open_at(&way->site, "cart-1", way->order), ERROR_CONFLICT);
    site_said(&way->site, "signed already");
}

static void a_pdf_names_nobody_and_is_signed_as_it_is(void **state)
{
    static const struct whose nobody = { "", "", "", "" };
    struct way *way = *state;
    struct site *s = &way->site;
    char original[65];
    json_t *row;

    assert_int_equal(
        enter(s, way->order, "T-1", "Doe-TEST", "Jane", "1981-03-14", "F", "EKG", "EKG"), ERROR_OK);
    assert_int_equal(open_at(s, "cart-1", way->order), ERROR_OK);
    send_as(way, &nobody, ECG_FORMAT_PDF, way->pdf);
    assert_row(way, way->pdf, "reason_code", "ekg-unnamed");
    assert_row(way, way->pdf, "format", "pdf");
    assert_int_equal(tie(s, way->pdf, way->order, "birth date", ""), ERROR_CONFLICT);
    site_said(s, "does not say whose EKG it is");
    assert_int_equal(tie(s, way->pdf, way->order, "birth date", "I ran it myself"), ERROR_OK);
    assert_int_equal(overread(way, way->pdf, "agree", "", some_picture, pin_kay), ERROR_CONFLICT);
    site_said(s, "own PDF");
    row = site_look(s, READ_TRACING, way->pdf);
    (void)snprintf(original, sizeof original, "%s",
                   json_string_value(json_object_get(row, "original")));
    json_decref(row);
    assert_int_equal(overread(way, way->pdf, "agree", "", original, pin_kay), ERROR_OK);
}

static void looking_is_recorded(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    static const char *const views[] = { "ekgs", "ekg", "tracing" };

    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        assert_int_equal(site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, views[i], WIRE_F_KEY,
                                  i == 1 ? way->order : way->pdf, SITE_END),
                         ERROR_OK);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
    assert_int_equal(
        site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, "tracing", WIRE_F_KEY, way->pdf, SITE_END),
        ERROR_DENIED);
    assert_int_equal(open_at(s, "cart-1", way->other), ERROR_DENIED);
}

/* A cart whose folder lies in the site's. */
static void add_cart(struct site *s)
{
    char path[160];

    (void)snprintf(path, sizeof path, "%s/cart", s->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    site_configure(s, "[instrument cart-1]\nprofile = ekg-files\nport = folder:%s/cart\n",
                   s->folder);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_people),
        cmocka_unit_test(an_ekg_is_an_order_of_its_own_without_a_specimen),
        cmocka_unit_test(it_is_opened_at_a_cart),
        cmocka_unit_test(the_tracing_proposes_itself_and_is_tied_by_two_identifiers),
        cmocka_unit_test(another_patients_tracing_needs_a_reason_to_be_tied),
        cmocka_unit_test(a_repeat_keeps_both_and_says_which_is_for_review),
        cmocka_unit_test(an_assistant_cannot_overread_and_a_provider_must_say_what),
        cmocka_unit_test(what_was_signed_stands_on_record),
        cmocka_unit_test(a_pdf_names_nobody_and_is_signed_as_it_is),
        cmocka_unit_test(looking_is_recorded),
    };
    static struct way way;
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    site_make(&way.site, "");
    add_cart(&way.site);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tests[i].initial_state = &way;
    return site_over(&way.site, cmocka_run_group_tests(tests, NULL, NULL));
}
