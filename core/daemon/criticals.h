/* The clock of critical values that nobody has been told (core/rules/critical.h). */
#ifndef PHIAL_CORE_DAEMON_CRITICALS_H
#define PHIAL_CORE_DAEMON_CRITICALS_H

#include "core/daemon/core.h"

enum { CRITICALS_ARENA = 1024 * 1024 };

/* Notes each step that has come by `now`, in the turn's transaction; the page is told. */
void criticals_look(struct core *core, int64_t now);

#endif
