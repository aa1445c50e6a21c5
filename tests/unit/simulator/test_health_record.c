/* The stand-in for a health record: what it answers to a message, and the one that it refuses. */
#include "instruments/simulator/health_record.h"
#include "tests/unit/test.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER = 1024, TURNS = 1000 };

#define MESSAGE(control, mrn)                                                                      \
    "\x0bMSH|^~\\&|PHIAL|LAB|EHR|CLINIC|20260314||ORU^R01^ORU_R01|" control "|T|2.5.1\r"           \
    "PID|1||" mrn "^^^LAB^MR||Haddad-TEST^Layla\r\x1c\r"

struct bench {
    uv_loop_t loop;
    struct health_record *record;
    char port[64];
    struct sockaddr_in address;
    int fd;
};

/* A port that is free; nobody else asks for it in between. */
static void choose_port(struct bench *b)
{
    socklen_t size = sizeof b->address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    b->address.sin_family = AF_INET;
    b->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&b->address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&b->address, &size), 0);
    (void)close(fd);
    (void)snprintf(b->port, sizeof b->port, "tcp-listen:127.0.0.1:%u", ntohs(b->address.sin_port));
}

static void reach(struct bench *b)
{
    b->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(b->fd, (struct sockaddr *)&b->address, sizeof b->address), 0);
}

static void open_bench(struct bench *b, const char *stumble)
{
    struct complaint why = { "" };
    struct health_record_plan plan = { .port = b->port,
                                       .stumble = stumble,
                                       .words = "Nobody of this number.",
                                       .clock = clock_system() };

    memset(b, 0, sizeof *b);
    choose_port(b);
    assert_int_equal(uv_loop_init(&b->loop), 0);
    assert_int_equal(health_record_open(&b->loop, &plan, &b->record, &why), ERROR_OK);
    reach(b);
}

static void close_bench(struct bench *b)
{
    (void)close(b->fd);
    health_record_close(b->record);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&b->loop), 0);
}

static void say(struct bench *b, const char *text)
{
    assert_int_equal(send(b->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* What came until the block ended. */
static const char *hear(struct bench *b, char answer[ANSWER])
{
    size_t len = 0;

    for (int i = 0; i < TURNS && (len == 0 || !memchr(answer, 0x1c, len)); i++) {
        ssize_t got = recv(b->fd, answer + len, ANSWER - 1 - len, MSG_DONTWAIT);
        if (got > 0)
            len += (size_t)got;
        else
            (void)uv_run(&b->loop, UV_RUN_ONCE);
    }
    answer[len] = '\0';
    return answer;
}

static void test_takes_each_message(void **state)
{
    struct bench b;
    char answer[ANSWER];
    (void)state;

    open_bench(&b, NULL);
    say(&b, MESSAGE("PH1", "T-1007"));
    assert_non_null(strstr(hear(&b, answer), "\rMSA|AA|PH1\r"));
    say(&b, MESSAGE("PH2", "T-1004") MESSAGE("PH3", "T-1004"));
    hear(&b, answer);
    if (!strstr(answer, "MSA|AA|PH3"))
        hear(&b, answer);
    assert_non_null(strstr(answer, "\rMSA|AA|PH3\r"));
    close_bench(&b);
}

static void test_refuses_one_once(void **state)
{
    struct bench b;
    char answer[ANSWER];
    (void)state;

    open_bench(&b, "T-1004");
    say(&b, MESSAGE("PH1", "T-10045"));
    assert_non_null(strstr(hear(&b, answer), "\rMSA|AA|PH1\r"));
    say(&b, MESSAGE("PH2", "T-1004"));
    assert_non_null(strstr(hear(&b, answer), "\rMSA|AE|PH2\r"));
    assert_non_null(strstr(answer, "|Nobody of this number.\r"));
    say(&b, MESSAGE("PH2", "T-1004"));
    assert_non_null(strstr(hear(&b, answer), "\rMSA|AA|PH2\r"));
    close_bench(&b);
}

static void test_half_a_message_is_not_continued(void **state)
{
    struct bench b;
    char answer[ANSWER];
    (void)state;

    open_bench(&b, NULL);
    say(&b, "\x0bMSH|^~\\&|PHIAL|LAB|EHR|CLINIC|2026");
    (void)uv_run(&b.loop, UV_RUN_NOWAIT);
    (void)close(b.fd);
    (void)uv_run(&b.loop, UV_RUN_NOWAIT);
    reach(&b);
    say(&b, MESSAGE("PH4", "T-1007"));
    assert_non_null(strstr(hear(&b, answer), "\rMSA|AA|PH4\r"));
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_each_message),
        cmocka_unit_test(test_refuses_one_once),
        cmocka_unit_test(test_half_a_message_is_not_continued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
