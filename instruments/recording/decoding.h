/* Decoding one file: what decode.c and forms.c share. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_RECORDING_DECODING_H
#define PHIAL_INSTRUMENTS_RECORDING_DECODING_H

#include "instruments/link/link.h"
#include "instruments/profile/shelf.h"
#include "instruments/recording/decode.h"

struct decoding {
    const char *name;
    const struct decode_options *options;
    const struct decode_sink *sink;
    struct complaint *why;
    struct profile *given;       /* that the options or the recording name, or NULL */
    struct profile_shelf *shelf; /* all others; NULL until it is asked */
    const char *link;            /* by which the bytes came, or "" */
    const char *generic;         /* the profile for what no other fits, or "" */
    bool guessed;                /* the given profile only reads most of the lines */
    size_t texts;                /* that have been decoded */
    enum error error;            /* the first, which ends the decoding */
};

/* Uses this profile for all texts. */
enum error decoding_give(struct decoding *d, const char *id);
/* The profile to read a text by: the given one, or the one that fits it best. The text of
 * ERROR_NOT_FOUND says what to do. */
enum error decoding_choose(struct decoding *d, struct span text, const struct profile **out);
/* Decodes one text, whole or broken off; errors stay in d->error. Has the shape of
 * struct player_sink. */
void decoding_take(void *context, struct span text, bool whole);

/* The bytes of a file, whatever their form (forms.c). */
enum error decoding_read(struct decoding *d, struct span bytes);

#endif
