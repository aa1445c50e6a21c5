/* Core's side of a printer's child, blocking: see the header. */
#include "tests/support/printer_side.h"

#include "tests/unit/test.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, CHANNEL = 3 };

void printer_side_start(struct printer_side *p, int (*run)(int argc, char **argv))
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    p->core = pair[0];
    p->pid = fork();
    if (p->pid == 0) {
        char *arguments[] = { (char *)"phial", NULL };
        if (pair[1] == CHANNEL ? 0 : dup2(pair[1], CHANNEL) != CHANNEL)
            _exit(99);
        _exit(run(1, arguments));
    }
    assert_true(p->pid > 0);
    assert_int_equal(close(pair[1]), 0);
}

static void send_packet(struct printer_side *p, struct wire_writer *w)
{
    struct span packet;
    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    assert_int_equal(send(p->core, packet.at, packet.len, MSG_NOSIGNAL), packet.len);
    wire_free(w);
}

void printer_side_setup(struct printer_side *p, const char *port, const char *const *settings)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, "bench");
    wire_put_text(&w, WIRE_F_PORT, port);
    for (; *settings; settings++)
        wire_put_text(&w, WIRE_F_SETTINGS, *settings);
    send_packet(p, &w);
}

void printer_side_print(struct printer_side *p, uint64_t ticket, const char *family)
{
    struct wire_writer w;
    wire_begin(&w, WIRE_PRINT);
    wire_put_number(&w, WIRE_F_TICKET, ticket);
    wire_put_text(&w, WIRE_F_ACCESSION, "260314000423");
    wire_put_text(&w, WIRE_F_FAMILY, family);
    wire_put_text(&w, WIRE_F_GIVEN, "Jane");
    wire_put_text(&w, WIRE_F_MRN, "1");
    wire_put_text(&w, WIRE_F_BIRTH_DATE, "1981-03-14");
    wire_put_text(&w, WIRE_F_STOCK, "2x1");
    wire_put_number(&w, WIRE_F_COPY, 0);
    send_packet(p, &w);
}

struct printer_told *printer_side_next(struct printer_side *p, enum wire_type type)
{
    struct printer_told *told = malloc(sizeof *told);
    assert_non_null(told);
    for (;;) {
        struct pollfd poller = { p->core, POLLIN, 0 };
        struct complaint why;
        ssize_t len;
        if (poll(&poller, 1, PATIENCE_MS) != 1)
            fail_msg("the printer's process says nothing");
        len = recv(p->core, told->bytes, sizeof told->bytes, 0);
        if (len <= 0) {
            free(told);
            return NULL;
        }
        assert_int_equal(
            wire_read(span_of(told->bytes, (size_t)len), WIRE_LABELS, &told->message, &why),
            ERROR_OK);
        if (type == WIRE_TYPE_COUNT || told->message.type == type)
            return told;
    }
}

void printer_side_expect_printed(struct printer_side *p, uint64_t ticket, enum print_status status,
                                 const char *words)
{
    struct printer_told *told = printer_side_next(p, WIRE_PRINTED);
    assert_non_null(told);
    assert_int_equal(wire_number(&told->message, WIRE_F_TICKET), ticket);
    if (wire_number(&told->message, WIRE_F_STATUS) != (uint64_t)status ||
        !strstr(wire_text(&told->message, WIRE_F_SENTENCE), words))
        fail_msg("status %d: %s", (int)wire_number(&told->message, WIRE_F_STATUS),
                 wire_text(&told->message, WIRE_F_SENTENCE));
    free(told);
}

void printer_side_expect_link(struct printer_side *p, enum link_state state, const char *words)
{
    bool found = false;
    while (!found) {
        struct printer_told *told = printer_side_next(p, WIRE_LINK);
        assert_non_null(told);
        found = wire_number(&told->message, WIRE_F_STATE) == (uint64_t)state &&
                strstr(wire_text(&told->message, WIRE_F_SENTENCE), words);
        free(told);
    }
}

void printer_side_expect_ready(struct printer_side *p)
{
    struct printer_told *told = printer_side_next(p, WIRE_READY);
    assert_non_null(told);
    free(told);
}

void printer_side_wait(struct printer_side *p, int expected)
{
    int status = -1;
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    assert_int_equal(close(p->core), 0);
}

void printer_side_end(struct printer_side *p, int expected)
{
    assert_int_equal(shutdown(p->core, SHUT_WR), 0);
    printer_side_wait(p, expected);
}
