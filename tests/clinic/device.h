/*
 * One analyzer of the clinic's bench: a simulator of a profile on its real kind of line to the
 * running program, and the books of what it sent.
 *
 * Lines: TCP; a pseudo-terminal that passes for a serial port; an emulated USB meter or FTDI chip;
 * a watched folder. A line can be pulled and put back.
 */
#ifndef PHIAL_TESTS_CLINIC_DEVICE_H
#define PHIAL_TESTS_CLINIC_DEVICE_H

#include "core/model/accession.h"
#include "instruments/profile/profile.h"
#include "instruments/simulator/simulator.h"
#include "tests/support/serve.h"

enum device_line { DEVICE_TCP, DEVICE_PTY, DEVICE_METER, DEVICE_CABLE, DEVICE_FOLDER };

/* What a message is meant to become. */
enum device_case { CASE_LINKED, CASE_WRONG_ID, CASE_NO_ID, CASE_CONTROL, CASE_COUNT };

/* A row of the bench: written by hand from devices.md, not asked of the program. */
struct device_kind {
    const char *profile;
    enum device_line line;
    bool tells_specimen; /* the device can send a specimen's number */
    bool tells_control;  /* ... and that a run was a control */
    bool checked;        /* frames have a checksum: a turned bit is refused */
};

/* The first value of a message, as the instrument showed it. */
struct device_said {
    char value[64];
};

struct device {
    const struct device_kind *kind;
    uv_loop_t *loop;
    struct simulator *simulator;
    char name[64], address[128], link[160]; /* of the instrument; its port; the line's own name */
    int port;                               /* TCP */
    int master;                             /* pseudo-terminal */
    uv_poll_t poll;
    struct meter *meter;
    struct cable *cable;
    struct device_queue *heard; /* what umockdev's thread heard, for the loop */
    /* The plan and the books. */
    struct accession *specimens; /* of the linked ones, in order */
    char code[64];
    struct device_said *said; /* in each round */
    unsigned rounds, round;   /* messages to send; the one under way */
    unsigned sent[CASE_COUNT], failed;
    bool finished;
    uint64_t seed;
    void (*done)(struct device *d);
};

extern const struct device_kind device_kinds[];
extern const size_t device_kind_count;

/* Makes the line and puts the instrument into the settings. */
void device_prepare(struct device *d, const struct device_kind *kind, uv_loop_t *loop,
                    struct serve *serve);
/* The first analyte of its profile: what its specimens are ordered for. */
struct profile_analyte device_analyte(const struct device *d, struct arena *arena);
/* Begins to send; `done` is called when all rounds are over. */
void device_start(struct device *d, const unsigned *faults);
/* Pulls the cable and puts it back: the program sees its port go and come. Not every line has one.
 */
void device_replug(struct device *d);
void device_stop(struct device *d);
/* Which case a round is. */
enum device_case device_case_of(const struct device *d, unsigned round);
/* The specimen that the message of this round names. */
void device_specimen_of(const struct device *d, unsigned round, char out[32]);

#endif
