/* Numbers and letters of a drawn line, put quickly; see tracing_path.h. */
#include "labels/draw/tracing_path.h"

void path_init(struct path *p, struct buffer *out)
{
    p->out = out;
    p->error = ERROR_OK;
    p->len = 0;
}

static void hand_on(struct path *p)
{
    if (p->error == ERROR_OK)
        p->error = buffer_put(p->out, span_of(p->room, p->len));
    p->len = 0;
}

enum error path_finish(struct path *p)
{
    hand_on(p);
    return p->error;
}

void path_char(struct path *p, char c)
{
    if (p->len == PATH_ROOM)
        hand_on(p);
    p->room[p->len++] = c;
}

void path_put(struct path *p, const char *text)
{
    while (*text)
        path_char(p, *text++);
}

void path_number(struct path *p, int value)
{
    unsigned rest = value < 0 ? 0U - (unsigned)value : (unsigned)value;
    char digits[PATH_NUMBER];
    size_t count = 0;

    if (p->len + PATH_NUMBER > PATH_ROOM)
        hand_on(p);
    if (value < 0)
        p->room[p->len++] = '-';
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    while (count)
        p->room[p->len++] = digits[--count];
}
