/* Cutting a stream into reports. See the header. */
#include "instruments/link/report.h"

#include "core/base/limits.h"
#include "instruments/link/framing.h"

enum {
    STRAY_REPORT = 8, /* bytes in front of an end byte that are no noise but half a report */
    SUM_DIGITS = 2,
};

void cutter_init(struct cutter *c, const struct link_framing *framing,
                 const struct cutter_events *events)
{
    *c = (struct cutter) { .framing = framing, .events = *events };
    buffer_init(&c->bytes, LIMIT_FRAME);
}

void cutter_free(struct cutter *c)
{
    buffer_free(&c->bytes);
}

static bool is_line_end(uint8_t byte)
{
    return byte == BYTE_CR || byte == BYTE_LF;
}

static bool is_gap(uint8_t byte)
{
    return is_line_end(byte) || byte == ' ' || byte == 0;
}

static bool is_blank(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_gap(s.at[i]))
            return false;
    return true;
}

static bool contains(struct span s, const char *text)
{
    return memmem(s.at, s.len, text, strlen(text)) != NULL;
}

static bool begins(struct span s, const char *text)
{
    size_t len = strlen(text);
    while (s.len && (*s.at == ' ' || is_line_end(*s.at)))
        s = span_of(s.at + 1, s.len - 1);
    return s.len >= len && memcmp(s.at, text, len) == 0;
}

/* Whether a line is the last of a report. */
static bool ends_report(const struct link_framing *f, struct span line)
{
    return (*f->last_line && begins(line, f->last_line)) ||
           (*f->other_last_line && begins(line, f->other_last_line));
}

/* ---- What a report is ---- */

static bool has_end(const struct link_framing *f, struct span report)
{
    return !f->end || (report.len > 0 && report.at[report.len - 1] == f->end);
}

static struct span between_bytes(const struct link_framing *f, struct span report)
{
    if (f->start && report.len && *report.at == f->start)
        report = span_of(report.at + 1, report.len - 1);
    if (f->end && has_end(f, report))
        report.len--;
    return report;
}

/* The first line of `*s` that is not blank; false when there is none. */
static bool first_line(struct span s, struct span *line)
{
    while (s.len && is_gap(*s.at))
        s = span_of(s.at + 1, s.len - 1);
    line->at = s.at;
    line->len = 0;
    while (line->len < s.len && !is_line_end(s.at[line->len]))
        line->len++;
    return line->len > 0;
}

static struct span last_line(struct span s)
{
    size_t begin;
    while (s.len && is_gap(s.at[s.len - 1]))
        s.len--;
    begin = s.len;
    while (begin && !is_line_end(s.at[begin - 1]))
        begin--;
    return span_of(s.at + begin, s.len - begin);
}

static int digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static uint8_t sum_of(struct span s)
{
    unsigned sum = 0;
    for (size_t i = 0; i < s.len; i++)
        sum += s.at[i];
    return (uint8_t)sum;
}

static bool sum_holds(const struct link_framing *f, struct span report)
{
    struct span inner = between_bytes(f, report);
    int high, low;

    if (f->sum == LINK_SUM_NONE)
        return true;
    if (inner.len < SUM_DIGITS)
        return false;
    inner.len -= SUM_DIGITS;
    high = digit(inner.at[inner.len]);
    low = digit(inner.at[inner.len + 1]);
    return high >= 0 && low >= 0 && sum_of(inner) == high * 16 + low;
}

struct span report_text(const struct link_framing *f, struct span report)
{
    struct span inner = between_bytes(f, report);
    if (f->sum != LINK_SUM_NONE && inner.len >= SUM_DIGITS && has_end(f, report))
        inner.len -= SUM_DIGITS;
    return inner;
}

static bool silence_ends(const struct link_framing *f)
{
    return !f->end && !*f->last_line;
}

/* Such a report is made of whole lines: behind one without its end something was lost. */
static bool breaks_off(const struct link_framing *f, struct span report)
{
    return silence_ends(f) && (!report.len || !is_line_end(report.at[report.len - 1]));
}

enum session_end report_judge(const struct link_framing *f, struct span report)
{
    struct span line = { NULL, 0 };

    if (!has_end(f, report) || (*f->last_line && !ends_report(f, last_line(report))))
        return SESSION_END_TIMEOUT;
    if (breaks_off(f, report))
        return SESSION_END_TIMEOUT;
    if (f->start && (!report.len || *report.at != f->start))
        return SESSION_END_DAMAGED;
    if (!f->nul_is_data && memchr(report.at, 0, report.len))
        return SESSION_END_DAMAGED;
    if (*f->first_line &&
        (!first_line(between_bytes(f, report), &line) || !contains(line, f->first_line)))
        return SESSION_END_DAMAGED;
    return sum_holds(f, report) ? SESSION_END_NORMAL : SESSION_END_DAMAGED;
}

enum error report_compose(const struct link_framing *f, struct span text, struct buffer *out)
{
    enum error e = f->start ? buffer_put_byte(out, f->start) : ERROR_OK;
    if (e == ERROR_OK)
        e = buffer_put(out, text);
    if (e == ERROR_OK && f->sum == LINK_SUM_MOD256)
        e = buffer_put_format(out, "%02X", sum_of(text));
    if (e == ERROR_OK && f->end)
        e = buffer_put_byte(out, f->end);
    else if (e == ERROR_OK && *f->last_line && text.len && !is_line_end(text.at[text.len - 1]))
        e = buffer_put_text(out, "\r\n");
    return e;
}

/* ---- The stream ---- */

static void leave(struct cutter *c)
{
    buffer_clear(&c->bytes);
    c->line = 0;
    c->inside = c->overlong = false;
}

static void note(const struct cutter *c, const char *what)
{
    c->events.note(c->events.context, what);
}

/* Hands on the first `len` bytes; a report that is whole by itself may still be said to be not. */
static void hand_on(struct cutter *c, size_t len, enum session_end how)
{
    struct span report = span_of(c->bytes.at, len);
    if (!c->overlong && !is_blank(between_bytes(c->framing, report)))
        c->events.cut(c->events.context, report, how);
}

static void finish(struct cutter *c, enum session_end how)
{
    hand_on(c, c->bytes.len, how);
    leave(c);
}

static void finish_by_itself(struct cutter *c)
{
    finish(c, report_judge(c->framing, buffer_span(&c->bytes)));
}

/* A report begins at `at`: what stands in front of it broke off. */
static void begin_again(struct cutter *c, size_t at)
{
    if (!is_blank(between_bytes(c->framing, span_of(c->bytes.at, at))))
        note(c, "report broken off");
    hand_on(c, at, SESSION_END_ENQUIRY);
    buffer_drop(&c->bytes, at);
    c->line = 0;
    c->overlong = false;
}

static struct span newest_line(const struct cutter *c)
{
    return span_of(c->bytes.at + c->line, c->bytes.len - c->line);
}

/* The newest line is complete. */
static void take_line(struct cutter *c)
{
    const struct link_framing *f = c->framing;

    if (*f->first_line && contains(newest_line(c), f->first_line) && (c->line > 0 || c->overlong))
        begin_again(c, c->line);
    if (ends_report(f, newest_line(c)))
        finish_by_itself(c);
    else if (c->overlong)
        buffer_clear(&c->bytes);
    c->line = c->bytes.len;
}

/* The rest of a report that is too long goes by, line after line: its last one must be seen. */
static void pass_limit(struct cutter *c)
{
    if (!c->overlong) {
        note(c, "report too long");
        hand_on(c, c->bytes.len, SESSION_END_DAMAGED);
        c->overlong = true;
    }
    buffer_clear(&c->bytes);
    c->line = 0;
}

static void put_inside(struct cutter *c, uint8_t byte)
{
    const struct link_framing *f = c->framing;

    if (f->start && byte == f->start)
        begin_again(c, c->bytes.len);
    if (c->bytes.len == c->bytes.max)
        pass_limit(c);
    if (buffer_put_byte(&c->bytes, byte) != ERROR_OK) { /* memory is out */
        pass_limit(c);
        return;
    }
    if (f->end && byte == f->end)
        finish_by_itself(c);
    else if (is_line_end(byte))
        take_line(c);
}

static void forget_noise(struct cutter *c)
{
    if (!is_blank(buffer_span(&c->bytes)))
        note(c, "noise");
    buffer_clear(&c->bytes);
}

/* In front of a start byte: noise, or the end of a report whose beginning nobody heard. */
static void put_outside(struct cutter *c, uint8_t byte)
{
    const struct link_framing *f = c->framing;

    if (byte == f->start) {
        forget_noise(c);
        c->inside = true;
        put_inside(c, byte);
        return;
    }
    if (c->bytes.len == c->bytes.max)
        forget_noise(c);
    if (buffer_put_byte(&c->bytes, byte) != ERROR_OK || !f->end || byte != f->end)
        return;
    if (c->bytes.len > STRAY_REPORT) {
        note(c, "report without its start");
        finish(c, SESSION_END_DAMAGED);
    } else {
        forget_noise(c);
    }
}

void cutter_put(struct cutter *c, uint8_t byte)
{
    if (c->inside) {
        put_inside(c, byte);
    } else if (c->framing->start) {
        put_outside(c, byte);
    } else if (!is_line_end(byte) && byte != 0 && byte != c->framing->end) {
        c->inside = true;
        put_inside(c, byte);
    }
}

void cutter_silence(struct cutter *c)
{
    if (!c->inside) {
        forget_noise(c);
        return;
    }
    if (c->bytes.len > c->line)
        take_line(c);
    if (!c->inside)
        return;
    if (silence_ends(c->framing)) {
        finish_by_itself(c);
        return;
    }
    if (!c->overlong)
        note(c, "report broken off");
    finish(c, SESSION_END_TIMEOUT);
}

void cutter_lost(struct cutter *c)
{
    if (c->inside)
        finish(c, SESSION_END_DISCONNECTED);
    leave(c);
}
