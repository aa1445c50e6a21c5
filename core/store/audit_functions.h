/* SQL functions of the audit's queries; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_AUDIT_FUNCTIONS_H
#define PHIAL_CORE_STORE_AUDIT_FUNCTIONS_H

#include "core/store/sql.h"

/* site_time(ms): 2026-03-14 16:05:22 in the process's zone, "" for NULL. percentile(x, p): the
 * smallest x that p of all x (0 < p <= 1) are not above; NULL without any. */
enum error store_audit_functions(struct sql *q);

#endif
