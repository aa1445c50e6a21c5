/* Views of an EKG: their texts, their size. */
#include "labels/draw/tracing.h"

#include "core/base/text.h"
#include "labels/draw/tracing_sheet.h"

#include <stdio.h>

#define LAYOUT_ID(name, id) id,
static const char *const layout_ids[] = { TRACING_LAYOUT_TABLE(LAYOUT_ID) };
#undef LAYOUT_ID
static const char *const order_ids[] = { "standard", "cabrera" };
static const unsigned speeds[] = { 25, 50 };
static const unsigned gains[] = { 5, 10, 20 };

enum { FROM_MAX = 3600 };

struct tracing_view tracing_view_usual(void)
{
    return (struct tracing_view) { TRACING_3X4, TRACING_STANDARD, 25, 10, 0 };
}

/* The place of `text` in a list, or -1. */
static int find_text(const char *const *list, int count, const char *text)
{
    for (int i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return i;
    return -1;
}

static bool has_number(const unsigned *list, size_t count, uint64_t value)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == value)
            return true;
    return false;
}

enum error tracing_layout_parse(const char *text, struct tracing_view *view)
{
    int found = find_text(layout_ids, TRACING_LAYOUT_COUNT, text);
    if (found < 0)
        return ERROR_NOT_FOUND;
    view->layout = (enum tracing_layout)found;
    return ERROR_OK;
}

enum error tracing_order_parse(const char *text, struct tracing_view *view)
{
    int found = find_text(order_ids, TRACING_ORDER_COUNT, text);
    if (found < 0)
        return ERROR_NOT_FOUND;
    view->order = (enum tracing_order)found;
    return ERROR_OK;
}

enum error tracing_speed_parse(const char *text, struct tracing_view *view)
{
    uint64_t value;
    if (text_to_u64(text, &value) != ERROR_OK ||
        !has_number(speeds, sizeof speeds / sizeof *speeds, value))
        return ERROR_NOT_FOUND;
    view->speed = (unsigned)value;
    return ERROR_OK;
}

enum error tracing_gain_parse(const char *text, struct tracing_view *view)
{
    uint64_t value;
    if (text_to_u64(text, &value) != ERROR_OK ||
        !has_number(gains, sizeof gains / sizeof *gains, value))
        return ERROR_NOT_FOUND;
    view->gain = (unsigned)value;
    return ERROR_OK;
}

enum error tracing_from_parse(const char *text, struct tracing_view *view)
{
    uint64_t value;
    if (text_to_u64(text, &value) != ERROR_OK || value > FROM_MAX)
        return ERROR_NOT_FOUND;
    view->from = (unsigned)value;
    return ERROR_OK;
}

bool tracing_view_valid(struct tracing_view view)
{
    return (unsigned)view.layout < TRACING_LAYOUT_COUNT &&
           (unsigned)view.order < TRACING_ORDER_COUNT &&
           has_number(speeds, sizeof speeds / sizeof *speeds, view.speed) &&
           has_number(gains, sizeof gains / sizeof *gains, view.gain) && view.from <= FROM_MAX;
}

void tracing_view_text(struct tracing_view view, char out[TRACING_VIEW_TEXT])
{
    int len = snprintf(out, TRACING_VIEW_TEXT, "%s %s %u %u", layout_ids[view.layout],
                       order_ids[view.order], view.speed, view.gain);
    if (view.from > 0 && len > 0)
        (void)snprintf(out + len, TRACING_VIEW_TEXT - (size_t)len, " from %u", view.from);
}

enum error tracing_view_parse(const char *text, struct tracing_view *out)
{
    struct tracing_view view = tracing_view_usual();
    char word[5][16] = { { 0 } }, beyond;
    int words = sscanf(text, "%15s %15s %15s %15s from %15s %c", word[0], word[1], word[2], word[3],
                       word[4], &beyond);
    char again[TRACING_VIEW_TEXT];

    if ((words != 4 && words != 5) || tracing_layout_parse(word[0], &view) != ERROR_OK ||
        tracing_order_parse(word[1], &view) != ERROR_OK ||
        tracing_speed_parse(word[2], &view) != ERROR_OK ||
        tracing_gain_parse(word[3], &view) != ERROR_OK ||
        (words == 5 && tracing_from_parse(word[4], &view) != ERROR_OK))
        return ERROR_NOT_FOUND;
    tracing_view_text(view, again);
    if (strcmp(again, text) != 0)
        return ERROR_NOT_FOUND;
    *out = view;
    return ERROR_OK;
}

bool tracing_drawable(const struct ecg *ecg)
{
    for (size_t i = 0; i < ecg->lead_count; i++)
        if (sheet_lead_drawable(&ecg->leads[i]))
            return true;
    return false;
}

void tracing_size(struct tracing_view view, double *width, double *height)
{
    int strips = sheet_strips(view);
    *width = (double)SHEET_WIDTH / SHEET_MM;
    *height = (double)sheet_strip_top(strips - 1) / SHEET_MM + (double)SHEET_HEIGHT / SHEET_MM;
}
