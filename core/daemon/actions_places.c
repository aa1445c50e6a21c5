/* Places where supplies are kept, and the day's reading of each. */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/decimal.h"
#include "core/rules/lot.h"

#include <stdio.h>
#include <string.h>

static const char *key_of(struct request *r, int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    return request_keep(r, text);
}

static bool is_bound(const char *text)
{
    return text_empty(text) || decimal_is(text);
}

static enum error check_place(const struct store_place *place, struct complaint *why)
{
    static const char *const measures[] = { "°C", "°F", "%RH" };
    bool known = false;

    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
        known |= strcmp(place->measure, measures[i]) == 0;
    if (text_blank(place->name))
        return complain(why, ERROR_BAD_INPUT, "Give the place a name: the one on its door.");
    if (!known)
        return complain(why, ERROR_BAD_INPUT, "Choose what is read there: °C, °F or %%RH.");
    if (!is_bound(place->low) || !is_bound(place->high) ||
        (text_empty(place->low) && text_empty(place->high)))
        return complain(why, ERROR_BAD_INPUT,
                        "Give the range, in numbers such as 2 and 8: the narrowest of what is kept "
                        "there.");
    if (!text_empty(place->low) && !text_empty(place->high) &&
        decimal_compare(place->low, place->high) > 0)
        return complain(why, ERROR_BAD_INPUT, "The range begins above its end. Check both.");
    return ERROR_OK;
}

enum error action_place_set(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_place old, place = { .id = (int64_t)wire_number(r->m, WIRE_F_PLACE),
                                      .name = request_text(r, WIRE_F_NAME),
                                      .measure = request_text(r, WIRE_F_MEASURE),
                                      .low = request_text(r, WIRE_F_LOW),
                                      .high = request_text(r, WIRE_F_HIGH) };
    enum error e = check_place(&place, why);

    place.active = !wire_has(r->m, WIRE_F_ACTIVE) || wire_number(r->m, WIRE_F_ACTIVE);
    if (e == ERROR_OK && place.id) {
        e = store_place_by_id(r->core->store, r->arena, place.id, &old);
        if (e == ERROR_NOT_FOUND)
            e = complain(why, e, "There is no such place. Reload the page.");
    }
    if (e == ERROR_OK)
        e = store_place_put(r->core->store, &r->actor, &place, &place.id);
    if (e != ERROR_OK)
        return e;
    answer->key = key_of(r, place.id);
    turn_changed(r->core, "temperatures", answer->key);
    return ERROR_OK;
}

static enum error check_reading(const struct store_temperature *t, struct complaint *why)
{
    if (!decimal_is(t->lowest) || !decimal_is(t->highest) ||
        (!text_empty(t->present) && !decimal_is(t->present)))
        return complain(why, ERROR_BAD_INPUT,
                        "Write the readings as numbers, such as 4.5: the lowest and the highest "
                        "since the last time.");
    if (decimal_compare(t->lowest, t->highest) > 0)
        return complain(why, ERROR_BAD_INPUT, "The lowest is above the highest. Check both.");
    if (!text_empty(t->present) &&
        (decimal_compare(t->present, t->lowest) < 0 || decimal_compare(t->present, t->highest) > 0))
        return complain(why, ERROR_BAD_INPUT,
                        "What it shows now does not lie between the lowest and the highest. Check "
                        "the three.");
    if (!t->in_range && text_blank(t->action))
        return complain(why, ERROR_BAD_INPUT,
                        "That is out of range (%s to %s). Say what was done: who was asked, what "
                        "became of the kits.",
                        t->low, t->high);
    return ERROR_OK;
}

enum error action_temperature_add(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_temperature t = { .place = (int64_t)wire_number(r->m, WIRE_F_PLACE),
                                   .lowest = request_text(r, WIRE_F_LOWEST),
                                   .highest = request_text(r, WIRE_F_HIGHEST),
                                   .present = request_text(r, WIRE_F_PRESENT),
                                   .action = request_text(r, WIRE_F_NOTE) };
    struct store_place place;
    char day[17];
    int64_t id;
    enum error e = store_place_by_id(r->core->store, r->arena, t.place, &place);

    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !place.active))
        return complain(why, ERROR_NOT_FOUND, "There is no such place. Reload the page.");
    if (e != ERROR_OK)
        return e;
    sitetime_text(r->actor.at, day);
    day[DATE_SIZE - 1] = '\0';
    t.day = day;
    t.low = place.low;
    t.high = place.high;
    t.in_range = decimal_is(t.lowest) && decimal_is(t.highest) &&
                 temperature_in_range(&place, t.lowest, t.highest);
    t.usable = t.in_range || wire_number(r->m, WIRE_F_USABLE);
    e = check_reading(&t, why);
    if (e == ERROR_OK && t.usable && !t.in_range && !role_may(r->who->role, RIGHT_KEEP_LOTS))
        e = complain(why, ERROR_DENIED,
                     "Only whoever keeps the lots may clear for use what was out of range. Write "
                     "it down as not cleared, and tell the lab lead.");
    if (e == ERROR_OK)
        e = store_temperature_add(r->core->store, &r->actor, &t, &id);
    if (e != ERROR_OK)
        return e;
    answer->key = key_of(r, place.id);
    turn_changed(r->core, "temperatures", answer->key);
    return ERROR_OK;
}
