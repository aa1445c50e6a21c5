/*
 * Send-outs: reference laboratories, manifests, hand-overs, results that came back. Conventions as
 * in store.h.
 *
 * READ_SENDOUTS (now) gives
 *   {"labs":[LAB + "laboratory" (root),"active":0 or 1,"tests":[{"code","name","days"}]}],
 *    "open":[MANIFEST], "sent":[MANIFEST] (the newest 30),
 *    "to_send":[{"accession","patient":PATIENT,"tests":[..],"state_text","labs":[root]}] (at hand,
 * of a test that a laboratory does, without a result),
 *    "outstanding":[{"accession","order","patient":PATIENT,"tests":[{"code","name"}],
 *      "analytes":[{"code","loinc","name","ucum"}] (those without a result),"lab":LAB,"manifest",
 *      "provider","sent_at","days","due_at","late":0 or 1}] (late: a day past due_at; oldest
 * first)} LAB is {"name","address","clia","phone"}, as it stood when the manifest was opened.
 *   MANIFEST is {"manifest" (its number),"lab":LAB,"temperature","at","by":PERSON,"count",
 *     "courier","sent_at" (null while it is
 * open),"scanned","lines":[{"accession","patient":PATIENT,
 *     "tests":[names],"type","container","collected_at","packed_at","by":PERSON}],
 *     "counts":[{"counted","listed","courier","by":PERSON,"at"}]}
 *
 * A RESULT of read.h that a reference laboratory measured has "performed_by": LAB + {"number" (the
 * laboratory's own),"reported_at"}; of all others it is null.
 */
#ifndef PHIAL_CORE_STORE_SENDOUTS_H
#define PHIAL_CORE_STORE_SENDOUTS_H

#include "core/store/store.h"

enum { STORE_MANIFEST_NUMBER = 24, STORE_LAB_TESTS = 64 };

/* The built-in instrument whose messages are a reference laboratory's results. */
#define SENDOUT_INSTRUMENT "Reference laboratory"
#define SENDOUT_PROFILE "reference-lab"

struct store_lab_test {
    const char *code;
    int64_t days;
};
struct store_lab {
    int64_t id, root; /* root 0 when adding: a new laboratory */
    const char *name, *address, *clia, *phone;
    bool active;
    const struct store_lab_test *tests;
    size_t test_count;
};
/* Adds the row with its tests. ERROR_NOT_FOUND: no laboratory has that root. */
enum error store_lab_add(struct store *s, const struct store_actor *by, const struct store_lab *lab,
                         int64_t *id);
/* The newest row, without its tests; ERROR_NOT_FOUND when there is none. */
enum error store_lab_find(struct store *s, struct arena *a, int64_t root, struct store_lab *out);

/* Opens a manifest; `number` is M and the day and a running number: M260314-2. */
enum error store_manifest_open(struct store *s, const struct store_actor *by, int64_t lab,
                               const char *temperature, uint32_t day,
                               char number[STORE_MANIFEST_NUMBER], int64_t *id);

struct store_manifest {
    int64_t id, lab, lab_root;
    const char *number, *lab_name;
    bool handed_over;
    int64_t count; /* specimens on it */
};
enum error store_manifest_by_number(struct store *s, struct arena *a, const char *number,
                                    struct store_manifest *out);

/* After how many days the laboratory's results of that order are expected: of its slowest test.
 * ERROR_NOT_FOUND: the laboratory does none of the order's tests. */
enum error store_lab_days(struct store *s, int64_t lab, int64_t order, int64_t *days);

/* Puts the specimen on the manifest, or takes it off (with a reason); with the event "packed" or
 * "unpacked". */
struct store_manifest_line {
    int64_t manifest, specimen, days;
    bool packed;
    const char *reason, *number; /* the manifest's */
};
enum error store_manifest_line_add(struct store *s, const struct store_actor *by,
                                   const struct store_manifest_line *in, int64_t *id);
/* The specimen's newest line, and whether it is on a manifest and waits for a result. */
struct store_line_found {
    int64_t id, manifest, lab, days;
    const char *number;
    bool packed, handed_over, closed;
};
enum error store_manifest_line_of(struct store *s, struct arena *a, int64_t specimen,
                                  struct store_line_found *out);

enum error store_manifest_count_add(struct store *s, const struct store_actor *by, int64_t manifest,
                                    int64_t counted, int64_t listed, const char *courier,
                                    int64_t *id);
/* The count that agreed; with the event "handed-over" of each specimen on the manifest. */
struct store_hand_over {
    const struct store_manifest *manifest;
    int64_t count;
    const char *courier, *scanned;
};
enum error store_hand_over_add(struct store *s, const struct store_actor *by,
                               const struct store_hand_over *in, int64_t *id);

struct store_reference_result {
    int64_t line, specimen;
    int64_t message; /* or 0, with a reason: there will be none */
    const char *lab_number, *reported_at, *reason;
};
/* With the event "reference-result" or, without a message, "exception". The waiting is over when
 * each analyte that the laboratory was asked for has a result. */
enum error store_reference_result_add(struct store *s, const struct store_actor *by,
                                      const struct store_reference_result *in, int64_t *id);

#endif
