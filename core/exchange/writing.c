/* The parts that the segments of a message share: fields, times, codes, persons, notes. */
#include "core/exchange/endpoint.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void writing_segment(struct writing *w, const char *const *fields, size_t count)
{
    static const struct hl7_delimiters standard = { '|', '^', '~', '\\', '&' };

    if (w->error == ERROR_OK)
        w->error = hl7_put_segment(w->out, &standard, fields, count);
}

static const char *keep(struct writing *w, struct span text)
{
    const char *copy = arena_text(&w->arena, text);

    if (!copy && w->error == ERROR_OK)
        w->error = ERROR_NO_MEMORY;
    return copy ? copy : "";
}

const char *writing_join(struct writing *w, const char *mark, const char *const *parts,
                         size_t count)
{
    struct buffer joined;
    const char *kept = "";
    enum error e = ERROR_OK;

    while (count && text_empty(parts[count - 1]))
        count--;
    buffer_init(&joined, w->arena.max);
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        e = i ? buffer_put_text(&joined, mark) : ERROR_OK;
        if (e == ERROR_OK && parts[i])
            e = buffer_put_text(&joined, parts[i]);
    }
    if (e == ERROR_OK)
        kept = keep(w, buffer_span(&joined));
    else if (w->error == ERROR_OK)
        w->error = e;
    buffer_free(&joined);
    return kept;
}

const char *writing_say(struct writing *w, const char *format, ...)
{
    char text[2 * LIMIT_TEXT];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_drop_halves(text);
    return keep(w, span_text(text));
}

/* ---- Times ---- */

const char *writing_time(struct writing *w, int64_t at)
{
    char text[HL7_TIME_SIZE];

    if (!at)
        return "";
    hl7_format_time(at, w->envelope->zone_offset(at), text);
    return keep(w, span_text(text));
}

const char *writing_moment(struct writing *w, int64_t at)
{
    const char *t = writing_time(w, at);

    if (strlen(t) < 12)
        return "";
    return writing_say(w, "%.2s/%.2s/%.4s %.2s:%.2s", t + 4, t + 6, t, t + 8, t + 10);
}

const char *writing_device_time(struct writing *w, const char *text)
{
    static const char form[] = "0000-00-00T00:00:00";
    char digits[16];
    size_t len = 0, i;

    for (i = 0; i < sizeof form - 1 && text[i]; i++) {
        if (form[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return "";
        if (form[i] == '0')
            digits[len++] = text[i];
    }
    return len >= 8 && len % 2 == 0 ? keep(w, span_of(digits, len)) : "";
}

const char *writing_taken(struct writing *w, const struct exchange_panel *panel)
{
    const char *said = panel->ekg && panel->result_count
                           ? writing_device_time(w, panel->results[0].observed_at)
                           : "";

    if (*said)
        return said;
    return writing_time(w, panel->ekg ? panel->recorded_at : panel->collected_at);
}

/* ---- Codes, persons, addresses ---- */

const char *writing_given(struct writing *w, const char *text)
{
    const char *copy = keep(w, span_text(text));

    for (char *c = (char *)(uintptr_t)copy; *c; c++)
        if (*c == '^')
            *c = HL7_NEXT_COMPONENT[0];
    return copy;
}

const char *writing_code(struct writing *w, const char *code, const char *loinc, const char *name)
{
    bool own = *code && strcmp(code, loinc) != 0;
    bool local = own && (w->to->local_codes || !*loinc);
    bool coded = *loinc && (w->to->loinc_codes || !own);

    if (!own && !coded)
        return COMPONENTS(w, name, name, "L");
    if (!local)
        return COMPONENTS(w, loinc, name, "LN");
    if (!coded)
        return COMPONENTS(w, code, name, "L");
    return w->to->loinc_first ? COMPONENTS(w, loinc, name, "LN", code, name, "L")
                              : COMPONENTS(w, code, name, "L", loinc, name, "LN");
}

const char *writing_npi(const struct writing *w, const struct exchange_person *person)
{
    const char *listed = exchange_code_of(&w->to->orderers, person->login);

    return text_empty(person->npi) && listed ? listed : person->npi;
}

const char *writing_person(struct writing *w, const struct exchange_person *person)
{
    const char *npi = writing_npi(w, person);

    if (text_empty(person->name) && text_empty(person->login))
        return "";
    if (text_empty(npi))
        return COMPONENTS(w, person->login, person->name, "", "", "", "", person->credential);
    return COMPONENTS(w, npi, person->name, "", "", "", "", person->credential, "", "NPI");
}

/* "ST 00000" or "ST 00000-0000". */
static bool is_state(const char *text)
{
    size_t digits = strlen(text) > 3 ? strspn(text + 3, "0123456789-") : 0;

    return digits >= 5 && !text[3 + digits] && text[2] == ' ' && isupper((unsigned char)text[0]) &&
           isupper((unsigned char)text[1]);
}

const char *writing_address(struct writing *w, const char *address)
{
    const char *second = strrchr(address, ','), *first = second;
    const char *state = second ? second + 1 + strspn(second + 1, " ") : "";

    while (first && first > address && *--first != ',')
        ;
    if (!second || first == second || *first != ',' || !is_state(state))
        return COMPONENTS(w, address);
    return COMPONENTS(w, keep(w, span_of(address, (size_t)(first - address))), "",
                      keep(w, span_of(first + 1 + strspn(first + 1, " "),
                                      (size_t)(second - first - 1) - strspn(first + 1, " "))),
                      keep(w, span_of(state, 2)), state + 3);
}

/* ---- Notes ---- */

/* How much of a line goes into one note: whole words where there are any, whole characters
 * always. */
static size_t piece_length(struct span line, size_t most)
{
    size_t end = most;

    if (line.len <= most)
        return line.len;
    while (end && line.at[end] != ' ')
        end--;
    if (end)
        return end;
    for (end = most; end && (line.at[end] & 0xc0) == 0x80; end--)
        ;
    return end ? end : most;
}

static void put_line(struct writing *w, struct span line, unsigned *number)
{
    while (line.len) {
        size_t len = piece_length(line, w->to->longest_note);
        const char *fields[] = { "NTE", writing_say(w, "%u", ++*number), "L",
                                 keep(w, span_of(line.at, len)) };
        writing_segment(w, fields, FIELD_COUNT(fields));
        while (len < line.len && line.at[len] == ' ')
            len++;
        line = span_of(line.at + len, line.len - len);
    }
}

void writing_notes(struct writing *w, const char *lines, unsigned *number)
{
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        put_line(w, span_of(lines, len), number);
        lines += len + (lines[len] != '\0');
    }
}
