/* Adding people and changing PINs. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/daemon/setup_code.h"
#include "core/model/npi.h"

#include <string.h>

/* A login is what a badge or a keyboard can carry. */
static bool is_login(const char *text)
{
    size_t len = strlen(text);
    return len >= 2 && len <= 32 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == len;
}

static enum error check_new(struct request *r, enum role *role, struct complaint *why)
{
    const char *login = request_text(r, WIRE_F_LOGIN);
    struct store_person known;
    enum error e;

    if (!is_login(login))
        return complain(why, ERROR_BAD_INPUT,
                        "A login has 2 to 32 small letters, digits, dots or dashes.");
    if (text_empty(request_text(r, WIRE_F_NAME)))
        return complain(why, ERROR_BAD_INPUT, "Give the person's name as it is to be shown.");
    if (role_parse(request_text(r, WIRE_F_ROLE), role) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no role. The roles are medical-assistant, lab-lead, provider, "
                        "auditor, administrator, director and front-desk.",
                        request_text(r, WIRE_F_ROLE));
    if (r->core->setup_code[0] && *role != ROLE_ADMINISTRATOR)
        return complain(why, ERROR_BAD_INPUT, "The first person must be an administrator.");
    e = store_person_by_login(r->core->store, r->arena, login, &known);
    if (e == ERROR_OK)
        return complain(why, ERROR_CONFLICT, "The login \"%s\" is taken. Choose another.", login);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error request_known_as(struct request *r, struct store_person *person, struct complaint *why)
{
    const char *npi = request_text(r, WIRE_F_NPI);

    if (*npi && !npi_is(npi))
        return complain(why, ERROR_BAD_INPUT,
                        "%s is no NPI: it has 10 digits, the last of which checks the others. "
                        "Compare it with the register.",
                        npi);
    if (wire_has(r->m, WIRE_F_NPI))
        person->npi = npi;
    if (wire_has(r->m, WIRE_F_ADDRESS))
        person->address = request_text(r, WIRE_F_ADDRESS);
    if (wire_has(r->m, WIRE_F_PHONE))
        person->phone = request_text(r, WIRE_F_PHONE);
    return ERROR_OK;
}

/* Who set whose PIN is a fact: whoever sets one can sign as that person. */
static enum error set_pin(struct request *r, int64_t person, const char *login,
                          struct complaint *why)
{
    int64_t id;
    enum error e = store_pin_set_add(r->core->store, &r->actor, person, &id);

    return e == ERROR_OK ? pins_propose(r->core->pins, login, r->new_hash, id, why) : e;
}

enum error action_user_add(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_person person = { .login = request_text(r, WIRE_F_LOGIN),
                                   .name = request_text(r, WIRE_F_NAME),
                                   .active = true };
    int64_t id;
    enum error e = check_new(r, &person.role, why);

    if (e == ERROR_OK)
        e = request_known_as(r, &person, why);
    if (e == ERROR_OK)
        e = store_person_change(r->core->store, &r->actor, &person, "", &id);
    if (e == ERROR_OK)
        e = set_pin(r, id, person.login, why);
    if (e != ERROR_OK)
        return e;
    if (r->core->setup_code[0]) {
        setup_code_forget(r->core);
        signins_end_person(r->core->signins, r->who->person);
    }
    answer->key = person.login;
    turn_changed(r->core, "people", person.login);
    return ERROR_OK;
}

enum error action_user_pin(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *login = request_text(r, WIRE_F_LOGIN);
    struct store_person person;
    enum error e = store_person_by_login(r->core->store, r->arena, login, &person);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is nobody with the login \"%s\".", login);
    if (e == ERROR_OK)
        e = set_pin(r, person.id, login, why);
    if (e != ERROR_OK)
        return e;
    if (person.id != r->who->person)
        signins_end_person(r->core->signins, person.id);
    turn_changed(r->core, "people", login);
    answer->key = login;
    return ERROR_OK;
}
