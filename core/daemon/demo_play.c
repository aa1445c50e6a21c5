/* The demo's analyzers: four simulators on real TCP links, and what they send when; the cart; and
 * the stand-in for a health record. */
#include "core/daemon/demo.h"

#include "core/daemon/commands.h"
#include "core/daemon/core.h"
#include "core/daemon/folder.h"
#include "instruments/simulator/health_record.h"
#include "instruments/simulator/simulator.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

enum { FRONT, DCA, PICCOLO, BACK };

/* SPECIMEN: its index; or none (a control), or one with a digit mistyped. */
enum { NO_SPECIMEN = -1, MISTYPED = 1000 };

static const struct demo_item {
    unsigned after; /* seconds since the start */
    unsigned instrument;
    int specimen;
    enum simulator_values values;
    bool ask;
} items[] = {
    { 0, FRONT, 0, SIMULATOR_NORMAL, false },
    { 0, DCA, 1, SIMULATOR_ABNORMAL, false },
    { 0, PICCOLO, 3, SIMULATOR_CRITICAL, false },
    { 0, BACK, NO_SPECIMEN, SIMULATOR_CONTROL, false },
    { 1, FRONT, MISTYPED + 4, SIMULATOR_NORMAL, false },
    { 2, PICCOLO, 2, SIMULATOR_NORMAL, false },
    { 10, FRONT, 6, SIMULATOR_NORMAL, true },
    { 25, PICCOLO, 5, SIMULATOR_ABNORMAL, false },
    { 40, BACK, 7, SIMULATOR_ABNORMAL, false },
    { 60, DCA, 8, SIMULATOR_ABNORMAL, false },
    { 90, PICCOLO, 9, SIMULATOR_ABNORMAL, false },
    { 120, FRONT, 10, SIMULATOR_NORMAL, false },
    { 180, PICCOLO, 11, SIMULATOR_NORMAL, false },
    { 240, DCA, NO_SPECIMEN, SIMULATOR_CONTROL, false },
};

enum { ITEMS = sizeof items / sizeof items[0], RETRY_MS = 200, WRONG_CHIP = 8 };

static const char *const lots[] = {
    [FRONT] = DEMO_LOT_FRONT,
    [DCA] = DEMO_LOT_DCA,
    [PICCOLO] = DEMO_LOT_PICCOLO,
    [BACK] = DEMO_LOT_BACK,
};

struct play {
    uv_loop_t loop;
    struct simulator *simulators[DEMO_INSTRUMENTS];
    struct demo_bench bench;
    struct demo_cart *cart;
    struct health_record *record;
    uv_timer_t timer;
    size_t next;
    uint64_t started;
};

static void on_sent(void *context, enum error how)
{
    (void)context;
    if (how != ERROR_OK)
        (void)fprintf(stderr, "phial demo: a simulated analyzer gave up: %s\n", error_text(how));
}

/* The last digit but one is wrong, as when somebody types the number. */
static void mistype(char accession[13])
{
    accession[10] = accession[10] == '9' ? '0' : (char)(accession[10] + 1);
}

static enum error send_item(struct play *p, const struct demo_item *item)
{
    static const char *const glycated[] = { "4548-4" };
    static const char *const panel[] = { "2951-2", "2823-3", "2075-0", "2028-9",
                                         "3094-0", "2160-0", "2345-7", "17861-6" };
    bool chemistry = item->instrument == PICCOLO;
    struct simulator_message message = { .codes = chemistry ? panel : glycated,
                                         .code_count = chemistry ? 8 : 1,
                                         .values = item->values,
                                         .lot = lots[item->instrument],
                                         .ask = item->ask,
                                         .operator_id = "maria" };
    char accession[13] = "";

    if (item->instrument == DCA && item->specimen == WRONG_CHIP)
        message.lot = "127"; /* the chip of another lot: held */
    if (item->specimen != NO_SPECIMEN)
        memcpy(accession, p->bench.accessions[item->specimen % MISTYPED], sizeof accession);
    if (item->specimen >= MISTYPED)
        mistype(accession);
    message.specimen = item->specimen == NO_SPECIMEN ? "CTRL-1" : accession;
    return simulator_send(p->simulators[item->instrument], &message);
}

/* Sends what is due; an instrument that is busy is asked again a little later. */
static void on_timer(uv_timer_t *timer)
{
    struct play *p = timer->data;

    while (p->next < ITEMS) {
        const struct demo_item *item = &items[p->next];
        uint64_t due = p->started + item->after * (uint64_t)1000;
        uint64_t now = uv_now(&p->loop);
        if (due > now) {
            (void)uv_timer_start(timer, on_timer, due - now, 0);
            return;
        }
        if (send_item(p, item) == ERROR_BUSY) {
            (void)uv_timer_start(timer, on_timer, RETRY_MS, 0);
            return;
        }
        p->next++;
    }
}

static int64_t wall_clock(void *context)
{
    struct clock clock = clock_system();
    int64_t now = clock_now(&clock);
    (void)context;
    return now + (int64_t)sitetime_offset(now) * 60 * 1000;
}

struct clock demo_wall_clock(void)
{
    return (struct clock) { wall_clock, NULL };
}

static enum error open_simulators(struct play *p, const struct demo *demo, struct complaint *why)
{
    const struct simulator_events events = { p, on_sent };
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < DEMO_INSTRUMENTS; i++) {
        const struct demo_instrument *instrument = &demo->instruments[i];
        struct simulator_plan plan = { .profile = instrument->profile,
                                       .seed = i + 1,
                                       .clock = demo_wall_clock() };
        char port[64];
        (void)snprintf(port, sizeof port, "%s:127.0.0.1:%u",
                       instrument->connects ? "tcp-listen" : "tcp", instrument->port);
        plan.port = port;
        e = simulator_open(&p->loop, &plan, &events, &p->simulators[i], why);
    }
    return e;
}

static enum error open_record(struct play *p, const struct demo *demo, struct complaint *why)
{
    char port[64];
    const struct health_record_plan plan = {
        .port = port,
        .stumble = DEMO_UNKNOWN_THERE,
        .words = "No patient of this number is registered here. (A stand-in: it refuses one "
                 "message. Send it again, and it is taken.)",
        .clock = clock_system()
    };

    if (!demo->record_port)
        return ERROR_OK;
    (void)snprintf(port, sizeof port, "tcp-listen:127.0.0.1:%u", demo->record_port);
    return health_record_open(&p->loop, &plan, &p->record, why);
}

int demo_play(const struct demo *demo)
{
    struct play p = { .next = 0 };
    struct complaint why = { "" };
    enum error e = ERROR_NO_MEMORY;

    if (uv_loop_init(&p.loop) == 0)
        e = open_record(&p, demo, &why);
    if (e == ERROR_OK)
        e = demo_collect(demo, &p.bench, &why);
    if (e == ERROR_OK)
        e = open_simulators(&p, demo, &why);
    if (e == ERROR_OK)
        e = demo_cart_open(&p.loop, demo, &p.bench, &p.cart, &why);
    if (e != ERROR_OK) {
        (void)fprintf(stderr, "phial demo: the analyzers cannot be played: %s\n",
                      why.text[0] ? why.text : error_text(e));
        return COMMAND_ENVIRONMENT;
    }
    (void)uv_timer_init(&p.loop, &p.timer);
    p.timer.data = &p;
    uv_update_time(&p.loop);
    p.started = uv_now(&p.loop);
    (void)uv_timer_start(&p.timer, on_timer, 0, 0);
    (void)uv_run(&p.loop, UV_RUN_DEFAULT);
    return COMMAND_DONE;
}
