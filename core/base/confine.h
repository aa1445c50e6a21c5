/*
 * What a child process gives up before it reads the first byte from outside (DESIGN 1: open,
 * confine, then read).
 *
 * Order of calls in a child:
 *   1. confine_descriptors first thing: nothing but 0 to 4 was meant for it.
 *   2. open the port, the database, fonts, certificates: whatever needs a path or an address. What
 *      is opened late by habit must be made to load now: tzset(), converters, fonts of every
 *      script, names of hosts; SQLite's -wal and -shm by one read, with temp_store=MEMORY.
 *   3. confine_child: from then on whatever is not on the role's list answers EPERM: no file can be
 *      opened, no socket made, bound or connected, nothing executed. It holds for every thread
 *      and cannot be undone.
 *   4. read the first byte.
 *
 * seccomp cannot judge paths or addresses, so the list says which calls there are at all. Where the
 * kernel has Landlock, it is a second wall behind the same door. An ordinary user needs no right
 * for either.
 */
#ifndef PHIAL_CORE_BASE_CONFINE_H
#define PHIAL_CORE_BASE_CONFINE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum confine_role {
    CONFINE_INSTRUMENT,  /* serial, USB, accepted or connected TCP that is open already; accept4 */
    CONFINE_DECODER,     /* only the channel to core */
    CONFINE_EKG,         /* the same; and the timers that end it when a file takes too long */
    CONFINE_LABELS,      /* only what is open: a device, a connected printer, one output file */
    CONFINE_LABELS_FILE, /* may also create files that did not exist (O_WRONLY|O_CREAT|O_EXCL); it
                            can never open one that does */
    CONFINE_FOLDER,      /* opens for reading and renames, and never sees a byte of what it opens:
                            see confine_folder */
    CONFINE_WEB,         /* accept4; file locks and shared memory of the database it has open */
    CONFINE_READER,      /* the database it has open, and the channel to core: no connections */
    CONFINE_ROLE_COUNT
};

/* Closes every descriptor above 4 (0 to 2 standard, 3 channel to core, 4 inherited listening
 * socket; 4 is closed too when it is anything else) and asks the kernel to end this process with
 * its parent. `parent` is core's process id if the caller knows it, else 0: a parent that ended
 * before this call is then noticed only by the end of file on descriptor 3. ERROR_CLOSED when the
 * parent is gone, ERROR_IO when the kernel refuses. */
enum error confine_descriptors(pid_t parent);

/* Gives up everything the role does not need, for good: no new privileges, no core dump, no
 * tracing, resource limits, Landlock where there is any, the filter. ERROR_IO when the kernel
 * refuses: the caller must end, it must never go on unconfined. */
enum error confine_child(enum confine_role role);

/*
 * The same for the helper of an instrument that is a folder of files.
 *
 * Its files come for as long as the instrument lives, so somebody must open them after
 * confinement, and seccomp cannot say which. Therefore two processes share the work: one reads and
 * decodes what is in the files, under CONFINE_INSTRUMENT, and can open nothing; its helper lists,
 * opens and renames, under CONFINE_FOLDER, and takes nothing from outside but names. It passes
 * descriptors that are open for reading, and is told "taken" or "not taken". Where the kernel has
 * Landlock that can allow a rename (version 2, Linux 5.19), the helper reaches nothing but what is
 * beneath `folder`; elsewhere the filter still refuses it every open for writing, every new file,
 * every link followed, and every socket.
 */
enum error confine_folder(int folder);

/*
 * What the runtime under the program needs on top, such as a sanitizer's. Production links
 * confine_allowance.c, which asks for nothing; a sanitized build links its own definition instead.
 */
struct confine_allowance {
    const char *const *calls; /* names of system calls */
    size_t call_count;
    bool address_space; /* leave RLIMIT_AS and RLIMIT_NPROC alone */
};
struct confine_allowance confine_allowance(void);

#endif
