/*
 * Sections 8 and 11 of an SCP-ECG file: what the cart said, as text and as the codes of the
 * standard (EN 1064, 5.11 and 5.14). The text counts; the codes are taken, as they stand, where a
 * file has no text.
 */
#include "instruments/ecg/scp.h"

#include "core/base/text.h"
#include "instruments/ecg/scp_bytes.h"

enum { CONFIRMED = 1, OVERREAD = 2, DATE_AND_TIME = 7, JOINED_MAX = 256 };

/* Which of the two sections a statement is of: the coded one has a kind before its text. */
struct report {
    unsigned section, status;
    bool coded;
};

/* Codes follow each other with a NUL behind each: as one line, with blanks between them. */
static enum error take_codes(struct scp_reading *r, struct span bytes, const char **out)
{
    uint8_t joined[JOINED_MAX];
    size_t len = bytes.len < sizeof joined ? bytes.len : sizeof joined;

    while (len && bytes.at[len - 1] == 0)
        len--;
    for (size_t i = 0; i < len; i++)
        joined[i] = bytes.at[i] ? bytes.at[i] : ' ';
    return scp_text_take(r, span_of(joined, len), out);
}

static enum error take_statement(struct scp_reading *r, const struct report *report,
                                 struct scp_cursor *c)
{
    struct scp_cursor value;
    const char *text = "";
    enum error e;

    (void)scp_u8(c); /* its number in the order of statements */
    value = scp_cursor_of(scp_take(c, scp_u16(c)));
    if (report->coded) {
        (void)scp_u8(&value);
        e = take_codes(r, value.rest, &text);
    } else {
        e = scp_text_take(r, value.rest, &text);
    }
    if (e || text_empty(text))
        return e;
    return ecg_list_add(r->arena, &r->ecg->statements, text);
}

static enum error read_report(struct scp_reading *r, struct report *report)
{
    struct scp_cursor c = scp_cursor_of(r->file.sections[report->section].body);
    unsigned count;
    enum error e = ERROR_OK;

    report->status = scp_u8(&c);
    (void)scp_take(&c, DATE_AND_TIME);
    count = scp_u8(&c);
    for (unsigned i = 0; !e && !c.ended && i < count; i++)
        e = take_statement(r, report, &c);
    if (e == ERROR_FULL)
        return ecg_note(r->arena, r->ecg,
                        "The file has %u statements; those behind the first %d are not shown.",
                        count, LIMIT_LIST);
    if (e || !c.ended)
        return e;
    return ecg_note(r->arena, r->ecg,
                    "The statements of the file (section %u) are cut short: some may be missing.",
                    report->section);
}

static enum error settle_confirmation(struct scp_reading *r, unsigned status, const char *name)
{
    struct ecg *e = r->ecg;

    if (status == CONFIRMED && *name)
        e->confirmed_by = name;
    else if (status == CONFIRMED)
        return ecg_note(r->arena, e,
                        "The file marks its report as confirmed and does not say by whom.");
    else if (*name)
        return ecg_note(r->arena, e,
                        "The file names %s as confirming and does not mark its report as "
                        "confirmed.",
                        name);
    if (status == OVERREAD)
        return ecg_note(r->arena, e, "The file marks its report as overread and not confirmed.");
    return ERROR_OK;
}

enum error scp_statements_read(struct scp_reading *r, const char *confirmed_by)
{
    struct report text = { .section = 8 }, codes = { .section = 11, .coded = true };
    enum error e = ERROR_OK;

    if (r->file.sections[8].there)
        e = read_report(r, &text);
    if (!e && r->ecg->statements.count == 0 && r->file.sections[11].there)
        e = read_report(r, &codes);
    if (e)
        return e;
    return settle_confirmation(r, text.status ? text.status : codes.status, confirmed_by);
}
