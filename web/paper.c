/* Gathering what stands on a sheet of labels for paper. */
#include "web/paper.h"

#include "labels/draw/paper_sheet.h"
#include "web/ekg_picture.h"
#include "web/view.h"

#include <stdio.h>
#include <string.h>

enum { NUMBERS = 200, TESTS = 256 };

static const char prefix[] = "/paper/";
static const char policy[] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'self'";

bool paper_path_is_ours(const char *path)
{
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

json_t *paper_view(struct request *r, const char *path)
{
    const char *sheet = path + strlen(prefix);
    size_t len = strspn(sheet, "0123456789");

    if (!len || len >= sizeof r->order || strcmp(sheet + len, ".pdf") != 0)
        return NULL;
    (void)snprintf(r->order, sizeof r->order, "%.*s", (int)len, sheet);
    return json_pack("{s:s,s:s}", "what", "paper_sheet", "key", r->order);
}

static size_t texts_of(json_t *list, const char *name, const char **out, size_t most)
{
    size_t count = 0, i;
    json_t *each;

    json_array_foreach(list, i, each)
    {
        const char *text = json_string_value(name ? json_object_get(each, name) : each);
        if (text && count < most)
            out[count++] = text;
    }
    return count;
}

static enum error draw(struct request *r, json_t *data, json_t *menu, struct complaint *why)
{
    const char *numbers[NUMBERS], *tests[TESTS];
    struct web *web = r->web;
    char at[VIEW_TIME], told[160];
    struct paper_sheet sheet = { .site = view_member(data, "site"),
                                 .told = told,
                                 .mark = web->settings.practice ? "PRACTICE"
                                         : web->settings.demo   ? "NOT REAL"
                                                                : "",
                                 .numbers = numbers,
                                 .tests = tests };

    sheet.number_count = texts_of(json_object_get(data, "numbers"), NULL, numbers, NUMBERS);
    sheet.test_count = texts_of(json_object_get(menu, "tests"), "name", tests, TESTS);
    view_local_time(view_number(data, "at"), at);
    (void)snprintf(told, sizeof told, "Sheet %s, %s, %.60s", r->order, at,
                   view_member(json_object_get(data, "by"), "name"));
    r->answer.max = PAPER_SHEET_PDF;
    return paper_sheet_draw(web->drawer, &sheet, &r->answer, why);
}

void paper_answer(struct request *r)
{
    struct complaint why = { "" };
    json_t *data = NULL, *menu = NULL;
    enum error e = r->web->pictures < EKG_ROOM ? ERROR_OK : ERROR_BUSY;

    if (e == ERROR_OK)
        e = view_object(r->web, READ_PAPER_SHEET, r->order, &data);
    if (e == ERROR_OK && !json_object_get(data, "sheet"))
        e = ERROR_NOT_FOUND;
    if (e == ERROR_NOT_FOUND)
        (void)complain(&why, e, "There is no sheet %s.", r->order);
    if (e == ERROR_OK)
        e = view_object(r->web, READ_TESTS, "", &menu);
    if (e == ERROR_OK)
        e = draw(r, data, menu, &why);
    json_decref(data);
    json_decref(menu);
    if (e != ERROR_OK) {
        request_refuse(r, e, why.text[0] ? why.text : "It cannot be shown. Try again in a moment.");
        return;
    }
    r->type = "application/pdf";
    r->policy = policy;
    (void)snprintf(r->disposition, sizeof r->disposition, "inline; filename=\"sheet-%s.pdf\"",
                   r->order);
    r->counted = r->answer.cap;
    r->web->pictures += r->counted;
}
