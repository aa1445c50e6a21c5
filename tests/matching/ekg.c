/* The cart, the reader, and what they say. */
#include "tests/matching/ekg.h"

#include "tests/unit/test.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>

enum { PIECE = 7 }; /* of a waveform, so that there are several */

struct store_order_key ekg_order(struct world *w, const struct ekg_patient *p)
{
    const struct store_actor by = world_actor(w);
    struct store_patient patient = { 0, p->mrn, p->family, p->given, p->birth_date, p->sex };
    struct store_order order = { .provider = "dr1",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .test_count = 1 };
    struct store_patient known;
    struct store_order_key key;
    struct store_test test;
    struct arena a;

    arena_init(&a, 1 << 20);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    if (store_patient_by_mrn(w->store, &a, p->mrn, &known) == ERROR_OK)
        order.patient = known.id;
    else
        assert_int_equal(store_patient_add(w->store, &patient, w->person, w->now, &order.patient),
                         ERROR_OK);
    assert_int_equal(store_test_by_code(w->store, &a, "EKG", &test), ERROR_OK);
    order.tests = &test.id;
    assert_int_equal(store_order_enter(w->store, &by, &order, &key), ERROR_OK);
    world_turn(w);
    arena_free(&a);
    return key;
}

void ekg_open(struct world *w, const char *cart, int64_t order)
{
    const struct store_actor by = world_actor(w);
    int64_t instrument, id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(
        store_cart_set(w->store, cart, WORLD_EKG_PROFILE, "folder:/x", false, w->now, &instrument),
        ERROR_OK);
    assert_int_equal(store_procedure_add(w->store, &by, instrument, order, &id), ERROR_OK);
    world_turn(w);
}

void ekg_attach_cart(struct device *d, struct world *w, const char *cart)
{
    struct complaint why = { "" };

    memset(d, 0, sizeof *d);
    d->world = w;
    d->child = ++w->next_child;
    if (ingest_attach(w->ingest, d->child, cart, WORLD_EKG_PROFILE, "folder:/x", &why) != ERROR_OK)
        fail_msg("%s", why.text);
}

void ekg_attach_reader(struct device *d, struct world *w)
{
    memset(d, 0, sizeof *d);
    d->world = w;
    d->child = ++w->next_child;
    assert_int_equal(ingest_attach_decoder(w->ingest, d->child, true), ERROR_OK);
}

static void keep(struct device *cart, uint64_t number, struct span bytes)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_KEEP);
    wire_put_number(&w, WIRE_F_TICKET, ++cart->ticket);
    wire_put_number(&w, WIRE_F_SESSION, cart->session);
    wire_put_number(&w, WIRE_F_FRAME_NUMBER, number);
    wire_put_number(&w, WIRE_F_DIRECTION, WIRE_FROM_INSTRUMENT);
    wire_put_bytes(&w, WIRE_F_BYTES, bytes);
    assert_int_equal(device_give(cart, &w), ERROR_OK);
}

void ekg_send_file(struct device *cart, const char *bytes, size_t piece, enum session_end how)
{
    size_t len = strlen(bytes), number = 0;
    struct wire_writer w;

    device_begin(cart);
    for (size_t at = 0; at < len || number == 0;) {
        size_t n = piece && len - at > piece ? piece : len - at;
        keep(cart, ++number, span_of((const uint8_t *)bytes + at, n));
        at += n;
    }
    world_turn(cart->world);
    wire_begin(&w, WIRE_SESSION_END);
    wire_put_number(&w, WIRE_F_SESSION, cart->session);
    wire_put_number(&w, WIRE_F_ENDING, how);
    assert_int_equal(device_give(cart, &w), ERROR_OK);
    world_turn(cart->world);
    cart->world->now += 1000;
}

void ekg_fill(struct ecg *e, const struct ekg_header *h)
{
    static int32_t samples[2][5] = { { 1, 2, 3, -4, 5 }, { 10, 20, 30, 40, ECG_GAP } };
    static struct ecg_lead leads[2];
    static const char *statement = "Sinus rhythm";

    ecg_init(e);
    e->format = ECG_FORMAT_SCP;
    e->patient_id = h->id ? h->id : "";
    e->patient_name = h->name ? h->name : "";
    e->patient_birth_date = h->birth_date ? h->birth_date : "";
    e->patient_sex = h->sex ? h->sex : "";
    e->recorded_at = h->recorded_at ? h->recorded_at : "";
    e->model = "Cart 1";
    e->statements = (struct text_list) { &statement, 1 };
    for (int i = 0; i < 2; i++)
        leads[i] = (struct ecg_lead) { .id = i ? ECG_LEAD_II : ECG_LEAD_I,
                                       .name = i ? "II" : "I",
                                       .recorded = true,
                                       .rate = 500,
                                       .microvolts_per_unit = 5,
                                       .samples = samples[i],
                                       .count = 5 };
    e->leads = leads;
    e->lead_count = 2;
}

/* ---- The reader ---- */

bool ekg_next(struct device *reader, uint8_t hash[32])
{
    struct world *w = reader->world;
    crypto_hash_sha256_state state;
    struct complaint why = { "" };
    struct wire_message m;
    bool any = false;

    world_forget_packets(w);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(ingest_decode(w->ingest, reader->child), ERROR_OK);
    world_turn(w);
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < w->packet_count; i++) {
        struct span piece;
        size_t at = 0;
        if (wire_read(span_of(w->packets[i], w->packet_lens[i]), WIRE_CORE, &m, &why) != ERROR_OK)
            fail_msg("%s", why.text);
        assert_int_equal(m.type, WIRE_DECODE);
        assert_true(!any || reader->session == wire_number(&m, WIRE_F_SESSION));
        any = true;
        reader->session = wire_number(&m, WIRE_F_SESSION);
        while (wire_next(&m, WIRE_F_BYTES, &at, &piece))
            crypto_hash_sha256_update(&state, piece.at, piece.len);
        assert_int_equal(wire_number(&m, WIRE_F_LAST), i + 1 == w->packet_count);
    }
    crypto_hash_sha256_final(&state, hash);
    return any;
}

enum error ekg_waveforms(struct device *reader, const struct ecg *e)
{
    struct buffer packed;
    enum error error = ERROR_OK;

    buffer_init(&packed, LIMIT_ECG_PACKED);
    for (size_t i = 0; i < e->lead_count; i++) {
        buffer_clear(&packed);
        assert_int_equal(ecg_samples_pack(&e->leads[i], &packed), ERROR_OK);
        for (size_t at = 0; error == ERROR_OK && at < packed.len; at += PIECE) {
            size_t n = packed.len - at < PIECE ? packed.len - at : PIECE;
            struct wire_writer w;
            wire_begin(&w, WIRE_WAVEFORM);
            wire_put_number(&w, WIRE_F_SESSION, reader->session);
            wire_put_number(&w, WIRE_F_ORDINAL, i);
            wire_put_bytes(&w, WIRE_F_BYTES, span_of(packed.at + at, n));
            error = device_give(reader, &w);
        }
    }
    buffer_free(&packed);
    return error;
}

static enum error say(struct device *reader, const uint8_t hash[32], const char *format,
                      const char *facts, const char *why)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_TRACING);
    wire_put_number(&w, WIRE_F_SESSION, reader->session);
    wire_put_bytes(&w, WIRE_F_HASH, span_of(hash, 32));
    if (format)
        wire_put_text(&w, WIRE_F_FORMAT, format);
    if (facts)
        wire_put_text(&w, WIRE_F_FACTS, facts);
    if (why)
        wire_put_text(&w, WIRE_F_COMPLAINT, why);
    return device_give(reader, &w);
}

enum error ekg_tracing(struct device *reader, const uint8_t hash[32], const struct ecg *e)
{
    struct buffer facts;
    enum error error;

    buffer_init(&facts, LIMIT_ECG_FACTS);
    assert_int_equal(ecg_to_json(e, false, &facts), ERROR_OK);
    assert_int_equal(buffer_put_byte(&facts, 0), ERROR_OK);
    error = say(reader, hash, ecg_format_id(e->format), (const char *)facts.at, NULL);
    buffer_free(&facts);
    return error;
}

enum error ekg_refusal(struct device *reader, const uint8_t hash[32], const char *why)
{
    return say(reader, hash, NULL, NULL, why);
}

enum error ekg_done(struct device *reader)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_SESSION_END);
    wire_put_number(&w, WIRE_F_SESSION, reader->session);
    wire_put_number(&w, WIRE_F_ENDING, SESSION_END_NORMAL);
    wire_put_number(&w, WIRE_F_COUNT, 1);
    return device_give(reader, &w);
}

void ekg_answer(struct device *reader, const struct ecg *e)
{
    uint8_t hash[32];

    assert_true(ekg_next(reader, hash));
    assert_int_equal(ekg_waveforms(reader, e), ERROR_OK);
    assert_int_equal(ekg_tracing(reader, hash, e), ERROR_OK);
    assert_int_equal(ekg_done(reader), ERROR_OK);
    world_turn(reader->world);
}

void ekg_refuse(struct device *reader, const char *why)
{
    uint8_t hash[32];

    assert_true(ekg_next(reader, hash));
    assert_int_equal(ekg_refusal(reader, hash, why), ERROR_OK);
    assert_int_equal(ekg_done(reader), ERROR_OK);
    world_turn(reader->world);
}

const char *ekg_told(struct world *w, const char *sql)
{
    static char text[512];
    struct sqlite3 *db = world_database(w);
    sqlite3_stmt *q;
    int code;

    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    code = sqlite3_step(q);
    (void)snprintf(text, sizeof text, "%s",
                   code == SQLITE_ROW && sqlite3_column_text(q, 0)
                       ? (const char *)sqlite3_column_text(q, 0)
                       : "(none)");
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return text;
}
