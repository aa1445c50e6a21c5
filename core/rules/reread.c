/* The members of DESIGN 6, in two tables. */
#include "core/rules/reread.h"

#include "core/base/limits.h"

#include <jansson.h>
#include <stddef.h>

struct member {
    const char *object, *name; /* object: "" for the thing itself */
    size_t offset;
};

#define MEMBER(object, name, field)                                                                \
    {                                                                                              \
        object, name, offsetof(struct record, field)                                               \
    }
static const struct member record_members[] = {
    MEMBER("", "profile", profile),
    MEMBER("instrument", "model", model),
    MEMBER("instrument", "serial", serial),
    MEMBER("instrument", "software", software),
    MEMBER("", "specimen", specimen),
    MEMBER("patient", "id", patient_id),
    MEMBER("patient", "name", patient_name),
    MEMBER("patient", "birth_date", patient_birth_date),
    MEMBER("patient", "sex", patient_sex),
    MEMBER("", "operator", operator_id),
    MEMBER("", "run", run),
    MEMBER("", "sent_at", sent_at),
};
#undef MEMBER

#define MEMBER(name)                                                                               \
    {                                                                                              \
        "", #name, offsetof(struct record_result, name)                                            \
    }
static const struct member result_members[] = {
    MEMBER(code), MEMBER(loinc), MEMBER(name),  MEMBER(value),  MEMBER(comparator),  MEMBER(number),
    MEMBER(unit), MEMBER(ucum),  MEMBER(range), MEMBER(status), MEMBER(observed_at), MEMBER(lot),
};
#undef MEMBER

static bool read_members(struct arena *a, const json_t *object, const struct member *members,
                         size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *from =
            *members[i].object ? json_object_get(object, members[i].object) : object;
        const char *text = json_string_value(json_object_get(from, members[i].name));
        const char *kept = text ? arena_text(a, span_text(text)) : "";
        if (!kept)
            return false;
        memcpy((char *)out + members[i].offset, &kept, sizeof kept);
    }
    return true;
}

static bool read_list(struct arena *a, const json_t *array, struct text_list *out)
{
    size_t count = json_array_size(array);

    if (count > LIMIT_LIST)
        count = LIMIT_LIST;
    out->count = 0;
    out->at = count ? arena_take(a, count * sizeof *out->at) : NULL;
    if (count && !out->at)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        out->at[i] = arena_text(a, span_text(text ? text : ""));
        if (!out->at[i])
            return false;
        out->count++;
    }
    return true;
}

static bool read_result(struct arena *a, const json_t *object, struct record_result *out)
{
    record_result_init(out);
    return read_members(a, object, result_members, sizeof result_members / sizeof *result_members,
                        out) &&
           read_list(a, json_object_get(object, "flags"), &out->flags) &&
           read_list(a, json_object_get(object, "comments"), &out->comments);
}

static bool read_results(struct arena *a, const json_t *array, struct record *out)
{
    size_t count = json_array_size(array);

    if (count > LIMIT_RESULTS)
        return false;
    out->results = count ? arena_take(a, count * sizeof *out->results) : NULL;
    if (count && !out->results)
        return false;
    out->result_count = count;
    for (size_t i = 0; i < count; i++)
        if (!read_result(a, json_array_get(array, i), &out->results[i]))
            return false;
    return true;
}

enum error reread_record(struct arena *a, const char *json, struct record *out)
{
    json_t *root = json_loads(json, 0, NULL);
    const char *kind = json_string_value(json_object_get(root, "kind"));
    struct record r;
    enum error e = ERROR_BAD_INPUT;

    record_init(&r);
    if (!kind || record_kind_parse(kind, &r.kind) != ERROR_OK)
        goto out;
    if (!read_members(a, root, record_members, sizeof record_members / sizeof *record_members,
                      &r) ||
        !read_results(a, json_object_get(root, "results"), &r) ||
        !read_list(a, json_object_get(root, "complaints"), &r.complaints))
        goto out;
    *out = r;
    e = ERROR_OK;
out:
    json_decref(root);
    return e;
}
