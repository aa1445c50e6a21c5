/* A command as a script sees it: its exit code, and what it prints. */
#ifndef PHIAL_TESTS_UNIT_COMMAND_H
#define PHIAL_TESTS_UNIT_COMMAND_H

#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COMMAND_WORDS = 8, COMMAND_WORD = 200 };

/* Runs it with these words, `count` or up to a NULL; its standard output is in `out`. */
static inline int command_run(int (*command)(int argc, char **argv), size_t count,
                              const char *const *given, char *out, size_t size)
{
    char words[COMMAND_WORDS][COMMAND_WORD];
    char *argv[COMMAND_WORDS + 1] = { NULL };
    int argc = 0, code, saved = dup(1);
    FILE *f = tmpfile();
    size_t len;

    for (; argc < (int)count && given[argc]; argc++) {
        (void)snprintf(words[argc], COMMAND_WORD, "%s", given[argc]);
        argv[argc] = words[argc];
    }
    assert_non_null(f);
    (void)fflush(stdout);
    assert_true(dup2(fileno(f), 1) == 1);
    code = command(argc, argv);
    (void)fflush(stdout);
    assert_true(dup2(saved, 1) == 1);
    (void)close(saved);
    rewind(f);
    len = fread(out, 1, size - 1, f);
    out[len] = '\0';
    (void)fclose(f);
    return code;
}

#endif
