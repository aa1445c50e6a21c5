/*
 * Text reports of printer-like devices, read by patterns (devices.md 6, "text-report engine").
 *
 * A profile names its patterns; the message is cut into lines at the separators, and from the front
 * of each line the first pattern that fits takes what it matches. A pattern takes a whole line, or,
 * when its name ends in `*`, only the front of it: the rest is read as a line of its own, with all
 * patterns again. So one line may hold many results, and a line of fixed columns is read column
 * after column.
 *
 * A pattern's name is the type of the record that it makes; its named groups are the fields:
 *
 *   header patient order result comment detail end   as in every format
 *   skip                                              known, and says nothing: no record
 *   result WBC*                                       ... with a field `code` that says WBC
 *   define unit                                       no pattern: `(?&unit)` in those that follow
 *
 * What no pattern takes is a record `?` with the field `line`, so that it is seen, and a field
 * `why` when a pattern gave up at its limits. Lines of one type other than result, comment, end and
 * `?` make one record together (`ID:` on one line, the date on the next), until one of its fields
 * would be said twice: then another begins. So does a patient or an order behind results.
 *
 * Groups with a meaning of their own: `year` `month` `day` `hour` `minute` `second` `half` (am, pm)
 * add a field `time`, written as ISO 8601 has it, whatever order the device has; `whole` and
 * `fraction` add a field `number` (`0091` with one decimal is 9.1). All fields else are as sent,
 * and a group that matched nothing is no field.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_TEXT_H
#define PHIAL_INSTRUMENTS_MESSAGE_TEXT_H

#include "instruments/message/message.h"

struct text_patterns;

/* Without any pattern; lines end in CR or LF. NULL when memory is out. */
struct text_patterns *text_patterns_new(void);
void text_patterns_free(struct text_patterns *p);
/* Adds one to the end of the list. `name` as above. PCRE2 in UTF mode; plain parentheses do not
 * capture, blanks at the end of a line need no pattern. `why` says what is wrong with it. */
enum error text_patterns_add(struct text_patterns *p, const char *name, const char *pattern,
                             struct complaint *why);
/* What lines are cut at, instead of CR and LF: words apart by blanks, each a control character's
 * name (CR LF TAB FS GS RS US ESC FF NUL STX ETX EOT) or one character that is no blank. */
enum error text_patterns_separate(struct text_patterns *p, const char *words,
                                  struct complaint *why);
/* Characters that mean nothing wherever they stand (`?` of a Urisys): taken out before matching. */
enum error text_patterns_strip(struct text_patterns *p, const char *characters,
                               struct complaint *why);

/* The text as records, in the order in which they begin. All of it is one message. Bytes that are
 * no UTF-8 are read as ISO 8859-1, a tab as a blank, other control characters as U+FFFD; blank
 * lines are left out. A pattern that reaches its limits on one line is not tried again in this
 * text. ERROR_BAD_INPUT when the text is blank; ERROR_TOO_BIG past LIMIT_RECORDS. */
enum error text_decode(struct span text, const struct text_patterns *patterns, struct arena *arena,
                       struct message *out, size_t *used, struct complaint *why);

#endif
