/* `phial user`: people. The first administrator is made here, at the console, while nothing runs.
 */
#include "core/daemon/cli.h"
#include "core/daemon/commands.h"

#include "core/base/text.h"
#include "core/custody/custody.h"
#include "core/daemon/folder.h"
#include "core/daemon/options.h"
#include "core/daemon/pins.h"
#include "core/daemon/pinwork.h"
#include "core/daemon/setup_code.h"
#include "core/store/read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Writes the person, the PIN and the seal. */
static enum error add_first(struct store *store, const char *data, const struct config *config,
                            const struct input *in, const char *pin, struct complaint *why)
{
    const struct store_person person = { .login = input_find(in, "login"),
                                         .name = input_find(in, "name"),
                                         .role = ROLE_ADMINISTRATOR,
                                         .active = true };
    struct clock clock = clock_system();
    struct entropy entropy = entropy_system();
    struct custody *custody = NULL;
    struct pins *pins = NULL;
    char hash[PIN_HASH_SIZE], salt[16];
    const struct store_actor by = { .workstation = "console", .at = clock_now(&clock) };
    int64_t id;
    enum error e = pinwork_hash_now(pin, hash);

    if (e == ERROR_OK)
        e = custody_open(data, store, clock, entropy, &custody, why);
    if (e == ERROR_OK)
        e = folder_set_site(store, config, &entropy, salt, why);
    if (e == ERROR_OK)
        e = pins_open(data, &pins, why);
    if (e == ERROR_OK)
        e = pins_set(pins, person.login, hash, why);
    if (e == ERROR_OK)
        e = store_begin(store);
    if (e == ERROR_OK)
        e = store_person_add(store, &person, by.at, &id);
    if (e == ERROR_OK)
        e = store_pin_set_add(store, &by, id, &id);
    if (e == ERROR_OK)
        e = store_commit(store, why);
    if (e == ERROR_OK)
        e = custody_seal(custody, store, why);
    pins_close(pins);
    custody_close(custody);
    return e;
}

static enum error check_first(struct store *store, const struct input *in, const char *pin,
                              struct complaint *why)
{
    const char *role = input_find(in, "role");
    int64_t count = 0;
    enum error e = store_person_count(store, ROLE_ADMINISTRATOR, &count);

    if (e == ERROR_OK && count)
        return complain(why, ERROR_DENIED,
                        "There is an administrator already. Start `phial serve`, then add people "
                        "with --as LOGIN of an administrator.");
    if (e == ERROR_OK && role[0] && strcmp(role, role_id(ROLE_ADMINISTRATOR)) != 0)
        return complain(why, ERROR_BAD_INPUT, "The first person must be an administrator.");
    if (e == ERROR_OK && (!input_find(in, "login")[0] || !input_find(in, "name")[0]))
        return complain(why, ERROR_BAD_INPUT,
                        "Give `login: ...`, `name: ...` and `new_pin: ...` on standard input.");
    return e == ERROR_OK ? pin_acceptable(pin, why) : e;
}

/* Without a running core: only the first administrator. */
static enum error first_administrator(const char *data, struct complaint *why)
{
    struct input in = { .count = 0 };
    struct config config;
    struct store *store = NULL;
    char folder[FOLDER_PATH];
    const char *pin;
    int lock = -1;
    enum error e;

    config_init(&config);
    e = folder_make(data, folder, why);
    if (e == ERROR_OK)
        e = config_read(&config, folder, why);
    if (e == ERROR_OK)
        e = input_read(&in, STDIN_FILENO, why);
    pin = input_find(&in, "new_pin");
    if (e == ERROR_OK)
        e = folder_lock(folder, &lock, why);
    if (e == ERROR_OK)
        e = folder_open_store(folder, &store, why);
    if (e == ERROR_OK)
        e = check_first(store, &in, pin, why);
    if (e == ERROR_OK)
        e = add_first(store, folder, &config, &in, pin, why);
    if (e == ERROR_OK)
        (void)printf("login: %s\n", input_find(&in, "login"));
    store_close(store);
    if (e == ERROR_OK)
        e = folder_give_to_owner(folder, why);
    if (lock >= 0)
        (void)close(lock);
    input_free(&in);
    config_free(&config);
    return e;
}

int command_user(int argc, char **argv)
{
    static const struct cli_word words[] = { { "add", NULL, NULL, WIRE_USER_ADD, 0 },
                                             { "pin", NULL, NULL, WIRE_USER_PIN, 0 },
                                             { "change", NULL, NULL, WIRE_USER_CHANGE, 0 },
                                             { "badge", NULL, NULL, WIRE_BADGE_ISSUE, 0 },
                                             { "no-badge", NULL, NULL, WIRE_BADGE_WITHDRAW, 0 },
                                             { "list", "people", NULL, WIRE_VIEW, READ_PEOPLE } };
    const char *data = OPTIONS_DATA, *as = NULL;
    bool json = false;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "as", &as, NULL, NULL },
                                         { "json", NULL, &json, NULL } };
    struct option_words given;
    struct complaint why = { "" };
    enum error e = options_parse(argc, argv, specs, 3, &given, &why);
    const char *word = e == ERROR_OK && !as && given.count == 1 ? given.at[0] : "";

    if (strcmp(word, "add") == 0)
        e = first_administrator(data, &why);
    else if (strcmp(word, "first") == 0)
        e = setup_code_tell(data, &why);
    else
        return cli_run(argc, argv, words, sizeof words / sizeof words[0]);
    if (e != ERROR_OK)
        (void)fprintf(stderr, "phial user: %s\n", why.text[0] ? why.text : error_text(e));
    return cli_exit(e);
}
