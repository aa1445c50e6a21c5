/*
 * No acknowledged byte is lost and nothing mixes (DESIGN 3.1, 3.4, 3.5): four instruments send
 * while the program, its children, its disk or its lines are made to fail; then the database is
 * audited against the books of the senders, and custody is verified.
 *
 *   fault_traffic core MESSAGES KILLS       SIGKILL of core at random moments
 *   fault_traffic children MESSAGES KILLS   SIGKILL of a random child at random moments, and of an
 *                                           instrument's between acknowledgement and record
 *   fault_traffic sync MESSAGES             one fdatasync in 20 fails
 *   fault_traffic full MESSAGES             the disk is full, again and again
 *   fault_traffic noise MESSAGES            1 % of frames with a flipped bit, 1 % lost ACKs, cuts
 *
 * MESSAGES are those of each of the four instruments. LINES, four letters, says how they are
 * connected: t TCP, p a pseudo-terminal, u emulated USB (one at most).
 */
#include "tests/fault/faulty.h"
#include "tests/fault/traffic.h"
#include "tests/support/children.h"
#include "tests/support/clinic.h"
#include "tests/support/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct scene {
    struct serve serve;
    struct traffic traffic;
    struct faulty *faulty;
    char variable[SERVE_PATH + 64];
    char *environment[3];
    unsigned messages, kills;
    const char *lines; /* a letter for each link */
};

static char preload[] = "LD_PRELOAD=libumockdev-preload.so.0";

static void map_faulty(struct scene *scene)
{
    char path[SERVE_PATH + 32];
    int fd;

    (void)snprintf(path, sizeof path, "%s/faulty", scene->serve.data);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *scene->faulty))
        exit(1);
    scene->faulty = mmap(NULL, sizeof *scene->faulty, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (scene->faulty == MAP_FAILED)
        exit(1);
    (void)snprintf(scene->variable, sizeof scene->variable, "%s=%s", FAULTY_VARIABLE, path);
    scene->environment[0] = scene->variable;
    /* For the program alone: the library is not made for the threads of this one. */
    if (strchr(scene->lines, LINE_USB))
        scene->environment[1] = preload;
    scene->serve.environment = scene->environment;
}

static void pause_ms(unsigned ms)
{
    usleep(ms * 1000);
}

static void kill_core(struct scene *scene)
{
    for (unsigned i = 0; i < scene->kills && !traffic_finished(&scene->traffic); i++) {
        pause_ms(20 + (unsigned)random() % 180);
        serve_kill(&scene->serve);
        (void)serve_start(&scene->serve);
    }
}

/* One of core's children, picked at random; 0 when there is none. */
static pid_t random_child(pid_t core)
{
    pid_t children[CHILDREN_MOST];
    size_t count = children_of(core, children);

    return count ? children[(size_t)random() % count] : 0;
}

static void kill_children(struct scene *scene)
{
    unsigned killed = 0;
    unsigned long long before;
    atomic_store(&scene->faulty->record_per_mille, 50);
    while (killed < scene->kills && !traffic_finished(&scene->traffic)) {
        pid_t child = random_child(scene->serve.pid);
        pause_ms(5 + (unsigned)random() % 60);
        if (child && kill(child, SIGKILL) == 0)
            killed++;
    }
    while (atomic_load(&scene->faulty->killed_before_record) == 0 &&
           !traffic_finished(&scene->traffic)) /* on a busy machine that takes longer */
        pause_ms(20);
    atomic_store(&scene->faulty->record_per_mille, 0);
    before = atomic_load(&scene->faulty->killed_before_record);
    printf("killed: %u children, and %llu between acknowledgement and record\n", killed, before);
    if (before == 0)
        exit(1);
}

static void fail_syncs(struct scene *scene)
{
    atomic_store(&scene->faulty->sync_per_mille, 50);
    while (!traffic_finished(&scene->traffic))
        pause_ms(20);
    atomic_store(&scene->faulty->sync_per_mille, 0);
    printf("injected: %llu failed syncs\n", atomic_load(&scene->faulty->failed_syncs));
    if (atomic_load(&scene->faulty->failed_syncs) == 0)
        exit(1);
}

static void fill_disk(struct scene *scene)
{
    while (!traffic_finished(&scene->traffic)) {
        pause_ms(5 + (unsigned)random() % 40);
        atomic_store(&scene->faulty->full, 1);
        pause_ms(5 + (unsigned)random() % 40);
        atomic_store(&scene->faulty->full, 0);
    }
    printf("injected: %llu writes to a full disk\n", atomic_load(&scene->faulty->failed_writes));
    if (atomic_load(&scene->faulty->failed_writes) == 0)
        exit(1);
}

static void only_noise(struct scene *scene)
{
    while (!traffic_finished(&scene->traffic))
        pause_ms(20);
}

static void run(struct scene *scene, void (*fault)(struct scene *),
                const struct sender_faults *faults)
{
    unsigned specimens = TRAFFIC_LINKS * scene->messages;
    struct accession *accessions = calloc(specimens, sizeof *accessions);

    if (!accessions)
        exit(1);
    serve_prepare(&scene->serve);
    map_faulty(scene);
    clinic_fill(scene->serve.data, specimens, accessions);
    traffic_init(&scene->traffic, TRAFFIC_LINKS, scene->messages, accessions, faults, 1);
    for (unsigned i = 0; i < TRAFFIC_LINKS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "link%u", i);
        line_open(&scene->traffic.links[i].line, (enum line_kind)scene->lines[i], &scene->serve,
                  name);
    }
    (void)serve_start(&scene->serve);
    traffic_start(&scene->traffic);
    fault(scene);
    while (!traffic_finished(&scene->traffic))
        pause_ms(50);
    traffic_join(&scene->traffic);
    traffic_print(&scene->traffic);
    traffic_settle(scene->serve.data);
    if (serve_stop(&scene->serve) != 0) {
        fprintf(stderr, "phial serve did not end well; see %s/log\n", scene->serve.data);
        exit(1);
    }
    traffic_audit(&scene->traffic, scene->serve.data);
    if (fault == kill_children && traffic_decoded_later(scene->serve.data) == 0) {
        fprintf(stderr, "no session was decoded from the journal\n");
        exit(1);
    }
    printf("decoded from the journal: %lld sessions\n", traffic_decoded_later(scene->serve.data));
    if (serve_command(&scene->serve, "custody", "verify") != 0) {
        fprintf(stderr, "custody does not verify in %s\n", scene->serve.data);
        exit(1);
    }
    traffic_free(&scene->traffic);
    free(accessions);
    serve_clean(&scene->serve);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fault)(struct scene *);
        struct sender_faults faults;
    } kinds[] = {
        { "core", kill_core, { 0 } },
        { "children", kill_children, { 0 } },
        { "sync", fail_syncs, { 0 } },
        { "full", fill_disk, { 0 } },
        { "noise", only_noise, { 10, 10, 2, false } },
        { "noise-resend", only_noise, { 10, 10, 2, true } },
    };
    struct scene scene = { .messages = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 50,
                           .kills = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 20,
                           .lines = argc > 4 ? argv[4] : "ttpu" };

    for (size_t i = 0;
         argc > 1 && strlen(scene.lines) == TRAFFIC_LINKS &&
         strspn(scene.lines, "tpu") == TRAFFIC_LINKS && i < sizeof kinds / sizeof kinds[0];
         i++)
        if (strcmp(argv[1], kinds[i].name) == 0) {
            run(&scene, kinds[i].fault, &kinds[i].faults);
            printf("%s: nothing lost, nothing twice, nothing elsewhere\n", argv[1]);
            return 0;
        }
    fprintf(stderr,
            "usage: fault_traffic core|children|sync|full|noise|noise-resend [MESSAGES [KILLS "
            "[LINES]]]\n");
    return 2;
}
