/* The files of a folder and what is known of each: see the header. */
#include "instruments/transport/folder_watch.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 256 };

struct watched {
    char name[NAME_SIZE];
    struct folder_facts facts;
    uint64_t since; /* nothing changed */
    unsigned refusals;
    bool seen, known; /* in this look; ever, so that facts are set */
    bool writing;     /* and not closed since */
    bool closed, arrived, told;
};

struct folder_watch {
    struct watched *files;
    size_t count;
};

struct folder_watch *folder_watch_new(void)
{
    struct folder_watch *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->files = calloc(LIMIT_FOLDER_FILES, sizeof *w->files);
    if (w->files)
        return w;
    free(w);
    return NULL;
}

void folder_watch_free(struct folder_watch *w)
{
    if (!w)
        return;
    free(w->files);
    free(w);
}

bool folder_name_is_temporary(const char *name)
{
    static const char *const endings[] = { ".tmp",      ".temp",       ".part", ".partial",
                                           ".filepart", ".crdownload", ".lock", ".swp",
                                           ".writing",  ".upload",     "~" };
    size_t len = strlen(name);
    if (name[0] == '.' || name[0] == '~')
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t end = strlen(endings[i]);
        if (len > end && strcasecmp(name + len - end, endings[i]) == 0)
            return true;
    }
    return false;
}

static struct watched *find(struct folder_watch *w, const char *name)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->files[i].name, name) == 0)
            return &w->files[i];
    return NULL;
}

/* NULL when there is no room. */
static struct watched *find_or_add(struct folder_watch *w, const char *name, uint64_t now)
{
    struct watched *f = find(w, name);
    size_t len = strlen(name);
    if (f || w->count == LIMIT_FOLDER_FILES || len >= NAME_SIZE)
        return f;
    f = &w->files[w->count++];
    *f = (struct watched) { .since = now };
    memcpy(f->name, name, len + 1);
    return f;
}

void folder_watch_begin(struct folder_watch *w)
{
    for (size_t i = 0; i < w->count; i++)
        w->files[i].seen = false;
}

static bool same_facts(const struct folder_facts *a, const struct folder_facts *b)
{
    return a->inode == b->inode && a->size == b->size && a->modified == b->modified;
}

/* Another file of the same name is another file; what was seen of its writer stays, because the
 * kernel tells that before we look. */
static void change(struct watched *f, const struct folder_facts *facts, uint64_t now)
{
    if (f->known && f->facts.inode != facts->inode)
        f->refusals = 0;
    f->facts = *facts;
    f->since = now;
    f->told = false;
}

enum error folder_watch_see(struct folder_watch *w, const char *name,
                            const struct folder_facts *facts, uint64_t now)
{
    struct watched *f;
    if (folder_name_is_temporary(name))
        return ERROR_OK;
    f = find_or_add(w, name, now);
    if (!f)
        return ERROR_FULL;
    f->seen = true;
    if (!f->known || !same_facts(&f->facts, facts))
        change(f, facts, now);
    f->known = true;
    return ERROR_OK;
}

void folder_watch_end(struct folder_watch *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->files[i].seen)
            w->files[kept++] = w->files[i];
    w->count = kept;
}

void folder_watch_event(struct folder_watch *w, const char *name, enum folder_event event,
                        uint64_t now)
{
    struct watched *f = folder_name_is_temporary(name) ? NULL : find_or_add(w, name, now);
    if (!f)
        return;
    f->since = now;
    f->writing = event == FOLDER_WRITTEN;
    f->arrived = event == FOLDER_ARRIVED;
    f->closed = event == FOLDER_CLOSED;
}

void folder_watch_confused(struct folder_watch *w, uint64_t now)
{
    for (size_t i = 0; i < w->count; i++) {
        struct watched *f = &w->files[i];
        f->writing = f->closed = f->arrived = false;
        f->since = now;
    }
}

/* How long from now until it is whole; 0: it is. */
static uint64_t until_whole(const struct watched *f, uint64_t now)
{
    uint64_t quiet = f->arrived ? 0 : f->closed ? FOLDER_CLOSED_MS : FOLDER_UNSEEN_MS;
    if (!f->known || f->writing || f->facts.size == 0)
        return FOLDER_NEVER_MS;
    return f->since + quiet > now ? f->since + quiet - now : 0;
}

static bool goes_before(const struct watched *a, const struct watched *b)
{
    if (!b)
        return true;
    if (a->refusals != b->refusals)
        return a->refusals < b->refusals;
    if (a->facts.modified != b->facts.modified)
        return a->facts.modified < b->facts.modified;
    return strcmp(a->name, b->name) < 0;
}

const char *folder_watch_next(struct folder_watch *w, uint64_t now, struct folder_facts *facts,
                              unsigned *wait)
{
    const struct watched *next = NULL;
    uint64_t least = FOLDER_NEVER_MS;
    for (size_t i = 0; i < w->count; i++) {
        uint64_t ms = until_whole(&w->files[i], now);
        if (ms == 0 && goes_before(&w->files[i], next))
            next = &w->files[i];
        if (ms < least)
            least = ms;
    }
    *wait = next ? 0 : (unsigned)least;
    if (!next)
        return NULL;
    *facts = next->facts;
    return next->name;
}

void folder_watch_refused(struct folder_watch *w, const char *name)
{
    struct watched *f = find(w, name);
    if (f)
        f->refusals++;
}

bool folder_watch_first_word(struct folder_watch *w, const char *name)
{
    struct watched *f = find(w, name);
    if (!f || f->told)
        return false;
    f->told = true;
    return true;
}
