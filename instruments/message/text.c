/*
 * Text reports decoded: lines, then pieces that patterns take, then records; see text.h.
 *
 * Invariant: a draft is only ever continued by lines of its own type, and no longer when one of a
 * type above it began after it: what belongs to the next person never joins this one.
 */
#include "instruments/message/text_pattern.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdio.h>
#include <strings.h>

enum {
    PIECES_MAX = 4 * LIMIT_RECORDS, /* with those that are skipped */
    GROUPS_MAX = 64,
    CENTURY_TURN = 69, /* years of two digits: 1969 to 2068, as POSIX reads them */
};

/* A record under way. */
struct draft {
    enum text_type type;
    struct span raw;
    struct message_field *fields;
    size_t count, room;
    struct draft *next;
};

struct decoder {
    const struct text_patterns *patterns;
    struct arena *arena;
    pcre2_match_data *match;
    struct buffer bytes, line;     /* a line as sent, without what is stripped; in plain UTF-8 */
    bool tired[TEXT_PATTERNS_MAX]; /* reached its limits */
    struct draft *first, *last;
    struct draft *open[TEXT_TYPE_COUNT]; /* that the next line of this type continues */
    bool resulted; /* a result stands behind the newest of header, patient and order */
    size_t records, pieces;
};

/* ---- Fields ---- */

static struct message_field *find_field(const struct draft *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->fields[i].name, name) == 0)
            return &d->fields[i];
    return NULL;
}

static const char *field_text(const struct draft *d, const char *name)
{
    const struct message_field *f = find_field(d, name);
    return f ? f->repeats[0].whole : "";
}

static bool grow_fields(struct decoder *t, struct draft *d)
{
    size_t room = d->room ? 2 * d->room : 8;
    struct message_field *fields = arena_take(t->arena, room * sizeof *fields);
    if (!fields)
        return false;
    if (d->count)
        memcpy(fields, d->fields, d->count * sizeof *fields);
    d->fields = fields;
    d->room = room;
    return true;
}

/* Sets a field; `name` outlives the message, `bytes` are copied. */
static enum error set_field(struct decoder *t, struct draft *d, const char *name, struct span bytes)
{
    struct message_field *f = find_field(d, name);
    struct message_repeat *repeat = arena_take(t->arena, sizeof *repeat);
    const char **component = arena_take(t->arena, sizeof *component);
    const char *text = arena_text(t->arena, bytes);

    if (!repeat || !component || !text || (!f && d->count == d->room && !grow_fields(t, d)))
        return ERROR_NO_MEMORY;
    if (!f)
        f = &d->fields[d->count++];
    *component = text;
    *repeat = (struct message_repeat) { component, 1, text, NULL };
    *f = (struct message_field) { span_text(text), repeat, 1, name };
    return ERROR_OK;
}

/* ---- Drafts ---- */

static struct draft *begin_draft(struct decoder *t, enum text_type type, struct span raw)
{
    struct draft *d = arena_take(t->arena, sizeof *d);
    const char *copy = arena_text(t->arena, raw);

    if (!d || !copy)
        return NULL;
    d->type = type;
    d->raw = span_of(copy, raw.len);
    if (t->last)
        t->last->next = d;
    else
        t->first = d;
    t->last = d;
    t->records++;
    t->resulted = type == TEXT_RESULT || (t->resulted && type > TEXT_ORDER);
    if (type == TEXT_END)
        type = TEXT_HEADER; /* nothing goes on behind an end */
    if (type <= TEXT_DETAIL)
        for (unsigned i = type; i <= TEXT_DETAIL; i++)
            t->open[i] = NULL;
    if (d->type <= TEXT_DETAIL)
        t->open[d->type] = d;
    return d;
}

struct group {
    const char *name;
    struct span text;
};

/* The groups that say something in the last match, the first of those with one name. */
static size_t read_groups(const struct decoder *t, const struct text_pattern *p,
                          struct group out[GROUPS_MAX])
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(t->match);
    size_t count = 0;

    for (uint32_t i = 0; i < p->group_count && count < GROUPS_MAX; i++) {
        const unsigned char *entry = p->groups + (size_t)i * p->group_size;
        size_t group = (size_t)entry[0] << 8 | entry[1];
        const char *name = (const char *)entry + 2;
        bool again = count > 0 && strcmp(out[count - 1].name, name) == 0;
        if (ends[2 * group] == PCRE2_UNSET || ends[2 * group] >= ends[2 * group + 1] || again)
            continue;
        out[count].name = name;
        out[count++].text =
            span_of(t->line.at + ends[2 * group], ends[2 * group + 1] - ends[2 * group]);
    }
    return count;
}

static bool is_blank(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] != ' ')
            return false;
    return true;
}

/* Whether a draft says none of these yet. */
static bool takes_groups(const struct draft *d, const struct group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_blank(groups[i].text) && !is_blank(span_text(field_text(d, groups[i].name))))
            return false;
    return true;
}

/* Behind results a line about patient or order is the next one's, also when this one has a blank
 * in its place: the number of B never comes to the results of A. */
static bool is_of_next(const struct decoder *t, enum text_type type)
{
    return (type == TEXT_PATIENT || type == TEXT_ORDER) && t->resulted;
}

static enum error take_match(struct decoder *t, const struct text_pattern *p, struct span piece)
{
    struct group groups[GROUPS_MAX];
    size_t count = read_groups(t, p, groups);
    struct draft *d = t->open[p->type];
    enum error e = ERROR_OK;

    if (p->type == TEXT_SKIP)
        return ERROR_OK;
    if (!d || !takes_groups(d, groups, count) || is_of_next(t, p->type))
        d = begin_draft(t, p->type, piece);
    if (!d)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        if (!find_field(d, groups[i].name) || !is_blank(groups[i].text))
            e = set_field(t, d, groups[i].name, groups[i].text);
    if (e == ERROR_OK && *p->code && !find_field(d, "code"))
        e = set_field(t, d, "code", span_text(p->code));
    return e;
}

static enum error take_unknown(struct decoder *t, struct span piece, bool tired)
{
    static const char why[] = "a pattern of the profile took too many steps on it";
    struct draft *d = begin_draft(t, TEXT_UNKNOWN, piece);
    enum error e = d ? set_field(t, d, "line", piece) : ERROR_NO_MEMORY;
    return e == ERROR_OK && tired ? set_field(t, d, "why", span_of(why, sizeof why - 1)) : e;
}

/* ---- Lines ---- */

enum fit { FITS, FITS_NOT, GIVES_UP, NO_MEMORY };

static enum fit try_pattern(struct decoder *t, size_t index, size_t at)
{
    const struct text_patterns *p = t->patterns;
    int found;

    if (t->tired[index])
        return GIVES_UP;
    found = pcre2_match(p->at[index].compiled, t->line.at, t->line.len, at,
                        PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, t->match, p->limits);
    if (found >= 0)
        return FITS;
    if (found == PCRE2_ERROR_NOMATCH)
        return FITS_NOT;
    t->tired[index] = found != PCRE2_ERROR_NOMEMORY;
    return t->tired[index] ? GIVES_UP : NO_MEMORY;
}

/* The piece at `*at` of the line; `*at` moves behind it. No pattern is asked behind one that gave
 * up: it might have been the right one. */
static enum error take_piece(struct decoder *t, size_t *at)
{
    struct span rest = span_of(t->line.at + *at, t->line.len - *at);
    enum fit fit = FITS_NOT;
    size_t i;

    for (i = 0; i < t->patterns->count; i++)
        if ((fit = try_pattern(t, i, *at)) != FITS_NOT)
            break;
    if (fit == NO_MEMORY)
        return ERROR_NO_MEMORY;
    if (fit == FITS && pcre2_get_ovector_pointer(t->match)[1] > *at) {
        size_t end = pcre2_get_ovector_pointer(t->match)[1];
        struct span piece = span_of(rest.at, end - *at);
        *at = end;
        return take_match(t, &t->patterns->at[i], piece);
    }
    *at = t->line.len;
    return take_unknown(t, rest, fit == GIVES_UP);
}

static enum error make_plain(struct decoder *t, struct span raw)
{
    enum error e = ERROR_OK;

    buffer_clear(&t->bytes);
    buffer_clear(&t->line);
    for (size_t i = 0; i < raw.len && e == ERROR_OK; i++)
        if (!t->patterns->stripped[raw.at[i]])
            e = buffer_put_byte(&t->bytes, raw.at[i] == '\t' ? ' ' : raw.at[i]);
    return e == ERROR_OK ? text_from_device(&t->line, buffer_span(&t->bytes)) : e;
}

static enum error take_line(struct decoder *t, struct span raw)
{
    enum error e = make_plain(t, raw);
    size_t at = 0;

    while (e == ERROR_OK && at < t->line.len &&
           !is_blank(span_of(t->line.at + at, t->line.len - at))) {
        if (++t->pieces > PIECES_MAX || t->records == LIMIT_RECORDS)
            return ERROR_TOO_BIG;
        e = take_piece(t, &at);
    }
    return e;
}

static enum error take_lines(struct decoder *t, struct span text)
{
    enum error e = ERROR_OK;

    while (text.len && e == ERROR_OK) {
        size_t len = 0;
        while (len < text.len && !t->patterns->separates[text.at[len]])
            len++;
        e = take_line(t, span_of(text.at, len));
        len += len < text.len;
        text = span_of(text.at + len, text.len - len);
    }
    return e;
}

/* ---- What groups mean together ---- */

/* A number of one or two digits, or a month's English name; -1 for neither. */
static int month_number(const char *text)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (strlen(text) >= 3)
        for (int i = 0; i < 12; i++)
            if (strncasecmp(text, names + 3 * i, 3) == 0)
                return i + 1;
    return -1;
}

static int small_number(const char *text)
{
    size_t len = strspn(text, "0123456789");
    int number = 0;
    if (len == 0 || len > 4 || text[len])
        return -1;
    for (size_t i = 0; i < len; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* Twelve hours to twenty-four: 12 am is 0, 12 pm is 12. */
static int whole_day_hour(int hour, const char *half)
{
    bool noon = *half == 'p' || *half == 'P';
    if (!*half || hour < 1 || hour > 12)
        return hour;
    return hour % 12 + (noon ? 12 : 0);
}

static int year_number(const char *text)
{
    int year = small_number(text);
    if (year < 0 || strlen(text) > 2)
        return year;
    return year < CENTURY_TURN ? 2000 + year : 1900 + year;
}

/* Writes the time at `out`; false when a part is no number. */
static bool write_time(const struct draft *d, char *out, size_t size)
{
    const char *named = field_text(d, "month"), *second = field_text(d, "second");
    int year = year_number(field_text(d, "year")), month = small_number(named);
    int day = small_number(field_text(d, "day")), minute = small_number(field_text(d, "minute"));
    int hour = whole_day_hour(small_number(field_text(d, "hour")), field_text(d, "half"));
    int len;

    if (month < 0)
        month = month_number(named);
    if (year < 0 || month < 0 || day < 0)
        return false;
    len = snprintf(out, size, "%04d-%02d-%02d", year, month, day);
    if (!*field_text(d, "hour"))
        return true;
    if (hour < 0 || minute < 0 || (*second && small_number(second) < 0))
        return false;
    len += snprintf(out + len, size - (size_t)len, "T%02d:%02d", hour, minute);
    if (*second)
        (void)snprintf(out + len, size - (size_t)len, ":%02d", small_number(second));
    return true;
}

static enum error add_time(struct decoder *t, struct draft *d)
{
    char time[64];

    if (!*field_text(d, "year") && !*field_text(d, "month") && !*field_text(d, "day"))
        return ERROR_OK;
    if (!write_time(d, time, sizeof time)) /* told by whoever reads it as a time */
        (void)snprintf(time, sizeof time, "%.8s/%.8s/%.8s %.8s:%.8s %.4s", field_text(d, "year"),
                       field_text(d, "month"), field_text(d, "day"), field_text(d, "hour"),
                       field_text(d, "minute"), field_text(d, "half"));
    return set_field(t, d, "time", span_text(time));
}

/* `0091` and `0` are 91.0. */
static enum error add_number(struct decoder *t, struct draft *d)
{
    const char *whole = field_text(d, "whole"), *fraction = field_text(d, "fraction");
    char number[96];

    if (!*whole || whole[strspn(whole, "0123456789")] || fraction[strspn(fraction, "0123456789")] ||
        strlen(whole) + strlen(fraction) > 40)
        return ERROR_OK;
    while (whole[0] == '0' && whole[1])
        whole++;
    (void)snprintf(number, sizeof number, "%.40s%s%.40s", whole, *fraction ? "." : "", fraction);
    return set_field(t, d, "number", span_text(number));
}

static enum error finish(struct decoder *t, struct message *out)
{
    struct message_record *records = arena_take(t->arena, t->records * sizeof *records);
    enum error e = records ? ERROR_OK : ERROR_NO_MEMORY;
    size_t count = 0;

    for (struct draft *d = t->first; d && e == ERROR_OK; d = d->next) {
        e = add_time(t, d);
        if (e == ERROR_OK)
            e = add_number(t, d);
        if (e == ERROR_OK)
            e = text_copy(records[count].type, sizeof records[count].type, text_type_name(d->type));
        records[count].raw = d->raw;
        records[count].fields = d->fields;
        records[count++].field_count = d->count;
    }
    if (e == ERROR_OK)
        *out = (struct message) { records, count };
    return e;
}

static pcre2_match_data *match_data(const struct text_patterns *p)
{
    uint32_t most = 0;
    for (size_t i = 0; i < p->count; i++) {
        uint32_t groups = 0;
        (void)pcre2_pattern_info(p->at[i].compiled, PCRE2_INFO_CAPTURECOUNT, &groups);
        most = groups > most ? groups : most;
    }
    return pcre2_match_data_create(most + 1, NULL);
}

enum error text_decode(struct span text, const struct text_patterns *patterns, struct arena *arena,
                       struct message *out, size_t *used, struct complaint *why)
{
    struct decoder t = { .patterns = patterns, .arena = arena };
    enum error e = ERROR_OK;

    if (text.len > LIMIT_MESSAGE)
        return complain(why, ERROR_TOO_BIG, "The report is longer than a message may be.");
    t.match = match_data(patterns);
    buffer_init(&t.bytes, LIMIT_MESSAGE);
    buffer_init(&t.line, 4 * LIMIT_MESSAGE);
    e = t.match ? take_lines(&t, text) : ERROR_NO_MEMORY;
    if (e == ERROR_TOO_BIG)
        e = complain(why, e, "The report has more parts than a message may have.");
    if (e == ERROR_OK && t.records == 0)
        e = complain(why, ERROR_BAD_INPUT, "The report says nothing.");
    if (e == ERROR_OK)
        e = finish(&t, out);
    if (e == ERROR_OK)
        *used = text.len;
    buffer_free(&t.bytes);
    buffer_free(&t.line);
    pcre2_match_data_free(t.match);
    return e;
}
