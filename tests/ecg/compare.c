/* Two records beside each other; see the header. */
#include "tests/ecg/compare.h"

#include "core/base/limits.h"

#include <stdio.h>
#include <string.h>

static const size_t texts[] = {
    offsetof(struct ecg, patient_id),  offsetof(struct ecg, patient_name),
    offsetof(struct ecg, patient_sex), offsetof(struct ecg, patient_birth_date),
    offsetof(struct ecg, patient_age), offsetof(struct ecg, recorded_at),
    offsetof(struct ecg, maker),       offsetof(struct ecg, model),
    offsetof(struct ecg, serial),      offsetof(struct ecg, software),
    offsetof(struct ecg, operator_id), offsetof(struct ecg, qtc_formula),
    offsetof(struct ecg, severity),    offsetof(struct ecg, confirmed_by),
};

static void note(struct compare *c, const char *what, const char *value)
{
    c->changed++;
    if (!*c->first)
        (void)snprintf(c->first, sizeof c->first, "%s \"%.60s\"", what, value);
}

static void compare_text(struct compare *c, const char *what, const char *before, const char *after)
{
    if (strcmp(before, after) == 0)
        return;
    if (*after)
        note(c, what, after);
    else
        c->gone++;
}

static bool holds(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return true;
    return false;
}

static void compare_lists(struct compare *c, const char *what, const struct text_list *before,
                          const struct text_list *after)
{
    unsigned lost = 0, come = 0;

    for (size_t i = 0; i < before->count; i++)
        lost += !holds(after, before->at[i]);
    for (size_t i = 0; i < after->count; i++)
        if (!holds(before, after->at[i])) {
            note(c, what, after->at[i]);
            come++;
        }
    c->gone += lost > come ? lost - come : 0;
}

/* Numbers that belong to a lead: those that changed to the same in several leads are one. */
struct numbers {
    const char *what;
    double seen[LIMIT_ECG_LEADS];
    size_t count;
};

static void compare_number(struct compare *c, struct numbers *n, double before, double after)
{
    char text[32];

    if (before == after)
        return;
    for (size_t i = 0; i < n->count; i++)
        if (n->seen[i] == after)
            return;
    n->seen[n->count++] = after;
    (void)snprintf(text, sizeof text, "%g", after);
    note(c, n->what, text);
}

static void compare_samples(struct compare *c, const struct ecg_lead *before,
                            const struct ecg_lead *after)
{
    for (size_t i = 0; before->count == after->count && i < before->count; i++)
        c->samples += before->samples[i] != after->samples[i];
}

static void compare_leads(struct compare *c, const struct ecg *before, const struct ecg *after)
{
    struct numbers rate = { .what = "rate" }, start = { .what = "start" },
                   count = { .what = "count" }, unit = { .what = "unit" },
                   offset = { .what = "offset" };

    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *x = ecg_lead_find(before, (enum ecg_lead_id)i);
        const struct ecg_lead *y = ecg_lead_find(after, (enum ecg_lead_id)i);
        if (!x || !y || x->derived || y->derived)
            continue;
        c->gone += x->recorded && !y->recorded;
        if (!x->recorded && y->recorded)
            note(c, "lead", y->name);
        if (!x->recorded || !y->recorded)
            continue;
        compare_number(c, &rate, x->rate, y->rate);
        compare_number(c, &start, x->start, y->start);
        compare_number(c, &count, (double)x->count, (double)y->count);
        compare_number(c, &unit, x->microvolts_per_unit, y->microvolts_per_unit);
        compare_number(c, &offset, x->microvolts_offset, y->microvolts_offset);
        compare_samples(c, x, y);
    }
}

struct compare compare_records(const struct ecg *before, const struct ecg *after)
{
    struct compare c = { 0, 0, 0, "" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        compare_text(&c, "text",
                     *(const char *const *)(const void *)((const char *)before + texts[i]),
                     *(const char *const *)(const void *)((const char *)after + texts[i]));
    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++)
        compare_text(&c, ecg_measurement_id((enum ecg_measurement)i), before->measurements[i],
                     after->measurements[i]);
    compare_lists(&c, "statement", &before->statements, &after->statements);
    compare_lists(&c, "filter", &before->filters, &after->filters);
    compare_leads(&c, before, after);
    return c;
}
