/*
 * A message under construction: the profile's paths, written to instead of read. For this folder.
 *
 * Texts are borrowed, and draft_finish hands them on uncopied: they must live as long as the
 * message does.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_DRAFT_H
#define PHIAL_INSTRUMENTS_PROFILE_DRAFT_H

#include "instruments/profile/parts.h"

enum { DRAFT_FIELDS = 48, DRAFT_COMPONENTS = 16 };

/* A field: its components by number from 1, or by name in the order of their coming. */
struct draft_field {
    unsigned number;  /* 0 when named */
    const char *name; /* NULL when numbered */
    const char *names[DRAFT_COMPONENTS + 1], *texts[DRAFT_COMPONENTS + 1];
    unsigned count; /* the highest component */
};

struct draft {
    const struct profile *p;
    struct arena *arena;
    const char *type;
    struct draft_field fields[DRAFT_FIELDS];
    size_t count;
};

void draft_begin(struct draft *d, const struct profile *p, struct arena *arena, const char *type);
/* Sets what a path leads to; nothing when it leads to another record, to a later repeat, or to a
 * part of a text that a pattern takes out. A whole numbered field is cut at `^`. */
void draft_set(struct draft *d, const struct profile_path *path, const char *text);
/* A component of a numbered field, or NULL. */
const char *draft_component(struct draft *d, unsigned field, unsigned component);
/* Sets the first path of a place, unless the text is empty. */
void draft_place(struct draft *d, enum profile_place place, const char *text);
/* Makes the terms of a condition true, as far as they concern this record. */
void draft_condition(struct draft *d, const struct profile_condition *condition);
/* Sets a field of this record by its number or name, as text; a numbered one is cut at `^` unless
 * it is `as_is`. Nothing when something stands there already. */
void draft_put(struct draft *d, const char *field, const char *text, bool as_is);
/* The record; false when memory is out. */
bool draft_finish(const struct draft *d, struct message_record *out);

#endif
