/* `phial demo`: a fresh folder, the sign-ins on the screen, the player started, then serving. */
#include "core/daemon/demo.h"

#include "core/base/text.h"
#include "core/daemon/commands.h"
#include "core/daemon/core.h"
#include "core/daemon/folder.h"
#include "core/daemon/listener.h"
#include "core/daemon/options.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEMO_PORT = 8080 };

static const struct demo_person people[DEMO_PEOPLE] = {
    { "maria", "Maria Invented", "medical-assistant", "" },
    { "lena", "Lena Invented", "lab-lead", "" },
    { "dr.kay", "Dr. Kay Invented", "provider", "" },
    { "dora", "Dr. Dora Invented", "director", "" },
    { "finn", "Finn Invented", "front-desk", "" },
    { "omar", "Omar Invented", "auditor", "" },
    { "ada", "Ada Invented", "administrator", "" },
    { "player", "Demo Player (a program)", "medical-assistant", "" },
};

static const struct demo_instrument instruments[DEMO_INSTRUMENTS] = {
    { "Afinion front", "abbott-afinion-2", 0, 0 },
    { "DCA", "siemens-dca-vantage", 0, 0 },
    { "Piccolo", "abaxis-piccolo-xpress", 0, 0 },
    { "Afinion back", "abbott-afinion-2", 1, 0 },
};

/* Where the demo may make its folders, whoever runs it and wherever Phial is installed. */
#define DEMO_FOLDER "./phial-data"

/* A fresh folder: the one that was named, or a new one below the working folder. */
static enum error make_folder(struct demo *demo, const char *given, struct complaint *why)
{
    char fresh[] = DEMO_FOLDER "/demo-XXXXXX";
    char database[FOLDER_PATH];
    enum error e;

    if (!given) {
        if ((mkdir(DEMO_FOLDER, 0700) != 0 && errno != EEXIST) || !mkdtemp(fresh))
            return complain(why, ERROR_IO, "A folder in %s cannot be made: %s.", DEMO_FOLDER,
                            strerror(errno));
        given = fresh;
    }
    e = folder_make(given, demo->data, why);
    if (e == ERROR_OK)
        e = folder_path(demo->data, FOLDER_DATABASE, database);
    if (e == ERROR_OK && access(database, F_OK) == 0)
        e = complain(why, ERROR_CONFLICT,
                     "%s holds a database already; the demo needs a fresh folder.", given);
    return e;
}

/* Ports that are free now. All are held until all are chosen. */
static enum error choose_ports(struct demo *demo, struct complaint *why)
{
    unsigned *ports[DEMO_INSTRUMENTS + 1];
    int held[DEMO_INSTRUMENTS + 1];
    size_t count = 0, wanted = 0;
    enum error e = ERROR_OK;

    while (wanted < DEMO_INSTRUMENTS) {
        ports[wanted] = &demo->instruments[wanted].port;
        wanted++;
    }
    if (!demo->practice) /* invented results of a practice folder go nowhere */
        ports[wanted++] = &demo->record_port;
    while (e == ERROR_OK && count < wanted) {
        e = listener_open("127.0.0.1:0", &held[count], why);
        if (e == ERROR_OK)
            *ports[count] = listener_port(held[count]);
        count += e == ERROR_OK ? 1 : 0;
    }
    while (count > 0)
        (void)close(held[--count]);
    return e;
}

static void print_sign_ins(const struct demo *demo)
{
    (void)printf("Phial %s: http://127.0.0.1:%u/\n\n"
                 "Everything in it is invented: people, patients (they end in -TEST), results.\n"
                 "The data folder is %s\n\n  login    PIN      role\n",
                 demo->practice ? "practice" : "demo", demo->port, demo->data);
    for (size_t i = 0; i < DEMO_PEOPLE; i++)
        if (&demo->people[i] != demo_player_of(demo))
            (void)printf("  %-8s %s   %s\n", demo->people[i].login, demo->people[i].pin,
                         demo->people[i].role);
    (void)printf("\nResults arrive by themselves within ten seconds. Stop it with Ctrl-C.\n\n");
    (void)fflush(stdout);
}

/* The player ends with us, whatever happens. */
static pid_t start_player(const struct demo *demo)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child != 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    _exit(getppid() == parent ? demo_play(demo) : COMMAND_ENVIRONMENT);
}

static int serve(struct demo *demo, const char *name)
{
    struct complaint why = { "" };
    struct config config;
    pid_t player;
    int status;
    enum error e;

    config_init(&config);
    e = config_read(&config, demo->data, &why);
    if (e != ERROR_OK) {
        (void)fprintf(stderr, "phial %s: %s\n", name, why.text);
        config_free(&config);
        return COMMAND_ENVIRONMENT;
    }
    print_sign_ins(demo);
    if (setenv("TZ", config.zone, 1) == 0)
        tzset(); /* the player's analyzers show the site's time */
    player = start_player(demo);
    status = core_serve(demo->data, &config);
    if (player > 0) {
        (void)kill(player, SIGTERM);
        (void)waitpid(player, NULL, 0);
    }
    return status;
}

static int run(struct demo *demo, const struct demo_program *program, const char *data)
{
    struct complaint why = { "" };
    enum error e = program->open(demo, data, &why);

    if (e == ERROR_OK)
        e = choose_ports(demo, &why);
    if (e == ERROR_OK)
        e = demo_prepare(demo, &why);
    if (e == ERROR_OK)
        return serve(demo, program->name);
    (void)fprintf(stderr, "phial %s: %s\n", program->name, why.text[0] ? why.text : error_text(e));
    return COMMAND_ENVIRONMENT;
}

int demo_command(int argc, char **argv, const struct demo_program *program)
{
    uint64_t port = program->port;
    const char *data = program->data;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "port", NULL, NULL, &port } };
    struct option_words words;
    struct complaint why = { "" };
    struct demo demo;
    enum error e = options_parse(argc, argv, specs, 2, &words, &why);

    if (e == ERROR_OK && (words.count || port == 0 || port > 65535))
        e = complain(&why, ERROR_BAD_INPUT, "Give --port a number up to 65535, and no words.");
    if (e != ERROR_OK) {
        (void)fprintf(stderr, "phial %s: %s\n", program->name, why.text);
        return COMMAND_USAGE;
    }
    demo = (struct demo) { .port = (unsigned)port, .practice = program->practice };
    memcpy(demo.people, people, sizeof people);
    memcpy(demo.instruments, instruments, sizeof instruments);
    (void)umask(077);
    return run(&demo, program, data);
}

int command_demo(int argc, char **argv)
{
    static const struct demo_program program = { "demo", NULL, DEMO_PORT, false, make_folder };

    return demo_command(argc, argv, &program);
}
