/*
 * Rung 2 of the ladder (DESIGN 9): every recording whole, byte by byte, in random cuts, truncated
 * at every byte, with every byte flipped, and two instruments at once.
 *
 * What is asserted: the same bytes give the same records however they are cut; of damaged bytes no
 * record comes out that was not sent, other than one marked incomplete; and a change in text that
 * no checksum protects reaches only the result it stands in.
 */
#include "tests/replay/replay_session.h"

#include "core/base/limits.h"
#include "instruments/profile/shelf.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CUTS = 100,
    ALL_BELOW = 1024, /* longer sessions are damaged at samples of their bytes */
    SAMPLES = 512,
    SAMPLES_UNPROTECTED = 128, /* where nothing can be asserted but that nothing crashes */
    CHUNK_MAX = 65536
};

/* The profile whose sessions alone are played, or "*". */
static const char *wanted = "*";
static struct session sessions[SESSIONS_MAX];
static size_t session_count;

/* The k-th of the bytes to damage: each, or a sample that always has the last ones. */
static size_t place_of_sample(size_t k, size_t samples, size_t count)
{
    size_t tail = samples < 64 ? samples / 2 : 32;
    if (samples >= count)
        return k;
    if (k + tail >= samples)
        return count - (samples - k);
    return k * (count - tail) / (samples - tail);
}

static size_t sample_count(size_t count, size_t samples)
{
    return count <= ALL_BELOW && samples == SAMPLES ? count : samples < count ? samples : count;
}

/* A small generator with a seed, so that a failure can be repeated. */
static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static bool never(void *context, size_t index)
{
    (void)context;
    (void)index;
    return false;
}

static bool at_random(void *context, size_t index)
{
    (void)index;
    return draw(context) % 23 == 0;
}

static void play_and_compare(const struct session *s, bool (*cut)(void *context, size_t index),
                             void *context)
{
    struct taker t;
    taker_init(&t, s);
    session_play(s, &t, s->bytes, s->byte_count, cut, context);
    lines_assert_equal(s->path, &t.lines, &s->expected);
    taker_free(&t);
}

/* By the recorded chunks and their times, as they came. */
static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        const struct session *s = &sessions[i];
        struct taker t;
        struct player *p;
        taker_init(&t, s);
        p = player_open(s->link, &s->options, &t.sink);
        assert_non_null(p);
        for (size_t k = 0; k < s->recording.chunk_count; k++)
            if (s->recording.chunks[k].direction == WIRE_FROM_INSTRUMENT)
                player_feed(p, s->recording.chunks[k].at, s->recording.chunks[k].bytes);
        player_end(p);
        assert_null(player_damage(p));
        player_close(p);
        lines_assert_equal(s->path, &t.lines, &s->expected);
        taker_free(&t);
    }
}

static void test_all_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        play_and_compare(&sessions[i], never, NULL);
}

static void test_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        play_and_compare(&sessions[i], NULL, NULL);
}

static void test_random_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        for (uint32_t cut = 0; cut < CUTS; cut++) {
            uint32_t seed = cut * 7919 + 1;
            play_and_compare(&sessions[i], at_random, &seed);
        }
}

static bool is_incomplete(const char *line)
{
    return strstr(line, "\"kind\":\"incomplete\"") != NULL;
}

static bool was_sent(const struct session *s, const char *line, size_t *from)
{
    for (size_t i = *from; i < s->expected.count; i++)
        if (strcmp(line, s->expected.at[i]) == 0) {
            *from = i + 1;
            return true;
        }
    return false;
}

/* Each record that is not marked incomplete must be one that was sent, in order. */
static void assert_nothing_invented(const struct session *s, const struct taker *t,
                                    const char *what, size_t where)
{
    size_t from = 0;
    for (size_t i = 0; i < t->lines.count; i++)
        if (!is_incomplete(t->lines.at[i]) && !was_sent(s, t->lines.at[i], &from))
            fail_msg("%s, %s at byte %zu, invented:\n%s", s->path, what, where, t->lines.at[i]);
}

/* Where silence ends a report or a recording, and where a file is taken as it lies, a cut cannot be
 * seen. */
static bool ends_anywhere(const struct session *s)
{
    return s->timed || s->link == &link_file || s->link->run;
}

static void test_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        for (size_t k = 0; k < sample_count(sessions[i].byte_count, SAMPLES); k++) {
            size_t samples = sample_count(sessions[i].byte_count, SAMPLES);
            size_t len = place_of_sample(k, samples, sessions[i].byte_count);
            struct taker t;
            if (ends_anywhere(&sessions[i]))
                break;
            taker_init(&t, &sessions[i]);
            session_play(&sessions[i], &t, sessions[i].bytes, len, never, NULL);
            assert_nothing_invented(&sessions[i], &t, "truncated", len);
            taker_free(&t);
        }
}

/* Whether the flip cost a whole record. */
static bool flip_at(const struct session *s, size_t where, uint8_t mask)
{
    struct taker t;
    size_t whole = 0, expected = 0;

    taker_init(&t, s);
    s->bytes[where].byte ^= mask;
    session_play(s, &t, s->bytes, s->byte_count, NULL, NULL);
    s->bytes[where].byte ^= mask;
    if (s->protected)
        assert_nothing_invented(s, &t, "flipped", where);
    for (size_t i = 0; i < t.lines.count; i++)
        whole += !is_incomplete(t.lines.at[i]);
    for (size_t i = 0; i < s->expected.count; i++)
        expected += !is_incomplete(s->expected.at[i]);
    taker_free(&t);
    return whole < expected;
}

/* One bit, or all bits, of a byte. Nobody sends again here, so that most damage costs a
 * record: a test that flips nothing would not see that. */
static void test_flipped(void **state)
{
    size_t flips = 0, lost = 0;

    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        const struct session *s = &sessions[i];
        size_t samples = sample_count(s->byte_count, s->protected ? SAMPLES : SAMPLES_UNPROTECTED);
        uint32_t seed = (uint32_t)i + 17;
        for (size_t k = 0; k < samples; k++) {
            size_t where = place_of_sample(k, samples, s->byte_count);
            uint8_t mask = (uint8_t)(k % 4 ? 1u << (draw(&seed) % 8) : 0xffu);
            bool gone = flip_at(s, where, mask);
            lost += s->protected && gone;
            flips += s->protected;
        }
    }
    assert_true(lost > flips / 2 || flips == 0);
}

static void feed_byte(const struct session *s, struct player *p, size_t *at)
{
    uint8_t bytes[CHUNK_MAX];
    uint64_t time = s->bytes[*at].at;
    size_t len = 0;

    do {
        assert_true(len < sizeof bytes);
        bytes[len++] = s->bytes[*at].byte;
    } while (!s->bytes[(*at)++].last && s->reports);
    player_feed(p, time, span_of(bytes, len));
}

static void play_together(const struct session *a, const struct session *b, uint32_t seed)
{
    const struct session *both[2] = { a, b };
    struct taker t[2];
    struct player *p[2];
    size_t at[2] = { 0, 0 };

    for (int i = 0; i < 2; i++) {
        taker_init(&t[i], both[i]);
        p[i] = player_open(both[i]->link, &both[i]->options, &t[i].sink);
        assert_non_null(p[i]);
    }
    while (at[0] < a->byte_count || at[1] < b->byte_count) {
        size_t which = draw(&seed) % 2;
        which = at[which] < both[which]->byte_count ? which : 1 - which;
        feed_byte(both[which], p[which], &at[which]);
    }
    for (int i = 0; i < 2; i++) {
        player_end(p[i]);
        player_close(p[i]);
        lines_assert_equal(both[i]->path, &t[i].lines, &both[i]->expected);
        taker_free(&t[i]);
    }
}

static void test_two_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        for (size_t k = 0; k < session_count; k += 1 + session_count / 8)
            play_together(&sessions[i], &sessions[k], (uint32_t)(i * 31 + k));
}

/* Text that no checksum protects. */

struct results {
    char *at[LIMIT_RESULTS];
    size_t count;
};

static void results_free(struct results *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->at[i]);
}

static void decode_results(const struct session *s, struct span text, struct results *out)
{
    struct record *records = NULL;
    size_t count = 0;
    struct arena arena;
    struct buffer json;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    buffer_init(&json, LIMIT_DECODE_ARENA);
    out->count = 0;
    (void)profile_decode(s->profile, text, true, &arena, &records, &count, NULL);
    for (size_t i = 0; i < count; i++) {
        struct record one = records[i];
        one.complaints.count = 0;
        for (size_t k = 0; k < records[i].result_count; k++) {
            one.results = &records[i].results[k];
            one.result_count = 1;
            buffer_clear(&json);
            assert_int_equal(record_to_json(&one, &json), ERROR_OK);
            assert_true(out->count < LIMIT_RESULTS);
            out->at[out->count++] = strndup((const char *)json.at, json.len);
        }
    }
    buffer_free(&json);
    arena_free(&arena);
}

/* The text of all messages of a session, one behind the other. */
static void append_text(void *context, struct span text, bool whole)
{
    if (whole)
        assert_int_equal(buffer_put(context, text), ERROR_OK);
}

static void session_text(const struct session *s, struct buffer *text)
{
    struct player_sink sink = { text, append_text };
    struct player *p = player_open(s->link, &s->options, &sink);
    size_t at = 0;

    assert_non_null(p);
    while (at < s->byte_count)
        feed_byte(s, p, &at);
    player_end(p);
    player_close(p);
}

static bool is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z');
}

/* A letter or digit of another kind in its place. */
static uint8_t other_word(uint8_t byte)
{
    return byte == 'q' ? 'w' : 'q';
}

/* `where` lies in the value or unit of a result: every other one of the text must stay what it
 * was. */
static void change_and_compare(const struct session *s, struct buffer *text, size_t where,
                               const struct results *before)
{
    struct results after;
    uint8_t was = text->at[where];
    size_t changed = 0;

    text->at[where] = other_word(was);
    decode_results(s, buffer_span(text), &after);
    text->at[where] = was;
    for (size_t i = 0; i < before->count && !changed; i++)
        changed = i >= after.count || strcmp(after.at[i], before->at[i]) != 0 ? i + 1 : 0;
    if (after.count == before->count + 1) { /* what [skip] left out for its value is shown now */
        results_free(&after);
        return;
    }
    if (after.count != before->count)
        fail_msg("%s: a change in a value changed how many results there are", s->path);
    for (size_t i = changed; i < after.count; i++)
        if (strcmp(after.at[i], before->at[i]) != 0)
            fail_msg("%s: a change at %zu reached results %zu and %zu:\n%s\n%s", s->path, where,
                     changed, i + 1, before->at[i], after.at[i]);
    results_free(&after);
}

/* Where values stand in a format: fields of a record, counted with its name as the first, or
 * behind a mark up to a quote. */
static const struct value_place {
    const char *format, *mark;
    unsigned first, last; /* 0: behind the mark */
} value_places[] = { { "lis02", "R", 4, 5 },
                     { "hl7", "OBX", 6, 7 },
                     { "poct1a", "OBS.value V=\"", 0, 0 } };

static const struct value_place *place_of(const struct session *s)
{
    for (size_t i = 0; i < sizeof value_places / sizeof value_places[0]; i++)
        if (strcmp(profile_message(s->profile), value_places[i].format) == 0)
            return &value_places[i];
    return NULL;
}

static bool stands_at(const struct buffer *text, size_t at, const char *mark)
{
    size_t len = strlen(mark);
    return text->len - at >= len && memcmp(text->at + at, mark, len) == 0;
}

/* Which bytes of the text are of values or units. */
static void mark_values(const struct value_place *place, const struct buffer *text, bool *out)
{
    uint8_t delimiter = strcmp(place->format, "lis02") == 0 && text->len > 1 ? text->at[1] : '|';
    bool within = false, entity = false;
    unsigned field = 0;

    for (size_t i = 0; i < text->len; i++) {
        if (place->first && (i == 0 || text->at[i - 1] == '\r')) {
            within = stands_at(text, i, place->mark);
            field = 1;
        } else if (!place->first && i >= strlen(place->mark)) {
            within = (within && text->at[i] != '"') ||
                     stands_at(text, i - strlen(place->mark), place->mark);
        }
        field += text->at[i] == delimiter;
        entity = !place->first && (text->at[i] == '&' || (entity && text->at[i - 1] != ';'));
        out[i] =
            within && !entity && (!place->first || (field >= place->first && field <= place->last));
    }
}

static size_t change_values(const struct session *s, struct buffer *text,
                            const struct results *before)
{
    const struct value_place *place = place_of(s);
    bool *values = calloc(text->len + 1, sizeof *values);
    size_t count = 0, changed = 0;

    assert_non_null(values);
    if (place)
        mark_values(place, text, values);
    for (size_t i = 0; i < text->len; i++)
        count += values[i] && is_word(text->at[i]);
    for (size_t i = 0, k = 0; i < text->len; i++)
        if (values[i] && is_word(text->at[i]) && k++ % (1 + count / SAMPLES_UNPROTECTED) == 0) {
            change_and_compare(s, text, i, before);
            changed++;
        }
    free(values);
    return changed;
}

static void test_unprotected_text(void **state)
{
    size_t changed = 0;

    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        struct results before;
        struct buffer text;
        buffer_init(&text, LIMIT_MESSAGE);
        session_text(&sessions[i], &text);
        decode_results(&sessions[i], buffer_span(&text), &before);
        changed += change_values(&sessions[i], &text, &before);
        results_free(&before);
        buffer_free(&text);
    }
    assert_true(changed > 100 || *wanted != '*');
}

/* Bytes without any protection at all: nothing crashes and every text stays plain. */
static void test_any_byte_of_text(void **state)
{
    uint32_t seed = 5;

    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        struct buffer text;
        buffer_init(&text, LIMIT_MESSAGE);
        session_text(&sessions[i], &text);
        for (size_t n = 0; n < sample_count(text.len, SAMPLES_UNPROTECTED); n++) {
            size_t samples = sample_count(text.len, SAMPLES_UNPROTECTED);
            size_t k = place_of_sample(n, samples, text.len);
            struct results ignored;
            uint8_t was = text.at[k];
            text.at[k] = (uint8_t)draw(&seed);
            decode_results(&sessions[i], buffer_span(&text), &ignored);
            results_free(&ignored);
            text.at[k] = was;
        }
        buffer_free(&text);
    }
}

/* Each profile can be told by its own recordings, so that `phial decode` needs no --profile. */
static void test_recognised(void **state)
{
    struct profile_shelf *shelf = NULL;
    int fit;

    (void)state;
    assert_int_equal(profile_shelf_open(NULL, &shelf, NULL), ERROR_OK);
    for (size_t i = 0; i < session_count; i++) {
        const struct profile *found;
        struct buffer text;
        if (profile_is_ekg(sessions[i].profile))
            continue; /* not by a profile */
        buffer_init(&text, LIMIT_MESSAGE);
        session_text(&sessions[i], &text);
        found = profile_shelf_recognise(shelf, buffer_span(&text), &fit);
        if (text.len && (!found || strcmp(profile_id(found), profile_id(sessions[i].profile)) != 0))
            fail_msg("%s is taken for %s", sessions[i].path,
                     found ? profile_id(found) : "nothing known");
        buffer_free(&text);
    }
    profile_shelf_close(shelf);
}

static void test_expected_is_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        for (size_t k = 0; k < sessions[i].expected.count; k++) {
            json_t *line = json_loads(sessions[i].expected.at[k], 0, NULL);
            assert_non_null(json_object_get(line, "kind"));
            json_decref(line);
        }
}

static int load(void **state)
{
    (void)state;
    session_count = sessions_load(sessions, wanted);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    sessions_free(sessions, session_count);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expected_is_json), cmocka_unit_test(test_whole),
        cmocka_unit_test(test_all_at_once),      cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_random_cuts),      cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped),          cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_unprotected_text), cmocka_unit_test(test_any_byte_of_text),
        cmocka_unit_test(test_recognised),
    };
    if (argc > 1)
        wanted = argv[1];
    return cmocka_run_group_tests(tests, load, unload);
}
