/* Loading and playing recordings; see the header. */
#include "tests/replay/replay_session.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

void lines_add(struct lines *l, const char *text, size_t len)
{
    assert_true(l->count < LINES_MAX);
    l->at[l->count] = strndup(text, len);
    assert_non_null(l->at[l->count]);
    l->count++;
}

void lines_free(struct lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->at[i]);
    l->count = 0;
}

void lines_assert_equal(const char *path, const struct lines *got, const struct lines *want)
{
    for (size_t i = 0; i < got->count && i < want->count; i++)
        if (strcmp(got->at[i], want->at[i]) != 0)
            fail_msg("%s, record %zu:\n got %s\nwant %s", path, i + 1, got->at[i], want->at[i]);
    if (got->count != want->count)
        fail_msg("%s: %zu records, not %zu", path, got->count, want->count);
}

static void read_file(const char *path, struct buffer *out)
{
    uint8_t piece[4096];
    size_t got;
    FILE *f = fopen(path, "rbe");

    if (!f)
        fail_msg("%s cannot be opened", path);
    while ((got = fread(piece, 1, sizeof piece, f)) > 0)
        assert_int_equal(buffer_put(out, span_of(piece, got)), ERROR_OK);
    (void)fclose(f);
}

static void load_expected(struct session *s)
{
    struct buffer text;
    char path[300];
    const char *at, *end;

    (void)snprintf(path, sizeof path, "%.*s.json", (int)(strlen(s->path) - strlen(".session")),
                   s->path);
    buffer_init(&text, LIMIT_CAPTURE_FILE);
    read_file(path, &text);
    assert_int_equal(buffer_put_byte(&text, 0), ERROR_OK);
    for (at = (const char *)text.at; (end = strchr(at, '\n')) != NULL; at = end + 1)
        lines_add(&s->expected, at, (size_t)(end - at));
    assert_true(s->expected.count > 0);
    buffer_free(&text);
}

static void flatten(struct session *s)
{
    size_t count = 0;
    const struct recording *r = &s->recording;

    for (size_t i = 0; i < r->chunk_count; i++)
        if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT)
            count += r->chunks[i].bytes.len;
    s->bytes = calloc(count ? count : 1, sizeof *s->bytes);
    assert_non_null(s->bytes);
    for (size_t i = 0; i < r->chunk_count; i++)
        for (size_t k = 0; k < r->chunks[i].bytes.len; k++)
            if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT)
                s->bytes[s->byte_count++] =
                    (struct session_byte) { r->chunks[i].at, r->chunks[i].bytes.at[k],
                                            k + 1 == r->chunks[i].bytes.len, false };
}

/* Whether a checksum shows that a byte was damaged. */
static bool is_protected(const struct session *s)
{
    static const struct link *const links[] = { &link_lis01, &link_contour_hid, &link_clinitek_50 };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (s->link == links[i])
            return true;
    return s->link == &link_text && s->options.framing.sum != LINK_SUM_NONE;
}

/* Where the instrument then says nothing for so long that it means something. */
static void mark_pauses(struct session *s)
{
    enum { PAUSE_MS = 1000 };
    for (size_t i = 0; i + 1 < s->byte_count; i++)
        s->bytes[i].pause = s->bytes[i + 1].at >= s->bytes[i].at + PAUSE_MS;
}

static void load_session(struct session *s, const char *path)
{
    struct buffer text;
    struct complaint why = { "" };
    char folder[256];

    *s = (struct session) { .byte_count = 0 };
    (void)snprintf(s->path, sizeof s->path, "%s", path);
    buffer_init(&text, LIMIT_CAPTURE_FILE);
    read_file(path, &text);
    if (recording_read(path, buffer_span(&text), &s->recording, &why) != ERROR_OK ||
        profile_load(s->recording.profile, NULL, &s->profile, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    buffer_free(&text);
    (void)snprintf(folder, sizeof folder, "tests/replay/%s/", s->recording.profile);
    if (strncmp(path, folder, strlen(folder)) != 0)
        fail_msg("%s stands in the folder of another profile", path);
    s->link = link_find(profile_link(s->profile));
    assert_non_null(s->link);
    s->options = *profile_link_options(s->profile);
    s->reports = link_reads_whole(s->link);
    s->timed = s->link == &link_text && !s->options.framing.end && !*s->options.framing.last_line;
    s->protected = is_protected(s);
    flatten(s);
    mark_pauses(s);
    load_expected(s);
}

size_t sessions_load(struct session *sessions, const char *profile)
{
    char pattern[128];
    glob_t found;
    size_t count;

    (void)snprintf(pattern, sizeof pattern, "tests/replay/%s/*.session", profile);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    count = found.gl_pathc;
    assert_true(count > 0 && count <= SESSIONS_MAX);
    for (size_t i = 0; i < count; i++)
        load_session(&sessions[i], found.gl_pathv[i]);
    globfree(&found);
    return count;
}

void sessions_free(struct session *sessions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        recording_free(&sessions[i].recording);
        profile_free(sessions[i].profile);
        lines_free(&sessions[i].expected);
        free(sessions[i].bytes);
    }
}

/* A file of an EKG cart, as its own reader reads it. */
static void take_ekg(struct taker *t, struct span file)
{
    struct complaint why = { "" };
    struct arena arena;
    struct buffer json;
    struct ecg ecg;

    arena_init(&arena, LIMIT_ECG_ARENA);
    buffer_init(&json, LIMIT_ECG_FACTS);
    if (ecg_decode(&arena, file, 0, &ecg, &why) != ERROR_OK) {
        t->refused_texts++;
    } else {
        assert_int_equal(ecg_to_json(&ecg, false, &json), ERROR_OK);
        lines_add(&t->lines, (const char *)json.at, json.len);
    }
    buffer_free(&json);
    arena_free(&arena);
}

static void take_records(struct taker *t, struct span text, bool whole)
{
    struct record *records = NULL;
    size_t count = 0;
    struct arena arena;
    struct buffer json;

    arena_init(&arena, LIMIT_DECODE_ARENA);
    buffer_init(&json, LIMIT_DECODE_ARENA);
    if (profile_decode(t->session->profile, text, whole, &arena, &records, &count, NULL) !=
        ERROR_OK)
        t->refused_texts++;
    for (size_t i = 0; i < count; i++) {
        buffer_clear(&json);
        assert_int_equal(record_to_json(&records[i], &json), ERROR_OK);
        lines_add(&t->lines, (const char *)json.at, json.len);
    }
    buffer_free(&json);
    arena_free(&arena);
}

static void take_text(void *context, struct span text, bool whole)
{
    struct taker *t = context;
    if (!profile_is_ekg(t->session->profile))
        take_records(t, text, whole);
    else if (whole)
        take_ekg(t, text);
}

void taker_init(struct taker *t, const struct session *s)
{
    *t = (struct taker) { .session = s, .sink = { t, take_text } };
}

void taker_free(struct taker *t)
{
    lines_free(&t->lines);
}

static bool stretch_ends(const struct session *s, const struct session_byte *byte,
                         bool (*cut)(void *context, size_t index), void *context, size_t index)
{
    if (s->reports)
        return byte->last;
    return !cut || cut(context, index) || (byte->last && (s->timed || byte->pause));
}

void session_play(const struct session *s, struct taker *t, const struct session_byte *bytes,
                  size_t count, bool (*cut)(void *context, size_t index), void *context)
{
    uint8_t *stretch = malloc(count ? count : 1);
    struct player *p = player_open(s->link, &s->options, &t->sink);
    size_t len = 0;

    assert_non_null(stretch);
    assert_non_null(p);
    for (size_t i = 0; i < count; i++) {
        stretch[len++] = bytes[i].byte;
        if (stretch_ends(s, &bytes[i], cut, context, i) || i + 1 == count) {
            player_feed(p, bytes[i].at, span_of(stretch, len));
            len = 0;
        }
    }
    player_end(p);
    player_close(p);
    free(stretch);
}
