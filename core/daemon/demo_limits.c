/* The demo's limits: the examples signed by the invented director, and a proposal that waits. */
#include "core/daemon/demo.h"

#include "core/catalogue/catalogue.h"
#include "core/store/limits.h"

static enum error sign_set(struct store *store, const char *name, int64_t director, int64_t at)
{
    struct store_set_found found;
    int64_t id;
    enum error e = store_set_find(store, name, &found);

    return e == ERROR_OK ? store_reference_approve(store, found.id, director, at, &id) : e;
}

static enum error propose(struct store *store, int64_t person, int64_t at)
{
    const struct store_proposal set = { .name = "Potassium, new cartridge (invented)",
                                        .source = "invented package insert, page 14",
                                        .person = person,
                                        .at = at };
    struct complaint why = { "" };
    int64_t id;
    enum error e = store_proposal_add(store, &set, &id);

    return e == ERROR_OK ? catalogue_read_limits(store, id,
                                                 "2823-3,,18,,3.6,5.1,2.8,6.0,,mmol/L\n"
                                                 "2823-3,,28d,18,3.4,5.4,2.8,6.5,,mmol/L\n"
                                                 "2823-3,,,28d,3.7,5.9,2.5,7.0,,mmol/L\n",
                                                 &why)
                         : e;
}

enum error demo_limits(struct store *store, int64_t now)
{
    struct store_person director, lead;
    struct arena arena;
    enum error e;

    arena_init(&arena, 64 * 1024);
    e = store_person_by_login(store, &arena, "dr.kay", &director);
    if (e == ERROR_OK)
        e = store_person_by_login(store, &arena, "lena", &lead);
    if (e == ERROR_OK)
        e = sign_set(store, CATALOGUE_EXAMPLE_SET, director.id, now);
    if (e == ERROR_OK)
        e = propose(store, lead.id, now);
    arena_free(&arena);
    return e;
}
