/*
 * Core: what the files of this folder share while `phial serve` runs.
 *
 * Invariants:
 *  - One transaction carries everything of one turn of the loop (turn.c): it is begun by the first
 *    packet that needs it and committed when the loop has polled. Nothing that depends on it is
 *    sent before: replies, "changed" and labels to print wait in the outbox.
 *  - A person's request is judged here alone: the token, the right, then what is asked (DESIGN 1).
 *  - Each request runs in a step of its own: refused, it leaves nothing behind.
 */
#ifndef PHIAL_CORE_DAEMON_CORE_H
#define PHIAL_CORE_DAEMON_CORE_H

#include "core/custody/custody.h"
#include "core/daemon/config.h"
#include "core/daemon/delivery.h"
#include "core/daemon/ingest.h"
#include "core/daemon/notices.h"
#include "core/daemon/notify.h"
#include "core/daemon/packs.h"
#include "core/daemon/pins.h"
#include "core/daemon/pinwork.h"
#include "core/daemon/signins.h"
#include "core/daemon/supervise.h"
#include "core/daemon/waivers.h"
#include "core/store/store.h"

#include <uv.h>

struct control;
struct outgoing;
struct print_job;

/* Who asked: the page's process, or a connection of the control socket. */
enum { SOURCE_WEB = 0 };

enum { SETUP_CODE = 13 }; /* 12 digits */

struct core {
    uv_loop_t *loop;
    char data[4096]; /* absolute */
    struct config config;
    struct clock clock;
    struct entropy entropy;
    struct store *store;
    struct custody *custody;
    struct ingest *ingest;
    struct ingest_port ingest_port;
    struct pins *pins;
    struct pinwork *pinwork;
    struct signins *signins;
    struct supervise *children;
    struct child *web, *decoder, *ekg, *packer;
    struct pack_job pack;
    char asked[65]; /* the profile that was looked up last, and whether it is of EKG files */
    bool asked_is_ekg;
    struct waivers waivers;
    struct notices_table notices;
    uint32_t attached[LIMIT_CHILDREN]; /* the child's number that ingest knows, by its index */
    struct control *control;
    char setup_code[SETUP_CODE]; /* "" once there is an administrator */
    int lock;                    /* the descriptor that holds the data folder */

    uv_check_t check;
    uv_idle_t idle;
    uv_timer_t seal, quiet, look;
    uv_signal_t term, interrupt;
    struct notify notify;
    uv_work_t seal_work;
    struct complaint seal_why;
    enum error seal_error;
    bool sealing; /* the pool has custody: nobody else touches it */
    struct outgoing *outbox, **outbox_end;
    struct delivery delivery;
    struct print_job *prints;
    uint64_t print_ticket;
    uint64_t commits, frames, frames_waiting;
    uint64_t frames_seen; /* of those waiting, at the last look */
    uint64_t gathering;   /* uv_hrtime of the turn's first look at frames, or 0 */
    int log_looked;       /* pages of the log when it was last moved */
    int64_t head;         /* the last fact that was committed */
    bool store_failed, stopping;
};

/* ---- serve.c ---- */

/* Serves the data folder until SIGTERM; the configuration is taken over. */
int core_serve(const char *data, struct config *config);

/* ---- turn.c ---- */

enum error turn_open(struct core *core);
void turn_close(struct core *core);
/* PINs whose row stands hold, and the others do not: after each transaction, and at the start. */
enum error turn_settle_pins(struct core *core, struct complaint *why);
/* Begins the turn's transaction; what follows is committed with it. */
enum error turn_begin(struct core *core);
/* Waits for the commit: a reply (with the request's id, for the case that the commit fails) ... */
void turn_reply(struct core *core, uint32_t source, uint64_t id, struct wire_writer *w);
/* ... or word to the page that something changed. */
void turn_changed(struct core *core, const char *topic, const char *key);
/* A label goes to its printer when its row is on disk. */
void turn_print(struct core *core, struct print_job *job, struct wire_writer *w);
/* At once, outside of any transaction. */
void reply_now(struct core *core, uint32_t source, struct wire_writer *w);

/* ---- route.c: what children say ---- */

enum error route_open(struct core *core, struct complaint *why);
uint32_t route_child_number(const struct child *c);
/* Gives the decoder and the EKG reader what waits to be decoded, and starts them for it. */
void route_decode(struct core *core);
/* Lets the decoder and the EKG reader go while nothing waits for them. */
void route_rest(struct core *core);

/* ---- requests.c ---- */

/* A checked message of a person, by that source. */
void requests_take(struct core *core, uint32_t source, const struct wire_message *m);

/* ---- control.c ---- */

enum error control_open(struct core *core, struct complaint *why);
void control_close(struct core *core);
void control_send(struct core *core, uint32_t source, struct span packet);

/* ---- sitetime.c: the site's own time; TZ is set from the configuration ---- */

int sitetime_offset(int64_t at);                          /* minutes east of UTC */
uint32_t sitetime_day(int64_t at);                        /* yymmdd */
void sitetime_text(int64_t at, char out[17]);             /* 2026-03-12T09:41 */
enum error sitetime_parse(const char *text, int64_t *at); /* that, or with Z or seconds */
bool sitetime_unset(int64_t now);                         /* nobody has set the clock */
bool sitetime_battery(void);                              /* the machine has a clock of its own */

#endif
