/* How far the results of a report, and by them the report, stand. */
#include "core/model/exchange.h"

#define STATUS_LETTER(name, letter) letter,
static const char letters[] = { EXCHANGE_STATUS_TABLE(STATUS_LETTER) };
#undef STATUS_LETTER

char exchange_status_letter(enum exchange_status status)
{
    return (unsigned)status < EXCHANGE_STATUS_COUNT ? letters[status] : '\0';
}

/* Of how many things that stand so, how the whole stands. */
static enum exchange_status whole(const size_t of[EXCHANGE_STATUS_COUNT])
{
    size_t others = of[EXCHANGE_PRELIMINARY] + of[EXCHANGE_FINAL] + of[EXCHANGE_NOT_DONE];

    if (of[EXCHANGE_CORRECTED] || (of[EXCHANGE_WRONG] && others))
        return EXCHANGE_CORRECTED;
    if (of[EXCHANGE_WRONG])
        return EXCHANGE_WRONG;
    if (of[EXCHANGE_PRELIMINARY] || !others)
        return EXCHANGE_PRELIMINARY;
    return of[EXCHANGE_FINAL] ? EXCHANGE_FINAL : EXCHANGE_NOT_DONE;
}

enum exchange_status exchange_panel_status(const struct exchange_panel *panel)
{
    size_t of[EXCHANGE_STATUS_COUNT] = { 0 };

    for (size_t i = 0; i < panel->result_count; i++) {
        const struct exchange_result *r = &panel->results[i];
        /* The health record has a value where there is none any more. */
        bool taken_back = r->status == EXCHANGE_NOT_DONE && r->previous_count;
        of[taken_back ? EXCHANGE_CORRECTED : r->status]++;
    }
    if (!panel->result_count && (*panel->rejected || *panel->cancelled))
        return EXCHANGE_NOT_DONE;
    return whole(of);
}

enum exchange_status exchange_report_status(const struct exchange_report *report)
{
    size_t of[EXCHANGE_STATUS_COUNT] = { 0 };

    for (size_t i = 0; i < report->panel_count; i++)
        of[exchange_panel_status(&report->panels[i])]++;
    return whole(of);
}
