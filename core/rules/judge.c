/* Flags by the limit, by the device, and the more severe of both. */
#include "core/rules/judge.h"

#include "core/rules/decimal.h"
#include "core/rules/match.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Of a flag of LIS02 R-7. What is not known is abnormal: a person looks. */
static enum severity severity_of(const char *flag)
{
    static const struct {
        const char *flag;
        enum severity severity;
    } known[] = {
        { "", SEVERITY_NORMAL },     { "N", SEVERITY_NORMAL },    { "LL", SEVERITY_CRITICAL },
        { "HH", SEVERITY_CRITICAL }, { "AA", SEVERITY_CRITICAL },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(flag, known[i].flag) == 0)
            return known[i].severity;
    return SEVERITY_ABNORMAL;
}

int64_t judge_years(int64_t years)
{
    return years * 1461 / 4;
}

/* The seconds at which the day of that month begins in that year; one that the year does not have
 * (February 29) is the next. */
static int64_t day_begins(int year, const struct tm *day)
{
    struct tm at = { .tm_year = year, .tm_mon = day->tm_mon, .tm_mday = day->tm_mday };
    return (int64_t)timegm(&at);
}

int64_t judge_age_days(const char *birth_date, int64_t at, int zone_offset)
{
    struct tm day = { 0 }, today;
    const char *end = strptime(birth_date, "%Y-%m-%d", &day);
    time_t now = (time_t)(at / 1000 + (int64_t)zone_offset * 60);
    int64_t years, days;

    if (!end || *end || !gmtime_r(&now, &today) || now < day_begins(day.tm_year, &day))
        return -1;
    years = today.tm_year - day.tm_year;
    if (now < day_begins(today.tm_year, &day))
        years--;
    days = (now - day_begins(day.tm_year + (int)years, &day)) / 86400;
    if (days >= judge_years(years + 1) - judge_years(years))
        days = judge_years(years + 1) - judge_years(years) - 1;
    return judge_years(years) + days;
}

/* The lowest and the highest value that the result can stand for; NULL is without end. */
struct reach {
    const char *from, *to;
    bool from_open, to_open; /* the end itself is not one of them */
};

static struct reach reach_of(const struct record_result *result)
{
    struct reach r = { result->number, result->number, false, false };

    if (result->comparator[0] == '>') {
        r.to = NULL;
        r.from_open = !result->comparator[1];
    } else if (result->comparator[0] == '<') {
        r.from = NULL;
        r.to_open = !result->comparator[1];
    }
    return r;
}

/* Whether every value of the reach is at or below (below, when `strictly`) the limit. */
static bool all_below(const struct reach *r, const char *limit, bool strictly)
{
    int order;

    if (!*limit || !r->to)
        return false;
    order = decimal_compare(r->to, limit);
    return order < 0 || (order == 0 && (!strictly || r->to_open));
}

static bool all_above(const struct reach *r, const char *limit, bool strictly)
{
    int order;

    if (!*limit || !r->from)
        return false;
    order = decimal_compare(r->from, limit);
    return order > 0 || (order == 0 && (!strictly || r->from_open));
}

/* Whether no value of the reach is outside the reference limits. */
static bool all_within(const struct reach *r, const struct store_limit *limit)
{
    bool low = !*limit->low || (r->from && decimal_compare(r->from, limit->low) >= 0);
    bool high = !*limit->high || (r->to && decimal_compare(r->to, limit->high) <= 0);

    return low && high;
}

/* Whether some value of the reach is at the critical limits or beyond. */
static bool some_critical(const struct reach *r, const struct store_limit *limit)
{
    int low = *limit->critical_low && r->from ? decimal_compare(r->from, limit->critical_low) : -1;
    int high = *limit->critical_high && r->to ? decimal_compare(r->to, limit->critical_high) : 1;

    return (*limit->critical_low && (low < 0 || (low == 0 && !r->from_open))) ||
           (*limit->critical_high && (high > 0 || (high == 0 && !r->to_open)));
}

/* A value beyond what the instrument measures, not all of which would be critical: nobody can tell
 * from it, so it is looked at as if it were. */
static const char *flag_unsure(const struct reach *r, const struct store_limit *limit,
                               struct judgement *out)
{
    out->unsure = true;
    out->complaint = r->to ? "Below the range of the instrument: whether it is critical cannot be "
                             "told. Act as if it were."
                           : "Above the range of the instrument: whether it is critical cannot be "
                             "told. Act as if it were.";
    if (all_below(r, limit->low, true))
        return "L";
    return all_above(r, limit->high, true) ? "H" : "A";
}

static const char *flag_number(const struct record_result *result, const struct store_limit *limit,
                               struct judgement *out)
{
    struct reach r = reach_of(result);

    if (all_below(&r, limit->critical_low, false))
        return "LL";
    if (all_above(&r, limit->critical_high, false))
        return "HH";
    if (some_critical(&r, limit))
        return flag_unsure(&r, limit, out);
    if (all_below(&r, limit->low, true))
        return "L";
    if (all_above(&r, limit->high, true))
        return "H";
    if (!*limit->low && !*limit->high) {
        out->complaint = "The approved limits have no reference range for this test.";
        return "";
    }
    if (all_within(&r, limit))
        return "N";
    out->complaint = "The value reaches across a limit, so the limits cannot flag it.";
    return "";
}

/* Whether the value is one of the normal texts, which are separated by `;`. */
static bool text_is_normal(const char *value, const char *normal)
{
    while (*normal) {
        char one[128];
        size_t len = strcspn(normal, ";");
        (void)snprintf(one, sizeof one, "%.*s", (int)(len < sizeof one ? len : 0), normal);
        if (*one && match_text(value, one))
            return true;
        normal += len + (normal[len] == ';');
    }
    return false;
}

static bool has_numbers(const struct store_limit *limit)
{
    return *limit->low || *limit->high || *limit->critical_low || *limit->critical_high;
}

static const char *flag_by_limit(const struct record_result *result,
                                 const struct store_limit *limit, struct judgement *out)
{
    if (!limit)
        out->complaint = "No approved limits for this test and patient.";
    else if (!has_numbers(limit) && !*limit->text_normal)
        out->complaint = "The director set no limits for this test: every result is reviewed.";
    else if (!*result->value)
        out->complaint = "The instrument sent no value.";
    else if (*result->number && has_numbers(limit)) {
        if (!decimal_is(result->number))
            out->complaint = "The value cannot be compared with the limits.";
        else if (strcmp(result->ucum, limit->unit) != 0)
            out->complaint = "The value has another unit than the approved limits.";
        else
            return flag_number(result, limit, out);
    } else if (*limit->text_normal)
        return text_is_normal(result->value, limit->text_normal) ? "N" : "A";
    else
        out->complaint = "The value is not a number, and the limits name no normal text.";
    return "";
}

/* The most severe of the device's flags; with equal severity the first. */
static const char *device_flag(const struct record_result *result)
{
    const char *worst = "";

    for (size_t i = 0; i < result->flags.count; i++)
        if (!*worst || severity_of(result->flags.at[i]) > severity_of(worst))
            worst = result->flags.at[i];
    return worst;
}

static void write_range(const struct store_limit *limit, char *out, size_t size)
{
    if (*limit->low && *limit->high)
        (void)snprintf(out, size, "%s-%s", limit->low, limit->high);
    else if (*limit->low)
        (void)snprintf(out, size, ">=%s", limit->low);
    else if (*limit->high)
        (void)snprintf(out, size, "<=%s", limit->high);
    else
        (void)snprintf(out, size, "%s", limit->text_normal);
}

void judge_result(const struct record_result *result, const struct store_limit *limit,
                  struct judgement *out)
{
    const char *device = device_flag(result);
    enum severity by_device = severity_of(device), by_site;

    memset(out, 0, sizeof *out);
    out->complaint = "";
    out->site = flag_by_limit(result, limit, out);
    by_site = severity_of(out->site);
    if (limit)
        write_range(limit, out->range, sizeof out->range);
    out->severity = by_site > by_device ? by_site : by_device;
    if (out->unsure)
        out->severity = SEVERITY_CRITICAL;
    out->flag = by_device > by_site || !*out->site ? device : out->site;
    if (*out->site && strcmp(out->site, device) == 0)
        out->source = "both";
    else if (!*out->flag)
        out->source = "";
    else
        out->source = out->flag == device ? "device" : "site";
}
