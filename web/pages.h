/* The files of web/pages, inside the binary. */
#ifndef PHIAL_WEB_PAGES_H
#define PHIAL_WEB_PAGES_H

#include <stddef.h>

enum { PAGE_TAG_SIZE = 36 };

struct page {
    const char *path; /* "/inbox.js" */
    const char *type; /* Content-Type */
    const unsigned char *bytes;
    size_t len;
    const char *tag; /* ETag, in its quotes */
};

/* The page at a path ("/" is "/index.html"), or NULL. */
const struct page *page_find(const char *path);

/* All of them, in the order of their names: made by web/embed.cmake. */
extern const struct page pages_all[];
extern const size_t pages_count;

#endif
