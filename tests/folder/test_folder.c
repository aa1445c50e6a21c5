/* The folder as a transport: writers of every kind, each file told once and moved when answered. */
#include "core/base/limits.h"
#include "tests/folder/inbox.h"
#include "tests/support/port_bench.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 400, SLACK_MS = 400 };
#define ACK "\x06"
#define NAK "\x15"

struct bench {
    struct port_bench port; /* first: the callbacks' context */
    struct inbox inbox;
    const char *answer; /* given to each file, NULL: none */
    unsigned files, notes;
    char last[256]; /* text of the newest file, cut */
    size_t last_len;
    char note[64];
    unsigned char seen[FILES];
};

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    size_t len = in.len < sizeof b->last - 1 ? in.len : sizeof b->last - 1;
    memcpy(b->last, in.at, len);
    b->last[len] = '\0';
    b->last_len = in.len;
    b->files++;
    if (b->answer)
        assert_int_equal(transport_write(b->port.transport, span_text(b->answer)), ERROR_OK);
}

static void on_note(void *context, const char *what)
{
    struct bench *b = context;
    (void)snprintf(b->note, sizeof b->note, "%s", what);
    b->notes++;
}

static void open_port(struct bench *b)
{
    unsigned before = b->port.readies;
    port_bench_open(&b->port, b->inbox.port, NULL, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.readies, before + 1);
}

static void open_started(struct bench *b)
{
    open_port(b);
    transport_start(b->port.transport);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b || uv_loop_init(&b->port.loop) != 0)
        return -1;
    inbox_make(&b->inbox);
    b->answer = ACK;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (port_bench_close(&b->port) != 0)
        return -1;
    inbox_remove(&b->inbox);
    free(b);
    return 0;
}

static void run_until_there(struct bench *b, const char *name)
{
    for (int i = 0; i < 100 && !inbox_has(&b->inbox, name); i++)
        port_bench_run(&b->port, 50);
    assert_true(inbox_has(&b->inbox, name));
}

/* As a writer does when it is done. */
static void rename_in(const struct bench *b, const char *from, const char *to)
{
    char old_path[128], new_path[128];
    (void)snprintf(old_path, sizeof old_path, "%s/%s", b->inbox.path, from);
    (void)snprintf(new_path, sizeof new_path, "%s/%s", b->inbox.path, to);
    assert_int_equal(rename(old_path, new_path), 0);
}

static void a_file_renamed_in_is_told_and_moved(void **state)
{
    struct bench *b = *state;
    open_started(b);
    inbox_drop(&b->inbox, "one.xml", "<Report/>");
    run_until_there(b, "taken/one.xml");
    assert_int_equal(b->files, 1);
    assert_string_equal(b->last, "<Report/>");
    assert_true(inbox_holds(&b->inbox, "taken/one.xml", "<Report/>"));
    assert_false(inbox_has(&b->inbox, "one.xml"));
    port_bench_run(&b->port, SLACK_MS);
    assert_int_equal(b->files, 1);
    assert_int_equal(b->notes, 0);
}

static void nothing_is_touched_before_the_start(void **state)
{
    struct bench *b = *state;
    open_port(b);
    inbox_drop(&b->inbox, "one.xml", "<Report/>");
    port_bench_run(&b->port, SLACK_MS);
    assert_true(inbox_has(&b->inbox, "one.xml"));
    assert_int_equal(b->files, 0);
}

/* A writer that takes its time, in pieces, is waited for until it closes. */
static void a_slow_writer_is_waited_for(void **state)
{
    struct bench *b = *state;
    int fd;
    open_started(b);
    fd = inbox_open(&b->inbox, "slow.xml");
    for (int i = 0; i < 5; i++) {
        inbox_write(fd, "piece ");
        port_bench_run(&b->port, 700);
    }
    assert_int_equal(b->files, 0);
    assert_true(inbox_has(&b->inbox, "slow.xml"));
    (void)close(fd);
    run_until_there(b, "taken/slow.xml");
    assert_int_equal(b->files, 1);
    assert_string_equal(b->last, "piece piece piece piece piece ");
}

/* A file is closed and opened again for the rest, as network clients do. */
static void a_writer_that_closes_and_goes_on_is_waited_for(void **state)
{
    struct bench *b = *state;
    int fd;
    open_started(b);
    for (int i = 0; i < 3; i++) {
        fd = inbox_open(&b->inbox, "twice.xml");
        inbox_write(fd, "piece ");
        (void)close(fd);
        port_bench_run(&b->port, 500);
    }
    run_until_there(b, "taken/twice.xml");
    assert_int_equal(b->files, 1);
    assert_string_equal(b->last, "piece piece piece ");
}

static void a_refused_file_stays_and_comes_again(void **state)
{
    struct bench *b = *state;
    open_started(b);
    b->answer = NAK;
    inbox_drop(&b->inbox, "one.xml", "<Report/>");
    port_bench_until(&b->port, &b->files, 1);
    run_until_there(b, "one.xml");
    assert_int_equal(inbox_count(&b->inbox, "taken"), 0);
    b->answer = ACK;
    run_until_there(b, "taken/one.xml");
    assert_int_equal(b->files, 2);
    assert_false(inbox_has(&b->inbox, "one.xml"));
}

/* The same name again is another file, before and after the first one was moved. */
static void a_replaced_file_is_two_files(void **state)
{
    struct bench *b = *state;
    open_started(b);
    b->answer = NULL;
    inbox_drop(&b->inbox, "report.xml", "first");
    port_bench_until(&b->port, &b->files, 1);
    inbox_drop(&b->inbox, "report.xml", "second"); /* while the first is in hand */
    assert_int_equal(transport_write(b->port.transport, span_text(ACK)), ERROR_OK);
    b->answer = ACK;
    run_until_there(b, "taken/report.xml.1");
    assert_int_equal(b->files, 2);
    assert_true(inbox_holds(&b->inbox, "taken/report.xml", "first"));
    assert_true(inbox_holds(&b->inbox, "taken/report.xml.1", "second"));
}

/* What was kept is not what is there now: both are seen, nothing is thrown away. */
static void a_file_that_grows_in_the_hand_comes_again(void **state)
{
    struct bench *b = *state;
    int fd;
    open_started(b);
    b->answer = NULL;
    fd = inbox_open(&b->inbox, ".late");
    inbox_write(fd, "half");
    rename_in(b, ".late", "late.xml");
    port_bench_until(&b->port, &b->files, 1);
    assert_string_equal(b->last, "half");
    inbox_write(fd, " and half");
    assert_int_equal(transport_write(b->port.transport, span_text(ACK)), ERROR_OK);
    run_until_there(b, "late.xml");
    port_bench_until(&b->port, &b->notes, 1);
    assert_string_equal(b->note, "file changed while it was read");
    inbox_write(fd, ".");
    (void)close(fd);
    b->answer = ACK;
    run_until_there(b, "taken/late.xml");
    assert_int_equal(b->files, 2);
    assert_string_equal(b->last, "half and half.");
}

static void many_at_once_come_one_by_one(void **state)
{
    struct bench *b = *state;
    open_started(b);
    for (unsigned i = 0; i < 60; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%03u.xml", i);
        inbox_drop(&b->inbox, name, name);
    }
    for (int i = 0; i < 100 && inbox_count(&b->inbox, "taken") < 60; i++)
        port_bench_run(&b->port, 50);
    assert_int_equal(b->files, 60);
    assert_int_equal(inbox_count(&b->inbox, "taken"), 60);
    assert_int_equal(inbox_count(&b->inbox, ""), 0);
    assert_int_equal(inbox_count(&b->inbox, "taking"), 0);
}

static void links_pipes_and_folders_are_left_alone(void **state)
{
    struct bench *b = *state;
    char path[128];
    open_started(b);
    (void)snprintf(path, sizeof path, "%s/.new", b->inbox.path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    rename_in(b, ".new", "link.xml");
    assert_int_equal(mkfifo(path, 0666), 0);
    rename_in(b, ".new", "pipe.xml");
    assert_int_equal(mkdir(path, 0777), 0);
    rename_in(b, ".new", "folder.xml");
    inbox_drop(&b->inbox, "plain.xml", "plain");
    run_until_there(b, "taken/plain.xml");
    port_bench_run(&b->port, SLACK_MS);
    assert_int_equal(b->files, 1);
    assert_int_equal(b->notes, 2); /* a folder is none of ours, and no mistake */
    assert_string_equal(b->note, "not a plain file");
    assert_true(inbox_has(&b->inbox, "link.xml"));
    assert_true(inbox_has(&b->inbox, "pipe.xml"));
}

static void a_file_too_large_is_left_and_told_once(void **state)
{
    struct bench *b = *state;
    char path[128];
    open_started(b);
    (void)snprintf(path, sizeof path, "%s/.large", b->inbox.path);
    (void)close(inbox_open(&b->inbox, ".large"));
    assert_int_equal(truncate(path, LIMIT_MESSAGE + 1), 0);
    rename_in(b, ".large", "large.xml");
    inbox_drop(&b->inbox, "small.xml", "small");
    run_until_there(b, "taken/small.xml");
    inbox_drop(&b->inbox, "small2.xml", "small");
    run_until_there(b, "taken/small2.xml");
    assert_int_equal(b->files, 2);
    assert_int_equal(b->notes, 1);
    assert_string_equal(b->note, "file too large");
    assert_true(inbox_has(&b->inbox, "large.xml"));
}

/* What was in hand when the last one ended comes first. */
static void a_file_left_in_the_hand_comes_first(void **state)
{
    struct bench *b = *state;
    open_started(b);
    b->answer = NULL;
    inbox_drop(&b->inbox, "b.xml", "in hand");
    port_bench_until(&b->port, &b->files, 1);
    transport_close(b->port.transport);
    port_bench_run(&b->port, 50);
    assert_true(inbox_has(&b->inbox, "taking/b.xml"));
    inbox_drop(&b->inbox, "a.xml", "later");
    open_started(b);
    port_bench_until(&b->port, &b->files, 2);
    assert_string_equal(b->last, "in hand");
    assert_int_equal(transport_write(b->port.transport, span_text(ACK)), ERROR_OK);
    run_until_there(b, "taken/b.xml");
}

static void a_folder_is_watched_by_one_only(void **state)
{
    struct bench *b = *state;
    struct transport *second;
    open_started(b);
    port_bench_open(&b->port, b->inbox.port, NULL, on_bytes, on_note, &second);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "another program"));
    transport_close(second);
}

static void a_folder_is_waited_for_and_its_end_is_told(void **state)
{
    struct bench *b = *state;
    inbox_remove(&b->inbox);
    port_bench_open(&b->port, b->inbox.port, NULL, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "is not there"));
    assert_int_equal(mkdir(b->inbox.path, 0777), 0);
    port_bench_until(&b->port, &b->port.readies, 1);
    transport_start(b->port.transport);
    port_bench_run(&b->port, 50);
    inbox_remove(&b->inbox);
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_non_null(strstr(b->port.sentence, "went away"));
}

static void a_pause_keeps_the_file_for_later(void **state)
{
    struct bench *b = *state;
    open_started(b);
    transport_listen(b->port.transport, false);
    inbox_drop(&b->inbox, "one.xml", "one");
    port_bench_run(&b->port, SLACK_MS);
    assert_int_equal(b->files, 0);
    transport_listen(b->port.transport, true);
    port_bench_until(&b->port, &b->files, 1);
    run_until_there(b, "taken/one.xml");
}

static void only_answers_are_written(void **state)
{
    struct bench *b = *state;
    open_started(b);
    assert_int_equal(transport_write(b->port.transport, span_text("<Order/>")), ERROR_UNSUPPORTED);
    assert_int_equal(transport_write(b->port.transport, span_text(ACK)), ERROR_CONFLICT);
}

#define WITH_INBOX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_INBOX(a_file_renamed_in_is_told_and_moved),
        WITH_INBOX(nothing_is_touched_before_the_start),
        WITH_INBOX(a_slow_writer_is_waited_for),
        WITH_INBOX(a_writer_that_closes_and_goes_on_is_waited_for),
        WITH_INBOX(a_refused_file_stays_and_comes_again),
        WITH_INBOX(a_replaced_file_is_two_files),
        WITH_INBOX(a_file_that_grows_in_the_hand_comes_again),
        WITH_INBOX(many_at_once_come_one_by_one),
        WITH_INBOX(links_pipes_and_folders_are_left_alone),
        WITH_INBOX(a_file_too_large_is_left_and_told_once),
        WITH_INBOX(a_file_left_in_the_hand_comes_first),
        WITH_INBOX(a_folder_is_watched_by_one_only),
        WITH_INBOX(a_folder_is_waited_for_and_its_end_is_told),
        WITH_INBOX(a_pause_keeps_the_file_for_later),
        WITH_INBOX(only_answers_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
