/*
 * The process of one label printer (DESIGN 1): setup, fonts, port, confinement, then labels.
 *
 * Invariants:
 * - Each PRINT is answered by exactly one PRINTED, also when there is no printer yet (failed: no
 *   label was sent) and when the process ends; the one on its way when the process dies is core's
 *   to call unknown.
 * - Nothing is read from the printer before confine_child; after it no file and no socket can be
 *   opened. A connection that breaks therefore ends the process; core starts it again, and it
 *   waits for the printer before it says READY.
 * - Labels are printed one after the other in the order they came.
 */
#include "labels/print/commands.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/model/link_told.h"
#include "labels/print/device.h"
#include "labels/print/folder.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CORE_DESCRIPTOR = 3, RETRY_MS = 2000, CHECK_MS = 20000, SETTINGS_MAX = 32 };
enum { EXIT_DONE = 0, EXIT_SETUP = 2, EXIT_ENVIRONMENT = 3 };

struct waiting {
    uint64_t ticket;
    unsigned unknown; /* characters without a glyph */
    enum label_stock stock;
    struct buffer bytes;
};

struct label_child {
    uv_loop_t loop;
    uv_timer_t timer; /* tries again to open; later asks an idle printer how it is */
    struct channel *core;
    struct printer_setup setup;
    struct label_drawer *drawer;
    struct printer *printer; /* NULL: a folder, or not there yet */
    int folder;
    bool set_up, ready, ending, printing;
    int status; /* of the process */
    struct waiting queue[LIMIT_PRINT_QUEUE];
    size_t waiting; /* queue[0] is under way while `printing` */
    struct link_told told;
};

static void tell_link(struct label_child *c, enum link_state state, const char *sentence)
{
    link_tell(&c->told, c->core, state, sentence);
}

static void tell_printed(struct label_child *c, uint64_t ticket, enum print_status status,
                         unsigned unknown, const char *sentence)
{
    char boxes[LIMIT_TEXT];
    struct wire_writer w;

    if (status == PRINT_DONE && unknown) {
        (void)snprintf(boxes, sizeof boxes,
                       "The label came out, but %u of its characters are in no font and stand as "
                       "boxes: check the name by hand.",
                       unknown);
        sentence = boxes;
    }
    wire_begin(&w, WIRE_PRINTED);
    wire_put_number(&w, WIRE_F_TICKET, ticket);
    wire_put_number(&w, WIRE_F_STATUS, status);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    (void)channel_send(c->core, &w);
}

static void drop_first(struct label_child *c)
{
    buffer_free(&c->queue[0].bytes);
    c->waiting--;
    memmove(c->queue, c->queue + 1, c->waiting * sizeof c->queue[0]);
}

static void close_printer(struct label_child *c)
{
    if (c->printer)
        c->printer->functions->close(c->printer);
    c->printer = NULL;
}

static void on_last(uv_timer_t *timer)
{
    struct label_child *c = timer->data;
    uv_close((uv_handle_t *)timer, NULL);
    channel_close(c->core);
    c->core = NULL;
}

/* Ends the process; labels that still wait are told as not sent. */
static void end(struct label_child *c, int status)
{
    if (c->ending)
        return;
    c->ending = true;
    c->status = status;
    while (c->waiting) {
        tell_printed(c, c->queue[0].ticket, PRINT_FAILED, 0,
                     "The label printer went away before this label was sent. Print again when it "
                     "is back.");
        drop_first(c);
    }
    close_printer(c);
    /* after the printer was given back: core ends who closes its channel and lives on */
    (void)uv_timer_start(&c->timer, on_last, 0, 0);
}

static void end_with(struct label_child *c, int status, const char *sentence)
{
    if (c->ending)
        return;
    log_line(LOG_PRINTER, c->setup.name, "%s", sentence);
    tell_link(c, LINK_STATE_DOWN, sentence);
    end(c, status);
}

static void on_check(uv_timer_t *timer)
{
    struct label_child *c = timer->data;
    (void)c->printer->functions->check(c->printer);
}

/* The port is open: give up everything else, then say so. */
static void become_ready(struct label_child *c)
{
    struct wire_writer w;

    (void)uv_timer_stop(&c->timer);
    if (confine_child(c->printer ? CONFINE_LABELS : CONFINE_LABELS_FILE) != ERROR_OK) {
        end_with(c, EXIT_ENVIRONMENT,
                 "The printer's process cannot give up its rights on this machine, so it does not "
                 "run.");
        return;
    }
    c->ready = true;
    wire_begin(&w, WIRE_READY);
    (void)channel_send(c->core, &w);
    tell_link(c, LINK_STATE_UP, "");
    if (c->printer && c->printer->functions->check(c->printer) == ERROR_OK)
        (void)uv_timer_start(&c->timer, on_check, CHECK_MS, CHECK_MS);
}

static void print_next(struct label_child *c)
{
    const struct waiting *first = &c->queue[0];

    if (c->printing || !c->waiting || c->ending || !c->printer->functions->idle(c->printer))
        return;
    c->printing = true;
    if (c->printer->functions->print(c->printer, buffer_span(&first->bytes), first->stock) !=
        ERROR_OK)
        c->printing = false;
}

static void on_opened(void *context)
{
    become_ready(context);
}

static void on_done(void *context, enum print_status status, const char *sentence)
{
    struct label_child *c = context;
    tell_printed(c, c->queue[0].ticket, status, c->queue[0].unknown, sentence);
    drop_first(c);
    c->printing = false;
    print_next(c);
}

static void on_condition(void *context, const char *sentence)
{
    struct label_child *c = context;
    tell_link(c, LINK_STATE_UP, sentence);
    print_next(c);
}

static void open_port(struct label_child *c);

static void on_retry(uv_timer_t *timer)
{
    open_port(timer->data);
}

static void retry_later(struct label_child *c, const char *sentence)
{
    tell_link(c, LINK_STATE_DOWN, sentence);
    (void)uv_timer_start(&c->timer, on_retry, RETRY_MS, 0);
}

static void on_closed(void *context, const char *sentence)
{
    struct label_child *c = context;
    if (c->ready) {
        end_with(c, EXIT_DONE, sentence);
        return;
    }
    close_printer(c);
    retry_later(c, sentence);
}

static void open_port(struct label_child *c)
{
    const struct printer_events events = { c, on_opened, on_done, on_condition, on_closed };
    struct complaint why = { "" };
    enum error e;

    if (c->setup.kind == PRINTER_FILE)
        e = folder_open(c->setup.folder, &c->folder, &why);
    else if (c->setup.kind == PRINTER_CUPS)
        e = queue_open(&c->loop, &c->setup, &events, &c->printer, &why);
    else
        e = device_open(&c->loop, &c->setup, &events, &c->printer, &why);
    if (e != ERROR_OK)
        retry_later(c, why.text);
    else if (c->setup.kind == PRINTER_FILE)
        become_ready(c);
}

/* The port is "kind:port"; the stock stands among the settings. */
static enum error read_setup(const struct wire_message *m, struct printer_setup *setup,
                             struct complaint *why)
{
    const char *port = wire_text(m, WIRE_F_PORT), *colon = strchr(port, ':');
    const char *settings[SETTINGS_MAX];
    char kind[16] = "";
    struct printer_words words = { .name = wire_text(m, WIRE_F_INSTRUMENT),
                                   .kind = kind,
                                   .port = colon ? colon + 1 : "",
                                   .stock = "",
                                   .settings = settings };
    size_t at = 0;
    struct span setting;

    if (colon)
        (void)snprintf(kind, sizeof kind, "%.*s", (int)(colon - port), port);
    while (words.setting_count < SETTINGS_MAX && wire_next(m, WIRE_F_SETTINGS, &at, &setting)) {
        const char *text = (const char *)setting.at;
        if (strncmp(text, "stock=", 6) == 0)
            words.stock = text + 6;
        else
            settings[words.setting_count++] = text;
    }
    return printer_read(&words, setup, why);
}

static void take_setup(struct label_child *c, const struct wire_message *m)
{
    struct complaint why = { "" };

    if (c->set_up)
        return;
    c->set_up = true;
    if (read_setup(m, &c->setup, &why) != ERROR_OK) {
        end_with(c, EXIT_SETUP, why.text);
        return;
    }
    if (label_draw_prepare(&c->drawer, &why) != ERROR_OK) {
        end_with(c, EXIT_ENVIRONMENT, why.text);
        return;
    }
    open_port(c);
}

static struct label read_label(const struct wire_message *m)
{
    return (struct label) {
        .accession = wire_text(m, WIRE_F_ACCESSION),
        .family = wire_text(m, WIRE_F_FAMILY),
        .given = wire_text(m, WIRE_F_GIVEN),
        .mrn = wire_text(m, WIRE_F_MRN),
        .birth_date = wire_text(m, WIRE_F_BIRTH_DATE),
        .sex = wire_text(m, WIRE_F_SEX),
        .container = wire_text(m, WIRE_F_CONTAINER),
        .priority = wire_text(m, WIRE_F_PRIORITY),
        .collected_at = wire_text(m, WIRE_F_COLLECTED_AT),
        .collector = wire_text(m, WIRE_F_COLLECTOR),
        .specimen_type = wire_text(m, WIRE_F_SPECIMEN_TYPE),
        .site = wire_text(m, WIRE_F_SITE),
        .copy = wire_number(m, WIRE_F_COPY) < UINT_MAX ? (unsigned)wire_number(m, WIRE_F_COPY)
                                                       : UINT_MAX, /* refused as too many */
        .practice = wire_number(m, WIRE_F_PRACTICE) != 0,
    };
}

/* The dots in the printer's language. */
static enum error wrap(struct label_child *c, const struct label *label, struct label_medium medium,
                       struct waiting *out, struct complaint *why)
{
    const struct envelope envelope = { c->setup.media, c->setup.dpi, c->setup.compress };
    struct bitmap picture;
    enum error e = label_draw_bitmap(c->drawer, label, medium, &picture, &out->unknown, why);

    if (e != ERROR_OK)
        return e;
    e = c->setup.language->wrap(&picture, &envelope, &out->bytes);
    if (e == ERROR_OK && (c->setup.kind == PRINTER_FILE || c->setup.kind == PRINTER_CUPS))
        e = buffer_put(&out->bytes, c->setup.language->end); /* nobody talks to it after this */
    bitmap_free(&picture);
    if (e == ERROR_TOO_BIG)
        return complain(why, e,
                        "The label is larger than what is loaded in the printer: correct "
                        "stock= or media= in phial.conf.");
    return e == ERROR_OK ? e : complain(why, e, "The label could not be made: %s.", error_text(e));
}

static enum error draw(struct label_child *c, const struct wire_message *m,
                       const struct label *label, struct waiting *out, struct complaint *why)
{
    struct label_medium medium = { LABEL_STOCK_2X1, c->setup.dpi };

    buffer_init(&out->bytes, LABEL_PICTURE_MAX);
    if (label_stock_parse(wire_text(m, WIRE_F_STOCK), &medium.stock) != ERROR_OK)
        return complain(why, ERROR_NOT_FOUND, "There is no label stock \"%s\".",
                        wire_text(m, WIRE_F_STOCK));
    out->stock = medium.stock;
    if (c->setup.language)
        return wrap(c, label, medium, out, why);
    return label_draw(c->drawer, label, medium, c->setup.format, &out->bytes, &out->unknown, why);
}

/* How a folder's files end. */
static const char *ending(const struct printer_setup *setup)
{
    return setup->language ? setup->language->id : label_format_id(setup->format);
}

static void take_print(struct label_child *c, const struct wire_message *m)
{
    uint64_t ticket = wire_number(m, WIRE_F_TICKET);
    struct label label = read_label(m);
    struct complaint why = { "" };
    struct waiting w = { .ticket = ticket };
    enum print_status status = PRINT_FAILED;

    if (!c->ready || c->ending) {
        (void)complain(&why, ERROR_CLOSED, "No label was printed: %s",
                       c->told.sentence.text[0] ? c->told.sentence.text
                                                : "the label printer is not ready yet.");
    } else if (c->waiting == LIMIT_PRINT_QUEUE) {
        (void)complain(&why, ERROR_FULL,
                       "Too many labels wait for this printer: see to it, then print again.");
    } else if (draw(c, m, &label, &w, &why) == ERROR_OK) {
        if (c->printer) {
            c->queue[c->waiting++] = w;
            print_next(c);
            return;
        }
        status = folder_print(c->folder, &label, ending(&c->setup), buffer_span(&w.bytes), &why);
    }
    buffer_free(&w.bytes);
    tell_printed(c, ticket, status, w.unknown, why.text);
}

static void on_message(void *context, const struct wire_message *m)
{
    struct label_child *c = context;
    if (m->type == WIRE_SETUP)
        take_setup(c, m);
    else if (m->type == WIRE_PRINT)
        take_print(c, m);
}

/* Core is gone, or speaks nonsense: either way there is nobody to print for. */
static void on_core_closed(void *context, enum error how, const struct complaint *why)
{
    struct label_child *c = context;
    (void)why;
    end(c, how == ERROR_CLOSED ? EXIT_DONE : EXIT_ENVIRONMENT);
}

static int run(struct label_child *c)
{
    const struct channel_events events = { c, on_message, on_core_closed, NULL };

    if (uv_loop_init(&c->loop) != 0)
        return EXIT_ENVIRONMENT;
    c->timer.data = c;
    if (uv_timer_init(&c->loop, &c->timer) != 0 ||
        channel_open(&c->loop, CORE_DESCRIPTOR, WIRE_CORE, &events, &c->core) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    (void)uv_run(&c->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&c->loop);
    return c->status;
}

int command_child_label(int argc, char **argv)
{
    struct label_child c = { .folder = -1 };
    int status;

    (void)argc;
    (void)argv;
    if (confine_descriptors(0) != ERROR_OK)
        return EXIT_ENVIRONMENT;
    status = run(&c);
    label_draw_free(c.drawer);
    if (c.folder >= 0)
        (void)close(c.folder);
    return status;
}
