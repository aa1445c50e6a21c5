/* The links by name. */
#include "instruments/link/link.h"

#include <string.h>

const struct link *link_find(const char *name)
{
    static const struct link *const links[] = { &link_lis01, &link_contour_hid };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (strcmp(links[i]->name, name) == 0)
            return links[i];
    return NULL;
}
