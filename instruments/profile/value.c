/* Numbers, times and LOINC codes out of texts. */
#include "instruments/profile/value.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

static size_t digits(const char *at)
{
    size_t count = 0;
    while (is_digit(at[count]))
        count++;
    return count;
}

/* Longer ones first, so that `<=` is not taken for `<`. */
static const char *read_comparator(const char **at)
{
    static const struct {
        const char *sent, *means;
    } table[] = { { "<=", "<=" },           { ">=", ">=" }, { "\xe2\x89\xa4", "<=" },
                  { "\xe2\x89\xa5", ">=" }, { "<", "<" },   { ">", ">" } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t len = strlen(table[i].sent);
        if (strncmp(*at, table[i].sent, len) == 0) {
            *at = skip_blanks(*at + len);
            *at += **at == '^'; /* HL7 has it as a component of its own: `>^100` */
            return table[i].means;
        }
    }
    return "";
}

/* The length of the number at the start of `text` when nothing but blanks follows it, else 0. */
static size_t number_length(const char *text)
{
    size_t sign = text[0] == '-', whole = digits(text + sign), len = sign + whole;
    char point = text[len];

    if (point == '.' || point == ',') {
        size_t decimals = digits(text + len + 1);
        if (decimals == 0 || (point == ',' && (decimals == 3 || whole == 0)))
            return 0;
        len += 1 + decimals;
        whole += decimals;
    }
    return whole > 0 && *skip_blanks(text + len) == '\0' ? len : 0;
}

struct value_reading value_read(const char *text, struct arena *arena)
{
    struct value_reading none = { "", "" };
    const char *at = skip_blanks(text);
    const char *comparator = read_comparator(&at);
    size_t len = number_length(at);
    char *number;

    if (len == 0)
        return none;
    number = arena_take(arena, len + 1);
    if (!number)
        return none;
    for (size_t i = 0; i < len; i++)
        number[i] = at[i] == ',' ? '.' : at[i];
    return (struct value_reading) { comparator, number };
}

/* Times are read into this: -1 where a part was not sent. */
struct parts {
    int year, month, day, hour, minute, second;
    char fraction[10], zone[8];
};

static int two(const char *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static bool days_fit(const struct parts *p)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (p->year % 4 == 0 && p->year % 100 != 0) || p->year % 400 == 0;

    if (p->year < 1 || p->month < 1 || p->month > 12 || p->day < 1)
        return false;
    return p->day <= days[p->month - 1] - (p->month == 2 && !leap);
}

static bool parts_fit(const struct parts *p)
{
    return days_fit(p) && p->hour < 24 && p->minute < 60 && p->second <= 60;
}

/* The digits of a time without their punctuation, in either form: "20241206141235". Returns what
 * follows them, or NULL when the punctuation is not where it should be. */
static const char *collect_digits(const char *text, char *out, size_t size)
{
    static const char punctuation[] = "....-.-.T.:.:."; /* behind the n-th digit, the ISO form */
    bool iso = digits(text) == 4 && text[4] == '-';
    size_t count = 0;

    while (count < size - 1) {
        char before = count < sizeof punctuation - 1 ? punctuation[count] : '.';
        bool there = *text == before || (before == 'T' && *text == ' ');
        if (iso && before != '.' && there && is_digit(text[1]))
            text++;
        else if (iso && before != '.' && is_digit(*text))
            return NULL;
        if (!is_digit(*text))
            break;
        out[count++] = *text++;
    }
    out[count] = '\0';
    return text;
}

static const char *read_fraction(const char *at, struct parts *p)
{
    size_t len = *at == '.' ? digits(at + 1) : 0;
    if (len == 0 || len + 1 >= sizeof p->fraction)
        return at;
    memcpy(p->fraction, at, len + 1);
    return at + len + 1;
}

/* `Z`, `+0500`, `-05:00`; anything else is left where it is. */
static const char *read_zone(const char *at, struct parts *p)
{
    const char *minutes;

    if (*at == 'Z') {
        memcpy(p->zone, "Z", 2);
        return at + 1;
    }
    if ((*at != '+' && *at != '-') || digits(at + 1) < 2)
        return at;
    minutes = at[3] == ':' ? at + 4 : at + 3;
    if (digits(minutes) != 2 || two(at + 1) > 14 || two(minutes) > 59)
        return at;
    (void)snprintf(p->zone, sizeof p->zone, "%c%.2s:%.2s", *at, at + 1, minutes);
    return minutes + 2;
}

static enum error read_parts(const char *text, struct parts *p)
{
    char d[15] = "";
    const char *rest = collect_digits(skip_blanks(text), d, sizeof d);
    size_t len = rest ? strlen(d) : 0;

    if (len != 8 && len != 12 && len != 14)
        return ERROR_BAD_INPUT;
    *p = (struct parts) { two(d) * 100 + two(d + 2), two(d + 4), two(d + 6), -1, -1, -1, "", "" };
    if (len > 8) {
        p->hour = two(d + 8);
        p->minute = two(d + 10);
    }
    if (len > 12) {
        p->second = two(d + 12);
        rest = read_fraction(rest, p);
    }
    if (len > 8)
        rest = read_zone(rest, p);
    return *skip_blanks(rest) == '\0' && parts_fit(p) ? ERROR_OK : ERROR_BAD_INPUT;
}

static enum error write_time(const struct parts *parts, struct arena *arena, const char **out)
{
    enum { ROOM = 48 };
    struct parts p = *parts;
    char written[ROOM];
    const char *text;
    int len;

    len = snprintf(written, ROOM, "%04d-%02d-%02d", p.year, p.month, p.day);
    if (p.hour >= 0)
        len += snprintf(written + len, ROOM - (size_t)len, "T%02d:%02d", p.hour, p.minute);
    if (p.second >= 0)
        len += snprintf(written + len, ROOM - (size_t)len, ":%02d%s", p.second, p.fraction);
    len += snprintf(written + len, ROOM - (size_t)len, "%s", p.zone);
    text = arena_text(arena, span_of(written, (size_t)len));
    if (!text)
        return ERROR_NO_MEMORY;
    *out = text;
    return ERROR_OK;
}

enum error value_time(const char *text, struct arena *arena, const char **out)
{
    struct parts p;
    enum error e = read_parts(text, &p);
    return e == ERROR_OK ? write_time(&p, arena, out) : e;
}

/* Whether one of the letters stands behind a `%` of the format. */
static bool names_one(const char *format, const char *letters)
{
    for (; (format = strchr(format, '%')) != NULL && format[1]; format += 2)
        if (strchr(letters, format[1]))
            return true;
    return false;
}

bool value_time_format_is(const char *format)
{
    bool date = names_one(format, "DF");
    return date ||
           (names_one(format, "yY") && names_one(format, "mbBh") && names_one(format, "de"));
}

enum error value_time_by(const char *format, const char *text, struct arena *arena,
                         const char **out)
{
    struct tm tm = { .tm_mday = 0 };
    const char *rest = strptime(skip_blanks(text), format, &tm);
    struct parts p = { .hour = -1, .minute = -1, .second = -1 };

    if (!rest || *skip_blanks(rest))
        return ERROR_BAD_INPUT;
    p.year = tm.tm_year + 1900;
    p.month = tm.tm_mon + 1;
    p.day = tm.tm_mday;
    if (names_one(format, "HIklTRr")) {
        p.hour = tm.tm_hour;
        p.minute = tm.tm_min;
    }
    if (names_one(format, "STr"))
        p.second = tm.tm_sec;
    return parts_fit(&p) ? write_time(&p, arena, out) : ERROR_BAD_INPUT;
}

/* What a letter behind `%` stands for, at most 15 characters. */
static void write_part(char letter, const struct tm *tm, char *out, size_t size)
{
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    const struct {
        char letter;
        int number, width;
    } numbers[] = { { 'Y', tm->tm_year + 1900, 4 },
                    { 'y', tm->tm_year % 100, 2 },
                    { 'm', tm->tm_mon + 1, 2 },
                    { 'd', tm->tm_mday, 2 },
                    { 'e', tm->tm_mday, 1 },
                    { 'H', tm->tm_hour, 2 },
                    { 'k', tm->tm_hour, 1 },
                    { 'I', (tm->tm_hour + 11) % 12 + 1, 2 },
                    { 'l', (tm->tm_hour + 11) % 12 + 1, 1 },
                    { 'M', tm->tm_min, 2 },
                    { 'S', tm->tm_sec, 2 } };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].letter == letter)
            (void)snprintf(out, size, "%0*d", numbers[i].width, numbers[i].number);
    if (letter == 'p')
        (void)snprintf(out, size, "%s", tm->tm_hour < 12 ? "AM" : "PM");
    if (letter == 'b' || letter == 'h' || letter == 'B')
        (void)snprintf(out, size, "%s", months[tm->tm_mon % 12]);
    if (letter == '%')
        (void)snprintf(out, size, "%%");
}

/* The letters that stand for several others. */
static const char *spelled_out(char letter)
{
    static const struct {
        char letter;
        const char *means;
    } table[] = { { 'D', "%m/%d/%y" }, { 'F', "%Y-%m-%d" }, { 'T', "%H:%M:%S" }, { 'R', "%H:%M" } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].letter == letter)
            return table[i].means;
    return NULL;
}

static void put_text(const char *text, char *out, size_t size, size_t *len)
{
    for (; *text && *len + 1 < size; text++)
        out[(*len)++] = *text;
}

static void put_time(const char *format, const struct tm *tm, char *out, size_t size, size_t *len)
{
    for (; *format; format++) {
        char part[16] = { *format, '\0' };
        const char *several = *format == '%' ? spelled_out(format[1]) : NULL;
        if (*format == '%' && format[1]) {
            part[0] = '\0';
            write_part(*++format, tm, part, sizeof part);
        }
        if (several)
            put_time(several, tm, out, size, len);
        else
            put_text(part, out, size, len);
    }
}

void value_time_as(const char *format, const char *time, char *out, size_t size)
{
    struct tm tm = { .tm_mday = 0 };
    size_t len = 0;

    if (strptime(time, "%Y-%m-%dT%H:%M", &tm)) {
        (void)strptime(time, "%Y-%m-%dT%H:%M:%S", &tm);
        put_time(format, &tm, out, size, &len);
    } else if (strptime(time, "%Y-%m-%d", &tm)) {
        put_time(format, &tm, out, size, &len);
    } else {
        put_text(time, out, size, &len);
    }
    out[len] = '\0';
}

bool value_is_loinc(const char *text)
{
    size_t len = digits(text);
    unsigned sum = 0;

    if (len < 1 || len > 7 || text[len] != '-' || !is_digit(text[len + 1]) || text[len + 2])
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned)(text[len - 1 - i] - '0');
        unsigned twice = digit * 2;
        sum += i % 2 == 0 ? twice / 10 + twice % 10 : digit;
    }
    return (10 - sum % 10) % 10 == (unsigned)(text[len + 1] - '0');
}
