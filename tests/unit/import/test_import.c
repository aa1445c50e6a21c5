/*
 * Bringing files in: what is taken and what is left alone, the source untouched, nothing twice,
 * nothing lost when it is ended in the middle, and a recogniser that dies.
 *
 * The recogniser here knows files by a word, so that a file can make it crash, loop or eat memory.
 */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/import/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH = 300 };

static bool pulled; /* the stick */

enum error ecg_recognise(struct span file, const struct ecg_reader **out, struct complaint *why)
{
    (void)out;
    (void)why;
    if (file.len >= 5 && memcmp(file.at, "CRASH", 5) == 0)
        abort();
    while (file.len >= 4 && memcmp(file.at, "HANG", 4) == 0)
        ;
    return file.len >= 3 && memcmp(file.at, "EKG", 3) == 0 ? ERROR_OK : ERROR_UNSUPPORTED;
}

ssize_t pread(int fd, void *out, size_t len, off_t at)
{
    if (!pulled)
        return syscall(SYS_pread64, fd, out, len, at);
    errno = EIO;
    return -1;
}

/* Whoever limits a time does so in a tenth of it. */
int setitimer(__itimer_which_t which, const struct itimerval *restrict limit,
              struct itimerval *restrict before)
{
    struct itimerval tenth = *limit;

    tenth.it_value.tv_usec = tenth.it_value.tv_sec * 100000;
    tenth.it_value.tv_sec = 0;
    return (int)syscall(SYS_setitimer, which, &tenth, before);
}

struct bench {
    char stick[PATH], spool[PATH];
    size_t told;
};

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[3 * PATH];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
}

static void make_folder(const struct bench *b, const char *name)
{
    char path[3 * PATH];
    (void)snprintf(path, sizeof path, "%s/%s", b->stick, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    char folder[] = "/tmp/phial-import-XXXXXX";

    assert_non_null(b);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(b->stick, sizeof b->stick, "%s/stick", folder);
    (void)snprintf(b->spool, sizeof b->spool, "%s/import", folder);
    assert_int_equal(mkdir(b->stick, 0700), 0);
    pulled = false;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char folder[PATH];
    pid_t pid;

    (void)snprintf(folder, sizeof folder, "%.*s", (int)(strlen(b->stick) - strlen("/stick")),
                   b->stick);
    pid = fork();
    if (pid == 0)
        _exit(execlp("rm", "rm", "-rf", folder, NULL));
    (void)waitpid(pid, NULL, 0);
    free(b);
    return 0;
}

static void on_progress(void *context, const struct import_counts *counts)
{
    struct bench *b = context;
    b->told++;
    assert_int_equal(counts->looked_at, b->told);
}

static struct import *open_import(struct bench *b, bool again)
{
    const struct import_events events = { b, on_progress };
    struct complaint why = { "" };
    struct import *i = NULL;

    b->told = 0;
    if (import_open(b->spool, again, &events, &i, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return i;
}

/* One import from beginning to end. */
static struct import_counts bring(struct bench *b, bool again)
{
    struct import *i = open_import(b, again);
    struct import_counts counts;

    assert_int_equal(import_count(i, b->stick, NULL), ERROR_OK);
    assert_int_equal(import_bring(i, b->stick, NULL), ERROR_OK);
    counts = *import_counts(i);
    import_close(i);
    return counts;
}

/* Names of the folder that do not begin with a dot; `one` receives the last. */
static size_t names_in(const char *folder, char one[PATH])
{
    DIR *d = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    while (d && (entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "taken") != 0 &&
            strcmp(entry->d_name, "taking") != 0) {
            (void)snprintf(one, PATH, "%s", entry->d_name);
            count++;
        }
    if (d)
        (void)closedir(d);
    return count;
}

static void test_brings_what_is_an_ekg(void **state)
{
    struct bench *b = *state;
    struct import_counts c;
    char path[3 * PATH], one[PATH], text[16] = "";
    FILE *f;

    write_file(b->stick, "DOE^JANE.txt", "EKG of somebody");
    make_folder(b, "ECG");
    make_folder(b, "ECG/2026");
    write_file(b->stick, "ECG/2026/two", "EKG two");
    write_file(b->stick, "letter.doc", "Dear");
    write_file(b->stick, "empty", "");
    c = bring(b, false);
    assert_int_equal(c.files, 4);
    assert_int_equal(c.looked_at, 4);
    assert_int_equal(c.brought, 2);
    assert_int_equal(c.left_alone, 2);
    assert_int_equal(c.unreadable, 0);
    assert_int_equal(names_in(b->spool, one), 2);
    assert_null(strstr(one, "DOE")); /* no name of a patient gets into the folder */
    (void)snprintf(path, sizeof path, "%s/%s", b->spool, one);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    assert_memory_equal(text, "EKG", 3);
    (void)fclose(f);
}

static void test_leaves_the_systems_own_alone(void **state)
{
    struct bench *b = *state;
    char link[3 * PATH];
    struct import_counts c;

    make_folder(b, "System Volume Information");
    write_file(b->stick, "System Volume Information/index", "EKG");
    make_folder(b, ".Trash-1000");
    write_file(b->stick, ".Trash-1000/old", "EKG");
    write_file(b->stick, "._hidden", "EKG");
    (void)snprintf(link, sizeof link, "%s/link", b->stick);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    (void)snprintf(link, sizeof link, "%s/loop", b->stick);
    assert_int_equal(symlink(".", link), 0);
    c = bring(b, false);
    assert_int_equal(c.files, 0);
    assert_int_equal(c.brought, 0);
}

static void test_goes_no_deeper_than_it_says(void **state)
{
    struct bench *b = *state;
    char path[PATH] = "d";
    struct import_counts c;

    for (int i = 0; i < LIMIT_IMPORT_DEPTH + 2; i++) {
        make_folder(b, path);
        (void)strncat(path, "/d", sizeof path - strlen(path) - 1);
    }
    write_file(b->stick, "first", "EKG");
    c = bring(b, false);
    assert_true(c.more);
}

static void test_a_file_larger_than_any_ekg_is_left_alone(void **state)
{
    struct bench *b = *state;
    char path[3 * PATH];
    struct import_counts c;

    write_file(b->stick, "film", "EKG");
    (void)snprintf(path, sizeof path, "%s/film", b->stick);
    assert_int_equal(truncate(path, LIMIT_ECG_FILE + 1), 0);
    c = bring(b, false);
    assert_int_equal(c.left_alone, 1);
    assert_int_equal(c.brought, 0);
}

static void test_the_stick_stays_as_it_was(void **state)
{
    struct bench *b = *state;
    struct stat before, after, folder_before, folder_after;
    char path[3 * PATH];

    write_file(b->stick, "one", "EKG");
    (void)snprintf(path, sizeof path, "%s/one", b->stick);
    assert_int_equal(stat(path, &before) + stat(b->stick, &folder_before), 0);
    usleep(20000);
    assert_int_equal(bring(b, false).brought, 1);
    assert_int_equal(stat(path, &after) + stat(b->stick, &folder_after), 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    assert_memory_equal(&before.st_atim, &after.st_atim, sizeof before.st_atim);
    assert_memory_equal(&folder_before.st_mtim, &folder_after.st_mtim, sizeof before.st_mtim);
}

static void test_nothing_is_brought_twice(void **state)
{
    struct bench *b = *state;
    struct import_counts c;
    char one[PATH];

    write_file(b->stick, "one", "EKG one");
    write_file(b->stick, "the-same", "EKG one");
    c = bring(b, false);
    assert_int_equal(c.brought, 1);
    assert_int_equal(c.before, 1);
    write_file(b->stick, "two", "EKG two");
    c = bring(b, false);
    assert_int_equal(c.brought, 1);
    assert_int_equal(c.before, 2);
    c = bring(b, true);
    assert_int_equal(c.brought, 3);
    assert_int_equal(names_in(b->spool, one), 2);
}

/* What core does with a file: into `taking`, then into `taken`. */
static void take_one(const struct bench *b)
{
    char from[3 * PATH], to[3 * PATH], one[PATH];

    (void)snprintf(to, sizeof to, "%s/taken", b->spool);
    (void)mkdir(to, 0700);
    assert_true(names_in(b->spool, one) > 0);
    (void)snprintf(from, sizeof from, "%s/%s", b->spool, one);
    (void)snprintf(to, sizeof to, "%s/taken/%s", b->spool, one);
    assert_int_equal(rename(from, to), 0);
}

static void test_knows_when_core_has_taken_them(void **state)
{
    struct bench *b = *state;
    struct import *i;
    char taken[3 * PATH], one[PATH];

    write_file(b->stick, "one", "EKG one");
    write_file(b->stick, "two", "EKG two");
    i = open_import(b, false);
    assert_int_equal(import_bring(i, b->stick, NULL), ERROR_OK);
    assert_int_equal(import_waiting(i), 2);
    take_one(b);
    assert_int_equal(import_waiting(i), 1);
    take_one(b);
    assert_int_equal(import_waiting(i), 0);
    import_close(i);
    (void)snprintf(taken, sizeof taken, "%s/taken", b->spool);
    assert_int_equal(names_in(taken, one), 0); /* the bytes are in the database now */
    assert_int_equal(bring(b, false).before, 2);
}

/* Killed after the file was put and before it stood in the list. */
static void test_what_core_took_is_known_without_the_list(void **state)
{
    struct bench *b = *state;
    char list[3 * PATH];
    struct import_counts c;

    write_file(b->stick, "one", "EKG one");
    assert_int_equal(bring(b, false).brought, 1);
    take_one(b);
    (void)snprintf(list, sizeof list, "%s/.imported", b->spool);
    assert_int_equal(unlink(list), 0);
    c = bring(b, false);
    assert_int_equal(c.before, 1);
    assert_int_equal(c.brought, 0);
}

/* Killed while it wrote: what is hidden is nothing, and comes again whole. */
static void test_a_file_that_broke_off_is_written_anew(void **state)
{
    struct bench *b = *state;
    char list[3 * PATH], whole[PATH], part[3 * PATH], one[PATH];

    write_file(b->stick, "one", "EKG one");
    assert_int_equal(bring(b, false).brought, 1);
    assert_int_equal(names_in(b->spool, whole), 1);
    (void)snprintf(list, sizeof list, "%s/.imported", b->spool);
    assert_int_equal(unlink(list), 0);
    (void)snprintf(list, sizeof list, "%s/%s", b->spool, whole);
    (void)snprintf(part, sizeof part, "%s/.%.64s.part", b->spool, whole);
    assert_int_equal(rename(list, part), 0);
    assert_int_equal(bring(b, false).brought, 1);
    assert_int_equal(names_in(b->spool, one), 1);
    assert_string_equal(one, whole);
    assert_int_equal(access(part, F_OK), -1);
}

static void test_a_stick_that_is_pulled(void **state)
{
    struct bench *b = *state;
    struct import_counts c;
    char one[PATH];

    write_file(b->stick, "one", "EKG one");
    pulled = true;
    c = bring(b, false);
    assert_int_equal(c.unreadable, 1);
    assert_int_equal(c.brought, 0);
    assert_int_equal(names_in(b->spool, one), 0);
    pulled = false;
    assert_int_equal(bring(b, false).brought, 1);
}

static void test_a_recogniser_that_dies_costs_one_file(void **state)
{
    struct bench *b = *state;
    struct import_counts c;

    write_file(b->stick, "1", "EKG one");
    write_file(b->stick, "2", "CRASH");
    write_file(b->stick, "3", "EKG three");
    write_file(b->stick, "4", "HANG");
    write_file(b->stick, "5", "EKG five");
    c = bring(b, false);
    assert_int_equal(c.brought, 3);
    assert_int_equal(c.left_alone, 2);
}

static void test_a_folder_that_cannot_be_made_is_told(void **state)
{
    struct bench *b = *state;
    const struct import_events events = { b, on_progress };
    struct complaint why = { "" };
    struct import *i = NULL;

    assert_int_not_equal(import_open("/proc/no-such-place", false, &events, &i, &why), ERROR_OK);
    assert_non_null(strstr(why.text, "/proc/no-such-place"));
    i = open_import(b, false);
    assert_int_equal(import_count(i, "/no/such/stick", &why), ERROR_NOT_FOUND);
    assert_string_equal(why.text, "/no/such/stick is not there.");
    import_close(i);
}

/* Brought by root, for a core that is not. */
static void test_what_root_brings_is_the_owners(void **state)
{
    enum { SOMEBODY = 65534 };
    struct bench *b = *state;
    char above[PATH], path[3 * PATH], one[PATH];
    struct stat s;

    if (geteuid() != 0)
        skip();
    (void)snprintf(above, sizeof above, "%.*s", (int)(strlen(b->stick) - strlen("/stick")),
                   b->stick);
    assert_int_equal(chown(above, SOMEBODY, SOMEBODY), 0);
    write_file(b->stick, "one", "EKG one");
    assert_int_equal(bring(b, false).brought, 1);
    assert_int_equal(names_in(b->spool, one), 1);
    assert_int_equal(stat(b->spool, &s), 0);
    assert_int_equal(s.st_uid, SOMEBODY);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", b->spool, i ? ".imported" : one);
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_uid, SOMEBODY);
        assert_int_equal(s.st_mode & 0777, 0600);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_brings_what_is_an_ekg),
        TEST(test_leaves_the_systems_own_alone),
        TEST(test_goes_no_deeper_than_it_says),
        TEST(test_a_file_larger_than_any_ekg_is_left_alone),
        TEST(test_the_stick_stays_as_it_was),
        TEST(test_nothing_is_brought_twice),
        TEST(test_knows_when_core_has_taken_them),
        TEST(test_what_core_took_is_known_without_the_list),
        TEST(test_a_file_that_broke_off_is_written_anew),
        TEST(test_a_stick_that_is_pulled),
        TEST(test_a_recogniser_that_dies_costs_one_file),
        TEST(test_a_folder_that_cannot_be_made_is_told),
        TEST(test_what_root_brings_is_the_owners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
