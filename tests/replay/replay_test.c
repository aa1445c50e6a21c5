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

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { CUTS = 100, FLIP_ALL_BELOW = 20 * 1024, FLIP_SAMPLES = 2000 };

static struct session sessions[SESSIONS_MAX];
static size_t session_count;

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

static void test_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < session_count; i++)
        for (size_t len = 0; len < sessions[i].byte_count; len++) {
            struct taker t;
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
    assert_nothing_invented(s, &t, "flipped", where);
    for (size_t i = 0; i < t.lines.count; i++)
        whole += !is_incomplete(t.lines.at[i]);
    for (size_t i = 0; i < s->expected.count; i++)
        expected += !is_incomplete(s->expected.at[i]);
    taker_free(&t);
    return whole < expected;
}

/* One bit and then all bits of each byte. Nobody sends again here, so that most damage costs a
 * record: a test that flips nothing would not see that. */
static void test_flipped(void **state)
{
    size_t flips = 0, lost = 0;

    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        const struct session *s = &sessions[i];
        size_t samples = s->byte_count < FLIP_ALL_BELOW ? s->byte_count : FLIP_SAMPLES;
        uint32_t seed = (uint32_t)i + 17;
        for (size_t k = 0; k < samples; k++) {
            size_t where = samples == s->byte_count ? k : draw(&seed) % s->byte_count;
            lost += flip_at(s, where, (uint8_t)(1u << (draw(&seed) % 8)));
            lost += flip_at(s, where, 0xff);
            flips += 2;
        }
    }
    assert_true(lost > flips / 2);
}

static void feed_byte(const struct session *s, struct player *p, size_t *at)
{
    size_t step = s->reports ? 64 : 1;
    uint8_t bytes[64];

    for (size_t i = 0; i < step; i++)
        bytes[i] = s->bytes[*at + i].byte;
    player_feed(p, s->bytes[*at].at, span_of(bytes, step));
    *at += step;
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

/* `where` lies in the value or unit of the result with the number `index`: every other result of
 * the text must stay what it was. */
static void change_and_compare(const struct session *s, struct buffer *text, size_t where,
                               size_t index, const struct results *before)
{
    struct results after;
    uint8_t was = text->at[where];

    text->at[where] = other_word(was);
    decode_results(s, buffer_span(text), &after);
    text->at[where] = was;
    if (after.count != before->count)
        fail_msg("%s: a change in a value changed how many results there are", s->path);
    for (size_t i = 0; i < after.count; i++)
        if (i != index && strcmp(after.at[i], before->at[i]) != 0)
            fail_msg("%s: a change in result %zu reached another:\n%s\n%s", s->path, index + 1,
                     before->at[i], after.at[i]);
    results_free(&after);
}

/* Goes through the text; fields 4 and 5 of each R record are changed byte by byte. */
static size_t change_values(const struct session *s, struct buffer *text,
                            const struct results *before)
{
    size_t changed = 0, index = 0;
    unsigned field = 0;
    bool in_result = false;
    uint8_t delimiter = text->len > 1 ? text->at[1] : '|';

    for (size_t i = 0; i < text->len; i++) {
        uint8_t byte = text->at[i];
        if (i == 0 || text->at[i - 1] == '\r') {
            index += in_result;
            in_result = byte == 'R';
            field = 1;
        }
        field += byte == delimiter;
        if (!in_result || (field != 4 && field != 5) || !is_word(byte))
            continue;
        change_and_compare(s, text, i, index, before);
        changed++;
    }
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
    assert_true(changed > 100);
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
        for (size_t k = 0; k < text.len; k++) {
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
    (void)state;
    for (size_t i = 0; i < session_count; i++) {
        struct buffer text;
        const char *id;
        buffer_init(&text, LIMIT_MESSAGE);
        session_text(&sessions[i], &text);
        id = profile_recognise(buffer_span(&text));
        if (text.len)
            assert_string_equal(id ? id : "", profile_id(sessions[i].profile));
        buffer_free(&text);
    }
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
    session_count = sessions_load(sessions);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    sessions_free(sessions, session_count);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expected_is_json), cmocka_unit_test(test_whole),
        cmocka_unit_test(test_all_at_once),      cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_random_cuts),      cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped),          cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_unprotected_text), cmocka_unit_test(test_any_byte_of_text),
        cmocka_unit_test(test_recognised),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
