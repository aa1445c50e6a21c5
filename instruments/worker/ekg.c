/*
 * The life of the EKG reader: set up, confine, then one file after the other until core is gone.
 *
 * Invariant: one file at a time; while its frames arrive and while it is read its time counts.
 */
#include "instruments/worker/ekg.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "instruments/link/link.h"
#include "instruments/worker/commands.h"
#include "instruments/worker/profiles.h"

#include <sodium.h>
#include <time.h>

enum { EXIT_AGAIN = 0, EXIT_ENVIRONMENT = 3, CORE_DESCRIPTOR = 3 };
static const char who[] = "EKG reader";

struct ekg {
    uv_loop_t *loop;
    struct channel *core;
    struct worker_profiles profiles;
    uint64_t session;
    bool open, whole, set_up, ending;
    struct link_text file;
    int status;
};

static void end(struct ekg *k, int status)
{
    if (k->ending)
        return;
    k->ending = true;
    k->status = status;
    channel_close(k->core);
}

static void on_setup(struct ekg *k, const struct wire_message *m)
{
    struct wire_writer w;
    enum error e;
    k->set_up = true;
    worker_profiles_load(&k->profiles, wire_text(m, WIRE_F_PROFILE_FOLDER), who);
    if (!ekg_budget_memory() || confine_child(CONFINE_EKG) != ERROR_OK) {
        log_line(LOG_BUG, who, "the kernel refuses to confine this process");
        end(k, EXIT_ENVIRONMENT);
        return;
    }
    wire_begin(&w, WIRE_READY);
    e = channel_send(k->core, &w);
    if (e != ERROR_OK)
        end(k, EXIT_ENVIRONMENT);
}

/* A profile that is gone meanwhile was one of files. */
static enum error join(struct ekg *k, const char *profile, struct span frame)
{
    static const struct link_options files = { .whole_files = true };
    const struct profile *p = worker_profiles_find(&k->profiles, profile, NULL);
    const struct link *link = p ? link_find(profile_link(p)) : NULL;
    return link ? link->join(profile_link_options(p), frame, &k->file, &k->whole)
                : link_file.join(&files, frame, &k->file, &k->whole);
}

static void begin(struct ekg *k, uint64_t session)
{
    link_text_clear(&k->file);
    k->session = session;
    k->open = true;
    k->whole = false;
    ekg_budget_begin();
}

static void finish(struct ekg *k, int64_t now)
{
    const struct ekg_file file = { k->session, buffer_span(&k->file.text), !k->whole, now };
    enum error e = ekg_answer(k->core, &file);
    k->open = false;
    buffer_free(&k->file.text);
    ekg_budget_end();
    if (e != ERROR_OK) {
        log_line(LOG_CHILD_ENDED, who, "core cannot be told: %s", error_text(e));
        end(k, e == ERROR_CLOSED ? EXIT_AGAIN : EXIT_ENVIRONMENT);
    }
}

static void on_decode(struct ekg *k, const struct wire_message *m)
{
    uint64_t session = wire_number(m, WIRE_F_SESSION);
    struct span frame;
    size_t at = 0;
    if (!k->open || k->session != session)
        begin(k, session);
    while (wire_next(m, WIRE_F_BYTES, &at, &frame))
        if (join(k, wire_text(m, WIRE_F_PROFILE), frame) != ERROR_OK)
            k->whole = false;
    if (wire_number(m, WIRE_F_LAST))
        finish(k, (int64_t)wire_number(m, WIRE_F_AT));
}

static void on_message(void *context, const struct wire_message *m)
{
    struct ekg *k = context;
    if (k->ending)
        return;
    if (m->type == WIRE_SETUP && !k->set_up)
        on_setup(k, m);
    else if (m->type == WIRE_DECODE && k->set_up)
        on_decode(k, m);
    else
        log_line(LOG_BUG, who, "core said \"%s\" at the wrong time", wire_type_name(m->type));
}

static void on_core_closed(void *context, enum error how, const struct complaint *why)
{
    if (how != ERROR_CLOSED)
        log_line(LOG_BUG, who, "core cannot be understood: %s", why->text);
    end(context, how == ERROR_CLOSED ? EXIT_AGAIN : EXIT_ENVIRONMENT);
}

int command_child_ekg(int argc, char **argv)
{
    struct ekg k = { .status = EXIT_ENVIRONMENT };
    struct channel_events events = { &k, on_message, on_core_closed, NULL };
    uv_loop_t loop;
    (void)argc;
    (void)argv;
    if (confine_descriptors(0) != ERROR_OK || sodium_init() < 0 || uv_loop_init(&loop) != 0)
        return EXIT_ENVIRONMENT;
    tzset();
    k.loop = &loop;
    buffer_init(&k.file.text, LIMIT_ECG_FILE);
    if (channel_open(&loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &k.core) == ERROR_OK)
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    worker_profiles_free(&k.profiles);
    buffer_free(&k.file.text);
    (void)uv_loop_close(&loop);
    return k.status;
}
