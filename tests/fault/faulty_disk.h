/*
 * A disk that fails when told to: linked into a second copy of the program, it stands before
 * fdatasync, fsync and the writes of SQLite. The test and the program share one page of memory.
 */
#ifndef PHIAL_TESTS_FAULT_FAULTY_DISK_H
#define PHIAL_TESTS_FAULT_FAULTY_DISK_H

#include <stdatomic.h>
#include <stdint.h>

/* The page's path stands in this variable of the environment; without it the disk is sound. */
#define FAULTY_DISK_VARIABLE "PHIAL_TEST_FAULTY_DISK"

struct faulty_disk {
    atomic_uint sync_per_mille; /* syncs that answer EIO */
    atomic_uint full;           /* not zero: writes that would make a file grow answer ENOSPC */
    atomic_ullong failed_syncs, failed_writes;
};

#endif
