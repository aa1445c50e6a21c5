/*
 * Memory runs out at every single place: each task is done with its first allocation failing, its
 * second, and so on until none fails; once with only that one failing and once with all behind it.
 * What comes back is an error, or exactly what comes back otherwise; never half, no crash, no leak.
 */
#include "core/base/buffer.h"
#include "core/base/limits.h"
#include "instruments/recording/decode.h"
#include "labels/draw/label.h"
#include "labels/draw/tracing.h"
#include "tests/fault/memory.h"
#include "tests/support/ecg_tracing.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"
#include "web/api.h"

enum { OUTPUT_ROOM = 1 << 17, TOO_MANY = 100000 };

/* What a task gives, in memory that cannot fail. */
static struct output {
    char bytes[OUTPUT_ROOM];
    size_t len;
} output, whole;

static void put(const void *bytes, size_t len)
{
    assert_true(len <= sizeof output.bytes - output.len);
    memcpy(output.bytes + output.len, bytes, len);
    output.len += len;
}

/* `task` gives ERROR_OK with its output, or an error; `scene` is its own. */
static void exhaust(enum error (*task)(void *scene), void (*check)(void *scene, enum error e),
                    void *scene)
{
    for (int all = 0; all < 2; all++) {
        unsigned long n;
        output.len = 0;
        memory_fail_at(0, false);
        assert_int_equal(task(scene), ERROR_OK);
        check(scene, ERROR_OK);
        whole = output;
        for (n = 1; n < TOO_MANY; n++) {
            enum error e;
            bool failed;
            output.len = 0;
            memory_fail_at(n, all);
            e = task(scene);
            failed = memory_failed();
            memory_fail_at(0, false);
            check(scene, e);
            if (e == ERROR_OK &&
                (output.len != whole.len || memcmp(output.bytes, whole.bytes, whole.len) != 0))
                fail_msg("allocation %lu failed, and the answer is another one", n);
            if (!failed) {
                assert_int_equal(e, ERROR_OK);
                break;
            }
        }
        print_message("  %lu allocations%s\n", n - 1, all ? ", and all behind" : "");
        assert_true(n > 1 && n < TOO_MANY);
    }
}

static void no_check(void *scene, enum error e)
{
    (void)scene;
    (void)e;
}

/* A recorded session to records. */

static const char session[] =
    "H|\\^&|||Bench^1.0\rP|1||MRN-7||BENCH-TEST^A\rO|1|260312000161||^^^GLU|R||||||N\r"
    "R|1|^^^GLU|5.9|mg/dL||H||F\rC|1|I|a note\rL|1|N\r";

static enum error take_record(void *context, const struct record *record)
{
    struct buffer line;
    enum error e;
    (void)context;
    buffer_init(&line, 1 << 16);
    e = record_to_json(record, &line);
    if (e == ERROR_OK)
        put(line.at, line.len);
    buffer_free(&line);
    return e;
}

static enum error decode(void *scene)
{
    const struct decode_options options = { .profile = "generic-lis02" };
    const struct decode_sink sink = { .record = take_record };
    struct complaint why = { "" };
    (void)scene;
    return decode_bytes("session", span_text(session), &options, &sink, &why);
}

static void a_session_is_decoded(void **state)
{
    (void)state;
    exhaust(decode, no_check, NULL);
}

/* Packets, and JSON to packets and back. */

static enum error convert(void *scene)
{
    static const char body_text[] =
        "{\"mrn\":\"1\",\"family\":\"LONG-TEST\",\"birth_date\":\"1980-01-02\",\"sex\":\"F\","
        "\"provider\":\"p\",\"test\":[\"A1C\",\"LIPID\"]}";
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    struct complaint why = { "" };
    json_t *body = NULL;
    enum error e = api_parse(span_text(body_text), &body, &why);
    (void)scene;
    if (e != ERROR_OK)
        return e;
    e = api_to_wire(WIRE_ORDER_ENTER, body, 7, "0123", &w, &why);
    if (e == ERROR_OK)
        e = wire_finish(&w, &packet);
    if (e == ERROR_OK)
        e = wire_read(packet, WIRE_WEB, &m, &why);
    if (e == ERROR_OK)
        put(packet.at, packet.len);
    wire_free(&w);
    json_decref(body);
    return e;
}

static void a_request_becomes_a_packet(void **state)
{
    (void)state;
    exhaust(convert, no_check, NULL);
}

static enum error print_reply(const struct wire_message *reply)
{
    struct buffer out;
    json_t *object = api_from_reply(reply);
    enum error e;
    if (!object)
        return ERROR_NO_MEMORY;
    buffer_init(&out, 1 << 16);
    e = api_print(object, &out);
    if (e == ERROR_OK)
        put(out.at, out.len);
    buffer_free(&out);
    return e;
}

static enum error reply(void *scene)
{
    struct wire_writer w;
    struct wire_message m;
    struct span packet;
    struct complaint why = { "" };
    enum error e;
    (void)scene;
    wire_begin(&w, WIRE_REPLY);
    wire_put_number(&w, WIRE_F_ID, 7);
    wire_put_number(&w, WIRE_F_STATUS, ERROR_OK);
    wire_put_text(&w, WIRE_F_SENTENCE, "The order was entered.");
    wire_put_text(&w, WIRE_F_ORDER, "1001");
    e = wire_finish(&w, &packet);
    if (e == ERROR_OK)
        e = wire_read(packet, WIRE_CORE, &m, &why);
    if (e == ERROR_OK)
        e = print_reply(&m);
    wire_free(&w);
    return e;
}

static void a_reply_becomes_json(void **state)
{
    (void)state;
    exhaust(reply, no_check, NULL);
}

/* A label in each format that says the same each time. */

struct drawing {
    struct label_drawer *drawer;
    enum label_format format;
};

static enum error draw(void *scene)
{
    const struct drawing *d = scene;
    const struct label label = { .accession = "260312000161",
                                 .family = "Ib\u00e1\u00f1ez-TEST",
                                 .given = "Mar\u00eda Jos\u00e9",
                                 .mrn = "00900001",
                                 .birth_date = "1980-01-02",
                                 .sex = "F" };
    struct complaint why = { "" };
    struct buffer out;
    enum error e;
    buffer_init(&out, LABEL_PICTURE_MAX);
    e = label_draw(d->drawer, &label, (struct label_medium) { LABEL_STOCK_2X1, 203 }, d->format,
                   &out, NULL, &why);
    if (e == ERROR_OK)
        put(out.at, out.len);
    buffer_free(&out);
    return e;
}

static void a_label_is_drawn(void **state)
{
    static const enum label_format formats[] = { LABEL_SVG, LABEL_PNG };
    struct drawing d = { NULL, LABEL_SVG };
    struct complaint why = { "" };
    (void)state;
    if (label_draw_prepare(&d.drawer, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        d.format = formats[i];
        exhaust(draw, no_check, &d);
    }
    label_draw_free(d.drawer);
}

/* An EKG likewise. */

struct tracing_scene {
    struct label_drawer *drawer; /* NULL: as SVG */
    struct ecg ecg;
};

static enum error draw_tracing(void *scene)
{
    const struct tracing_scene *s = scene;
    const struct tracing_overread overread = { .opinion = "agree", .reading = "Sinus rhythm." };
    const struct tracing_report report = { .family = "MARLOWE-TEST", .overread = &overread };
    struct complaint why = { "" };
    struct buffer out;
    enum error e;
    buffer_init(&out, OUTPUT_ROOM);
    if (s->drawer)
        e = tracing_draw_pdf(s->drawer, &s->ecg, tracing_view_usual(), &report, &out, &why);
    else
        e = tracing_draw_svg(&s->ecg, tracing_view_usual(), "MARLOWE-TEST", &out, &why);
    if (e == ERROR_OK)
        put(out.at, out.len);
    buffer_free(&out);
    return e;
}

static void an_ekg_is_drawn(void **state)
{
    struct tracing_scene s = { NULL, { 0 } };
    struct complaint why = { "" };
    struct arena arena;
    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_tracing_make(&arena, (struct ecg_tracing) { 50, 10, 4, false }, &s.ecg),
                     ERROR_OK);
    exhaust(draw_tracing, no_check, &s);
    if (label_draw_prepare(&s.drawer, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    exhaust(draw_tracing, no_check, &s);
    label_draw_free(s.drawer);
    arena_free(&arena);
}

/* Facts in a transaction: all of them or none, and the store goes on. */

static enum error add_facts(struct world *w, unsigned number)
{
    char mrn[16];
    const struct store_actor by = world_actor(w);
    struct store_patient patient = { 0, mrn, "MEMORY-TEST", "Ida", "1981-03-14", "F" };
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = &w->test,
                                 .test_count = 1 };
    struct store_order_key key;
    enum error e;
    (void)snprintf(mrn, sizeof mrn, "m%u", number);
    e = store_patient_add(w->store, &patient, w->assistant, w->now, &order.patient);
    return e == ERROR_OK ? store_order_enter(w->store, &by, &order, &key) : e;
}

struct storing {
    struct world world;
    unsigned number;
    int64_t before, facts; /* that one transaction adds; 0 until the first did */
};

static enum error store_facts(void *scene)
{
    struct storing *s = scene;
    struct complaint why = { "" };
    enum error e;

    s->before = store_head(s->world.store).id;
    s->number++;
    e = store_begin(s->world.store);
    if (e == ERROR_OK)
        e = add_facts(&s->world, s->number);
    if (e == ERROR_OK)
        return store_commit(s->world.store, &why);
    store_rollback(s->world.store);
    return e;
}

/* With memory again: what was said is so, and the store works. */
static void check_facts(void *scene, enum error e)
{
    struct storing *s = scene;
    int64_t added;

    assert_int_equal(store_begin(s->world.store), ERROR_OK);
    store_rollback(s->world.store);
    added = store_head(s->world.store).id - s->before;
    if (s->facts == 0)
        s->facts = added;
    assert_int_equal(added, e == ERROR_OK ? s->facts : 0);
}

static void facts_are_stored_whole_or_not_at_all(void **state)
{
    static struct storing s;
    int64_t last;
    (void)state;
    world_open(&s.world);
    exhaust(store_facts, check_facts, &s);
    last = store_head(s.world.store).id;
    store_close(s.world.store);
    assert_int_equal(store_open(s.world.path, &s.world.store, NULL), ERROR_OK);
    assert_int_equal(store_head(s.world.store).id, last);
    world_close(&s.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_decoded),
        cmocka_unit_test(a_request_becomes_a_packet),
        cmocka_unit_test(a_reply_becomes_json),
        cmocka_unit_test(a_label_is_drawn),
        cmocka_unit_test(an_ekg_is_drawn),
        cmocka_unit_test(facts_are_stored_whole_or_not_at_all),
    };
    memory_take_over();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
