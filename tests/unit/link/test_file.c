/* The link of whole files: kept before it is acknowledged, cut and joined again, never mixed. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/link/link.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 256, AHEAD = 16 };

struct bench {
    struct link_port port;
    void *link;
    uint64_t tickets;
    unsigned armed, frames, messages, ends, notes;
    struct buffer kept[FRAMES];
    struct buffer text, rest;
    enum session_end how;
    uint8_t answer; /* the byte written last */
    struct buffer written;
    enum error sent;
    unsigned sents;
};

static void on_write(void *context, struct span out)
{
    struct bench *b = context;
    buffer_clear(&b->written);
    assert_int_equal(buffer_put(&b->written, out), ERROR_OK);
    b->answer = out.at[0];
}

static void on_arm(void *context, unsigned ms)
{
    ((struct bench *)context)->armed = ms;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct bench *b = context;
    assert_true(session > 0 && b->frames < FRAMES && frame.len <= LIMIT_FRAME);
    assert_int_equal(direction, WIRE_FROM_INSTRUMENT);
    assert_true(number > 0);
    buffer_init(&b->kept[b->frames], LIMIT_FRAME);
    assert_int_equal(buffer_put(&b->kept[b->frames++], frame), ERROR_OK);
    return ++b->tickets;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct bench *b = context;
    (void)session;
    b->messages++;
    buffer_clear(&b->text);
    assert_int_equal(buffer_put(&b->text, text), ERROR_OK);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct bench *b = context;
    (void)session;
    b->ends++;
    b->how = how;
    buffer_clear(&b->rest);
    if (rest.len)
        assert_int_equal(buffer_put(&b->rest, rest), ERROR_OK);
}

static void on_sent(void *context, enum error how)
{
    struct bench *b = context;
    b->sents++;
    b->sent = how;
}

static void on_note(void *context, const char *what)
{
    (void)what;
    ((struct bench *)context)->notes++;
}

static struct link_time on_now(void *context)
{
    (void)context;
    return (struct link_time) { 0, 0 };
}

static void open_link(struct bench *b, bool instrument)
{
    struct link_options options = { .instrument = instrument };
    b->link = link_file.open(&options, &b->port);
    assert_non_null(b->link);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->port = (struct link_port) { b,        on_write, on_arm,  on_keep, on_message,
                                   on_ended, on_sent,  on_note, on_now };
    buffer_init(&b->text, LIMIT_ECG_FILE);
    buffer_init(&b->rest, LIMIT_MESSAGE);
    buffer_init(&b->written, LIMIT_MESSAGE);
    *state = b;
    return 0;
}

static void drop_frames(struct bench *b)
{
    while (b->frames)
        buffer_free(&b->kept[--b->frames]);
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    link_file.close(b->link);
    drop_frames(b);
    buffer_free(&b->text);
    buffer_free(&b->rest);
    buffer_free(&b->written);
    free(b);
    return 0;
}

static void a_file_is_acknowledged_when_it_is_on_disk(void **state)
{
    struct bench *b = *state;
    open_link(b, false);
    link_file.feed(b->link, span_text("<Report/>"));
    assert_int_equal(b->frames, 1);
    assert_int_equal(b->answer, 0);
    assert_int_equal(b->messages, 0);
    link_file.settled(b->link, 1, ERROR_OK);
    assert_int_equal(b->answer, 0x06);
    assert_int_equal(b->messages, 1);
    assert_true(span_equal(buffer_span(&b->text), span_text("<Report/>")));
    assert_true(span_equal(buffer_span(&b->kept[0]), span_text("<Report/>")));
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_int_equal(b->ends, 1);
}

static void a_file_that_the_disk_refuses_stays(void **state)
{
    struct bench *b = *state;
    open_link(b, false);
    link_file.feed(b->link, span_text("<Report/>"));
    link_file.settled(b->link, 1, ERROR_FULL);
    assert_int_equal(b->answer, 0x15);
    assert_int_equal(b->messages, 0);
    assert_int_equal(b->how, SESSION_END_REFUSED);
    link_file.feed(b->link, span_text("<Report/>")); /* it comes again */
    link_file.settled(b->link, 2, ERROR_OK);
    assert_int_equal(b->answer, 0x06);
    assert_int_equal(b->messages, 1);
}

/* Some length around each cut: what is joined from the journal is the file. */
static void long_files_are_cut_and_joined_again(void **state)
{
    static const size_t lengths[] = { 1,
                                      LIMIT_FRAME - 1,
                                      LIMIT_FRAME,
                                      LIMIT_FRAME + 1,
                                      2 * (LIMIT_FRAME - 1),
                                      2 * LIMIT_FRAME,
                                      LIMIT_MESSAGE };
    struct bench *b = *state;
    struct link_options options = { 0 };
    uint8_t *bytes = malloc(LIMIT_MESSAGE);
    struct link_text joined = { .head = 0 };
    assert_non_null(bytes);
    memset(bytes, 0x17, LIMIT_MESSAGE); /* ETB, to be mistaken */
    buffer_init(&joined.text, LIMIT_MESSAGE);
    open_link(b, false);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct span file = span_of(bytes, lengths[i]);
        bool whole = false;
        b->answer = 0;
        link_file.feed(b->link, file);
        for (unsigned n = 0; n < b->frames; n++) {
            assert_int_equal(b->answer, 0);
            assert_false(whole);
            assert_int_equal(link_file.join(&options, buffer_span(&b->kept[n]), &joined, &whole),
                             ERROR_OK);
            link_file.settled(b->link, b->tickets - b->frames + 1 + n, ERROR_OK);
        }
        assert_int_equal(b->answer, 0x06);
        assert_true(whole);
        assert_true(span_equal(buffer_span(&joined.text), file));
        assert_true(span_equal(buffer_span(&b->text), file));
        link_text_clear(&joined);
        drop_frames(b);
    }
    buffer_free(&joined.text);
    free(bytes);
}

/* The frames of one file, settled one by one; what is joined from them. */
static void keep_whole_file(struct bench *b, struct span file, struct link_text *joined)
{
    const struct link_options options = { .whole_files = true };
    struct buffer bytes;
    bool whole = false;

    buffer_init(&bytes, LIMIT_ECG_FILE);
    b->answer = 0;
    link_file.feed(b->link, file);
    for (unsigned n = 0; n < b->frames; n++) {
        assert_true(b->frames <= n + AHEAD); /* not all of a large file at once */
        assert_int_equal(b->answer, 0);
        assert_false(whole);
        assert_int_equal(buffer_put(&bytes, buffer_span(&b->kept[n])), ERROR_OK);
        assert_int_equal(link_file.join(&options, buffer_span(&b->kept[n]), joined, &whole),
                         ERROR_OK);
        link_file.settled(b->link, b->tickets - b->frames + 1 + n, ERROR_OK);
    }
    assert_true(whole);
    assert_int_equal(b->answer, 0x06);
    assert_true(span_equal(buffer_span(&bytes), file)); /* no byte of ours among them */
    assert_true(span_equal(buffer_span(&joined->text), file));
    assert_true(span_equal(buffer_span(&b->text), file));
    buffer_free(&bytes);
    drop_frames(b);
    link_text_clear(joined);
}

static void open_for_whole_files(struct bench *b)
{
    const struct link_options options = { .whole_files = true };
    b->link = link_file.open(&options, &b->port);
    assert_non_null(b->link);
}

static void frames_of_a_whole_file_are_the_file(void **state)
{
    static const size_t lengths[] = { 1,
                                      LIMIT_FRAME - 1,
                                      LIMIT_FRAME,
                                      LIMIT_FRAME + 1,
                                      2 * LIMIT_FRAME,
                                      LIMIT_MESSAGE,
                                      17 * LIMIT_FRAME,
                                      LIMIT_MESSAGE + 1,
                                      LIMIT_ECG_FILE - 1,
                                      LIMIT_ECG_FILE };
    struct bench *b = *state;
    struct link_text joined = { .head = 0 };
    uint8_t *bytes = malloc(LIMIT_ECG_FILE + 1);

    assert_non_null(bytes);
    memset(bytes, 0x17, LIMIT_ECG_FILE + 1);
    buffer_init(&joined.text, LIMIT_ECG_FILE);
    open_for_whole_files(b);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        keep_whole_file(b, span_of(bytes, lengths[i]), &joined);
    link_file.feed(b->link, span_of(bytes, LIMIT_ECG_FILE + 1));
    assert_int_equal(b->answer, 0x15);
    assert_int_equal(b->frames, 0);
    buffer_free(&joined.text);
    free(bytes);
}

/* What was kept of a whole file that broke off never looks like a whole one. */
static void a_whole_file_that_breaks_off_shows(void **state)
{
    const struct link_options options = { .whole_files = true };
    struct bench *b = *state;
    struct link_text joined = { .head = 0 };
    uint8_t *bytes = calloc(3, LIMIT_FRAME);
    bool whole = true;

    buffer_init(&joined.text, LIMIT_ECG_FILE);
    open_for_whole_files(b);
    link_file.feed(b->link, span_of(bytes, (size_t)3 * LIMIT_FRAME));
    assert_int_equal(b->frames, 4);
    for (unsigned n = 0; n < 3; n++) {
        assert_int_equal(link_file.join(&options, buffer_span(&b->kept[n]), &joined, &whole),
                         ERROR_OK);
        assert_false(whole);
    }
    link_file.settled(b->link, 1, ERROR_OK);
    link_file.lost(b->link);
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    assert_int_equal(b->rest.len, LIMIT_FRAME);
    buffer_free(&joined.text);
    free(bytes);
}

static void a_part_on_disk_is_told_as_broken_off(void **state)
{
    struct bench *b = *state;
    uint8_t *bytes = calloc(1, 2 * LIMIT_FRAME);
    open_link(b, false);
    link_file.feed(b->link, span_of(bytes, 2 * LIMIT_FRAME));
    assert_int_equal(b->frames, 3);
    link_file.settled(b->link, 1, ERROR_OK);
    link_file.settled(b->link, 2, ERROR_FULL);
    assert_int_equal(b->answer, 0);
    link_file.settled(b->link, 3, ERROR_OK);
    assert_int_equal(b->answer, 0x15);
    assert_int_equal(b->how, SESSION_END_REFUSED);
    assert_int_equal(b->rest.len, LIMIT_FRAME - 1);
    free(bytes);
}

static void what_comes_out_of_turn_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t *bytes = calloc(1, LIMIT_MESSAGE + 1);
    open_link(b, false);
    link_file.feed(b->link, span_of(bytes, 0));
    assert_int_equal(b->answer, 0x15);
    b->answer = 0;
    link_file.feed(b->link, span_of(bytes, LIMIT_MESSAGE + 1));
    assert_int_equal(b->answer, 0x15);
    assert_int_equal(b->frames, 0);
    assert_int_equal(b->ends, 0);
    free(bytes);
}

/* The port went away with a file under way: its late answer is not the next file's. */
static void a_lost_file_ends_and_the_next_starts_clean(void **state)
{
    struct bench *b = *state;
    open_link(b, false);
    link_file.feed(b->link, span_text("one"));
    link_file.lost(b->link);
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    link_file.feed(b->link, span_text("two"));
    link_file.settled(b->link, 1, ERROR_OK);
    assert_int_equal(b->answer, 0);
    link_file.settled(b->link, 2, ERROR_OK);
    assert_int_equal(b->answer, 0x06);
    assert_true(span_equal(buffer_span(&b->text), span_text("two")));
}

static void the_instrument_waits_for_its_answer(void **state)
{
    struct bench *b = *state;
    open_link(b, true);
    assert_int_equal(link_file.send(b->link, span_text("<Report/>")), ERROR_OK);
    assert_true(span_equal(buffer_span(&b->written), span_text("<Report/>")));
    assert_int_equal(link_file.send(b->link, span_text("<Report/>")), ERROR_BUSY);
    link_file.feed(b->link, span_text("\x06"));
    assert_int_equal(b->sents, 1);
    assert_int_equal(b->sent, ERROR_OK);
    assert_int_equal(link_file.send(b->link, span_text("<Report/>")), ERROR_OK);
    link_file.feed(b->link, span_text("\x15"));
    assert_int_equal(b->sent, ERROR_IO);
    assert_int_equal(link_file.send(b->link, span_text("<Report/>")), ERROR_OK);
    assert_true(b->armed > 0);
    link_file.expired(b->link);
    assert_int_equal(b->sent, ERROR_CLOSED);
    assert_int_equal(b->sents, 3);
}

#define WITH_LINK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_LINK(a_file_is_acknowledged_when_it_is_on_disk),
        WITH_LINK(a_file_that_the_disk_refuses_stays),
        WITH_LINK(long_files_are_cut_and_joined_again),
        WITH_LINK(frames_of_a_whole_file_are_the_file),
        WITH_LINK(a_whole_file_that_breaks_off_shows),
        WITH_LINK(a_part_on_disk_is_told_as_broken_off),
        WITH_LINK(what_comes_out_of_turn_is_refused),
        WITH_LINK(a_lost_file_ends_and_the_next_starts_clean),
        WITH_LINK(the_instrument_waits_for_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
