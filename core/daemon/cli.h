/*
 * What the bench's commands share: signing in under a name, one message from standard input, the
 * answer as text or JSON.
 */
#ifndef PHIAL_CORE_DAEMON_CLI_H
#define PHIAL_CORE_DAEMON_CLI_H

#include "core/daemon/client.h"
#include "core/daemon/input.h"

struct cli_options {
    const char *data, *as;
    bool json;
};

/* One word of a command: a message to core, or something to look at. */
struct cli_word {
    const char *word;
    const char *what;    /* for a view */
    const char *key;     /* the input's name for the view's key, or NULL */
    enum wire_type type; /* WIRE_VIEW: look at `what` */
    int query;           /* enum store_query, for a view */
};

/* Runs `argv[0] WORD [--as LOGIN] [--data DIR] [--json]`. */
int cli_run(int argc, char **argv, const struct cli_word *words, size_t count);

int cli_exit(enum error e);

/* `pin` of the input, else asked for at the terminal without an echo. */
enum error cli_ask_pin(const struct input *in, const char *prompt, char *out, size_t size,
                       struct complaint *why);

#endif
