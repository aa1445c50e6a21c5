/* Entering an order, confirming who the patient is, and what all actions share. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/bench.h"
#include "core/store/patients.h"

#include <stdio.h>
#include <string.h>

enum { ORDER_TESTS = 64 };

const char *request_keep(struct request *r, const char *text)
{
    const char *copy = arena_text(r->arena, span_text(text));
    return copy ? copy : "";
}

enum error request_failed(enum error e, struct complaint *why)
{
    switch (e) {
    case ERROR_FULL:
        return complain(why, e, "The disk is full, so nothing was done. Call your administrator.");
    case ERROR_CONFLICT:
        return complain(why, e, "That is not possible now. Look at it again: it has changed.");
    case ERROR_NOT_FOUND:
        return complain(why, e, "There is no such thing. Look at it again: it may have changed.");
    default:
        return complain(why, e,
                        "Phial could not do it (%s). Try again; if it stays like this, call your "
                        "administrator.",
                        error_text(e));
    }
}

enum error request_order(struct request *r, struct store_order_found *out, struct complaint *why)
{
    const char *number = request_text(r, WIRE_F_ORDER);
    enum error e = store_order_by_number(r->core->store, r->arena, number, out);
    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no order %s. Open it from the list again.", number);
    return e == ERROR_OK ? e : request_failed(e, why);
}

static bool one_of(const char *text, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(text, *list) == 0)
            return true;
    return false;
}

/* A text with a default, out of a closed list. */
static enum error choose(struct request *r, enum wire_field field, const char *otherwise,
                         const char *const *list, const char **out, struct complaint *why)
{
    const char *text = request_text(r, field);
    if (text_empty(text))
        text = otherwise;
    if (!one_of(text, list))
        return complain(why, ERROR_BAD_INPUT, "\"%s\" is no %s that Phial knows. Choose another.",
                        text, wire_field_name(field));
    *out = text;
    return ERROR_OK;
}

static bool is_digit_at(const char *text, size_t at)
{
    return text[at] >= '0' && text[at] <= '9';
}

/* yyyy-mm-dd, a day that exists, not in the future. */
static bool is_birth_date(const char *text, int64_t now)
{
    static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned year, month, day;
    char today[17];

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    for (size_t i = 0; i < 10; i++)
        if (i != 4 && i != 7 && !is_digit_at(text, i))
            return false;
    year = (unsigned)((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
                      (text[3] - '0'));
    month = (unsigned)((text[5] - '0') * 10 + (text[6] - '0'));
    day = (unsigned)((text[8] - '0') * 10 + (text[9] - '0'));
    if (year < 1850 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
        return false;
    sitetime_text(now, today);
    return strncmp(text, today, 10) <= 0;
}

enum error request_patient_data(struct request *r, struct complaint *why)
{
    static const char *const sexes[] = { "F", "M", "X", "U", NULL };

    if (text_empty(request_text(r, WIRE_F_MRN)) || text_empty(request_text(r, WIRE_F_FAMILY)))
        return complain(why, ERROR_BAD_INPUT, "Give the patient's MRN and family name.");
    if (!is_birth_date(request_text(r, WIRE_F_BIRTH_DATE), r->actor.at))
        return complain(why, ERROR_BAD_INPUT,
                        "The birth date must be a day in the past, as year-month-day such as "
                        "1981-03-14.");
    if (!one_of(request_text(r, WIRE_F_SEX), sexes))
        return complain(why, ERROR_BAD_INPUT, "The sex must be F, M, X, or U for unknown.");
    return ERROR_OK;
}

/* What of the patient on file differs from what was typed, or NULL. */
static const char *difference(const struct request *r, const struct store_patient *known)
{
    const struct {
        enum wire_field field;
        const char *known, *what;
    } rows[] = { { WIRE_F_BIRTH_DATE, known->birth_date, "another birth date" },
                 { WIRE_F_FAMILY, known->family, "another family name" },
                 { WIRE_F_GIVEN, known->given, "another given name" },
                 { WIRE_F_SEX, known->sex, "another sex" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(wire_text(r->m, rows[i].field), rows[i].known) != 0)
            return rows[i].what;
    return NULL;
}

enum error request_not_merged(struct request *r, int64_t id, struct complaint *why)
{
    int64_t current = id;
    enum error e = store_patient_current(r->core->store, id, &current);

    if (e == ERROR_OK && current != id)
        return complain(why, ERROR_CONFLICT,
                        "The record with this MRN was merged into another one. Search for the "
                        "patient by name, and use the MRN of the record that was kept.");
    return e;
}

struct store_patient request_patient_told(const struct request *r)
{
    return (struct store_patient) { .mrn = request_text(r, WIRE_F_MRN),
                                    .family = request_text(r, WIRE_F_FAMILY),
                                    .given = request_text(r, WIRE_F_GIVEN),
                                    .birth_date = request_text(r, WIRE_F_BIRTH_DATE),
                                    .sex = request_text(r, WIRE_F_SEX) };
}

/* An MRN that somebody bore by a slip belongs to whom it is of; the same person by the old number
 * would be there twice. */
static enum error check_former(struct request *r, const struct store_patient *fresh,
                               struct complaint *why)
{
    struct store_patient asked = *fresh, former;
    bool same = false;
    enum error e = store_patient_formerly(r->core->store, r->arena, fresh->mrn, &former);

    if (e == ERROR_NOT_FOUND)
        return ERROR_OK;
    asked.id = former.id;
    if (e == ERROR_OK)
        e = store_patient_was(r->core->store, &asked, &same);
    if (e == ERROR_OK && same)
        return complain(why, ERROR_CONFLICT,
                        "This patient's MRN was corrected: search for the patient by name, compare "
                        "the MRN with the record, and use that one.");
    return e;
}

static enum error add_patient(struct request *r, int64_t *id, struct complaint *why)
{
    const struct store_patient patient = request_patient_told(r);
    enum error e = check_former(r, &patient, why);

    return e == ERROR_OK
               ? store_patient_add(r->core->store, &patient, r->actor.person, r->actor.at, id)
               : e;
}

enum error request_patient(struct request *r, int64_t *id, bool *fresh, struct complaint *why)
{
    struct store_patient patient;
    const char *differs;
    enum error e = request_patient_data(r, why);

    if (e == ERROR_OK)
        e = store_patient_by_mrn(r->core->store, r->arena, request_text(r, WIRE_F_MRN), &patient);
    if (e == ERROR_NOT_FOUND) {
        *fresh = true;
        return add_patient(r, id, why);
    }
    if (e == ERROR_OK)
        e = request_not_merged(r, patient.id, why);
    if (e != ERROR_OK)
        return e;
    differs = difference(r, &patient);
    if (differs)
        return complain(why, ERROR_CONFLICT,
                        "This MRN belongs to a patient with %s. Check the MRN and the patient; "
                        "nothing was entered. If what is on file is wrong, correct it under "
                        "Patient's data, which opens from the patient's order or specimen.",
                        differs);
    *fresh = false;
    *id = patient.id;
    return ERROR_OK;
}

enum error request_test(struct request *r, struct store_test *out, struct complaint *why)
{
    const char *code = request_text(r, WIRE_F_TEST);
    enum error e = store_test_by_code(r->core->store, r->arena, code, out);

    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !out->active))
        return complain(why, ERROR_NOT_FOUND, "\"%s\" is not on the test menu.", code);
    return e;
}

enum error request_provider(struct request *r, struct complaint *why)
{
    const char *login = request_text(r, WIRE_F_PROVIDER);
    struct store_person person;
    role_set roles = 0;
    bool signs = false;
    enum error e = store_person_by_login(r->core->store, r->arena, login, &person);

    if (e == ERROR_OK)
        e = store_roles(r->core->store, &person, &roles);
    for (unsigned i = 0; e == ERROR_OK && i < ROLE_COUNT; i++)
        signs = signs || ((roles & role_bit((enum role)i)) && role_may((enum role)i, RIGHT_SIGN));
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !(person.active && signs)))
        return complain(why, ERROR_BAD_INPUT,
                        "\"%s\" is no provider here. Choose who authorised the order.", login);
    return e;
}

static bool listed(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* Tests of a specimen and an EKG go different ways: an order is of one kind. */
static enum error check_kind(size_t count, size_t without_specimen, struct complaint *why)
{
    if (without_specimen && without_specimen < count)
        return complain(why, ERROR_BAD_INPUT,
                        "An EKG needs an order of its own. Enter one order for the EKG and another "
                        "for the laboratory tests.");
    return ERROR_OK;
}

static enum error find_tests(struct request *r, int64_t ids[ORDER_TESTS], size_t *count,
                             struct complaint *why)
{
    struct span code;
    size_t at = 0, without_specimen = 0;

    *count = 0;
    while (wire_next(r->m, WIRE_F_TEST, &at, &code)) {
        struct store_test test;
        const char *name = (const char *)code.at;
        enum error e = store_test_by_code(r->core->store, r->arena, name, &test);
        if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !test.active))
            return complain(why, ERROR_BAD_INPUT, "\"%s\" is not on the test menu.", name);
        if (e == ERROR_OK)
            e = request_test_live(r, &test, why);
        if (e != ERROR_OK)
            return e;
        if (*count == ORDER_TESTS)
            return complain(why, ERROR_TOO_BIG, "An order holds at most %d tests.", ORDER_TESTS);
        if (listed(ids, *count, test.id))
            continue;
        ids[(*count)++] = test.id;
        without_specimen += strcmp(test.specimen_type, STORE_NO_SPECIMEN) == 0;
    }
    if (*count == 0)
        return complain(why, ERROR_BAD_INPUT, "An order needs at least one test.");
    return check_kind(*count, without_specimen, why);
}

enum error action_order_enter(struct request *r, struct answer *answer, struct complaint *why)
{
    static const char *const priorities[] = { "routine", "stat", NULL };
    static const char *const modes[] = { "electronic", "written", "oral", NULL };
    int64_t tests[ORDER_TESTS];
    struct store_order order = { .tests = tests };
    struct store_order_key key;
    bool fresh = false;
    enum error e = request_provider(r, why);

    order.provider = request_text(r, WIRE_F_PROVIDER);
    order.reason = request_text(r, WIRE_F_REASON);
    order.placer = request_text(r, WIRE_F_PLACER);
    order.icd10 = request_text(r, WIRE_F_ICD10);
    if (e == ERROR_OK)
        e = choose(r, WIRE_F_PRIORITY, "routine", priorities, &order.priority, why);
    if (e == ERROR_OK)
        e = choose(r, WIRE_F_MODE, "electronic", modes, &order.mode, why);
    if (e == ERROR_OK)
        e = find_tests(r, tests, &order.test_count, why);
    if (e == ERROR_OK)
        e = request_patient(r, &order.patient, &fresh, why);
    if (e == ERROR_OK)
        e = store_order_enter(r->core->store, &r->actor, &order, &key);
    if (e != ERROR_OK)
        return e;
    answer->order = request_keep(r, key.number);
    turn_changed(r->core, "orders", key.number);
    return ERROR_OK;
}

enum error request_identifiers(struct request *r, char out[REQUEST_IDENTIFIERS_TEXT],
                               struct complaint *why)
{
    const char *seen[REQUEST_IDENTIFIERS];
    size_t count = 0, at = 0, used = 0, size = REQUEST_IDENTIFIERS_TEXT;
    struct span content;

    while (wire_next(r->m, WIRE_F_IDENTIFIER, &at, &content) && count < REQUEST_IDENTIFIERS) {
        const char *text = (const char *)content.at;
        bool twice = text_empty(text);
        for (size_t i = 0; i < count; i++)
            twice = twice || strcmp(seen[i], text) == 0;
        if (twice)
            continue;
        seen[count] = text;
        used += (size_t)snprintf(out + used, size - used, "%s%s", count ? ", " : "", text);
        count++;
    }
    if (count < 2)
        return complain(why, ERROR_BAD_INPUT,
                        "Confirm two different identifiers, such as the name and the birth date.");
    return ERROR_OK;
}

enum error action_identify(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT] = "";
    struct store_order_found order;
    int64_t id;
    enum error e = request_order(r, &order, why);

    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e == ERROR_OK && text_empty(request_text(r, WIRE_F_METHOD)))
        e = complain(why, ERROR_BAD_INPUT, "Say how the identifiers were confirmed.");
    if (e == ERROR_OK)
        e = store_identify(r->core->store, &r->actor, order.id, identifiers,
                           request_text(r, WIRE_F_METHOD), &id);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "orders", order.number);
    return ERROR_OK;
}
