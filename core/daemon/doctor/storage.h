/*
 * Whether what lies on a disk is encrypted at rest (45 CFR 164.312(a)(2)(iv)): whether the block
 * device, or one that it is made of, is a dm-crypt mapping (LUKS). It only reads /sys and /proc
 * below `root`.
 */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_STORAGE_H
#define PHIAL_CORE_DAEMON_DOCTOR_STORAGE_H

#include <stddef.h>
#include <sys/types.h>

enum storage {
    STORAGE_UNKNOWN,   /* no block device of its own: an overlay, a network folder, memory */
    STORAGE_PLAIN,     /* whoever takes the disk out can read it */
    STORAGE_ENCRYPTED, /* by dm-crypt, here or below */
};

/* Of the device that a file lies on (st_dev). */
enum storage storage_of(const char *root, dev_t device);
/* The first place for swap that is not encrypted, or "" when there is none. Memory that is
 * compressed (zram) is no disk. */
void storage_plain_swap(const char *root, char *out, size_t size);

#endif
