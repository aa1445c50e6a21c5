/*
 * The bench: tests added to a specimen that is still good, aliquots, where a specimen is kept,
 * orders that are cancelled or were given by word of mouth.
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/stability.h"
#include "core/store/bench.h"

#include <stdio.h>
#include <string.h>

/* ---- Added tests ---- */

static enum error check_added(struct request *r, const struct store_specimen *s,
                              const struct store_test *test, struct complaint *why)
{
    const char *volume = request_text(r, WIRE_F_VOLUME);

    if (!specimen_testable(s->state))
        return complain(why, ERROR_CONFLICT,
                        "No test can be added: the specimen is %s. Enter a new order and collect "
                        "again.",
                        specimen_state_text(s->state));
    if (strcmp(test->specimen_type, s->type) != 0)
        return complain(why, ERROR_CONFLICT,
                        "%s needs %s, and this is %s. Enter a new order and collect that.",
                        test->name, test->specimen_type, s->type);
    if (strcmp(volume, "enough") != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "Look whether enough is left in the tube, and say so; else collect again.");
    return ERROR_OK;
}

/* Whether it would still be good if it were tested now. What is not on record is not refused: the
 * rule says so when the result comes. */
static enum error check_stable(struct request *r, const struct store_specimen *s,
                               const struct store_test *test, struct complaint *why)
{
    struct stability_stay stays[STORE_STAYS];
    struct stability_judgement j = { GATE_NOTHING, STABILITY_ROOM, 0, 0 };
    struct stability_book book;
    size_t count = 0;
    enum error e = store_stays(r->core->store, s->id, stays, &count);

    if (e == ERROR_OK)
        e = store_stability_of(r->core->store, test->code, &book);
    if (e == ERROR_OK)
        stability_judge(&book, s->collected_at, stays, count, r->actor.at, &j);
    if (e == ERROR_OK && j.finding == GATE_AGAINST)
        return complain(why, ERROR_CONFLICT,
                        "The specimen is too old for %s: %lld minutes %s or warmer, and it is good "
                        "for %lld. Enter a new order and collect again.",
                        test->name, (long long)j.used, stability_temperature_text(j.temperature),
                        (long long)j.limit);
    return e;
}

enum error action_add_on(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_specimen specimen;
    struct store_test test;
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK)
        e = request_provider(r, why);
    if (e == ERROR_OK)
        e = request_test(r, &test, why);
    if (e == ERROR_OK)
        e = request_test_live(r, &test, why);
    if (e == ERROR_OK)
        e = check_added(r, &specimen, &test, why);
    if (e == ERROR_OK)
        e = check_stable(r, &specimen, &test, why);
    if (e == ERROR_OK) {
        char detail[256];
        (void)snprintf(detail, sizeof detail, "%.120s, ordered by %.64s", test.name,
                       request_text(r, WIRE_F_PROVIDER));
        e = store_order_add_test(r->core->store, &r->actor, &specimen, test.id, detail);
        if (e == ERROR_CONFLICT)
            e = complain(why, e, "%s is ordered on this specimen already.", test.name);
    }
    if (e != ERROR_OK)
        return e;
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    turn_changed(r->core, "specimen", specimen.accession);
    turn_changed(r->core, "orders", specimen.order_number);
    return ERROR_OK;
}

/* ---- Aliquots ---- */

enum error action_aliquot(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_specimen specimen;
    struct store_specimen_key key;
    struct store_aliquot in = { .parent = &specimen,
                                .day = sitetime_day(r->actor.at),
                                .container = request_text(r, WIRE_F_CONTAINER),
                                .volume = request_text(r, WIRE_F_VOLUME),
                                .collector = r->who->login };
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK && !specimen_testable(specimen.state))
        e = complain(why, ERROR_CONFLICT,
                     "No aliquot can be taken: the specimen is %s. Scan its label back first.",
                     specimen_state_text(specimen.state));
    if (e == ERROR_OK && text_empty(in.container))
        e = complain(why, ERROR_BAD_INPUT, "Say into which container the aliquot goes.");
    if (e == ERROR_OK)
        e = store_aliquot(r->core->store, &r->actor, &in, &key);
    if (e != ERROR_OK)
        return e;
    answer->accession = request_keep(r, key.accession.digits);
    answer->order = specimen.order_number;
    turn_changed(r->core, "specimen", specimen.accession);
    turn_changed(r->core, "specimen", key.accession.digits);
    turn_changed(r->core, "orders", specimen.order_number);
    return ERROR_OK;
}

/* ---- Where it is kept ---- */

enum error request_keep_at(struct request *r, struct answer *answer, enum event event,
                           struct complaint *why)
{
    const char *where = request_text(r, WIRE_F_LOCATION);
    const char *said = request_text(r, WIRE_F_TEMPERATURE);
    enum stability_temperature temperature = STABILITY_ROOM;
    struct store_specimen specimen;
    struct store_event row = { .type = event, .location = where };
    enum error e = ERROR_OK;

    if (text_empty(where))
        return complain(why, ERROR_BAD_INPUT, "Say where the specimen is put.");
    if (!text_empty(said) && stability_temperature_parse(said, &temperature) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "Say how warm it is there: room, cold (refrigerator) or frozen.");
    e = request_specimen(r, &specimen, why);
    if (e == ERROR_OK && (specimen.state == SPECIMEN_DISPOSED))
        e = complain(why, ERROR_CONFLICT,
                     "The specimen is %s, so it cannot be put anywhere. Compare the label.",
                     specimen_state_text(specimen.state));
    if (e != ERROR_OK)
        return e;
    row.specimen = specimen.id;
    row.order = specimen.order;
    row.detail = stability_temperature_text(temperature);
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    e = request_event(r, &specimen, &row, why);
    return e == ERROR_OK
               ? store_storage_add(r->core->store, &r->actor, specimen.id, temperature, where)
               : e;
}

enum error action_move(struct request *r, struct answer *answer, struct complaint *why)
{
    return request_keep_at(r, answer, EVENT_MOVED, why);
}

enum { MINUTES_MOST = 366 * 24 * 60 };

enum error action_stability_set(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_stability row = { .source = request_text(r, WIRE_F_SOURCE),
                                   .person = r->actor.person,
                                   .at = r->actor.at };
    uint64_t minutes = wire_number(r->m, WIRE_F_MINUTES);
    struct store_test test;
    int64_t id;
    enum error e = request_test(r, &test, why);

    if (e == ERROR_OK && stability_temperature_parse(request_text(r, WIRE_F_TEMPERATURE),
                                                     &row.temperature) != ERROR_OK)
        e = complain(why, ERROR_BAD_INPUT, "Choose room, cold (refrigerator) or frozen.");
    if (e == ERROR_OK && minutes > MINUTES_MOST)
        e = complain(why, ERROR_BAD_INPUT, "Give at most a year, in minutes; 0 for no limit.");
    if (e == ERROR_OK && text_empty(row.source))
        e = complain(why, ERROR_BAD_INPUT, "Name the package insert or the policy that says so.");
    if (e != ERROR_OK)
        return e;
    row.test_code = test.code;
    row.minutes = (int64_t)minutes;
    answer->sentence = "From now on specimens are held against it.";
    turn_changed(r->core, "tests", test.code);
    return store_stability_add(r->core->store, &row, &id);
}

/* ---- Orders ---- */

enum error action_order_cancel(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_order_found order;
    enum error e = request_order(r, &order, why);

    if (e == ERROR_OK && text_blank(reason))
        e = complain(why, ERROR_BAD_INPUT,
                     "Say why there will be no result: it stays with the order.");
    if (e == ERROR_OK) {
        e = store_order_cancel(r->core->store, &r->actor, order.id, reason);
        if (e == ERROR_CONFLICT)
            e = complain(why, e,
                         "The order has a result, or is closed already, so it cannot be "
                         "cancelled. A result is corrected instead.");
    }
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "orders", order.number);
    return ERROR_OK;
}

enum error action_oral_authorise(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *method = request_text(r, WIRE_F_METHOD), *note = request_text(r, WIRE_F_NOTE);
    struct store_order_found order;
    enum error e = request_order(r, &order, why);
    bool here = strcmp(method, "signed") == 0;

    if (e == ERROR_OK && !here && strcmp(method, "paper") != 0)
        e = complain(why, ERROR_BAD_INPUT, "Choose whether it is signed here or on paper.");
    if (e == ERROR_OK && here && !role_may(r->who->role, RIGHT_SIGN))
        e = complain(why, ERROR_DENIED,
                     "Only a provider signs an order here. When a signed paper has come, choose "
                     "paper and say where it is filed.");
    if (e == ERROR_OK && !here && text_empty(note))
        e = complain(why, ERROR_BAD_INPUT, "Say who signed the paper and where it is filed.");
    if (e == ERROR_OK) {
        e = store_oral_authorise(r->core->store, &r->actor, order.id, method, note);
        if (e == ERROR_CONFLICT)
            e = complain(why, e, "The order needs no authorisation any more. Load the list.");
    }
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    turn_changed(r->core, "orders", order.number);
    return ERROR_OK;
}

enum error action_rejection_seen(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_specimen specimen;
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK)
        e = store_rejection_seen(r->core->store, &r->actor, specimen.id);
    if (e == ERROR_CONFLICT || e == ERROR_NOT_FOUND)
        return complain(why, e, "Nobody needs to take note of that any more. Load the list.");
    answer->accession = specimen.accession;
    turn_changed(r->core, "orders", specimen.order_number);
    return e;
}
