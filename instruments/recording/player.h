/*
 * Plays recorded bytes through a link, as the live port would bring them, with a disk that is
 * always willing and a clock made of the recorded times.
 *
 * It is how a file is decoded and how recordings are tested: the same link code as on a real port.
 */
#ifndef PHIAL_INSTRUMENTS_RECORDING_PLAYER_H
#define PHIAL_INSTRUMENTS_RECORDING_PLAYER_H

#include "instruments/link/link.h"

struct player_sink {
    void *context;
    /* A message's text, borrowed; `whole` is false for one that broke off. */
    void (*message)(void *context, struct span text, bool whole);
};

struct player; /* owned by the caller until player_close */

/* NULL when memory is out. `link`, `options` and `sink` must outlive it. */
struct player *player_open(const struct link *link, const struct link_options *options,
                           const struct player_sink *sink);
void player_close(struct player *p);
/* Bytes from the instrument at `at` ms since the start; for a link of reports one report. Times
 * never go back. Give a stream byte by byte where it may be damaged: what follows a missing frame
 * within the same bytes is still read. */
void player_feed(struct player *p, uint64_t at, struct span bytes);
/* The recording is over: what the link still waits for has time to pass, then the line is lost. */
void player_end(struct player *p);
/* Why the newest frame that the link refused, and that was not sent again well, was refused; NULL
 * when there is none. A constant of the link. */
const char *player_damage(const struct player *p);

#endif
