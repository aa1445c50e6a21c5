/* Children that misbehave, die or are orphaned; two cores; the first start. */
#include "tests/daemon/site.h"

#include "tests/support/children.h"
#include "tests/unit/test.h"

#include "core/daemon/commands.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

static bool alive(pid_t pid)
{
    char path[64], text[512] = "";
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (!file)
        return false;
    if (!fgets(text, sizeof text, file))
        text[0] = '\0';
    (void)fclose(file);
    return !strstr(text, ") Z ");
}

static int connect_to(unsigned port)
{
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* The process id that the page's process says, or 0. */
static pid_t ask_page(const struct site *s)
{
    char text[16] = "";
    int fd = connect_to(s->web_port);
    struct pollfd ready = { .fd = fd, .events = POLLIN };

    assert_true(fd >= 0); /* never refused */
    if (poll(&ready, 1, PATIENCE_MS) == 1 && read(fd, text, sizeof text - 1) < 0)
        text[0] = '\0';
    (void)close(fd);
    return (pid_t)strtol(text, NULL, 10);
}

static void a_page_that_dies_is_started_again_and_nobody_refused(void **state)
{
    const struct site *s = *state;
    pid_t last = ask_page(s);

    assert_true(last > 0);
    for (int i = 0; i < 3; i++) {
        pid_t next;
        assert_int_equal(kill(last, SIGKILL), 0);
        while (alive(last)) /* what dies may still take a connection with it */
            site_sleep(1);
        next = ask_page(s); /* waits in the listener's queue until the next process is there */
        assert_true(next > 0);
        assert_true(next != last);
        last = next;
    }
}

static void a_child_that_talks_nonsense_is_ended_and_core_goes_on(void **state)
{
    struct site *s = *state;

    assert_true(site_log_wait(s, "P012 instrument nonsense:", 3));
    assert_int_equal(site_sign_in(s, "nobody", "000001"), ERROR_DENIED);
    assert_int_equal(site_log_count(s, "P012 instrument afinion"), 0);
}

/* Nobody else's frames are refused because of it. */
static void a_child_that_speaks_out_of_turn_fails_no_transaction(void **state)
{
    struct site *s = *state;

    assert_true(site_log_wait(s, "P012 instrument early:", 1));
    assert_true(site_log_wait(s, "P012 instrument twice:", 1));
    assert_int_equal(site_log_count(s, "a transaction failed"), 0);
}

static void nonsense_on_the_control_socket_is_hung_up_on(void **state)
{
    struct site *s = *state;
    struct client other;
    char packet[] = "this is no message of ours", in[64];

    assert_int_equal(client_open(s->data, &other, NULL), ERROR_OK);
    assert_int_equal(send(other.fd, packet, sizeof packet, MSG_NOSIGNAL), (ssize_t)sizeof packet);
    assert_int_equal(recv(other.fd, in, sizeof in, 0), 0);
    client_close(&other);
    assert_int_equal(site_sign_in(s, "nobody", "000001"), ERROR_DENIED);
}

static void an_analyzer_is_not_refused_while_its_driver_starts_again(void **state)
{
    const struct site *s = *state;
    pid_t pids[CHILDREN_MOST];
    size_t count = children_of(s->core, pids);

    for (size_t i = 0; i < count; i++)
        (void)kill(pids[i], SIGKILL);
    for (int i = 0; i < 20; i++) {
        int fd = connect_to(s->instrument_port);
        assert_true(fd >= 0);
        (void)close(fd);
        site_sleep(20);
    }
    assert_true(site_log_wait(s, "P010 instrument afinion: started", 2));
}

static void one_folder_has_one_core(void **state)
{
    const struct site *s = *state;
    const char *serve[] = { "serve", "--data", s->data, NULL };
    const char *first[] = { "user", "add", "--data", s->data, NULL };
    const char *check[] = { "check", "--data", s->data, NULL };

    assert_int_equal(site_run(serve, ""), COMMAND_ENVIRONMENT);
    assert_int_equal(site_run(first, "login: eve\nname: Eve Invented\nnew_pin: 314159\n"),
                     COMMAND_ENVIRONMENT);
    assert_int_equal(site_run(check, ""), COMMAND_DONE);
}

/* The one-time code as core printed it. */
static void read_code(const struct site *s, char code[16])
{
    static const char before[] = "one-time code ";
    char line[2048], *at = NULL;
    FILE *file = fopen(s->log, "r");

    assert_non_null(file);
    while (!at && fgets(line, sizeof line, file))
        at = strstr(line, before);
    (void)fclose(file);
    assert_non_null(at);
    (void)snprintf(code, 13, "%s", at + strlen(before));
}

static enum error add(struct site *s, const char *login, const char *role)
{
    return site_ask(s, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, login, WIRE_F_NAME, "Ada Invented",
                    WIRE_F_ROLE, role, WIRE_F_NEW_PIN, "314159", SITE_END);
}

static void the_printed_code_makes_one_administrator(void **state)
{
    struct site *s = *state;
    char code[16];

    read_code(s, code);
    assert_int_equal(site_sign_in(s, "setup", "000000000000"), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "setup", code), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_VIEW, 0, NULL, WIRE_F_WHAT, "tests", SITE_END), ERROR_DENIED);
    assert_int_equal(add(s, "kay", "provider"), ERROR_BAD_INPUT);
    assert_int_equal(add(s, "ada", "administrator"), ERROR_OK);
    assert_int_equal(add(s, "eve", "administrator"), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "setup", code), ERROR_DENIED);
    assert_int_equal(site_sign_in(s, "ada", "314159"), ERROR_OK);
}

/* Guesses that are sent at once count one after the other: the right one, last, comes too late. */
static void many_guesses_at_once_are_no_way_round_the_wait(void **state)
{
    struct site *s = *state;
    char in[1024];
    int allowed = 0, refused = 0;

    for (int i = 0; i < 8; i++) {
        struct wire_writer w;
        struct span packet;
        wire_begin(&w, WIRE_SIGN_IN);
        wire_put_number(&w, WIRE_F_ID, 1000 + (uint64_t)i);
        wire_put_text(&w, WIRE_F_LOGIN, "ada");
        wire_put_text(&w, WIRE_F_PIN, i < 7 ? "271828" : "314159");
        assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
        assert_int_equal(send(s->client.fd, packet.at, packet.len, MSG_NOSIGNAL), packet.len);
        wire_free(&w);
    }
    for (int i = 0; i < 8; i++) {
        ssize_t len = recv(s->client.fd, in, sizeof in, 0);
        struct wire_message m;
        assert_true(len > 0);
        assert_int_equal(wire_read(span_of(in, (size_t)len), WIRE_CORE, &m, NULL), ERROR_OK);
        if (wire_number(&m, WIRE_F_STATUS) == ERROR_OK)
            allowed++;
        else
            refused++;
    }
    assert_int_equal(allowed, 0);
    assert_int_equal(refused, 8);
}

static void children_end_with_their_core(void **state)
{
    struct site *s = *state;
    pid_t pids[CHILDREN_MOST];
    size_t count, left = 1;

    site_sleep(500);
    count = children_of(s->core, pids);
    assert_true(count >= 4);
    (void)site_stop(s, SIGKILL);
    for (int i = 0; left && i < 100; i++) {
        left = 0;
        site_sleep(50);
        for (size_t j = 0; j < count; j++)
            left += alive(pids[j]) ? 1 : 0;
    }
    assert_int_equal(left, 0);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_code_makes_one_administrator),
        cmocka_unit_test(a_page_that_dies_is_started_again_and_nobody_refused),
        cmocka_unit_test(a_child_that_talks_nonsense_is_ended_and_core_goes_on),
        cmocka_unit_test(a_child_that_speaks_out_of_turn_fails_no_transaction),
        cmocka_unit_test(nonsense_on_the_control_socket_is_hung_up_on),
        cmocka_unit_test(an_analyzer_is_not_refused_while_its_driver_starts_again),
        cmocka_unit_test(one_folder_has_one_core),
        cmocka_unit_test(many_guesses_at_once_are_no_way_round_the_wait),
        cmocka_unit_test(children_end_with_their_core),
    };
    static struct site site;
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    site_make(&site, "[instrument nonsense]\nprofile = generic-lis02\n"
                     "port = tcp:127.0.0.1:1\n"
                     "[instrument early]\nprofile = generic-lis02\nport = tcp:127.0.0.1:2\n"
                     "[instrument twice]\nprofile = generic-lis02\nport = tcp:127.0.0.1:3\n");
    site_start(&site);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tests[i].initial_state = &site;
    return site_over(&site, cmocka_run_group_tests(tests, NULL, NULL));
}
