/*
 * The whole child on a folder, with the test as core: a file is moved when core has it on disk, and
 * whatever is killed in the middle, core ends with each file, exactly once by its bytes.
 */
#include "tests/folder/inbox.h"
#include "tests/pty/core_side.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 12, KILLED = 1000 + SIGKILL, LOOKS = 400 };

static const char profile[] = "folder-bench";
static const char profile_text[] =
    "# A profile for this test.\n"
    "[profile]\nid = folder-bench\nmaker = Bench\nmodel = Folder\nmaturity = draft\n"
    "[connection]\nlink = file\n[message]\nformat = lis02\n[paths]\nspecimen = O.3\ncode = "
    "R.3.4\nvalue = R.4\nunit = R.5\n"
    "[analytes]\nGLU | 2345-7 | Glucose | mg/dL | 0\n";

struct bench {
    struct core_side core;
    struct inbox inbox;
    char profiles[64];
    bool running;
    /* The journal: what was kept, and how often the same bytes came. */
    unsigned char hashes[64][crypto_hash_sha256_BYTES];
    size_t kept;
    unsigned sessions, records;
};

static void write_profile(struct bench *b)
{
    char path[128];
    int fd;
    (void)snprintf(b->profiles, sizeof b->profiles, "/tmp/phial-profiles-XXXXXX");
    assert_non_null(mkdtemp(b->profiles));
    assert_int_equal(chmod(b->profiles, 0755), 0);
    (void)snprintf(path, sizeof path, "%s/%s.profile", b->profiles, profile);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    inbox_write(fd, profile_text);
    (void)close(fd);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    inbox_make(&b->inbox);
    write_profile(b);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char path[128];
    if (b->running)
        (void)core_side_end(&b->core);
    (void)snprintf(path, sizeof path, "%s/%s.profile", b->profiles, profile);
    (void)unlink(path);
    (void)rmdir(b->profiles);
    inbox_remove(&b->inbox);
    free(b);
    return 0;
}

static void start(struct bench *b)
{
    struct wire_message m;
    struct wire_writer w;
    core_side_start(&b->core, FOLDER_CHILD, -1);
    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, "bench");
    wire_put_text(&w, WIRE_F_PROFILE, profile);
    wire_put_text(&w, WIRE_F_PROFILE_FOLDER, b->profiles);
    wire_put_text(&w, WIRE_F_PORT, b->inbox.port);
    core_side_send(&b->core, &w);
    do /* the helper of one that was killed may still hold the folder */
        assert_true(core_side_next(&b->core, 10000, &m));
    while (m.type == WIRE_LINK && wire_number(&m, WIRE_F_STATE) == LINK_STATE_WAITING);
    assert_int_equal(m.type, WIRE_READY);
    m = core_side_expect(&b->core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), LINK_STATE_UP);
    b->running = true;
}

static void kill_child(struct bench *b)
{
    assert_int_equal(kill(b->core.child, SIGKILL), 0);
    assert_int_equal(core_side_wait(&b->core), KILLED);
    b->running = false;
}

/* The journal knows a file by its bytes, as core's repeat rule does. */
static void keep(struct bench *b, struct span bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, bytes.at, bytes.len);
    for (size_t i = 0; i < b->kept; i++)
        if (memcmp(b->hashes[i], hash, sizeof hash) == 0)
            return;
    assert_true(b->kept < 64);
    memcpy(b->hashes[b->kept++], hash, sizeof hash);
}

static void make_message(char *out, size_t size, unsigned number)
{
    (void)snprintf(out, size,
                   "H|\\^&|||Bench\rP|1\rO|1|2603120001%02u||^^^GLU\rR|1|^^^GLU|%u|mg/dL\rL|1|N\r",
                   number, 80 + number);
}

static void drop(struct bench *b, unsigned number)
{
    char name[32], text[256];
    (void)snprintf(name, sizeof name, "report-%02u.txt", number);
    make_message(text, sizeof text, number);
    inbox_drop(&b->inbox, name, text);
}

/* Core's part of one message. */
static void serve(struct bench *b, const struct wire_message *m, bool answer)
{
    if (m->type == WIRE_KEEP) {
        keep(b, wire_bytes(m, WIRE_F_BYTES));
        if (answer)
            core_side_kept(&b->core, wire_number(m, WIRE_F_TICKET));
    }
    b->sessions += m->type == WIRE_SESSION_END;
    b->records += m->type == WIRE_RECORD;
}

static void serve_until_taken(struct bench *b, size_t files)
{
    struct wire_message m;
    for (int i = 0; i < LOOKS && inbox_count(&b->inbox, "taken") < files; i++)
        while (core_side_next(&b->core, 25, &m))
            serve(b, &m, true);
    assert_int_equal(inbox_count(&b->inbox, "taken"), files);
}

static void a_file_is_moved_when_core_has_it_on_disk(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start(b);
    drop(b, 1);
    m = core_side_expect(&b->core, WIRE_KEEP);
    (void)usleep(200000);
    assert_int_equal(inbox_count(&b->inbox, "taken"), 0);
    serve(b, &m, true);
    serve_until_taken(b, 1);
    while (b->sessions < 1 && core_side_next(&b->core, 2000, &m))
        serve(b, &m, true);
    assert_int_equal(b->records, 1);
    assert_int_equal(core_side_status(&b->core, "Seccomp:"), 2);
    assert_int_equal(core_side_status(&b->core, "Threads:"), 1);
}

static void a_full_disk_leaves_the_file_where_it_is(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start(b);
    drop(b, 1);
    m = core_side_expect(&b->core, WIRE_KEEP);
    core_side_refused(&b->core, wire_number(&m, WIRE_F_TICKET));
    for (int i = 0; i < 100 && !inbox_has(&b->inbox, "report-01.txt"); i++)
        (void)usleep(20000);
    assert_true(inbox_has(&b->inbox, "report-01.txt"));
    assert_int_equal(inbox_count(&b->inbox, "taken"), 0);
    serve_until_taken(b, 1); /* there is room again */
    assert_int_equal(b->kept, 1);
}

/* Killed with a file kept and not moved: it comes again, first, and is the same by its bytes. */
static void a_child_killed_between_kept_and_moved_loses_nothing(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    start(b);
    drop(b, 2);
    m = core_side_expect(&b->core, WIRE_KEEP);
    serve(b, &m, false);
    kill_child(b); /* core has it, the child does not know */
    drop(b, 1);
    start(b);
    m = core_side_expect(&b->core, WIRE_KEEP);
    serve(b, &m, true);
    assert_int_equal(b->kept, 1);
    serve_until_taken(b, 2);
    assert_int_equal(b->kept, 2);
}

/* Killed at any moment of its work, again and again. */
static void killed_at_any_moment_each_file_counts_once(void **state)
{
    struct bench *b = *state;
    struct wire_message m;
    unsigned seed = 7, next = 0;
    for (unsigned life = 0; life < 12; life++) {
        start(b);
        if (next < FILES)
            drop(b, next++);
        seed = seed * 1103515245 + 12345;
        for (int steps = (int)(seed >> 16) % 6; steps > 0; steps--)
            if (core_side_next(&b->core, 60, &m))
                serve(b, &m, steps % 3 != 2);
        kill_child(b);
    }
    while (next < FILES)
        drop(b, next++);
    start(b);
    serve_until_taken(b, FILES);
    assert_int_equal(b->kept, FILES);
    assert_int_equal(inbox_count(&b->inbox, ""), 0);
    assert_int_equal(inbox_count(&b->inbox, "taking"), 0);
}

/* Core dies with a file on its way: the child and its helper end, and the next ones go on. */
static void a_core_that_dies_takes_the_helper_with_it(void **state)
{
    struct bench *b = *state;
    start(b);
    drop(b, 1);
    (void)core_side_expect(&b->core, WIRE_KEEP);
    assert_int_equal(core_side_end(&b->core), 0);
    b->running = false;
    start(b);
    serve_until_taken(b, 1);
    assert_int_equal(b->kept, 1);
}

/* A writer that dies half way leaves half a file, closed by the kernel: it is kept and shown, and
 * the whole one that follows is another. */
static void half_a_file_is_kept_and_the_whole_one_follows(void **state)
{
    struct bench *b = *state;
    char text[256];
    pid_t writer;
    start(b);
    make_message(text, sizeof text, 3);
    writer = fork();
    if (writer == 0) {
        int fd = inbox_open(&b->inbox, "report-03.txt");
        if (write(fd, text, strlen(text) / 2) > 0)
            (void)raise(SIGKILL);
        _exit(1);
    }
    serve_until_taken(b, 1);
    drop(b, 3);
    serve_until_taken(b, 2);
    assert_int_equal(b->kept, 2);
    assert_true(inbox_holds(&b->inbox, "taken/report-03.txt.1", text));
}

#define WITH_INBOX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_INBOX(a_file_is_moved_when_core_has_it_on_disk),
        WITH_INBOX(a_full_disk_leaves_the_file_where_it_is),
        WITH_INBOX(a_child_killed_between_kept_and_moved_loses_nothing),
        WITH_INBOX(killed_at_any_moment_each_file_counts_once),
        WITH_INBOX(a_core_that_dies_takes_the_helper_with_it),
        WITH_INBOX(half_a_file_is_kept_and_the_whole_one_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
