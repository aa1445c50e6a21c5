/* A RECORD packet as a record. wire_read has checked every field; here only the amounts. */
#include "core/daemon/ingest/parts.h"

/* A repeated text field as a list; the texts stay in the packet. */
static bool read_list(struct arena *a, const struct wire_message *m, enum wire_field field,
                      struct text_list *out)
{
    struct span content;
    size_t at = 0, count = 0;

    while (wire_next(m, field, &at, &content))
        count++;
    if (count > LIMIT_LIST)
        return false;
    *out = (struct text_list) { NULL, 0 };
    if (count == 0)
        return true;
    out->at = arena_take(a, count * sizeof *out->at);
    if (!out->at)
        return false;
    for (at = 0; wire_next(m, field, &at, &content);)
        out->at[out->count++] = (const char *)content.at;
    return true;
}

static bool read_result(struct arena *a, const struct wire_message *group,
                        struct record_result *out)
{
    *out = (struct record_result) {
        .code = wire_text(group, WIRE_F_CODE),
        .loinc = wire_text(group, WIRE_F_LOINC),
        .name = wire_text(group, WIRE_F_NAME),
        .value = wire_text(group, WIRE_F_VALUE),
        .comparator = wire_text(group, WIRE_F_COMPARATOR),
        .number = wire_text(group, WIRE_F_NUMBER),
        .unit = wire_text(group, WIRE_F_UNIT),
        .ucum = wire_text(group, WIRE_F_UCUM),
        .range = wire_text(group, WIRE_F_RANGE),
        .status = wire_text(group, WIRE_F_RESULT_STATUS),
        .observed_at = wire_text(group, WIRE_F_OBSERVED_AT),
        .lot = wire_text(group, WIRE_F_LOT),
    };
    return read_list(a, group, WIRE_F_FLAG, &out->flags) &&
           read_list(a, group, WIRE_F_COMMENT, &out->comments);
}

static bool read_results(struct arena *a, const struct wire_message *m, struct record *out)
{
    struct span content;
    size_t at = 0, count = 0;

    while (wire_next(m, WIRE_F_RESULT, &at, &content))
        count++;
    if (count > LIMIT_RESULTS)
        return false;
    out->results = count ? arena_take(a, count * sizeof *out->results) : NULL;
    if (count && !out->results)
        return false;
    at = 0;
    for (; out->result_count < count; out->result_count++) {
        struct wire_message group;
        (void)wire_next(m, WIRE_F_RESULT, &at, &content);
        group = wire_group(content);
        if (!read_result(a, &group, &out->results[out->result_count]))
            return false;
    }
    return true;
}

enum error ingest_read_record(struct arena *a, const struct wire_message *m, struct record *out,
                              struct complaint *why)
{
    struct record r;

    record_init(&r);
    if (record_kind_parse(wire_text(m, WIRE_F_KIND), &r.kind) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "The driver sent a record of no known kind.");
    r.profile = wire_text(m, WIRE_F_PROFILE);
    r.model = wire_text(m, WIRE_F_MODEL);
    r.serial = wire_text(m, WIRE_F_SERIAL);
    r.software = wire_text(m, WIRE_F_SOFTWARE);
    r.specimen = wire_text(m, WIRE_F_SPECIMEN);
    r.patient_id = wire_text(m, WIRE_F_PATIENT_ID);
    r.patient_name = wire_text(m, WIRE_F_PATIENT_NAME);
    r.patient_birth_date = wire_text(m, WIRE_F_PATIENT_BIRTH_DATE);
    r.patient_sex = wire_text(m, WIRE_F_PATIENT_SEX);
    r.operator_id = wire_text(m, WIRE_F_OPERATOR);
    r.run = wire_text(m, WIRE_F_RUN);
    r.sent_at = wire_text(m, WIRE_F_SENT_AT);
    r.looks_like = wire_text(m, WIRE_F_LOOKS_LIKE);
    if (!read_results(a, m, &r) || !read_list(a, m, WIRE_F_COMPLAINT, &r.complaints))
        return complain(why, ERROR_BAD_INPUT, "The driver sent more in one record than agreed.");
    *out = r;
    return ERROR_OK;
}
