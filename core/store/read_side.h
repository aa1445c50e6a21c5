/* What the files of the read side share; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_READ_SIDE_H
#define PHIAL_CORE_STORE_READ_SIDE_H

#include "core/store/read.h"
#include "core/store/sql.h"

struct store_reader {
    struct sql sql;
    bool covered;
    bool ready;                 /* the views are there */
    uint64_t clock;             /* counts the questions, ... */
    uint64_t asked[READ_COUNT]; /* ... when each query was asked last; 0: it is not prepared */
};

/* read.c: a statement that may read the views. */
enum error read_side_prepare(struct store_reader *r, const char *text, sqlite3_stmt **out);

/* read_gs1.c: an SQL function. */
void read_gs1(sqlite3_context *context, int count, sqlite3_value **values);

#endif
