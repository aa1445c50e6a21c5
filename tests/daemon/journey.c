/*
 * One specimen's journey by the control socket, with everything that must be refused on the way.
 * The steps build on each other; each test is one part of the way.
 */
#include "tests/daemon/site.h"

#include "tests/unit/test.h"

#include "core/daemon/folder.h"
#include "instruments/simulator/simulator.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char pin_ada[] = "314159", pin_maria[] = "271828", pin_kay[] = "161803",
                  pin_lena[] = "141421";

/* What the tests hand on. */
struct way {
    struct site site;
    char order[65], accession[65];
    struct simulator *analyzer;
    uv_loop_t loop;
    enum error sent;
};

static unsigned count_events(struct way *way, const char *type)
{
    json_t *specimen = site_look(&way->site, READ_SPECIMEN, way->accession);
    json_t *event;
    unsigned count = 0;
    size_t i;

    json_array_foreach(json_object_get(specimen, "events"), i, event) count +=
        strcmp(json_string_value(json_object_get(event, "type")), type) == 0;
    json_decref(specimen);
    return count;
}

static void the_first_administrator_adds_people(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    const char *add[] = { "user", "add", "--data", s->data, NULL };

    assert_int_equal(site_run(add, "login: ada\nname: Ada Invented\nnew_pin: 123456\n"), 2);
    assert_int_equal(site_run(add, "login: ada\nname: Ada Invented\nnew_pin: 314159\n"), 0);
    assert_int_equal(site_run(add, "login: eve\nname: Eve Invented\nnew_pin: 314159\n"), 1);
    site_start(s);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "maria", WIRE_F_NAME,
                              "Maria Invented", WIRE_F_ROLE, "medical-assistant", WIRE_F_NEW_PIN,
                              pin_maria, SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "dr.kay", WIRE_F_NAME,
                              "Dr. Kay Invented", WIRE_F_ROLE, "provider", WIRE_F_NEW_PIN, pin_kay,
                              SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "lena", WIRE_F_NAME,
                              "Lena Invented", WIRE_F_ROLE, "lab-lead", WIRE_F_NEW_PIN, pin_lena,
                              SITE_END),
                     ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "lena", WIRE_F_NAME,
                              "Lena Again", WIRE_F_ROLE, "lab-lead", WIRE_F_NEW_PIN, pin_lena,
                              SITE_END),
                     ERROR_CONFLICT);
    assert_int_equal(site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, "inbox", SITE_END), ERROR_DENIED);
}

/* Who gave that person the PIN that counts now: a login, "" for the console or the first start. */
static void pin_was_set_by(struct site *s, const char *login, const char *by)
{
    json_t *people = site_look(s, READ_PEOPLE, ""), *each;
    size_t i;

    json_array_foreach(json_object_get(people, "rows"), i, each)
    {
        if (strcmp(json_string_value(json_object_get(each, "login")), login) != 0)
            continue;
        assert_string_equal(json_string_value(json_object_get(each, "pin_set_by")), by);
        assert_true(json_integer_value(json_object_get(each, "pin_set_at")) > 0);
    }
    json_decref(people);
}

/* An administrator can set another's PIN, and with it sign as that person: it is on record. */
static void every_new_pin_is_on_record(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    pin_was_set_by(s, "ada", "");
    pin_was_set_by(s, "lena", "ada");
    assert_int_equal(site_sign_in(s, "lena", pin_lena), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_USER_PIN, 0, NULL, WIRE_F_LOGIN, "lena", WIRE_F_PIN, pin_lena,
                              WIRE_F_NEW_PIN, pin_lena, SITE_END),
                     ERROR_OK);
    pin_was_set_by(s, "lena", "lena");
}

static enum error enter(struct site *s, char *order, const char *birth_date, const char *provider,
                        const char *test)
{
    return site_ask(s, WIRE_ORDER_ENTER, WIRE_F_ORDER, order, WIRE_F_MRN, "T-1", WIRE_F_FAMILY,
                    "Doe-TEST", WIRE_F_GIVEN, "Jane", WIRE_F_BIRTH_DATE, birth_date, WIRE_F_SEX,
                    "F", WIRE_F_PROVIDER, provider, WIRE_F_TEST, test, SITE_END);
}

static void an_order_needs_the_right_patient_provider_and_test(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
    assert_int_equal(enter(s, NULL, "1981-03-14", "dr.kay", "HbA1c"), ERROR_CONFLICT);
    site_said(s, "has not signed the limits of Hemoglobin A1c");
    site_sign_limits(s, "dr.kay", pin_kay);
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
    assert_int_equal(enter(s, NULL, "1981-02-30", "dr.kay", "HbA1c"), ERROR_BAD_INPUT);
    assert_int_equal(enter(s, NULL, "2999-01-01", "dr.kay", "HbA1c"), ERROR_BAD_INPUT);
    assert_int_equal(enter(s, NULL, "1981-03-14", "lena", "HbA1c"), ERROR_BAD_INPUT);
    assert_int_equal(enter(s, NULL, "1981-03-14", "dr.kay", "HbA1C-x"), ERROR_BAD_INPUT);
    assert_int_equal(enter(s, way->order, "1981-03-14", "dr.kay", "HbA1c"), ERROR_OK);
    assert_int_equal(enter(s, NULL, "1981-03-15", "dr.kay", "HbA1c"), ERROR_CONFLICT);
    site_said(s, "another birth date");
}

static enum error collect(struct way *way, char *accession, const char *at, const char *reason)
{
    return site_ask(&way->site, WIRE_COLLECT, WIRE_F_ACCESSION, accession, WIRE_F_ORDER, way->order,
                    WIRE_F_SPECIMEN_TYPE, "whole blood", WIRE_F_COLLECTED_AT, at, WIRE_F_REASON,
                    reason, WIRE_F_AGAIN, reason, SITE_END);
}

static void nothing_is_collected_or_labelled_before_two_identifiers(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_int_equal(collect(way, NULL, "", ""), ERROR_CONFLICT);
    site_said(s, "two identifiers");
    assert_int_equal(site_ask(s, WIRE_LABEL_PRINT, 0, NULL, WIRE_F_ACCESSION, way->order, SITE_END),
                     ERROR_NOT_FOUND);
    assert_int_equal(site_ask(s, WIRE_IDENTIFY, 0, NULL, WIRE_F_ORDER, way->order,
                              WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "name", WIRE_F_METHOD,
                              "stated", SITE_END),
                     ERROR_BAD_INPUT);
    assert_int_equal(collect(way, NULL, "", ""), ERROR_CONFLICT);
    assert_int_equal(site_ask(s, WIRE_IDENTIFY, 0, NULL, WIRE_F_ORDER, way->order,
                              WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "birth date",
                              WIRE_F_METHOD, "stated", SITE_END),
                     ERROR_OK);
    assert_int_equal(collect(way, NULL, "2020-01-01T08:00", ""), ERROR_BAD_INPUT);
    site_said(s, "15 minutes");
    assert_int_equal(collect(way, NULL, "2999-01-01T08:00", "x"), ERROR_BAD_INPUT);
    assert_int_equal(collect(way, NULL, "yesterday", "x"), ERROR_BAD_INPUT);
    assert_int_equal(collect(way, way->accession, "2020-01-01T08:00", "written on paper"),
                     ERROR_OK);
    assert_int_equal(strlen(way->accession), 12);
}

static bool label_written(const struct way *way)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/labels/%s.pdf", way->site.folder, way->accession);
    return access(path, R_OK) == 0;
}

static enum error print(struct way *way, const char *reason)
{
    return site_ask(&way->site, WIRE_LABEL_PRINT, 0, NULL, WIRE_F_ACCESSION, way->accession,
                    WIRE_F_REASON, reason, SITE_END);
}

static void a_label_is_printed_once_and_a_copy_needs_a_reason(void **state)
{
    struct way *way = *state;

    assert_true(site_log_wait(&way->site, "printer labels: the link is up", 1));
    assert_int_equal(print(way, ""), ERROR_OK);
    assert_true(label_written(way));
    assert_int_equal(count_events(way, "label-printed"), 1);
    assert_int_equal(print(way, ""), ERROR_BAD_INPUT);
    site_said(&way->site, "COPY");
    assert_int_equal(count_events(way, "label-reprinted"), 0);
    assert_int_equal(print(way, "the first one was smudged"), ERROR_OK);
    assert_int_equal(count_events(way, "label-reprinted"), 1);
}

static enum error verify(struct way *way, const char *scanned)
{
    return site_ask(&way->site, WIRE_LABEL_VERIFY, 0, NULL, WIRE_F_ACCESSION, way->accession,
                    WIRE_F_SCANNED, scanned, SITE_END);
}

static void only_its_own_label_verifies_a_specimen(void **state)
{
    struct way *way = *state;

    assert_int_equal(verify(way, "260101000017"), ERROR_CONFLICT);
    site_said(&way->site, "near miss");
    assert_int_equal(count_events(way, "wrong-label"), 1);
    assert_int_equal(count_events(way, "label-verified"), 0);
    assert_int_equal(verify(way, way->accession), ERROR_OK);
    assert_int_equal(count_events(way, "label-verified"), 1);
}

static enum error verify_other(struct site *s, const char *accession)
{
    return site_ask(s, WIRE_LABEL_VERIFY, 0, NULL, WIRE_F_ACCESSION, accession, WIRE_F_SCANNED,
                    accession, SITE_END);
}

/* A printer that takes everything and says nothing: the label that is scanned back did come out. */
static void what_a_mute_printer_printed_is_scanned_back(void **state)
{
    struct way other = *(struct way *)*state;
    struct site *s = &other.site;

    assert_int_equal(enter(s, other.order, "1981-03-14", "dr.kay", "HbA1c"), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_IDENTIFY, 0, NULL, WIRE_F_ORDER, other.order,
                              WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "birth date",
                              WIRE_F_METHOD, "stated", SITE_END),
                     ERROR_OK);
    assert_int_equal(collect(&other, other.accession, "", ""), ERROR_OK);
    assert_int_equal(verify_other(s, other.accession), ERROR_CONFLICT);
    site_said(s, "No label of this specimen has been printed");
    assert_true(site_log_wait(s, "printer mute: the link is up", 1));
    assert_int_equal(site_ask(s, WIRE_LABEL_PRINT, 0, NULL, WIRE_F_ACCESSION, other.accession,
                              WIRE_F_PRINTER, "mute", SITE_END),
                     ERROR_IO);
    site_said(s, "scan it back");
    assert_int_equal(count_events(&other, "label-printed"), 0);
    assert_int_equal(verify_other(s, other.accession), ERROR_OK);
    assert_int_equal(count_events(&other, "label-verified"), 1);
}

static void on_sent(void *context, enum error how)
{
    ((struct way *)context)->sent = how;
}

static void switch_on(struct way *way)
{
    const struct simulator_events events = { way, on_sent };
    struct simulator_plan plan = { .profile = "abbott-afinion-2", .clock = clock_system() };
    char port[64];

    (void)snprintf(port, sizeof port, "tcp:127.0.0.1:%u", way->site.instrument_port);
    plan.port = port;
    assert_int_equal(uv_loop_init(&way->loop), 0);
    assert_int_equal(simulator_open(&way->loop, &plan, &events, &way->analyzer, NULL), ERROR_OK);
}

static void switch_off(struct way *way)
{
    simulator_close(way->analyzer);
    (void)uv_run(&way->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&way->loop), 0);
}

/* The analyzer sends one result for the specimen. */
static void analyze(struct way *way, enum simulator_values values)
{
    static const char *const codes[] = { "4548-4" };
    const struct simulator_message message = {
        .specimen = way->accession, .codes = codes, .code_count = 1, .values = values
    };

    way->sent = ERROR_BUSY;
    assert_int_equal(simulator_send(way->analyzer, &message), ERROR_OK);
    while (way->sent == ERROR_BUSY)
        (void)uv_run(&way->loop, UV_RUN_ONCE);
    assert_int_equal(way->sent, ERROR_OK);
}

/* Waits until the order has that many current results; its version goes to `version`. */
static void wait_for_results(struct way *way, size_t count, char version[65])
{
    for (int i = 0; i < 100; i++) {
        json_t *order = site_look(&way->site, READ_ORDER, way->order);
        bool there = json_array_size(json_object_get(order, "results")) == count;
        if (there)
            (void)snprintf(version, 65, "%s", json_string_value(json_object_get(order, "version")));
        json_decref(order);
        if (there)
            return;
        site_sleep(50);
    }
    fail_msg("the order has no %zu results", count);
}

static enum error sign(struct way *way, const char *version, const char *pin,
                       const char *disposition)
{
    return site_ask(&way->site, WIRE_SIGN, 0, NULL, WIRE_F_ORDER, way->order, WIRE_F_VERSION,
                    version, WIRE_F_MEANING, "REVIEWED", WIRE_F_PIN, pin, WIRE_F_DISPOSITION,
                    disposition, SITE_END);
}

static void only_a_provider_signs_what_was_seen(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    char first[65], second[65];

    assert_int_equal(sign(way, "0", pin_maria, ""), ERROR_DENIED);
    switch_on(way);
    analyze(way, SIMULATOR_ABNORMAL);
    wait_for_results(way, 1, first);
    assert_int_equal(sign(way, first, pin_maria, "no-action"), ERROR_DENIED);
    site_said(s, "medical assistant");
    analyze(way, SIMULATOR_NORMAL);
    switch_off(way);
    wait_for_results(way, 2, second);
    assert_string_not_equal(first, second);
    assert_int_equal(site_sign_in(s, "dr.kay", pin_kay), ERROR_OK);
    assert_int_equal(sign(way, first, pin_kay, "no-action"), ERROR_CONFLICT);
    site_said(s, "newer result");
    assert_int_equal(sign(way, second, pin_maria, "no-action"), ERROR_DENIED);
    assert_int_equal(sign(way, second, pin_kay, ""), ERROR_BAD_INPUT);
    assert_int_equal(sign(way, second, pin_kay, "no-action"), ERROR_OK);
    assert_int_equal(count_events(way, "signed"), 1);
}

static void looking_is_recorded(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_int_equal(count_events(way, "viewed"), 0);
    assert_int_equal(site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, "specimen", WIRE_F_KEY,
                              way->accession, SITE_END),
                     ERROR_OK);
    assert_int_equal(count_events(way, "viewed"), 1);
    assert_int_equal(site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, "everything", SITE_END),
                     ERROR_NOT_FOUND);
}

static void a_specimen_is_rejected_for_a_reason_of_the_list(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_REJECT, 0, NULL, WIRE_F_ACCESSION, way->accession,
                              WIRE_F_REASON_CODE, "RH", SITE_END),
                     ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_REJECT, 0, NULL, WIRE_F_ACCESSION, way->accession,
                              WIRE_F_REASON_CODE, "ZZ", SITE_END),
                     ERROR_BAD_INPUT);
    assert_int_equal(site_ask(s, WIRE_REJECT, 0, NULL, WIRE_F_ACCESSION, way->accession,
                              WIRE_F_REASON_CODE, "RH", SITE_END),
                     ERROR_OK);
    assert_int_equal(print(way, "one more"), ERROR_CONFLICT);
    assert_int_equal(verify(way, way->accession), ERROR_CONFLICT);
    site_said(s, "rejected");
}

static void wrong_pins_make_a_login_wait(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;

    for (int i = 0; i < 3; i++)
        assert_int_equal(site_sign_in(s, "maria", "000001"), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "maria", pin_maria), ERROR_DENIED);
    site_said(s, "Wait");
    assert_int_equal(site_sign_in(s, "nobody", "000001"), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
}

static void what_was_done_outlives_a_killed_core(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    char token[65];

    (void)snprintf(token, sizeof token, "%s", s->client.token);
    assert_true(WIFSIGNALED(site_stop(s, SIGKILL)));
    site_start(s);
    (void)snprintf(s->client.token, sizeof s->client.token, "%s", token);
    assert_int_equal(site_ask(s, WIRE_WHO, 0, NULL, SITE_END), ERROR_DENIED);
    assert_int_equal(count_events(way, "signed"), 1);
    assert_int_equal(site_sign_in(s, "ada", pin_ada), ERROR_OK);
}

static void the_command_line_does_the_same(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    const char *show[] = { "specimen", "show", "--as", "lena", "--data", s->data, NULL };
    const char *enter_order[] = { "order", "enter", "--as", "lena", "--data", s->data, NULL };
    char input[128];

    (void)snprintf(input, sizeof input, "pin: %s\naccession: %s\n", pin_lena, way->accession);
    assert_int_equal(site_run(show, input), 0);
    (void)snprintf(input, sizeof input, "pin: %s\naccession: 000000000000\n", pin_lena);
    assert_int_equal(site_run(show, input), 1);
    (void)snprintf(input, sizeof input, "pin: 999999\naccession: %s\n", way->accession);
    assert_int_equal(site_run(show, input), 1);
    assert_int_equal(site_run(enter_order, "pin: 141421\nmrn: T-2\n"), 2);
}

static sqlite3 *open_database(const char *folder)
{
    char path[160];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", folder, FOLDER_DATABASE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void forget_states(const char *folder)
{
    sqlite3 *db = open_database(folder);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM specimen_state", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
}

static int count_states(const char *folder)
{
    sqlite3 *db = open_database(folder);
    sqlite3_stmt *q = NULL;
    int count;

    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM specimen_state", -1, &q, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    count = sqlite3_column_int(q, 0);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return count;
}

/* Whether a file shows those words as they are. */
static bool file_holds(const char *path, const char *words)
{
    static char bytes[16 * 1024 * 1024];
    FILE *file = fopen(path, "re");
    size_t got;

    assert_non_null(file);
    got = fread(bytes, 1, sizeof bytes, file);
    assert_true(got > 0 && got < sizeof bytes);
    (void)fclose(file);
    return memmem(bytes, got, words, strlen(words)) != NULL;
}

static void a_backup_comes_back_and_skips_numbers(void **state)
{
    struct way *way = *state;
    struct site *s = &way->site;
    char backup[96], key[96], again[96];
    const char *draw[] = { "backup", "key", key, "--data", s->data, NULL };
    const char *save[] = { "backup", backup, "--data", s->data, NULL };
    const char *look[] = { "backup", "verify", backup, "--key", key, "--data", again, NULL };
    const char *bring[] = { "restore", backup, "--key", key, "--data", again, NULL };
    struct site restored = *s;
    char before[65];

    (void)snprintf(backup, sizeof backup, "%s/backup", s->folder);
    (void)snprintf(key, sizeof key, "%s/key", s->folder);
    (void)snprintf(again, sizeof again, "%s/again", s->folder);
    assert_int_equal(site_run(save, ""), 1); /* there is no key yet */
    assert_int_equal(site_run(draw, ""), 0);
    assert_int_equal(site_run(draw, ""), 1);
    forget_states(s->data);
    assert_int_equal(site_run(save, ""), 0);
    assert_int_equal(site_run(look, ""), 0);   /* on a machine that has no data folder ... */
    assert_int_equal(access(again, F_OK), -1); /* ... nor has one afterwards */
    assert_false(file_holds(backup, "Doe-TEST"));
    assert_int_equal(site_run(bring, ""), 0);
    assert_int_equal(site_run(bring, ""), 1);
    (void)snprintf(restored.data, sizeof restored.data, "%s", again);
    (void)site_stop(s, SIGTERM);
    (void)snprintf(before, sizeof before, "%s", way->accession);
    restored.client.fd = -1;
    site_start(&restored);
    way->site = restored;
    assert_int_equal(site_sign_in(&way->site, "lena", pin_lena), ERROR_OK);
    assert_int_equal(count_states(again), 2); /* derived from the facts again */
    assert_int_equal(collect(way, way->accession, "", "a second tube"), ERROR_OK);
    assert_memory_equal(before, way->accession, 6);
    assert_true(strtoul(way->accession + 6, NULL, 10) - strtoul(before + 6, NULL, 10) >= 50000);
}

static void it_ends_cleanly(void **state)
{
    struct way *way = *state;
    int status = site_stop(&way->site, SIGTERM);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(site_log_count(&way->site, "P002 core: stopped after") >= 1);
    assert_int_equal(site_log_count(&way->site, "Doe-TEST"), 0);
}

/* The settings of a printer at a port where somebody listens and nobody answers. */
static void mute_printer(char *settings, size_t size)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(settings, size,
                   "[printer mute]\nkind = tcp\nport = 127.0.0.1:%u\nanswers = no\n",
                   ntohs(at.sin_port));
}

int main(int argc, char **argv)
{
    char mute[128];
    struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_administrator_adds_people),
        cmocka_unit_test(every_new_pin_is_on_record),
        cmocka_unit_test(an_order_needs_the_right_patient_provider_and_test),
        cmocka_unit_test(nothing_is_collected_or_labelled_before_two_identifiers),
        cmocka_unit_test(a_label_is_printed_once_and_a_copy_needs_a_reason),
        cmocka_unit_test(only_its_own_label_verifies_a_specimen),
        cmocka_unit_test(what_a_mute_printer_printed_is_scanned_back),
        cmocka_unit_test(only_a_provider_signs_what_was_seen),
        cmocka_unit_test(looking_is_recorded),
        cmocka_unit_test(a_specimen_is_rejected_for_a_reason_of_the_list),
        cmocka_unit_test(wrong_pins_make_a_login_wait),
        cmocka_unit_test(what_was_done_outlives_a_killed_core),
        cmocka_unit_test(the_command_line_does_the_same),
        cmocka_unit_test(a_backup_comes_back_and_skips_numbers),
        cmocka_unit_test(it_ends_cleanly),
    };
    static struct way way;
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    mute_printer(mute, sizeof mute);
    site_make(&way.site, mute);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tests[i].initial_state = &way;
    return site_over(&way.site, cmocka_run_group_tests(tests, NULL, NULL));
}
