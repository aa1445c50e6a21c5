/* The demo's operators: badges, and who is certified for which test; one certificate has ended, one
 * ends soon. Everybody is invented. */
#include "core/daemon/demo.h"

#include "core/store/staff.h"

#include <time.h>

struct certificate {
    const char *login, *test;
    int trained, until; /* days from now */
};

static const struct certificate certificates[] = {
    { "maria", "HbA1c", -100, 265 },  { "maria", "BMP", -100, 265 }, { "lena", "HbA1c", -345, 20 },
    { "dr.kay", "HbA1c", -400, -35 }, { "dr.kay", "BMP", -30, 335 },
};

static const struct {
    const char *login, *code;
} badges[] = { { "maria", "ID-DEMMARIA22" }, { "lena", "ID-DEMLENA222" } };

static void day_text(int64_t now, int days, char out[STORE_DATE])
{
    time_t at = (time_t)(now / 1000) + (time_t)days * 24 * 3600;
    struct tm tm = { 0 };

    out[0] = '\0';
    if (gmtime_r(&at, &tm))
        (void)strftime(out, STORE_DATE, "%Y-%m-%d", &tm);
}

static enum error root_of(struct store *store, struct arena *a, const char *login, int64_t *root)
{
    struct store_person person;
    enum error e = store_person_by_login(store, a, login, &person);

    return e == ERROR_OK ? store_person_root(store, person.id, root) : e;
}

static enum error certify(struct store *store, struct arena *a, const struct store_actor *by,
                          const struct certificate *c)
{
    char trained[STORE_DATE], until[STORE_DATE];
    struct store_certificate row = { .test = c->test,
                                     .valid = true,
                                     .trained_on = trained,
                                     .valid_until = until,
                                     .methods = "observation quality-control",
                                     .evidence = "binder 3 (invented)",
                                     .note = "" };
    int64_t id;
    enum error e = root_of(store, a, c->login, &row.root);

    day_text(by->at, c->trained, trained);
    day_text(by->at, c->until, until);
    return e == ERROR_OK ? store_certificate_add(store, by, &row, &id) : e;
}

enum error demo_people(struct store *store, int64_t now)
{
    struct store_actor by = { .role = role_id(ROLE_DIRECTOR), .workstation = "demo", .at = now };
    struct store_person director;
    struct arena arena;
    int64_t root, id;
    enum error e;

    arena_init(&arena, 64 * 1024);
    e = store_person_by_login(store, &arena, "dora", &director);
    if (e == ERROR_OK)
        by.person = director.id;
    for (size_t i = 0; e == ERROR_OK && i < sizeof certificates / sizeof certificates[0]; i++)
        e = certify(store, &arena, &by, &certificates[i]);
    for (size_t i = 0; e == ERROR_OK && i < sizeof badges / sizeof badges[0]; i++) {
        e = root_of(store, &arena, badges[i].login, &root);
        if (e == ERROR_OK)
            e = store_badge_add(store, &by, root, badges[i].code, "", &id);
    }
    if (e == ERROR_OK)
        e = store_roles_set(store, &by, &director,
                            role_bit(ROLE_DIRECTOR) | role_bit(ROLE_PROVIDER), "signs results too");
    arena_free(&arena);
    return e;
}
