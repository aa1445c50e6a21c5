/* Files of EKG carts: read once, kept whole, proposed to the order at the cart, never believed. */
#include "tests/unit/test.h"

#include "tests/matching/ekg.h"

#include <stdio.h>

static const struct ekg_patient jane = { "00012", "Doe-TEST", "Jane", "1981-03-14", "F" };
static const struct ekg_patient john = { "00013", "Roe-TEST", "John", "1950-12-01", "M" };
static const struct ekg_header as_jane = { "12", "DOE-TEST^JANE", "1981-03-14", "F", NULL };
static const struct ekg_header as_john = { "13", "ROE-TEST^JOHN", "1950-12-01", "M", NULL };
static const struct ekg_header as_nobody = { NULL, NULL, NULL, NULL, NULL };

static const char reason_of[] =
    "SELECT reason_code FROM message WHERE kind = 'ecg' ORDER BY id DESC LIMIT 1";
static const char disposition_of[] =
    "SELECT disposition FROM message WHERE kind = 'ecg' ORDER BY id DESC LIMIT 1";
static const char proposed_of[] = "SELECT o.number FROM tracing x JOIN orders o ON o.id = "
                                  "x.proposed ORDER BY x.id DESC LIMIT 1";
static const char differs_of[] = "SELECT differs FROM tracing ORDER BY id DESC LIMIT 1";
static const char waiting[] = "SELECT count(*) FROM held";

/* Jane's EKG is open at the cart, John has been ordered one as well. */
struct room {
    struct world *w;
    struct device cart, reader;
    struct store_order_key jane, john;
    struct ecg ecg;
};

static void room_open(struct room *r, void **state)
{
    r->w = *state;
    r->jane = ekg_order(r->w, &jane);
    r->john = ekg_order(r->w, &john);
    ekg_open(r->w, "cart-1", r->jane.id);
    ekg_attach_cart(&r->cart, r->w, "cart-1");
    ekg_attach_reader(&r->reader, r->w);
}

/* The cart sends a file and the reader says that. */
static void send_as(struct room *r, const char *bytes, const struct ekg_header *h)
{
    ekg_send_file(&r->cart, bytes, 4, SESSION_END_NORMAL);
    ekg_fill(&r->ecg, h);
    ekg_answer(&r->reader, &r->ecg);
}

static void a_file_proposes_itself_and_waits(void **state)
{
    struct room r;

    room_open(&r, state);
    send_as(&r, "file of Jane", &as_jane);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
    assert_string_equal(ekg_told(r.w, disposition_of), "held");
    assert_string_equal(ekg_told(r.w, proposed_of), r.jane.number);
    assert_string_equal(ekg_told(r.w, differs_of), "");
    assert_int_equal(world_count(r.w, waiting), 1);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM waveform"), 2);
    assert_int_equal(world_count(r.w, "SELECT size FROM tracing"), 12);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM decoded"), 1);
    assert_string_equal(ekg_told(r.w, "SELECT type FROM event ORDER BY id DESC LIMIT 1"),
                        "ekg-received");
    assert_string_equal(ekg_told(r.w, "SELECT lower(hex(original)) = lower(hex(text_hash)) FROM "
                                      "tracing x JOIN message m ON m.id = x.message"),
                        "1");
}

static void another_patient_is_held_with_both_shown(void **state)
{
    struct room r;

    room_open(&r, state);
    send_as(&r, "file of John", &as_john);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-differs");
    assert_string_equal(ekg_told(r.w, proposed_of), r.jane.number);
    assert_string_equal(ekg_told(r.w, differs_of), "id, name, birth date, sex");
}

static void who_names_nobody_says_so(void **state)
{
    struct room r;

    room_open(&r, state);
    send_as(&r, "a PDF", &as_nobody);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed");
    assert_string_equal(ekg_told(r.w, proposed_of), r.jane.number);
}

static void with_no_order_open_nothing_is_guessed(void **state)
{
    struct room r;

    room_open(&r, state);
    ekg_open(r.w, "cart-1", 0);
    send_as(&r, "file of Jane", &as_jane);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-no-order");
    assert_string_equal(ekg_told(r.w, proposed_of), "(none)");
}

static void an_order_is_open_at_one_cart_only(void **state)
{
    struct room r;
    struct device other;

    room_open(&r, state);
    ekg_attach_cart(&other, r.w, "cart-2");
    ekg_send_file(&other, "file of Jane", 4, SESSION_END_NORMAL);
    ekg_fill(&r.ecg, &as_jane);
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-no-order");
}

static void a_file_of_an_earlier_visit_differs(void **state)
{
    struct room r;
    struct ekg_header old = as_jane;

    room_open(&r, state); /* 2026-03-12 at 02:20 of the site */
    old.recorded_at = "2026-03-11T02:00:00";
    send_as(&r, "file of Jane, yesterday", &old);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-differs");
    assert_string_equal(ekg_told(r.w, differs_of), "time of recording");
    old.recorded_at = "2026-03-12T02:21:00";
    send_as(&r, "file of Jane, today", &old);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
    old.recorded_at = "2027-03-12T02:21:00";
    send_as(&r, "file of Jane, of a clock that is wrong", &old);
    assert_string_equal(ekg_told(r.w, differs_of), "time of recording");
}

/* A day without a time, and a time as some carts write it, are held against the day as well. */
static void a_file_of_another_day_differs_however_it_is_written(void **state)
{
    static const char *const days[] = { "2025-06-02", "20250602", "06-02-2025 10:00",
                                        "2027-03-12" };
    struct room r;
    struct ekg_header old = as_jane;

    room_open(&r, state); /* 2026-03-12 of the site */
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        old.recorded_at = days[i];
        send_as(&r, days[i], &old);
        assert_string_equal(ekg_told(r.w, differs_of), "time of recording");
    }
    old.recorded_at = "2026-03-12";
    send_as(&r, "today", &old);
    assert_string_equal(ekg_told(r.w, differs_of), "");
}

/* What names nobody and was recorded while Jane's was open is not proposed as John's without doubt,
 * who came to the cart after her. */
static void what_was_recorded_for_the_one_before_differs(void **state)
{
    struct room r;
    struct ekg_header unnamed = as_nobody;

    room_open(&r, state); /* 02:20:00 by the site's clock, and the cart's */
    r.w->now += 10 * 60000 + 400;
    ekg_open(r.w, "cart-1", r.john.id);
    r.w->now += 60000;
    unnamed.recorded_at = "2026-03-12T03:25:00"; /* a clock that is ahead */
    send_as(&r, "ahead", &unnamed);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed");
    unnamed.recorded_at = "2026-03-12T02:29:59";
    send_as(&r, "sent late", &unnamed);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-differs");
    assert_string_equal(ekg_told(r.w, differs_of), "time of recording");
    assert_string_equal(ekg_told(r.w, proposed_of), r.john.number);
    unnamed.recorded_at = "2026-03-12T02:30:00"; /* perhaps after John had come */
    send_as(&r, "of that second", &unnamed);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed");
    unnamed.recorded_at = "2026-03-12T02:30";
    send_as(&r, "of that minute", &unnamed);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed");
    unnamed.recorded_at = "2026-03-12T01:40:00"; /* nobody was at the cart */
    send_as(&r, "of a clock that is behind", &unnamed);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed");
}

/* A live cart's recording says nobody's name: it is of whoever was on the table as it began. */
static void a_live_recording_is_of_the_order_that_was_open_as_it_began(void **state)
{
    struct room r;
    int64_t cart;

    room_open(&r, state);
    r.w->now += 60000; /* it begins 5 s later, and takes 10 s */
    r.w->now += 10000;
    ekg_open(r.w, "cart-1", r.john.id);
    assert_int_equal(store_begin(r.w->store), ERROR_OK);
    assert_int_equal(
        store_cart_set(r.w->store, "cart-1", WORLD_EKG_PROFILE, "folder:/x", true, r.w->now, &cart),
        ERROR_OK);
    world_turn(r.w);
    r.w->now += 5000;
    ekg_send_file(&r.cart, "ten seconds", 4, SESSION_END_NORMAL);
    ekg_fill(&r.ecg, &as_nobody);
    r.ecg.format = ECG_FORMAT_CONTEC_LIVE;
    r.ecg.leads[0].rate = r.ecg.leads[1].rate = 0.5;
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, proposed_of), r.jane.number);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-unnamed"); /* people changed meanwhile */
    /* the next one is John's */
    r.w->now += 20000;
    ekg_send_file(&r.cart, "ten more seconds", 4, SESSION_END_NORMAL);
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, proposed_of), r.john.number);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
}

static void a_stick_finds_the_only_order_that_fits(void **state)
{
    struct room r;
    struct device stick;

    room_open(&r, state);
    ekg_attach_cart(&stick, r.w, "import");
    ekg_send_file(&stick, "file of John", 4, SESSION_END_NORMAL);
    ekg_fill(&r.ecg, &as_john);
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
    assert_string_equal(ekg_told(r.w, proposed_of), r.john.number);
    (void)ekg_order(r.w, &john); /* now two would fit */
    ekg_send_file(&stick, "another one of John", 4, SESSION_END_NORMAL);
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-no-order");
    ekg_open(r.w, "import", r.jane.id);
    ekg_send_file(&stick, "a third one of John", 4, SESSION_END_NORMAL);
    ekg_answer(&r.reader, &r.ecg);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-differs");
    assert_string_equal(ekg_told(r.w, proposed_of), r.jane.number);
}

static void the_same_file_is_asked_about_once(void **state)
{
    struct room r;

    room_open(&r, state);
    for (int i = 0; i < 3; i++)
        send_as(&r, "file of Jane", &as_jane);
    assert_string_equal(ekg_told(r.w, disposition_of), "repeat");
    assert_int_equal(world_count(r.w, waiting), 1);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM tracing"), 1);
    assert_int_equal(world_count(r.w, "SELECT count(DISTINCT repeats) FROM message"), 2);
}

static void a_file_put_aside_and_sent_again_is_news(void **state)
{
    struct ingest_resolve resolve = { .kind = RESOLUTION_NOT_OURS, .reason = "a demonstration" };
    struct complaint why = { "" };
    struct store_actor by;
    struct room r;

    room_open(&r, state);
    by = world_actor(r.w);
    send_as(&r, "file of Jane", &as_jane);
    resolve.by = &by;
    resolve.accession = "";
    resolve.message = world_count(r.w, "SELECT message FROM held");
    assert_int_equal(store_begin(r.w->store), ERROR_OK);
    assert_int_equal(ingest_resolve(r.w->ingest, &resolve, NULL, &why), ERROR_OK);
    world_turn(r.w);
    assert_int_equal(world_count(r.w, waiting), 0);
    send_as(&r, "file of Jane", &as_jane);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
}

static void an_ekg_is_never_linked_to_a_specimen(void **state)
{
    struct ingest_resolve resolve = { .kind = RESOLUTION_LINK, .reason = "it fits" };
    static const char *const two[] = { "name", "birth date" };
    struct complaint why = { "" };
    struct store_actor by;
    struct room r;

    room_open(&r, state);
    by = world_actor(r.w);
    send_as(&r, "file of Jane", &as_jane);
    resolve.by = &by;
    resolve.accession = "260312000019";
    resolve.identifiers = two;
    resolve.identifier_count = 2;
    resolve.message = world_count(r.w, "SELECT message FROM held");
    assert_int_equal(store_begin(r.w->store), ERROR_OK);
    assert_int_equal(ingest_resolve(r.w->ingest, &resolve, NULL, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "EKG"));
    resolve.kind = RESOLUTION_QC;
    assert_int_equal(ingest_resolve(r.w->ingest, &resolve, NULL, &why), ERROR_BAD_INPUT);
    world_turn(r.w);
}

static void what_cannot_be_read_waits_with_the_reason(void **state)
{
    struct room r;

    room_open(&r, state);
    ekg_send_file(&r.cart, "not an EKG", 4, SESSION_END_NORMAL);
    ekg_refuse(&r.reader, "The checksum of section 3 is wrong.");
    assert_string_equal(ekg_told(r.w, reason_of), "unreadable");
    assert_string_equal(ekg_told(r.w, "SELECT reason FROM message WHERE kind = 'ecg'"),
                        "The checksum of section 3 is wrong.");
    assert_string_equal(ekg_told(r.w, "SELECT json_extract(record, '$.format') FROM message WHERE "
                                      "kind = 'ecg'"),
                        "");
    assert_int_equal(world_count(r.w, waiting), 1);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM tracing"), 0);
    ekg_send_file(&r.cart, "not an EKG", 4, SESSION_END_NORMAL);
    ekg_refuse(&r.reader, "The checksum of section 3 is wrong.");
    assert_int_equal(world_count(r.w, waiting), 1);
}

static void what_broke_off_and_came_whole_asks_nobody(void **state)
{
    struct room r;

    room_open(&r, state);
    ekg_send_file(&r.cart, "file of ", 4, SESSION_END_CHILD_LOST);
    ekg_refuse(&r.reader, "The file broke off.");
    assert_string_equal(ekg_told(r.w, disposition_of), "incomplete");
    assert_int_equal(world_count(r.w, waiting), 1);
    send_as(&r, "file of Jane", &as_jane);
    assert_int_equal(world_count(r.w, waiting), 1);
    assert_string_equal(ekg_told(r.w, "SELECT kind FROM resolution"), "superseded");
    ekg_send_file(&r.cart, "quite another", 4, SESSION_END_CHILD_LOST);
    ekg_refuse(&r.reader, "The file broke off.");
    send_as(&r, "a third file", &as_jane);
    assert_int_equal(world_count(r.w, waiting), 3); /* it is not the beginning of that one */
}

static void the_whole_one_may_be_read_first(void **state)
{
    struct device second;
    struct room r;
    uint8_t hash[32];

    room_open(&r, state);
    ekg_send_file(&r.cart, "file of ", 4, SESSION_END_CHILD_LOST);
    ekg_send_file(&r.cart, "file of Jane", 4, SESSION_END_NORMAL);
    assert_true(ekg_next(&r.reader, hash)); /* the reader dies on the broken one */
    device_detach(&r.reader);
    ekg_attach_reader(&second, r.w);
    assert_true(ekg_next(&second, hash));
    device_detach(&second);
    ekg_attach_reader(&second, r.w);
    ekg_fill(&r.ecg, &as_jane);
    ekg_answer(&second, &r.ecg);
    assert_string_equal(ekg_told(r.w, reason_of), "ekg-confirm");
    assert_string_equal(ekg_told(r.w, "SELECT reason_code FROM message WHERE kind = 'ecg' ORDER BY "
                                      "id LIMIT 1"),
                        "incomplete");
    assert_int_equal(world_count(r.w, waiting), 1);
}

static void a_file_that_ends_the_reader_twice_is_shown(void **state)
{
    struct room r;
    uint8_t hash[32];

    room_open(&r, state);
    ekg_send_file(&r.cart, "poison", 0, SESSION_END_NORMAL);
    for (int i = 0; i < 2; i++) {
        assert_true(ekg_next(&r.reader, hash));
        device_detach(&r.reader);
        ekg_attach_reader(&r.reader, r.w);
    }
    assert_false(ekg_next(&r.reader, hash));
    assert_string_equal(ekg_told(r.w, reason_of), "unreadable");
    assert_non_null(strstr(ekg_told(r.w, "SELECT reason FROM message"), "twice"));
    assert_int_equal(world_count(r.w, waiting), 1);
    assert_false(ingest_undecoded(r.w->ingest, true));
}

static void the_reader_gets_one_file_at_a_time_and_no_lab_session(void **state)
{
    struct device lab, decoder;
    struct room r;
    uint8_t hash[32];

    room_open(&r, state);
    device_attach(&lab, r.w, "a1c-1");
    device_begin(&lab);
    assert_int_equal(device_keep(&lab, "lab"), ERROR_OK);
    world_turn(r.w);
    device_detach(&lab);
    ekg_send_file(&r.cart, "one", 0, SESSION_END_NORMAL);
    ekg_send_file(&r.cart, "two", 0, SESSION_END_NORMAL);
    assert_true(ekg_next(&r.reader, hash)); /* ekg_next asserts that it is one session */
    assert_int_equal(world_count(r.w, "SELECT profile = 'ekg-files' FROM session ORDER BY id DESC "
                                      "LIMIT 1"),
                     1);
    device_attach(&decoder, r.w, NULL);
    assert_true(ingest_undecoded(r.w->ingest, false));
    world_forget_packets(r.w);
    assert_int_equal(store_begin(r.w->store), ERROR_OK);
    assert_int_equal(ingest_decode(r.w->ingest, decoder.child), ERROR_OK);
    world_turn(r.w);
    assert_int_equal(r.w->packet_count, 1);
}

static void a_reader_that_lies_is_ended(void **state)
{
    struct room r;
    struct ecg less;
    struct ecg_lead leads[2];
    uint8_t hash[32], other[32];

    room_open(&r, state);
    ekg_send_file(&r.cart, "file of Jane", 4, SESSION_END_NORMAL);
    ekg_fill(&r.ecg, &as_jane);
    assert_true(ekg_next(&r.reader, hash));
    memcpy(other, hash, sizeof other);
    other[0] ^= 1;
    assert_int_equal(ekg_tracing(&r.reader, hash, &r.ecg), ERROR_BAD_INPUT); /* no samples */
    assert_int_equal(ekg_done(&r.reader), ERROR_BAD_INPUT);                  /* not a word */
    assert_int_equal(ekg_waveforms(&r.reader, &r.ecg), ERROR_OK);
    assert_int_equal(ekg_waveforms(&r.reader, &r.ecg), ERROR_BAD_INPUT);      /* backwards */
    assert_int_equal(ekg_tracing(&r.reader, other, &r.ecg), ERROR_BAD_INPUT); /* another file */
    less = r.ecg;
    memcpy(leads, r.ecg.leads, sizeof leads);
    leads[1].count = 4;
    less.leads = leads;
    assert_int_equal(ekg_tracing(&r.reader, hash, &less), ERROR_BAD_INPUT); /* too many samples */
    leads[1].count = 5;
    less.lead_count = 1;
    assert_int_equal(ekg_tracing(&r.reader, hash, &less), ERROR_BAD_INPUT); /* of no lead */
    world_turn(r.w);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM message"), 0);
    device_detach(&r.reader);
}

static void a_cart_decodes_nothing_itself(void **state)
{
    struct record_result result;
    struct record record = world_record("260312000019", &result);
    struct room r;

    room_open(&r, state);
    device_begin(&r.cart);
    assert_int_equal(device_keep(&r.cart, "x"), ERROR_OK);
    world_turn(r.w);
    assert_int_equal(device_send(&r.cart, &record, "x"), ERROR_BAD_INPUT);
    assert_int_equal(ekg_refusal(&r.cart, (const uint8_t[32]) { 0 }, "no"), ERROR_BAD_INPUT);
    world_turn(r.w);
}

static void a_failed_commit_is_read_again(void **state)
{
    struct room r;
    uint8_t hash[32];

    room_open(&r, state);
    ekg_send_file(&r.cart, "file of Jane", 4, SESSION_END_NORMAL);
    ekg_fill(&r.ecg, &as_jane);
    assert_true(ekg_next(&r.reader, hash));
    assert_int_equal(ekg_waveforms(&r.reader, &r.ecg), ERROR_OK);
    assert_int_equal(ekg_tracing(&r.reader, hash, &r.ecg), ERROR_OK);
    assert_int_equal(ekg_done(&r.reader), ERROR_OK);
    world_fail(r.w);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM tracing"), 0);
    assert_true(ingest_undecoded(r.w->ingest, true));
    ekg_answer(&r.reader, &r.ecg);
    assert_int_equal(world_count(r.w, "SELECT count(*) FROM tracing"), 1);
    assert_false(ekg_next(&r.reader, hash));
}

static void what_is_urgent_stands_first(void **state)
{
    static const struct {
        const char *statement, *severity, *rate, *qtc;
        int severity_row;
        const char *why;
    } rows[] = {
        { "Sinus rhythm", "NORMAL ECG", "60", "420", 0, "[]" },
        { "Sinus rhythm", "ABNORMAL ECG", "60", "420", 1, "[\"ABNORMAL ECG\"]" },
        { "Borderline T wave changes", "", "60", "420", 1, "[\"Borderline T wave changes\"]" },
        { "ANTERIOR INFARCT, POSSIBLY ACUTE", "ABNORMAL ECG", "60", "", 2,
          "[\"ABNORMAL ECG\",\"acute infarct: ANTERIOR INFARCT, POSSIBLY ACUTE\"]" },
        { "OLD INFERIOR INFARCT", "", "60", "", 0, "[]" },
        { "Run of VT", "", "", "", 2, "[\"VT: Run of VT\"]" },
        { "SVT, RVT, VTX", "", "", "", 0, "[]" },
        { "Sinus bradycardia", "", "39", "", 2, "[\"Rate 39 /min\"]" },
        { "Sinus bradycardia", "", "40", "", 0, "[]" },
        { "Sinus tachycardia", "", "130", "", 0, "[]" },
        { "Sinus tachycardia", "", "131", "", 2, "[\"Rate 131 /min\"]" },
        { "Sinus rhythm", "", "", "499", 0, "[]" },
        { "Sinus rhythm", "", "", "500", 2, "[\"QTc 500 ms\"]" },
        { NULL, "", "60", "420", 1, "[\"The cart made no statement.\"]" },
    };
    struct room r;

    room_open(&r, state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char bytes[32];
        (void)snprintf(bytes, sizeof bytes, "file number %zu", i);
        ekg_send_file(&r.cart, bytes, 4, SESSION_END_NORMAL);
        ekg_fill(&r.ecg, &as_jane);
        r.ecg.statements.at[0] = rows[i].statement;
        r.ecg.statements.count = rows[i].statement != NULL;
        r.ecg.severity = rows[i].severity;
        r.ecg.measurements[ECG_HEART_RATE] = rows[i].rate;
        r.ecg.measurements[ECG_QTC] = rows[i].qtc;
        ekg_answer(&r.reader, &r.ecg);
        assert_string_equal(ekg_told(r.w, "SELECT routing FROM tracing ORDER BY id DESC LIMIT 1"),
                            rows[i].why);
        assert_int_equal(world_count(r.w, "SELECT severity FROM tracing ORDER BY id DESC LIMIT 1"),
                         rows[i].severity_row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_file_proposes_itself_and_waits),
        IN_WORLD(another_patient_is_held_with_both_shown),
        IN_WORLD(who_names_nobody_says_so),
        IN_WORLD(with_no_order_open_nothing_is_guessed),
        IN_WORLD(an_order_is_open_at_one_cart_only),
        IN_WORLD(a_file_of_an_earlier_visit_differs),
        IN_WORLD(a_file_of_another_day_differs_however_it_is_written),
        IN_WORLD(what_was_recorded_for_the_one_before_differs),
        IN_WORLD(a_live_recording_is_of_the_order_that_was_open_as_it_began),
        IN_WORLD(a_stick_finds_the_only_order_that_fits),
        IN_WORLD(the_same_file_is_asked_about_once),
        IN_WORLD(a_file_put_aside_and_sent_again_is_news),
        IN_WORLD(an_ekg_is_never_linked_to_a_specimen),
        IN_WORLD(what_cannot_be_read_waits_with_the_reason),
        IN_WORLD(what_broke_off_and_came_whole_asks_nobody),
        IN_WORLD(the_whole_one_may_be_read_first),
        IN_WORLD(a_file_that_ends_the_reader_twice_is_shown),
        IN_WORLD(the_reader_gets_one_file_at_a_time_and_no_lab_session),
        IN_WORLD(a_reader_that_lies_is_ended),
        IN_WORLD(a_cart_decodes_nothing_itself),
        IN_WORLD(a_failed_commit_is_read_again),
        IN_WORLD(what_is_urgent_stands_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
