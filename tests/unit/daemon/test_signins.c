/* PINs, sessions and wrong tries, with a clock of the test's own. */
#include "tests/unit/test.h"

#include "core/daemon/pins.h"
#include "core/daemon/pinwork.h"
#include "core/daemon/signins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct hands {
    int64_t now;
    uint8_t next;
};

static int64_t hand_now(void *context)
{
    return ((struct hands *)context)->now;
}

static void hand_fill(void *context, void *out, size_t size)
{
    memset(out, ((struct hands *)context)->next++, size);
}

static struct signins *open_signins(struct hands *hands)
{
    const struct clock clock = { hand_now, hands };
    const struct entropy entropy = { hand_fill, hands };
    struct signins *s;
    assert_int_equal(signins_open(&clock, &entropy, 180, &s), ERROR_OK);
    return s;
}

static void begin(struct signins *s, int64_t person, char token[SIGNINS_TOKEN])
{
    const struct signin who = { .person = person, .role = ROLE_PROVIDER, .login = "ann" };
    assert_int_equal(signins_begin(s, &who, token), ERROR_OK);
}

static void newest_session_wins(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);
    char first[SIGNINS_TOKEN], second[SIGNINS_TOKEN], other[SIGNINS_TOKEN];
    const struct signin *who;

    (void)state;
    begin(s, 7, first);
    begin(s, 8, other);
    begin(s, 7, second);
    assert_int_equal(signins_find(s, first, &who), ERROR_NOT_FOUND);
    assert_int_equal(signins_find(s, second, &who), ERROR_OK);
    assert_int_equal(who->person, 7);
    assert_int_equal(signins_find(s, other, &who), ERROR_OK);
    assert_int_equal(signins_find(s, "", &who), ERROR_NOT_FOUND);
    signins_end(s, second);
    assert_int_equal(signins_find(s, second, &who), ERROR_NOT_FOUND);
    signins_close(s);
}

/* Four hours, for the session of that person and role alone; only to see. */
static void emergency_access_ends_by_itself(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);
    const struct signin desk = { .person = 7, .role = ROLE_FRONT_DESK, .login = "ann" };
    char token[SIGNINS_TOKEN], other[SIGNINS_TOKEN];
    const struct signin *who;
    int64_t until = hands.now + INT64_C(1000) * SIGNINS_EMERGENCY;

    (void)state;
    assert_int_equal(signins_begin(s, &desk, token), ERROR_OK);
    begin(s, 8, other);
    signins_emergency(s, 7, 99, until);
    assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    assert_true(signin_may(who, RIGHT_VIEW_RESULTS, hands.now));
    assert_false(signin_may(who, RIGHT_SIGN, hands.now));
    assert_false(signin_may(who, RIGHT_COLLECT, hands.now));
    assert_int_equal(signins_begin(s, &desk, token), ERROR_OK); /* the same person unlocks */
    assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    assert_int_equal(who->emergency, 99);
    while (hands.now < until - 100 * 1000) { /* somebody is at work all the time */
        hands.now += 100 * 1000;
        assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    }
    hands.now = until - 1;
    assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    assert_true(signin_may(who, RIGHT_VIEW_RESULTS, hands.now));
    hands.now = until;
    assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    assert_false(signin_may(who, RIGHT_VIEW_RESULTS, hands.now));
    assert_int_equal(who->emergency, 0);
    signins_close(s);
}

/* Another role of the same person begins without it. */
static void emergency_access_stays_with_its_role(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);
    struct signin who = { .person = 7, .role = ROLE_FRONT_DESK, .login = "ann" };
    char token[SIGNINS_TOKEN];
    const struct signin *found;

    (void)state;
    assert_int_equal(signins_begin(s, &who, token), ERROR_OK);
    signins_emergency(s, 7, 99, hands.now + 1000);
    who.role = ROLE_ADMINISTRATOR;
    assert_int_equal(signins_begin(s, &who, token), ERROR_OK);
    assert_int_equal(signins_find(s, token, &found), ERROR_OK);
    assert_int_equal(found->emergency, 0);
    signins_close(s);
}

static void begin_at(struct signins *s, int64_t person, const char *workstation,
                     char token[SIGNINS_TOKEN])
{
    struct signin who = { .person = person, .role = ROLE_PROVIDER, .login = "ann" };
    (void)snprintf(who.workstation, sizeof who.workstation, "%s", workstation);
    assert_int_equal(signins_begin(s, &who, token), ERROR_OK);
}

/* Whom a scanner reads for: sessions at its workstation that nobody has left. */
static void a_workstation_has_its_sessions(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);
    char token[4][SIGNINS_TOKEN];
    uint8_t hashes[4][SIGNINS_HASH];
    const struct signin *who;

    (void)state;
    begin_at(s, 1, "draw room", token[0]);
    begin_at(s, 2, "office", token[1]);
    begin_at(s, 3, "draw room", token[2]);
    assert_int_equal(signins_at(s, "draw room", hashes, 4), 2);
    assert_int_equal(signins_at(s, "draw room", hashes, 1), 1);
    assert_int_equal(signins_at(s, "draw", hashes, 4), 0);
    signins_end(s, token[0]);
    assert_int_equal(signins_at(s, "draw room", hashes, 4), 1);
    hands.now += 170 * 1000;
    assert_int_equal(signins_find(s, token[1], &who), ERROR_OK);
    hands.now += 20 * 1000; /* the one in the draw room is locked now */
    assert_int_equal(signins_at(s, "draw room", hashes, 4), 0);
    assert_int_equal(signins_at(s, "office", hashes, 4), 1);
    signins_close(s);
}

static void idle_sessions_lock_and_long_ones_end(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);
    char token[SIGNINS_TOKEN];
    const struct signin *who = NULL;

    (void)state;
    begin(s, 7, token);
    hands.now += 179 * 1000;
    assert_int_equal(signins_find(s, token, &who), ERROR_OK);
    hands.now += 179 * 1000;
    assert_int_equal(signins_peek(s, token, &who), ERROR_OK); /* a peek is no use ... */
    hands.now += 2 * 1000;
    who = NULL;
    assert_int_equal(signins_find(s, token, &who), ERROR_DENIED); /* ... so it is locked now */
    assert_int_equal(who->person, 7);
    hands.now += (int64_t)SIGNINS_LONGEST * 1000;
    assert_int_equal(signins_find(s, token, &who), ERROR_NOT_FOUND);
    signins_close(s);
}

static void wrong_pins_lock_for_longer_and_longer(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);

    (void)state;
    signins_tried(s, "ann", false);
    signins_tried(s, "ann", false);
    assert_int_equal(signins_wait(s, "ann"), 0);
    signins_tried(s, "ann", false);
    assert_int_equal(signins_wait(s, "ann"), SIGNINS_FIRST_LOCK);
    assert_int_equal(signins_wait(s, "bob"), 0);
    hands.now += SIGNINS_FIRST_LOCK * 1000;
    assert_int_equal(signins_wait(s, "ann"), 0);
    signins_tried(s, "ann", false);
    assert_int_equal(signins_wait(s, "ann"), 2 * SIGNINS_FIRST_LOCK);
    for (int i = 0; i < 20; i++)
        signins_tried(s, "ann", false);
    assert_int_equal(signins_wait(s, "ann"), SIGNINS_LONGEST_LOCK);
    signins_tried(s, "ann", true);
    assert_int_equal(signins_wait(s, "ann"), 0);
    signins_tried(s, "ann", false);
    assert_int_equal(signins_wait(s, "ann"), 0);
    signins_close(s);
}

/* Guessing at many other names does not make a locked one forgotten. */
static void many_other_names_do_not_unlock_one(void **state)
{
    struct hands hands = { 1000, 1 };
    struct signins *s = open_signins(&hands);

    (void)state;
    for (int i = 0; i < 20; i++)
        signins_tried(s, "ann", false);
    for (int i = 0; i < 2 * SIGNINS_LOGINS; i++) {
        char login[16];
        (void)snprintf(login, sizeof login, "x%d", i);
        hands.now++;
        signins_tried(s, login, false);
    }
    assert_true(signins_wait(s, "ann") > SIGNINS_LONGEST_LOCK / 2);
    signins_close(s);
}

static void easy_pins_are_refused(void **state)
{
    (void)state;
    assert_int_equal(pin_acceptable("271828", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("27182", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("27182a", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("111111", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("123456", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("987654", NULL), ERROR_OK);
    assert_int_not_equal(pin_acceptable("", NULL), ERROR_OK);
}

static void pins_stay_on_disk_for_their_owner_alone(void **state)
{
    char folder[] = "/tmp/phial-pins-XXXXXX", path[64];
    struct pins *p;
    struct stat at;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/pins", folder);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
    assert_null(pins_find(p, "ann"));
    assert_int_equal(pins_set(p, "ann", "$argon2id$one", NULL), ERROR_OK);
    assert_int_equal(pins_set(p, "bob", "$argon2id$two", NULL), ERROR_OK);
    assert_int_equal(pins_set(p, "ann", "$argon2id$three", NULL), ERROR_OK);
    assert_int_not_equal(pins_set(p, "", "$argon2id$four", NULL), ERROR_OK);
    pins_close(p);
    assert_int_equal(stat(path, &at), 0);
    assert_int_equal(at.st_mode & 0777, 0600);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
    assert_string_equal(pins_find(p, "ann"), "$argon2id$three");
    assert_string_equal(pins_find(p, "bob"), "$argon2id$two");
    pins_close(p);
    assert_int_equal(truncate(path, 18), 0);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_BAD_INPUT);
    (void)unlink(path);
    (void)rmdir(folder);
}

/* The row that stands; 0: it cannot be looked up. */
static enum error stands(void *context, int64_t fact, bool *out)
{
    const int64_t *row = context;
    *out = fact == *row;
    return *row ? ERROR_OK : ERROR_IO;
}

/* Power fails between the file of the PINs and the row that says who set one. */
static void a_pin_holds_only_with_its_row(void **state)
{
    char folder[] = "/tmp/phial-pins-XXXXXX", path[64];
    int64_t row = 7;
    struct pins *p;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/pins", folder);
    for (int done = 0; done < 2; done++) {
        assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
        assert_int_equal(pins_set(p, "ann", "$argon2id$old", NULL), ERROR_OK);
        assert_false(pins_wait(p));
        assert_int_equal(pins_propose(p, "ann", "$argon2id$mid", 6, NULL), ERROR_OK);
        assert_int_equal(pins_propose(p, "ann", "$argon2id$new", done ? 7 : 8, NULL), ERROR_OK);
        assert_int_equal(pins_propose(p, "cat", "$argon2id$cat", done ? 7 : 8, NULL), ERROR_OK);
        assert_string_equal(pins_find(p, "ann"), "$argon2id$old"); /* until the row stands */
        assert_null(pins_find(p, "cat"));
        pins_close(p);
        assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
        assert_true(pins_wait(p));
        assert_int_equal(pins_settle(p, stands, &row, NULL), ERROR_OK);
        assert_false(pins_wait(p));
        pins_close(p);
        assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
        assert_false(pins_wait(p));
        assert_string_equal(pins_find(p, "ann"), done ? "$argon2id$new" : "$argon2id$old");
        assert_true((pins_find(p, "cat") != NULL) == (done != 0));
        pins_close(p);
    }
    (void)unlink(path);
    (void)rmdir(folder);
}

/* The database cannot say whether the row stands, or the disk does not take what it says: the old
 * PIN counts, and it is tried again. */
static void a_pin_waits_for_what_is_not_known(void **state)
{
    char folder[] = "/tmp/phial-pins-XXXXXX", path[64], beside[64];
    int64_t row = 0;
    struct pins *p;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/pins", folder);
    (void)snprintf(beside, sizeof beside, "%s/pins.new", folder);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
    assert_int_equal(pins_set(p, "ann", "$argon2id$old", NULL), ERROR_OK);
    assert_int_equal(pins_propose(p, "ann", "$argon2id$new", 7, NULL), ERROR_OK);
    assert_int_equal(pins_propose(p, "cat", "$argon2id$cat", 8, NULL), ERROR_OK);
    assert_int_equal(pins_settle(p, stands, &row, NULL), ERROR_IO);
    assert_true(pins_wait(p));
    assert_string_equal(pins_find(p, "ann"), "$argon2id$old");
    assert_null(pins_find(p, "cat"));
    pins_close(p);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
    assert_true(pins_wait(p));
    row = 7;
    assert_int_equal(mkdir(beside, 0700), 0); /* the file cannot be written */
    assert_int_equal(pins_settle(p, stands, &row, NULL), ERROR_IO);
    assert_true(pins_wait(p));
    assert_string_equal(pins_find(p, "ann"), "$argon2id$old");
    assert_int_equal(rmdir(beside), 0);
    assert_int_equal(pins_settle(p, stands, &row, NULL), ERROR_OK);
    assert_false(pins_wait(p));
    assert_string_equal(pins_find(p, "ann"), "$argon2id$new");
    assert_null(pins_find(p, "cat"));
    pins_close(p);
    assert_int_equal(pins_open(folder, &p, NULL), ERROR_OK);
    assert_false(pins_wait(p));
    assert_string_equal(pins_find(p, "ann"), "$argon2id$new");
    assert_null(pins_find(p, "cat"));
    pins_close(p);
    (void)unlink(path);
    (void)rmdir(folder);
}

struct seen {
    int right, wrong, order[4], count;
};

struct turn {
    struct seen *seen;
    int number;
};

static void on_done(void *context, bool right, const char *hash)
{
    struct turn *t = context;
    (void)hash;
    t->seen->order[t->seen->count++] = t->number;
    if (right)
        t->seen->right++;
    else
        t->seen->wrong++;
}

static void pins_are_checked_off_the_loop_in_turn(void **state)
{
    struct seen seen = { 0 };
    struct turn turns[3] = { { &seen, 0 }, { &seen, 1 }, { &seen, 2 } };
    char hash[PIN_HASH_SIZE];
    struct pinwork *w;
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(pinwork_open(&loop, &w), ERROR_OK);
    assert_int_equal(pinwork_hash_now("271828", hash), ERROR_OK);
    assert_int_equal(pinwork_check(w, "271828", hash, on_done, &turns[0]), ERROR_OK);
    assert_int_equal(pinwork_check(w, "271829", hash, on_done, &turns[1]), ERROR_OK);
    assert_int_equal(pinwork_check(w, "271828", NULL, on_done, &turns[2]), ERROR_OK);
    assert_int_equal(seen.count, 0);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.right, 1);
    assert_int_equal(seen.order[0], 0);
    assert_int_equal(seen.order[2], 2);
    pinwork_close(w);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* A change of PIN: the old one is checked, and then the new one hashed, from within `done`. */
struct change {
    struct pinwork *w;
    int checked, made;
    char hash[PIN_HASH_SIZE];
};

static void on_made(void *context, bool right, const char *hash)
{
    struct change *c = context;
    assert_true(right);
    c->made++;
    (void)snprintf(c->hash, sizeof c->hash, "%s", hash);
}

static void on_checked(void *context, bool right, const char *hash)
{
    struct change *c = context;
    (void)hash;
    assert_true(right);
    c->checked++;
    assert_int_equal(pinwork_hash(c->w, "161803", on_made, c), ERROR_OK);
}

static void a_pin_can_be_hashed_when_another_was_checked(void **state)
{
    struct change c = { 0 };
    char hash[PIN_HASH_SIZE];
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(pinwork_open(&loop, &c.w), ERROR_OK);
    assert_int_equal(pinwork_hash_now("271828", hash), ERROR_OK);
    assert_int_equal(pinwork_check(c.w, "271828", hash, on_checked, &c), ERROR_OK);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(c.checked, 1);
    assert_int_equal(c.made, 1);
    assert_int_equal(strncmp(c.hash, "$argon2id$", 10), 0);
    pinwork_close(c.w);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void too_many_waiting_pins_are_refused(void **state)
{
    struct seen seen = { 0 };
    struct turn turn = { &seen, 0 };
    struct pinwork *w;
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(pinwork_open(&loop, &w), ERROR_OK);
    for (int i = 0; i < PINWORK_WAITING; i++)
        assert_int_equal(pinwork_check(w, "271828", NULL, on_done, &turn), ERROR_OK);
    assert_int_equal(pinwork_check(w, "271828", NULL, on_done, &turn), ERROR_BUSY);
    pinwork_close(w);
    assert_int_equal(seen.count, 0);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_session_wins),
        cmocka_unit_test(emergency_access_ends_by_itself),
        cmocka_unit_test(emergency_access_stays_with_its_role),
        cmocka_unit_test(a_workstation_has_its_sessions),
        cmocka_unit_test(idle_sessions_lock_and_long_ones_end),
        cmocka_unit_test(wrong_pins_lock_for_longer_and_longer),
        cmocka_unit_test(many_other_names_do_not_unlock_one),
        cmocka_unit_test(easy_pins_are_refused),
        cmocka_unit_test(pins_stay_on_disk_for_their_owner_alone),
        cmocka_unit_test(a_pin_holds_only_with_its_row),
        cmocka_unit_test(a_pin_waits_for_what_is_not_known),
        cmocka_unit_test(pins_are_checked_off_the_loop_in_turn),
        cmocka_unit_test(a_pin_can_be_hashed_when_another_was_checked),
        cmocka_unit_test(too_many_waiting_pins_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
