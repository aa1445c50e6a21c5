/* `phial simulate`: one instrument from the command line. */
#include "core/base/text.h"
#include "instruments/profile/profile.h"
#include "instruments/simulator/commands.h"
#include "instruments/simulator/simulator.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT };
enum { CODES_MAX = 32, FAULT_USUAL = 100, PER_MILLE = 1000 };

struct run {
    uv_loop_t loop;
    uv_timer_t pause;
    struct simulator *simulator;
    struct simulator_plan plan;
    struct simulator_message message;
    const char *codes[CODES_MAX];
    uint64_t count, interval_ms, done, failed;
    bool help;
};

static const char usage[] =
    "usage: phial simulate PROFILE [--to PORT] --specimen ID [options]\n"
    "\n"
    "Acts as an instrument of that profile. Everything it sends is invented.\n"
    "\n"
    "  --to PORT            tcp:HOST:PORT, tcp-listen:HOST:PORT, serial:/dev/NAME, or for one "
    "that\n"
    "                       gives files folder:/PATH (usual: HL7 tcp:127.0.0.1:2575, POCT1-A\n"
    "                       tcp:127.0.0.1:5050; others have none)\n"
    "  --specimen ID        the number that the operator scanned\n"
    "  --test CODE          a test to send, by LOINC or vendor code (several: repeat it)\n"
    "  --values KIND        normal (usual), abnormal, critical, or qc for a control\n"
    "  --ask                first ask the host which tests the specimen needs\n"
    "  --patient ID         patient number to send along\n"
    "  --operator ID        who is at the instrument\n"
    "  --lot NUMBER         the lot of what the test was run with\n"
    "  --count N            so many messages; 0 goes on until it is stopped (usual: 1)\n"
    "  --interval SECONDS   between two messages (usual: 1)\n"
    "  --fault NAME[=N]     of a thousand chances N (usual: 100), where the instrument's line can\n"
    "                       have it; may be repeated:\n"
#define FAULT_HELP(name, text, what) "                         " text ": " what "\n"
    SIMULATOR_FAULTS(FAULT_HELP)
#undef FAULT_HELP
        "  --seed N             makes the faults repeatable\n"
        "  --run N              the number of the first run (usual: 1); it counts on from there\n"
        "  --profiles FOLDER    a folder with profiles of the site\n";

static enum error read_fault(const char *text, unsigned *per_mille)
{
#define FAULT_NAME(name, fault, what) fault,
    static const char *const names[] = { SIMULATOR_FAULTS(FAULT_NAME) };
#undef FAULT_NAME
    size_t len = strcspn(text, "=");
    uint64_t often = FAULT_USUAL;
    for (size_t i = 0; i < SIMULATOR_FAULT_COUNT; i++) {
        if (strlen(names[i]) != len || strncmp(names[i], text, len) != 0)
            continue;
        if (text[len] && (text_to_u64(text + len + 1, &often) != ERROR_OK || often > PER_MILLE))
            return ERROR_BAD_INPUT;
        per_mille[i] = (unsigned)often;
        return ERROR_OK;
    }
    return ERROR_BAD_INPUT;
}

static enum error read_values(const char *text, enum simulator_values *out)
{
    static const char *const names[] = { "normal", "abnormal", "critical", "qc" };
    for (size_t i = 0; i < SIMULATOR_VALUES_COUNT; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (enum simulator_values)i;
            return ERROR_OK;
        }
    return ERROR_BAD_INPUT;
}

static enum error read_seconds(const char *text, uint64_t *ms)
{
    uint64_t seconds;
    if (text_to_u64(text, &seconds) != ERROR_OK || seconds > 86400)
        return ERROR_BAD_INPUT;
    *ms = seconds * 1000;
    return ERROR_OK;
}

static enum error add_code(struct run *r, const char *code)
{
    if (r->message.code_count == CODES_MAX)
        return ERROR_TOO_BIG;
    r->codes[r->message.code_count++] = code;
    return ERROR_OK;
}

static const char letters[] = "t:s:c:v:ap:o:L:n:i:f:S:r:F:h";
static const struct option options[] = {
    { "to", required_argument, NULL, 't' },
    { "specimen", required_argument, NULL, 's' },
    { "test", required_argument, NULL, 'c' },
    { "values", required_argument, NULL, 'v' },
    { "ask", no_argument, NULL, 'a' },
    { "patient", required_argument, NULL, 'p' },
    { "operator", required_argument, NULL, 'o' },
    { "lot", required_argument, NULL, 'L' },
    { "count", required_argument, NULL, 'n' },
    { "interval", required_argument, NULL, 'i' },
    { "fault", required_argument, NULL, 'f' },
    { "seed", required_argument, NULL, 'S' },
    { "run", required_argument, NULL, 'r' },
    { "profiles", required_argument, NULL, 'F' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static enum error take_option(struct run *r, int letter, const char *value)
{
    switch (letter) {
    case 't':
        r->plan.port = value;
        return ERROR_OK;
    case 's':
        r->message.specimen = value;
        return ERROR_OK;
    case 'c':
        return add_code(r, value);
    case 'v':
        return read_values(value, &r->message.values);
    case 'a':
        r->message.ask = true;
        return ERROR_OK;
    case 'p':
        r->message.patient_id = value;
        return ERROR_OK;
    case 'o':
        r->message.operator_id = value;
        return ERROR_OK;
    case 'L':
        r->message.lot = value;
        return ERROR_OK;
    case 'n':
        return text_to_u64(value, &r->count);
    case 'i':
        return read_seconds(value, &r->interval_ms);
    case 'f':
        return read_fault(value, r->plan.faults);
    case 'S':
        return text_to_u64(value, &r->plan.seed);
    case 'r':
        return text_to_u64(value, &r->plan.first_run);
    case 'F':
        r->plan.profile_folder = value;
        return ERROR_OK;
    default:
        r->help = letter == 'h';
        return r->help ? ERROR_OK : ERROR_BAD_INPUT;
    }
}

static enum error read_arguments(struct run *r, int argc, char **argv)
{
    int letter;
    optind = 0; /* glibc: begin anew */
    while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1)
        if (take_option(r, letter, optarg) != ERROR_OK) {
            if (letter != '?')
                (void)fprintf(stderr, "phial simulate: \"%s\" is no value for this option.\n",
                              optarg);
            return ERROR_BAD_INPUT;
        }
    if (!r->help && (optind != argc - 1 || !r->message.specimen)) {
        (void)fputs(usage, stderr);
        return ERROR_BAD_INPUT;
    }
    r->plan.profile = argv[optind];
    r->message.codes = r->codes;
    return ERROR_OK;
}

/* Where one would reach a host that was set up as usual: by IANA's number for HL7, by the number
 * that one POCT1-A device comes with. A serial line or a folder is named by whoever has it. */
static enum error choose_port(struct run *r, struct complaint *why)
{
    static const struct {
        const char *link, *port;
    } usual[] = { { "mllp", "tcp:127.0.0.1:2575" }, { "poct1a", "tcp:127.0.0.1:5050" } };
    struct profile *profile = NULL;
    enum error e = ERROR_OK;
    if (!r->plan.port)
        e = profile_load(r->plan.profile, r->plan.profile_folder, &profile, why);
    for (size_t i = 0; profile && i < sizeof usual / sizeof usual[0]; i++)
        if (strcmp(profile_link(profile), usual[i].link) == 0)
            r->plan.port = usual[i].port;
    profile_free(profile);
    if (e == ERROR_OK && !r->plan.port)
        e = complain(why, ERROR_BAD_INPUT,
                     "Say by --to where the host is: this instrument has no usual port.");
    return e;
}

/* A fault that cannot happen is better said than waited for. */
static void tell_faults(const struct run *r)
{
#define FAULT_NAME(name, fault, what) fault,
    static const char *const names[] = { SIMULATOR_FAULTS(FAULT_NAME) };
#undef FAULT_NAME
    for (unsigned i = 0; i < SIMULATOR_FAULT_COUNT; i++)
        if (r->plan.faults[i] && !simulator_suffers(r->simulator, (enum simulator_fault)i))
            (void)fprintf(stderr, "phial simulate: this line cannot have the fault \"%s\".\n",
                          names[i]);
}

static void send_next(uv_timer_t *timer)
{
    struct run *r = timer->data;
    if (simulator_send(r->simulator, &r->message) != ERROR_OK) {
        r->failed++;
        simulator_close(r->simulator);
        uv_close((uv_handle_t *)&r->pause, NULL);
    }
}

static void on_sent(void *context, enum error how)
{
    struct run *r = context;
    r->done++;
    if (how != ERROR_OK)
        r->failed++;
    (void)printf("message %llu: %s\n", (unsigned long long)r->done,
                 how == ERROR_OK          ? "acknowledged"
                 : how == ERROR_NOT_FOUND ? "the host has nothing for this specimen"
                                          : "not acknowledged");
    (void)fflush(stdout);
    if (r->count && r->done >= r->count) {
        simulator_close(r->simulator);
        uv_close((uv_handle_t *)&r->pause, NULL);
    } else {
        (void)uv_timer_start(&r->pause, send_next, r->interval_ms, 0);
    }
}

int command_simulate(int argc, char **argv)
{
    struct run r = { .count = 1, .interval_ms = 1000 };
    struct simulator_events events = { &r, on_sent };
    struct complaint why = { "" };
    r.plan.clock = clock_system();
    r.plan.seed = (uint64_t)time(NULL);
    if (read_arguments(&r, argc, argv) != ERROR_OK)
        return EXIT_USAGE;
    if (r.help)
        return fputs(usage, stdout) < 0 ? EXIT_ENVIRONMENT : EXIT_DONE;
    if (uv_loop_init(&r.loop) != 0)
        return EXIT_ENVIRONMENT;
    if (choose_port(&r, &why) == ERROR_OK &&
        simulator_open(&r.loop, &r.plan, &events, &r.simulator, &why) == ERROR_OK) {
        tell_faults(&r);
        (void)uv_timer_init(&r.loop, &r.pause);
        r.pause.data = &r;
        (void)uv_timer_start(&r.pause, send_next, 0, 0);
    } else {
        (void)fprintf(stderr, "phial simulate: %s\n", why.text);
        r.failed++;
    }
    (void)uv_run(&r.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&r.loop);
    if (why.text[0])
        return EXIT_ENVIRONMENT;
    return r.failed ? EXIT_NO : EXIT_DONE;
}
