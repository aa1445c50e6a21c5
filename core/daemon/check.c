/* `phial check`: whether phial.conf can be used, without touching anything. */
#include "core/daemon/commands.h"
#include "core/daemon/config.h"
#include "core/daemon/options.h"
#include "core/exchange/exchange.h"
#include "core/rules/waiver.h"
#include "instruments/profile/profile.h"
#include "instruments/transport/transport.h"

#include <stdio.h>

/* The waiver guard can read what the profile says. */
static enum error check_waivers(const struct profile *profile, struct complaint *why)
{
    size_t count;
    const struct profile_waiver *w = profile_waivers(profile, &count);

    for (size_t i = 0; i < count; i++) {
        const struct waiver_claim claim = { w[i].test, w[i].specimen, w[i].population,
                                            w[i].category };
        if (!waiver_claim_readable(&claim))
            return complain(why, ERROR_BAD_INPUT,
                            "its profile's [waiver] line \"%.60s | %.90s | %.90s\" cannot be read "
                            "(docs/adding-an-instrument.md).",
                            claim.test, claim.specimen, claim.population);
    }
    return ERROR_OK;
}

/* Every instrument's port is one, and its profile can be read. */
static enum error check_instruments(const struct config *config, struct complaint *why)
{
    for (size_t i = 0; i < config->instrument_count; i++) {
        const char *folder = config->profile_folder[0] ? config->profile_folder : NULL;
        struct profile *profile = NULL;
        struct transport_port port;
        enum error e = transport_parse(config->instruments[i].port, &port, why);
        if (e == ERROR_OK)
            e = profile_load(config->instruments[i].profile, folder, &profile, why);
        if (e == ERROR_OK)
            e = check_waivers(profile, why);
        if (e != ERROR_OK) {
            const struct complaint inner = *why;
            profile_free(profile);
            return complain(why, e, "[instrument %s] %s", config->instruments[i].name, inner.text);
        }
        profile_free(profile);
    }
    return ERROR_OK;
}

/* Every built-in profile of a health record is one; a site's own is read at the start. */
static enum error check_exchanges(const struct config *config, struct complaint *why)
{
    for (size_t i = 0; i < config->exchange_count; i++) {
        struct exchange_endpoint *profile = NULL;
        enum error e = ERROR_OK;
        if (!strpbrk(config->exchanges[i].profile, "./"))
            e = exchange_endpoint_builtin(config->exchanges[i].profile, &profile, why);
        exchange_endpoint_free(profile);
        if (e != ERROR_OK)
            return e;
    }
    return ERROR_OK;
}

static void say_count(size_t count, const char *what)
{
    (void)printf("%zu %s%s, ", count, what, count == 1 ? "" : "s");
}

/* What a person should know of printers that are set up well. */
static void remark_printers(const struct config *config)
{
    for (size_t i = 0; i < config->printer_count; i++) {
        struct printer_setup setup;
        struct complaint remarks;
        if (config_printer(&config->printers[i], &setup, NULL) != ERROR_OK)
            continue;
        printer_remarks(&setup, &remarks);
        if (remarks.text[0])
            (void)printf("[printer %s] %s\n", config->printers[i].name, remarks.text);
    }
}

static void remark_instruments(const struct config *config)
{
    for (size_t i = 0; i < config->instrument_count; i++)
        if (config_in_clear(config->instruments[i].port))
            (void)printf(CONFIG_IN_CLEAR "\n", config->instruments[i].name,
                         config->instruments[i].port);
}

int command_check(int argc, char **argv)
{
    const char *data = OPTIONS_DATA;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL } };
    struct option_words words;
    struct complaint why = { "" };
    struct config config;
    enum error e = options_parse(argc, argv, specs, 1, &words, &why);

    if (e != ERROR_OK || words.count) {
        (void)fprintf(stderr, "phial check: %s\n", e == ERROR_OK ? "See --help." : why.text);
        return COMMAND_USAGE;
    }
    config_init(&config);
    e = config_read(&config, data, &why);
    if (e == ERROR_OK)
        e = check_instruments(&config, &why);
    if (e == ERROR_OK)
        e = check_exchanges(&config, &why);
    if (e == ERROR_OK) {
        (void)printf("The configuration of %s is right: ", data);
        say_count(config.instrument_count, "instrument");
        say_count(config.printer_count, "printer");
        say_count(config.exchange_count, "health record");
        (void)printf("the page on %s.\n", config.listen);
        remark_printers(&config);
        remark_instruments(&config);
    } else {
        (void)fprintf(stderr, "phial check: %s\n", why.text);
    }
    config_free(&config);
    return e == ERROR_OK ? COMMAND_DONE : e == ERROR_IO ? COMMAND_ENVIRONMENT : COMMAND_NO;
}
