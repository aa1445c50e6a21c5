/*
 * A running `phial serve` for a test: its folder, its settings, start, kill, wait.
 *
 * The program is PHIAL_PROGRAM of the environment, or the path the build gave.
 */
#ifndef PHIAL_TESTS_SUPPORT_SERVE_H
#define PHIAL_TESTS_SUPPORT_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SERVE_PATH = 512 };

struct serve {
    char data[SERVE_PATH]; /* a new temporary folder */
    char conf[16384];      /* what stands in phial.conf */
    const char *program;
    char *const
        *environment; /* added to the environment of the program; NULL-terminated, or NULL */
    int web_port;
    pid_t pid; /* 0 when it does not run */
};

/* Makes the folder and the head of the settings ([site], [web] on a free port). Ends the test on
 * failure. */
void serve_prepare(struct serve *s);
/* Adds an instrument that listens on a free port of loopback; gives the port. */
int serve_add_listener(struct serve *s, const char *name, const char *profile);
/* Adds any line to the settings. */
void serve_add_conf(struct serve *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Starts the program and waits until it answers on the web port; seconds it took. */
double serve_start(struct serve *s);
/* SIGKILL, and waits. */
void serve_kill(struct serve *s);
/* SIGTERM, and waits for the end; the exit status. */
int serve_stop(struct serve *s);
/* Runs `phial COMMAND VERB --data DIR` to its end; the exit status. */
int serve_command(const struct serve *s, const char *command, const char *verb);
/* Removes the folder. */
void serve_clean(struct serve *s);

double serve_now(void);

#endif
