/*
 * A site for tests: a data folder, a core that serves it in a process of its own, and hands that
 * press the keys. The test binary is every process of it: core starts its children from
 * /proc/self/exe, so main() of a test calls site_child first.
 */
#ifndef PHIAL_TESTS_DAEMON_SITE_H
#define PHIAL_TESTS_DAEMON_SITE_H

#include "core/daemon/client.h"
#include "core/store/read.h"

#include <jansson.h>
#include <sys/types.h>

struct site {
    char folder[64], data[96], log[96];
    unsigned web_port, instrument_port;
    pid_t core;
    struct client client; /* signed in as somebody, or not */
    char sentence[512];   /* what the last request was answered with */
};

/* When this process is a child or a command of a site: runs it and gives its exit status, else -1.
 */
int site_child(int argc, char **argv);

/* Makes the folder with settings; `more` is added to them. */
void site_make(struct site *s, const char *more);
void site_start(struct site *s);
/* Ends core by that signal and waits for it; gives the status of waitpid. */
int site_stop(struct site *s, int signal);
void site_remove(struct site *s);
/* Adds to the settings of a site that was not started yet. */
void site_configure(const struct site *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The group is over: ends core, if it still runs, and removes the folder. Gives `failed`. */
int site_over(struct site *s, int failed);
/* `phial ARGS` with that standard input; the exit status. */
int site_run(const char *const *args, const char *input);

/* How often the words stand in core's log. */
unsigned site_log_count(const struct site *s, const char *words);
/* Waits until they stand there that often; false after ten seconds. */
bool site_log_wait(const struct site *s, const char *words, unsigned times);
void site_sleep(unsigned ms);

/* A request: pairs of field and text (a number as its digits), ended by WIRE_FIELD_COUNT. Gives the
 * status; the reply's text of `wanted` goes to `out` (65 bytes) when that is not NULL. */
enum error site_ask(struct site *s, enum wire_type type, enum wire_field wanted, char *out, ...);
enum error site_sign_in(struct site *s, const char *login, const char *pin);
#define SITE_END WIRE_FIELD_COUNT
/* Signs the example limits, so that the tests of the menu can be ordered, and is signed in after.
 */
void site_sign_limits(struct site *s, const char *login, const char *pin);
/* The last request was answered with these words. */
void site_said(const struct site *s, const char *words);
/* The database's JSON about one key; to be freed. */
json_t *site_look(struct site *s, enum store_query query, const char *key);

#endif
