/*
 * An invented health record at the end of a core without children (hands.h): it keeps what was
 * handed over, and answers when and as the test says. A program includes this once, after hands.h.
 */
#ifndef PHIAL_TESTS_MUST_EHR_H
#define PHIAL_TESTS_MUST_EHR_H

#include "core/daemon/delivery.h"
#include "tests/must/hands.h"

enum { EHR_MESSAGES = 1024 };

struct ehr {
    struct hands *h;
    bool up;
    size_t count;
    struct {
        char control[24], *text;
    } sent[EHR_MESSAGES]; /* every time that one was handed over */
};

static bool ehr_ready(void *context, size_t line)
{
    const struct ehr *e = context;
    return line == 0 && e->up; /* the others are never there */
}

static enum error ehr_send(void *context, size_t line, const char *control, struct span bytes)
{
    struct ehr *e = context;

    assert_int_equal(line, 0);
    if (!e->up)
        return ERROR_CLOSED;
    assert_true(e->count < EHR_MESSAGES);
    (void)snprintf(e->sent[e->count].control, sizeof e->sent[0].control, "%s", control);
    e->sent[e->count].text = strndup((const char *)bytes.at, bytes.len);
    assert_non_null(e->sent[e->count++].text);
    return ERROR_OK;
}

/* Connects it; `filed`: results go out before they are signed. */
static WORLD_UNUSED int ehr_open_as(void **state, bool filed)
{
    static const struct store_site site = { .name = "Invented Clinic",
                                            .salt = "4711",
                                            .zone = "America/New_York",
                                            .address = "1 Invented Street, Springfield, NY 10001",
                                            .clia = "99D0000000",
                                            .director = "Dora-TEST" };
    struct ehr *e = calloc(1, sizeof *e);
    struct complaint why = { "" };
    void *hands;

    (void)hands_open(&hands);
    e->h = hands;
    e->up = true;
    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_site_set(e->h->world.store, &site));
    hands_turn(e->h);
    e->h->core.config.exchanges[0] = (struct config_exchange) { .name = "EHR",
                                                                .profile = "generic-251",
                                                                .port = "127.0.0.1:1",
                                                                .application = "PHIAL",
                                                                .facility = "",
                                                                .receiving_application = "",
                                                                .receiving_facility = "",
                                                                .assigner = "",
                                                                .filed = filed,
                                                                .alarm_minutes = 15,
                                                                .timeout_seconds = 30 };
    e->h->core.config.exchange_count = 1;
    if (delivery_open(&e->h->core, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    e->h->core.delivery.port = (struct delivery_port) { e, ehr_ready, ehr_send };
    *state = e;
    return 0;
}

static WORLD_UNUSED int ehr_open(void **state)
{
    return ehr_open_as(state, false);
}

static WORLD_UNUSED int ehr_close(void **state)
{
    struct ehr *e = *state;
    void *hands = e->h;

    for (size_t i = 0; i < e->count; i++)
        free(e->sent[i].text);
    delivery_stop(&e->h->core);
    delivery_free(&e->h->core);
    (void)hands_close(&hands);
    free(e);
    return 0;
}

/* Time passes, and core looks. */
static WORLD_UNUSED void ehr_pass(struct ehr *e, int64_t ms)
{
    e->h->world.now += ms;
    delivery_look(&e->h->core);
    hands_turn(e->h);
}

/* The answer to the one that was handed over last. */
static WORLD_UNUSED void ehr_answer(struct ehr *e, const char *code, const char *text)
{
    struct complaint why = { "" };
    struct wire_message m;
    struct wire_writer w;
    struct span packet;

    assert_true(e->count > 0);
    wire_begin(&w, WIRE_DELIVERED);
    wire_put_text(&w, WIRE_F_CONTROL_ID, e->sent[e->count - 1].control);
    wire_put_text(&w, WIRE_F_CODE, code);
    wire_put_text(&w, WIRE_F_SENTENCE, text);
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_EXCHANGE, &m, &why), ERROR_OK);
    delivery_answered(&e->h->core, 0, &m);
    wire_free(&w);
    hands_turn(e->h);
}

/* Takes everything that comes, until nothing does. */
static WORLD_UNUSED void ehr_take_all(struct ehr *e)
{
    size_t before;

    do {
        before = e->count;
        ehr_answer(e, "AA", "");
    } while (e->count > before);
}

/* Segment `name` (its `nth`, from 1) of a message and in it field n, as HL7 counts; in `out`. */
static WORLD_UNUSED const char *ehr_field(const struct ehr *e, size_t message, const char *name,
                                          unsigned nth, unsigned n, char out[256])
{
    const char *at = e->sent[message].text;

    (void)snprintf(out, 256, "%s", "");
    for (; at && *at; at = strchr(at, '\r') ? strchr(at, '\r') + 1 : NULL) {
        if (strncmp(at, name, 3) != 0 || at[3] != '|' || --nth > 0)
            continue;
        for (n -= strcmp(name, "MSH") == 0; n > 0 && at; n--) {
            at += strcspn(at, "|\r");
            at = *at == '|' ? at + 1 : NULL;
        }
        if (at)
            (void)snprintf(out, 256, "%.*s", (int)strcspn(at, "|\r"), at);
        break;
    }
    return out;
}

static WORLD_UNUSED void ehr_said(const struct ehr *e, size_t message, const char *name,
                                  unsigned nth, unsigned n, const char *expected)
{
    char text[256];

    assert_true(message < e->count);
    assert_string_equal(ehr_field(e, message, name, nth, n, text), expected);
}

/* A provider signs the order as it stands. */
static WORLD_UNUSED void ehr_sign(struct ehr *e, const struct store_specimen *p)
{
    struct store_actor by = world_actor(&e->h->world);
    char version[STORE_VERSION_SIZE];
    const struct store_review review = { .order = p->order,
                                         .version = version,
                                         .signed_off = true,
                                         .meaning = "REVIEWED",
                                         .disposition = "no-action" };

    by.person = e->h->world.provider;
    by.role = "provider";
    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_order_version(e->h->world.store, p->order, version));
    WORLD_MUST(store_review_add(e->h->world.store, &by, &review, NULL));
    hands_turn(e->h);
}

/* A specimen with a result, of a patient of its own. */
static WORLD_UNUSED struct store_specimen ehr_result(struct ehr *e, const char *value)
{
    struct store_specimen p;

    WORLD_MUST(turn_begin(&e->h->core));
    p = world_specimen(&e->h->world, &e->h->arena);
    (void)world_result(&e->h->world, &p, value, SEVERITY_NORMAL, 0);
    hands_turn(e->h);
    return p;
}

#endif
