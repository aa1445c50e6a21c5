/*
 * A small clinic for tests of ingest: a real store in a folder of its own, invented patients,
 * labelled specimens, and devices that say what a driver would say, as packets.
 */
#ifndef PHIAL_TESTS_MATCHING_WORLD_H
#define PHIAL_TESTS_MATCHING_WORLD_H

#include "core/daemon/ingest.h"
#include "core/store/paper.h"

#include <stdio.h>

#define WORLD_SALT "4711"
#define WORLD_EKG_PROFILE "ekg-files" /* whose sessions are files for the EKG reader */

enum { WORLD_PATH = 512, WORLD_TESTS = 8, WORLD_PACKETS = 64 };

struct world {
    char folder[WORLD_PATH], path[WORLD_PATH];
    struct store *store;
    struct ingest *ingest;
    struct clock clock;
    struct ingest_port port;
    int64_t now;
    int64_t person;
    const struct store_paper_number *paper; /* whose label the next specimen bears, or NULL */
    unsigned kept, refused, changed;        /* what ingest sent */
    uint8_t *packets[WORLD_PACKETS];        /* ANSWER and DECODE, as sent */
    size_t packet_lens[WORLD_PACKETS], packet_count;
    uint32_t next_child, decoder; /* decoder: 0 when there is none */
};

/* All abort the test on failure. */
void world_open(struct world *w);
void world_close(struct world *w);
/* Core dies without a word and starts again; what was not committed is gone. */
void world_crash(struct world *w);
void world_forget_packets(struct world *w);
/* Opens the database by another name: what only the test may do. */
struct sqlite3 *world_database(struct world *w);
/* One number out of the database. */
int64_t world_count(struct world *w, const char *sql);

/* An order of these test codes for that patient, and its specimen, labelled and verified (or in an
 * earlier state). */
void world_specimen(struct world *w, const char *mrn, const char *family, const char *const *tests,
                    size_t test_count, enum specimen_state state, struct accession *out);

/* The medical assistant at the bench, now. */
struct store_actor world_actor(const struct world *w);

/* Ends the turn: commits and settles. */
void world_turn(struct world *w);
/* Ends the turn as if the commit had failed. */
void world_fail(struct world *w);

/* A driver. */
struct device {
    struct world *world;
    uint32_t child;
    uint64_t session, ordinal, ticket;
};

void device_attach(struct device *d, struct world *w, const char *instrument);
void device_detach(struct device *d);
void device_begin(struct device *d);
/* Gives a finished packet to ingest, as the loop does. */
enum error device_give(struct device *d, struct wire_writer *w);
/* One frame of the open session. */
enum error device_keep(struct device *d, const char *bytes);
/* A record of a message of that text. */
enum error device_send(struct device *d, const struct record *r, const char *text);
enum error device_query(struct device *d, const char *specimen, uint64_t *ticket);
enum error device_end(struct device *d, enum session_end how);
/* A whole session with one message in one frame, committed. */
void device_session(struct device *d, const struct record *r, const char *text,
                    enum session_end how);

/* For cmocka: each test has a world of its own, in *state. */
int world_set_up(void **state);
int world_tear_down(void **state);

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)

extern const char *const world_a1c[1]; /* the one test that most orders here are for */

/* An HbA1c of 5.9 % for that specimen. */
struct record world_record(const char *specimen, struct record_result *result);
/* A decoder's records for a DECODE packet. In these tests a frame is the text of a message: the
 * specimen's number and perhaps more behind a blank. */
enum error device_decode(struct device *decoder, const struct wire_message *decode);

/* Where most tests begin: Doe-TEST, MRN 00012, has a verified specimen for an HbA1c, "a1c-1" is
 * attached, and `record` is what it would send. */
struct scene {
    struct world *w;
    struct device device;
    struct accession accession;
    struct record record;
    struct record_result result;
};

void scene_open(struct scene *s, void **state);

#endif
