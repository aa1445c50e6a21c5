/*
 * Who makes the inspector's pack comes and goes: the end of one that rests is no failure of the
 * pack that is asked for next. The children are played here.
 */
#include "tests/unit/test.h"

#include "core/daemon/action.h"

#include <stdlib.h>
#include <string.h>

struct child {
    bool ready, wanted;
    unsigned life, told,
        packs;         /* its life; how many parts came last; how often it was given work */
    enum error status; /* of the last part */
};

bool child_ready(const struct child *c)
{
    return c->ready;
}

unsigned child_life(const struct child *c)
{
    return c->life;
}

void child_wake(struct child *c)
{
    c->wanted = true;
}

void child_rest(struct child *c)
{
    if (c->ready)
        c->wanted = c->ready = false;
}

enum error child_send(struct child *c, struct wire_writer *w)
{
    struct wire_message m;
    struct span packet;

    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_CORE, &m, NULL), ERROR_OK);
    c->packs += m.type == WIRE_PACK;
    if (m.type == WIRE_PART && wire_number(&m, WIRE_F_LAST)) {
        c->told++;
        c->status = (enum error)wire_number(&m, WIRE_F_STATUS);
    }
    wire_free(w);
    return ERROR_OK;
}

enum error child_send_packet(struct child *c, struct span packet)
{
    (void)c;
    (void)packet;
    return ERROR_BUG;
}

struct scene {
    struct core *core;
    struct child web, packer;
};

static void page_wants(struct scene *s, uint64_t id, bool over)
{
    struct wire_message m;
    struct wire_writer w;
    struct span packet;

    wire_begin(&w, WIRE_MORE);
    wire_put_number(&w, WIRE_F_ID, id);
    wire_put_number(&w, WIRE_F_LAST, over);
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_WEB, &m, NULL), ERROR_OK);
    packs_more(s->core, &m);
    wire_free(&w);
}

static void asks(struct scene *s, uint64_t id)
{
    struct wire_message m = { .type = WIRE_VIEW };
    struct signin who = { .name = "Omar Invented", .role = ROLE_AUDITOR };
    struct request r = { .core = s->core, .m = &m, .who = &who, .source = SOURCE_WEB, .id = id };
    struct complaint why = { "" };

    assert_int_equal(packs_ask(&r, true, &why), ERROR_OK);
    page_wants(s, id, false);
}

static void packer_says(struct scene *s, enum wire_type type, uint64_t id, bool last)
{
    struct wire_message m;
    struct wire_writer w;
    struct span packet;

    wire_begin(&w, type);
    if (type == WIRE_PART) {
        wire_put_number(&w, WIRE_F_ID, id);
        wire_put_number(&w, WIRE_F_STATUS, ERROR_OK);
        wire_put_number(&w, WIRE_F_LAST, last);
        wire_put_bytes(&w, WIRE_F_BYTES, span_of("PK", 2));
    }
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(wire_read(packet, WIRE_PACKER, &m, NULL), ERROR_OK);
    packs_child_message(s->core, &m);
    wire_free(&w);
}

static void packer_starts(struct scene *s)
{
    s->packer.life++;
    s->packer.ready = true;
    packer_says(s, WIRE_READY, 0, false);
}

static void packer_ends(struct scene *s)
{
    s->packer.ready = false;
    packs_child_gone(s->core);
}

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);

    s->core = calloc(1, sizeof *s->core);
    s->core->web = &s->web;
    s->core->packer = &s->packer;
    s->web.ready = true;
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;

    free(s->core);
    free(s);
    return 0;
}

static void make_one(struct scene *s, uint64_t id)
{
    asks(s, id);
    assert_true(s->packer.wanted);
    packer_starts(s);
    packer_says(s, WIRE_PART, id, true);
    assert_int_equal(s->web.status, ERROR_OK);
    assert_false(s->packer.wanted);
}

static void one_that_rests_may_end_while_the_next_pack_is_asked_for(void **state)
{
    struct scene *s = *state;

    make_one(s, 1);
    asks(s, 2); /* the process of the first is still there */
    packer_ends(s);
    assert_int_equal(s->web.told, 1);
    assert_true(s->packer.wanted);
    packer_starts(s);
    assert_int_equal(s->packer.packs, 2);
    packer_says(s, WIRE_PART, 2, true);
    assert_int_equal(s->web.told, 2);
    assert_int_equal(s->web.status, ERROR_OK);
}

static void one_that_dies_at_work_or_before_it_is_told_of(void **state)
{
    struct scene *s = *state;

    make_one(s, 1);
    packer_ends(s);
    asks(s, 2);
    packer_starts(s);
    packer_ends(s);
    assert_int_equal(s->web.told, 2);
    assert_int_equal(s->web.status, ERROR_IO);
    asks(s, 3);
    s->packer.life++; /* this one does not even become ready */
    packer_ends(s);
    assert_int_equal(s->web.told, 3);
    assert_int_equal(s->web.status, ERROR_IO);
    asks(s, 4); /* forgiven once: what comes after the one that rests must work */
    packer_ends(s);
    s->packer.life++;
    packer_ends(s);
    assert_int_equal(s->web.told, 4);
    assert_int_equal(s->web.status, ERROR_IO);
}

static void what_the_page_gives_up_lets_the_next_begin(void **state)
{
    struct scene *s = *state;

    asks(s, 1);
    packer_starts(s);
    page_wants(s, 1, true);
    assert_false(s->packer.wanted);
    make_one(s, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_that_rests_may_end_while_the_next_pack_is_asked_for,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_dies_at_work_or_before_it_is_told_of, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_the_page_gives_up_lets_the_next_begin, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
