/* Counting and failing. */
#include "tests/fault/memory.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static struct {
    unsigned long at, seen;
    bool all, failed;
} plan;
static sqlite3_mem_methods of_sqlite;

static bool fails(void)
{
    plan.seen++;
    if (!plan.at || (plan.all ? plan.seen < plan.at : plan.seen != plan.at))
        return false;
    plan.failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = fails() ? NULL : __real_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static void *sqlite_malloc(int size)
{
    return fails() ? NULL : of_sqlite.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return fails() ? NULL : of_sqlite.xRealloc(old, size);
}

void memory_take_over(void)
{
    sqlite3_mem_methods mine;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &of_sqlite) != SQLITE_OK)
        abort();
    mine = of_sqlite;
    mine.xMalloc = sqlite_malloc;
    mine.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK)
        abort();
    json_set_alloc_funcs(__wrap_malloc, free);
}

void memory_fail_at(unsigned long n, bool all)
{
    plan.at = n;
    plan.all = all;
    plan.seen = 0;
    plan.failed = false;
}

bool memory_failed(void)
{
    return plan.failed;
}
