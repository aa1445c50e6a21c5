/* Reading a subcommand's options; see options.h. */
#include "core/daemon/options.h"

#include "core/base/text.h"

#include <string.h>

static const struct option_spec *find_spec(const struct option_spec *specs, size_t count,
                                           const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(specs[i].name) == len && memcmp(specs[i].name, name, len) == 0)
            return &specs[i];
    return NULL;
}

static enum error take_value(const struct option_spec *spec, const char *value,
                             struct complaint *why)
{
    if (spec->text) {
        *spec->text = value;
        return ERROR_OK;
    }
    if (text_to_u64(value, spec->number) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "--%s needs a whole number, not \"%s\".", spec->name,
                        value);
    return ERROR_OK;
}

/* Reads the option at argv[*at]; moves *at on when the value is the next word. */
static enum error take_option(int argc, char **argv, int *at, const struct option_spec *specs,
                              size_t count, struct complaint *why)
{
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct option_spec *spec = find_spec(specs, count, name, len);

    if (!spec)
        return complain(why, ERROR_BAD_INPUT, "There is no option --%.*s here; see --help.",
                        (int)len, name);
    if (spec->flag) {
        if (equals)
            return complain(why, ERROR_BAD_INPUT, "--%s takes no value.", spec->name);
        *spec->flag = true;
        return ERROR_OK;
    }
    if (equals)
        return take_value(spec, equals + 1, why);
    if (*at + 1 >= argc)
        return complain(why, ERROR_BAD_INPUT, "--%s needs a value.", spec->name);
    return take_value(spec, argv[++*at], why);
}

enum error options_parse(int argc, char **argv, const struct option_spec *specs, size_t count,
                         struct option_words *words, struct complaint *why)
{
    bool only_words = false;

    words->count = 0;
    for (int i = 1; i < argc; i++) {
        enum error e = ERROR_OK;
        if (!only_words && strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (!only_words && strncmp(argv[i], "--", 2) == 0)
            e = take_option(argc, argv, &i, specs, count, why);
        else if (words->count == OPTIONS_WORDS)
            e = complain(why, ERROR_BAD_INPUT, "There are too many words after %s.", argv[0]);
        else
            words->at[words->count++] = argv[i];
        if (e != ERROR_OK)
            return e;
    }
    return ERROR_OK;
}
