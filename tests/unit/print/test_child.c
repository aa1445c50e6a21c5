/*
 * The printer's process itself, as core sees it: started with a socket on descriptor 3, told its
 * setup, given labels. On the other side stands a folder, or a printer on port "9100" played by a
 * thread of the test, with its faults.
 */
#include "tests/support/printer_side.h"
#include "tests/unit/test.h"

#include "labels/print/commands.h"
#include "labels/print/printer.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct printer_side start_child(void)
{
    struct printer_side p;
    printer_side_start(&p, command_child_label);
    return p;
}

static void send_setup(struct printer_side *p, const char *port, const char *setting)
{
    printer_side_setup(p, port, (const char *[]) { setting, NULL });
}

/* ---- a folder ---- */

static size_t count_files(const char *folder, const char *ending)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        size_t len = strlen(entry->d_name), tail = strlen(ending);
        count += len > tail && strcmp(entry->d_name + len - tail, ending) == 0 &&
                 strncmp(entry->d_name, "260314000423", 12) == 0;
    }
    (void)closedir(dir);
    return count;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    (void)closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

static void a_folder_gets_a_file_for_each_label(void **state)
{
    static const char *const formats[] = { "pdf", "png", "svg", "zpl", "tspl", "dymo-450" };
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char folder[] = "/tmp/phial-label-XXXXXX", port[64], setting[32];
        struct printer_side p = start_child();
        assert_non_null(mkdtemp(folder));
        (void)snprintf(port, sizeof port, "file:%s", folder);
        (void)snprintf(setting, sizeof setting, "format=%s", formats[i]);
        send_setup(&p, port, setting);
        printer_side_expect_ready(&p);
        printer_side_print(&p, 7, "Doe-TEST");
        printer_side_print(&p, 8, "Nguy\u1ec5n-TEST");
        printer_side_print(&p, 9, "\ue000-TEST");
        printer_side_expect_printed(&p, 7, PRINT_DONE, "");
        printer_side_expect_printed(&p, 8, PRINT_DONE, "");
        printer_side_expect_printed(&p, 9, PRINT_DONE, "check the name by hand");
        assert_int_equal(count_files(folder, formats[i]), 3);
        printer_side_end(&p, 0);
        remove_folder(folder);
    }
}

static void a_folder_that_is_not_there_is_waited_for(void **state)
{
    char folder[] = "/tmp/phial-label-XXXXXX", port[64];
    struct printer_side p = start_child();
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(rmdir(folder), 0);
    (void)snprintf(port, sizeof port, "file:%s", folder);
    send_setup(&p, port, NULL);
    printer_side_expect_link(&p, LINK_STATE_DOWN, "cannot be opened");
    printer_side_print(&p, 1, "Doe-TEST");
    printer_side_expect_printed(&p, 1, PRINT_FAILED, "No label was printed");
    assert_int_equal(mkdir(folder, 0700), 0);
    printer_side_expect_ready(&p);
    printer_side_print(&p, 2, "Doe-TEST");
    printer_side_expect_printed(&p, 2, PRINT_DONE, "");
    remove_folder(folder);
    printer_side_end(&p, 0);
}

static void a_setup_that_makes_no_sense_ends_it(void **state)
{
    static const struct {
        const char *port, *setting, *words;
    } setups[] = {
        { "usb:1", NULL, "0a5f:0084" },
        { "tcp:printer", NULL, "192.0.2.7:9100" },
        { "file:", NULL, "a folder" },
        { "tcp::9100", NULL, "192.0.2.7:9100" },
        { "lpt:1", NULL, "file, tcp, usb or cups" },
        { "file:/tmp", "dpi=96", "dpi= must be 203" },
        { "tcp:127.0.0.1:9100", "language=pcl", "zpl, epl2" },
        { "tcp:127.0.0.1:9100", "colour=red", "does not know the setting" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof setups / sizeof *setups; i++) {
        struct printer_side p = start_child();
        send_setup(&p, setups[i].port, setups[i].setting);
        printer_side_expect_link(&p, LINK_STATE_DOWN, setups[i].words);
        printer_side_end(&p, 2);
    }
}

/* ---- a printer on the network ---- */

enum fault { FINE, PAPER_OUT, HEAD_OPEN, PAUSED, SILENT, SILENT_AFTER, DROPS_AFTER, ONE_WAY };

struct fake {
    pthread_t thread;
    int listener;
    unsigned port;
    enum fault fault;
    atomic_int labels, questions;
};

static void fake_answer(struct fake *f, int fd)
{
    char text[256];
    int printing = atomic_load(&f->labels) > 0 && atomic_load(&f->questions) % 5 == 3;
    int len = snprintf(text, sizeof text,
                       "\x02"
                       "030,%d,%d,0203,%03d,0,0,0,000,0,0,0\x03\r\n"
                       "\x02"
                       "000,0,%d,0,0,2,4,0,%08d,1,000\x03\r\n"
                       "\x02"
                       "1234,0\x03\r\n",
                       f->fault == PAPER_OUT, f->fault == PAUSED, printing, f->fault == HEAD_OPEN,
                       printing);
    /* in two pieces, as networks do */
    (void)send(fd, text, 30, MSG_NOSIGNAL);
    (void)send(fd, text + 30, (size_t)len - 30, MSG_NOSIGNAL);
}

/* Looks for questions and labels in what has come; returns false when the line is to be cut. */
static bool fake_take(struct fake *f, int fd, char *text, size_t *len)
{
    for (;;) {
        char *question = strstr(text, "~HS"), *label = strstr(text, "^XZ");
        char *end = !label || (question && question < label) ? question : label;
        if (!end)
            return true;
        *len -= (size_t)(end + 3 - text);
        memmove(text, end + 3, *len + 1);
        if (end == label) {
            atomic_fetch_add(&f->labels, 1);
            if (f->fault == DROPS_AFTER)
                return false;
            continue;
        }
        atomic_fetch_add(&f->questions, 1);
        if (f->fault == SILENT || f->fault == ONE_WAY ||
            (f->fault == SILENT_AFTER && atomic_load(&f->labels)))
            continue;
        fake_answer(f, fd);
    }
}

static void *fake_run(void *context)
{
    struct fake *f = context;
    static _Thread_local char text[65536];
    int fd;

    while ((fd = accept(f->listener, NULL, NULL)) >= 0) {
        size_t len = 0;
        ssize_t got;
        while ((got = recv(fd, text + len, sizeof text - 1 - len, 0)) > 0) {
            len += (size_t)got;
            text[len] = '\0';
            if (!fake_take(f, fd, text, &len))
                break;
        }
        (void)close(fd);
    }
    return NULL;
}

static void fake_start(struct fake *f, enum fault fault)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    memset(f, 0, sizeof *f);
    f->fault = fault;
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(f->listener >= 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(f->listener, 4), 0);
    assert_int_equal(getsockname(f->listener, (struct sockaddr *)&at, &size), 0);
    f->port = ntohs(at.sin_port);
}

/* After the child's fork: a thread would not be in it. */
static void fake_serve(struct fake *f)
{
    assert_int_equal(pthread_create(&f->thread, NULL, fake_run, f), 0);
}

static void fake_stop(struct fake *f)
{
    (void)shutdown(f->listener, SHUT_RDWR);
    assert_int_equal(pthread_join(f->thread, NULL), 0);
    assert_int_equal(close(f->listener), 0);
}

static struct printer_side start_with(struct fake *f, enum fault fault, const char *setting)
{
    char port[64];
    struct printer_side p;
    fake_start(f, fault);
    p = start_child();
    fake_serve(f);
    (void)snprintf(port, sizeof port, "tcp:127.0.0.1:%u", f->port);
    send_setup(&p, port, setting);
    printer_side_expect_ready(&p);
    return p;
}

static void a_printer_that_works_prints_each_label_once(void **state)
{
    struct fake f;
    struct printer_side p = start_with(&f, FINE, "dpi=300");
    (void)state;
    for (uint64_t ticket = 1; ticket <= 3; ticket++)
        printer_side_print(&p, ticket, "^XA~JA<script>-TEST");
    for (uint64_t ticket = 1; ticket <= 3; ticket++)
        printer_side_expect_printed(&p, ticket, PRINT_DONE, "");
    assert_int_equal(atomic_load(&f.labels), 3);
    printer_side_end(&p, 0);
    fake_stop(&f);
}

static void a_printer_that_cannot_gets_no_label(void **state)
{
    static const struct {
        enum fault fault;
        const char *words;
    } faults[] = { { PAPER_OUT, "out of labels" },
                   { HEAD_OPEN, "head is open" },
                   { PAUSED, "paused" } };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct fake f;
        struct printer_side p = start_with(&f, faults[i].fault, NULL);
        printer_side_expect_link(&p, LINK_STATE_UP, faults[i].words);
        printer_side_print(&p, 5, "Doe-TEST");
        printer_side_expect_printed(&p, 5, PRINT_FAILED, faults[i].words);
        assert_int_equal(atomic_load(&f.labels), 0);
        printer_side_end(&p, 0);
        fake_stop(&f);
    }
}

static void a_silent_printer_gets_no_label_and_is_left(void **state)
{
    struct fake f;
    struct printer_side p = start_with(&f, SILENT, NULL);
    (void)state;
    printer_side_print(&p, 5, "Doe-TEST");
    printer_side_expect_link(&p, LINK_STATE_DOWN, "does not answer");
    printer_side_expect_printed(&p, 5, PRINT_FAILED, "before this label was sent");
    assert_int_equal(atomic_load(&f.labels), 0);
    printer_side_end(&p, 0);
    fake_stop(&f);
}

static void what_nobody_confirmed_is_unknown_and_sent_once(void **state)
{
    static const enum fault faults[] = { SILENT_AFTER, DROPS_AFTER };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake f;
        struct printer_side p = start_with(&f, faults[i], NULL);
        printer_side_print(&p, 5, "Doe-TEST");
        printer_side_print(&p, 6, "Roe-TEST");
        printer_side_expect_printed(&p, 5, PRINT_UNKNOWN, "Look at the printer");
        printer_side_expect_link(&p, LINK_STATE_DOWN, "printer");
        printer_side_expect_printed(&p, 6, PRINT_FAILED, "before this label was sent");
        printer_side_end(&p, 0);
        fake_stop(&f);
        assert_int_equal(atomic_load(&f.labels), 1);
    }
}

static void a_one_way_printer_is_never_believed(void **state)
{
    struct fake f;
    struct printer_side p = start_with(&f, ONE_WAY, "answers=no");
    (void)state;
    printer_side_print(&p, 5, "Doe-TEST");
    printer_side_expect_printed(&p, 5, PRINT_UNKNOWN, "Look whether it came out");
    printer_side_end(&p, 0);
    fake_stop(&f);
    assert_int_equal(atomic_load(&f.questions), 0);
}

static void a_printer_that_is_off_is_waited_for(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    char port[64];
    struct printer_side p = start_child();
    int nobody = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;
    /* A port that is bound and does not listen refuses, and no other test can take it. */
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(nobody, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(nobody, (struct sockaddr *)&at, &size), 0);
    (void)snprintf(port, sizeof port, "tcp:127.0.0.1:%u", ntohs(at.sin_port));
    send_setup(&p, port, NULL);
    printer_side_expect_link(&p, LINK_STATE_DOWN, "cannot be reached");
    printer_side_print(&p, 1, "Doe-TEST");
    printer_side_expect_printed(&p, 1, PRINT_FAILED, "No label was printed");
    printer_side_end(&p, 0);
    assert_int_equal(close(nobody), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_gets_a_file_for_each_label),
        cmocka_unit_test(a_folder_that_is_not_there_is_waited_for),
        cmocka_unit_test(a_setup_that_makes_no_sense_ends_it),
        cmocka_unit_test(a_printer_that_works_prints_each_label_once),
        cmocka_unit_test(a_printer_that_cannot_gets_no_label),
        cmocka_unit_test(a_silent_printer_gets_no_label_and_is_left),
        cmocka_unit_test(what_nobody_confirmed_is_unknown_and_sent_once),
        cmocka_unit_test(a_one_way_printer_is_never_believed),
        cmocka_unit_test(a_printer_that_is_off_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
