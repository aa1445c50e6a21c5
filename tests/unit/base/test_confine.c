/*
 * What a confined child can still do. Each attempt runs in a process of its own, as an ordinary
 * user also when the tests run as root, and is first shown to work without confinement.
 */
#include "core/base/confine.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, COULD = 10, COULD_NOT = 11, BROKEN = 12 };

/* The files of a site, readable and writable by the user that the child is. */
struct site {
    char folder[64], database[96], fresh[96];
    int listener;      /* on loopback */
    int other_port;    /* a pseudo-terminal's master, and the name of its slave */
    int open_database; /* for reading */
    char line[64];
};

typedef bool attempt(const struct site *s);

static bool reads_database(const struct site *s)
{
    return open(s->database, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool writes_database(const struct site *s)
{
    return open(s->database, O_WRONLY | O_CLOEXEC) >= 0;
}

static bool replaces_database(const struct site *s)
{
    return rename(s->database, s->fresh) == 0;
}

static bool deletes_database(const struct site *s)
{
    return unlink(s->database) == 0;
}

static bool opens_by_old_call(const struct site *s)
{
#ifdef SYS_open
    return syscall(SYS_open, s->database, O_RDONLY) >= 0;
#else
    return reads_database(s);
#endif
}

static bool opens_by_new_call(const struct site *s)
{
    uint64_t how[3] = { O_RDONLY, 0, 0 };
    return syscall(SYS_openat2, AT_FDCWD, s->database, how, sizeof how) >= 0;
}

static bool opens_another_port(const struct site *s)
{
    return open(s->line, O_RDWR | O_NOCTTY | O_CLOEXEC) >= 0;
}

static bool makes_a_file(const struct site *s)
{
    return open(s->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0;
}

static bool makes_a_tcp_socket(const struct site *s)
{
    (void)s;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool makes_a_local_socket(const struct site *s)
{
    int ends[2];
    (void)s;
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
}

static bool runs_a_program(const struct site *s)
{
    pid_t child;
    int status;
    (void)s;
    child = fork();
    if (child == 0) {
        (void)execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static bool signals_its_parent(const struct site *s)
{
    (void)s;
    return kill(getppid(), 0) == 0 || errno != EPERM;
}

static bool types_into_a_terminal(const struct site *s)
{
    (void)s; /* the request is judged before the terminal is looked at */
    return ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno != EPERM;
}

static bool makes_code(const struct site *s)
{
    (void)s;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool accepts(const struct site *s)
{
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    (void)getsockname(s->listener, (struct sockaddr *)&a, &size);
    return accept4(s->listener, NULL, NULL, SOCK_CLOEXEC) >= 0;
}

static void *waits_for_nothing(void *context)
{
    return context;
}

static bool makes_a_thread(const struct site *s)
{
    pthread_t thread;
    (void)s;
    return pthread_create(&thread, NULL, waits_for_nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

/* A database that is open for reading: locks on it, and memory shared with whoever writes. */
static bool reads_what_is_open(const struct site *s)
{
    struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
    struct stat at;
    char byte;
    void *shared;

    if (fcntl(s->open_database, F_SETLK, &lock) != 0 || fstat(s->open_database, &at) != 0 ||
        pread(s->open_database, &byte, 1, 0) < 0 ||
        (access(s->database, F_OK) != 0 && errno == EPERM))
        return false;
    shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, s->open_database, 0);
    return shared != MAP_FAILED && munmap(shared, 4096) == 0;
}

static bool holds_many_descriptors(const struct site *s)
{
    (void)s;
    for (int i = 0; i < 64; i++)
        if (dup(STDERR_FILENO) < 0)
            return false;
    return true;
}

static bool moves_bytes(const struct site *s)
{
    int ends[2];
    char byte = 'x';
    (void)s;
    return pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], &byte, 1) == 1 &&
           read(ends[0], &byte, 1) == 1;
}

static bool sets_a_line(const struct site *s)
{
    struct termios t;
    return tcgetattr(s->other_port, &t) == 0 && tcsetattr(s->other_port, TCSANOW, &t) == 0;
}

static void be_nobody(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        _exit(BROKEN);
}

/* Role CONFINE_ROLE_COUNT: not confined at all. */
static int try(const struct site *s, enum confine_role role, attempt *what)
{
    pid_t child = fork();
    int status;
    assert_true(child >= 0);
    if (child == 0) {
        be_nobody();
        if (role < CONFINE_ROLE_COUNT && confine_child(role) != ERROR_OK)
            _exit(BROKEN);
        _exit(what(s) ? COULD : COULD_NOT);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0666), 0);
    (void)close(fd);
}

static int set_up(void **state)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    struct site *s = calloc(1, sizeof *s);
    int slave, caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof a;
    if (!s)
        return -1;
    *state = s;
    (void)snprintf(s->folder, sizeof s->folder, "/tmp/phial-site-XXXXXX");
    if (!mkdtemp(s->folder) || chmod(s->folder, 0777) != 0)
        return -1;
    (void)snprintf(s->database, sizeof s->database, "%s/phial.db", s->folder);
    (void)snprintf(s->fresh, sizeof s->fresh, "%s/new", s->folder);
    make_file(s->database);
    s->open_database = open(s->database, O_RDONLY | O_CLOEXEC);
    if (s->open_database < 0)
        return -1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->listener, (struct sockaddr *)&a, size) != 0 || listen(s->listener, 4) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&a, &size) != 0 ||
        connect(caller, (struct sockaddr *)&a, size) != 0)
        return -1;
    if (openpty(&s->other_port, &slave, s->line, NULL, NULL) != 0)
        return -1;
    (void)fcntl(caller, F_SETFD, FD_CLOEXEC);
    return chmod(s->line, 0666);
}

static int tear_down(void **state)
{
    struct site *s = *state;
    (void)close(s->open_database);
    (void)unlink(s->database);
    (void)unlink(s->fresh);
    (void)rmdir(s->folder);
    free(s);
    return 0;
}

/* What nobody may, and what everybody can without confinement (so that the test can fail). */
static const struct {
    const char *name;
    attempt *what;
} forbidden[] = {
    { "read the database", reads_database },
    { "write the database", writes_database },
    { "open by the old call", opens_by_old_call },
    { "open by the new call", opens_by_new_call },
    { "open another port", opens_another_port },
    { "make a TCP socket", makes_a_tcp_socket },
    { "make a local socket", makes_a_local_socket },
    { "run a program", runs_a_program },
    { "signal core", signals_its_parent },
    { "type into a terminal", types_into_a_terminal },
    { "make code", makes_code },
};

static void no_role_reaches_beyond_what_is_open(void **state)
{
    const struct site *s = *state;
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (forbidden[i].what != types_into_a_terminal && forbidden[i].what != signals_its_parent &&
            try(s, CONFINE_ROLE_COUNT, forbidden[i].what) != COULD)
            fail_msg("an unconfined process cannot %s: the test proves nothing", forbidden[i].name);
        for (unsigned role = 0; role < CONFINE_ROLE_COUNT; role++)
            if (try(s, (enum confine_role)role, forbidden[i].what) != COULD_NOT)
                fail_msg("role %u can %s", role, forbidden[i].name);
    }
}

static void nobody_can_remove_or_replace_a_file(void **state)
{
    const struct site *s = *state;
    for (unsigned role = 0; role < CONFINE_ROLE_COUNT; role++) {
        assert_int_equal(try(s, (enum confine_role)role, replaces_database), COULD_NOT);
        assert_int_equal(try(s, (enum confine_role)role, deletes_database), COULD_NOT);
    }
    assert_int_equal(try(s, CONFINE_ROLE_COUNT, replaces_database), COULD);
}

static void only_the_file_printer_makes_files(void **state)
{
    const struct site *s = *state;
    assert_int_equal(try(s, CONFINE_LABELS_FILE, makes_a_file), COULD);
    assert_int_equal(try(s, CONFINE_LABELS_FILE, makes_a_file), COULD_NOT); /* it exists now */
    assert_int_equal(unlink(s->fresh), 0);
    assert_int_equal(try(s, CONFINE_INSTRUMENT, makes_a_file), COULD_NOT);
    assert_int_equal(try(s, CONFINE_DECODER, makes_a_file), COULD_NOT);
    assert_int_equal(try(s, CONFINE_LABELS, makes_a_file), COULD_NOT);
    assert_int_equal(try(s, CONFINE_WEB, makes_a_file), COULD_NOT);
}

static void what_a_role_needs_still_works(void **state)
{
    const struct site *s = *state;
    for (unsigned role = 0; role < CONFINE_ROLE_COUNT; role++)
        assert_int_equal(try(s, (enum confine_role)role, moves_bytes), COULD);
    assert_int_equal(try(s, CONFINE_INSTRUMENT, sets_a_line), COULD);
    assert_int_equal(try(s, CONFINE_WEB, sets_a_line), COULD_NOT);
    assert_int_equal(try(s, CONFINE_LABELS, accepts), COULD_NOT);
    assert_int_equal(try(s, CONFINE_INSTRUMENT, accepts), COULD);
}

/* The helper of a folder: what it is for works, in that folder; nothing else does. */
static bool works_in_its_folder(const struct site *s)
{
    int folder = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || mkdirat(folder, "taken", 0700) != 0 || confine_folder(folder) != ERROR_OK)
        return false;
    return openat(folder, "phial.db", O_RDONLY | O_NOFOLLOW | O_CLOEXEC) >= 0 &&
           renameat(folder, "phial.db", folder, "taken/phial.db") == 0 &&
           renameat(folder, "taken/phial.db", folder, "phial.db") == 0;
}

static bool writes_in_its_folder(const struct site *s)
{
    int folder = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || confine_folder(folder) != ERROR_OK)
        return false;
    return openat(folder, "phial.db", O_RDWR | O_NOFOLLOW | O_CLOEXEC) >= 0 ||
           openat(folder, "new", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600) >= 0 ||
           unlinkat(folder, "phial.db", 0) == 0 || symlinkat("phial.db", folder, "link") == 0;
}

/* Only Landlock can say where: without it this is what the helper could do, and it reads nothing.
 */
static bool reads_outside_its_folder(const struct site *s)
{
    int folder = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || confine_folder(folder) != ERROR_OK)
        return false;
    return open("/etc/hostname", O_RDONLY | O_NOFOLLOW | O_CLOEXEC) >= 0;
}

static void a_folders_helper_moves_files_and_no_more(void **state)
{
    const struct site *s = *state;
    char taken[128];
    (void)snprintf(taken, sizeof taken, "%s/taken", s->folder);
    assert_int_equal(try(s, CONFINE_ROLE_COUNT, works_in_its_folder), COULD);
    assert_int_equal(rmdir(taken), 0);
    assert_int_equal(try(s, CONFINE_ROLE_COUNT, writes_in_its_folder), COULD_NOT);
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1U) >= 2)
        assert_int_equal(try(s, CONFINE_ROLE_COUNT, reads_outside_its_folder), COULD_NOT);
    else
        print_message("This kernel has no Landlock that can keep a helper to its folder.\n");
}

static bool dumps_no_core(const struct site *s)
{
    struct rlimit core;
    (void)s;
    return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
}

/* Who makes a pack: what the page's process may to read the database, and no more. */
static void a_reader_reads_and_takes_no_connections(void **state)
{
    const struct site *s = *state;
    assert_int_equal(try(s, CONFINE_READER, reads_what_is_open), COULD);
    assert_int_equal(try(s, CONFINE_READER, makes_a_file), COULD_NOT);
    assert_int_equal(try(s, CONFINE_READER, sets_a_line), COULD_NOT);
    assert_int_equal(try(s, CONFINE_READER, accepts), COULD_NOT);
    assert_int_equal(try(s, CONFINE_READER, makes_a_thread), COULD_NOT);
    assert_int_equal(try(s, CONFINE_READER, holds_many_descriptors), COULD_NOT);
    assert_int_equal(try(s, CONFINE_WEB, holds_many_descriptors), COULD);
    assert_int_equal(try(s, CONFINE_WEB, makes_a_thread), COULD);
    assert_int_equal(try(s, CONFINE_WEB, accepts), COULD);
}

static void no_core_is_dumped(void **state)
{
    assert_int_equal(try(*state, CONFINE_INSTRUMENT, dumps_no_core), COULD);
    assert_int_equal(try(*state, CONFINE_ROLE_COUNT, dumps_no_core), COULD_NOT);
}

/* Only 0 to 3 stay, and 4 when it is a listening socket. */
static void stray_descriptors_are_closed(void **state)
{
    const struct site *s = *state;
    pid_t child = fork();
    int status;
    if (child == 0) {
        bool fine = dup2(s->listener, 4) == 4 && dup2(s->other_port, 9) == 9 &&
                    confine_descriptors(getppid()) == ERROR_OK && fcntl(4, F_GETFD) >= 0 &&
                    fcntl(9, F_GETFD) < 0;
        fine = fine && dup2(STDERR_FILENO, 4) == 4 && confine_descriptors(0) == ERROR_OK &&
               fcntl(4, F_GETFD) < 0;
        _exit(fine ? COULD : COULD_NOT);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), COULD);
}

static void a_child_ends_with_its_parent(void **state)
{
    int ends[2];
    char byte;
    pid_t parent;
    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    parent = fork();
    if (parent == 0) {
        if (fork() == 0) {
            (void)dup2(ends[1], 3);
            if (confine_descriptors(0) == ERROR_OK && write(3, "x", 1) == 1)
                (void)sleep(60);
            _exit(0);
        }
        _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1); /* the child asked for it by now */
    }
    (void)close(ends[1]);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    assert_int_equal(read(ends[0], &byte, 1), 0); /* end of file: nobody holds the other end */
    (void)close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_role_reaches_beyond_what_is_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_can_remove_or_replace_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_file_printer_makes_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_role_needs_still_works, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folders_helper_moves_files_and_no_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_reader_reads_and_takes_no_connections, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_core_is_dumped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stray_descriptors_are_closed, set_up, tear_down),
        cmocka_unit_test(a_child_ends_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
