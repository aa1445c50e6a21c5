/* SQL functions by which both sides of the store ask core/model/qc.h; of use only within
 * core/store. */
#ifndef PHIAL_CORE_STORE_QC_FUNCTIONS_H
#define PHIAL_CORE_STORE_QC_FUNCTIONS_H

#include "core/store/sql.h"

/* qc_due(kind, every, good_at, now, day_start, runs, since), qc_until(the same), qc_words(kind),
 * qc_basis_words(basis); qc_kinds() and qc_bases(), as JSON. */
enum error store_qc_functions(struct sql *q);

#endif
