/*
 * The demo: a fresh folder with invented people, a core that serves it, and beside it a player: one
 * process that orders, collects and labels as a person would, by the control socket, and is the
 * analyzers, over real TCP links, an EKG cart, whose software exports into a folder, and the health
 * record that results go to.
 *
 * Everybody in it is invented and says so: patients' family names end in -TEST.
 */
#ifndef PHIAL_CORE_DAEMON_DEMO_H
#define PHIAL_CORE_DAEMON_DEMO_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { DEMO_PEOPLE = 8, DEMO_INSTRUMENTS = 4, DEMO_PIN = 7 };

struct store;

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
#define DEMO_RECORD "Clinic EHR"
/* Whose first message the stand-in for a health record refuses. */
#define DEMO_UNKNOWN_THERE "T-1004"

struct demo_patient {
    const char *mrn, *family, *given, *birth_date, *sex;
};

struct demo {
    char data[4096];
    unsigned port; /* of the page */
    bool practice; /* a site for practice, which may be started again ... */
    bool again;    /* ... and is */
    struct demo_person people[DEMO_PEOPLE];
    struct demo_instrument instruments[DEMO_INSTRUMENTS];
    unsigned record_port; /* of the stand-in for a health record; 0: there is none */
};

/* `phial demo` and `phial practice` take the same words. */
struct demo_program {
    const char *name; /* of the command */
    const char *data; /* without --data; NULL: a new folder each time */
    unsigned port;    /* without --port */
    bool practice;
    /* Makes the folder, or finds that it may be opened again. */
    enum error (*open)(struct demo *demo, const char *data, struct complaint *why);
};
/* Prepares the folder, prints the sign-ins, plays and serves. An exit status. */
int demo_command(int argc, char **argv, const struct demo_program *program);
/* The folder, its settings and its people; nothing runs yet. */
enum error demo_prepare(struct demo *demo, struct complaint *why);
/* The operators: certificates and badges; in an open transaction. */
enum error demo_people(struct store *store, int64_t now);
/* Limits signed, and some that wait for it; in an open transaction. */
enum error demo_limits(struct store *store, int64_t now);
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

/* What is read by eye, how long specimens are good, as the director set it (demo_hand.c) ... */
struct client;
enum error demo_hand(struct store *store, const char *login, int64_t now);
/* ... and what waits of it at the bench, by the player's hands. */
enum error demo_hand_play(struct client *c, struct complaint *why);
/* An order for dr.kay; and its specimen, collected, labelled and scanned back. */
enum error demo_order_enter(struct client *c, const struct demo_patient *patient, const char *test,
                            const char *mode, char number[65], struct complaint *why);
enum error demo_order_collect(struct client *c, const char *number, const char *type,
                              char accession[13], struct complaint *why);

/* The cart's part (demo_cart.c), on the player's loop. */
struct demo_cart;
enum error demo_cart_open(uv_loop_t *loop, const struct demo *demo, const struct demo_bench *bench,
                          struct demo_cart **out, struct complaint *why);

/* The lots that the demo's analyzers say they use; the DCA tells a code, as a chip would. */
#define DEMO_LOT_FRONT "10228413"
#define DEMO_LOT_BACK "10228502"
#define DEMO_LOT_DCA "132"
#define DEMO_LOT_PICCOLO "P-2417"
/* Places with their temperatures, kits and their lots (demo_lots.c), as that person entered them.
 */
struct store;
enum error demo_lots(struct store *store, const char *login, int64_t now);
/* Controls, what is expected of them and when, three weeks of runs (demo_qc.c). */
struct config;
enum error demo_qc(struct store *store, const struct config *config, const char *login,
                   int64_t now);

/* Specimens that a reference laboratory has; in an open transaction. */
enum error demo_sendouts(struct store *store, const char *login, int64_t now);
/* A sheet of labels for paper (demo_paper.c); in an open transaction. */
enum error demo_paper(struct store *store, const char *login, int64_t now);
/* The health record is connected, before anything is signed; in an open transaction. */
enum error demo_record(struct store *store, const struct config *config, int64_t now);
/* Earlier results that were signed, tasks, and cover that is asked for (demo_review.c). */
enum error demo_review(struct store *store, int64_t now);

/* A device's clock shows the site's own time and knows of no zone. */
struct clock demo_wall_clock(void);

/* What the player does as a person. */
struct client;
enum error demo_sign_in(const struct demo *demo, struct client **out, struct complaint *why);
void demo_sign_out(struct client *c);

#endif
