/* LIVD sheets; see the header. */
#include "instruments/profile/livd.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/csv.h"
#include "instruments/profile/parts.h"
#include "instruments/profile/value.h"

/* The columns that are read, by the names that the LIVD format and its readers give them; letters
 * and digits only. */
enum column { CODE, NAME, SPECIMEN, UNIT, LOINC, LONG_NAME, COLUMNS };
static const char *const column_names[COLUMNS][5] = {
    [CODE] = { "vendoranalytecode", "analytecode", "vendorcode" },
    [NAME] = { "vendoranalytename", "analytename", "vendorname" },
    [SPECIMEN] = { "vendorspecimendescription", "specimendescription", "vendorspecimen",
                   "specimen" },
    [UNIT] = { "vendorunit", "vendorunits", "unit", "units", "vendorresultunit" },
    [LOINC] = { "loinccode", "loinc", "testperformedloinccode" },
    [LONG_NAME] = { "loinclongname", "loinclongcommonname", "longname", "loincname",
                    "testperformedloinclongname" },
};

struct entry {
    const char *code, *name, *specimen, *unit, *ucum, *loinc, *long_name;
    bool done;
};

struct converter {
    const char *sheet;
    const struct profile *p;
    struct arena arena;
    size_t columns[COLUMNS]; /* where each stands; CSV_COLUMNS_MAX when nowhere */
    struct entry *entries;
    size_t count;
    struct buffer *out;
    struct livd_summary summary;
    struct complaint *why;
};

/* Reading */

static bool same_name(const char *sent, const char *wanted)
{
    for (; *sent; sent++) {
        char c = *sent >= 'A' && *sent <= 'Z' ? (char)(*sent + 'a' - 'A') : *sent;
        bool counts = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (counts && c != *wanted++)
            return false;
    }
    return *wanted == '\0';
}

static size_t find_column(const struct csv_row *header, enum column column)
{
    for (size_t k = 0; k < 5 && column_names[column][k]; k++)
        for (size_t i = 0; i < header->count; i++)
            if (same_name(header->at[i], column_names[column][k]))
                return i;
    return CSV_COLUMNS_MAX;
}

static enum error read_header(struct converter *c, const struct csv_row *header)
{
    for (unsigned i = 0; i < COLUMNS; i++)
        c->columns[i] = find_column(header, (enum column)i);
    if (c->columns[CODE] < CSV_COLUMNS_MAX && c->columns[LOINC] < CSV_COLUMNS_MAX)
        return ERROR_OK;
    return complain(c->why, ERROR_BAD_INPUT,
                    "%s:%u: this is no LIVD sheet: its first row has no columns \"Vendor Analyte "
                    "Code\" and \"LOINC Code\". Save the sheet of mappings as CSV.",
                    c->sheet, header->line);
}

static const char *cell(const struct converter *c, const struct csv_row *row, enum column column)
{
    size_t at = c->columns[column];
    return at < row->count ? row->at[at] : "";
}

/* By the profile's map, where its left or right side is what the sheet says; else "". */
static const char *ucum_of(const struct profile *p, const char *unit)
{
    for (size_t i = 0; *unit && i < p->unit_count; i++)
        if (strcmp(p->units[i].vendor, unit) == 0)
            return p->units[i].ucum;
    for (size_t i = 0; *unit && i < p->unit_count; i++)
        if (strcmp(p->units[i].ucum, unit) == 0)
            return p->units[i].ucum;
    return "";
}

/* What would break a line of [analytes]. */
static bool breaks_line(const char *text)
{
    return strchr(text, '|') != NULL || strcmp(text, "-") == 0;
}

static void take_entry(struct converter *c, const struct csv_row *row)
{
    struct entry e = { .code = cell(c, row, CODE),
                       .name = cell(c, row, NAME),
                       .specimen = cell(c, row, SPECIMEN),
                       .unit = cell(c, row, UNIT),
                       .loinc = cell(c, row, LOINC),
                       .long_name = cell(c, row, LONG_NAME) };

    e.ucum = ucum_of(c->p, e.unit);
    e.name = *e.name ? e.name : *e.long_name ? e.long_name : e.code;
    if (!*e.code || breaks_line(e.code) || breaks_line(e.name) || !value_is_loinc(e.loinc))
        c->summary.refused++;
    else
        c->entries[c->count++] = e;
}

static enum error read_rows(struct converter *c, struct csv_reader *reader)
{
    struct csv_row row;
    enum error e;

    while ((e = csv_next(reader, &row)) == ERROR_OK) {
        if (c->count == LIMIT_PROFILE_LINES)
            return complain(c->why, ERROR_TOO_BIG, "%s has more than %d rows.", c->sheet,
                            LIMIT_PROFILE_LINES);
        take_entry(c, &row);
    }
    if (e == ERROR_NOT_FOUND)
        return ERROR_OK;
    return complain(c->why, e == ERROR_NO_MEMORY ? e : ERROR_BAD_INPUT,
                    "%s:%u: this row cannot be read: a quote is open, or it has too many columns.",
                    c->sheet, reader->line);
}

/* Writing */

static bool same_mapping(const struct entry *a, const struct entry *b)
{
    return strcmp(a->loinc, b->loinc) == 0 && strcmp(a->ucum, b->ucum) == 0;
}

/* Whether a result could fit both: the unit does not tell them apart. */
static bool collides(const struct entry *a, const struct entry *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->loinc, b->loinc) != 0 &&
           (strcmp(a->ucum, b->ucum) == 0 || !*a->ucum || !*b->ucum);
}

static bool is_ambiguous(const struct converter *c, const char *code)
{
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = i + 1; strcmp(c->entries[i].code, code) == 0 && k < c->count; k++)
            if (collides(&c->entries[i], &c->entries[k]))
                return true;
    return false;
}

static const char *mapped_today(const struct converter *c, const char *code)
{
    for (size_t i = 0; i < c->p->analyte_count; i++)
        if (strcmp(c->p->analytes[i].code, code) == 0)
            return c->p->analytes[i].loinc;
    return "";
}

static int decimals_of(const struct converter *c, const struct entry *e)
{
    for (size_t i = 0; i < c->p->analyte_count; i++) {
        const struct profile_analyte *a = &c->p->analytes[i];
        if (strcmp(a->code, e->code) == 0 && strcmp(a->ucum, e->ucum) == 0)
            return a->decimals;
    }
    return -1;
}

static enum error put_line(struct converter *c, const struct entry *e, const char *before)
{
    char decimals[2] = "-";
    int known = decimals_of(c, e);

    if (known >= 0)
        decimals[0] = (char)('0' + known);
    return buffer_put_format(c->out, "%s%s | %s | %s | %s | %s\n", before, e->code, e->loinc,
                             e->name, *e->ucum ? e->ucum : "-", decimals);
}

/* What a person has to know of a line: its unit when it is not known, and a change. */
static enum error put_remark(struct converter *c, const struct entry *e)
{
    const char *today = mapped_today(c, e->code);
    enum error error = ERROR_OK;

    if (*e->unit && !*e->ucum)
        error = buffer_put_format(c->out,
                                  "# %s: the unit \"%s\" is not in [units]; say there what it is "
                                  "in UCUM, and here.\n",
                                  e->code, e->unit);
    if (error == ERROR_OK && *today && strcmp(today, e->loinc) != 0)
        error =
            buffer_put_format(c->out, "# %s is %s in the profile %s.\n", e->code, today, c->p->id);
    return error;
}

static enum error put_choice(struct converter *c, const struct entry *e)
{
    enum error error =
        buffer_put_format(c->out, "#   %s%s%s%s%s\n", *e->specimen ? e->specimen : "any specimen",
                          *e->unit ? ", " : "", e->unit, *e->long_name ? ": " : "", e->long_name);
    return error == ERROR_OK ? put_line(c, e, "# ") : error;
}

static enum error put_choices(struct converter *c, const char *code)
{
    enum error error = buffer_put_format(
        c->out,
        "# CHOOSE: %s has several LOINC codes, and maps to none until you take the # off the one\n"
        "# that holds here.\n",
        code);

    for (size_t i = 0; i < c->count && error == ERROR_OK; i++) {
        struct entry *e = &c->entries[i];
        if (e->done || strcmp(e->code, code) != 0)
            continue;
        error = put_choice(c, e);
        e->done = true;
    }
    c->summary.choices++;
    return error;
}

static void mark_same(struct converter *c, size_t from)
{
    for (size_t i = from; i < c->count; i++)
        if (strcmp(c->entries[i].code, c->entries[from].code) == 0 &&
            same_mapping(&c->entries[i], &c->entries[from]))
            c->entries[i].done = true;
}

static enum error put_entries(struct converter *c)
{
    enum error error = buffer_put_text(c->out, "[analytes]\n");

    for (size_t i = 0; i < c->count && error == ERROR_OK; i++) {
        const struct entry *e = &c->entries[i];
        if (e->done)
            continue;
        if (is_ambiguous(c, e->code)) {
            error = put_choices(c, e->code);
            continue;
        }
        mark_same(c, i);
        error = put_remark(c, e);
        if (error == ERROR_OK)
            error = put_line(c, e, "");
        c->summary.lines++;
    }
    return error;
}

static enum error convert(struct converter *c, struct span sheet)
{
    struct csv_reader reader;
    struct csv_row header;
    enum error e;

    c->entries = arena_take(&c->arena, LIMIT_PROFILE_LINES * sizeof *c->entries);
    if (!c->entries)
        return complain(c->why, ERROR_NO_MEMORY, "There is no memory left to read %s.", c->sheet);
    csv_open(&reader, sheet, &c->arena);
    e = csv_next(&reader, &header);
    if (e != ERROR_OK)
        return complain(c->why, ERROR_BAD_INPUT, "%s holds no table.", c->sheet);
    e = read_header(c, &header);
    if (e == ERROR_OK)
        e = read_rows(c, &reader);
    if (e == ERROR_OK && c->count == 0)
        e = complain(c->why, ERROR_BAD_INPUT, "%s maps no code to a LOINC.", c->sheet);
    return e == ERROR_OK ? put_entries(c) : e;
}

enum error livd_convert(const char *name, struct span sheet, const struct profile *p,
                        struct buffer *out, struct livd_summary *summary, struct complaint *why)
{
    struct converter c = { .sheet = name, .p = p, .out = out, .why = why };
    size_t before = out->len;
    enum error e;

    arena_init(&c.arena, LIMIT_DECODE_ARENA);
    e = convert(&c, sheet);
    arena_free(&c.arena);
    if (e != ERROR_OK) {
        out->len = before;
        return e;
    }
    *summary = c.summary;
    return ERROR_OK;
}
