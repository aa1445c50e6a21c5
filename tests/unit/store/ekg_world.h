/*
 * EKGs in the small clinic of world.h: an order, a tracing with two leads out of a file of two
 * frames, ties. Everything is invented.
 */
#ifndef PHIAL_TESTS_UNIT_STORE_EKG_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_EKG_WORLD_H

#include "core/store/tracings.h"
#include "tests/unit/store/world.h"

#include <sodium.h>

struct ekg_world {
    int64_t cart, test;
};

static WORLD_UNUSED struct ekg_world ekg_world_open(struct world *w)
{
    const struct store_test test = { .code = "EKG",
                                     .name = "12-lead EKG",
                                     .specimen_type = STORE_NO_SPECIMEN,
                                     .container = "none",
                                     .active = true };
    struct ekg_world e;

    WORLD_MUST(store_test_add(w->store, &test, w->now, &e.test));
    WORLD_MUST(
        store_cart_set(w->store, "cart-1", "ekg-files", "folder:/x", false, w->now, &e.cart));
    return e;
}

/* The next invented patient with an order for an EKG. */
static WORLD_UNUSED struct store_order_key ekg_world_order(struct world *w,
                                                           const struct ekg_world *e)
{
    int64_t lab = w->test;
    struct store_order_key key;

    w->test = e->test;
    key = world_order(w);
    w->test = lab;
    return key;
}

/* Another EKG order of the patient of that order. */
static WORLD_UNUSED struct store_order_key
ekg_world_again(struct world *w, const struct ekg_world *e, const struct store_order_key *first)
{
    const struct store_actor by = world_actor(w);
    struct store_order order = { .provider = "dana",
                                 .priority = "stat",
                                 .mode = "oral",
                                 .reason = "chest pain",
                                 .tests = &e->test,
                                 .test_count = 1 };
    struct store_order_found found;
    struct store_order_key key;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_order_by_number(w->store, &a, first->number, &found));
    order.patient = found.patient_id;
    WORLD_MUST(store_order_enter(w->store, &by, &order, &key));
    arena_free(&a);
    return key;
}

static WORLD_UNUSED void ekg_world_leads(int32_t samples[2][4], struct ecg_lead leads[2])
{
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 4; k++)
            samples[i][k] = k == 2 ? ECG_GAP : (i + 1) * 100 - k;
        leads[i] = (struct ecg_lead) { .id = i ? ECG_LEAD_II : ECG_LEAD_I,
                                       .name = i ? "II" : "I",
                                       .recorded = true,
                                       .rate = 500,
                                       .microvolts_per_unit = 2.5,
                                       .samples = samples[i],
                                       .count = 4 };
    }
}

/* What a tracing says; the name sets whose it is, `recorded_at` when. */
struct ekg_world_file {
    const char *name, *recorded_at, *severity;
    int64_t proposed;
    int urgent; /* severity of the row */
};

static WORLD_UNUSED int64_t ekg_world_tracing(struct world *w, const struct ekg_world *e,
                                              const struct ekg_world_file *file)
{
    static const char bytes[] = "the first frame and the second one of a file";
    const char *statements[] = { "Sinus rhythm" };
    const struct store_actor by = { .instrument = e->cart, .at = w->now };
    struct ecg ecg;
    struct store_message message = { .ecg = &ecg,
                                     .received_at = w->now,
                                     .disposition = DISPOSITION_HELD,
                                     .reason_code = "ekg-confirm",
                                     .reason = "Confirm it." };
    struct store_tracing tracing = { .format = ECG_FORMAT_SCP,
                                     .size = sizeof bytes - 1,
                                     .proposed = file->proposed,
                                     .differs = "",
                                     .severity = file->urgent,
                                     .routing = file->urgent ? "[\"ABNORMAL ECG\"]" : "[]",
                                     .at = w->now };
    int32_t samples[2][4];
    struct ecg_lead leads[2];
    struct buffer packed;
    int64_t id;

    ecg_init(&ecg);
    ekg_world_leads(samples, leads);
    ecg.format = ECG_FORMAT_SCP;
    ecg.patient_name = file->name;
    ecg.recorded_at = file->recorded_at ? file->recorded_at : "";
    ecg.severity = file->severity ? file->severity : "";
    ecg.statements = (struct text_list) { statements, 1 };
    ecg.leads = leads;
    ecg.lead_count = 2;
    WORLD_MUST(
        store_session_open(w->store, e->cart, "ekg-files", "folder:/x", w->now, &message.session));
    for (int i = 0; i < 2; i++)
        WORLD_MUST(store_frame_add(w->store, message.session, i + 1, WIRE_FROM_INSTRUMENT, w->now,
                                   i ? span_text(bytes + 15) : span_of((const uint8_t *)bytes, 15),
                                   NULL));
    WORLD_MUST(store_session_end(w->store, message.session, SESSION_END_NORMAL, w->now, NULL));
    WORLD_MUST(store_session_decoded(w->store, message.session, w->now, NULL));
    (void)crypto_hash_sha256(message.hash, (const uint8_t *)&w->now, sizeof w->now);
    memcpy(tracing.original, message.hash, sizeof message.hash);
    WORLD_MUST(store_message_add(w->store, &message, &tracing.message));
    WORLD_MUST(store_tracing_add(w->store, &by, &tracing, &id));
    buffer_init(&packed, 1024);
    for (int i = 0; i < 2; i++) {
        buffer_clear(&packed);
        WORLD_MUST(ecg_samples_pack(&leads[i], &packed));
        WORLD_MUST(store_waveform_add(w->store, id, i, buffer_span(&packed)));
    }
    buffer_free(&packed);
    w->now += 60000;
    return id;
}

/* Ties, or with order 0 takes off. */
static WORLD_UNUSED enum error ekg_world_tie(struct world *w, int64_t tracing, int64_t order)
{
    const struct store_actor by = world_actor(w);
    const struct store_tie tie = { .tracing = tracing,
                                   .order = order,
                                   .identifiers = order ? "name, birth date" : "",
                                   .differs = "",
                                   .reason = order ? "" : "not hers" };

    return store_tie_add(w->store, &by, &tie, NULL);
}

/* Signs what stands as the provider. */
static WORLD_UNUSED enum error ekg_world_overread(struct world *w, int64_t order, int64_t tracing,
                                                  const char *opinion)
{
    const struct store_actor by = { .person = w->provider, .role = "provider", .at = w->now };
    char version[STORE_VERSION_SIZE] = "";
    struct store_overread overread = { .tracing = tracing,
                                       .opinion = opinion,
                                       .reading = "Sinus rhythm, nothing new.",
                                       .renderer = "test-1",
                                       .layout = "3x4 standard 25 10" };

    WORLD_MUST(store_order_version(w->store, order, version));
    overread.review = (struct store_review) {
        .order = order, .version = version, .signed_off = true, .meaning = "OVERREAD_CONFIRMED"
    };
    memset(overread.picture, 0x5a, sizeof overread.picture);
    return store_overread_add(w->store, &by, &overread, NULL);
}

/* One row at least in every table of EKGs. */
static WORLD_UNUSED void ekg_world_fill(struct world *w)
{
    const struct store_actor by = world_actor(w);
    struct ekg_world e = ekg_world_open(w);
    struct store_order_key order = ekg_world_order(w, &e);
    const struct ekg_world_file file = { .name = "Nr1-TEST^Ida", .proposed = order.id };
    int64_t first, second;

    WORLD_MUST(store_procedure_add(w->store, &by, e.cart, order.id, NULL));
    first = ekg_world_tracing(w, &e, &file);
    second = ekg_world_tracing(w, &e, &file);
    WORLD_MUST(ekg_world_tie(w, first, order.id));
    WORLD_MUST(ekg_world_tie(w, second, order.id));
    WORLD_MUST(store_choice_add(w->store, &by, order.id, second, "artefact in the first", NULL));
    WORLD_MUST(ekg_world_overread(w, order.id, second, "agree"));
}

#endif
