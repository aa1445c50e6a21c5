/* The pages of EKGs that were drawn lately; see the header. */
#include "web/ekg_shown.h"

#include "core/base/text.h"

#include <string.h>

void ekg_shown_add(struct ekg_shown *s, int64_t tracing, const char *layout, const char *picture)
{
    struct ekg_shown_page *page = &s->pages[s->next];

    if (ekg_shown_has(s, tracing, layout, picture))
        return;
    *page = (struct ekg_shown_page) { .tracing = tracing };
    (void)text_copy(page->layout, sizeof page->layout, layout);
    (void)text_copy(page->picture, sizeof page->picture, picture);
    s->next = (s->next + 1) % EKG_SHOWN_PAGES;
}

bool ekg_shown_has(const struct ekg_shown *s, int64_t tracing, const char *layout,
                   const char *picture)
{
    for (size_t i = 0; i < EKG_SHOWN_PAGES; i++)
        if (s->pages[i].picture[0] && s->pages[i].tracing == tracing &&
            strcmp(s->pages[i].layout, layout) == 0 && strcmp(s->pages[i].picture, picture) == 0)
            return true;
    return false;
}
