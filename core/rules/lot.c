/* Judging lots, and the places where they are kept. */
#include "core/rules/lot.h"

#include "core/rules/decimal.h"
#include "core/rules/match.h"

#include <string.h>

enum error lot_use_by(const char *expires, const char *opened_on, int64_t open_days,
                      char out[DATE_SIZE])
{
    char end[DATE_SIZE];

    if (!date_is(expires) || date_add(opened_on, (long)open_days, end) != ERROR_OK)
        return ERROR_BAD_INPUT;
    memcpy(out, open_days > 0 && strcmp(end, expires) < 0 ? end : expires, DATE_SIZE);
    return ERROR_OK;
}

static bool is_marked(const struct store_lot *lot, const char *mark)
{
    return strcmp(lot->mark, mark) == 0;
}

bool lot_usable(const struct store_lot *lot, const char *day, int64_t at, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (is_marked(lot, "recalled"))
        e = complain(why, ERROR_CONFLICT,
                     "Lot %s of %s is recalled. Do not use it; run the test again with another "
                     "lot.",
                     lot->number, lot->item_name);
    else if (is_marked(lot, "quarantine"))
        e = complain(why, ERROR_CONFLICT,
                     "Lot %s of %s is in quarantine: %.120s. Use another lot, or have the lab lead "
                     "release the lot first.",
                     lot->number, lot->item_name, lot->mark_reason);
    else if (is_marked(lot, "depleted") && lot->marked_at < at)
        e = complain(why, ERROR_CONFLICT,
                     "The book says that lot %s of %s was used up before. Check the lot that is at "
                     "the instrument, and scan it in under Lab, Lots.",
                     lot->number, lot->item_name);
    else if (strcmp(lot->expires, day) < 0)
        e = complain(why, ERROR_CONFLICT,
                     "Lot %s of %s expired on %s. Discard it; run the test again with a lot "
                     "within its date.",
                     lot->number, lot->item_name, lot->expires);
    else if (!*lot->opened_on)
        e = complain(why, ERROR_CONFLICT,
                     "The book has no day on which lot %s of %s was opened. Scan it under Lab, "
                     "Lots, and write the day on the container.",
                     lot->number, lot->item_name);
    else if (strcmp(lot->use_by, day) < 0)
        e = complain(why, ERROR_CONFLICT,
                     "Lot %s of %s was opened on %s and could be used until %s. Discard it; run "
                     "the test again with a fresh container.",
                     lot->number, lot->item_name, lot->opened_on, lot->use_by);
    return e == ERROR_OK;
}

bool lot_tube_usable(const struct store_lot *lot, const char *day, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (is_marked(lot, "recalled"))
        e = complain(why, ERROR_CONFLICT,
                     "Tubes of lot %s (%s) are recalled. Put them aside, and draw into a tube of "
                     "another lot.",
                     lot->number, lot->item_name);
    else if (is_marked(lot, "quarantine"))
        e = complain(why, ERROR_CONFLICT,
                     "Tubes of lot %s (%s) are in quarantine: %.120s. Draw into a tube of another "
                     "lot.",
                     lot->number, lot->item_name, lot->mark_reason);
    else if (strcmp(lot->expires, day) < 0)
        e = complain(
            why, ERROR_CONFLICT,
            "Tubes of lot %s (%s) expired on %s. Discard them, and draw into a tube within "
            "its date.",
            lot->number, lot->item_name, lot->expires);
    return e == ERROR_OK;
}

static void say(struct gate_verdict *out, enum gate_finding finding, const struct complaint *why)
{
    if (finding <= out->finding)
        return;
    out->finding = finding;
    out->sentence = *why;
}

/* Of several lots with that number or code, one that may be used is enough. */
static void judge_told(const struct lot_question *q, struct gate_verdict *out)
{
    const struct store_supplies *s = q->supplies;
    struct complaint why = { "" }, each;
    bool found = false;

    for (size_t i = 0; i < s->lot_count; i++) {
        const struct store_lot *lot = &s->lots[i];
        if (!match_text(lot->number, q->told) && !(*lot->code && match_text(lot->code, q->told)))
            continue;
        if (lot_usable(lot, q->day, q->at, &each))
            return;
        if (!found)
            why = each;
        found = true;
    }
    if (!found)
        (void)complain(&why, ERROR_OK,
                       "The instrument used lot %.40s for %s, which is not in the book of lots. "
                       "Compare the code chip or cartridge with the container; when it is right, "
                       "scan the lot in under Lab, Lots.",
                       q->told, q->test);
    say(out, GATE_AGAINST, &why);
}

/* The instrument did not say. When no lot may be used, it was a wrong one whatever it was. */
static void judge_untold(const struct lot_question *q, struct gate_verdict *out)
{
    const struct store_supplies *s = q->supplies;
    struct complaint why = { "" }, each;
    const struct store_lot *usable = NULL;

    for (size_t i = 0; i < s->lot_count && !usable; i++) {
        if (lot_usable(&s->lots[i], q->day, q->at, &each))
            usable = &s->lots[i];
        else if (!why.text[0] && *s->lots[i].opened_on)
            why = each;
    }
    if (usable)
        (void)complain(&why, ERROR_OK,
                       "The instrument did not say which lot it used for %s. Open in the book: "
                       "lot %s of %s.",
                       q->test, usable->number, usable->item_name);
    else if (!why.text[0])
        (void)complain(&why, ERROR_OK,
                       "No lot for %s is open in the book of lots. Scan the one that is in use "
                       "under Lab, Lots.",
                       q->test);
    say(out, usable ? GATE_UNKNOWN : GATE_AGAINST, &why);
}

void lot_judge(const struct lot_question *q, struct gate_verdict *out)
{
    struct complaint why;

    if (q->supplies->item_count == 0) {
        (void)complain(&why, ERROR_OK,
                       "No lots are kept for %s: nobody can say whether its kit was in date. Add "
                       "the kit under Lab, Lots.",
                       q->test);
        say(out, GATE_UNKNOWN, &why);
    } else if (*q->told) {
        judge_told(q, out);
    } else {
        judge_untold(q, out);
    }
}

static void keeping_judge_one(const struct store_keeping *k, const char *day,
                              struct gate_verdict *out)
{
    struct complaint why = { "" };
    enum gate_finding finding = GATE_AGAINST;

    if (!*k->place) {
        finding = GATE_UNKNOWN;
        (void)complain(&why, ERROR_OK,
                       "The book does not say where %s is kept, so no temperature is on record. "
                       "Name its place under Lab, Lots.",
                       k->item);
    } else if (!k->reading || date_between(k->day, day) > 1) {
        (void)complain(&why, ERROR_OK,
                       "There is no temperature on record for %s, where %s is kept%s%s. Read it, "
                       "and write it down under Lab, Temperatures.",
                       k->place, k->item, k->reading ? ", since " : "", k->reading ? k->day : "");
    } else if (!k->in_range && !k->usable) {
        (void)complain(&why, ERROR_OK,
                       "%s, where %s is kept, was out of its range on %s and what is kept there "
                       "was not cleared for use. Follow what was written down under Lab, "
                       "Temperatures; use a kit from elsewhere.",
                       k->place, k->item, k->day);
    } else {
        finding = GATE_NOTHING;
    }
    say(out, finding, &why);
}

void keeping_judge(const struct store_keeping *keeping, size_t count, const char *day,
                   struct gate_verdict *out)
{
    for (size_t i = 0; i < count; i++)
        keeping_judge_one(&keeping[i], day, out);
}

bool temperature_in_range(const struct store_place *place, const char *lowest, const char *highest)
{
    return (!*place->low || decimal_compare(lowest, place->low) >= 0) &&
           (!*place->high || decimal_compare(highest, place->high) <= 0);
}
