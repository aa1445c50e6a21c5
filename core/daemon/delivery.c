/* What is to go to health records, and what became of it; see delivery.h for what holds. */
#include "core/daemon/delivery.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/daemon/action.h"
#include "core/rules/outbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ORDERS_AT_ONCE = 16, NEXT_ARENA = 2 * LIMIT_MESSAGE, FOUND_ARENA = 16 * 1024 };

/* ---- Opening ---- */

static enum error read_file(const char *path, struct buffer *out, struct complaint *why)
{
    uint8_t piece[4096];
    FILE *file = fopen(path, "re");
    enum error e = ERROR_OK;
    size_t len;

    if (!file)
        return complain(why, ERROR_NOT_FOUND, "%s cannot be read: %s.", path, strerror(errno));
    while (e == ERROR_OK && (len = fread(piece, 1, sizeof piece, file)) > 0)
        e = buffer_put(out, span_of(piece, len));
    (void)fclose(file);
    return e;
}

/* A built-in profile, or a file of the data folder. */
static enum error open_profile(const struct core *core, const struct config_exchange *config,
                               struct exchange_endpoint **out, struct complaint *why)
{
    char path[sizeof core->data + LIMIT_TEXT];
    struct buffer text;
    enum error e;

    if (!strchr(config->profile, '.') && !strchr(config->profile, '/'))
        return exchange_endpoint_builtin(config->profile, out, why);
    (void)snprintf(path, sizeof path, "%s%s%s", config->profile[0] == '/' ? "" : core->data,
                   config->profile[0] == '/' ? "" : "/", config->profile);
    buffer_init(&text, LIMIT_PROFILE_FILE);
    e = read_file(path, &text, why);
    if (e == ERROR_OK)
        e = exchange_endpoint_read(path, buffer_span(&text), out, why);
    buffer_free(&text);
    return e;
}

static enum error register_line(struct core *core, struct delivery_line *line, int64_t *done)
{
    const struct config_exchange *config = line->config;
    const struct store_endpoint endpoint = { .name = config->name,
                                             .profile = config->profile,
                                             .target = config->port,
                                             .filed = config->filed,
                                             .alarm = config->alarm_minutes,
                                             .active = true };
    enum error e = store_endpoint_set(core->store, &endpoint, clock_now(&core->clock));

    return e == ERROR_OK ? store_endpoint_reach(core->store, config->name, &line->from, done) : e;
}

/* Whom the configuration names, and whom no longer. */
static enum error register_lines(struct core *core, struct complaint *why)
{
    struct delivery *d = &core->delivery;
    const char *names[LIMIT_EXCHANGES];
    enum error e = store_begin(core->store);

    d->looked = INT64_MAX;
    for (size_t i = 0; i < d->count && e == ERROR_OK; i++) {
        int64_t done = 0;
        names[i] = d->lines[i].config->name;
        e = register_line(core, &d->lines[i], &done);
        if (done < d->looked)
            d->looked = done;
    }
    if (e == ERROR_OK)
        e = store_endpoints_retire(core->store, names, d->count, clock_now(&core->clock));
    if (e == ERROR_OK)
        return store_commit(core->store, why);
    store_rollback(core->store);
    return complain(why, e, "The health records could not be written down: %s.", error_text(e));
}

static void on_due(uv_timer_t *timer)
{
    delivery_look(timer->data);
}

enum error delivery_open(struct core *core, struct complaint *why)
{
    struct delivery *d = &core->delivery;
    enum error e = ERROR_OK;

    for (size_t i = 0; i < core->config.exchange_count && e == ERROR_OK; i++) {
        struct delivery_line *line = &d->lines[d->count];
        *line = (struct delivery_line) { .config = &core->config.exchanges[i] };
        buffer_init(&line->bytes, LIMIT_MESSAGE);
        d->count++;
        e = open_profile(core, line->config, &line->profile, why);
    }
    if (e == ERROR_OK)
        e = register_lines(core, why);
    if (e != ERROR_OK)
        return e;
    d->looking = d->looked;
    (void)uv_timer_init(core->loop, &d->due);
    d->due.data = core;
    d->open = true;
    return ERROR_OK;
}

void delivery_stop(struct core *core)
{
    if (core->delivery.open)
        uv_close((uv_handle_t *)&core->delivery.due, NULL);
    core->delivery.open = false;
}

void delivery_free(struct core *core)
{
    struct delivery *d = &core->delivery;

    for (size_t i = 0; i < d->count; i++) {
        exchange_endpoint_free(d->lines[i].profile);
        buffer_free(&d->lines[i].bytes);
    }
    d->count = 0;
}

/* ---- Writing ---- */

/* What was over before the health record was connected is none of its messages, also when only the
 * patient's data are others since. */
static enum error is_for(struct core *core, const struct delivery_line *line,
                         const struct store_touched *touched, bool *out)
{
    *out = touched->newest > line->from;
    return *out ? ERROR_OK
                : store_outbox_knows(core->store, line->config->name, touched->order, out);
}

static enum error write_order(struct core *core, const struct store_touched *touched)
{
    struct delivery *d = &core->delivery;
    enum error e = ERROR_OK;

    for (size_t i = 0; i < d->count && e == ERROR_OK; i++) {
        struct complaint lacks = { "" };
        int64_t written = 0;
        bool wanted = false;
        e = is_for(core, &d->lines[i], touched, &wanted);
        if (e == ERROR_OK && wanted)
            e = delivery_write(core, &d->lines[i], touched->order, touched->cause, &written,
                               &lacks);
        if (e == ERROR_OK && written)
            turn_changed(core, "outbox", NULL);
    }
    return e;
}

/* Orders that facts behind the last look speak of. */
static enum error write_touched(struct core *core)
{
    struct delivery *d = &core->delivery;
    struct store_touched touched[ORDERS_AT_ONCE];
    int64_t head = store_head(core->store).id;
    size_t count = 0;
    enum error e;

    if (d->looking >= head)
        return ERROR_OK;
    e = store_orders_touched(core->store, d->looking, ORDERS_AT_ONCE, touched, &count);
    if (e == ERROR_OK && count > 0)
        e = turn_begin(core);
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = write_order(core, &touched[i]);
    if (e != ERROR_OK)
        return e;
    d->looking = count == ORDERS_AT_ONCE ? touched[count - 1].cause : head;
    if (!store_in_transaction(core->store))
        d->looked = d->looking;
    return ERROR_OK;
}

/* ---- Handing over ---- */

static enum error note_sent(struct core *core, struct delivery_line *line,
                            const struct store_next *next)
{
    const struct store_outbox_step step = { .outbox = next->id,
                                            .state = OUTBOX_SENT,
                                            .at = clock_now(&core->clock) };
    enum error e = turn_begin(core);

    if (e == ERROR_OK)
        e = store_outbox_step_add(core->store, &step);
    buffer_clear(&line->bytes);
    if (e == ERROR_OK)
        e = buffer_put(&line->bytes, next->bytes);
    if (e != ERROR_OK)
        return e;
    (void)text_copy(line->control, sizeof line->control, next->control_id);
    line->under_way = next->id;
    line->recorded = true;
    line->lost = false;
    turn_changed(core, "outbox", next->order);
    return ERROR_OK;
}

/* After a merge, the end of one or another MRN it would go into a chart that is not the order's. */
static enum error note_moved(struct core *core, const struct store_next *next)
{
    const struct store_outbox_step step = { .outbox = next->id,
                                            .state = OUTBOX_PARKED,
                                            .code = "",
                                            .sentence =
                                                "It bears an MRN that the order has no more. "
                                                "Drop it.",
                                            .at = clock_now(&core->clock) };
    enum error e = turn_begin(core);

    if (e == ERROR_OK)
        e = store_outbox_step_add(core->store, &step);
    if (e == ERROR_OK)
        turn_changed(core, "outbox", next->order);
    return e;
}

static void wake_when_due(struct delivery *d, int64_t now, int64_t due)
{
    uint64_t wait = due > now ? (uint64_t)(due - now) : 0;

    if (!uv_is_active((uv_handle_t *)&d->due) || uv_timer_get_due_in(&d->due) > wait)
        (void)uv_timer_start(&d->due, on_due, wait, 0);
}

static enum error hand_next(struct core *core, struct delivery_line *line)
{
    int64_t now = clock_now(&core->clock), due = 0;
    struct store_next next;
    struct arena a;
    enum error e;

    arena_init(&a, NEXT_ARENA);
    e = store_outbox_next(core->store, &a, line->config->name, now, &next, &due);
    if (e == ERROR_OK)
        e = next.moved ? note_moved(core, &next) : note_sent(core, line, &next);
    else if (e == ERROR_NOT_FOUND && due > now)
        wake_when_due(&core->delivery, now, due);
    arena_free(&a);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* The first loss costs nothing: a connection is made again at once. */
static int64_t due_after(const struct store_outbox_found *found, int64_t now, bool lost)
{
    if (lost && found->tries == 0)
        return now;
    return now + outbox_delay(found->tries + 1);
}

static enum error note_lost(struct core *core, struct delivery_line *line)
{
    struct store_outbox_step step = { .outbox = line->under_way,
                                      .state = OUTBOX_RETRY,
                                      .sentence = "The connection ended before the answer came.",
                                      .at = clock_now(&core->clock) };
    struct store_outbox_found found;
    struct arena a;
    enum error e = turn_begin(core);

    arena_init(&a, FOUND_ARENA);
    if (e == ERROR_OK)
        e = store_outbox_by_id(core->store, &a, line->under_way, &found);
    if (e == ERROR_OK) {
        step.due = due_after(&found, step.at, true);
        e = store_outbox_step_add(core->store, &step);
    }
    if (e == ERROR_OK)
        turn_changed(core, "outbox", found.number);
    arena_free(&a);
    line->under_way = 0;
    line->lost = false;
    return e;
}

static enum error move_line(struct core *core, size_t index)
{
    struct delivery *d = &core->delivery;
    struct delivery_line *line = &d->lines[index];
    enum error e = ERROR_OK;

    if (line->under_way && line->lost && !line->recorded)
        e = note_lost(core, line);
    if (e == ERROR_OK && !line->under_way && d->port.ready(d->port.context, index))
        e = hand_next(core, line);
    return e;
}

void delivery_look(struct core *core)
{
    struct delivery *d = &core->delivery;
    enum error e;

    if (!d->open || d->count == 0 || core->stopping)
        return;
    e = write_touched(core);
    for (size_t i = 0; i < d->count && e == ERROR_OK; i++)
        e = move_line(core, i);
    if (e == ERROR_OK)
        return;
    log_line(LOG_STORE_FAILED, "core", "a message to a health record could not be noted: %s",
             error_text(e));
    if (store_in_transaction(core->store))
        core->store_failed = true;
}

static void hand_over(struct core *core, size_t index)
{
    struct delivery *d = &core->delivery;
    struct delivery_line *line = &d->lines[index];

    if (line->lost ||
        d->port.send(d->port.context, index, line->control, buffer_span(&line->bytes)) != ERROR_OK)
        line->lost = true;
    buffer_free(&line->bytes);
    buffer_init(&line->bytes, LIMIT_MESSAGE);
}

void delivery_settle(struct core *core, bool committed)
{
    struct delivery *d = &core->delivery;

    if (committed)
        d->looked = d->looking;
    else
        d->looking = d->looked;
    for (size_t i = 0; i < d->count; i++) {
        struct delivery_line *line = &d->lines[i];
        if (!line->recorded)
            continue;
        line->recorded = false;
        if (committed)
            hand_over(core, i);
        else
            line->under_way = 0;
    }
}

/* ---- Answers ---- */

static struct store_outbox_step step_of(const struct store_outbox_found *found, int64_t now,
                                        const struct wire_message *m)
{
    static const enum outbox_state states[] = { [OUTBOX_TAKEN] = OUTBOX_ACKED,
                                                [OUTBOX_REFUSED] = OUTBOX_PARKED,
                                                [OUTBOX_AGAIN] = OUTBOX_RETRY };
    const char *code = wire_text(m, WIRE_F_CODE), *said = wire_text(m, WIRE_F_SENTENCE);
    enum outbox_fate fate = outbox_judge(code);
    bool silent = fate != OUTBOX_TAKEN && !*said;

    return (struct store_outbox_step) { .outbox = found->id,
                                        .state = states[fate],
                                        .code = code,
                                        .sentence =
                                            silent ? "The health record gave no reason." : said,
                                        .answer = wire_bytes(m, WIRE_F_BYTES),
                                        .due = due_after(found, now, false),
                                        .at = now };
}

/* An answer may be repeated, or come to what is over: that changes nothing. Of what was taken, a
 * later refusal counts. */
static bool is_news(const struct store_outbox_found *found, enum outbox_state state)
{
    if (strcmp(found->state, "dropped") == 0 || strcmp(found->state, "new") == 0)
        return false;
    if (state == OUTBOX_RETRY)
        return strcmp(found->state, "sent") == 0;
    if (state == OUTBOX_ACKED)
        return strcmp(found->state, "acked") != 0 && strcmp(found->state, "parked") != 0;
    return strcmp(found->state, "parked") != 0;
}

static enum error take_answer(struct core *core, struct delivery_line *line,
                              const struct wire_message *m)
{
    struct store_outbox_found found = { .id = 0 };
    struct store_outbox_step step;
    struct arena a;
    enum error e = turn_begin(core);

    arena_init(&a, FOUND_ARENA);
    if (e == ERROR_OK)
        e = store_outbox_by_control(core->store, &a, line->config->name,
                                    wire_text(m, WIRE_F_CONTROL_ID), &found);
    if (e == ERROR_OK) {
        step = step_of(&found, clock_now(&core->clock), m);
        if (is_news(&found, step.state))
            e = store_outbox_step_add(core->store, &step);
        turn_changed(core, "outbox", found.number);
    }
    if (e == ERROR_OK && found.id == line->under_way)
        line->under_way = 0;
    arena_free(&a);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e; /* an answer to nothing of ours */
}

void delivery_answered(struct core *core, size_t index, const struct wire_message *m)
{
    if (take_answer(core, &core->delivery.lines[index], m) != ERROR_OK)
        core->store_failed = true;
}

void delivery_lost(struct core *core, size_t index)
{
    struct delivery_line *line = &core->delivery.lines[index];

    line->lost = line->under_way != 0;
    delivery_look(core);
}
