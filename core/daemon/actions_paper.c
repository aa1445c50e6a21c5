/* Working on paper while the machine is down: sheets of numbers given out before, entered after. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/store/paper.h"

#include <stdio.h>
#include <string.h>

enum error action_paper_reserve(struct request *r, struct answer *answer, struct complaint *why)
{
    uint64_t count = wire_number(r->m, WIRE_F_COUNT);
    struct store_paper_sheet sheet = { .day = sitetime_day(r->actor.at),
                                       .reason = request_text(r, WIRE_F_REASON) };
    char key[24];
    int64_t id = 0;
    enum error e;

    if (count < 1 || count > STORE_PAPER_MOST)
        return complain(why, ERROR_BAD_INPUT, "Ask for 1 to %d numbers at a time.",
                        STORE_PAPER_MOST);
    if (text_blank(sheet.reason))
        return complain(why, ERROR_BAD_INPUT,
                        "Say what the sheet is for, such as: for the drawer of exam room 2.");
    sheet.count = (unsigned)count;
    e = store_paper_reserve(r->core->store, &r->actor, &sheet, &id);
    if (e == ERROR_FULL)
        return complain(why, e, "There are not that many numbers left today. Ask for fewer.");
    if (e != ERROR_OK)
        return e;
    (void)snprintf(key, sizeof key, "%lld", (long long)id);
    answer->key = request_keep(r, key);
    turn_changed(r->core, "paper", "");
    return ERROR_OK;
}

/* The number, when it is open; or a sentence. */
static enum error find_open(struct request *r, struct store_paper_number *out,
                            struct complaint *why)
{
    const char *accession = request_text(r, WIRE_F_ACCESSION);
    enum error e = store_paper_find(r->core->store, accession, out);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e,
                        "%s stands on no paper sheet of this site. Scan the label on the tube.",
                        text_empty(accession) ? "That number" : accession);
    if (e == ERROR_OK && out->state == PAPER_ENTERED)
        return complain(why, ERROR_CONFLICT,
                        "%s has been entered already. If it is on another tube as well, put that "
                        "tube aside and tell the lab lead.",
                        accession);
    if (e == ERROR_OK && out->state == PAPER_VOID)
        return complain(why, ERROR_CONFLICT,
                        "%s was declared void, so no tube should bear it. Collect again, or tell "
                        "the lab lead.",
                        accession);
    return e;
}

/* Who drew it: somebody on the list of people, whoever types it in. */
static enum error check_collector(struct request *r, struct complaint *why)
{
    const char *login = request_text(r, WIRE_F_COLLECTOR);
    struct store_person person;
    enum error e = store_person_by_login(r->core->store, r->arena, login, &person);

    if (e == ERROR_NOT_FOUND || text_empty(login))
        return complain(why, ERROR_BAD_INPUT,
                        "Choose who collected it: \"%s\" is nobody on the list of people.", login);
    return e;
}

/* What was compared at the chair, as the form says, where the order has nothing yet. */
static enum error identify(struct request *r, const struct store_order_found *order,
                           struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT];
    int64_t id;
    enum error e = request_identifiers(r, identifiers, why);

    return e == ERROR_OK ? store_identify(r->core->store, &r->actor, order->id, identifiers,
                                          "paper form", &id)
                         : e;
}

/* A tube cannot bear a label that was not printed yet. */
static enum error check_time(struct request *r, const struct store_paper_number *number,
                             struct complaint *why)
{
    char printed[17];
    int64_t at;
    enum error e;

    if (text_blank(request_text(r, WIRE_F_REASON)))
        return complain(why, ERROR_BAD_INPUT,
                        "Say why it was done on paper, such as: no power from 9 to 11.");
    e = request_collected_at(r, &at, why);
    sitetime_text(number->printed_at, printed);
    if (e == ERROR_OK && at < number->printed_at - number->printed_at % 60000)
        e = complain(why, ERROR_BAD_INPUT,
                     "The sheet with this number was printed only at %s. Check the time of "
                     "collection.",
                     printed);
    return e;
}

/* What instruments sent under the number meanwhile. */
static enum error file_waiting(struct request *r, const char *accession, unsigned *filed,
                               unsigned *held)
{
    int64_t message = 0;
    bool done = false;
    enum error e;

    while ((e = store_paper_waiting(r->core->store, accession, message, &message)) == ERROR_OK) {
        e = ingest_look_again(r->core->ingest, message, &r->actor, &done);
        if (e != ERROR_OK)
            return e;
        ++*(done ? filed : held);
    }
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static void tell_entered(struct request *r, struct answer *answer, unsigned filed, unsigned held)
{
    char said[200];

    if (!filed && !held)
        (void)snprintf(said, sizeof said, "Entered. No result waits for it yet.");
    else
        (void)snprintf(said, sizeof said, "Entered. %u result message%s filed, %u held%s", filed,
                       filed == 1 ? "" : "s", held,
                       held ? ": look at Unmatched, it says why." : ".");
    answer->sentence = request_keep(r, said);
}

enum error action_paper_enter(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_event event = { .type = EVENT_LABEL_VERIFIED };
    struct store_paper_number number;
    struct store_order_found order;
    struct store_specimen_key key;
    unsigned filed = 0, held = 0;
    char detail[80];
    enum error e = find_open(r, &number, why);

    if (e == ERROR_OK)
        e = request_order(r, &order, why);
    if (e == ERROR_OK)
        e = check_collector(r, why);
    if (e == ERROR_OK)
        e = check_time(r, &number, why);
    if (e == ERROR_OK)
        e = identify(r, &order, why);
    if (e == ERROR_OK)
        e = request_collect(r, &order, request_text(r, WIRE_F_COLLECTOR), &number, &key, why);
    if (e != ERROR_OK)
        return e;
    (void)snprintf(detail, sizeof detail, "label of paper sheet %lld, entered from paper",
                   (long long)number.sheet);
    event.specimen = key.id;
    event.order = order.id;
    event.detail = detail;
    e = store_event_add(r->core->store, &r->actor, &event, NULL);
    if (e == ERROR_OK)
        e = store_paper_end(r->core->store, &r->actor, number.id, PAPER_ENTERED,
                            request_text(r, WIRE_F_REASON));
    if (e == ERROR_OK)
        e = file_waiting(r, number.accession.digits, &filed, &held);
    if (e != ERROR_OK)
        return e;
    answer->order = order.number;
    answer->accession = request_keep(r, key.accession.digits);
    tell_entered(r, answer, filed, held);
    turn_changed(r->core, "paper", "");
    return ERROR_OK;
}

static enum error void_one(struct request *r, struct answer *answer, const char *reason,
                           struct complaint *why)
{
    struct store_paper_number number;
    bool used = false;
    enum error e = find_open(r, &number, why);

    if (e == ERROR_OK)
        e = store_paper_used(r->core->store, number.accession.digits, &used);
    if (e == ERROR_OK && used)
        return complain(why, ERROR_CONFLICT,
                        "A result came under %s: there is a tube with it. Find it and enter it, or "
                        "settle the result on Unmatched first.",
                        number.accession.digits);
    if (e == ERROR_OK)
        e = store_paper_end(r->core->store, &r->actor, number.id, PAPER_VOID, reason);
    answer->sentence = "Void. Destroy its labels.";
    return e;
}

static enum error void_rest(struct request *r, struct answer *answer, const char *reason,
                            struct complaint *why)
{
    unsigned count = 0;
    char said[96];
    enum error e = store_paper_void_rest(r->core->store, &r->actor,
                                         (int64_t)wire_number(r->m, WIRE_F_SHEET), reason, &count);

    if (e == ERROR_NOT_FOUND)
        return complain(why, e, "There is no such sheet. Look at the list again.");
    if (e == ERROR_OK && count == 0)
        return complain(why, ERROR_CONFLICT,
                        "No number of this sheet is left that nobody used. What has a result "
                        "waits to be entered.");
    (void)snprintf(said, sizeof said, "%u number%s void. Destroy what is left of the sheet.", count,
                   count == 1 ? " is" : "s are");
    answer->sentence = request_keep(r, said);
    return e;
}

enum error action_paper_void(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    enum error e;

    if (text_blank(reason))
        return complain(why, ERROR_BAD_INPUT,
                        "Say what became of it, such as: sheet replaced, labels shredded.");
    e = wire_has(r->m, WIRE_F_SHEET) ? void_rest(r, answer, reason, why)
                                     : void_one(r, answer, reason, why);
    if (e == ERROR_OK)
        turn_changed(r->core, "paper", "");
    return e;
}
