/* `phial record` and `phial replay` against each other: what was recorded is what was played. */
#include "instruments/simulator/commands.h"
#include "instruments/transport/transport.h"
#include "tests/support/ports.h"
#include "tests/unit/test.h"

#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORIGINAL "tests/replay/generic-lis02/patient.session"
enum { TEXT_MAX = 65536, WORDS = 8 };

struct bench {
    char folder[64], file[96], listen[64], to[64];
};

static void free_port(struct bench *b)
{
    int port = ports_free();
    (void)snprintf(b->listen, sizeof b->listen, "tcp-listen:127.0.0.1:%d", port);
    (void)snprintf(b->to, sizeof b->to, "tcp:127.0.0.1:%d", port);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    if (!b)
        return -1;
    (void)snprintf(b->folder, sizeof b->folder, "/tmp/phial-record-XXXXXX");
    if (!mkdtemp(b->folder))
        return -1;
    (void)snprintf(b->file, sizeof b->file, "%s/taken.session", b->folder);
    free_port(b);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    (void)unlink(b->file);
    (void)rmdir(b->folder);
    free(b);
    return 0;
}

static pid_t start(int (*command)(int, char **), const char *const *words)
{
    char *argv[WORDS + 1] = { NULL };
    int argc = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child)
        return child;
    for (; words[argc]; argc++)
        argv[argc] = strdup(words[argc]);
    if (!freopen("/dev/null", "w", stderr))
        _exit(99);
    argc = command(argc, argv);
    for (int i = 0; i < WORDS; i++)
        free(argv[i]);
    _exit(argc);
}

static int finish(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The bytes of one direction, as the file writes them, one after the other, without line ends. */
static void bytes_of(const char *name, char direction, char *out)
{
    char line[4096];
    size_t len = 0;
    FILE *f = fopen(name, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *mark = strchr(line, ' ');
        size_t more;
        if (line[0] < '0' || line[0] > '9' || !mark || mark[1] != direction)
            continue;
        more = strcspn(mark + 3, "\n");
        assert_true(len + more < TEXT_MAX);
        memcpy(out + len, mark + 3, more);
        len += more;
    }
    out[len] = '\0';
    (void)fclose(f);
}

/* A file that a maker's program would drop is recorded whole, with our answer, and moved. */
static void a_folder_is_recorded_by_its_files(void **state)
{
    static char taken[TEXT_MAX];
    struct bench *b = *state;
    char port[96], path[160];
    const char *const record[] = { "record", port, b->file, NULL };
    const char *const simulate[] = { "simulate",   "magellan-leadcare-2", "--to", port,
                                     "--specimen", "260312000161",        NULL };
    pid_t recorder;
    (void)snprintf(port, sizeof port, "folder:%s/in", b->folder);
    (void)snprintf(path, sizeof path, "%s/in", b->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    recorder = start(command_record, record);
    assert_int_equal(finish(start(command_simulate, simulate)), 0);
    assert_int_equal(kill(recorder, SIGINT), 0);
    assert_int_equal(finish(recorder), 0);
    bytes_of(b->file, '<', taken);
    assert_non_null(strstr(taken, "260312000161"));
    bytes_of(b->file, '>', taken);
    assert_string_equal(taken, "<ACK>");
    assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static int dial(const struct bench *b)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_port = htons((uint16_t)strtol(strrchr(b->listen, ':') + 1, NULL, 10));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 200 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0; i++)
        (void)usleep(20000);
    return fd;
}

/* A cart that records at the host's word is told to, and its file plays again. */
static void a_cart_is_told_to_record(void **state)
{
    static const char mark[] = "\xee\x10";
    static char taken[TEXT_MAX];
    struct bench *b = *state;
    const char *const record[] = {
        "record", "--profile", "contec-8000g", b->listen, b->file, NULL
    };
    const char *const simulate[] = { "simulate", "contec-8000g", "--to", b->to, "--specimen", "1",
                                     NULL };
    char heard[7] = "";
    size_t len = 0;
    pid_t recorder = start(command_record, record);
    int fd = dial(b);
    while (len < sizeof heard - 1) {
        struct pollfd p = { fd, POLLIN, 0 };
        assert_int_equal(poll(&p, 1, 5000), 1);
        assert_int_equal(read(fd, heard + len, 1), 1);
        len++;
    }
    assert_memory_equal(heard, "\x90\x00\x85\x01\x90\x05", 6);
    assert_int_equal(write(fd, mark, 2), 2);
    (void)usleep(200000);
    assert_int_equal(kill(recorder, SIGINT), 0);
    assert_int_equal(finish(recorder), 0);
    (void)close(fd);
    bytes_of(b->file, '<', taken);
    assert_string_equal(taken, "<EE><DLE>");
    assert_int_equal(finish(start(command_simulate, simulate)), 3); /* and cannot be played */
}

static void what_is_listened_to_is_not_answered(void **state)
{
    static char taken[TEXT_MAX];
    struct bench *b = *state;
    const char *const record[] = { "record", "--listen", b->listen, b->file, NULL };
    pid_t recorder = start(command_record, record);
    int fd = dial(b);
    struct pollfd p = { fd, POLLIN, 0 };
    assert_int_equal(write(fd, "\x05", 1), 1);
    assert_int_equal(poll(&p, 1, 300), 0); /* an ENQ, and no word */
    (void)close(fd);
    (void)usleep(100000);
    assert_int_equal(kill(recorder, SIGINT), 0);
    assert_int_equal(finish(recorder), 0);
    bytes_of(b->file, '<', taken);
    assert_string_equal(taken, "<ENQ>");
}

static void what_is_played_is_recorded(void **state)
{
    static char played[TEXT_MAX], taken[TEXT_MAX];
    struct bench *b = *state;
    const char *const record[] = { "record", b->listen, b->file, NULL };
    const char *const replay[] = { "replay", ORIGINAL, "--to", b->to, NULL };
    pid_t recorder = start(command_record, record);
    assert_int_equal(finish(start(command_replay, replay)), 0);
    assert_int_equal(kill(recorder, SIGINT), 0);
    assert_int_equal(finish(recorder), 0);
    for (const char *direction = "<>"; *direction; direction++) {
        bytes_of(ORIGINAL, *direction, played);
        bytes_of(b->file, *direction, taken);
        assert_true(strlen(played) > 10);
        assert_string_equal(taken, played);
    }
}

static void a_file_is_never_overwritten(void **state)
{
    struct bench *b = *state;
    const char *const record[] = { "record", b->listen, b->file, NULL };
    FILE *f = fopen(b->file, "we");
    assert_non_null(f);
    (void)fclose(f);
    assert_int_equal(finish(start(command_record, record)), 3);
}

static void wrong_words_are_usage_errors(void **state)
{
    struct bench *b = *state;
    const char *const no_file[] = { "record", b->listen, NULL };
    const char *const no_port[] = { "replay", ORIGINAL, NULL };
    const char *const no_such[] = { "replay", "/nowhere.session", "--to", b->to, NULL };
    assert_int_equal(finish(start(command_record, no_file)), 2);
    assert_int_equal(finish(start(command_replay, no_port)), 2);
    assert_int_equal(finish(start(command_replay, no_such)), 3);
    assert_int_equal(finish(start(command_simulate, no_port)), 2);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_played_is_recorded),  IN_FOLDER(a_folder_is_recorded_by_its_files),
        IN_FOLDER(a_cart_is_told_to_record),    IN_FOLDER(what_is_listened_to_is_not_answered),
        IN_FOLDER(a_file_is_never_overwritten), IN_FOLDER(wrong_words_are_usage_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
