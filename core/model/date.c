/* Days counted from the first of March of the year 0, so that a leap day comes last in its year. */
#include "core/model/date.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_YEAR = 1850, LAST_YEAR = 9999, CYCLE_YEARS = 400, CYCLE_DAYS = 146097 };

unsigned date_month_days(unsigned year, unsigned month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    if (month < 1 || month > 12)
        return 0;
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static unsigned number_of(const char *text, size_t len)
{
    unsigned value = 0;

    for (size_t i = 0; i < len; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    return value;
}

static bool split(const char *text, unsigned *year, unsigned *month, unsigned *day)
{
    if (strlen(text) != DATE_SIZE - 1 || text[4] != '-' || text[7] != '-')
        return false;
    for (size_t i = 0; i < DATE_SIZE - 1; i++)
        if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9'))
            return false;
    *year = number_of(text, 4);
    *month = number_of(text + 5, 2);
    *day = number_of(text + 8, 2);
    return *year >= FIRST_YEAR && *day >= 1 && *day <= date_month_days(*year, *month);
}

bool date_is(const char *text)
{
    unsigned year, month, day;
    return split(text, &year, &month, &day);
}

static long count_days(unsigned year, unsigned month, unsigned day)
{
    long y = (long)year - (month <= 2), m = ((long)month + 9) % 12;
    return y * 365 + y / 4 - y / 100 + y / CYCLE_YEARS + (m * 153 + 2) / 5 + (long)day - 1;
}

static void day_of(long count, char out[DATE_SIZE])
{
    long cycle = count / CYCLE_DAYS, in_cycle = count % CYCLE_DAYS;
    long y = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / (CYCLE_DAYS - 1)) / 365;
    long in_year = in_cycle - (365 * y + y / 4 - y / 100);
    long m = (5 * in_year + 2) / 153;
    unsigned day = (unsigned)(in_year - (153 * m + 2) / 5 + 1);
    unsigned month = (unsigned)(m < 10 ? m + 3 : m - 9);
    unsigned year = (unsigned)(y + cycle * CYCLE_YEARS + (month <= 2));

    (void)snprintf(out, DATE_SIZE, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
}

enum error date_add(const char *day, long days, char out[DATE_SIZE])
{
    unsigned year, month, of_month;
    long count;

    if (!split(day, &year, &month, &of_month))
        return ERROR_BAD_INPUT;
    count = count_days(year, month, of_month) + days;
    if (count < count_days(FIRST_YEAR, 1, 1) || count > count_days(LAST_YEAR, 12, 31))
        return ERROR_BAD_INPUT;
    day_of(count, out);
    return ERROR_OK;
}

long date_between(const char *from, const char *to)
{
    unsigned y1 = 0, m1 = 1, d1 = 1, y2 = 0, m2 = 1, d2 = 1;

    if (!split(from, &y1, &m1, &d1) || !split(to, &y2, &m2, &d2))
        return 0;
    return count_days(y2, m2, d2) - count_days(y1, m1, d1);
}
