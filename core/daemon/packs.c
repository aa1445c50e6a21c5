/* Between the page and the child that makes its pack; see the header. */
#include "core/daemon/packs.h"

#include "core/base/text.h"
#include "core/daemon/action.h"

#include <stdio.h>

static void drop(struct core *core)
{
    core->pack = (struct pack_job) { .id = 0 };
    if (core->packer)
        child_rest(core->packer);
}

/* The last part: there is no pack. */
static void tell_failed(struct core *core, uint64_t id, enum error e, const char *sentence)
{
    struct wire_writer w;

    if (!core->web || !child_ready(core->web))
        return;
    wire_begin(&w, WIRE_PART);
    wire_put_number(&w, WIRE_F_ID, id);
    wire_put_number(&w, WIRE_F_STATUS, (uint64_t)e);
    wire_put_number(&w, WIRE_F_LAST, 1);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    (void)child_send(core->web, &w);
}

static const char busy[] = "Another pack is being made just now. Try again in a moment.";

enum error packs_ask(struct request *r, bool covered, struct complaint *why)
{
    struct pack_job *job = &r->core->pack;

    if (r->source != SOURCE_WEB)
        return ERROR_OK; /* `phial pack` makes its own */
    if (job->begun)
        return complain(why, ERROR_BUSY, busy);
    *job = (struct pack_job) { .id = r->id, .covered = covered };
    (void)snprintf(job->by, sizeof job->by, "%s, %s", r->who->name, role_text(r->who->role));
    return text_copy(job->days, sizeof job->days, request_text(r, WIRE_F_KEY));
}

/* Gives the child its work, once it is there. */
static void start(struct core *core)
{
    struct pack_job *job = &core->pack;
    struct wire_writer w;

    if (!job->begun || job->started || !child_ready(core->packer))
        return;
    wire_begin(&w, WIRE_PACK);
    wire_put_number(&w, WIRE_F_ID, job->id);
    wire_put_text(&w, WIRE_F_KEY, job->days);
    wire_put_number(&w, WIRE_F_COVERED, job->covered);
    wire_put_text(&w, WIRE_F_NAME, job->by);
    job->started = child_send(core->packer, &w) == ERROR_OK;
}

static void ask_next(struct core *core)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_MORE);
    wire_put_number(&w, WIRE_F_ID, core->pack.id);
    wire_put_number(&w, WIRE_F_LAST, 0);
    (void)child_send(core->packer, &w);
}

void packs_more(struct core *core, const struct wire_message *m)
{
    struct pack_job *job = &core->pack;
    uint64_t id = wire_number(m, WIRE_F_ID);
    bool over = wire_number(m, WIRE_F_LAST) != 0;

    if (!job->id || job->id != id) {
        if (!over)
            tell_failed(core, id, ERROR_BUSY, busy);
    } else if (over) {
        drop(core);
    } else if (job->started) {
        ask_next(core);
    } else {
        job->begun = true;
        job->life = child_life(core->packer);
        child_wake(core->packer);
        start(core);
    }
}

void packs_child_message(struct core *core, const struct wire_message *m)
{
    struct pack_job *job = &core->pack;
    struct wire_writer w;
    bool last = wire_number(m, WIRE_F_LAST) != 0;

    if (m->type == WIRE_READY && !job->begun)
        child_rest(core->packer); /* nobody waits for it any more */
    else if (m->type == WIRE_READY)
        start(core);
    if (m->type != WIRE_PART || !job->started || wire_number(m, WIRE_F_ID) != job->id)
        return;
    wire_begin(&w, WIRE_PART);
    wire_put_number(&w, WIRE_F_ID, job->id);
    wire_put_number(&w, WIRE_F_STATUS, wire_number(m, WIRE_F_STATUS));
    wire_put_number(&w, WIRE_F_LAST, last);
    wire_put_text(&w, WIRE_F_SENTENCE, wire_text(m, WIRE_F_SENTENCE));
    wire_put_bytes(&w, WIRE_F_BYTES, wire_bytes(m, WIRE_F_BYTES));
    if (core->web && child_ready(core->web))
        (void)child_send(core->web, &w);
    else
        wire_free(&w);
    if (last)
        drop(core);
}

void packs_child_gone(struct core *core)
{
    const struct pack_job *job = &core->pack;
    uint64_t id = job->begun ? job->id : 0;

    if (!id || (!job->started && job->life == child_life(core->packer)))
        return;
    core->pack = (struct pack_job) { .id = 0 };
    tell_failed(core, id, ERROR_IO,
                "The pack could not be made: the program that makes it stopped. Ask for fewer "
                "days.");
}

void packs_page_gone(struct core *core)
{
    if (core->pack.id)
        drop(core);
}
