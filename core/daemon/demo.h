/*
 * The demo: a fresh folder with invented people, a core that serves it, and beside it a player: one
 * process that orders, collects and labels as a person would, by the control socket, and is the
 * analyzers, over real TCP links, and an EKG cart, whose software exports into a folder.
 *
 * Everybody in it is invented and says so: patients' family names end in -TEST.
 */
#ifndef PHIAL_CORE_DAEMON_DEMO_H
#define PHIAL_CORE_DAEMON_DEMO_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { DEMO_PEOPLE = 6, DEMO_INSTRUMENTS = 4, DEMO_PIN = 7 };

struct demo_person {
    const char *login, *name, *role;
    char pin[DEMO_PIN];
};

struct demo_instrument {
    const char *name, *profile;
    int connects; /* core connects to it; else it connects to core */
    unsigned port;
};

#define DEMO_CART "EKG cart"

struct demo_patient {
    const char *mrn, *family, *given, *birth_date, *sex;
};

struct demo {
    char data[4096];
    unsigned port; /* of the page */
    struct demo_person people[DEMO_PEOPLE];
    struct demo_instrument instruments[DEMO_INSTRUMENTS];
};

/* The folder, its settings and its people; nothing runs yet. */
enum error demo_prepare(struct demo *demo, struct complaint *why);
/* The person who plays at the bench: not among those that are printed. */
const struct demo_person *demo_player_of(const struct demo *demo);
/* Plays until everything was sent; runs in a process of its own. Returns an exit status. */
int demo_play(const struct demo *demo);

/* The bench's part: specimens ordered, collected and labelled, and EKGs ordered. */
enum { DEMO_SPECIMENS = 12, DEMO_EKGS = 4 };
struct demo_bench {
    char accessions[DEMO_SPECIMENS][13];
    char ekgs[DEMO_EKGS][65]; /* order numbers */
};
enum error demo_collect(const struct demo *demo, struct demo_bench *bench, struct complaint *why);
/* Whose the n-th EKG order is. */
const struct demo_patient *demo_ekg_patient(size_t ekg);

/* The cart's part (demo_cart.c), on the player's loop. */
struct demo_cart;
enum error demo_cart_open(uv_loop_t *loop, const struct demo *demo, const struct demo_bench *bench,
                          struct demo_cart **out, struct complaint *why);

/* A device's clock shows the site's own time and knows of no zone. */
struct clock demo_wall_clock(void);

/* What the player does as a person. */
struct client;
enum error demo_sign_in(const struct demo *demo, struct client **out, struct complaint *why);
void demo_sign_out(struct client *c);

#endif
