/*
 * The demo: a fresh folder with invented people, a core that serves it, and beside it a player: one
 * process that orders, collects and labels as a person would, by the control socket, and is the
 * analyzers, over real TCP links.
 *
 * Everybody in it is invented and says so: patients' family names end in -TEST.
 */
#ifndef PHIAL_CORE_DAEMON_DEMO_H
#define PHIAL_CORE_DAEMON_DEMO_H

#include "core/base/error.h"

#include <stddef.h>
#include <stdint.h>

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

/* The bench's part: specimens ordered, collected and labelled. */
enum { DEMO_SPECIMENS = 12 };
struct demo_specimen {
    char accession[13];
};
enum error demo_collect(const struct demo *demo, struct demo_specimen specimens[DEMO_SPECIMENS],
                        struct complaint *why);

#endif
