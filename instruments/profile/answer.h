/* Answers to queries, for the table of formats. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_ANSWER_H
#define PHIAL_INSTRUMENTS_PROFILE_ANSWER_H

#include "instruments/profile/profile.h"

/* H, P, one O for each test, L. */
enum error profile_answer_lis02(const struct profile *p, const struct profile_answer *answer,
                                struct buffer *text);

/* RSP^K11 to the query that asked (answer->question): MSA, QAK, QPD, then for a specimen with open
 * tests PID, SPM, and ORC, TQ1, OBR for each test. */
enum error profile_answer_hl7(const struct profile *p, const struct profile_answer *answer,
                              struct buffer *text);

/* PTL.R01: the patient of the number that was asked for, which stays the patient's number on the
 * instrument; an empty list when there is none. */
enum error profile_answer_poct1a(const struct profile *p, const struct profile_answer *answer,
                                 struct buffer *text);

/* The instrument's own code for the open test `index`; NULL when it has none, or when an earlier
 * test has it too. */
const char *profile_answer_code(const struct profile *p, const struct profile_answer *answer,
                                size_t index);
enum { PROFILE_ANSWER_DATE = 16 };
/* `2001-04-12` as `20010412`. */
void profile_answer_date(const char *date, char *out);
/* `Doe^Jane` with the format's own mark between the components; cut to `size` with its NUL. */
void profile_answer_name(const char *name, char separator, char *out, size_t size);

#endif
