/* The demo's sheet of labels for the day the machine is down: three days in a drawer, one label
 * torn. */
#include "core/daemon/demo.h"

#include "core/daemon/core.h"
#include "core/store/paper.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, DAYS_AGO = 3, DEMO_NUMBERS = 15, DEMO_ARENA = 16 * 1024 };

static enum error tear_first(struct store *store, const struct store_actor *by, uint32_t day)
{
    struct store_paper_number number;
    struct store_site site;
    struct accession first;
    struct arena arena;
    enum error e;

    arena_init(&arena, DEMO_ARENA);
    e = store_site_find(store, &arena, &site);
    if (e == ERROR_OK)
        e = accession_make(&first, day, 1, site.salt);
    if (e == ERROR_OK)
        e = store_paper_find(store, first.digits, &number);
    arena_free(&arena);
    if (e == ERROR_NOT_FOUND) /* that day's first number was another's */
        return ERROR_OK;
    return e == ERROR_OK
               ? store_paper_end(store, by, number.id, PAPER_VOID, "label torn in the printer")
               : e;
}

enum error demo_paper(struct store *store, const char *login, int64_t now)
{
    struct store_actor by = { .role = role_id(ROLE_MEDICAL_ASSISTANT),
                              .workstation = "demo",
                              .at = now - (int64_t)DAYS_AGO * DAY_MS };
    struct store_paper_sheet sheet = { .day = sitetime_day(by.at),
                                       .count = DEMO_NUMBERS,
                                       .reason = "drawer of exam room 2" };
    struct store_person person = { 0 };
    struct arena arena;
    int64_t id;
    enum error e;

    arena_init(&arena, DEMO_ARENA);
    e = store_person_by_login(store, &arena, login, &person);
    arena_free(&arena);
    by.person = person.id;
    by.zone_offset = sitetime_offset(by.at);
    if (e == ERROR_OK)
        e = store_paper_reserve(store, &by, &sheet, &id);
    return e == ERROR_OK ? tear_first(store, &by, sheet.day) : e;
}
