/*
 * The inspector's pack for the page: made by a child that runs only for it, so that neither core
 * nor the page waits while a year is read and its custody is verified.
 *
 * Invariants: one pack at a time; a part goes to the page only when the page has taken the one
 * before, so that no more than one waits in any socket; the child begins only once the look is on
 * disk, because the page asks for the first part after core's reply; when the page, whoever asked,
 * or the child is gone, so is the job. The end of a child that was there before the job and was not
 * told of it does not count: the next one makes the pack.
 */
#ifndef PHIAL_CORE_DAEMON_PACKS_H
#define PHIAL_CORE_DAEMON_PACKS_H

#include "core/base/error.h"
#include "core/base/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct child;
struct core;
struct request;
struct wire_message;

struct pack_job {
    uint64_t id;         /* the page's number for it; 0: none */
    bool begun, started; /* the page has asked for the first part; the child knows of it */
    unsigned life;       /* the child's when the page asked: it may be one that rests and ends */
    bool covered;
    char days[32], by[LIMIT_NAME];
};

/* A look at "pack" was allowed: remembers it for the page. ERROR_BUSY: another one is made. */
enum error packs_ask(struct request *r, bool covered, struct complaint *why);
/* The page wants the first part or the next, or nobody waits for it any more. */
void packs_more(struct core *core, const struct wire_message *m);
/* What the child says; and that it is gone, or the page is. */
void packs_child_message(struct core *core, const struct wire_message *m);
void packs_child_gone(struct core *core);
void packs_page_gone(struct core *core);

#endif
