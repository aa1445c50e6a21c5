/* Who has a port open, and which programs run that take ports by themselves. For this folder only.
 */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_PROCESSES_H
#define PHIAL_CORE_DAEMON_DOCTOR_PROCESSES_H

#include "core/daemon/doctor/devices.h"

struct holder {
    char name[DEVICE_TEXT]; /* of the program */
    unsigned long pid;
};

/* The first process that has the node open; only root sees every process's. */
bool processes_find_holder(const char *root, const char *node, struct holder *out);
/* Whether a program of that name runs. */
bool processes_run(const char *root, const char *name);

#endif
