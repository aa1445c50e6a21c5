/*
 * The log: one line on standard error, a stable number first, never a patient's data (DESIGN 3.9).
 *
 * Numbers stand in the table below and are never given to another message, so that a person can
 * look one up. systemd adds the time; the line adds the process's name.
 */
#ifndef PHIAL_CORE_BASE_LOG_H
#define PHIAL_CORE_BASE_LOG_H

#define LOG_TABLE(X)                                                                               \
    X(STARTED, 1)                                                                                  \
    X(STOPPED, 2)                                                                                  \
    X(FIRST_START, 3)                                                                              \
    X(CLOCK, 4)                                                                                    \
    X(CHILD_STARTED, 10)                                                                           \
    X(CHILD_ENDED, 11)                                                                             \
    X(CHILD_MALFORMED, 12)                                                                         \
    X(LINK_UP, 20)                                                                                 \
    X(LINK_DOWN, 21)                                                                               \
    X(FRAME_REFUSED, 23)                                                                           \
    X(STORE_FAILED, 30)                                                                            \
    X(SEAL_FAILED, 32)                                                                             \
    X(SEAL_LATE, 33)                                                                               \
    X(MESSAGE_HELD, 40)                                                                            \
    X(CRITICAL_LATE, 41)                                                                           \
    X(SIGN_IN_FAILED, 50)                                                                          \
    X(EMERGENCY, 51)                                                                               \
    X(PRINTER, 60)                                                                                 \
    X(WEB, 70)                                                                                     \
    X(BUG, 99)

#define LOG_ENUM(name, number) LOG_##name = (number),
enum log_number { LOG_TABLE(LOG_ENUM) };
#undef LOG_ENUM

/* `who` names the process or part: "core", "instrument afinion-1". */
void log_line(enum log_number number, const char *who, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
