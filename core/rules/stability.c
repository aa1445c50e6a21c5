/* Minutes spent at each temperature or warmer, against the book. */
#include "core/rules/stability.h"

#include <stdbool.h>

enum { MINUTE = 60 * 1000 };

/* Adds a stay's part between collection and test to what was spent at its temperature. */
static void spend(int64_t spent[STABILITY_TEMPERATURES], enum stability_temperature temperature,
                  int64_t from, int64_t until, int64_t collected_at, int64_t at)
{
    if (from < collected_at)
        from = collected_at;
    if (until > at)
        until = at;
    if (until > from)
        spent[temperature] += until - from;
}

void stability_judge(const struct stability_book *book, int64_t collected_at,
                     const struct stability_stay *stays, size_t count, int64_t at,
                     struct stability_judgement *out)
{
    int64_t spent[STABILITY_TEMPERATURES] = { 0 }, sum = 0;

    *out = (struct stability_judgement) { .finding = GATE_NOTHING };
    spend(spent, STABILITY_ROOM, collected_at, count ? stays[0].from : at, collected_at, at);
    for (size_t i = 0; i < count; i++)
        spend(spent, stays[i].temperature, stays[i].from, i + 1 < count ? stays[i + 1].from : at,
              collected_at, at);
    for (unsigned i = 0; i < STABILITY_TEMPERATURES; i++) {
        bool silent = spent[i] > 0 && book->minutes[i] == 0;
        sum += spent[i];
        if (book->minutes[i] && sum > book->minutes[i] * MINUTE) {
            *out = (struct stability_judgement) { GATE_AGAINST, (enum stability_temperature)i,
                                                  (sum + MINUTE - 1) / MINUTE, book->minutes[i] };
            return;
        }
        if (silent && out->finding == GATE_NOTHING)
            *out =
                (struct stability_judgement) { GATE_UNKNOWN, (enum stability_temperature)i, 0, 0 };
    }
}
