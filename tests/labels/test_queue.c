/*
 * A printer behind a CUPS queue: a cupsd of the test's own, in a folder of its own, with a raw
 * queue to a port of the test's. Exits 77, and says so loudly, where no cupsd can be run.
 */
#include "tests/labels/interpret.h"
#include "tests/support/printer_side.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SINK_ROOM = 1024 * 1024, SKIPPED = 77 };

/* The printer at the end of the queue: takes what comes, a label a connection. */
struct sink {
    pthread_t thread;
    pthread_mutex_t lock;
    int listener;
    unsigned port, labels;
    uint8_t bytes[SINK_ROOM];
    size_t len;
};

static struct sink sink = { .lock = PTHREAD_MUTEX_INITIALIZER };
static char folder[] = "/tmp/phial-cups-XXXXXX";
static pid_t server;

static void *sink_run(void *unused)
{
    int fd;
    (void)unused;
    while ((fd = accept(sink.listener, NULL, NULL)) >= 0) {
        size_t len = 0;
        ssize_t got;
        static uint8_t room[SINK_ROOM];
        while ((got = recv(fd, room + len, sizeof room - len, 0)) > 0)
            len += (size_t)got;
        (void)close(fd);
        (void)pthread_mutex_lock(&sink.lock);
        memcpy(sink.bytes, room, len);
        sink.len = len;
        sink.labels++;
        (void)pthread_mutex_unlock(&sink.lock);
    }
    return NULL;
}

static void sink_start(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sink.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(sink.listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(sink.listener, (struct sockaddr *)&at, &size), 0);
    sink.port = ntohs(at.sin_port);
    assert_int_equal(listen(sink.listener, 8), 0);
}

static unsigned sink_labels(void)
{
    unsigned labels;
    (void)pthread_mutex_lock(&sink.lock);
    labels = sink.labels;
    (void)pthread_mutex_unlock(&sink.lock);
    return labels;
}

/* ---- the server ---- */

/* "@" stands for the folder. */
static void write_file(const char *name, const char *text)
{
    char path[128];
    FILE *file;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    for (; *text; text++)
        if (*text == '@')
            (void)fputs(folder, file);
        else
            (void)fputc(*text, file);
    assert_int_equal(fclose(file), 0);
}

/* Runs a program, its words in one text; true when it ended well. */
static bool run(const char *words)
{
    char text[256], *arguments[16] = { NULL }, *rest = text;
    size_t count = 0;
    int status = -1;
    pid_t pid;
    (void)snprintf(text, sizeof text, "%s", words);
    while (count < 15 && (arguments[count] = strsep(&rest, " ")))
        count++;
    pid = fork();
    if (pid == 0) {
        (void)execvp(arguments[0], arguments);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool server_start(void)
{
    char conf[128], files[128], add[256];
    (void)snprintf(conf, sizeof conf, "%s/cupsd.conf", folder);
    (void)snprintf(files, sizeof files, "%s/cups-files.conf", folder);
    server = fork();
    if (server == 0) {
        (void)execlp("cupsd", "cupsd", "-f", "-c", conf, "-s", files, (char *)NULL);
        _exit(127);
    }
    (void)snprintf(add, sizeof add, "lpadmin -p LABEL -E -v socket://127.0.0.1:%u -m raw",
                   sink.port);
    for (int tries = 0; tries < 50; tries++) {
        if (run(add))
            return true;
        (void)usleep(100000);
    }
    return false;
}

static void server_stop(void)
{
    if (server > 0) {
        (void)kill(server, SIGKILL);
        (void)waitpid(server, NULL, 0);
    }
    server = 0;
}

static bool prepare_server(void)
{
    static const char *const folders[] = { "root", "spool", "spool/tmp", "run", "cache", "log" };
    char path[128];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0755), 0);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        assert_int_equal(mkdir(path, 0755), 0);
    }
    write_file("cups-files.conf", "ServerRoot @/root\nRequestRoot @/spool\nStateDir @/run\n"
                                  "CacheDir @/cache\nTempDir @/spool/tmp\nAccessLog @/log/access\n"
                                  "ErrorLog @/log/error\nPageLog @/log/page\nSystemGroup root\n");
    write_file("cupsd.conf",
               "Listen @/run/cups.sock\nBrowsing Off\nWebInterface No\n"
               "DefaultAuthType None\n<Location />\nOrder allow,deny\nAllow all\n"
               "</Location>\n<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n"
               "</Policy>\n");
    (void)snprintf(path, sizeof path, "%s/run/cups.sock", folder);
    assert_int_equal(setenv("CUPS_SERVER", path, 1), 0);
    return server_start();
}

/* ---- the printer's child ---- */

static int run_program(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)execl(QUEUE_PROGRAM, "phial", "child-label", "bench", (char *)NULL);
    return 121;
}

static struct printer_side start(const char *port, const char *setting)
{
    struct printer_side p;
    printer_side_start(&p, run_program);
    printer_side_setup(&p, port, (const char *[]) { setting, NULL });
    return p;
}

static size_t spooled(void)
{
    char path[128];
    size_t count = 0;
    DIR *dir;
    (void)snprintf(path, sizeof path, "%s/spool", folder);
    dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] == 'd';
    (void)closedir(dir);
    return count;
}

static void a_label_goes_through_the_queue_and_nothing_stays_behind(void **state)
{
    unsigned before = sink_labels();
    struct printer_side p = start("cups:LABEL", NULL);
    (void)state;
    printer_side_expect_ready(&p);
    for (uint64_t ticket = 1; ticket <= 2; ticket++) {
        printer_side_print(&p, ticket, "Doe-TEST");
        printer_side_expect_printed(&p, ticket, PRINT_UNKNOWN, "scan it back");
    }
    assert_int_equal(sink_labels(), before + 2);
    assert_memory_equal(sink.bytes, "%PDF-", 5);
    assert_non_null(memmem(sink.bytes + sink.len - 8, 8, "%%EOF", 5));
    printer_side_end(&p, 0);
    assert_int_equal(spooled(), 0);
}

static void a_language_goes_through_as_it_is(void **state)
{
    struct complaint why = { "" };
    struct bitmap paper;
    struct printer_side p = start("cups:LABEL", "format=zpl");
    (void)state;
    printer_side_expect_ready(&p);
    printer_side_print(&p, 7, "Doe-TEST");
    printer_side_expect_printed(&p, 7, PRINT_UNKNOWN, "scan it back");
    if (!interpret("zpl", span_of(sink.bytes, sink.len), &paper, &why))
        fail_msg("%s", why.text);
    assert_int_equal(paper.width, 406);
    bitmap_free(&paper);
    printer_side_end(&p, 0);
}

static void a_stopped_queue_gets_no_label(void **state)
{
    unsigned before = sink_labels();
    struct printer_side p;
    (void)state;
    assert_true(run("cupsdisable LABEL"));
    p = start("cups:LABEL", NULL);
    printer_side_expect_link(&p, LINK_STATE_UP, "queue is stopped");
    printer_side_print(&p, 1, "Doe-TEST");
    printer_side_expect_printed(&p, 1, PRINT_FAILED, "queue is stopped");
    assert_true(run("cupsenable LABEL"));
    printer_side_print(&p, 2, "Doe-TEST");
    printer_side_expect_printed(&p, 2, PRINT_UNKNOWN, "scan it back");
    assert_int_equal(sink_labels(), before + 1);
    assert_true(run("cupsreject LABEL"));
    printer_side_print(&p, 3, "Doe-TEST");
    printer_side_expect_printed(&p, 3, PRINT_FAILED, "takes no jobs");
    assert_true(run("cupsaccept LABEL"));
    printer_side_end(&p, 0);
}

static void a_queue_that_is_not_there_is_told(void **state)
{
    struct printer_side p = start("cups:NOWHERE", NULL);
    (void)state;
    printer_side_expect_link(&p, LINK_STATE_UP, "no such print queue");
    printer_side_print(&p, 1, "Doe-TEST");
    printer_side_expect_printed(&p, 1, PRINT_FAILED, "no such print queue");
    printer_side_end(&p, 0);
}

/* A queue whose printer is off: nobody listens at its port. */
static void print_into_nothing(struct printer_side *p)
{
    assert_true(run("lpadmin -p DEAD -E -v socket://127.0.0.1:9 -m raw"));
    *p = start("cups:DEAD", NULL);
    printer_side_expect_ready(p);
    printer_side_print(p, 1, "Doe-TEST");
    for (int i = 0; i < 100 && !spooled(); i++)
        (void)usleep(50000);
    (void)usleep(600000);
}

static void a_job_that_somebody_cancels_is_unknown(void **state)
{
    struct printer_side p;
    (void)state;
    print_into_nothing(&p);
    assert_true(run("cancel -a DEAD"));
    printer_side_expect_printed(&p, 1, PRINT_UNKNOWN, "gave the label up");
    printer_side_end(&p, 0);
}

static void a_server_that_goes_is_waited_for(void **state)
{
    struct printer_side p;
    (void)state;
    print_into_nothing(&p);
    server_stop();
    printer_side_expect_printed(&p, 1, PRINT_UNKNOWN, "Look at the printer");
    printer_side_end(&p, 0);
    p = start("cups:LABEL", NULL);
    printer_side_expect_link(&p, LINK_STATE_DOWN, "systemctl start cups");
    printer_side_print(&p, 2, "Doe-TEST");
    printer_side_expect_printed(&p, 2, PRINT_FAILED, "No label was printed");
    assert_true(server_start());
    printer_side_expect_ready(&p);
    printer_side_print(&p, 3, "Doe-TEST");
    printer_side_expect_printed(&p, 3, PRINT_UNKNOWN, "scan it back");
    printer_side_end(&p, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_goes_through_the_queue_and_nothing_stays_behind),
        cmocka_unit_test(a_language_goes_through_as_it_is),
        cmocka_unit_test(a_stopped_queue_gets_no_label),
        cmocka_unit_test(a_queue_that_is_not_there_is_told),
        cmocka_unit_test(a_job_that_somebody_cancels_is_unknown),
        cmocka_unit_test(a_server_that_goes_is_waited_for),
    };
    int failed;

    sink_start();
    if (!prepare_server()) {
        (void)fputs("SKIPPED: no cupsd can be run here, so NOTHING of printing through queues was "
                    "tested. Run the tests as root, with Debian's package cups.\n",
                    stderr);
        server_stop();
        return SKIPPED;
    }
    if (pthread_create(&sink.thread, NULL, sink_run, NULL) != 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    server_stop();
    (void)shutdown(sink.listener, SHUT_RDWR);
    (void)pthread_join(sink.thread, NULL);
    if (!failed) {
        char command[64];
        (void)snprintf(command, sizeof command, "rm -rf %s", folder);
        (void)run(command);
    }
    return failed;
}
