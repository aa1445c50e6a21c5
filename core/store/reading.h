/*
 * Results that people read and type: how a test is read, the runs of kits, what was seen, what
 * became of them. Conventions as in store.h.
 *
 * READ_BY_HAND (now; limit) gives
 *   {"now","runs":[{"run","accession","order","patient":PATIENT,"test":{"code","name"},
 *     "reading":READING,"lot","by":PERSON,"at","looks" (how many),"looked_by": PERSON of the first,
 *     "opens","closes": when it may be read (null without a clock)}] (open ones, oldest first),
 *    "ended":[{"run","accession","patient":PATIENT,"test","how","reason","at","by":PERSON,
 *     "disposition","held": why, or ""}] (within STORE_RUN_SHOWN_TIME, newest first),
 *    "waiting":[{"accession","order","priority","patient":PATIENT,"state","collected_at",
 *     "test":{"code","name"},"reading":READING}] (at the bench, without a result or a run)}
 * READ_READINGS gives
 *   {"tests":[{"code","name","analytes":[..],"reading":READING or null,"stability":[{"temperature",
 *     "minutes","source","live":0 or 1,"by":PERSON,"at"}]}]}
 * A READING is {"reading","kind","read_from","read_to","control","second_look","low","high",
 *   "source","live":0 or 1,"by":PERSON,"at",
 *   "analytes":[{"name","unit","choices":["Negative",..]}]}.
 */
#ifndef PHIAL_CORE_STORE_READING_H
#define PHIAL_CORE_STORE_READING_H

#include "core/model/reading.h"
#include "core/store/store.h"

/* ms for which an ended run is listed with those at the bench. */
enum { STORE_RUN_SHOWN_TIME = 12 * 60 * 60 * 1000 };

struct store_reading {
    int64_t id;
    const char *test_code;
    struct reading how;
    const char *source;
    int64_t person, at; /* person 0: an example */
};
enum error store_reading_add(struct store *s, const struct store_reading *in, int64_t *id);
/* The newest of the test, an example or not. */
enum error store_reading_of(struct store *s, struct arena *a, const char *test_code,
                            struct store_reading *out);

struct store_run {
    int64_t id, specimen, test, reading;
    const char *lot;
    int64_t person, at; /* of who began it, and when */
    struct reading how;
    const char *accession, *test_code, *workstation;
    bool ended;
    /* The first look, when there was one. */
    int64_t looks, looked_by;
    const char *control, *found;
};
/* With the event "test-started". */
enum error store_run_add(struct store *s, const struct store_actor *by,
                         const struct store_specimen *specimen, const struct store_run *in,
                         int64_t *id);
enum error store_run_by_id(struct store *s, struct arena *a, int64_t id, struct store_run *out);
/* Whether the specimen's test is being run, or has a result that counts. */
enum error store_run_busy(struct store *s, int64_t specimen, int64_t test, bool *running,
                          bool *resulted);

struct store_look {
    int64_t run, place; /* place 1 or 2 */
    const char *control, *found;
};
enum error store_look_add(struct store *s, const struct store_actor *by,
                          const struct store_look *in);
/* `message` 0 unless it was entered. With the event "test-ended" of the specimen unless so. */
enum error store_run_end(struct store *s, const struct store_actor *by, const struct store_run *run,
                         enum reading_end how, int64_t message, const char *reason);

#endif
