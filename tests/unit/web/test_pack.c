/* A part of the inspector's pack that the page cannot keep: core is told that nobody waits. */
#include "tests/unit/test.h"

#include "core/store/pack.h"
#include "web/pack.h"
#include "web/view.h"

static unsigned more, over, refused, answered;

enum error channel_send(struct channel *c, struct wire_writer *w)
{
    struct wire_message m;
    struct span packet;

    (void)c;
    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_WEB, &m, NULL), ERROR_OK);
    assert_int_equal(wire_number(&m, WIRE_F_ID), 7);
    if (wire_number(&m, WIRE_F_LAST))
        over++;
    else
        more++;
    wire_free(w);
    return ERROR_OK;
}

void request_done(struct request *r)
{
    r->web->waiting = NULL;
}

void request_refuse(struct request *r, enum error e, const char *sentence)
{
    assert_int_not_equal(e, ERROR_OK);
    assert_true(*sentence);
    r->status = 500;
    refused++;
}

void server_answer(struct request *r)
{
    r->answered = true;
    answered++;
}

const char *view_member(json_t *object, const char *name)
{
    (void)object;
    (void)name;
    return "2026-03-14";
}

void visitors_know(struct visitors *v, struct MHD_Connection *connection)
{
    (void)v;
    (void)connection;
}

bool pack_day_begins(const char *day, int add, int64_t *at)
{
    (void)day;
    (void)add;
    *at = 0;
    return true;
}

static void part(struct web *web, enum error status, bool last)
{
    struct wire_message m;
    struct wire_writer w;
    struct span packet;

    wire_begin(&w, WIRE_PART);
    wire_put_number(&w, WIRE_F_ID, 7);
    wire_put_number(&w, WIRE_F_STATUS, (uint64_t)status);
    wire_put_number(&w, WIRE_F_LAST, last);
    wire_put_bytes(&w, WIRE_F_BYTES, span_of("PKPK", 4));
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_CORE, &m, NULL), ERROR_OK);
    pack_part(web, &m);
    wire_free(&w);
}

/* Begins, with room for so many bytes. */
static void begin(struct web *web, struct request *r, size_t room)
{
    more = over = refused = answered = 0;
    *web = (struct web) { .waiting = NULL };
    *r = (struct request) { .web = web, .id = 7 };
    buffer_init(&r->answer, 0);
    pack_begin(r);
    assert_int_equal(more, 1);
    r->answer.max = room;
}

static void what_cannot_be_kept_is_given_up(void **state)
{
    static struct web web;
    static struct request r;

    (void)state;
    begin(&web, &r, 6);
    part(&web, ERROR_OK, false);
    assert_int_equal(more, 2);
    part(&web, ERROR_OK, false);
    assert_int_equal(more, 2);
    assert_int_equal(over, 1);
    assert_int_equal(refused, 1);
    assert_int_equal(answered, 1);
    buffer_free(&r.answer);
}

static void after_the_last_part_core_knows(void **state)
{
    static struct web web;
    static struct request r;

    (void)state;
    begin(&web, &r, 64);
    part(&web, ERROR_OK, false);
    part(&web, ERROR_OK, true);
    assert_int_equal(over, 0);
    assert_int_equal(refused, 0);
    assert_int_equal(answered, 1);
    buffer_free(&r.answer);
    begin(&web, &r, 64);
    part(&web, ERROR_IO, true);
    assert_int_equal(over, 0);
    assert_int_equal(refused, 1);
    buffer_free(&r.answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_kept_is_given_up),
        cmocka_unit_test(after_the_last_part_core_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
