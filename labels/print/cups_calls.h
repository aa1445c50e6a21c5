/*
 * libcups, opened by the one process that speaks it (queue_worker.c) and by no other: linked, it
 * and the libraries it brings (Kerberos, D-Bus, Avahi, systemd) would be loaded into every process
 * of Phial, a third of the memory of each that reads an instrument.
 */
#ifndef PHIAL_LABELS_PRINT_CUPS_CALLS_H
#define PHIAL_LABELS_PRINT_CUPS_CALLS_H

#include "core/base/error.h"

#include <cups/cups.h>

/* Every call of libcups that is used here. */
#define CUPS_CALLS(X)                                                                              \
    X(cupsAddOption)                                                                               \
    X(cupsCancelJob2)                                                                              \
    X(cupsCreateJob)                                                                               \
    X(cupsDoRequest)                                                                               \
    X(cupsEncryption)                                                                              \
    X(cupsFinishDocument)                                                                          \
    X(cupsFreeOptions)                                                                             \
    X(cupsLastError)                                                                               \
    X(cupsServer)                                                                                  \
    X(cupsSetPasswordCB2)                                                                          \
    X(cupsStartDocument)                                                                           \
    X(cupsUser)                                                                                    \
    X(cupsWriteRequestData)                                                                        \
    X(httpAssembleURIf)                                                                            \
    X(httpClose)                                                                                   \
    X(httpConnect2)                                                                                \
    X(httpSetTimeout)                                                                              \
    X(ippAddInteger)                                                                               \
    X(ippAddString)                                                                                \
    X(ippAddStrings)                                                                               \
    X(ippDelete)                                                                                   \
    X(ippFindAttribute)                                                                            \
    X(ippGetBoolean)                                                                               \
    X(ippGetCount)                                                                                 \
    X(ippGetInteger)                                                                               \
    X(ippGetString)                                                                                \
    X(ippNewRequest)                                                                               \
    X(ippPort)

#define CUPS_MEMBER(name) __typeof__(name) *(name);
struct cups_calls {
    CUPS_CALLS(CUPS_MEMBER)
};
#undef CUPS_MEMBER

/* Before the process is confined. It stays open until the process ends. ERROR_NOT_FOUND with a
 * sentence when there is no libcups, or an older one. */
enum error cups_calls_open(struct cups_calls *out, struct complaint *why);

#endif
