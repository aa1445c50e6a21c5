/* The modem lines of a serial port, as a hint at the cable. For this folder only. */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_LINES_H
#define PHIAL_CORE_DAEMON_DOCTOR_LINES_H

#include "core/daemon/doctor/devices.h"
#include "core/daemon/doctor/doctor.h"

/* Opens the port, which raises DTR for that moment, reads its lines and closes it. A port that
 * another process has is left alone. */
void lines_look(struct doctor *d, const struct device *dev);
/* What those lines (TIOCM_...) say. */
void lines_judge(struct doctor *d, const char *node, int lines);

#endif
