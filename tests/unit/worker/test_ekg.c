/*
 * What the EKG reader tells core of a file: samples in pieces, facts at last, or why it is refused.
 * And that a cart is told to record only when it can be.
 *
 * The decoding itself is the test's own, so that each answer can be foreseen.
 */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/worker/ekg.h"
#include "instruments/worker/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct ecg decoded; /* what the file says */
static enum error refused; /* or that it says nothing */

enum error ecg_decode(struct arena *a, struct span file, int64_t now, struct ecg *out,
                      struct complaint *why)
{
    (void)a;
    (void)file;
    assert_int_equal(now, 1234);
    if (refused != ERROR_OK)
        return complain(why, refused, "Section 6 is cut off.");
    *out = decoded;
    return ERROR_OK;
}

struct bench {
    uv_loop_t loop;
    struct channel *core;
    int other; /* core's end */
    uint8_t packet[LIMIT_WIRE];
};

static void on_message(void *context, const struct wire_message *m)
{
    (void)context;
    (void)m;
}

static void on_closed(void *context, enum error how, const struct complaint *why)
{
    (void)context;
    (void)how;
    (void)why;
}

static int set_up(void **state)
{
    const struct channel_events events = { NULL, on_message, on_closed, NULL };
    struct bench *b = calloc(1, sizeof *b);
    int ends[2];

    assert_non_null(b);
    assert_int_equal(uv_loop_init(&b->loop), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    assert_int_equal(channel_open(&b->loop, ends[0], WIRE_CORE, &events, &b->core), ERROR_OK);
    b->other = ends[1];
    ecg_init(&decoded);
    refused = ERROR_OK;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    channel_close(b->core);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&b->loop), 0);
    (void)close(b->other);
    free(b);
    return 0;
}

/* The next message that core gets; what waits goes out meanwhile. */
static struct wire_message hear(struct bench *b, enum wire_type type)
{
    struct wire_message m = { .type = WIRE_TYPE_COUNT };
    struct complaint why = { "" };
    ssize_t len;

    while ((len = recv(b->other, b->packet, sizeof b->packet, MSG_DONTWAIT)) < 0)
        (void)uv_run(&b->loop, UV_RUN_NOWAIT);
    if (wire_read(span_of(b->packet, (size_t)len), WIRE_INSTRUMENT, &m, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(m.type, type);
    return m;
}

static void answer(struct bench *b, const char *file, bool broken)
{
    const struct ekg_file f = { 77, span_text(file), broken, 1234 };
    assert_int_equal(ekg_answer(b->core, &f), ERROR_OK);
}

static void hear_end(struct bench *b)
{
    struct wire_message m = hear(b, WIRE_SESSION_END);
    assert_int_equal(wire_number(&m, WIRE_F_SESSION), 77);
    assert_int_equal(wire_number(&m, WIRE_F_COUNT), 1);
    assert_int_equal(recv(b->other, b->packet, sizeof b->packet, MSG_DONTWAIT), -1);
}

/* A refusal names the file by its hash, and why; nothing else comes of it. */
static void hear_refusal(struct bench *b, const char *file, const char *sentence)
{
    struct wire_message m = hear(b, WIRE_TRACING);
    uint8_t hash[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(hash, (const uint8_t *)file, strlen(file));
    assert_true(span_equal(wire_bytes(&m, WIRE_F_HASH), span_of(hash, sizeof hash)));
    assert_false(wire_has(&m, WIRE_F_FORMAT));
    assert_false(wire_has(&m, WIRE_F_FACTS));
    assert_non_null(strstr(wire_text(&m, WIRE_F_COMPLAINT), sentence));
    hear_end(b);
}

static void make_leads(struct ecg_lead *leads, size_t count, size_t samples)
{
    int32_t *at = calloc(samples, sizeof *at);

    assert_non_null(at);
    for (size_t i = 0; i < samples; i++)
        at[i] = (int32_t)(i * 40503u % 60000u) - 30000;
    for (size_t i = 0; i < count; i++)
        leads[i] = (struct ecg_lead) { .id = (enum ecg_lead_id)i,
                                       .name = ecg_lead_text((enum ecg_lead_id)i),
                                       .recorded = i != 1,
                                       .rate = 500,
                                       .microvolts_per_unit = 5,
                                       .samples = at,
                                       .count = i != 1 ? samples : 0 };
    decoded.leads = leads;
    decoded.lead_count = count;
}

static void test_samples_come_before_facts(void **state)
{
    enum { SAMPLES = 50000 }; /* 100 kB: two pieces a lead */
    struct bench *b = *state;
    struct ecg_lead leads[3];
    struct buffer packed, got, facts;
    struct wire_message m;

    make_leads(leads, 3, SAMPLES);
    buffer_init(&packed, LIMIT_ECG_PACKED);
    buffer_init(&got, LIMIT_ECG_PACKED);
    buffer_init(&facts, LIMIT_ECG_FACTS);
    assert_int_equal(ecg_samples_pack(&leads[0], &packed), ERROR_OK);
    assert_int_equal(ecg_to_json(&decoded, false, &facts), ERROR_OK);
    answer(b, "a file", false);
    for (unsigned lead = 0; lead < 3; lead += 2) { /* lead 1 was not recorded */
        buffer_clear(&got);
        while (got.len < packed.len) {
            m = hear(b, WIRE_WAVEFORM);
            assert_int_equal(wire_number(&m, WIRE_F_ORDINAL), lead);
            assert_int_equal(buffer_put(&got, wire_bytes(&m, WIRE_F_BYTES)), ERROR_OK);
        }
        assert_true(span_equal(buffer_span(&got), buffer_span(&packed)));
    }
    m = hear(b, WIRE_TRACING);
    assert_string_equal(wire_text(&m, WIRE_F_FORMAT), "pdf");
    assert_true(span_equal(span_text(wire_text(&m, WIRE_F_FACTS)), buffer_span(&facts)));
    assert_false(wire_has(&m, WIRE_F_COMPLAINT));
    hear_end(b);
    free(leads[0].samples);
    buffer_free(&packed);
    buffer_free(&got);
    buffer_free(&facts);
}

static void test_a_bad_file_is_refused_in_words(void **state)
{
    refused = ERROR_BAD_INPUT;
    answer(*state, "a file", false);
    hear_refusal(*state, "a file", "Section 6 is cut off.");
}

static void test_a_file_that_broke_off_is_not_even_read(void **state)
{
    refused = ERROR_BUG;
    answer(*state, "half a fi", true);
    hear_refusal(*state, "half a fi", "broke off after 9 bytes");
    answer(*state, "half a fi", true);
    hear_refusal(*state, "half a fi", "record again");
}

static void test_what_is_too_long_to_keep_is_refused_whole(void **state)
{
    struct ecg_lead leads[12];

    make_leads(leads, 12, LIMIT_ECG_PACKED / 12);
    answer(*state, "a day", false);
    hear_refusal(*state, "a day", "longer than Phial keeps");
    free(leads[0].samples);
}

/* ---- WIRE_RUN ---- */

static unsigned told;
static enum error cart_says;

static enum error record_for(void *link_state, unsigned seconds)
{
    (void)link_state;
    told = seconds;
    return cart_says;
}

static const char *run(const struct link *link, bool up, uint64_t seconds)
{
    static struct worker w;

    w = (struct worker) { .link = link, .up = up, .closed = true };
    told = 0;
    worker_on_run(&w, seconds);
    return w.notes[0].what ? w.notes[0].what : "";
}

static void test_a_cart_records_when_it_can(void **state)
{
    const struct link live = { .name = "live", .run = record_for }, files = { .name = "file" };

    (void)state;
    cart_says = ERROR_OK;
    assert_string_equal(run(&live, true, 10), "");
    assert_int_equal(told, 10);
    cart_says = ERROR_BUSY;
    assert_string_equal(run(&live, true, 10), "recording already");
    assert_string_equal(run(&live, false, 10), "cart cannot be started");
    assert_int_equal(told, 0);
    assert_string_equal(run(&live, true, 0), "cart cannot be started");
    assert_string_equal(run(&live, true, 100000), "cart cannot be started");
    assert_string_equal(run(&files, true, 10), "cart cannot be started");
    assert_int_equal(told, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_samples_come_before_facts),
        TEST(test_a_bad_file_is_refused_in_words),
        TEST(test_a_file_that_broke_off_is_not_even_read),
        TEST(test_what_is_too_long_to_keep_is_refused_whole),
        cmocka_unit_test(test_a_cart_records_when_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
