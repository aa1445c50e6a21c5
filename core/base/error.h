/*
 * What can go wrong, in one table.
 *
 * Every function of Phial that can fail returns an enum error; ERROR_OK is zero. An output
 * parameter is untouched when a function fails. ERROR_BUG means that Phial itself is wrong, never
 * its input.
 */
#ifndef PHIAL_CORE_BASE_ERROR_H
#define PHIAL_CORE_BASE_ERROR_H

#define ERROR_TABLE(X)                                                                             \
    X(OK, "no error")                                                                              \
    X(NO_MEMORY, "out of memory")                                                                  \
    X(BAD_INPUT, "the input is not what it should be")                                             \
    X(TOO_BIG, "larger than the agreed maximum")                                                   \
    X(NOT_FOUND, "there is no such thing")                                                         \
    X(CONFLICT, "it does not fit what is already there")                                           \
    X(DENIED, "this person may not do that")                                                       \
    X(BUSY, "busy, try again")                                                                     \
    X(CLOSED, "the other side is gone")                                                            \
    X(FULL, "no space left")                                                                       \
    X(IO, "the system refused or failed")                                                          \
    X(UNSUPPORTED, "not supported here")                                                           \
    X(BUG, "a mistake in Phial itself")

#define ERROR_ENUM(name, text) ERROR_##name,
enum error { ERROR_TABLE(ERROR_ENUM) ERROR_COUNT };
#undef ERROR_ENUM

/* The table's text for an error; never NULL. */
const char *error_text(enum error e);

/* A sentence for a person: what is wrong and what to do next. Always terminated. */
struct complaint {
    char text[512];
};

/* Writes a formatted sentence, cut at the end of the room; returns `e`, so that a caller can say
 * `return complain(why, ERROR_BAD_INPUT, "...")`. `why` may be NULL. */
enum error complain(struct complaint *why, enum error e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
