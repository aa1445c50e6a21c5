/* The links by name, and the text of kept frames. */
#include "instruments/link/link.h"

#include <string.h>

const struct link *link_find(const char *name)
{
    static const struct link *const links[] = {
        &link_lis01,       &link_contour_hid, &link_file,   &link_text,          &link_text_lis01,
        &link_clinitek_50, &link_mllp,        &link_poct1a, &link_contec_ecg90a, &link_contec_8000g
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (strcmp(links[i]->name, name) == 0)
            return links[i];
    return NULL;
}

bool link_reads_whole(const struct link *link)
{
    return link == &link_contour_hid || link == &link_file || link == &link_contec_ecg90a;
}

void link_text_next(struct link_text *text)
{
    text->text.len = text->head;
}

void link_text_clear(struct link_text *text)
{
    text->head = 0;
    buffer_clear(&text->text);
}
