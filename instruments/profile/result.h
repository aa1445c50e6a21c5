/* One result of a record, from the message's record of it and what stands above. For this folder
 * only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_RESULT_H
#define PHIAL_INSTRUMENTS_PROFILE_RESULT_H

#include "instruments/profile/parts.h"

/* Fills `out` from the context's newest result record. What does not fit becomes a sentence in
 * `complaints`. */
void profile_read_result(const struct profile *p, const struct profile_context *context,
                         struct arena *arena, struct record_result *out,
                         struct text_list *complaints);

/* Appends to a list of at most LIMIT_LIST; what does not fit any more is left out. */
void profile_list_add(struct text_list *list, const char *text, struct arena *arena);
/* The same for a sentence. */
void profile_complain(struct text_list *list, struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The time at a place in ISO form; "" with a complaint when what stands there is none. */
const char *profile_place_time(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena,
                               struct text_list *complaints);

#endif
