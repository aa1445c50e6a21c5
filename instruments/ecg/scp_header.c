/*
 * Section 1 of an SCP-ECG file: tags that say who, when and with what (EN 1064, 5.4).
 *
 * One table says what is done with which tag. A tag that is longer than the section ends the
 * reading of the file: whose tracing it is must not be guessed.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/scp_bytes.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    TAG_PATIENT = 9, /* tags below say who it is */
    TAG_DEVICE = 14,
    TAG_END = 255,
    DEVICE_FIXED = 36, /* bytes of tag 14 before its texts */
    ZONE_MAX = 14 * 60 /* minutes; what is not known is far more */
};

/* What several tags together make, until all are read. */
struct header {
    struct scp_reading *r;
    const char *family, *second_family, *given, *confirmed_by;
    unsigned year, month, day, hour, minute, second;
    int zone;
    bool has_date, has_time, has_zone;
    unsigned high_pass, low_pass, filters;
    struct span said[TAG_PATIENT]; /* of each tag that says who the patient is */
};

typedef enum error take_tag(struct header *h, struct scp_cursor *c);

static enum error take_family(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->family);
}

static enum error take_given(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->given);
}

static enum error take_second_family(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->second_family);
}

static enum error take_id(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->r->ecg->patient_id);
}

static enum error take_confirmed_by(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->confirmed_by);
}

static enum error take_operator(struct header *h, struct scp_cursor *c)
{
    return scp_text_take(h->r, c->rest, &h->r->ecg->operator_id);
}

/* Years that are 0 are what a cart writes that was not told the age. */
static enum error take_age(struct header *h, struct scp_cursor *c)
{
    static const char *const units[] = { "", " a", " mo", " wk", " d", " h" };
    unsigned age = scp_u16(c), unit = scp_u8(c);

    if (c->ended || (age == 0 && unit <= 1) || unit >= sizeof units / sizeof *units)
        return ERROR_OK;
    return ecg_text_format(h->r->arena, &h->r->ecg->patient_age, "%u%s", age, units[unit]);
}

static enum error take_birth_date(struct header *h, struct scp_cursor *c)
{
    const char **out = &h->r->ecg->patient_birth_date;
    unsigned year = scp_u16(c), month = scp_u8(c), day = scp_u8(c);

    if (c->ended || year == 0)
        return ERROR_OK;
    if (month == 0)
        return ecg_text_format(h->r->arena, out, "%04u", year);
    if (day == 0)
        return ecg_text_format(h->r->arena, out, "%04u-%02u", year, month);
    return ecg_text_format(h->r->arena, out, "%04u-%02u-%02u", year, month, day);
}

/* ISO 5218: 0 unknown, 1 male, 2 female, 9 not specified. */
static enum error take_sex(struct header *h, struct scp_cursor *c)
{
    unsigned sex = scp_u8(c);
    const char **out = &h->r->ecg->patient_sex;

    if (c->ended || sex == 9)
        return ERROR_OK;
    if (sex > 2)
        return ecg_text_format(h->r->arena, out, "%u", sex);
    *out = sex == 0 ? "U" : sex == 1 ? "M" : "F";
    return ERROR_OK;
}

static const char *maker_of(unsigned code)
{
    static const char *const makers[] = {
        "",        "Burdick",         "Cambridge", "Compumed",         "Datamed",
        "Fukuda",  "Hewlett-Packard", "Marquette", "Mortara",          "Nihon Kohden",
        "Okin",    "Quinton",         "Siemens",   "SpaceLabs",        "Telemed",
        "Hellige", "Esaote",          "Schiller",  "Picker-Schwarzer", "Elettronica Trentina",
        "Zwönitz"
    };
    return code < sizeof makers / sizeof *makers ? makers[code] : "";
}

/* Fixed numbers, then five texts: analysing program, serial number, software of the device, of its
 * SCP part, maker. */
static enum error take_device(struct header *h, struct scp_cursor *c)
{
    struct ecg *e = h->r->ecg;
    const char *program = "", *scp_part = "";
    const char **texts[] = { &program, &e->serial, &e->software, &scp_part, &e->maker };
    enum error failed;
    unsigned code;

    (void)scp_take(c, 7);
    code = scp_u8(c);
    failed = scp_text_take(h->r, scp_take(c, 6), &e->model);
    (void)scp_take(c, DEVICE_FIXED - 14);
    for (size_t i = 0; !failed && !c->ended && i < sizeof texts / sizeof *texts; i++) {
        const uint8_t *nul = c->rest.len ? memchr(c->rest.at, '\0', c->rest.len) : NULL;
        struct span text = c->rest;
        if (nul)
            text.len = (size_t)(nul - text.at);
        failed = scp_text_take(h->r, text, texts[i]);
        (void)scp_take(c, nul ? text.len + 1 : text.len);
    }
    if (!*e->software)
        e->software = program;
    if (!*e->maker)
        e->maker = maker_of(code);
    return failed;
}

static enum error take_date(struct header *h, struct scp_cursor *c)
{
    h->year = scp_u16(c);
    h->month = scp_u8(c);
    h->day = scp_u8(c);
    h->has_date = !c->ended && (h->year || h->month || h->day);
    return ERROR_OK;
}

static enum error take_time(struct header *h, struct scp_cursor *c)
{
    h->hour = scp_u8(c);
    h->minute = scp_u8(c);
    h->second = scp_u8(c);
    h->has_time = !c->ended;
    return ERROR_OK;
}

static enum error take_zone(struct header *h, struct scp_cursor *c)
{
    h->zone = scp_s16(c);
    h->has_zone = !c->ended && abs(h->zone) <= ZONE_MAX;
    return ERROR_OK;
}

static enum error take_high_pass(struct header *h, struct scp_cursor *c)
{
    h->high_pass = scp_u16(c);
    return ERROR_OK;
}

static enum error take_low_pass(struct header *h, struct scp_cursor *c)
{
    h->low_pass = scp_u16(c);
    return ERROR_OK;
}

static enum error take_filters(struct header *h, struct scp_cursor *c)
{
    h->filters = scp_u8(c);
    return ERROR_OK;
}

static take_tag *const tags[] = { [0] = take_family,
                                  [1] = take_given,
                                  [2] = take_id,
                                  [3] = take_second_family,
                                  [4] = take_age,
                                  [5] = take_birth_date,
                                  [8] = take_sex,
                                  [TAG_DEVICE] = take_device,
                                  [21] = take_confirmed_by,
                                  [22] = take_operator,
                                  [25] = take_date,
                                  [26] = take_time,
                                  [27] = take_high_pass,
                                  [28] = take_low_pass,
                                  [29] = take_filters,
                                  [34] = take_zone };

/* Byte 17 of the device's tag: in which letters every text of the file is. */
static void note_language(struct header *h, unsigned tag, struct scp_cursor value)
{
    unsigned language;

    if (tag != TAG_DEVICE)
        return;
    (void)scp_take(&value, 16);
    language = scp_u8(&value);
    if (!value.ended)
        h->r->language = language;
}

/* What is said twice of the patient must be the same. */
static enum error check_again(struct header *h, unsigned tag, struct span value)
{
    if (tag >= TAG_PATIENT)
        return ERROR_OK;
    if (h->said[tag].at && !span_equal(h->said[tag], value))
        return complain(h->r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file says twice whose EKG it is, and not the same: tag %u of "
                        "its header (section 1). Have the cart export the EKG again.",
                        tag);
    h->said[tag] = value;
    return ERROR_OK;
}

static enum error take_known(struct header *h, unsigned tag, struct scp_cursor value)
{
    if (tag >= sizeof tags / sizeof *tags || !tags[tag])
        return ERROR_OK;
    if (check_again(h, tag, value.rest) != ERROR_OK)
        return ERROR_BAD_INPUT;
    return tags[tag](h, &value);
}

/* All tags once: with `texts` they are read, without it only the language is looked for. */
static enum error walk_tags(struct header *h, struct span body, bool texts)
{
    struct scp_cursor c = scp_cursor_of(body);
    enum error e = ERROR_OK;

    while (e == ERROR_OK && c.rest.len >= 3) {
        unsigned tag = scp_u8(&c), len = scp_u16(&c);
        struct scp_cursor value;
        if (tag == TAG_END)
            return ERROR_OK;
        value = scp_cursor_of(scp_take(&c, len));
        if (c.ended)
            return complain(h->r->why, ERROR_BAD_INPUT,
                            "This SCP-ECG file is inconsistent: tag %u of its header (section 1) "
                            "is longer than the section, so nobody can tell whose it is.",
                            tag);
        if (texts)
            e = take_known(h, tag, value);
        else
            note_language(h, tag, value);
    }
    return e;
}

static enum error make_name(struct header *h)
{
    const char *between = *h->family && *h->second_family ? " " : "";
    const char *hat = *h->given ? "^" : "";

    if (!*h->family && !*h->second_family && !*h->given)
        return ERROR_OK;
    return ecg_text_format(h->r->arena, &h->r->ecg->patient_name, "%s%s%s%s%s", h->family, between,
                           h->second_family, hat, h->given);
}

static enum error make_time(struct header *h)
{
    const char **out = &h->r->ecg->recorded_at;
    char zone[16] = "";
    unsigned off = (unsigned)abs(h->zone);

    if (!h->has_date)
        return ERROR_OK;
    if (!h->has_time)
        return ecg_text_format(h->r->arena, out, "%04u-%02u-%02u", h->year, h->month, h->day);
    if (h->has_zone)
        (void)snprintf(zone, sizeof zone, "%c%02u:%02u", h->zone < 0 ? '-' : '+', off / 60,
                       off % 60);
    return ecg_text_format(h->r->arena, out, "%04u-%02u-%02uT%02u:%02u:%02u%s", h->year, h->month,
                           h->day, h->hour, h->minute, h->second, zone);
}

/* Hundredths of a hertz as a number without needless zeros. */
static const char *hertz(unsigned hundredths, char *out, size_t size)
{
    unsigned rest = hundredths % 100;

    if (rest == 0)
        (void)snprintf(out, size, "%u", hundredths / 100);
    else if (rest % 10 == 0)
        (void)snprintf(out, size, "%u.%u", hundredths / 100, rest / 10);
    else
        (void)snprintf(out, size, "%u.%02u", hundredths / 100, rest);
    return out;
}

static enum error make_band(struct header *h)
{
    struct text_list *filters = &h->r->ecg->filters;
    const char *text = NULL;
    char low[16];
    enum error e = ERROR_OK;

    (void)hertz(h->high_pass, low, sizeof low);
    if (h->high_pass && h->low_pass)
        e = ecg_text_format(h->r->arena, &text, "%s-%u Hz", low, h->low_pass);
    else if (h->high_pass)
        e = ecg_text_format(h->r->arena, &text, "from %s Hz", low);
    else if (h->low_pass)
        e = ecg_text_format(h->r->arena, &text, "to %u Hz", h->low_pass);
    return e || !text ? e : ecg_list_add(h->r->arena, filters, text);
}

static enum error make_filters(struct header *h)
{
    static const char *const names[] = { "60 Hz notch", "50 Hz notch", "artifact filter",
                                         "baseline filter" };
    enum error e = make_band(h);

    for (unsigned bit = 0; !e && bit < sizeof names / sizeof *names; bit++)
        if (h->filters >> bit & 1)
            e = ecg_list_add(h->r->arena, &h->r->ecg->filters, names[bit]);
    return e;
}

enum error scp_header_read(struct scp_reading *r, const char **confirmed_by)
{
    struct header h = {
        .r = r, .family = "", .second_family = "", .given = "", .confirmed_by = ""
    };
    struct span body = r->file.sections[1].body;
    enum error e = walk_tags(&h, body, false);

    if (!e)
        e = walk_tags(&h, body, true);
    if (!e)
        e = make_name(&h);
    if (!e)
        e = make_time(&h);
    if (!e)
        e = make_filters(&h);
    if (!e)
        *confirmed_by = h.confirmed_by;
    return e;
}
