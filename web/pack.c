/* What the page's process does for the inspector's pack: it asks for it, and hands it on. */
#include "web/pack.h"

#include "core/store/pack.h"
#include "web/api.h"
#include "web/view.h"

#include <stdio.h>

enum { ARCHIVE_MAX = 256 * 1024 * 1024, DAY_TEXT = 11 };

enum error pack_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why)
{
    const char *from = view_member(body, "from"), *to = view_member(body, "to");
    char key[2 * DAY_TEXT + 2];
    int64_t since, until;

    if (!pack_day_begins(from, 0, &since) || !pack_day_begins(to, 1, &until))
        return complain(why, ERROR_BAD_INPUT, "Give the first and the last day as 2026-03-14.");
    if (until <= since)
        return complain(why, ERROR_BAD_INPUT, "The last day lies before the first.");
    r->view = json_incref(body);
    (void)snprintf(key, sizeof key, "%.10s..%.10s", from, to);
    *for_core = json_pack("{s:s,s:s}", "what", "pack", "key", key);
    return *for_core ? ERROR_OK : ERROR_NO_MEMORY;
}

static void ask_more(struct web *web, uint64_t id, bool over)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_MORE);
    wire_put_number(&w, WIRE_F_ID, id);
    wire_put_number(&w, WIRE_F_LAST, over);
    (void)channel_send(web->core, &w);
}

void pack_begin(struct request *r)
{
    r->packing = true;
    r->answer.max = ARCHIVE_MAX;
    r->next = r->web->waiting;
    r->web->waiting = r;
    visitors_know(&r->web->visitors, r->connection);
    ask_more(r->web, r->id, false);
}

void pack_gone(const struct request *r)
{
    if (r->packing)
        ask_more(r->web, r->id, true);
}

static void finish(struct request *r, enum error e, const char *sentence)
{
    r->packing = false;
    request_done(r);
    if (e != ERROR_OK) {
        request_refuse(r, e, *sentence ? sentence : "The pack cannot be made. Ask for fewer days.");
    } else {
        r->type = "application/zip";
        (void)snprintf(r->disposition, sizeof r->disposition,
                       "attachment; filename=\"pack-%.10s.zip\"", view_member(r->view, "from"));
    }
    server_answer(r);
}

void pack_part(struct web *web, const struct wire_message *m)
{
    uint64_t id = wire_number(m, WIRE_F_ID);
    enum error e = (enum error)wire_number(m, WIRE_F_STATUS);
    struct request *r = web->waiting;
    bool last = wire_number(m, WIRE_F_LAST) != 0;

    while (r && (r->id != id || !r->packing))
        r = r->next;
    if (!r) {
        ask_more(web, id, true);
        return;
    }
    if (e == ERROR_OK)
        e = buffer_put(&r->answer, wire_bytes(m, WIRE_F_BYTES));
    if (e == ERROR_OK && !last) {
        ask_more(web, id, false);
        return;
    }
    if (!last)
        ask_more(web, id, true); /* core need not wait for who gives up */
    finish(r, e, wire_text(m, WIRE_F_SENTENCE));
}
