/*
 * A person's message on its way: the token, the right, the PIN where one is asked, the action, the
 * reply. Who may do what is one table (permit.c); the page and the command line go the same way.
 */
#include "core/daemon/permit.h"

#include "core/base/log.h"
#include "core/base/text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_ARENA = 4 * 1024 * 1024, SETUP_PERSON = 0 };

static const char setup_login[] = "setup";

/* A badge's bar code stands where a login is typed: no login has a capital letter. */
static bool badge_is(const char *typed)
{
    return strncmp(typed, BADGE_PREFIX, sizeof BADGE_PREFIX - 1) == 0;
}

/* A message that waits for Argon2id. */
struct pending {
    struct core *core;
    uint32_t source;
    uint64_t id;
    struct buffer fields;
    struct wire_message m;
    const struct permit_action *row; /* NULL: a sign-in */
    int64_t person;
};

static void begin_reply(struct wire_writer *w, uint64_t id, enum error status, const char *sentence)
{
    wire_begin(w, WIRE_REPLY);
    wire_put_number(w, WIRE_F_ID, id);
    wire_put_number(w, WIRE_F_STATUS, status);
    if (!text_empty(sentence))
        wire_put_text(w, WIRE_F_SENTENCE, sentence);
}

/* A refusal that no transaction belongs to. */
static void refuse(struct core *core, uint32_t source, uint64_t id, enum error status,
                   const char *sentence)
{
    struct wire_writer w;
    begin_reply(&w, id, status, sentence);
    reply_now(core, source, &w);
}

static void put_optional(struct wire_writer *w, enum wire_field field, const char *text)
{
    if (!text_empty(text))
        wire_put_text(w, field, text);
}

void requests_answer(struct core *core, uint32_t source, uint64_t id, enum error e,
                     const struct answer *answer, const struct complaint *why)
{
    struct wire_writer w;

    begin_reply(&w, id, e, e == ERROR_OK ? answer->sentence : why->text);
    put_optional(&w, WIRE_F_ORDER, answer->order);
    put_optional(&w, WIRE_F_ACCESSION, answer->accession);
    put_optional(&w, WIRE_F_KEY, answer->key);
    if (answer->copy)
        wire_put_number(&w, WIRE_F_COPY, answer->copy);
    if (answer->covered)
        wire_put_number(&w, WIRE_F_COVERED, 1);
    turn_reply(core, source, id, &w);
}

/* "provider director" */
static void put_roles(struct wire_writer *w, role_set roles)
{
    char text[256] = "";
    size_t used = 0;

    for (unsigned i = 0; i < ROLE_COUNT && used < sizeof text; i++)
        if (roles & role_bit((enum role)i))
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "",
                                     role_id((enum role)i));
    wire_put_text(w, WIRE_F_ROLES, text);
}

static void put_person(struct wire_writer *w, const struct signin *who)
{
    wire_put_number(w, WIRE_F_PERSON, (uint64_t)who->person);
    wire_put_text(w, WIRE_F_LOGIN, who->login);
    wire_put_text(w, WIRE_F_NAME, who->name);
    wire_put_text(w, WIRE_F_ROLE, role_id(who->role));
    put_roles(w, who->roles);
    if (who->emergency)
        wire_put_number(w, WIRE_F_EMERGENCY_UNTIL, (uint64_t)who->emergency_until);
}

static void run_action(struct core *core, uint32_t source, const struct wire_message *m,
                       const struct permit_action *row, const struct signin *who, const char *hash)
{
    const struct signin whoever = *who; /* an action may end the session */
    int64_t now = clock_now(&core->clock);
    struct answer answer = { .status = ERROR_OK };
    struct complaint why = { "" };
    struct arena arena;
    struct request r = {
        core, m, &whoever, { 0 }, &arena, hash, source, wire_number(m, WIRE_F_ID)
    };
    enum error e;

    arena_init(&arena, REQUEST_ARENA);
    r.actor = (struct store_actor) { .person = who->person,
                                     .role = role_id(who->role),
                                     .workstation = whoever.workstation,
                                     .at = now,
                                     .zone_offset = sitetime_offset(now),
                                     .clock_unset = sitetime_unset(now) };
    e = turn_begin(core);
    if (e == ERROR_OK)
        e = store_step_begin(core->store);
    if (e == ERROR_OK) {
        e = row->run(&r, &answer, &why);
        if (e == ERROR_OK)
            e = store_step_keep(core->store);
        else
            (void)store_step_undo(core->store);
    }
    if (e != ERROR_OK && !why.text[0])
        (void)request_failed(e, &why);
    if (e != ERROR_OK || !answer.later) {
        if (e == ERROR_OK && answer.status != ERROR_OK)
            (void)complain(&why, e = answer.status, "%s", answer.sentence);
        requests_answer(core, source, r.id, e, &answer, &why);
    }
    arena_free(&arena);
}

/* ---- Sign-in ---- */

/* `who` NULL, or without a person: nobody here. */
static void record_sign_in(struct core *core, const struct wire_message *m,
                           const struct signin *who, bool ok, const char *reason)
{
    const char *typed = wire_text(m, WIRE_F_LOGIN);
    bool known = who && who->person;
    const struct store_sign_in in = { .person = known ? who->person : 0,
                                      .login = known && who->login[0] ? who->login : typed,
                                      .workstation = wire_text(m, WIRE_F_WORKSTATION),
                                      .ok = ok,
                                      .reason = reason,
                                      .at = clock_now(&core->clock),
                                      .role = ok && known ? role_id(who->role) : NULL,
                                      .method = badge_is(typed) ? "badge" : NULL };
    int64_t id;

    if (turn_begin(core) != ERROR_OK || store_sign_in_add(core->store, &in, &id) != ERROR_OK)
        core->store_failed = true;
    if (!ok)
        log_line(LOG_SIGN_IN_FAILED, "core", "a sign-in was refused: %s", reason);
}

static void sign_in_refused(struct core *core, uint32_t source, const struct wire_message *m,
                            const struct signin *who, const char *reason, const char *sentence)
{
    struct wire_writer w;
    uint64_t id = wire_number(m, WIRE_F_ID);

    record_sign_in(core, m, who, false, reason);
    begin_reply(&w, id, ERROR_DENIED, sentence);
    turn_reply(core, source, id, &w);
}

/* Whoever was signed in at this browser before is so no longer: nobody inherits a session. */
static void leave_place(struct core *core, const struct wire_message *m, int64_t person)
{
    const char *token = wire_text(m, WIRE_F_TOKEN);
    const struct signin *before;

    if (token[0] && signins_peek(core->signins, token, &before) != ERROR_NOT_FOUND &&
        before->person != person)
        signins_end(core->signins, token);
}

static void signed_in(struct core *core, uint32_t source, const struct wire_message *m,
                      struct signin *who)
{
    char token[SIGNINS_TOKEN];
    uint64_t id = wire_number(m, WIRE_F_ID);
    const struct signin *begun = who;
    struct wire_writer w;

    (void)text_copy(who->workstation, sizeof who->workstation, wire_text(m, WIRE_F_WORKSTATION));
    leave_place(core, m, who->person);
    (void)signins_begin(core->signins, who, token);
    (void)signins_peek(core->signins, token, &begun);
    record_sign_in(core, m, who, true, "");
    begin_reply(&w, id, ERROR_OK, NULL);
    wire_put_text(&w, WIRE_F_TOKEN, token);
    put_person(&w, begun);
    turn_reply(core, source, id, &w);
    sodium_memzero(token, sizeof token);
}

/* Whom a login, or a badge, names: somebody who may still sign in. */
static bool find_person(struct core *core, const char *typed, struct signin *out)
{
    struct arena arena;
    struct store_person person = { 0 };
    role_set roles = 0;
    bool found;

    arena_init(&arena, REQUEST_ARENA);
    found = (badge_is(typed)
                 ? store_badge_find(core->store, &arena, typed, &person)
                 : store_person_by_login(core->store, &arena, typed, &person)) == ERROR_OK &&
            person.active && store_roles(core->store, &person, &roles) == ERROR_OK;
    if (found) {
        *out = (struct signin) { .person = person.id, .role = person.role, .roles = roles };
        (void)text_copy(out->name, sizeof out->name, person.name);
        (void)text_copy(out->login, sizeof out->login, person.login);
    }
    arena_free(&arena);
    return found;
}

/* In which role: the one asked for, else the only one. False: it has been answered. */
static bool choose_role(struct core *core, uint32_t source, const struct wire_message *m,
                        struct signin *who)
{
    struct wire_writer w;

    if (wire_has(m, WIRE_F_ROLE)) {
        if (role_parse(wire_text(m, WIRE_F_ROLE), &who->role) == ERROR_OK &&
            (who->roles & role_bit(who->role)))
            return true;
        sign_in_refused(core, source, m, who, "not that role",
                        "You do not hold that role. Sign in again and choose another.");
        return false;
    }
    if ((who->roles & (who->roles - 1)) == 0)
        return true;
    begin_reply(&w, wire_number(m, WIRE_F_ID), ERROR_CONFLICT,
                "You hold several roles. Say in which one you sign in (on the command line: --as "
                "LOGIN/ROLE).");
    wire_put_number(&w, WIRE_F_STATE, REPLY_STATE_CHOOSE);
    put_roles(&w, who->roles);
    reply_now(core, source, &w);
    return false;
}

static void free_pending(struct pending *p)
{
    sodium_memzero(p->fields.at, p->fields.len);
    buffer_free(&p->fields);
    free(p);
}

static struct pending *make_pending(struct core *core, uint32_t source,
                                    const struct wire_message *m, const struct permit_action *row)
{
    struct pending *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct pending) { .core = core, .source = source, .row = row };
    p->id = wire_number(m, WIRE_F_ID);
    buffer_init(&p->fields, LIMIT_WIRE);
    if (buffer_put(&p->fields, m->fields) != ERROR_OK) {
        free_pending(p);
        return NULL;
    }
    p->m = (struct wire_message) { m->type, buffer_span(&p->fields) };
    return p;
}

static const char wrong_pin[] = "That name and PIN do not belong together. Try again.";

/* Too many wrong tries: how long to wait, as a sentence. */
static bool must_wait(struct core *core, const char *login, struct complaint *why)
{
    unsigned seconds = signins_wait(core->signins, login);
    if (seconds)
        (void)complain(why, ERROR_BUSY,
                       "Too many wrong PINs. Wait %u seconds, then try again, or ask your "
                       "administrator for a new PIN.",
                       seconds);
    return seconds != 0;
}

static void on_sign_in_checked(void *context, bool right, const char *hash)
{
    struct pending *p = context;
    struct core *core = p->core;
    const char *typed = wire_text(&p->m, WIRE_F_LOGIN);
    struct complaint why = { "" };
    struct signin who = { 0 };
    bool found = find_person(core, typed, &who);
    const char *login = found ? who.login : typed;

    (void)hash;
    if (must_wait(core, login, &why)) { /* others of the same name were wrong meanwhile */
        sign_in_refused(core, p->source, &p->m, &who, "too many tries", why.text);
        free_pending(p);
        return;
    }
    signins_tried(core->signins, login, right && found);
    if (!right || !found)
        sign_in_refused(core, p->source, &p->m, &who, found ? "wrong PIN" : "no such person",
                        wrong_pin);
    else if (choose_role(core, p->source, &p->m, &who))
        signed_in(core, p->source, &p->m, &who);
    free_pending(p);
}

/* The code of the first start: only as long as there is no administrator. */
static void sign_in_setup(struct core *core, uint32_t source, const struct wire_message *m)
{
    char code[SETUP_CODE] = "";
    struct signin who = { .person = SETUP_PERSON,
                          .role = ROLE_ADMINISTRATOR,
                          .roles = role_bit(ROLE_ADMINISTRATOR) };
    bool right = text_copy(code, sizeof code, wire_text(m, WIRE_F_PIN)) == ERROR_OK &&
                 sodium_memcmp(code, core->setup_code, sizeof code) == 0;

    signins_tried(core->signins, setup_login, right);
    if (!right) {
        sign_in_refused(core, source, m, NULL, "wrong code", wrong_pin);
        return;
    }
    (void)text_copy(who.name, sizeof who.name, "First start");
    (void)text_copy(who.login, sizeof who.login, setup_login);
    signed_in(core, source, m, &who);
}

static void sign_in(struct core *core, uint32_t source, const struct wire_message *m)
{
    const char *typed = wire_text(m, WIRE_F_LOGIN);
    struct complaint why = { "" };
    struct signin who = { 0 };
    const char *login = find_person(core, typed, &who) ? who.login : typed;
    struct pending *p;
    enum error e = ERROR_NO_MEMORY;

    if (must_wait(core, login, &why)) {
        sign_in_refused(core, source, m, &who, "too many tries", why.text);
        return;
    }
    if (core->setup_code[0] && strcmp(login, setup_login) == 0) {
        sign_in_setup(core, source, m);
        return;
    }
    p = make_pending(core, source, m, NULL);
    if (p)
        e = pinwork_check(core->pinwork, wire_text(m, WIRE_F_PIN), pins_find(core->pins, login),
                          on_sign_in_checked, p);
    if (e == ERROR_OK)
        return;
    if (p)
        free_pending(p);
    refuse(core, source, wire_number(m, WIRE_F_ID), e,
           e == ERROR_BAD_INPUT ? wrong_pin : "Many people are signing in. Try again in a moment.");
}

/* ---- Everything else ---- */

/* What the page asks without a person's hand is no use of the session. */
static bool by_itself(const struct wire_message *m)
{
    return m->type == WIRE_WHO || (m->type == WIRE_VIEW && wire_number(m, WIRE_F_AUTOMATIC) != 0);
}

/* The session of the message's token; says in a reply why there is none. */
static const struct signin *find_session(struct core *core, uint32_t source,
                                         const struct wire_message *m)
{
    const char *token = wire_text(m, WIRE_F_TOKEN);
    const struct signin *who = NULL;
    struct wire_writer w;
    enum error e = by_itself(m) ? signins_peek(core->signins, token, &who)
                                : signins_find(core->signins, token, &who);

    if (e == ERROR_OK)
        return who;
    begin_reply(&w, wire_number(m, WIRE_F_ID), ERROR_DENIED,
                e == ERROR_DENIED ? "This place was left alone for a while. Give your PIN to go on."
                                  : "Nobody is signed in here. Sign in first.");
    wire_put_number(&w, WIRE_F_STATE, e == ERROR_DENIED ? REPLY_STATE_LOCKED : REPLY_STATE_SIGN_IN);
    if (e == ERROR_DENIED)
        put_person(&w, who);
    reply_now(core, source, &w);
    return NULL;
}

static bool may(struct core *core, uint32_t source, uint64_t id, const struct permit_action *row,
                const struct signin *who)
{
    struct complaint why;
    if (who->person == SETUP_PERSON && !row->setup) {
        refuse(core, source, id, ERROR_DENIED,
               "The code of the first start only adds the first administrator. Sign in by name "
               "for everything else.");
        return false;
    }
    /* By the role alone: emergency access lets nobody do anything but look (action_view). */
    if (row->right == RIGHT_COUNT || role_may(who->role, row->right))
        return true;
    (void)complain(&why, ERROR_DENIED,
                   "As %s you may not %s. Ask a colleague whose role allows it.",
                   role_text(who->role), right_text(row->right));
    refuse(core, source, id, ERROR_DENIED, why.text);
    return false;
}

/* Runs what waited for a PIN, if the session still stands. */
static void resume(struct pending *p, const char *hash)
{
    const struct signin *who = find_session(p->core, p->source, &p->m);
    if (who && who->person == p->person && may(p->core, p->source, p->id, p->row, who))
        run_action(p->core, p->source, &p->m, p->row, who, hash);
    free_pending(p);
}

static void on_new_pin_hashed(void *context, bool right, const char *hash)
{
    struct pending *p = context;
    if (right) {
        resume(p, hash);
        return;
    }
    refuse(p->core, p->source, p->id, ERROR_NO_MEMORY, "The PIN could not be set. Try again.");
    free_pending(p);
}

static void hash_new_pin(struct pending *p)
{
    struct complaint why = { "" };
    enum error e = pin_acceptable(wire_text(&p->m, WIRE_F_NEW_PIN), &why);

    if (e == ERROR_OK)
        e = pinwork_hash(p->core->pinwork, wire_text(&p->m, WIRE_F_NEW_PIN), on_new_pin_hashed, p);
    if (e == ERROR_OK)
        return;
    refuse(p->core, p->source, p->id, e,
           why.text[0] ? why.text : "Many PINs are being checked. Try again in a moment.");
    free_pending(p);
}

static void on_own_pin_checked(void *context, bool right, const char *hash)
{
    struct pending *p = context;
    struct core *core = p->core;
    const struct signin *who = NULL;
    struct complaint why = { "" };
    bool there = signins_peek(core->signins, wire_text(&p->m, WIRE_F_TOKEN), &who) == ERROR_OK;

    (void)hash;
    if (there &&
        must_wait(core, who->login, &why)) { /* others of the person were wrong meanwhile */
        refuse(core, p->source, p->id, ERROR_BUSY, why.text);
        free_pending(p);
        return;
    }
    if (there)
        signins_tried(core->signins, who->login, right);
    if (!right) {
        if (who)
            record_sign_in(core, &p->m, who, false, "wrong PIN for a signature");
        refuse(core, p->source, p->id, ERROR_DENIED, "That is not your PIN. Nothing was done.");
        free_pending(p);
    } else if (p->row->pin == PIN_CHANGE) {
        hash_new_pin(p);
    } else {
        resume(p, "");
    }
}

static void check_own_pin(struct pending *p, const struct signin *who)
{
    struct core *core = p->core;
    struct complaint why = { "Many PINs are being checked. Try again in a moment." };
    enum error e = ERROR_BUSY;

    if (!must_wait(core, who->login, &why))
        e = pinwork_check(core->pinwork, wire_text(&p->m, WIRE_F_PIN),
                          pins_find(core->pins, who->login), on_own_pin_checked, p);
    if (e == ERROR_OK)
        return;
    refuse(core, p->source, p->id, e, why.text);
    free_pending(p);
}

static void take_with_pin(struct core *core, uint32_t source, const struct wire_message *m,
                          const struct permit_action *row, const struct signin *who)
{
    bool own = row->pin == PIN_OWN ||
               (row->pin == PIN_CHANGE && strcmp(wire_text(m, WIRE_F_LOGIN), who->login) == 0);
    struct pending *p;

    if (row->pin == PIN_CHANGE && !own && !role_may(who->role, RIGHT_MANAGE_PEOPLE)) {
        refuse(core, source, wire_number(m, WIRE_F_ID), ERROR_DENIED,
               "You may change only your own PIN. Ask your administrator.");
        return;
    }
    p = make_pending(core, source, m, row);
    if (!p) {
        refuse(core, source, wire_number(m, WIRE_F_ID), ERROR_NO_MEMORY, "Try again in a moment.");
        return;
    }
    p->person = who->person;
    if (own)
        check_own_pin(p, who);
    else
        hash_new_pin(p);
}

static void say_who(struct core *core, uint32_t source, uint64_t id, const struct signin *who)
{
    struct wire_writer w;
    begin_reply(&w, id, ERROR_OK, NULL);
    put_person(&w, who);
    reply_now(core, source, &w);
}

void requests_take(struct core *core, uint32_t source, const struct wire_message *m)
{
    uint64_t id = wire_number(m, WIRE_F_ID);
    const struct permit_action *row = permit_action(m->type);
    const struct signin *who;

    if (m->type == WIRE_SIGN_IN) {
        sign_in(core, source, m);
        return;
    }
    who = find_session(core, source, m);
    if (!who)
        return;
    if (m->type == WIRE_WHO) {
        say_who(core, source, id, who);
    } else if (m->type == WIRE_SIGN_OUT) {
        signins_end(core->signins, wire_text(m, WIRE_F_TOKEN));
        refuse(core, source, id, ERROR_OK, NULL);
    } else if (!row) {
        refuse(core, source, id, ERROR_UNSUPPORTED, "Phial does not know how to do that.");
    } else if (may(core, source, id, row, who)) {
        if (row->pin != PIN_NONE)
            take_with_pin(core, source, m, row, who);
        else
            run_action(core, source, m, row, who, "");
    }
}
