/*
 * The whole bench at once: every built-in profile, played by the simulator over its real kind of
 * line through the running program, to the results that await review (issue "the bench of a real
 * clinic"): known specimens, mistyped and missing numbers, controls; faults on, USB replugged.
 *
 *   clinic_day meter|cable ROUNDS [SEED [PROFILE]]
 *
 * umockdev carries one USB device at a time: meter runs all but the Piccolo, cable all but the
 * Contour. ROUNDS messages of each device, 8 of them a day's mixture; by hand: 24 hours of a busy
 * clinic are about 60. PROFILE runs that one alone.
 */
#include "tests/clinic/audit.h"
#include "tests/clinic/device.h"
#include "tests/support/clinic.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICES = 64, REPLUG_MS = 4000, PATIENCE_MS = 600000 };

struct day {
    uv_loop_t loop;
    uv_timer_t replug, patience;
    struct serve serve;
    char *environment[2];
    struct device devices[DEVICES];
    size_t count, finished;
    unsigned rounds;
    struct accession *specimens;
    double early, late; /* MB of the program: after a quarter, and at the end */
};

static char preload[] = "LD_PRELOAD=libumockdev-preload.so.0";

/* How often, per thousand, each of the simulator's faults happens. */
static const unsigned faults[SIMULATOR_FAULT_COUNT] = {
    [SIMULATOR_NOISE] = 10,  [SIMULATOR_DAMAGE] = 10, [SIMULATOR_DROP] = 10,  [SIMULATOR_NAK] = 0,
    [SIMULATOR_REPEAT] = 10, [SIMULATOR_HALF] = 5,    [SIMULATOR_SPLIT] = 20,
};

static bool is_wanted(const struct device_kind *kind, const char *usb, const char *only)
{
    enum device_line other = strcmp(usb, "meter") == 0 ? DEVICE_CABLE : DEVICE_METER;
    return kind->line != other && (!only || strcmp(kind->profile, only) == 0);
}

static void prepare(struct day *day, const char *usb, const char *only)
{
    serve_prepare(&day->serve);
    for (size_t i = 0; i < device_kind_count; i++)
        if (is_wanted(&device_kinds[i], usb, only))
            device_prepare(&day->devices[day->count++], &device_kinds[i], &day->loop, &day->serve);
    day->environment[0] = preload;
    day->serve.environment = day->environment;
}

/* Each device has a test of its own, and a specimen for each message. */
static void order(struct day *day, uint64_t seed)
{
    struct clinic clinic;
    struct store *store = clinic_open(day->serve.data, &clinic);
    struct arena arena;
    unsigned number = 0;

    arena_init(&arena, 1 << 20);
    day->specimens = calloc(day->count * day->rounds, sizeof *day->specimens);
    if (!day->specimens || store_begin(store) != ERROR_OK)
        exit(1);
    for (size_t i = 0; i < day->count; i++) {
        struct device *d = &day->devices[i];
        struct profile_analyte a = device_analyte(d, &arena);
        struct store_analyte analyte = { a.code, a.loinc, a.name, a.ucum, false };
        const struct store_test test = { 0,           d->name, d->name,  "whole blood",
                                         "capillary", true,    &analyte, 1 };
        clinic_sign(store, &clinic, a.loinc, a.code);
        (void)snprintf(d->code, sizeof d->code, "%s", a.code);
        if (store_test_add(store, &test, clinic.now, &clinic.test) != ERROR_OK)
            exit(1);
        d->specimens = day->specimens + i * day->rounds;
        d->rounds = day->rounds;
        d->seed = seed + i;
        for (unsigned r = 0; r < day->rounds; r++)
            d->specimens[r] = clinic_specimen(store, &clinic, number++);
    }
    if (store_commit(store, NULL) != ERROR_OK)
        exit(1);
    store_close(store);
    arena_free(&arena);
}

static void on_replug(uv_timer_t *timer)
{
    struct day *day = timer->data;
    for (size_t i = 0; i < day->count; i++)
        if (!day->devices[i].finished)
            device_replug(&day->devices[i]);
}

static void on_patience(uv_timer_t *timer)
{
    struct day *day = timer->data;
    for (size_t i = 0; i < day->count; i++)
        if (!day->devices[i].finished)
            (void)fprintf(stderr, "%s is still at its message %u of %u\n", day->devices[i].name,
                          day->devices[i].round, day->devices[i].rounds);
    serve_kill(&day->serve);
    exit(1);
}

static void close_all(struct day *day)
{
    day->late = audit_memory(day->serve.pid);
    for (size_t i = 0; i < day->count; i++)
        device_stop(&day->devices[i]);
    uv_close((uv_handle_t *)&day->replug, NULL);
    uv_close((uv_handle_t *)&day->patience, NULL);
}

static void on_done(struct device *d)
{
    struct day *day = d->loop->data;
    day->finished++;
    if (day->finished == (day->count + 3) / 4)
        day->early = audit_memory(day->serve.pid);
    if (day->finished == day->count)
        close_all(day);
}

static void play(struct day *day)
{
    day->loop.data = day;
    (void)uv_timer_init(&day->loop, &day->replug);
    (void)uv_timer_init(&day->loop, &day->patience);
    day->replug.data = day->patience.data = day;
    (void)uv_timer_start(&day->replug, on_replug, REPLUG_MS, REPLUG_MS);
    (void)uv_timer_start(&day->patience, on_patience, PATIENCE_MS, 0);
    for (size_t i = 0; i < day->count; i++) {
        day->devices[i].done = on_done;
        device_start(&day->devices[i], faults);
    }
    (void)uv_run(&day->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&day->loop);
}

int main(int argc, char **argv)
{
    static struct day day;
    const char *only = argc > 4 ? argv[4] : NULL;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    double start = serve_now();

    if (argc < 3 || uv_loop_init(&day.loop) != 0)
        return 2;
    (void)signal(SIGPIPE, SIG_IGN);
    day.rounds = (unsigned)strtoul(argv[2], NULL, 10);
    prepare(&day, argv[1], only);
    order(&day, seed);
    (void)serve_start(&day.serve);
    play(&day);
    audit_settle(day.serve.data);
    if (serve_stop(&day.serve) != 0 || serve_command(&day.serve, "custody", "verify") != 0)
        return 1;
    if (!audit_day(day.serve.data, day.devices, day.count))
        return 1;
    (void)printf("%zu devices, %u messages each, %.0f s; the program: %.1f MB early, %.1f MB at "
                 "the end\n",
                 day.count, day.rounds, serve_now() - start, day.early, day.late);
    serve_clean(&day.serve);
    for (size_t i = 0; i < day.count; i++)
        free(day.devices[i].said);
    free(day.specimens);
    return 0;
}
