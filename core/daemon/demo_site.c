/* The demo's folder before it is served: settings, people with PINs, limits approved by the
 * invented provider. */
#include "core/daemon/demo.h"

#include "core/catalogue/catalogue.h"
#include "core/custody/custody.h"
#include "core/daemon/folder.h"
#include "core/daemon/pins.h"
#include "core/daemon/pinwork.h"
#include "core/daemon/practice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const struct demo_person *demo_player_of(const struct demo *demo)
{
    return &demo->people[DEMO_PEOPLE - 1];
}

/* The zone that this machine is set to, so that the page shows the visitor's own time. */
static void machine_zone(char zone[FOLDER_PATH])
{
    static const char folder[] = "/zoneinfo/";
    char target[FOLDER_PATH];
    ssize_t len = readlink("/etc/localtime", target, sizeof target - 1);
    const char *found = NULL;

    if (len > 0) {
        target[len] = '\0';
        found = strstr(target, folder);
    }
    (void)snprintf(zone, FOLDER_PATH, "%s", found ? found + sizeof folder - 1 : "UTC");
}

static void write_settings(FILE *file, const struct demo *demo)
{
    char zone[FOLDER_PATH];

    machine_zone(zone);
    (void)fprintf(file,
                  "# Everybody in it is invented.\n[site]\nname = Invented Clinic (%s)\n%s"
                  "address = 1 Invented Street, Springfield, NY 10001\nclia = 99D0000000\n"
                  "director = Dr. Kay Invented\ncertificate = CW\n"
                  "zone = %s\nidle_lock = 900\ndemo = yes\n\n[web]\nlisten = 127.0.0.1:%u\n\n",
                  demo->practice ? "practice" : "demo", demo->practice ? "practice = yes\n" : "",
                  zone, demo->port);
    for (size_t i = 0; i < DEMO_INSTRUMENTS; i++)
        (void)fprintf(file, "[instrument %s]\nprofile = %s\nport = %s:127.0.0.1:%u\n\n",
                      demo->instruments[i].name, demo->instruments[i].profile,
                      demo->instruments[i].connects ? "tcp" : "tcp-listen",
                      demo->instruments[i].port);
    (void)fprintf(file, "[instrument " DEMO_CART "]\nprofile = ekg-files\nport = folder:%s/ekg\n\n",
                  demo->data);
    if (demo->record_port)
        (void)fprintf(file,
                      "[exchange " DEMO_RECORD "]\nprofile = generic-251\n"
                      "port = 127.0.0.1:%u\n\n",
                      demo->record_port);
    (void)fprintf(file, "[printer Labels]\nkind = file\nport = labels\nstock = 2x1\n");
}

static bool make_place(const struct demo *demo, const char *name)
{
    char path[FOLDER_PATH];

    return folder_path(demo->data, name, path) == ERROR_OK &&
           (mkdir(path, 0700) == 0 || errno == EEXIST);
}

static enum error write_conf(const struct demo *demo, struct complaint *why)
{
    char path[FOLDER_PATH];
    FILE *file = NULL;
    bool failed;

    if (folder_path(demo->data, "phial.conf", path) == ERROR_OK && make_place(demo, "labels") &&
        make_place(demo, "ekg"))
        file = fopen(path, "we");
    if (!file)
        return complain(why, ERROR_IO, "%s cannot be written: %s.", demo->data, strerror(errno));
    write_settings(file, demo);
    failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return complain(why, ERROR_IO, "%s cannot be written: %s.", path, strerror(errno));
    return ERROR_OK;
}

static void choose_pin(const struct entropy *entropy, char pin[DEMO_PIN])
{
    do {
        uint8_t bytes[DEMO_PIN - 1];
        entropy->fill(entropy->context, bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            pin[i] = (char)('0' + bytes[i] % 10);
        pin[DEMO_PIN - 1] = '\0';
    } while (pin_acceptable(pin, NULL) != ERROR_OK);
}

/* Whoever is known from the last start keeps their rows. */
static enum error person_of(struct store *store, const struct store_person *row, int64_t at,
                            bool again, int64_t *id)
{
    struct store_person known = { 0 };
    struct arena arena;
    enum error e;

    if (!again)
        return store_person_add(store, row, at, id);
    arena_init(&arena, 64 * 1024);
    e = store_person_by_login(store, &arena, row->login, &known);
    *id = known.id;
    arena_free(&arena);
    return e;
}

static enum error add_person(struct store *store, struct pins *pins, const struct entropy *entropy,
                             struct demo_person *person, int64_t at, bool again,
                             struct complaint *why)
{
    struct store_person row = { .login = person->login, .name = person->name, .active = true };
    const struct store_actor console = { .workstation = "console", .at = at };
    char hash[PIN_HASH_SIZE];
    int64_t id;
    enum error e = role_parse(person->role, &row.role);

    if (strcmp(person->login, "dr.kay") == 0) { /* the NPI that the rule gives as its example */
        row.npi = "1234567893";
        row.address = "7 Invented Avenue, Springfield, NY 10001";
        row.phone = "555 0100";
    }
    choose_pin(entropy, person->pin);
    if (e == ERROR_OK)
        e = pinwork_hash_now(person->pin, hash);
    if (e == ERROR_OK)
        e = pins_set(pins, person->login, hash, why);
    if (e == ERROR_OK)
        e = person_of(store, &row, at, again, &id);
    return e == ERROR_OK ? store_pin_set_add(store, &console, id, NULL) : e;
}

/* What has happened in the clinic before it is opened for the first time. */
static enum error fill_past(struct store *store, const struct config *config, int64_t now)
{
    enum error e = demo_limits(store, now);

    if (e == ERROR_OK)
        e = demo_people(store, now);
    if (e == ERROR_OK)
        e = demo_lots(store, "lena", now);
    if (e == ERROR_OK)
        e = demo_qc(store, config, "lena", now);
    if (e == ERROR_OK)
        e = demo_hand(store, "dora", now);
    if (e == ERROR_OK)
        e = demo_record(store, config, now);
    if (e == ERROR_OK)
        e = demo_review(store, now);
    if (e == ERROR_OK)
        e = demo_sendouts(store, "lena", now);
    return e == ERROR_OK ? demo_paper(store, "maria", now) : e;
}

static enum error fill(struct demo *demo, struct store *store, const struct config *config,
                       const struct entropy *entropy, struct complaint *why)
{
    struct clock clock = clock_system();
    struct custody *custody = NULL;
    struct pins *pins = NULL;
    char salt[16];
    int64_t now = clock_now(&clock);
    enum error e = custody_open(demo->data, store, clock, *entropy, &custody, why);

    if (e == ERROR_OK && demo->practice && !demo->again)
        e = practice_mark(store, now, why);
    if (e == ERROR_OK)
        e = folder_set_site(store, config, entropy, salt, why);
    if (e == ERROR_OK)
        e = pins_open(demo->data, &pins, why);
    if (e == ERROR_OK)
        e = store_begin(store);
    for (size_t i = 0; e == ERROR_OK && i < DEMO_PEOPLE; i++)
        e = add_person(store, pins, entropy, &demo->people[i], now, demo->again, why);
    if (e == ERROR_OK && !demo->again)
        e = fill_past(store, config, now);
    if (e == ERROR_OK)
        e = store_commit(store, why);
    if (e == ERROR_OK)
        e = custody_seal(custody, store, why);
    pins_close(pins);
    custody_close(custody);
    return e;
}

enum error demo_prepare(struct demo *demo, struct complaint *why)
{
    struct entropy entropy = entropy_system();
    struct config config;
    struct store *store = NULL;
    enum error e = write_conf(demo, why);

    config_init(&config);
    if (e == ERROR_OK)
        e = config_read(&config, demo->data, why);
    if (e == ERROR_OK)
        e = folder_open_store(demo->data, &store, why);
    if (e == ERROR_OK)
        e = fill(demo, store, &config, &entropy, why);
    store_close(store);
    config_free(&config);
    return e;
}
