/*
 * Phial as a service: what it tells the service manager, how the first person signs in, that a
 * message of another instrument than the port's is acknowledged and held, and how it ends.
 */
#include "tests/daemon/site.h"

#include "tests/support/children.h"
#include "tests/unit/test.h"

#include "core/daemon/commands.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    WATCHDOG_MS = 600,
    LONG = 10000,
    LOOKS = 10000, /* ms between core's looks at what rests, from its start */
};

static struct service {
    struct site site;
    int manager;   /* the service manager's end */
    int64_t ready; /* ms, when core said so */
    char folder[64];
} service;

/* The next datagram to the manager, or "" when none comes in time. */
static const char *told(int ms)
{
    static char text[512];
    struct pollfd ready = { service.manager, POLLIN, 0 };
    ssize_t len = 0;

    if (poll(&ready, 1, ms) == 1)
        len = recv(service.manager, text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = '\0';
    return text;
}

static int64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void it_says_when_it_is_ready_and_what_it_serves(void **state)
{
    char wanted[128];

    (void)state;
    (void)snprintf(wanted, sizeof wanted, "READY=1\nSTATUS=Serving on 127.0.0.1:%u",
                   service.site.web_port);
    assert_string_equal(told(LONG), wanted);
    service.ready = now_ms();
}

static void a_loop_that_hangs_feeds_no_watchdog(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_string_equal(told(LONG), "WATCHDOG=1");
    assert_int_equal(kill(service.site.core, SIGSTOP), 0);
    while (*told(0))
        ;
    assert_string_equal(told(2 * WATCHDOG_MS), "");
    assert_int_equal(kill(service.site.core, SIGCONT), 0);
    assert_string_equal(told(LONG), "WATCHDOG=1");
}

static int first_sign_in(void)
{
    const char *first[] = { "user", "first", "--data", service.site.data, NULL };
    return site_run(first, "");
}

static void the_code_of_the_first_start_is_there_until_it_is_used(void **state)
{
    char path[160], code[16] = "";
    struct stat at;
    FILE *file;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/setup-code", service.site.data);
    assert_int_equal(stat(path, &at), 0);
    assert_int_equal(at.st_mode & 0777, 0600);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(code, sizeof code, file));
    (void)fclose(file);
    assert_int_equal(first_sign_in(), COMMAND_DONE);
    assert_int_equal(site_sign_in(&service.site, "setup", code), ERROR_OK);
    assert_int_equal(site_ask(&service.site, WIRE_USER_ADD, 0, NULL, WIRE_F_LOGIN, "ada",
                              WIRE_F_NAME, "Ada Invented", WIRE_F_ROLE, "administrator",
                              WIRE_F_NEW_PIN, "314159", SITE_END),
                     ERROR_OK);
    assert_int_not_equal(stat(path, &at), 0);
    assert_int_equal(first_sign_in(), COMMAND_NO);
}

/* Sends, and expects the acknowledgement. */
static void offer(int fd, const char *bytes, size_t len)
{
    char answer = '\0';

    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
    assert_int_equal(recv(fd, &answer, 1, 0), 1);
    assert_int_equal(answer, '\x06');
}

/* A connection to the instrument's port on which a message was announced. */
static int open_line(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)service.site.instrument_port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    offer(fd, "\x05", 1);
    return fd;
}

/* Its next frame by LIS01: one record. */
static void send_frame(int fd, size_t number, const char *record)
{
    char frame[512];
    int len = snprintf(frame, sizeof frame, "\x02%zu%s\r\x03", number % 8, record);
    unsigned sum = 0;

    for (int k = 1; k < len; k++)
        sum += (unsigned char)frame[k];
    len += snprintf(frame + len, sizeof frame - (size_t)len, "%02X\r\n", sum & 0xff);
    offer(fd, frame, (size_t)len);
}

static void send_message(const char *const *records, size_t count)
{
    int fd = open_line();

    for (size_t i = 0; i < count; i++)
        send_frame(fd, i + 1, records[i]);
    assert_int_equal(send(fd, "\x04", 1, MSG_NOSIGNAL), 1);
    (void)close(fd);
}

/* An invented message of a DCA Vantage at the port of an Afinion, and then one of an Afinion. */
static void a_swapped_cable_is_noticed_from_the_first_message(void **state)
{
    static const char *const dca[] = { ("H|\\^&|||DCA VANTAGE^04.04.00.00^S000042|||||||P||"
                                        "20260312070102"),
                                       "P|1", "O|1||125^0990||||||||||||||||||||||F",
                                       "R|1|^^^HbA1c|5.4|%||||F|||20260312065900", "L|1|N" };
    static const char *const afinion[] = { ("H|\\^&|||Afinion 2 Analyzer^^AF0004711|||||||P|1|"
                                            "20260312141235"),
                                           "P|1||MRN-3001",
                                           ("O|1|260312000138|5|^^^HbA1c|||||||N||||^C||||||||"
                                            "^10228413||F"),
                                           "R|1|^^^HbA1c|5.9|%||||F||NURSE7||20260312140615",
                                           "L|1|N" };

    (void)state;
    send_message(dca, sizeof dca / sizeof dca[0]);
    assert_true(site_log_wait(&service.site, "of afinion is held: other-instrument", 1));
    send_message(afinion, sizeof afinion / sizeof afinion[0]);
    assert_true(site_log_wait(&service.site, "of afinion is held", 2));
    assert_int_equal(site_log_count(&service.site, "held: other-instrument"), 1);
}

/* Until so long after a look; the watchdog's words are read meanwhile. */
static void wait_after_look(int64_t ms)
{
    while ((now_ms() - service.ready) % LOOKS > ms)
        (void)told(WATCHDOG_MS);
    while ((now_ms() - service.ready) % LOOKS < ms)
        (void)told(WATCHDOG_MS / 10);
}

/* The decoder, which comes for half a message whose driver was killed. */
static pid_t bring_decoder(void)
{
    pid_t driver = child_named(service.site.core, "child-instrument afinion"), decoder = 0;
    int fd = open_line();

    send_frame(fd, 1, "H|\\^&|||Afinion 2 Analyzer^^AF0004711|||||||P|1|20260312141235");
    assert_true(driver > 0 && kill(driver, SIGKILL) == 0);
    (void)close(fd);
    for (int64_t until = now_ms() + LONG; !decoder && now_ms() < until;) {
        (void)told(10);
        decoder = child_named(service.site.core, "child-instrument decoder");
    }
    assert_true(decoder > 0);
    return decoder;
}

/* The decoder waits for its next work, and hangs. Core's look at what may rest comes after the word
 * to stop, while core still waits for it. */
static void it_says_that_it_stops_and_does_though_a_child_hangs(void **state)
{
    const char *last;
    pid_t decoder;

    (void)state;
    wait_after_look(LOOKS / 4);
    decoder = bring_decoder();
    wait_after_look(LOOKS - 1500);
    assert_int_equal(kill(decoder, SIGSTOP), 0);
    while (*told(0))
        ;
    assert_int_equal(site_stop(&service.site, SIGTERM), 0);
    for (last = told(0); strcmp(last, "WATCHDOG=1") == 0; last = told(0))
        ;
    assert_string_equal(last, "STOPPING=1");
}

/* The manager's socket, and what a service finds in its environment. */
static void play_manager(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    char text[32];

    (void)snprintf(service.folder, sizeof service.folder, "/tmp/phial-manager-XXXXXX");
    if (!mkdtemp(service.folder))
        abort();
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/notify", service.folder);
    service.manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(service.manager, (const struct sockaddr *)&at, sizeof at) != 0)
        abort();
    (void)snprintf(text, sizeof text, "%d", WATCHDOG_MS * 1000);
    (void)setenv("NOTIFY_SOCKET", at.sun_path, 1);
    (void)setenv("WATCHDOG_USEC", text, 1);
}

static void forget_manager(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/notify", service.folder);
    (void)unlink(path);
    (void)rmdir(service.folder);
    (void)close(service.manager);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_when_it_is_ready_and_what_it_serves),
        cmocka_unit_test(a_loop_that_hangs_feeds_no_watchdog),
        cmocka_unit_test(the_code_of_the_first_start_is_there_until_it_is_used),
        cmocka_unit_test(a_swapped_cable_is_noticed_from_the_first_message),
        cmocka_unit_test(it_says_that_it_stops_and_does_though_a_child_hangs),
    };
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    play_manager();
    site_make(&service.site, "");
    site_start(&service.site);
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    failed = site_over(&service.site, cmocka_run_group_tests(tests, NULL, NULL));
    forget_manager();
    return failed;
}
