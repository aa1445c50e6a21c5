/* What the files of the read side share; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_READ_SIDE_H
#define PHIAL_CORE_STORE_READ_SIDE_H

#include "core/store/read.h"
#include "core/store/sql.h"

struct store_reader {
    struct sql sql;
};

/* read_tracing.c; prepared with the other queries, so that a confined process opens nothing
 * later. ?1 is the tracing. */
extern const char read_tracing_record[], read_tracing_samples[], read_tracing_frames[];

/* read_gs1.c: an SQL function. */
void read_gs1(sqlite3_context *context, int count, sqlite3_value **values);

#endif
