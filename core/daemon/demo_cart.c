/*
 * The demo's EKG cart: what a medical assistant and the cart's software do, minute by minute.
 *
 * The first EKG is opened at the cart, arrives and is confirmed as the patient's, so that a
 * provider finds one to read. The second waits for the visitor to confirm it. The third comes with
 * the header of the patient before, as happens at a cart, and is held. The last order is untouched.
 */
#include "core/daemon/demo.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/daemon/client.h"
#include "core/daemon/core.h"
#include "core/daemon/folder.h"
#include "core/store/read.h"
#include "instruments/simulator/simulator.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cart_step {
    unsigned after; /* seconds since the one before */
    enum { STEP_OPEN, STEP_SEND, STEP_CONFIRM } what;
    size_t ekg, header; /* the order; whose name the cart still has */
    enum simulator_values values;
} steps[] = {
    { 1, STEP_OPEN, 0, 0, SIMULATOR_NORMAL },    { 1, STEP_SEND, 0, 0, SIMULATOR_ABNORMAL },
    { 4, STEP_CONFIRM, 0, 0, SIMULATOR_NORMAL }, { 1, STEP_OPEN, 1, 1, SIMULATOR_NORMAL },
    { 1, STEP_SEND, 1, 1, SIMULATOR_CRITICAL },  { 20, STEP_OPEN, 2, 2, SIMULATOR_NORMAL },
    { 1, STEP_SEND, 2, 1, SIMULATOR_NORMAL },
};

enum { STEPS = sizeof steps / sizeof steps[0], LIST_MAX = 1024 * 1024 };

struct demo_cart {
    const struct demo *demo;
    const struct demo_bench *bench;
    struct simulator *simulator;
    uv_timer_t timer;
    size_t next;
};

static enum error call(const struct demo *demo, enum wire_type type,
                       void (*fill)(struct wire_writer *w, const void *what), const void *what,
                       struct complaint *why)
{
    struct client *c;
    struct wire_writer w;
    enum error e = demo_sign_in(demo, &c, why);

    if (e != ERROR_OK)
        return e;
    client_begin(c, &w, type);
    fill(&w, what);
    e = client_call(c, &w, NULL, why);
    demo_sign_out(c);
    return e;
}

static void fill_open(struct wire_writer *w, const void *order)
{
    wire_put_text(w, WIRE_F_ORDER, order);
    wire_put_text(w, WIRE_F_INSTRUMENT, DEMO_CART);
}

struct tie {
    const char *order;
    json_int_t tracing;
};

static void fill_tie(struct wire_writer *w, const void *what)
{
    const struct tie *tie = what;

    wire_put_number(w, WIRE_F_TRACING, (uint64_t)tie->tracing);
    wire_put_text(w, WIRE_F_ORDER, tie->order);
    wire_put_text(w, WIRE_F_IDENTIFIER, "name");
    wire_put_text(w, WIRE_F_IDENTIFIER, "birth date");
}

/* The tracing that proposes itself to that order; 0 when none does yet. */
static json_int_t proposed(const json_t *list, const char *order)
{
    size_t i;
    const json_t *row;

    json_array_foreach(json_object_get(list, "waiting"), i, row)
    {
        const char *to =
            json_string_value(json_object_get(json_object_get(row, "proposed"), "order"));
        if (to && strcmp(to, order) == 0)
            return json_integer_value(json_object_get(row, "tracing"));
    }
    return 0;
}

static enum error find_tracing(struct demo_cart *cart, struct tie *tie, struct complaint *why)
{
    const struct store_params all = { .limit = LIMIT_CHILDREN };
    struct store_reader *reader = NULL;
    struct buffer text;
    char path[FOLDER_PATH];
    json_t *list = NULL;
    enum error e = folder_path(cart->demo->data, FOLDER_DATABASE, path);

    if (e == ERROR_OK)
        e = store_open_read(path, &reader, why);
    if (e != ERROR_OK)
        return e;
    buffer_init(&text, LIST_MAX);
    e = store_read_json(reader, READ_EKGS, &all, &text);
    if (e == ERROR_OK)
        list = json_loadb((const char *)text.at, text.len, 0, NULL);
    tie->tracing = proposed(list, tie->order);
    json_decref(list);
    buffer_free(&text);
    store_close_read(reader);
    return tie->tracing ? ERROR_OK : complain(why, ERROR_NOT_FOUND, "The EKG has not arrived.");
}

static enum error confirm(struct demo_cart *cart, const char *order, struct complaint *why)
{
    struct tie tie = { order, 0 };
    enum error e = find_tracing(cart, &tie, why);

    return e == ERROR_OK ? call(cart->demo, WIRE_EKG_TIE, fill_tie, &tie, why) : e;
}

static enum error send_file(struct demo_cart *cart, const struct cart_step *step)
{
    const struct demo_patient *p = demo_ekg_patient(step->header);
    char name[LIMIT_NAME];
    struct simulator_message message = { .specimen = "",
                                         .patient_id = p->mrn,
                                         .patient_name = name,
                                         .patient_birth_date = p->birth_date,
                                         .patient_sex = p->sex,
                                         .values = step->values };

    (void)snprintf(name, sizeof name, "%s^%s", p->family, p->given);
    return simulator_send(cart->simulator, &message);
}

static enum error take_step(struct demo_cart *cart, const struct cart_step *step,
                            struct complaint *why)
{
    const char *order = cart->bench->ekgs[step->ekg];

    switch (step->what) {
    case STEP_OPEN:
        return call(cart->demo, WIRE_EKG_OPEN, fill_open, order, why);
    case STEP_SEND:
        return send_file(cart, step);
    case STEP_CONFIRM:
        return confirm(cart, order, why);
    }
    return ERROR_BUG;
}

/* A step that fails leaves more for the visitor to do, and the rest goes on. */
static void on_timer(uv_timer_t *timer)
{
    struct demo_cart *cart = timer->data;
    struct complaint why = { "" };
    enum error e = take_step(cart, &steps[cart->next], &why);

    if (e != ERROR_OK)
        (void)fprintf(stderr, "phial demo: the simulated EKG cart: %s\n",
                      why.text[0] ? why.text : error_text(e));
    if (++cart->next < STEPS)
        (void)uv_timer_start(timer, on_timer, steps[cart->next].after * (uint64_t)1000, 0);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    if (how != ERROR_OK)
        (void)fprintf(stderr, "phial demo: the simulated EKG cart gave up: %s\n", error_text(how));
}

enum error demo_cart_open(uv_loop_t *loop, const struct demo *demo, const struct demo_bench *bench,
                          struct demo_cart **out, struct complaint *why)
{
    struct demo_cart *cart = calloc(1, sizeof *cart);
    const struct simulator_events events = { cart, on_sent };
    char port[sizeof demo->data + 16];
    struct simulator_plan plan = {
        .profile = "ekg-files", .port = port, .seed = 1, .clock = demo_wall_clock()
    };
    enum error e;

    if (!cart)
        return ERROR_NO_MEMORY;
    cart->demo = demo;
    cart->bench = bench;
    (void)snprintf(port, sizeof port, "folder:%s/ekg", demo->data);
    e = simulator_open(loop, &plan, &events, &cart->simulator, why);
    if (e != ERROR_OK) {
        free(cart);
        return e;
    }
    (void)uv_timer_init(loop, &cart->timer);
    cart->timer.data = cart;
    (void)uv_timer_start(&cart->timer, on_timer, steps[0].after * (uint64_t)1000, 0);
    *out = cart;
    return ERROR_OK;
}
