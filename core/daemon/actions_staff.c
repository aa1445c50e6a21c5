/* What changes about people who are there: roles, badges, what instruments call them, certificates;
 * and emergency access. */
#include "core/daemon/action.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/rules/operator.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BADGE_LETTERS = 10 };

static enum error find_person(struct request *r, struct store_person *out, struct complaint *why)
{
    const char *login = request_text(r, WIRE_F_LOGIN);
    enum error e = store_person_by_login(r->core->store, r->arena, login, out);

    return e == ERROR_NOT_FOUND
               ? complain(why, e, "There is nobody with the sign-in name \"%s\".", login)
               : e;
}

static enum error need_reason(const struct request *r, enum wire_field field, const char *what,
                              struct complaint *why)
{
    if (strlen(request_text(r, field)) >= 5)
        return ERROR_OK;
    return complain(why, ERROR_BAD_INPUT, "Say %s, in a few words: it stays on record.", what);
}

/* ---- Roles, and whether somebody still works here ---- */

static enum error read_roles(const struct request *r, const struct store_person *before,
                             role_set *roles, enum role *first, struct complaint *why)
{
    size_t at = 0;
    struct span text;

    *roles = 0;
    *first = before->role;
    while (wire_next(r->m, WIRE_F_ROLE, &at, &text)) {
        enum role role;
        if (role_parse((const char *)text.at, &role) != ERROR_OK)
            return complain(why, ERROR_BAD_INPUT, "\"%s\" is no role.", (const char *)text.at);
        if (!*roles)
            *first = role;
        *roles |= role_bit(role);
    }
    if (*roles)
        return ERROR_OK;
    return complain(why, ERROR_BAD_INPUT,
                    "Somebody has at least one role. To end somebody's access, deactivate them.");
}

/* Somebody must be able to let others in. */
static enum error keep_administrator(struct request *r, struct complaint *why)
{
    int64_t left = 0;
    enum error e = store_person_count(r->core->store, ROLE_ADMINISTRATOR, &left);

    if (e == ERROR_OK && left == 0)
        return complain(why, ERROR_CONFLICT,
                        "Nobody would be administrator any more. Give somebody else that role "
                        "first.");
    return e;
}

enum error action_user_change(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_person person;
    role_set roles = 0;
    int64_t id, before;
    enum error e = find_person(r, &person, why);

    if (e == ERROR_OK)
        e = need_reason(r, WIRE_F_REASON, "why it changes", why);
    if (e == ERROR_OK)
        e = read_roles(r, &person, &roles, &person.role, why);
    if (e != ERROR_OK)
        return e;
    before = person.id;
    person.active = wire_number(r->m, WIRE_F_ACTIVE) != 0;
    if (!text_empty(request_text(r, WIRE_F_NAME)))
        person.name = request_text(r, WIRE_F_NAME);
    e = request_known_as(r, &person, why);
    if (e == ERROR_OK)
        e = store_person_change(r->core->store, &r->actor, &person, reason, &id);
    if (e == ERROR_OK)
        e = store_roles_set(r->core->store, &r->actor, &person,
                            person.active ? roles & ~role_bit(person.role) : 0, reason);
    if (e == ERROR_OK)
        e = keep_administrator(r, why);
    if (e != ERROR_OK)
        return e;
    signins_end_person(r->core->signins, before);
    answer->key = person.login;
    answer->sentence = person.active ? "It is changed. Who was signed in by that name signs in "
                                       "again."
                                     : "That person can no longer sign in.";
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

/* ---- Badges ---- */

/* Letters and digits that nobody takes for each other. */
static void make_code(const struct entropy *entropy, char out[STORE_BADGE_CODE])
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint8_t bytes[BADGE_LETTERS];
    size_t used = sizeof BADGE_PREFIX - 1;

    entropy->fill(entropy->context, bytes, sizeof bytes);
    memcpy(out, BADGE_PREFIX, used);
    for (size_t i = 0; i < BADGE_LETTERS; i++)
        out[used++] = letters[bytes[i] % (sizeof letters - 1)];
    out[used] = '\0';
}

enum error action_badge_issue(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_person person;
    char code[STORE_BADGE_CODE];
    int64_t root, id;
    enum error e = find_person(r, &person, why);

    if (e == ERROR_OK && !person.active)
        return complain(why, ERROR_CONFLICT, "%s no longer signs in here.", person.name);
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, person.id, &root);
    make_code(&r->core->entropy, code);
    if (e == ERROR_OK)
        e = store_badge_add(r->core->store, &r->actor, root, code, request_text(r, WIRE_F_REASON),
                            &id);
    if (e != ERROR_OK)
        return e;
    answer->key = request_keep(r, code);
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

enum error action_badge_withdraw(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_person person;
    int64_t root, id;
    enum error e = find_person(r, &person, why);

    if (e == ERROR_OK)
        e = need_reason(r, WIRE_F_REASON, "why the badge is taken away", why);
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, person.id, &root);
    if (e == ERROR_OK)
        e = store_badge_add(r->core->store, &r->actor, root, "", request_text(r, WIRE_F_REASON),
                            &id);
    if (e != ERROR_OK)
        return e;
    answer->key = person.login;
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

/* ---- Operators ---- */

enum error action_operator_name(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *name = request_text(r, WIRE_F_OPERATOR);
    struct store_person person;
    int64_t root = 0, id;
    enum error e = ERROR_OK;

    if (text_empty(name) || strlen(name) > 64)
        return complain(why, ERROR_BAD_INPUT,
                        "Give the operator's number or name as the instrument shows it.");
    if (!text_empty(request_text(r, WIRE_F_LOGIN))) {
        e = find_person(r, &person, why);
        if (e == ERROR_OK)
            e = store_person_root(r->core->store, person.id, &root);
    }
    if (e == ERROR_OK)
        e = store_operator_name_add(r->core->store, &r->actor, name, root, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = name;
    turn_changed(r->core, "people", "");
    return ERROR_OK;
}

/* 2026-03-14, and such a day exists. */
static bool is_day(const char *text)
{
    struct tm tm = { 0 };
    struct tm copy;
    const char *end = strptime(text, "%Y-%m-%d", &tm);
    time_t at;

    if (!end || *end || strlen(text) != STORE_DATE - 1)
        return false;
    copy = tm;
    at = timegm(&copy);
    return at != (time_t)-1 && copy.tm_mday == tm.tm_mday && copy.tm_mon == tm.tm_mon;
}

/* "observation quiz": at least two, each once. */
static enum error read_methods(const struct request *r, char out[STORE_METHODS],
                               struct complaint *why)
{
    bool taken[OPERATOR_METHOD_COUNT] = { false };
    unsigned count = 0;
    size_t at = 0, used = 0;
    struct span text;

    while (wire_next(r->m, WIRE_F_METHOD, &at, &text)) {
        enum operator_method method;
        if (operator_method_parse((const char *)text.at, &method) != ERROR_OK)
            return complain(why, ERROR_BAD_INPUT,
                            "\"%s\" is no way to judge somebody's competence.",
                            (const char *)text.at);
        count += taken[method] ? 0 : 1;
        taken[method] = true;
    }
    if (count < OPERATOR_METHODS_LEAST)
        return complain(why, ERROR_BAD_INPUT,
                        "Competence is judged in at least %d ways: watched at the work, a specimen "
                        "of known value, quality control, written questions. Mark those used.",
                        OPERATOR_METHODS_LEAST);
    out[0] = '\0';
    for (unsigned i = 0; i < OPERATOR_METHOD_COUNT; i++)
        if (taken[i])
            used += (size_t)snprintf(out + used, STORE_METHODS - used, "%s%s", used ? " " : "",
                                     operator_method_id((enum operator_method)i));
    return ERROR_OK;
}

static enum error check_days(const struct request *r, struct complaint *why)
{
    const char *trained = request_text(r, WIRE_F_TRAINED_ON);
    const char *until = request_text(r, WIRE_F_VALID_UNTIL);
    char today[17];

    sitetime_text(r->actor.at, today);
    today[STORE_DATE - 1] = '\0';
    if (!is_day(trained) || !is_day(until))
        return complain(why, ERROR_BAD_INPUT, "Give both days, as in 2026-03-14.");
    if (strcmp(trained, today) > 0)
        return complain(why, ERROR_BAD_INPUT, "The training cannot lie in the future.");
    if (strcmp(until, trained) < 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The certificate cannot end before the training. Correct one of the days.");
    return ERROR_OK;
}

/* The person and the test, and that nobody vouches for themselves. */
static enum error certified_person(struct request *r, struct store_certificate *out,
                                   struct store_person *person, struct complaint *why)
{
    struct store_test test;
    int64_t own;
    enum error e = find_person(r, person, why);

    if (e == ERROR_OK)
        e = store_person_root(r->core->store, person->id, &out->root);
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &own);
    if (e != ERROR_OK)
        return e;
    if (own == out->root)
        return complain(why, ERROR_DENIED,
                        "Nobody certifies themselves. Ask a colleague who may certify operators.");
    e = store_test_by_code(r->core->store, r->arena, request_text(r, WIRE_F_TEST), &test);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no test \"%s\".", request_text(r, WIRE_F_TEST));
    out->test = test.code;
    return e;
}

enum error action_certify(struct request *r, struct answer *answer, struct complaint *why)
{
    char methods[STORE_METHODS];
    struct store_person person;
    struct store_certificate new = { .valid = true,
                                     .trained_on = request_text(r, WIRE_F_TRAINED_ON),
                                     .valid_until = request_text(r, WIRE_F_VALID_UNTIL),
                                     .methods = methods,
                                     .evidence = request_text(r, WIRE_F_EVIDENCE),
                                     .note = request_text(r, WIRE_F_NOTE) };
    int64_t id;
    enum error e = certified_person(r, &new, &person, why);

    if (e == ERROR_OK && !person.active)
        e = complain(why, ERROR_CONFLICT, "%s no longer works here.", person.name);
    if (e == ERROR_OK)
        e = check_days(r, why);
    if (e == ERROR_OK)
        e = read_methods(r, methods, why);
    if (e == ERROR_OK)
        e = need_reason(r, WIRE_F_EVIDENCE, "where the evidence lies", why);
    if (e == ERROR_OK)
        e = store_certificate_add(r->core->store, &r->actor, &new, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = person.login;
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

enum error action_certify_end(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_person person;
    struct store_certificate new = { .valid = false,
                                     .trained_on = "",
                                     .valid_until = "",
                                     .methods = "",
                                     .evidence = "",
                                     .note = request_text(r, WIRE_F_REASON) };
    struct store_certificate old;
    int64_t id;
    enum error e = certified_person(r, &new, &person, why);

    if (e == ERROR_OK)
        e = need_reason(r, WIRE_F_REASON, "why it is withdrawn", why);
    if (e == ERROR_OK) {
        e = store_certificate_find(r->core->store, r->arena, new.root, new.test, &old);
        if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !old.valid))
            return complain(why, ERROR_CONFLICT, "%s is not certified for that test.", person.name);
    }
    if (e == ERROR_OK)
        e = store_certificate_add(r->core->store, &r->actor, &new, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = person.login;
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

/* ---- Emergency access ---- */

enum error action_emergency_begin(struct request *r, struct answer *answer, struct complaint *why)
{
    int64_t until = r->actor.at + (int64_t)SIGNINS_EMERGENCY * 1000;
    char end[17], text[160];
    int64_t id;
    enum error e = ERROR_OK;

    if (strlen(request_text(r, WIRE_F_REASON)) < 10)
        return complain(why, ERROR_BAD_INPUT,
                        "Say what the emergency is: it stays on record, and an administrator is "
                        "told at once.");
    e = store_emergency_add(r->core->store, &r->actor, request_text(r, WIRE_F_REASON), until, &id);
    if (e != ERROR_OK)
        return e;
    signins_emergency(r->core->signins, r->actor.person, id, until);
    log_line(LOG_EMERGENCY, "core",
             "emergency access %lld begins: an administrator is to review it", (long long)id);
    sitetime_text(until, end);
    (void)snprintf(text, sizeof text,
                   "Emergency access until %s. Whatever you look at is on record, and an "
                   "administrator has been told.",
                   end + 11);
    answer->sentence = request_keep(r, text);
    turn_changed(r->core, "people", "emergency");
    return ERROR_OK;
}

enum error action_emergency_review(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_emergency found;
    int64_t own, id;
    enum error e;

    if (!role_may(r->who->role, RIGHT_MANAGE_PEOPLE) && !role_may(r->who->role, RIGHT_AUDIT))
        return complain(
            why, ERROR_DENIED,
            "An administrator, the director or an auditor reviews an emergency access.");
    e = need_reason(r, WIRE_F_NOTE, "what you found", why);
    if (e == ERROR_OK)
        e = store_emergency_by_id(r->core->store, (int64_t)wire_number(r->m, WIRE_F_EMERGENCY),
                                  &found);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such emergency access.");
    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &own);
    if (e != ERROR_OK)
        return e;
    if (own == found.root)
        return complain(why, ERROR_DENIED, "Nobody reviews their own emergency access.");
    e = store_emergency_review_add(r->core->store, &r->actor, found.id,
                                   wire_number(r->m, WIRE_F_JUSTIFIED) != 0,
                                   request_text(r, WIRE_F_NOTE), &id);
    if (e == ERROR_CONFLICT)
        return complain(why, e, "Somebody has reviewed it already.");
    if (e != ERROR_OK)
        return e;
    answer->sentence = "The review is on record.";
    turn_changed(r->core, "people", "emergency");
    return ERROR_OK;
}
