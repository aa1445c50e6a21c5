/*
 * What fails on demand: linked into a second copy of the program are a disk that refuses (before
 * fdatasync, fsync and the writes of SQLite) and instruments' children that are killed on the very
 * threshold of telling core a record. The test and all processes of the program share one page.
 */
#ifndef PHIAL_TESTS_FAULT_FAULTY_H
#define PHIAL_TESTS_FAULT_FAULTY_H

#include <stdatomic.h>
#include <stdbool.h>

/* The page's path stands in this variable of the environment; without it nothing fails. */
#define FAULTY_VARIABLE "PHIAL_TEST_FAULTY"

struct faulty {
    atomic_uint sync_per_mille;   /* syncs that answer EIO */
    atomic_uint full;             /* not zero: writes that would make a file grow answer ENOSPC */
    atomic_uint record_per_mille; /* records before which the instrument's child is killed */
    atomic_ullong failed_syncs, failed_writes, killed_before_record;
};

/* NULL when there is none. */
struct faulty *faulty_page(void);
/* True in `per_mille` of 1000 calls. */
bool faulty_happens(unsigned per_mille);
/* This process is an instrument's own child (not the decoder). */
bool faulty_is_instrument(void);

#endif
