/*
 * `phial serve`: everything opened in the order that keeps promises, then the loop, then the end.
 *
 * The folder is locked before anything is written; the database is open before any child starts;
 * listeners are open before the children that use them. SIGTERM: children first, then the last
 * commit, the seal, the log moved.
 */
#include "core/daemon/commands.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/action.h"
#include "core/daemon/carts.h"
#include "core/daemon/criticals.h"
#include "core/daemon/folder.h"
#include "core/daemon/import_place.h"
#include "core/daemon/options.h"
#include "core/daemon/practice.h"
#include "core/daemon/setup_code.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static enum error open_parts(struct core *core, struct complaint *why)
{
    char salt[16] = "";
    enum error e = folder_lock(core->data, &core->lock, why);

    if (e == ERROR_OK)
        e = folder_open_store(core->data, &core->store, why);
    if (e == ERROR_OK)
        e = custody_open(core->data, core->store, core->clock, core->entropy, &core->custody, why);
    if (e == ERROR_OK)
        e = practice_agrees(core->store, core->config.practice, why);
    if (e == ERROR_OK)
        e = folder_set_site(core->store, &core->config, &core->entropy, salt, why);
    if (e == ERROR_OK)
        e = carts_register(core, why);
    if (e == ERROR_OK)
        e = rules_register(core, why);
    if (e == ERROR_OK)
        e = pins_open(core->data, &core->pins, why);
    if (e == ERROR_OK)
        e = turn_settle_pins(core, why);
    if (e == ERROR_OK)
        e = pinwork_open(core->loop, &core->pinwork);
    if (e == ERROR_OK)
        e = signins_open(&core->clock, &core->entropy, core->config.idle_lock_seconds,
                         &core->signins);
    if (e == ERROR_OK)
        e = turn_open(core);
    if (e == ERROR_OK)
        e = delivery_open(core, why);
    if (e == ERROR_OK)
        e = route_open(core, why);
    if (e == ERROR_OK)
        e = ingest_open(core->store, salt, &core->clock, &core->ingest_port, &core->ingest);
    if (e == ERROR_OK)
        e = setup_code_make(core, why);
    if (e == ERROR_OK)
        e = control_open(core, why);
    return e;
}

/* The children are gone: the rest of the loop's handles go as well, and the loop ends. */
static void on_children_gone(void *context)
{
    struct core *core = context;

    turn_close(core);
    delivery_stop(core);
    control_close(core);
    notify_close(&core->notify);
    uv_close((uv_handle_t *)&core->term, NULL);
    uv_close((uv_handle_t *)&core->interrupt, NULL);
    uv_close((uv_handle_t *)&core->look, NULL);
}

static void on_stop(uv_signal_t *signal, int number)
{
    struct core *core = signal->data;

    (void)number;
    if (core->stopping)
        return;
    core->stopping = true;
    notify_stopping(&core->notify);
    supervise_stop(core->children, on_children_gone, core);
}

static void on_look(uv_timer_t *timer)
{
    struct core *core = timer->data;

    label_jobs_look(core);
    criticals_look(core, clock_now(&core->clock));
    route_decode(core); /* the turn that was to hand it out may have failed */
    route_rest(core);
    delivery_look(core); /* the turn that was to note it may have failed */
}

enum { LOOK_EVERY = 10000 };

static void watch_signals(struct core *core)
{
    (void)uv_signal_init(core->loop, &core->term);
    (void)uv_signal_init(core->loop, &core->interrupt);
    (void)uv_timer_init(core->loop, &core->look);
    core->term.data = core->interrupt.data = core->look.data = core;
    (void)uv_signal_start(&core->term, on_stop, SIGTERM);
    (void)uv_signal_start(&core->interrupt, on_stop, SIGINT);
    (void)uv_timer_start(&core->look, on_look, LOOK_EVERY, LOOK_EVERY);
}

static void close_parts(struct core *core)
{
    struct complaint why = { "" };

    pinwork_close(core->pinwork);
    setup_code_forget(core);
    if (core->custody && custody_seal(core->custody, core->store, &why) != ERROR_OK)
        log_line(LOG_SEAL_FAILED, "core", "custody is not sealed: %s", why.text);
    ingest_close(core->ingest);
    if (core->store)
        (void)store_checkpoint(core->store);
    custody_close(core->custody);
    store_close(core->store);
    signins_close(core->signins);
    pins_close(core->pins);
    notices_free(&core->notices);
    supervise_free(core->children);
    waivers_free(&core->waivers);
    delivery_free(core);
    config_free(&core->config);
    if (core->lock >= 0)
        (void)close(core->lock);
}

/* Core gives up what it never needs: new privileges, core dumps (they would hold patients' data),
 * files that others may read. */
static void confine_core(void)
{
    const struct rlimit none = { 0, 0 };

    (void)umask(077);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
}

/* What a turn takes it gives back, and the next one takes it again: it stays with the process, or
 * each commit pays for new pages. */
static void keep_memory(void)
{
    enum { KEPT = 2 << 20, STEP = 256 << 10 };
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
    (void)mallopt(M_TOP_PAD, STEP);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static enum error serve(struct core *core)
{
    struct complaint why = { "" };
    enum error e = open_parts(core, &why);

    if (e != ERROR_OK) {
        (void)fprintf(stderr, "phial: %s\n", why.text[0] ? why.text : error_text(e));
        uv_walk(core->loop, close_handle, NULL);
        (void)uv_run(core->loop, UV_RUN_DEFAULT);
        return e;
    }
    watch_signals(core);
    supervise_start(core->children);
    label_jobs_recover(core);
    criticals_look(core, clock_now(&core->clock));
    if (sitetime_unset(clock_now(&core->clock)))
        log_line(LOG_CLOCK, "core",
                 "nobody vouches for this machine's clock: every event says so until it is set");
    log_line(LOG_STARTED, "core", "serving on %s", core->config.listen);
    notify_ready(&core->notify, core->config.listen);
    (void)uv_run(core->loop, UV_RUN_DEFAULT);
    log_line(LOG_STOPPED, "core", "stopped after %llu commits, %llu frames kept",
             (unsigned long long)core->commits, (unsigned long long)core->frames);
    return ERROR_OK;
}

int core_serve(const char *data, struct config *config)
{
    struct core *core = calloc(1, sizeof *core);
    uv_loop_t loop;
    enum error e = ERROR_NO_MEMORY;

    if (!core || uv_loop_init(&loop) != 0)
        goto out;
    core->loop = &loop;
    core->lock = -1;
    core->config = *config;
    import_place_add(&core->config, data);
    core->clock = clock_system();
    core->entropy = entropy_system();
    (void)text_copy(core->data, sizeof core->data, data);
    if (setenv("TZ", core->config.zone, 1) != 0)
        goto out;
    tzset();
    confine_core();
    keep_memory();
    notify_open(&core->notify, core->loop);
    e = serve(core);
    close_parts(core);
    (void)uv_loop_close(&loop);
out:
    free(core);
    return e == ERROR_OK ? COMMAND_DONE : COMMAND_ENVIRONMENT;
}

int command_serve(int argc, char **argv)
{
    const char *data = OPTIONS_DATA, *listen = NULL;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "listen", &listen, NULL, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    char absolute[FOLDER_PATH];
    struct config config;
    enum error e = options_parse(argc, argv, specs, 2, &words, &why);

    if (e != ERROR_OK || words.count) {
        (void)fprintf(stderr, "phial serve: %s\n", e != ERROR_OK ? why.text : "no words, please.");
        return COMMAND_USAGE;
    }
    config_init(&config);
    e = folder_make(data, absolute, &why);
    if (e == ERROR_OK)
        e = config_read(&config, absolute, &why);
    if (e == ERROR_OK && config.practice)
        e = complain(&why, ERROR_CONFLICT,
                     "%s is a folder for practice. Start it with `phial practice --data %s`.", data,
                     data);
    if (e == ERROR_OK && listen) {
        config.listen = listen;
        e = config_check(&config, &why);
    }
    if (e == ERROR_OK)
        return core_serve(absolute, &config);
    (void)fprintf(stderr, "phial serve: %s\n", why.text);
    config_free(&config);
    return COMMAND_ENVIRONMENT;
}
