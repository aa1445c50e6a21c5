/* Finding a file of the page. */
#include "web/pages.h"

#include <string.h>

const struct page *page_find(const char *path)
{
    if (strcmp(path, "/") == 0)
        path = "/index.html";
    for (size_t i = 0; i < pages_count; i++)
        if (strcmp(pages_all[i].path, path) == 0)
            return &pages_all[i];
    return NULL;
}
