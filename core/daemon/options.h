/*
 * The command line of a subcommand: `--name VALUE`, `--name=VALUE`, `--flag`, and words.
 *
 * A complaint is a sentence that names the option. Options may stand before and after words; `--`
 * ends them.
 */
#ifndef PHIAL_CORE_DAEMON_OPTIONS_H
#define PHIAL_CORE_DAEMON_OPTIONS_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_WORDS = 16 };

/* One option: exactly one of the three places is not NULL. */
struct option_spec {
    const char *name; /* without the dashes */
    const char **text;
    bool *flag;
    uint64_t *number;
};

struct option_words {
    const char *at[OPTIONS_WORDS];
    size_t count;
};

/* ERROR_BAD_INPUT for what the specs do not know; values are borrowed from argv. argv[0] is
 * skipped. */
enum error options_parse(int argc, char **argv, const struct option_spec *specs, size_t count,
                         struct option_words *words, struct complaint *why);

/* The data folder when --data was not given: ./phial-data, or /var/lib/phial when installed. */
#define OPTIONS_DATA PHIAL_DATA

#endif
