/* Making, starting, asking and ending a site; see site.h. */
#include "tests/daemon/site.h"

#include "tests/support/ports.h"
#include "tests/unit/test.h"

#include "core/catalogue/catalogue.h"
#include "core/custody/commands.h"
#include "core/daemon/commands.h"
#include "core/daemon/folder.h"
#include "instruments/worker/commands.h"
#include "labels/print/commands.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAITS = 200, WAIT_MS = 50 };

/* A page's process that answers each connection with its process id, says READY, and ends when core
 * hangs up, as children do. */
static int play_web(void)
{
    static const unsigned char ready[] = { WIRE_READY, 0 };
    struct pollfd ready_at[] = { { .fd = 3, .events = POLLHUP }, { .fd = 4, .events = POLLIN } };
    char name[16];
    int len = snprintf(name, sizeof name, "%d\n", (int)getpid());

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || fcntl(4, F_SETFL, 0) != 0 ||
        send(3, ready, sizeof ready, MSG_NOSIGNAL) < 0)
        return 1;
    while (poll(ready_at, 2, -1) > 0 && !ready_at[0].revents) {
        int fd = accept(4, NULL, NULL);
        if (fd < 0 || write(fd, name, (size_t)len) != len)
            return 1;
        (void)close(fd);
    }
    return 0;
}

/* An instrument's driver that sends what is no message. */
static _Noreturn void play_nonsense(void)
{
    char packet[] = "this is no message of ours";
    (void)send(3, packet, sizeof packet, MSG_NOSIGNAL);
    for (;;)
        (void)pause();
}

/* A driver that says well-formed things at the wrong time: READY twice, or a session's end before
 * READY. */
static _Noreturn void play_hasty(bool early)
{
    static const unsigned char ready[] = { WIRE_READY, 0 };
    struct wire_writer w;
    struct span packet;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    wire_begin(&w, WIRE_SESSION_END);
    wire_put_number(&w, WIRE_F_SESSION, 1);
    wire_put_number(&w, WIRE_F_ENDING, 0);
    if (wire_finish(&w, &packet) != ERROR_OK)
        abort();
    if (early)
        (void)send(3, packet.at, packet.len, MSG_NOSIGNAL);
    else
        (void)send(3, ready, sizeof ready, MSG_NOSIGNAL);
    (void)send(3, ready, sizeof ready, MSG_NOSIGNAL);
    for (;;)
        (void)pause();
}

int site_child(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = { { "serve", command_serve },
                     { "user", command_user },
                     { "order", command_order },
                     { "specimen", command_specimen },
                     { "check", command_check },
                     { "doctor", command_doctor },
                     { "backup", command_backup },
                     { "custody", command_custody },
                     { "restore", command_restore },
                     { "child-instrument", command_child_instrument },
                     { "child-ekg", command_child_ekg },
                     { "child-pack", command_child_pack },
                     { "child-label", command_child_label } };
    if (argc < 2)
        return -1;
    if (strcmp(argv[1], "child-web") == 0)
        return play_web();
    if (argc > 2 && strcmp(argv[2], "nonsense") == 0)
        play_nonsense();
    if (argc > 2 && (strcmp(argv[2], "early") == 0 || strcmp(argv[2], "twice") == 0))
        play_hasty(strcmp(argv[2], "early") == 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return COMMAND_USAGE;
}

void site_sleep(unsigned ms)
{
    const struct timespec pause = { ms / 1000, (long)(ms % 1000) * 1000000L };
    (void)nanosleep(&pause, NULL);
}

void site_make(struct site *s, const char *more)
{
    const char *base = getenv("TMPDIR");
    char path[128];
    FILE *file;

    *s = (struct site) { .core = -1, .client = { .fd = -1 } };
    (void)snprintf(s->folder, sizeof s->folder, "%.40s/phial-site-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(s->folder));
    (void)snprintf(s->data, sizeof s->data, "%s/data", s->folder);
    (void)snprintf(s->log, sizeof s->log, "%s/log", s->folder);
    assert_int_equal(mkdir(s->data, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/labels", s->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    s->web_port = (unsigned)ports_free();
    s->instrument_port = (unsigned)ports_free();
    (void)snprintf(path, sizeof path, "%s/phial.conf", s->data);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file,
                  "[web]\nlisten = 127.0.0.1:%u\n[instrument afinion]\nprofile = abbott-afinion-2\n"
                  "port = tcp-listen:127.0.0.1:%u\n[printer labels]\nkind = file\n"
                  "port = %s/labels\n%s",
                  s->web_port, s->instrument_port, s->folder, more);
    assert_int_equal(fclose(file), 0);
}

void site_start(struct site *s)
{
    struct complaint why;
    enum error e = ERROR_CLOSED;

    s->core = fork();
    assert_true(s->core >= 0);
    if (s->core == 0) {
        int log = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        (void)dup2(log, STDERR_FILENO);
        (void)execl("/proc/self/exe", "phial", "serve", "--data", s->data, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; e != ERROR_OK && i < WAITS; i++) {
        site_sleep(WAIT_MS);
        e = client_open(s->data, &s->client, &why);
    }
    assert_int_equal(e, ERROR_OK);
}

int site_stop(struct site *s, int signal)
{
    int status = -1;
    client_close(&s->client);
    if (s->core > 0) {
        assert_int_equal(kill(s->core, signal), 0);
        assert_int_equal(waitpid(s->core, &status, 0), s->core);
    }
    s->core = -1;
    return status;
}

void site_remove(struct site *s)
{
    pid_t child = fork();
    if (child == 0) {
        (void)execlp("rm", "rm", "-rf", "--", s->folder, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(child, NULL, 0);
}

void site_configure(const struct site *s, const char *format, ...)
{
    char path[128];
    FILE *file;
    va_list args;

    (void)snprintf(path, sizeof path, "%s/phial.conf", s->data);
    file = fopen(path, "ae");
    assert_non_null(file);
    va_start(args, format);
    (void)vfprintf(file, format, args);
    va_end(args);
    assert_int_equal(fclose(file), 0);
}

int site_over(struct site *s, int failed)
{
    if (s->core > 0)
        (void)site_stop(s, SIGKILL);
    site_remove(s);
    return failed;
}

int site_run(const char *const *args, const char *input)
{
    const char *argv[16] = { "phial" };
    char *copy[16];
    int pipes[2], status = -1;
    pid_t child;

    for (size_t i = 0; args[i] && i < 14; i++)
        argv[i + 1] = args[i];
    memcpy(copy, argv, sizeof copy); /* execv takes what it does not change as changeable */
    assert_int_equal(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(pipes[0], STDIN_FILENO);
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)close(pipes[1]);
        (void)execv("/proc/self/exe", copy);
        _exit(127);
    }
    (void)close(pipes[0]);
    assert_int_equal(write(pipes[1], input, strlen(input)), (ssize_t)strlen(input));
    (void)close(pipes[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

unsigned site_log_count(const struct site *s, const char *words)
{
    char line[2048];
    unsigned count = 0;
    FILE *file = fopen(s->log, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        count += strstr(line, words) ? 1 : 0;
    (void)fclose(file);
    return count;
}

bool site_log_wait(const struct site *s, const char *words, unsigned times)
{
    for (int i = 0; i < WAITS; i++) {
        if (site_log_count(s, words) >= times)
            return true;
        site_sleep(WAIT_MS);
    }
    return false;
}

static void put_field(struct wire_writer *w, enum wire_field field, const char *text)
{
    if (wire_field_kind(field) == WIRE_NUMBER)
        wire_put_number(w, field, strtoull(text, NULL, 10));
    else
        wire_put_text(w, field, text);
}

enum error site_ask(struct site *s, enum wire_type type, enum wire_field wanted, char *out, ...)
{
    struct complaint why = { "" };
    struct wire_message reply = { WIRE_REPLY, { NULL, 0 } };
    struct wire_writer w;
    va_list pairs;
    enum error e;

    client_begin(&s->client, &w, type);
    va_start(pairs, out);
    for (;;) {
        int field = va_arg(pairs, int);
        if (field == WIRE_FIELD_COUNT)
            break;
        put_field(&w, (enum wire_field)field, va_arg(pairs, const char *));
    }
    va_end(pairs);
    e = client_call(&s->client, &w, &reply, &why);
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", why.text);
    if (e == ERROR_OK && out)
        (void)snprintf(out, 65, "%s", wire_text(&reply, wanted));
    return e;
}

enum error site_sign_in(struct site *s, const char *login, const char *pin)
{
    struct complaint why = { "" };
    enum error e = client_sign_in(&s->client, login, pin, &why);
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", why.text);
    return e;
}

void site_sign_limits(struct site *s, const char *login, const char *pin)
{
    assert_int_equal(site_sign_in(s, login, pin), ERROR_OK);
    assert_int_equal(site_ask(s, WIRE_APPROVE, 0, NULL, WIRE_F_REFERENCE_SET, CATALOGUE_EXAMPLE_SET,
                              WIRE_F_PIN, pin, SITE_END),
                     ERROR_OK);
}

void site_said(const struct site *s, const char *words)
{
    if (!strstr(s->sentence, words))
        fail_msg("\"%s\" does not say \"%s\"", s->sentence, words);
}

json_t *site_look(struct site *s, enum store_query query, const char *key)
{
    const struct store_params params = { .key = key, .now = (int64_t)time(NULL) * 1000 };
    struct store_reader *reader;
    struct buffer text;
    char path[128];
    json_t *root;

    (void)snprintf(path, sizeof path, "%s/%s", s->data, FOLDER_DATABASE);
    assert_int_equal(store_open_read(path, &reader, NULL), ERROR_OK);
    buffer_init(&text, 1024 * 1024);
    assert_int_equal(store_read_json(reader, query, &params, &text), ERROR_OK);
    root = json_loadb((const char *)text.at, text.len, 0, NULL);
    assert_non_null(root);
    buffer_free(&text);
    store_close_read(reader);
    return root;
}
