/* Whose EKG it is, when it was recorded, with what, by whom (PS3.3 C.7). */
#include "instruments/ecg/dicom.h"
#include "instruments/ecg/ecg_text.h"

#include <stdio.h>
#include <string.h>

/* Elements whose text is the record's as it stands. */
static const struct plain {
    uint32_t tag;
    size_t offset;
} plains[] = {
    { DICOM_TAG(0x0010, 0x0020), offsetof(struct ecg, patient_id) },
    { DICOM_TAG(0x0008, 0x0070), offsetof(struct ecg, maker) },
    { DICOM_TAG(0x0008, 0x1090), offsetof(struct ecg, model) },
    { DICOM_TAG(0x0018, 0x1000), offsetof(struct ecg, serial) },
    { DICOM_TAG(0x0018, 0x1020), offsetof(struct ecg, software) },
};

static enum error read_plains(struct dicom_reading *r)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < sizeof plains / sizeof plains[0]; i++)
        e = dicom_text(r, r->set, plains[i].tag,
                       (const char **)(void *)((char *)r->ecg + plains[i].offset));
    return e;
}

static enum error read_birth_date(struct dicom_reading *r)
{
    const char *text = "";
    enum error e = dicom_text(r, r->set, DICOM_TAG(0x0010, 0x0030), &text);
    return e == ERROR_OK ? ecg_date(r->arena, text, &r->ecg->patient_birth_date) : e;
}

/* "O" is other than male and female. */
static enum error read_sex(struct dicom_reading *r)
{
    enum error e = dicom_text(r, r->set, DICOM_TAG(0x0010, 0x0040), &r->ecg->patient_sex);

    if (e == ERROR_OK && strcmp(r->ecg->patient_sex, "O") == 0)
        r->ecg->patient_sex = "X";
    return e;
}

/* "042Y" as "42 a", with the units of UCUM. */
static enum error read_age(struct dicom_reading *r)
{
    static const struct {
        char letter;
        const char *unit;
    } units[] = { { 'Y', "a" }, { 'M', "mo" }, { 'W', "wk" }, { 'D', "d" } };
    const char *text = "";
    enum error e = dicom_text(r, r->set, DICOM_TAG(0x0010, 0x1010), &text);

    r->ecg->patient_age = text;
    for (size_t i = 0; e == ERROR_OK && i < sizeof units / sizeof units[0]; i++) {
        char age[16];
        size_t zeros = strspn(text, "0");
        if (strlen(text) != 4 || strspn(text, "0123456789") != 3 || text[3] != units[i].letter)
            continue;
        zeros = zeros > 2 ? 2 : zeros;
        (void)snprintf(age, sizeof age, "%.*s %s", (int)(3 - zeros), text + zeros, units[i].unit);
        return ecg_text_take(r->arena, span_text(age), &r->ecg->patient_age);
    }
    return e;
}

/* Date and time in one text, and the zone of the file when they carry none. */
static enum error read_when(struct dicom_reading *r, uint32_t date_tag, uint32_t time_tag,
                            const char **out)
{
    const char *date = "", *time = "", *zone = "";
    const char *whole = "";
    enum error e = dicom_text(r, r->set, date_tag, &date);

    if (e == ERROR_OK && time_tag)
        e = dicom_text(r, r->set, time_tag, &time);
    if (e == ERROR_OK)
        e = dicom_text(r, r->set, DICOM_TAG(0x0008, 0x0201), &zone);
    if (e != ERROR_OK || !*date || (time_tag && !*time))
        return e;
    if (strpbrk(date, "+-"))
        zone = "";
    e = ecg_text_format(r->arena, &whole, "%.32s%.32s%.32s", date, time, zone);
    return e == ERROR_OK ? ecg_date_time(r->arena, whole, out) : e;
}

/* The day alone, of a file that says no time. */
static enum error read_day(struct dicom_reading *r, uint32_t tag, const char **out)
{
    const char *date = "";
    enum error e = dicom_text(r, r->set, tag, &date);

    return e == ERROR_OK ? ecg_date(r->arena, date, out) : e;
}

static enum error read_times(struct dicom_reading *r)
{
    static const uint32_t times[][2] = {
        { DICOM_TAG(0x0008, 0x002a), 0 },                         /* acquisition */
        { DICOM_TAG(0x0008, 0x0022), DICOM_TAG(0x0008, 0x0032) }, /* ... in two */
        { DICOM_TAG(0x0008, 0x0023), DICOM_TAG(0x0008, 0x0033) }, /* content */
    };
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && !*r->ecg->recorded_at && i < 3; i++)
        e = read_when(r, times[i][0], times[i][1], &r->ecg->recorded_at);
    for (size_t i = 0; e == ERROR_OK && !*r->ecg->recorded_at && i < 3; i++)
        e = read_day(r, times[i][0], &r->ecg->recorded_at);
    return e;
}

enum error dicom_header_read(struct dicom_reading *r)
{
    enum error e = read_plains(r);

    if (e == ERROR_OK)
        e = dicom_person(r, r->set, DICOM_TAG(0x0010, 0x0010), &r->ecg->patient_name);
    if (e == ERROR_OK)
        e = dicom_person(r, r->set, DICOM_TAG(0x0008, 0x1070), &r->ecg->operator_id);
    if (e == ERROR_OK)
        e = read_birth_date(r);
    if (e == ERROR_OK)
        e = read_sex(r);
    if (e == ERROR_OK)
        e = read_age(r);
    if (e == ERROR_OK)
        e = read_times(r);
    return e;
}
