/*
 * What a command reads on standard input: patients' data never stands on a command line
 * (DESIGN 3.9).
 *
 * Either lines `name: value` or one JSON object; the names are those of the message's fields
 * (core/model/wire.h). A name may come several times, in JSON as a list.
 */
#ifndef PHIAL_CORE_DAEMON_INPUT_H
#define PHIAL_CORE_DAEMON_INPUT_H

#include "core/base/arena.h"
#include "core/model/wire.h"

enum { INPUT_PAIRS = 256 };

struct input {
    struct arena arena;
    struct {
        const char *name, *value;
    } pairs[INPUT_PAIRS];
    size_t count;
};

/* Reads to the end. The input is to be freed whatever comes back. */
enum error input_read(struct input *in, int fd, struct complaint *why);
/* The same of text that is there already. */
enum error input_parse(struct input *in, struct span text, struct complaint *why);
void input_free(struct input *in);
/* The first value of that name, or "". */
const char *input_find(const struct input *in, const char *name);
/* Puts every pair that the message takes (but id and token, which are there already);
 * ERROR_BAD_INPUT names what it does not take or what it lacks. A lone `pin` is the sign-in's. */
enum error input_fill(const struct input *in, struct wire_writer *w, enum wire_type type,
                      struct complaint *why);

#endif
