/*
 * The whole program on a folder: core and the instrument's child are killed again and again while
 * files come in; in the end each file is a result of its own specimen, exactly once.
 */
#include "tests/folder/inbox.h"
#include "tests/support/clinic.h"
#include "tests/support/serve.h"
#include "tests/unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 14, KILLS = 7, PATIENCE_S = 60 };

static const char profile[] =
    "# Reports of an invented program, as files.\n"
    "[profile]\nid = folder-bench\nmaker = Bench\nmodel = Folder\nmaturity = draft\n"
    "[connection]\nlink = file\n[message]\nformat = lis02\n[paths]\nspecimen = O.3\n"
    "code = R.3.4\nvalue = R.4\nunit = R.5\nrun = R.14\n[units]\n% = %\n"
    "[analytes]\nA1C | 4548-4 | Hemoglobin A1c | % | 1\n";

struct bench {
    struct serve serve;
    struct inbox inbox;
    struct accession specimens[FILES];
    unsigned next;
};

static void write_profile(const struct bench *b)
{
    char path[SERVE_PATH + 64];
    int fd;
    (void)snprintf(path, sizeof path, "%s/folder-bench.profile", b->serve.data);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    inbox_write(fd, profile);
    (void)close(fd);
}

/* Every second one is written in two pieces. */
static void drop_next(struct bench *b)
{
    char name[32], head[160], tail[160];
    const char *specimen = b->specimens[b->next].digits;
    (void)snprintf(name, sizeof name, "report-%02u.txt", b->next);
    (void)snprintf(head, sizeof head, "H|\\^&|||Bench\rP|1\rO|1|%s||^^^A1C\r", specimen);
    (void)snprintf(tail, sizeof tail, "R|1|^^^A1C|5.%u|%%||||F\rL|1|N\r", b->next % 10);
    if (b->next % 2) {
        int fd = inbox_open(&b->inbox, name);
        inbox_write(fd, head);
        (void)usleep(100000);
        inbox_write(fd, tail);
        (void)close(fd);
    } else {
        char all[320];
        (void)snprintf(all, sizeof all, "%s%s", head, tail);
        inbox_drop(&b->inbox, name, all);
    }
    b->next++;
}

/* The instrument's own process: a child of core by that command. */
static pid_t find_child(const struct bench *b)
{
    DIR *d = opendir("/proc");
    const struct dirent *entry;
    pid_t found = 0;
    while (d && !found && (entry = readdir(d)) != NULL) {
        char path[300], words[256] = "";
        long pid = strtol(entry->d_name, NULL, 10), parent = 0;
        FILE *f;
        size_t len;
        if (pid <= 0)
            continue;
        (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
        f = fopen(path, "re");
        if (!f)
            continue;
        if (fscanf(f, "%*d (%*[^)]) %*c %ld", &parent) != 1)
            parent = 0;
        (void)fclose(f);
        if (parent != b->serve.pid)
            continue;
        (void)snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
        f = fopen(path, "re");
        if (!f)
            continue;
        len = fread(words, 1, sizeof words - 1, f);
        (void)fclose(f);
        if (memmem(words, len, "child-instrument\0bench", 22))
            found = (pid_t)pid;
    }
    if (d)
        (void)closedir(d);
    return found;
}

static int64_t ask(const struct bench *b, const char *sql)
{
    char path[SERVE_PATH + 16];
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t answer = -1;
    (void)snprintf(path, sizeof path, "%s/phial.db", b->serve.data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        answer = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    return answer;
}

static void wait_for(const struct bench *b, const char *sql, int64_t wanted)
{
    double end = serve_now() + PATIENCE_S;
    while (ask(b, sql) != wanted && serve_now() < end)
        (void)usleep(100000);
    assert_int_equal(ask(b, sql), wanted);
}

static void killed_in_the_middle_each_file_is_one_result(void **state)
{
    static struct bench bench;
    struct bench *b = &bench;
    unsigned seed = 11;
    (void)state;
    serve_prepare(&b->serve);
    inbox_make(&b->inbox);
    write_profile(b);
    serve_add_conf(&b->serve, "[site]\nprofiles = %s\n", b->serve.data);
    serve_add_conf(&b->serve, "[instrument bench]\nprofile = folder-bench\nport = %s\n",
                   b->inbox.port);
    clinic_fill(b->serve.data, FILES, b->specimens);
    for (unsigned kill_nr = 0; kill_nr < KILLS; kill_nr++) {
        (void)serve_start(&b->serve);
        drop_next(b);
        drop_next(b);
        seed = seed * 1103515245 + 12345;
        (void)usleep(200000 + seed / 65536 % 1500 * 1000);
        if (kill_nr % 2) {
            pid_t child = find_child(b);
            if (child)
                (void)kill(child, SIGKILL);
            (void)usleep(seed / 65536 % 900 * 1000);
        }
        serve_kill(&b->serve);
    }
    (void)serve_start(&b->serve);
    wait_for(b, "select count(distinct specimen) from result", FILES);
    for (int i = 0; i < PATIENCE_S * 10 && inbox_count(&b->inbox, "taken") < FILES; i++)
        (void)usleep(100000);
    assert_int_equal(inbox_count(&b->inbox, "taken"), FILES);
    assert_int_equal(inbox_count(&b->inbox, ""), 0);
    assert_int_equal(inbox_count(&b->inbox, "taking"), 0);
    (void)usleep(1500000); /* what still comes would come now */
    assert_int_equal(ask(b, "select count(*) from result"), FILES);
    assert_int_equal(ask(b, "select count(*) from message where disposition = 'linked'"), FILES);
    assert_int_equal(
        ask(b, "select count(*) from message where disposition not in ('linked', 'repeat')"), 0);
    assert_int_equal(serve_stop(&b->serve), 0);
    inbox_remove(&b->inbox);
    serve_clean(&b->serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_in_the_middle_each_file_is_one_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
