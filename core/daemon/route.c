/*
 * What children say, to whom it goes: frames and records to ingest, requests of the page to
 * requests.c, printers' answers to the labels under way, and every device's state to the page.
 */
#include "core/daemon/action.h"

#include "instruments/profile/profile.h"

#include <stdio.h>
#include <string.h>

enum { CHILD_NUMBERS = 256 };

_Static_assert((int)LIMIT_CHILDREN < (int)CHILD_NUMBERS, "a child's index fits its number");

/* Names one life of one child: ingest never sees a number again. */
uint32_t route_child_number(const struct child *c)
{
    return (uint32_t)child_life(c) * CHILD_NUMBERS + (uint32_t)child_index(c);
}

static void send_to_child(void *context, uint32_t number, struct span packet)
{
    struct core *core = context;
    size_t index = number % CHILD_NUMBERS;
    struct child *c = NULL;

    if (index < supervise_count(core->children))
        c = supervise_child(core->children, index);
    if (c && route_child_number(c) == number)
        (void)child_send_packet(c, packet);
}

/* Ingest speaks of it from within ingest_settle: the commit is done. */
static void tell_changed(void *context, const char *topic, const char *key)
{
    struct core *core = context;
    struct wire_writer w;

    wire_begin(&w, WIRE_CHANGED);
    wire_put_text(&w, WIRE_F_TOPIC, topic);
    wire_put_text(&w, WIRE_F_KEY, key ? key : "");
    if (core->web && child_ready(core->web))
        (void)child_send(core->web, &w);
    else
        wire_free(&w);
}

static int zone_offset(void *context, int64_t at)
{
    (void)context;
    return sitetime_offset(at);
}

/* What the page calls it; NULL: nothing that a person looks at. */
static const char *device_kind(enum child_kind kind)
{
    switch (kind) {
    case CHILD_INSTRUMENT:
        return "instrument";
    case CHILD_PRINTER:
        return "printer";
    case CHILD_SCANNER:
        return "scanner";
    case CHILD_EXCHANGE:
        return "exchange";
    case CHILD_DECODER:
    case CHILD_EKG:
    case CHILD_WEB:
    case CHILD_PACKER:
        break;
    }
    return NULL;
}

static void tell_status(struct core *core, const struct child *c)
{
    struct wire_writer w;
    const char *sentence;
    int64_t since;
    enum link_state state = child_link(c, &since, &sentence);

    if (!core->web || !child_ready(core->web) || !device_kind(child_kind(c)))
        return;
    wire_begin(&w, WIRE_STATUS);
    wire_put_text(&w, WIRE_F_NAME, child_name(c));
    wire_put_text(&w, WIRE_F_KIND, device_kind(child_kind(c)));
    wire_put_number(&w, WIRE_F_STATE, state);
    wire_put_number(&w, WIRE_F_AT, (uint64_t)since);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    notices_put(&core->notices, child_index(c), &w);
    (void)child_send(core->web, &w);
}

static void tell_statuses(struct core *core)
{
    for (size_t i = 0; i < supervise_count(core->children); i++)
        tell_status(core, supervise_child(core->children, i));
}

static const struct config_instrument *find_config(const struct core *core, const char *name)
{
    for (size_t i = 0; i < core->config.instrument_count; i++)
        if (strcmp(core->config.instruments[i].name, name) == 0)
            return &core->config.instruments[i];
    return NULL;
}

/* Whether ingest knows this life of the child. */
static bool is_attached(const struct core *core, const struct child *c)
{
    return core->attached[child_index(c)] == route_child_number(c);
}

/* A store that fails spoils the turn; a child that says what it may not is ended. */
static void judge_child(struct core *core, struct child *c, enum error e,
                        const struct complaint *why)
{
    if (e == ERROR_BAD_INPUT)
        child_misbehaved(c, why->text);
    else if (e != ERROR_OK)
        core->store_failed = true;
}

static bool decodes(const struct child *c)
{
    return child_kind(c) == CHILD_DECODER || child_kind(c) == CHILD_EKG;
}

static void attach(struct core *core, struct child *c)
{
    const struct config_instrument *config = find_config(core, child_name(c));
    struct complaint why = { "" };
    enum error e;

    (void)turn_begin(core);
    if (decodes(c))
        e = ingest_attach_decoder(core->ingest, route_child_number(c), child_kind(c) == CHILD_EKG);
    else
        e = ingest_attach(core->ingest, route_child_number(c), config->name, config->profile,
                          config->port, &why);
    if (e == ERROR_OK)
        core->attached[child_index(c)] = route_child_number(c);
    judge_child(core, c, e, &why);
    if (decodes(c))
        route_decode(core);
}

static void from_instrument(struct core *core, struct child *c, const struct wire_message *m)
{
    struct complaint why = { "It said something at the wrong time." };
    enum error e;

    if (m->type == WIRE_LINK)
        return;
    if (m->type == WIRE_NOTICED) {
        notices_add(&core->notices, child_index(c), m);
        tell_status(core, c);
        return;
    }
    if (is_attached(core, c) == (m->type == WIRE_READY)) {
        child_misbehaved(c, why.text);
        return;
    }
    if (m->type == WIRE_READY) {
        attach(core, c);
        return;
    }
    (void)turn_begin(core);
    e = ingest_receive(core->ingest, route_child_number(c), m, &why);
    if (e == ERROR_OK && m->type == WIRE_KEEP)
        core->frames_waiting++;
    judge_child(core, c, e, &why);
}

static void give_work(struct core *core, const struct child *c, bool ekg)
{
    if (!c || !child_ready(c) || core->stopping || !ingest_undecoded(core->ingest, ekg))
        return;
    (void)turn_begin(core);
    if (ingest_decode(core->ingest, route_child_number(c)) != ERROR_OK)
        core->store_failed = true;
}

void route_decode(struct core *core)
{
    struct child *const readers[] = { core->decoder, core->ekg };

    for (int ekg = 0; ekg < 2; ekg++) {
        if (readers[ekg] && ingest_undecoded(core->ingest, ekg))
            child_wake(readers[ekg]);
        give_work(core, readers[ekg], ekg);
    }
}

void route_rest(struct core *core)
{
    struct child *const readers[] = { core->decoder, core->ekg };

    for (int ekg = 0; ekg < 2; ekg++)
        if (readers[ekg] && child_ready(readers[ekg]) && !ingest_undecoded(core->ingest, ekg) &&
            !ingest_decoding(core->ingest, route_child_number(readers[ekg])))
            child_rest(readers[ekg]);
}

/* Whose sessions go to the EKG reader. Sessions of one profile come in a row. */
static bool is_ekg(void *context, const char *id)
{
    struct core *core = context;
    const char *folder = core->config.profile_folder[0] ? core->config.profile_folder : NULL;
    struct profile *profile = NULL;

    if (strcmp(core->asked, id) == 0)
        return core->asked_is_ekg;
    core->asked_is_ekg =
        profile_load(id, folder, &profile, NULL) == ERROR_OK && profile_is_ekg(profile);
    profile_free(profile);
    (void)snprintf(core->asked, sizeof core->asked, "%s", id);
    return core->asked_is_ekg;
}

static enum error find_waivers(void *context, const char *profile, struct arena *a,
                               struct waiver_claim **out, size_t *count)
{
    struct core *core = context;
    const char *folder = core->config.profile_folder[0] ? core->config.profile_folder : NULL;

    return waivers_of(&core->waivers, profile, folder, a, out, count);
}

/* A scan goes to the pages of whoever is signed in at the scanner's workstation. */
static void from_scanner(struct core *core, const struct child *c, const struct wire_message *m)
{
    uint8_t hashes[LIMIT_STREAMS][SIGNINS_HASH];
    const char *workstation = NULL;
    size_t count;

    for (size_t i = 0; i < core->config.scanner_count; i++)
        if (strcmp(core->config.scanners[i].name, child_name(c)) == 0)
            workstation = core->config.scanners[i].workstation;
    if (m->type != WIRE_SCAN || !workstation || !core->web || !child_ready(core->web))
        return;
    count = signins_at(core->signins, workstation, hashes, LIMIT_STREAMS);
    for (size_t i = 0; i < count; i++) {
        struct wire_writer w;
        wire_begin(&w, WIRE_SCANNED);
        wire_put_bytes(&w, WIRE_F_HASH, span_of(hashes[i], SIGNINS_HASH));
        wire_put_text(&w, WIRE_F_SCANNED, wire_text(m, WIRE_F_SCANNED));
        (void)child_send(core->web, &w);
    }
}

static void on_message(void *context, struct child *c, const struct wire_message *m)
{
    struct core *core = context;

    switch (child_kind(c)) {
    case CHILD_INSTRUMENT:
    case CHILD_DECODER:
    case CHILD_EKG:
        from_instrument(core, c, m);
        break;
    case CHILD_PRINTER:
        if (m->type == WIRE_PRINTED)
            label_job_printed(core, c, m);
        break;
    case CHILD_SCANNER:
        from_scanner(core, c, m);
        break;
    case CHILD_EXCHANGE:
        delivery_child_message(core, c, m);
        break;
    case CHILD_PACKER:
        packs_child_message(core, m);
        break;
    case CHILD_WEB:
        if (m->type == WIRE_READY)
            tell_statuses(core);
        else if (m->type == WIRE_MORE)
            packs_more(core, m);
        else
            requests_take(core, SOURCE_WEB, m);
        break;
    }
}

static void on_ended(void *context, struct child *c)
{
    struct core *core = context;

    if (child_kind(c) == CHILD_PRINTER)
        label_jobs_lost(core, c);
    if (child_kind(c) == CHILD_PACKER)
        packs_child_gone(core);
    if (child_kind(c) == CHILD_WEB)
        packs_page_gone(core);
    if (child_kind(c) == CHILD_EXCHANGE)
        delivery_child_gone(core, c);
    if (!is_attached(core, c))
        return; /* ingest never heard of this life */
    (void)turn_begin(core);
    if (ingest_detach(core->ingest, route_child_number(c)) != ERROR_OK)
        core->store_failed = true;
}

static void on_changed(void *context, struct child *c)
{
    tell_status(context, c);
}

static void put_settings(struct wire_writer *w, const char *const *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        wire_put_text(w, WIRE_F_SETTINGS, settings[i]);
}

static void put_setting(struct wire_writer *w, const char *name, const char *value)
{
    char setting[LIMIT_TEXT];
    if (snprintf(setting, sizeof setting, "%s=%s", name, value) < (int)sizeof setting)
        wire_put_text(w, WIRE_F_SETTINGS, setting);
}

static enum error add_instrument(struct core *core, const struct config_instrument *config,
                                 struct complaint *why)
{
    static const char listens[] = "tcp-listen:";
    bool listener = strncmp(config->port, listens, sizeof listens - 1) == 0;
    const struct child_spec spec = { CHILD_INSTRUMENT, config->name, "child-instrument",
                                     listener ? config->port + sizeof listens - 1 : NULL, false };
    struct wire_writer w;
    struct child *c;

    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, config->name);
    wire_put_text(&w, WIRE_F_PROFILE, config->profile);
    if (core->config.profile_folder[0])
        wire_put_text(&w, WIRE_F_PROFILE_FOLDER, core->config.profile_folder);
    wire_put_text(&w, WIRE_F_PORT, config->port);
    put_settings(&w, config->settings, config->setting_count);
    return supervise_add(core->children, &spec, &w, &c, why);
}

static void put_decoder_setup(const struct core *core, const char *name, struct wire_writer *w)
{
    wire_begin(w, WIRE_SETUP);
    wire_put_text(w, WIRE_F_INSTRUMENT, name);
    if (core->config.profile_folder[0])
        wire_put_text(w, WIRE_F_PROFILE_FOLDER, core->config.profile_folder);
    wire_put_text(w, WIRE_F_PORT, "decode:");
}

/* Something is left to decode only when a driver, or core, was killed: it runs from then until all
 * of it is read. */
static enum error add_decoder(struct core *core, struct complaint *why)
{
    const struct child_spec spec = { CHILD_DECODER, "decoder", "child-instrument", NULL, true };
    struct wire_writer w;

    put_decoder_setup(core, "decoder", &w);
    return supervise_add(core->children, &spec, &w, &core->decoder, why);
}

/* Most days hold no EKG: it runs from the first file until none has come for a while. */
static enum error add_ekg_reader(struct core *core, struct complaint *why)
{
    const struct child_spec spec = { CHILD_EKG, "reader", "child-ekg", NULL, true };
    struct wire_writer w;

    put_decoder_setup(core, "EKG reader", &w);
    return supervise_add(core->children, &spec, &w, &core->ekg, why);
}

static enum error add_printer(struct core *core, const struct config_printer *config,
                              struct complaint *why)
{
    const struct child_spec spec = { CHILD_PRINTER, config->name, "child-label", NULL, false };
    bool file = strcmp(config->kind, "file") == 0;
    char port[LIMIT_TEXT], folder[LIMIT_TEXT];
    struct wire_writer w;
    struct child *c;

    if (config_printer_folder(config, core->data, folder, sizeof folder) != ERROR_OK ||
        snprintf(port, sizeof port, "%s:%s", config->kind, file ? folder : config->port) >=
            (int)sizeof port)
        return complain(why, ERROR_TOO_BIG, "[printer %s] port= is too long.", config->name);
    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, config->name);
    wire_put_text(&w, WIRE_F_PORT, port);
    put_setting(&w, "stock", config->stock);
    put_settings(&w, config->settings, config->setting_count);
    return supervise_add(core->children, &spec, &w, &c, why);
}

static enum error add_scanner(struct core *core, const struct config_scanner *config,
                              struct complaint *why)
{
    const struct child_spec spec = { CHILD_SCANNER, config->name, "child-scanner", NULL, false };
    struct wire_writer w;
    struct child *c;

    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, config->name);
    wire_put_text(&w, WIRE_F_PORT, config->port);
    put_settings(&w, config->settings, config->setting_count);
    return supervise_add(core->children, &spec, &w, &c, why);
}

/* Which of an instrument's tests are waived, and when somebody looked (devices.md 7, trap 1). */
static void put_waivers(struct wire_writer *w, const char *instrument,
                        const struct profile *profile)
{
    size_t count;
    const struct profile_waiver *rows = profile_waivers(profile, &count);

    for (size_t i = 0; i < count; i++) {
        char row[LIMIT_TEXT];
        if (snprintf(row, sizeof row, "%s | %s | %s | %s | %s | %s", instrument, rows[i].test,
                     rows[i].specimen, rows[i].population, rows[i].category,
                     rows[i].checked) < (int)sizeof row)
            put_setting(w, "waiver", row);
    }
}

/* What the page says beside an instrument's results: that no recording of a real one stands behind
 * its profile yet, and what its waiver covers. */
static void put_profiles(struct wire_writer *w, const struct config *config)
{
    const char *folder = config->profile_folder[0] ? config->profile_folder : NULL;

    for (size_t i = 0; i < config->instrument_count; i++) {
        struct profile *profile = NULL;
        if (profile_load(config->instruments[i].profile, folder, &profile, NULL) != ERROR_OK)
            continue;
        if (profile_maturity(profile) == PROFILE_DRAFT)
            put_setting(w, "draft", config->instruments[i].name);
        put_waivers(w, config->instruments[i].name, profile);
        profile_free(profile);
    }
}

static enum error add_web(struct core *core, struct complaint *why)
{
    const struct config *config = &core->config;
    const struct child_spec spec = { CHILD_WEB, "web", "child-web", config->listen, false };
    char number[16];
    struct wire_writer w;

    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, "web");
    wire_put_text(&w, WIRE_F_PORT, config->listen);
    put_setting(&w, "data", core->data);
    put_setting(&w, "certificate", config->certificate);
    put_setting(&w, "key", config->key);
    put_setting(&w, "site", config->site_name);
    put_setting(&w, "zone", config->zone);
    (void)snprintf(number, sizeof number, "%u", config->idle_lock_seconds);
    put_setting(&w, "idle_lock", number);
    put_profiles(&w, config);
    put_setting(&w, "demo", config->demo ? "yes" : "no");
    put_setting(&w, "practice", config->practice ? "yes" : "no");
    put_setting(&w, "clock", sitetime_unset(clock_now(&core->clock)) ? "unset" : "set");
    for (size_t i = 0; i < config->printer_count; i++) {
        char printer[256];
        (void)snprintf(printer, sizeof printer, "%s %s", config->printers[i].stock,
                       config->printers[i].name);
        put_setting(&w, "printer", printer);
    }
    return supervise_add(core->children, &spec, &w, &core->web, why);
}

/* It runs only while somebody takes a pack. */
static enum error add_packer(struct core *core, struct complaint *why)
{
    const struct child_spec spec = { CHILD_PACKER, "pack", "child-pack", NULL, true };
    struct wire_writer w;

    wire_begin(&w, WIRE_SETUP);
    wire_put_text(&w, WIRE_F_INSTRUMENT, "pack");
    wire_put_text(&w, WIRE_F_PORT, "pack:");
    put_setting(&w, "data", core->data);
    put_setting(&w, "zone", core->config.zone);
    put_profiles(&w, &core->config);
    return supervise_add(core->children, &spec, &w, &core->packer, why);
}

enum error route_open(struct core *core, struct complaint *why)
{
    const struct supervise_events events = { core, on_message, on_ended, on_changed };
    enum error e = supervise_open(core->loop, &core->clock, &events, &core->children);

    if (e == ERROR_OK)
        e = add_web(core, why);
    if (e == ERROR_OK)
        e = add_packer(core, why);
    for (size_t i = 0; e == ERROR_OK && i < core->config.instrument_count; i++)
        e = add_instrument(core, &core->config.instruments[i], why);
    for (size_t i = 0; e == ERROR_OK && i < core->config.printer_count; i++)
        e = add_printer(core, &core->config.printers[i], why);
    for (size_t i = 0; e == ERROR_OK && i < core->config.scanner_count; i++)
        e = add_scanner(core, &core->config.scanners[i], why);
    if (e == ERROR_OK)
        e = delivery_add_children(core, why);
    if (e == ERROR_OK)
        e = add_decoder(core, why);
    if (e == ERROR_OK)
        e = add_ekg_reader(core, why);
    core->ingest_port =
        (struct ingest_port) { core,   send_to_child,           tell_changed, zone_offset,
                               is_ekg, core->config.ekg_urgent, find_waivers };
    waivers_init(&core->waivers);
    return e;
}
