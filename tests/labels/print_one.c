/*
 * print_one PROGRAM PORT [SETTING...]: PROGRAM is started as `child-label`, prints one label of an
 * invented patient at that port, and what it says comes out line by line: `link STATE SENTENCE`,
 * `ready`, `printed STATUS SENTENCE` (0 printed, 1 not, 2 nobody knows). Exit 0 when it was told of
 * the label, 1 when the child ended before.
 */
#include "tests/support/printer_side.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *program;

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)execl(program, "phial", "child-label", "bench", (char *)NULL);
    return 121;
}

/* True when the label's fate was told. */
static bool tell(struct printer_side *p, const struct wire_message *m)
{
    const char *sentence = wire_text(m, WIRE_F_SENTENCE);

    if (m->type == WIRE_READY) {
        (void)puts("ready");
        printer_side_print(p, 1, "Kernel-TEST");
    } else if (m->type == WIRE_LINK) {
        (void)printf("link %d %s\n", (int)wire_number(m, WIRE_F_STATE), sentence);
    } else {
        (void)printf("printed %d %s\n", (int)wire_number(m, WIRE_F_STATUS), sentence);
    }
    (void)fflush(stdout);
    return m->type == WIRE_PRINTED;
}

int main(int argc, char **argv)
{
    struct printer_side p;
    struct printer_told *told;
    bool done = false;

    if (argc < 3) {
        (void)fputs("usage: print_one PROGRAM PORT [SETTING...]\n", stderr);
        return 2;
    }
    program = argv[1];
    printer_side_start(&p, run);
    printer_side_setup(&p, argv[2], (const char *const *)argv + 3);
    while (!done && (told = printer_side_next(&p, WIRE_TYPE_COUNT))) {
        done = tell(&p, &told->message);
        free(told);
    }
    printer_side_end(&p, 0);
    return done ? 0 : 1;
}
