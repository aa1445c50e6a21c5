/* Sums of what drivers noticed; see the header. */
#include "core/daemon/notices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASONS = 24, REASON_TEXT = 64 };

struct notices {
    struct {
        char what[REASON_TEXT];
        uint64_t count;
    } at[REASONS];
    size_t count;
};

/* The row of that reason, made when there is room for it. */
static size_t find(struct notices *n, const char *what)
{
    size_t i = 0;

    while (i < n->count && strcmp(n->at[i].what, what) != 0)
        i++;
    if (i == REASONS)
        return REASONS - 1;
    if (i == n->count) {
        (void)snprintf(n->at[i].what, sizeof n->at[i].what, "%s", what);
        n->count++;
    }
    return i;
}

void notices_add(struct notices_table *table, size_t child, const struct wire_message *m)
{
    struct notices **n = &table->of[child];

    if (!*n)
        *n = calloc(1, sizeof **n);
    if (*n)
        (*n)->at[find(*n, wire_text(m, WIRE_F_NOTE))].count += wire_number(m, WIRE_F_COUNT);
}

void notices_put(const struct notices_table *table, size_t child, struct wire_writer *w)
{
    const struct notices *n = table->of[child];

    for (size_t i = 0; n && i < n->count; i++) {
        char line[REASON_TEXT + 24];
        (void)snprintf(line, sizeof line, "%s %llu", n->at[i].what,
                       (unsigned long long)n->at[i].count);
        wire_put_text(w, WIRE_F_NOTE, line);
    }
}

void notices_free(struct notices_table *table)
{
    for (size_t i = 0; i < LIMIT_CHILDREN; i++)
        free(table->of[i]);
}
